# SPDX-License-Identifier: MIT
"""PURE: rows of sales documents (``sales_order_rows`` and the like) <-> LineItem.

Known are ``entity_id`` (the document) and ``product_id`` (``references/relations.md``); the other names are looked up in
the rows' own schema, those of the vendor's older interface (``qty``, ``unit_price``, ``description``) among them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from crmdesk.connectors.vendors.crmservice.rest import payload
from crmdesk.connectors.wire.text import to_decimal, to_int
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, Tax
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.domain.values import Value, plain, same

_ZERO = Decimal(0)
_CANDIDATES = {
    "parent": "entity_id parent_id document_id",
    "product": "product_id productid service_id",
    "text": "description comment text",
    "name": "product_name name",
    "quantity": "quantity qty amount_of_products count",
    "unit_price": "unit_price list_price listprice unit_cost price",
    "discount_percent": "discount_percent discount_percentage discount_pct discount",
    "discount_amount": "discount_amount",
    "tax": "tax_percent tax_percentage vat_percent vat_percentage tax_rate vat_rate vat tax",
    "total": "total row_total line_total total_price net_total sum",
    "position": "sequence_no sequence row_no row_number position sort_order order_no",
}


@dataclass(frozen=True, slots=True)
class LineNames:
    """What a row's own fields are called; "" = the rows have none for it."""

    parent: FieldName
    product: FieldName
    text: FieldName
    name: FieldName
    quantity: FieldName
    unit_price: FieldName
    discount_percent: FieldName
    discount_amount: FieldName
    tax: FieldName
    total: FieldName
    position: FieldName

    @property
    def can_be_written(self) -> bool:
        """Whether the least is known that a line needs."""
        return bool(self.parent and self.quantity and self.unit_price)

    def all(self) -> frozenset[str]:
        """Every name that is told by the line itself, not among its extras."""
        return frozenset(
            (self.parent, self.product, self.text, self.name, self.quantity, self.unit_price, self.discount_percent,
             self.discount_amount, self.tax, self.total, self.position)
        )  # fmt: skip


def names_in(schema: Schema) -> LineNames:
    """What the rows of this schema call their fields."""
    return LineNames(**{part: _among(schema, words) for part, words in _CANDIDATES.items()})


def _among(schema: Schema, words: str) -> FieldName:
    return next((FieldName(word) for word in words.split() if schema.field(word) is not None), FieldName(""))


def lines_of(rows: Iterable[Record], names: LineNames) -> tuple[LineItem, ...]:
    """A document's lines in its order."""
    found = sorted(rows, key=lambda row: (_number(row, names.position) or _ZERO, to_int(row.id.key) or 0, row.id.key))
    return tuple(_line(row, names, place) for place, row in enumerate(found, start=1))


def _line(row: Record, names: LineNames, place: int) -> LineItem:
    product = row.values.get(names.product)
    own = names.all()
    extras = {n: v for n, v in row.values.items() if n not in own and n != "id" and v is not None}
    tax = _number(row, names.tax)
    percent = _number(row, names.discount_percent) or None
    return LineItem(
        key=row.id.key,
        position=place,
        kind=LineKind.PRODUCT,
        product=product if isinstance(product, RecordId) else None,
        text=plain(row.values.get(names.text)),
        quantity=_number(row, names.quantity) or _ZERO,
        unit_price=_number(row, names.unit_price) or _ZERO,
        discount_percent=percent,
        discount_amount=None if percent else _number(row, names.discount_amount) or None,
        taxes=(Tax("VAT", tax),) if tax else (),
        total=_number(row, names.total),
        extras=extras,
        name=plain(row.values.get(names.name)) or row.labels.get(names.product, ""),
    )


def _number(row: Record, name: FieldName) -> Decimal | None:
    return to_decimal(plain(row.values.get(name))) if name else None


def problem(line: LineItem, names: LineNames, products: frozenset[ModuleName]) -> str:
    """Why a line cannot be saved there; "" = it can."""
    if line.discount_percent and not names.discount_percent:
        return "the rows have no discount in percent there"
    if line.discount_percent and not 0 <= line.discount_percent <= 100:
        return "the discount is no percentage"
    if line.discount_amount and not names.discount_amount:
        return "a discount is a percentage there, not an amount"
    if len(line.taxes) > 1:
        return "a line has one tax there"
    if line.taxes and line.taxes[0].percent and not names.tax:
        return "the rows have no tax of their own there"
    if line.product is not None and not names.product:
        return "the rows name no product there"
    if line.product is not None and products and line.product.module not in products:
        return "choose the product from the products"
    texts = [line.text, *(value for value in line.extras.values() if isinstance(value, str))]
    if any("\x00" in text or any("\ud800" <= c <= "\udfff" for c in text) for text in texts):
        return "it holds a broken character"
    return ""


def attributes_of(line: LineItem, names: LineNames, schema: Schema, document: RecordId) -> dict[str, object]:
    """A new line's attributes."""
    told: dict[FieldName, Value] = {
        names.parent: document,
        names.product: line.product,
        names.text: line.text or None,
        names.quantity: line.quantity,
        names.unit_price: line.unit_price,
        names.discount_percent: line.discount_percent,
        names.discount_amount: line.discount_amount,
        names.tax: line.taxes[0].percent if line.taxes else None,
        names.position: line.position,
    }
    more = {name: value for name, value in line.extras.items() if name not in told}
    return _sent({name: value for name, value in (told | more).items() if value is not None}, schema)


def changes(before: LineItem, after: LineItem, names: LineNames, schema: Schema) -> dict[str, object]:
    """The attributes that differ; empty = nothing."""
    pairs: tuple[tuple[FieldName, Value, Value], ...] = (
        (names.product, before.product, after.product),
        (names.text, before.text or None, after.text or None),
        (names.quantity, before.quantity, after.quantity),
        (names.unit_price, before.unit_price, after.unit_price),
        (names.discount_percent, before.discount_percent or _ZERO, after.discount_percent or _ZERO),
        (names.discount_amount, before.discount_amount or _ZERO, after.discount_amount or _ZERO),
        (names.tax, _tax(before), _tax(after)),
        (names.position, before.position, after.position),
    )
    found: dict[FieldName, Value] = {name: new for name, old, new in pairs if name and not same(old, new)}
    own = names.all()
    for name in {**before.extras, **after.extras}:
        if name not in own and not same(before.extras.get(name), after.extras.get(name)):
            found[name] = after.extras.get(name)
    return _sent(found, schema)


def _tax(line: LineItem) -> Decimal:
    return line.taxes[0].percent if line.taxes else _ZERO


def _sent(values: Mapping[FieldName, Value], schema: Schema) -> dict[str, object]:
    made: dict[str, object] = {}
    for name, value in values.items():
        known = schema.field(name)
        if name and known is not None and not known.read_only:
            whole = (
                known.type is FieldType.INTEGER and isinstance(value, Decimal) and value == value.to_integral_value()
            )
            made[name] = int(value) if whole and isinstance(value, Decimal) else payload.spelled(value, known)
    return made
