# SPDX-License-Identifier: MIT
"""Products and services for lines of sales documents, and what a line can hold in each family.

CRM+ tells the custom fields of lines in ``userDefinedFields`` and its blocks of lines in ``productBlocks`` (its
document, describe); the other attributes are those of its addLineItem. vtiger 8 keeps tax1 … of a product as fields of
the product (recorded); what it does not take back in ``LineItems`` is not offered.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from crmdesk.connectors.vendors.crmplus.line_items import ALTERNATIVE, PAGE_BREAK, PRODUCTS, SERVICES, SUBTOTAL, TAX_ID
from crmdesk.connectors.vendors.crmplus.meta import Described
from crmdesk.connectors.vendors.crmplus.query import MAX_PAGE, Terms, literal, render
from crmdesk.connectors.vendors.crmplus.session import Family
from crmdesk.domain.errors import CrmError, NotPermitted, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Filter, Op, Or, Query
from crmdesk.domain.record import Record
from crmdesk.domain.sales import HeaderDiscount, LineItem, LineKind, LineShape, ProductHit, Tax
from crmdesk.domain.schema import Choice, Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain

_TAX = re.compile(r"tax\d+")
_UNITS = ("usageunit", "service_usageunit")
_CODES = ("productcode",)
_KINDS = ((PRODUCTS, LineKind.PRODUCT), (SERVICES, LineKind.SERVICE))
_OWN = (
    Field(name=FieldName("headline"), label=sentence("Headline above")),
    Field(name=FieldName("headlinedes"), label=sentence("Text below the headline"), type=FieldType.LONG_TEXT),
    Field(name=FieldName("description"), label=sentence("Description"), type=FieldType.LONG_TEXT),
    Field(name=FieldName("optionalLineItem"), label=sentence("Optional"), type=FieldType.BOOLEAN),
    Field(name=ALTERNATIVE, label=sentence("Alternative"), type=FieldType.BOOLEAN),
    Field(name=SUBTOTAL, label=sentence("Show subtotal"), type=FieldType.BOOLEAN),
    Field(name=PAGE_BREAK, label=sentence("Page break"), type=FieldType.BOOLEAN),
    Field(name=TAX_ID, label=sentence("Tax class"), type=FieldType.CHOICE),
    Field(name=FieldName("qtyinstock"), label=sentence("In stock"), type=FieldType.DECIMAL, read_only=True),
)

Describe = Callable[[ModuleName], Described]
Find = Callable[[Query, int], tuple[Record, ...]]
Rows = Callable[[ModuleName, str], tuple[Record, ...]]
"""Module, query text -> its records."""


def shape(found: Described, products: Callable[[], Schema], family: Family, language: str) -> LineShape:
    """What lines of a described module can hold.

    Raises:
        Unsupported: its records have no lines.
    """
    if not found.schema.module.is_sales_document:
        raise Unsupported(sentence("lines in {records}", records=found.schema.module.label_plural))
    kinds = (LineKind.PRODUCT, LineKind.SERVICE)
    if family is not Family.CRMPLUS:
        taxes = _taxes(products) if family is Family.VTIGER else {}
        return LineShape(
            kinds=kinds, has_amount=True, taxes=taxes, can_be_empty=False, quantity_places=3, text_label=sentence("Comment"),
            header_discount=HeaderDiscount.IGNORED,  # without lines it is not looked at (measured on vtiger 8)
        )  # fmt: skip
    own = tuple(Field(name=FieldName(name), label=label) for name, label in found.line_fields.items())
    choices = tuple(Choice(block.name, _word(block.labels, language) or block.name) for block in found.product_blocks)
    block = Field(name=FieldName("productBlockName"), label=sentence("Block"), type=FieldType.CHOICE, choices=choices)
    fields = (*((block,) if len(choices) > 1 else ()), *_OWN, *own)
    return LineShape(
        kinds=kinds, has_amount=True, quantity_places=3, text_label=sentence("Comment"), fields=fields,
        heading_field=_OWN[0].name, heading_text_field=_OWN[1].name, tax_field=TAX_ID, header_discount=HeaderDiscount.LATER,  # only ``recalculate`` of a line counts anew
    )  # fmt: skip


def _taxes(products: Callable[[], Schema]) -> dict[str, str]:
    try:
        return {str(f.name): f.label for f in products().fields if _TAX.fullmatch(f.name)}
    except (NotPermitted, Unsupported):
        return {}


def _word(labels: object, language: str) -> str:
    """A label in the user's language, else in English."""
    if not isinstance(labels, dict):
        return ""
    known = {str(key).casefold(): str(text) for key, text in labels.items()}
    mine = (text for key, text in known.items() if language and key.startswith(language.casefold()[:2]))
    return next(mine, known.get("en_us", ""))


def find(describe: Describe, read: Find, words: str, limit: int, family: Family) -> tuple[ProductHit, ...]:
    """Products, then services, whose name, number or code holds the words; a module nobody may read has none."""
    found: list[ProductHit] = []
    for module, kind in _KINDS:
        try:
            schema = describe(module).schema
            records = read(Query(module, (), _holding(schema, words)), limit)
        except (NotPermitted, Unsupported):
            continue
        found += (_hit(record, schema, kind, family) for record in records)
    wanted = words.casefold()
    found.sort(key=lambda hit: not (hit.number.casefold() == wanted or hit.line.name.casefold().startswith(wanted)))
    return tuple(found[:limit])


def known(describe: Describe, read: Rows, products: Iterable[RecordId], family: Family) -> tuple[ProductHit, ...]:
    """Products by their ids, one request for each kind."""
    wanted = tuple(products)
    found: list[ProductHit] = []
    for module, kind in _KINDS:
        keys = tuple(dict.fromkeys(record.key for record in wanted if record.module == module))
        if not keys:
            continue
        try:
            schema = describe(module).schema
            among = Terms((f"id in ({', '.join(literal(key) for key in keys)})",))
            text = render(module, ("*",), among, order=(), limit=min(len(keys), MAX_PAGE))
            found += (_hit(record, schema, kind, family) for record in read(module, text))
        except CrmError:
            continue  # a number that cannot be told keeps nobody from editing lines
    return tuple(found)


def _holding(schema: Schema, words: str) -> Filter | None:
    names = [schema.title_field, *([schema.number_field] if schema.number_field else [])]
    names += [FieldName(code) for code in _CODES if schema.field(code) is not None]
    if not words.strip():
        return None
    return Or(tuple(Compare(name, Op.CONTAINS, words.strip()) for name in names))


def _hit(record: Record, schema: Schema, kind: LineKind, family: Family) -> ProductHit:
    values = record.values
    price = values.get(FieldName("unit_price"))
    taxes = tuple(
        Tax(str(f.name), value)
        for f in schema.fields
        if _TAX.fullmatch(f.name) and isinstance(value := values.get(f.name), Decimal) and value
    )
    name = plain(values.get(schema.title_field))
    number = plain(values.get(schema.number_field)) if schema.number_field else ""
    code = next((text for one in _CODES if (text := plain(values.get(FieldName(one))))), "")
    line = LineItem(
        key=None,
        position=0,
        kind=kind,
        product=record.id,
        unit_price=price if isinstance(price, Decimal) else Decimal(0),
        taxes=taxes,
        extras={FieldName("name"): name} if family is Family.CRMPLUS else {},
        name=name,
    )
    unit = next((text for one in _UNITS if (text := plain(values.get(FieldName(one))))), "")
    return ProductHit(line, number, unit, code)
