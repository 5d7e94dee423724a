# SPDX-License-Identifier: MIT
"""PURE: quotation lines <-> LineItem.

Seen in the official client's recorded lines: ``ListPrice`` is the price of one, ``Discount`` a percentage, ``Price`` the
line's total after it (450 × 10 less 10 % is 4050); ``SortOrder`` goes in tens; the line of a delivery carries the
delivery's id as ``QuotationLineOpportunityId``. Which of the nine data fields is a number or a name is each company's
own affair; the first one that is filled is shown as the line's text.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from crmdesk.connectors.vendors.webcrm.parse import EMPTY_DATA
from crmdesk.connectors.wire.text import to_decimal, to_int, to_text
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem, LineKind, Tax
from crmdesk.domain.values import Value, plain, same

P = "QuotationLine"
ID, OF, SORT = f"{P}Id", f"{P}OpportunityId", f"{P}SortOrder"
LINKED_ID = f"{P}LinkedDataId"
"""The item of linked data that a new line is made of; in no answer."""
DATA = tuple(f"{P}Data{number}" for number in range(1, 10))
TEXT = DATA[0]
_ZERO = Decimal(0)
_OWN = frozenset(
    {f"{P}{name}" for name in ("Id", "OpportunityId", "OrganisationId", "PersonId", "SortOrder", "Quantity")}
    | {f"{P}{name}" for name in ("ListPrice", "Price", "Discount", "VatPercentage", "CreatedAt", "CreatedBy")}
    | {f"{P}UpdatedAt", f"{P}UpdatedBy", TEXT}
)
"""Told by the line itself, not among its extras."""

Row = Mapping[str, object]


def lines_of(rows: Iterable[Row]) -> tuple[LineItem, ...]:
    """A document's lines in its order."""
    found = sorted(rows, key=lambda row: (to_int(row.get(SORT)) or 0, to_int(row.get(ID)) or 0))
    return tuple(_line(row, place) for place, row in enumerate(found, start=1))


def _line(row: Row, place: int) -> LineItem:
    extras: dict[FieldName, Value] = {}
    for name, raw in row.items():
        if name in _OWN or isinstance(raw, (dict, list)) or raw is None or raw == "":
            continue
        if name in DATA and raw == EMPTY_DATA:
            continue
        extras[FieldName(name)] = raw if isinstance(raw, (bool, int, Decimal, str)) else to_text(raw)
    vat = to_decimal(row.get(f"{P}VatPercentage"))
    text = to_text(row.get(TEXT))
    return LineItem(
        key=to_text(row.get(ID)) or None,
        position=place,
        kind=LineKind.PRODUCT,
        text="" if text == EMPTY_DATA else text,
        quantity=to_decimal(row.get(f"{P}Quantity")) or _ZERO,
        unit_price=to_decimal(row.get(f"{P}ListPrice")) or _ZERO,
        discount_percent=to_decimal(row.get(f"{P}Discount")) or None,
        taxes=(Tax("VAT", vat),) if vat else (),
        total=to_decimal(row.get(f"{P}Price")),
        extras=extras,
    )


def total(line: LineItem) -> Decimal:
    """What the line comes to, in cents, half away from zero."""
    kept = Decimal(100) - (line.discount_percent or _ZERO)
    return (line.quantity * line.unit_price * kept / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def body_of(line: LineItem) -> dict[str, object]:
    """A line's own properties, for a new one."""
    body: dict[str, object] = {
        ID: 0,
        f"{P}Quantity": line.quantity,
        f"{P}ListPrice": line.unit_price,
        f"{P}Discount": line.discount_percent or _ZERO,
        f"{P}Price": total(line),
        SORT: line.position * 10,
    }
    if line.taxes:
        body[f"{P}VatPercentage"] = line.taxes[0].percent
    if line.text:
        body[TEXT] = line.text
    return body | {str(name): sent(value) for name, value in line.extras.items() if value is not None}


def sort_orders(lines: Sequence[LineItem], held: Mapping[str, int]) -> dict[int, int]:
    """The sort order of each line by its place from 0.

    Those the server has stay where they rise already, and lines behind them go on in tens; else all are numbered anew.
    """
    told = [held.get(line.key or "") for line in lines]
    known = [(order, int(line.key or 0)) for order, line in zip(told, lines, strict=True) if order is not None]
    if known == sorted(known) and None not in told[: len(known)]:
        last = known[-1][0] if known else 0
        return {
            place: order if order is not None else last + 10 * (place - len(known) + 1)
            for place, order in enumerate(told)
        }
    return {place: 10 * (place + 1) for place in range(len(lines))}


def changes(before: LineItem, after: LineItem) -> dict[str, object]:
    """The properties that differ; empty = nothing. The total follows quantity, price and discount."""
    found: dict[str, object] = {}
    if before.quantity != after.quantity:
        found[f"{P}Quantity"] = after.quantity
    if before.unit_price != after.unit_price:
        found[f"{P}ListPrice"] = after.unit_price
    if (before.discount_percent or _ZERO) != (after.discount_percent or _ZERO):
        found[f"{P}Discount"] = after.discount_percent or _ZERO
    if found:
        found[f"{P}Price"] = total(after)
    if _vat(before) != _vat(after):
        found[f"{P}VatPercentage"] = _vat(after)
    if before.text != after.text:
        found[TEXT] = after.text
    for name in {**before.extras, **after.extras}:
        value = after.extras.get(name)
        if not same(before.extras.get(name), value):
            found[str(name)] = "" if value is None and isinstance(before.extras.get(name), str) else sent(value)
    return found


def _vat(line: LineItem) -> Decimal:
    return line.taxes[0].percent if line.taxes else _ZERO


def sent(value: Value) -> object:
    """One value of a line as JSON."""
    return value if isinstance(value, (bool, int, Decimal, str)) or value is None else plain(value)


def linked_item(body: Mapping[str, object]) -> dict[str, object]:
    """The item of linked data for a new line of text: its nine data fields are never empty."""
    item = f"{P}LinkedDataItem"
    made: dict[str, object] = {
        f"{item}Id": 0,
        f"{item}EntityType": "Product",
        f"{item}DataMemo": to_text(body.get(f"{P}Memo")),
        f"{item}ItemGroup": "",
        f"{item}VatCode": "",
        f"{item}Price": body.get(f"{P}ListPrice"),
    }
    if body.get(f"{P}CostPrice") is not None:
        made[f"{item}CostPrice"] = body[f"{P}CostPrice"]
    for number, name in enumerate(DATA, start=1):
        made[f"{item}Data{number}"] = to_text(body.get(name)).strip() or EMPTY_DATA
    return made


def is_linked(setup: object) -> bool:
    """Whether a LinkedSetup says that linked data is on: one of its nine fields is used (the vendor's FAQ)."""
    if not isinstance(setup, dict):
        return False
    fields = (to_int(setup.get(f"{P}LinkedSetupField{number}")) or 0 for number in range(1, 10))
    return any(number > 0 for number in fields)


def failures(decoded: object) -> tuple[str, ...]:
    """The messages of those records that a PATCH failed with: texts among the ids in its list, under HTTP 200."""
    if not isinstance(decoded, list):
        return ()
    texts = (to_text(one).strip() for one in decoded if not isinstance(one, (dict, list)))
    return tuple(text for text in texts if text and to_int(text) is None)
