# SPDX-License-Identifier: MIT
"""Products for lines of sales documents, and what a line can hold.

Source: the guide of 16 June 2022, "Product line fields": quantity takes one decimal, a discount is an amount or ends in
%, prices come in five currencies. A product's own price does not come by itself, so it is filled in here.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from crmdesk.connectors.vendors.opencrm import line_items
from crmdesk.connectors.wire.text import to_decimal
from crmdesk.domain.names import Cursor, FieldName, ModuleName
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineItem, LineKind, LineShape, ProductHit, Tax
from crmdesk.domain.schema import Choice, Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain

FEW, _PAGES = 2, 3
_COMPANIES = ModuleName("company")
_LABELS = {
    "category": sentence("Category"),
    "taxclass": sentence("Tax class"),
    "supplierid": sentence("Supplier"),
    "supplytype": sentence("Supply type"),
    "contract_term": sentence("Contract term"),
    "commission_band": sentence("Commission band"),
    "buyprice": sentence("Buy price"),
    "despatched_quantity": sentence("Despatched"),
    "remaining_quantity": sentence("Remaining"),
    "margin_percent": sentence("Margin %"),
    "markup": sentence("Markup %"),
}
_TOLD = ("despatched_quantity", "remaining_quantity", "margin_percent", "markup")
_OF_PRODUCT = {"taxclass": "taxclass", "supplytype": "supplytype", "commission_band": "commission_band",
               "buyprice": "buy_price"}  # fmt: skip
"""Fields of a line and where a product tells them."""


def shape(products: Schema) -> LineShape:
    """What a line can hold; tax classes are those that products were seen to have."""
    known = products.field("taxclass")
    settable = sorted(line_items.SETTABLE, key=_place)
    fields = (*(_field(name, known) for name in settable), *(_field(name, None, told=True) for name in _TOLD))
    return LineShape(
        has_amount=True,
        quantity_places=1,
        text_label=sentence("Description"),
        fields=fields,
        shown=(FieldName("taxclass"),),
        tax_field=FieldName("taxclass"),
    )


def _place(name: str) -> tuple[int, str]:
    return (list(_LABELS).index(name) if name in _LABELS else len(_LABELS), name)


def _field(name: str, tax: Field | None, *, told: bool = False) -> Field:
    kind = FieldType.TEXT
    choices: tuple[Choice, ...] = ()
    if name == "supplierid":
        return Field(name=FieldName(name), label=_LABELS[name], type=FieldType.REFERENCE, refers_to=(_COMPANIES,))
    if name == "contract_term":
        kind = FieldType.INTEGER
    elif name in line_items.NUMERIC:
        kind = FieldType.MONEY
    elif told:
        kind = FieldType.DECIMAL
    elif name == "taxclass" and tax is not None:
        kind, choices = tax.type, tax.choices
    return Field(name=FieldName(name), label=_label(name), type=kind, choices=choices, read_only=told)


def _label(name: str) -> str:
    if name in _LABELS:
        return _LABELS[name]
    number = "".join(filter(str.isdigit, name))
    return {
        "listprice": sentence("List price {number}", number=number),
        "buyprice": sentence("Buy price {number}", number=number),
        "prd_cf_": sentence("Own field {number}", number=number),
    }[name.removesuffix(number)]


def find(search: Callable[[str, int], tuple[Record, ...]], words: str, limit: int) -> tuple[ProductHit, ...]:
    """Products that the server's own search finds: by name or code. Its lists tell no tax class."""
    return tuple(replace(hit_of(record), is_whole=False) for record in search(words, limit)[:limit])


def numbers_of(keys: set[str], page_of: Callable[[Cursor | None], Page]) -> tuple[ProductHit, ...]:
    """Products of many lines, as far as the first pages of the product list hold them; lists tell no tax class."""
    found: dict[str, ProductHit] = {}
    cursor: Cursor | None = None
    for _ in range(_PAGES):
        page = page_of(cursor)
        found |= {r.id.key: replace(hit_of(r), is_whole=False) for r in page.records if r.id.key in keys}
        cursor = page.next
        if cursor is None or len(found) == len(keys):
            break
    return tuple(found.values())


def hit_of(record: Record) -> ProductHit:
    """A whole product as a line begins with it."""
    values = record.values
    price = to_decimal(plain(values.get(FieldName("unit_price"))))
    name, tax = plain(values.get(FieldName("productname"))), plain(values.get(FieldName("taxclass")))
    extras = {FieldName(n): v for n, of in _OF_PRODUCT.items() if (v := values.get(FieldName(of))) not in (None, "")}
    percent = to_decimal(plain(values.get(FieldName("taxpercent"))))
    line = LineItem(
        key=None,
        position=0,
        kind=LineKind.PRODUCT,
        product=record.id,
        text=plain(values.get(FieldName("description"))),
        unit_price=price or Decimal(0),
        taxes=(Tax(tax, percent),) if percent is not None else (),
        extras=extras,
        name=name,
    )
    code, unit = (plain(values.get(FieldName(one))) for one in ("productcode", "usageunit"))
    return ProductHit(line, code, unit, plain(values.get(FieldName("productcategory"))))
