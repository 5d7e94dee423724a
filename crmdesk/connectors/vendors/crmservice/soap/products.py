# SPDX-License-Identifier: MIT
"""Products for the rows of sales documents over SOAP, and what a row can hold.

``searchProducts`` takes one field and one value, so words are looked for in the whole list, which is read once and kept
for some minutes; where the server gives no list, the words are tried as a product's number.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from time import monotonic

from crmdesk.connectors.vendors.crmservice.names import label_of
from crmdesk.connectors.vendors.crmservice.soap.line_items import LineNames
from crmdesk.connectors.wire.soap import SoapPart
from crmdesk.connectors.wire.text import to_decimal
from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Filter, Op
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineShape, ProductHit
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import plain

_NUMBERS = ("productcode", "product_code", "code", "product_no", "productno", "number")
_PRICES = ("unit_price", "unitprice", "list_price", "price")
_UNITS = ("usageunit", "usage_unit", "unit")
_KINDS = {"integer": FieldType.INTEGER, "decimal": FieldType.DECIMAL, "boolean": FieldType.BOOLEAN}
_KEPT = frozenset({"rowno", "row_no", "position", "sequence", "sequence_no"})
_FRESH_S = 300.0
_MOST = 5000


def shape(row: SoapPart, names: LineNames) -> LineShape:
    """What a row can hold, by the WSDL's own type."""
    own = names.all()
    fields = tuple(
        Field(name=FieldName(part.name), label=label_of(part.name), type=_KINDS.get(part.kind, FieldType.TEXT))
        for part in row.parts
        if part.name not in own and part.kind not in ("group", "list") and part.name.lower() not in _KEPT
    )
    return LineShape(
        has_percent=bool(names.discount_percent),
        has_amount=bool(names.discount_amount),
        taxes={"VAT": "VAT"} if names.tax else {},
        needs_product=False,
        text_label=label_of(names.text) if names.text else "",
        fields=fields,
        shown=tuple(field.name for field in fields)[:2],
    )


class Products:
    """The list of products, kept for some minutes. Owned by one connector.

    Args:
        read: products of a filter, at most so many; None = all.
    """

    def __init__(self, read: Callable[[Filter | None, int], Iterable[Record]]) -> None:
        self._read = read
        self._rows: tuple[Record, ...] = ()
        self._read_at: float | None = None

    def find(self, words: str, limit: int, schema: Schema, *, can_be_listed: bool) -> tuple[ProductHit, ...]:
        """Products with these words in name or number, those that begin with them first."""
        wanted, start = folded(words).split(), folded(words.strip())
        if not wanted or limit <= 0:
            return ()
        if not can_be_listed:
            found: list[Record] = []
            for name in (name for name in _NUMBERS if schema.field(name) is not None):
                found += self._read(Compare(FieldName(name), Op.EQ, words.strip()), limit)
            return tuple(hit(one, schema) for one in found[:limit])
        texts = ((one, _text(one, schema)) for one in self._known())
        kept = [(one, text) for one, text in texts if all(word in " ".join(text) for word in wanted)]
        kept.sort(key=lambda pair: not any(text.startswith(start) for text in pair[1]))
        return tuple(hit(one, schema) for one, _ in kept[:limit])

    def known(self, products: Iterable[RecordId], schema: Schema) -> tuple[ProductHit, ...]:
        """Products by their numbers."""
        keys = {record.key for record in products}
        return tuple(hit(one, schema) for one in self._known() if one.id.key in keys) if keys else ()

    def _known(self) -> tuple[Record, ...]:
        if self._read_at is None or monotonic() - self._read_at > _FRESH_S:
            self._rows, self._read_at = tuple(self._read(None, _MOST)), monotonic()
        return self._rows


def _text(one: Record, schema: Schema) -> tuple[str, ...]:
    names = (schema.title_field, *(FieldName(name) for name in _NUMBERS))
    return tuple(folded(text) for name in names if (text := plain(one.values.get(name))))


def hit(product: Record, schema: Schema) -> ProductHit:
    """A product as it begins a line."""
    numbers = [text for name in _NUMBERS if (text := plain(product.values.get(FieldName(name))))]
    prices = (to_decimal(plain(product.values.get(FieldName(name)))) for name in _PRICES)
    line = LineItem(
        key=None,
        position=0,
        product=product.id,
        text=plain(product.values.get(FieldName("description"))),
        unit_price=next((price for price in prices if price is not None), Decimal(0)),
        name=plain(product.values.get(schema.title_field)),
    )
    unit = next((text for name in _UNITS if (text := plain(product.values.get(FieldName(name))))), "")
    return ProductHit(line, numbers[0] if numbers else "", unit, " · ".join(numbers[1:2]))
