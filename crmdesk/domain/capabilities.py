# SPDX-License-Identifier: MIT
"""What a vendor can do, as values that code reads."""

from dataclasses import dataclass
from enum import Enum, auto

from crmdesk.domain.query import Op


class Paging(Enum):
    """How a long result is read."""

    KEYSET = auto()
    """By the last id where the order allows it, else by offset."""
    OFFSET = auto()
    PAGES = auto()


class Locking(Enum):
    """How the server guards against two people changing one record."""

    NONE = auto()
    """Not at all: the engine re-reads before it writes."""
    VERSION = auto()


class LineItemStyle(Enum):
    """Where the lines of a sales document live."""

    NONE = auto()
    EMBEDDED = auto()
    CHILD_RECORDS = auto()
    OPERATIONS = auto()
    """Single lines are added, changed and removed by operations of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """One vendor's abilities; may be narrower after login.

    Attributes:
        filters: operators the server applies itself; everything else is filtered here.
        can_or: alternatives can be asked of the server.
        can_not: negations can be asked.
        can_nest: And inside Or (or the other way round) means the same there as here.
        max_conditions: how many single conditions one request may hold; None = no limit.
        max_order_fields: sort keys the server takes; 0 = it cannot sort.
        can_mix_directions: sort keys may run in different directions.
        can_sort_down: a descending order can be asked; False = the server sorts upwards only.
        max_page_size: rows.
        orders_text: < and > on text sort as ``matching.folded`` does; rarely true.
        session_idle_s: seconds after which an idle session is dropped.
        max_sessions: sessions of one user at once.
        partial_update: fields that are not sent keep their values.
        has_workflow_switch: a write can be told not to run the server's workflows.
        min_interval_ms: pause between two requests.
        max_batch: records in one write.
    """

    filters: frozenset[Op] = frozenset()
    can_or: bool = False
    can_not: bool = False
    can_nest: bool = False
    max_conditions: int | None = None
    orders_text: bool = False
    max_order_fields: int = 0
    can_mix_directions: bool = False
    can_sort_down: bool = True
    paging: Paging = Paging.OFFSET
    max_page_size: int = 100
    can_count: bool = False
    session_idle_s: int = 1800
    max_sessions: int = 3
    partial_update: bool = True
    locking: Locking = Locking.NONE
    line_items: LineItemStyle = LineItemStyle.NONE
    server_totals: bool = False
    has_workflow_switch: bool = False
    min_interval_ms: int = 0
    max_batch: int = 1
