# SPDX-License-Identifier: MIT
"""Sales documents: a header and its lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value


class LineKind(Enum):
    """What a line is."""

    PRODUCT = auto()
    SERVICE = auto()
    HEADING = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax of a line or document; ``percent`` 19 means 19 %."""

    name: str
    percent: Decimal
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One line.

    Attributes:
        key: the server's own id of the line; None = new. It may change whenever the server saves.
        position: 1 is the first.
        discount_percent, discount_amount: at most one of them is set.
        total: what the server computed, None where it tells nothing.
        extras: the vendor's own line fields.
    """

    key: str | None
    position: int
    kind: LineKind = LineKind.PRODUCT
    product: RecordId | None = None
    text: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    taxes: tuple[Tax, ...] = ()
    total: Decimal | None = None
    extras: Mapping[FieldName, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a document comes to; a figure the server does not tell is None."""

    net: Decimal | None = None
    discount: Decimal | None = None
    tax: Decimal | None = None
    charges: Decimal | None = None
    adjustment: Decimal | None = None
    gross: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesDocument:
    """A quote, order or invoice as it stands.

    Attributes:
        lines: in the document's order; empty tuple = no lines.
        tax_mode: "group", "individual" or "" where the server does not tell.
        server_totals: as the server computed them.
    """

    header: Record
    lines: tuple[LineItem, ...] = ()
    currency: str = ""
    tax_mode: str = ""
    server_totals: Totals | None = None
