# SPDX-License-Identifier: MIT
"""The product grid of sales records: amending, adding, losing lines for ever, and the totals.

Source: the vendor's guide, "Product Lines" and "Product line fields". A line that is not sent is deleted. The guide
says of other currencies both that they are set to 0 when not passed in and that fields not passed in keep their values;
here they are set to 0 when another price of their family is passed in.
"""

import json
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from crmdesk.demo.dialects.opencrm.modules import COMMISSION_BANDS, PRICE_FAMILIES, SENT_IN_LINES, TAX_CLASSES
from crmdesk.demo.dialects.opencrm.office import Call, Refusal, plain

Line = dict[str, str]
_CENT = Decimal("0.01")
_KEPT = ("pricebookid", "saved_pricing_used", "saved_pricing_tier", "despatched_quantity")


def shown_lines(call: Call, number: int) -> list[Line]:
    """Return a sales record's lines in their order, every field as text."""
    products = call.office.store.table("product").rows
    lines: list[Any] = call.office.store.lines.get(number, [])
    return [{**line, "productname": products.get(int(line["productid"]), {}).get("productname", "")} for line in lines]


def wanted_lines(call: Call, number: int) -> list[Line]:
    """Return the lines a record is to have, in order, without touching it.

    Raises:
        Refusal: `products` is no list, a line lacks lineid or productid, or names one that is not there.
    """
    kept: dict[str, Line] = {str(line["lineid"]): line for line in call.office.store.lines.get(number, [])}  # type: ignore[misc]
    out: list[tuple[Decimal, Line]] = []
    for place, sent in enumerate(_decoded(call.sent["products"]), 1):
        line_id = plain(sent.get("lineid")).strip()
        if not line_id:
            raise Refusal(f"Product line {place}: lineid is required")
        if line_id != "0" and line_id not in kept:
            raise Refusal(f"Product line {place}: invalid lineid {line_id}")
        product = _product(call, plain(sent.get("productid")).strip(), place)
        line = _amended(kept[line_id], sent) if line_id != "0" else _amended(_new(call, sent, product), sent)
        out.append((_number(line.get("linenumber", "")) or Decimal(place), _computed(line)))
    return [line for _, line in sorted(out, key=lambda pair: pair[0])]


def replace(call: Call, number: int, lines: list[Line]) -> None:
    """Give a record these lines; those that are not among them are gone."""
    store = call.office.store
    with store.lock:
        before = {str(line["lineid"]) for line in store.lines.get(number, [])}
        for place, line in enumerate(lines, 1):
            line["linenumber"] = str(place)
            line["lineid"] = line["lineid"] if line["lineid"] != "0" else str(store.new_line_number())
        call.office.tally.lines_deleted += len(before - {line["lineid"] for line in lines})
        store.lines[number] = [dict(line) for line in lines]


def totals(lines: list[Any]) -> dict[str, str]:
    """Return subtotal (after the lines' discounts), taxtotal and total in the default currency, two decimals."""
    net = sum((_net(line) for line in lines), Decimal(0))
    tax = sum((Decimal(line["taxvalue"]) for line in lines), Decimal(0))
    return {"subtotal": f"{net:.2f}", "taxtotal": f"{tax:.2f}", "total": f"{net + tax:.2f}"}


def _decoded(products: Any) -> list[dict[str, Any]]:
    """Return what was sent as a list of objects; a form carries it as a JSON string."""
    if isinstance(products, str):
        try:
            products = json.loads(products)
        except ValueError:
            raise Refusal("Invalid product data") from None
    if isinstance(products, dict):  # PHP does not tell a list from an object with numbers for keys
        products = list(products.values())
    if not isinstance(products, list) or not all(isinstance(line, dict) for line in products):
        raise Refusal("Invalid product data")
    return products


def _product(call: Call, number: str, place: int) -> dict[str, str]:
    row = call.office.store.get("product", int(number)) if number.isascii() and number.isdigit() else None
    if row is None:
        raise Refusal(f"Product line {place}: productid is required and must be a valid product")
    return row


def _new(call: Call, sent: dict[str, Any], product: dict[str, str]) -> Line:
    """Return a new line: few defaults come from the product, no price does."""
    line = {"lineid": "0", "linenumber": "", "productid": plain(sent["productid"])}
    line |= {name: "" for name in (*SENT_IN_LINES, *_KEPT) if name not in line}
    line |= {"quantity": "1", "description": product.get("description", ""), "taxclass": product.get("taxclass", "")}
    line |= {
        name: product.get(name, "") for name in ("supplytype", "commission_band", "minimummargin", "maximumdiscount")
    }
    line |= {name: "0.00" for family in PRICE_FAMILIES for name in family}
    return line | {"discount": "0", "despatched_quantity": "0"}


def _amended(line: Line, sent: dict[str, Any]) -> Line:
    line = dict(line)
    for family in PRICE_FAMILIES:
        if any(name in sent for name in family):
            line |= dict.fromkeys(family[1:], "0.00")
    for name in SENT_IN_LINES:
        if name in sent:
            line[name] = plain(sent[name])
    if "quantity" in sent:
        line["quantity"] = f"{_number(line['quantity']).quantize(Decimal('0.1'), ROUND_HALF_UP):f}".removesuffix(".0")
    for name in (name for family in PRICE_FAMILIES for name in family if name in sent):
        line[name] = _money(_number(line[name]))
    if line["contract_term"] and "contract_term" in sent:
        line["contract_term"] = str(int(_number(line["contract_term"])))
    return line


def _computed(line: Line) -> Line:
    """Return the line with what only the server writes."""
    net = _net(line)
    cost = _number(line["buyprice"]) * _number(line["quantity"])
    percent = Decimal(TAX_CLASSES.get(line["taxclass"], "0.00"))
    commission = Decimal(COMMISSION_BANDS.get(line["commission_band"], "0.00"))
    remaining = _number(line["quantity"]) - _number(line["despatched_quantity"])
    return line | {
        "taxpercent": f"{percent:.2f}",
        "taxvalue": _money(net * percent / 100),
        "margin_percent": _money((net - cost) / net * 100) if net else "0.00",
        "markup": _money((net - cost) / cost * 100) if cost else "0.00",
        "commission_percent": f"{commission:.2f}",
        "commmission_amount": _money(net * commission / 100),  # the document's own spelling
        "remaining_quantity": f"{remaining:f}",
    }


def _net(line: Line) -> Decimal:
    gross = _number(line["quantity"]) * _number(line["listprice1"])
    discount = line["discount"].strip()
    off = gross * _number(discount[:-1]) / 100 if discount.endswith("%") else _number(discount)
    return (gross - off).quantize(_CENT, ROUND_HALF_UP)


def _money(value: Decimal) -> str:
    return f"{value.quantize(_CENT, ROUND_HALF_UP):f}"


def _number(text: str) -> Decimal:
    """Return text as a number; what is none is 0: nothing is validated."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() and abs(value) < 10**12 else Decimal(0)
