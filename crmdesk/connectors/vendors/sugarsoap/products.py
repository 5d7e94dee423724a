# SPDX-License-Identifier: MIT
"""Products for lines of SuiteCRM's quotes and invoices, and what a line can hold there.

The catalogue is AOS_Products; what of it goes into a line is what the web page's pop-up takes over (``openProductPopup``
in modules/AOS_Products_Quotes/line_items.js): name, part number, description, price. GUESS: a product priced in another
currency than the document's is not converted here, as the page does with the rates it knows; its price is to be checked.
"""

from collections.abc import Iterable
from decimal import Decimal

from crmdesk.connectors.vendors.sugarsoap import line_items as li
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.reader import Reader
from crmdesk.connectors.wire.text import to_decimal
from crmdesk.domain.matching import matches
from crmdesk.domain.names import Cursor, FieldName, RecordId
from crmdesk.domain.query import Compare, Op, Or, Query
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, LineShape, ProductHit
from crmdesk.domain.schema import Schema
from crmdesk.domain.values import plain

_PART, _CODE, _PRICE, _TEXT = (FieldName(n) for n in ("part_number", "maincode", "price", "description"))
_PAGE, _PAGES = 100, 5
_SEARCHED = (FieldName("name"), _PART, _CODE)


def rates_of(lines: Schema) -> dict[Decimal, str]:
    """The company's tax rates: percent -> how its list spells it; empty = it tells none."""
    field = lines.field(li.RATE)
    told = [choice.value for choice in field.choices] if field is not None else []
    return {li.percent_of(text): text for text in told if text.strip()}


def shape(lines: Schema) -> LineShape:
    """What a line can hold, by the server's own labels."""
    fields = tuple(field for field in lines.fields if li.is_own_field(field.name))
    text, rate = lines.field(li.TEXT), lines.field(li.RATE)
    rates = tuple(sorted(rates_of(lines)))
    return LineShape(
        kinds=(LineKind.PRODUCT, LineKind.SERVICE),
        has_amount=True,
        taxes={li.VAT: rate.label if rate is not None else li.VAT},
        rates={li.VAT: rates} if rates else {},
        needs_product=False,
        quantity_places=li.QUANTITY_PLACES,
        text_label=text.label if text is not None else "",
        fields=fields,
    )


def find(modules: Modules, reader: Reader, words: str, limit: int) -> tuple[ProductHit, ...]:
    """Products with the words in name, part number or code, those that begin with them first."""
    if not words.strip() or limit <= 0 or li.PRODUCTS not in modules.names():
        return ()
    schema = modules.described(li.PRODUCTS).schema
    fields = [name for name in _SEARCHED if schema.field(name) is not None]
    where = Or(tuple(Compare(name, Op.CONTAINS, words.strip()) for name in fields))
    found = _matching(reader, Query(li.PRODUCTS, where=where), limit)
    wanted = words.strip().casefold()

    def rank(record: Record) -> tuple[bool, str]:
        texts = [plain(record.values.get(name)).casefold() for name in fields]
        return not any(text.startswith(wanted) for text in texts), texts[0]

    return tuple(hit_of(one) for one in sorted(found, key=rank)[:limit])


def _matching(reader: Reader, query: Query, limit: int) -> list[Record]:
    """The server may find more than is meant, since its letters are compared in its own way."""
    found: list[Record] = []
    cursor: Cursor | None = None
    for _ in range(_PAGES):
        page = reader.page(query, cursor, _PAGE)
        if page.restarted:
            found.clear()
        found += (one for one in page.records if matches(query.where, one.values))
        cursor = page.next
        if cursor is None or len(found) >= limit:
            break
    return found


def known(modules: Modules, products: Iterable[RecordId]) -> tuple[ProductHit, ...]:
    """Products by their ids; what is not there is left out."""
    keys = tuple(dict.fromkeys(one.key for one in products if one.module == li.PRODUCTS))
    if not keys or li.PRODUCTS not in modules.names():
        return ()
    reader = modules.reader(li.PRODUCTS)
    return tuple(hit_of(reader.record(entry)) for entry in modules.entries(li.PRODUCTS, keys))


def hit_of(record: Record) -> ProductHit:
    """A product as it begins a line."""
    values = record.values
    part, code = plain(values.get(_PART)), plain(values.get(_CODE))
    line = LineItem(
        key=None,
        position=0,
        product=RecordId(li.PRODUCTS, record.id.key),
        text=plain(values.get(_TEXT)),
        unit_price=to_decimal(plain(values.get(_PRICE))) or Decimal(0),
        extras={_PART: part} if part else {},
        name=plain(values.get(FieldName("name"))),
    )
    return ProductHit(line, part or code, "", code if part else "")
