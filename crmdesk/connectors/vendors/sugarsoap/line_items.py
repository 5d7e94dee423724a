# SPDX-License-Identifier: MIT
"""PURE: lines of SuiteCRM's quotes and invoices <-> records of AOS_Products_Quotes.

Which column means what: salesagility/SuiteCRM, modules/AOS_Products_Quotes/vardefs.php, ``save_lines`` in
AOS_Products_Quotes.php and ``calculateLine`` in line_items.js (seen 2026-11-22). A service is a line whose
``product_id`` is "0" and whose name is typed. A discount is of one piece: ``discount`` says whether ``product_discount``
is a percentage or an amount. The server computes none of it: unit price, total and tax are what it is sent.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from crmdesk.connectors.vendors.sugarsoap import catalog
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, Tax
from crmdesk.domain.sentence import sentence
from crmdesk.domain.totals import LineFigures
from crmdesk.domain.values import Value, plain, same

LINES, PRODUCTS = catalog.LINES, ModuleName("AOS_Products")
VAT = "VAT"
NAME, TEXT, NUMBER, GROUP = (FieldName(n) for n in ("name", "item_description", "number", "group_id"))
QUANTITY, PRICE, DISCOUNT = (FieldName(n) for n in ("product_qty", "product_list_price", "product_discount"))
PRODUCT, DISCOUNT_KIND, RATE = (FieldName(n) for n in ("product_id", "discount", "vat"))
DISCOUNT_AMOUNT, UNIT_PRICE, TOTAL, TAX_AMOUNT = (
    FieldName(n) for n in ("product_discount_amount", "product_unit_price", "product_total_price", "vat_amt")
)
PARENT_TYPE, PARENT_ID, CURRENCY = FieldName("parent_type"), FieldName("parent_id"), FieldName("currency_id")
PERCENTAGE, AMOUNT = "Percentage", "Amount"
NO_PRODUCT = "0"
QUANTITY_PLACES, PRICE_PLACES = 4, 6
"""decimal(18,4) and currency(26,6)."""
_ZERO, _CENT, _PIECE = Decimal(0), Decimal("0.01"), Decimal("0.000001")
_OWN = frozenset(
    {NAME, TEXT, NUMBER, QUANTITY, PRICE, DISCOUNT, PRODUCT, DISCOUNT_KIND, RATE, DISCOUNT_AMOUNT, UNIT_PRICE, TOTAL,
     TAX_AMOUNT, PARENT_TYPE, PARENT_ID}
)  # fmt: skip
_KEEPING = frozenset(
    [
        "id",
        "date_entered",
        "date_modified",
        "created_by",
        "created_by_name",
        "modified_user_id",
        "modified_by_name",
        "assigned_user_id",
        "assigned_user_name",
        "deleted",
        "currency_id",
        "product_cost_price",
        "group_id",
        "group_name",
        "parent_name",
    ]
)


def is_own_field(name: str) -> bool:
    """Whether a field of the line's record is the company's business, neither a part of every line nor bookkeeping."""
    return FieldName(name) not in _OWN and name not in _KEEPING and not name.endswith("_usdollar")


def line_of(row: Record, place: int) -> LineItem:
    """A record as a line; ``place`` is where it stands, from 1."""
    values = row.values
    product = plain(values.get(PRODUCT))
    is_service = product in ("", NO_PRODUCT)
    quantity = _number(values.get(QUANTITY))
    discount, kind = _number(values.get(DISCOUNT)), plain(values.get(DISCOUNT_KIND))
    rate = percent_of(values.get(RATE))
    name, text = plain(values.get(NAME)), plain(values.get(TEXT))
    return LineItem(
        key=row.id.key,
        position=place,
        kind=LineKind.SERVICE if is_service else LineKind.PRODUCT,
        product=None if is_service else RecordId(PRODUCTS, product),
        text=name if is_service else text,
        quantity=quantity,
        unit_price=_number(values.get(PRICE)) or _number(values.get(UNIT_PRICE)),
        discount_percent=discount if discount and kind == PERCENTAGE else None,
        discount_amount=(discount * quantity).normalize() if discount * quantity and kind == AMOUNT else None,
        taxes=(Tax(VAT, rate, _number(values.get(TAX_AMOUNT))),) if rate else (),
        total=_number(values.get(TOTAL)) if values.get(TOTAL) is not None else None,
        extras={n: v for n, v in values.items() if is_own_field(n) or n == GROUP},
        name="" if is_service else name,
    )


def lines_of(rows: tuple[Record, ...]) -> tuple[LineItem, ...]:
    """In their order: by their number, then by when they were made."""

    def rank(row: Record) -> tuple[Decimal, str, str]:
        return _number(row.values.get(NUMBER)), plain(row.values.get(FieldName("date_entered"))), row.id.key

    return tuple(line_of(row, place) for place, row in enumerate(sorted(rows, key=rank), 1))


def percent_of(value: Value) -> Decimal:
    """``vat`` is a text of a list that the company keeps: "19.0"; anything else is no tax."""
    text = plain(value).strip().rstrip("%").strip().replace(",", ".")
    return Decimal(text) if text.replace(".", "", 1).isdigit() else _ZERO


def problem(line: LineItem, rates: Mapping[Decimal, str]) -> str:
    """Why the server would keep something else, "" = it would not. ``rates``: percentages the company has."""
    if line.kind in (LineKind.HEADING, LineKind.TEXT):
        return sentence("it is no product and no service; this CRM has no other lines")
    if line.product is None and not line.text.strip():
        return sentence("it has neither a product nor a text")
    if line.product is not None and line.product.module != PRODUCTS:
        return sentence("choose its product anew; the one it names is none of this CRM's")
    if _places(line.quantity) > QUANTITY_PLACES:
        return sentence("the quantity keeps {n} decimals there", n=QUANTITY_PLACES)
    if _places(line.unit_price) > PRICE_PLACES or _places(line.discount_percent or _ZERO) > PRICE_PLACES:
        return sentence("prices and discounts keep {n} decimals there", n=PRICE_PLACES)
    if len(line.taxes) > 1 or any(tax.name != VAT for tax in line.taxes):
        return sentence("a line has one tax there")
    rate = line.taxes[0].percent if line.taxes else _ZERO
    if rate and rates and rate not in rates:
        return sentence("a tax of {percent} % is not in the company's list", percent=plain(rate))
    if line.discount_amount and _per_piece(line) is None:
        return sentence(
            "the discount is kept for one piece there, and this amount cannot be divided; type a percentage"
        )
    return ""


def values_of(line: LineItem, figures: LineFigures, rates: Mapping[Decimal, str]) -> dict[FieldName, Value]:
    """Everything that stands in the record of a line, by its columns; what the web page computes is computed here."""
    is_service = line.product is None
    per_piece = _per_piece(line) or _ZERO
    off = per_piece if line.discount_amount else (line.discount_percent or _ZERO) * line.unit_price / 100
    rate = line.taxes[0].percent if line.taxes else _ZERO
    wanted: dict[FieldName, Value] = {
        NAME: line.text.strip() if is_service else line.name or plain(line.extras.get(NAME)) or line.called,
        PRODUCT: NO_PRODUCT if line.product is None else line.product.key,
        NUMBER: line.position,
        QUANTITY: line.quantity,
        PRICE: line.unit_price,
        DISCOUNT: per_piece if line.discount_amount else line.discount_percent or _ZERO,
        DISCOUNT_KIND: AMOUNT if line.discount_amount else PERCENTAGE,
        DISCOUNT_AMOUNT: _round(-off, _PIECE),
        UNIT_PRICE: _round(line.unit_price - off, _CENT),
        TOTAL: _round(figures.net, _CENT),
        RATE: rates.get(rate) or (f"{rate:.1f}" if rate == round(rate, 1) else plain(rate)),
        TAX_AMOUNT: _round(sum((tax.amount for tax in figures.taxes), _ZERO), _CENT),
        **{n: v for n, v in line.extras.items() if is_own_field(n)},
    }
    return wanted if is_service else {**wanted, TEXT: line.text}


def changes(old: Record, wanted: Mapping[FieldName, Value]) -> dict[FieldName, Value]:
    """What of it the record does not hold yet."""
    held = old.values
    return {n: v for n, v in wanted.items() if n in held and not _is_held(n, v, held[n])}


def _is_held(name: FieldName, wanted: Value, held: Value) -> bool:
    if name == RATE:
        return percent_of(wanted) == percent_of(held)
    if isinstance(wanted, (int, Decimal)) and not isinstance(wanted, bool):
        return Decimal(wanted) == _number(held)
    return same(wanted, held) or plain(wanted) == plain(held)


def _per_piece(line: LineItem) -> Decimal | None:
    """An amount as the server keeps it, None where it cannot be told exactly."""
    if not line.discount_amount or not line.quantity:
        return None
    piece = _round(line.discount_amount / line.quantity, _PIECE)
    return piece if piece * line.quantity == line.discount_amount else None


def _number(value: Value) -> Decimal:
    if isinstance(value, bool) or value is None:
        return _ZERO
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    text = plain(value).strip()
    try:
        return Decimal(text) if text else _ZERO
    except ArithmeticError:
        return _ZERO


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _round(number: Decimal, to: Decimal) -> Decimal:
    return number.quantize(to, ROUND_HALF_UP)
