# SPDX-License-Identifier: MIT
"""PURE: the rows of a document's product grid <-> LineItem, and which fields of a line are sent.

Source: the guide of 16 June 2022, "Product line fields". A line that is not named in ``products`` is deleted for good;
a line needs ``lineid`` and ``productid``, other fields keep their values; but "if supplementary currency values are not
passed in, they will be set to 0", so every price that was read goes back with every line.
"""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal

from crmdesk.connectors.vendors.opencrm.parse import Row, is_id
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.text import to_decimal, to_int, to_text
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.numbers import exact
from crmdesk.domain.sales import LineItem, LineKind, Tax, Totals
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain, same

PRODUCTS = ModuleName("product")
NEW = "0"
PRICE = "listprice1"
_PRICES = (*(f"listprice{n}" for n in range(1, 6)), "buyprice", *(f"buyprice{n}" for n in range(2, 6)))
SETTABLE = frozenset(
    (*_PRICES[1:], "category", "taxclass", "supplierid", "supplytype", "contract_term", "commission_band",
     *(f"prd_cf_{n}" for n in range(1, 11)))
)  # fmt: skip
"""What may be set beside the columns every vendor has; everything else the server keeps or computes."""
NUMERIC = frozenset((*_PRICES, "contract_term", "supplierid"))
_KNOWN = frozenset({"lineid", "linenumber", "productid", "description", "quantity", PRICE, "listprice", "discount"})
_TOTALS = ("total", "linetotal", "line_total", "nettotal", "net_total", "netprice")


def from_rows(raw: object) -> tuple[LineItem, ...]:
    """``products`` of a sales record, in the document's order; "" and null are no lines.

    Raises:
        MalformedReply.
    """
    found = [_line(row, number) for number, row in enumerate(grid(raw), start=1)]
    return tuple(sorted(found, key=lambda line: line.position))


def grid(raw: object) -> tuple[Row, ...]:
    """The rows as they came: a list, one row alone, a map of rows, or a JSON text of these.

    Raises:
        MalformedReply.
    """
    if isinstance(raw, str) and raw.strip():
        try:
            raw = json.loads(raw, cls=Decoder, parse_float=exact)
        except ValueError as error:
            raise _broken() from error
    if raw in (None, "", [], {}, False):
        return ()
    if isinstance(raw, dict):
        raw = [raw] if "lineid" in raw else list(raw.values())
    if not isinstance(raw, list) or not all(isinstance(row, dict) and is_id(_id(row)) for row in raw):
        raise _broken()
    return tuple(raw)


def _broken() -> MalformedReply:
    return MalformedReply(
        sentence("The lines of the document are not what they should be. Reload it."), where="products"
    )


def _id(row: Row) -> str:
    return to_text(row.get("lineid")).strip()


def _line(row: Row, number: int) -> LineItem:
    product = to_text(row.get("productid")).strip()
    percent, amount = _discount(to_text(row.get("discount")))
    tax = to_decimal(row.get("taxpercent"))
    name = to_text(row.get("taxclass"))
    return LineItem(
        key=_id(row),
        position=to_int(row.get("linenumber")) or number,
        kind=LineKind.PRODUCT if is_id(product) else LineKind.TEXT,
        product=RecordId(PRODUCTS, product) if is_id(product) else None,
        text=to_text(row.get("description")),
        quantity=to_decimal(row.get("quantity")) or Decimal(0),
        unit_price=to_decimal(row.get(PRICE, row.get("listprice"))) or Decimal(0),
        discount_percent=percent,
        discount_amount=amount,
        taxes=(Tax(name, tax, to_decimal(row.get("taxvalue"))),) if tax is not None else (),
        total=next((n for key in _TOTALS if (n := to_decimal(row.get(key))) is not None), None),
        extras={FieldName(k): _extra(k, v) for k, v in row.items() if k not in _KNOWN},
        name=to_text(row.get("productname")),
    )


def _extra(name: str, raw: object) -> Value:
    if raw is None or raw == "":
        return None
    if isinstance(raw, (dict, list)):
        return json.dumps(raw, ensure_ascii=False, default=to_text)
    number = to_decimal(raw) if name in _PRICES else None
    return to_text(raw) if number is None else number


def _discount(text: str) -> tuple[Decimal | None, Decimal | None]:
    """``10%`` is a percentage, ``10`` an amount (guide); 0 is none."""
    text = text.strip()
    number = to_decimal(text.removesuffix("%"))
    if not number:
        return None, None
    return (number, None) if text.endswith("%") else (None, number)


def sent(now: Row, before: LineItem, after: LineItem) -> dict[str, str]:
    """A line that is there: its two ids, the prices as they were just read, and what is to change.

    Args:
        now: the row as it came a moment ago.
    """
    told = {"lineid": _id(now), "productid": to_text(now.get("productid"))}
    told |= {name: to_text(now[name]) for name in _PRICES if to_text(now.get(name))}
    changes = changed(before, after)
    if after.product is not None and after.product != before.product:
        changes["productid"] = after.product.key
    return told | changes


def added(line: LineItem) -> dict[str, str]:
    """A new line; a product's own price does not come by itself, so it is always sent."""
    told = {
        "lineid": NEW,
        "productid": line.product.key if line.product else "",
        "linenumber": str(line.position),
        "quantity": number(line.quantity),
        PRICE: number(line.unit_price),
    }
    if line.text:
        told["description"] = line.text
    if line.discount_percent or line.discount_amount:
        told["discount"] = _discount_text(line)
    own = {str(k): _sent(v) for k, v in line.extras.items() if k in SETTABLE and v is not None}
    return {**told, **own}


def changed(before: LineItem, after: LineItem) -> dict[str, str]:
    """What must be told to get from one line to the other, without its product; empty = nothing."""
    told: dict[str, str] = {}
    if before.position != after.position:
        told["linenumber"] = str(after.position)
    if before.text != after.text:
        told["description"] = after.text
    if before.quantity != after.quantity:
        told["quantity"] = number(after.quantity)
    if before.unit_price != after.unit_price:
        told[PRICE] = number(after.unit_price)
    if _discount_text(before) != _discount_text(after):
        told["discount"] = _discount_text(after)
    if before.taxes != after.taxes and after.taxes and after.taxes[0].name != _tax_name(before):
        told["taxclass"] = after.taxes[0].name
    for name, value in after.extras.items():
        if name in SETTABLE and not same(before.extras.get(name), value):
            told[str(name)] = _sent(value)
    return told


def _tax_name(line: LineItem) -> str:
    return line.taxes[0].name if line.taxes else ""


def _discount_text(line: LineItem) -> str:
    if line.discount_percent:
        return f"{number(line.discount_percent)}%"
    return number(line.discount_amount) if line.discount_amount else "0"


def number(value: Decimal) -> str:
    """A number as text, without trailing zeros and never with an exponent."""
    return format(value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize(), "f")


def _sent(value: Value) -> str:
    return number(value) if isinstance(value, Decimal) else plain(value)


def dumped(lines: Iterable[Mapping[str, str]]) -> str:
    """``products`` as it travels in a form field: a JSON text."""
    return json.dumps(list(lines), ensure_ascii=False)


def same_line(left: LineItem, right: LineItem) -> bool:
    """Whether two readings of a line agree in everything a person sees or sends."""
    return (
        (left.key, left.product) == (right.key, right.product) and not changed(left, right) and not changed(right, left)
    )


def totals_of(row: Row) -> Totals:
    """The figures of the header; GUESS: their names are the relatives', a figure under another name is None."""

    def figure(*names: str) -> Decimal | None:
        return next((n for name in names if (n := to_decimal(row.get(name))) is not None), None)

    return Totals(
        net=figure("subtotal", "net_total", "nettotal"),
        tax=figure("taxtotal", "tax_total", "vat_total"),
        gross=figure("total", "grandtotal", "grand_total"),
    )
