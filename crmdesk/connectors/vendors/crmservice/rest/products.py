# SPDX-License-Identifier: MIT
"""Products for the rows of sales documents, and what a row can hold."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from crmdesk.connectors.vendors.crmservice.rest.line_items import LineNames
from crmdesk.connectors.wire.text import to_decimal
from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Op, Or
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineShape, ProductHit, Tax
from crmdesk.domain.schema import Field, Schema
from crmdesk.domain.values import plain

_NUMBERS = ("product_code", "productcode", "code", "sku", "part_number", "entity_no", "product_no")
_PRICES = ("unit_price", "list_price", "sales_price", "price")
_TAXES = ("vat_percent", "tax_percent", "vat_percentage", "tax_percentage", "vat_rate", "tax_rate", "vat")
_UNITS = ("unit", "usage_unit", "usageunit")
_OWN = frozenset({"id", "total"})
_MOST = 200


def shape(rows: Schema, names: LineNames) -> LineShape:
    """What a row can hold, by the server's own labels."""
    own = names.all() | _OWN
    fields = tuple(field for field in rows.fields if field.name not in own and not field.block.startswith("Kept"))
    product, text = rows.field(names.product), rows.field(names.text)
    tax = rows.field(names.tax)
    return LineShape(
        keeps_order=bool(names.position),
        has_percent=bool(names.discount_percent),
        has_amount=bool(names.discount_amount),
        taxes={"VAT": tax.label} if tax is not None else {},
        needs_product=product is not None and product.required,
        text_label=text.label if text is not None else "",
        fields=fields,
        shown=tuple(field.name for field in fields if not field.read_only)[:2],
    )


def searched(schema: Schema) -> tuple[Field, ...]:
    """The fields in which a product's words are looked for: its name and its numbers."""
    names = (schema.title_field, *(FieldName(name) for name in _NUMBERS))
    found = (schema.field(name) for name in dict.fromkeys(names))
    return tuple(field for field in found if field is not None and field.type.is_text)


def filter_for(words: str, schema: Schema) -> Filter | None:
    """Every word somewhere in name or number."""
    fields = searched(schema)
    each = [Or(tuple(Compare(field.name, Op.CONTAINS, word) for field in fields)) for word in words.split()]
    return And(tuple(each)) if each and fields else None


def find(
    words: str, limit: int, schema: Schema, names: LineNames, read: Callable[[Filter, int], Iterable[Record]]
) -> tuple[ProductHit, ...]:
    """Products with these words, those that begin with them first.

    Args:
        read: products of a filter, at most so many.
    """
    where = filter_for(words, schema)
    if where is None or limit <= 0:
        return ()
    fields, start = searched(schema), folded(words.strip())
    found = list(read(where, max(limit, min(_MOST, limit * 4))))
    found.sort(key=lambda one: not any(folded(plain(one.values.get(f.name))).startswith(start) for f in fields))
    return tuple(hit(one, schema, names) for one in found[:limit])


def hit(product: Record, schema: Schema, names: LineNames) -> ProductHit:
    """A product as it begins a line."""
    told = {name: plain(product.values.get(FieldName(name))) for name in (*_NUMBERS, *_PRICES, *_TAXES, *_UNITS)}
    numbers = [told[name] for name in _NUMBERS if told[name]]
    price = next((n for name in _PRICES if (n := to_decimal(told[name])) is not None), Decimal(0))
    percent = next((n for name in _TAXES if (n := to_decimal(told[name])) is not None), None)
    line = LineItem(
        key=None,
        position=0,
        product=RecordId(product.id.module, product.id.key),
        text="",
        unit_price=price,
        taxes=(Tax("VAT", percent),) if percent and names.tax else (),
        name=plain(product.values.get(schema.title_field)),
    )
    unit = next((told[name] for name in _UNITS if told[name]), "")
    return ProductHit(line, numbers[0] if numbers else "", unit, " · ".join(numbers[1:2]))
