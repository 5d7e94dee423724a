# SPDX-License-Identifier: MIT
"""Sales documents: a header and its lines; what a vendor's lines can hold, and what can be wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field
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
        name: how the product is called, as the server tells it; never sent, "" = not told.
        text: what the line says beside it.
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
    name: str = ""

    @property
    def called(self) -> str:
        """What people call the line: its product, else the first words of its text, else the product's key."""
        first = next((words for words in self.text.splitlines() if words.strip()), "")
        return self.name or first or (self.product.key if self.product is not None else "")


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


class LineTrouble(Enum):
    """What is wrong with a line after saving."""

    LOST = "lost"
    UNASKED = "unasked"
    OTHERWISE = "otherwise"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line that is not what was wanted.

    Attributes:
        wanted: None for a line that nobody asked for. held: None for a line that is gone.
        parts: what differs: "product", "text", "quantity", "unit_price", "discount", or a name in ``extras``.
    """

    trouble: LineTrouble
    wanted: LineItem | None
    held: LineItem | None
    parts: tuple[str, ...] = ()


class HeaderDiscount(Enum):
    """What becomes of an overall discount that is changed without any line."""

    COUNTED = "counted"
    LATER = "later"
    """It is stored; the totals follow when a line is saved next."""
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShape:
    """What the lines of one module can hold, as its connector tells.

    Attributes:
        kinds: what can be added, the most usual first; empty = lines cannot be added.
        has_percent, has_amount: how a line's discount may be written.
        taxes: name -> label of the taxes that a line carries as a percentage of its own; empty = told, not edited.
        rates: name of such a tax -> the percentages the server knows, rising; left out = any.
        needs_product: a line of an article cannot be without a product.
        can_be_empty: a document may be left without lines.
        can_begin: a new document can be made with its lines.
        keeps_order: the server remembers in which order lines stand.
        quantity_places: decimals the server keeps; None = not limited.
        text_label: what the vendor calls ``LineItem.text``, "" = it has no word of its own.
        fields: the vendor's own line fields worth showing; those that are not read-only may be set.
        shown: names of ``fields`` that are shown unless the person chooses otherwise.
        tax_field: the one of ``fields`` that names a line's tax: lines that agree in it are taxed alike.
        heading_field: the one of ``fields`` that is a heading above the line, None = headings are lines, or there are none.
        heading_text_field: the one of ``fields`` that is a text below that heading.
    """

    kinds: tuple[LineKind, ...] = (LineKind.PRODUCT,)
    has_percent: bool = True
    has_amount: bool = False
    taxes: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    needs_product: bool = True
    can_be_empty: bool = True
    can_begin: bool = True
    keeps_order: bool = True
    quantity_places: int | None = None
    text_label: str = ""
    fields: tuple[Field, ...] = ()
    shown: tuple[FieldName, ...] = ()
    tax_field: FieldName | None = None
    heading_field: FieldName | None = None
    heading_text_field: FieldName | None = None
    header_discount: HeaderDiscount = HeaderDiscount.COUNTED

    @property
    def settable(self) -> frozenset[str]:
        """Names of the vendor's own fields that can be set."""
        return frozenset(str(field.name) for field in self.fields if not field.read_only)


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product found for a line.

    Attributes:
        line: a new line as this product begins it, with price, taxes and the vendor's own fields filled in.
        number: the product's number or code. unit: what one of it is. detail: what else tells it apart. "" = not told.
        title: how it is called in a list, where ``line.name`` is not it.
        is_whole: False where a list told too little of it: ``known_products`` tells the rest before a line is begun.
    """

    line: LineItem
    number: str = ""
    unit: str = ""
    detail: str = ""
    title: str = ""
    is_whole: bool = True

    @property
    def name(self) -> str:
        """How it is called in a list."""
        return self.title or self.line.name or self.line.text
