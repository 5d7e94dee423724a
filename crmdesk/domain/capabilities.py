# SPDX-License-Identifier: MIT
"""What a vendor can do, as values that code reads."""

from dataclasses import dataclass
from enum import Enum, auto

from crmdesk.domain.query import Op


class Locking(Enum):
    """How the server guards against two people changing one record."""

    NONE = auto()
    """Not at all: the engine re-reads before it writes."""
    VERSION = auto()


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
        max_sessions: sessions of one user at once.
        has_workflow_switch: a write can be told not to run the server's workflows.
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
    max_page_size: int = 100
    can_count: bool = False
    max_sessions: int = 3
    locking: Locking = Locking.NONE
    has_workflow_switch: bool = False
