# SPDX-License-Identifier: MIT
"""The lines of a sales document as they are kept, and the totals of its header."""

from typing import Any

from crmdesk.demo.dialects.crmplus.catalogue import DECIMALS, ModuleDef
from crmdesk.demo.dialects.crmplus.office import Office
from crmdesk.demo.dialects.crmplus.refusals import Crash
from crmdesk.demo.dialects.crmplus.totals import HeaderSums, LineSums, Sums, kept, sums
from crmdesk.demo.dialects.crmplus.values import number_at_start
from crmdesk.demo.store import Values

Line = dict[str, Any]
"""A kept line: lineitem_id (int), productid (wire id or ""), texts and numbers as columns, `sent` rates by tax name."""


def product_of(office: Office, wire_id: str) -> tuple[str, Values]:
    """Return module ("Products" or "Services") and values of a line's product; ("", {}) where it is gone or neither."""
    prefix, _, number = wire_id.partition("x")
    module = office.catalogue.by_prefix.get(int(prefix)) if prefix.isdigit() and number.isdigit() else None
    if module is None or module.plain_name not in ("Products", "Services"):
        return "", {}
    values = office.store.get(module.name, int(number))
    return (module.plain_name, values) if values is not None else ("", {})


def product_name(values: Values) -> str:
    """Return a product's or service's name."""
    return values.get("productname") or values.get("servicename") or ""


def column(value: Any, places: int) -> str:
    """Return a sent number as a line's column keeps it.

    Raises:
        Crash: It does not begin with a number.
    """
    text = f"{value:.14g}" if isinstance(value, float) else str(value)
    if not text.strip() or not (text.strip()[0].isdigit() or text.strip()[0] in "+-."):
        raise Crash
    return kept_decimal(text, places)


def kept_decimal(text: str, places: int) -> str:
    """Return a number's text with `places` decimals, half away from zero."""
    value = number_at_start(text)
    return f"{value:.{places}f}" if value == round(value, places) else kept(float(value), places)


def line_sums(office: Office, line: Line) -> LineSums:
    """Return what the sums need of a kept line."""
    _, product = product_of(office, str(line["productid"]))
    assigned = {"tax1": float(product["tax1"])} if product.get("tax1") else {}
    return LineSums(
        quantity=float(line["quantity"]), price=float(line["listprice"]), discount_percent=float(line["discount_percent"]),
        discount_amount=float(line["discount_amount"]), sent=line.get("sent") or {}, assigned=assigned,
    )  # fmt: skip


def header_sums(values: Values) -> HeaderSums:
    """Return what the sums need of a kept header."""

    def number(name: str) -> float:
        return float(values.get(name) or 0)

    shipping, percent = number("hdnS_H_Amount"), number("hdnS_H_Percent")
    return HeaderSums(
        tax_type=values.get("hdnTaxType", ""), discount_percent=number("hdnDiscountPercent"), discount_amount=number("hdnDiscountAmount"),
        shipping=shipping, shipping_rates=(percent,) if percent and shipping else (), adjustment=number("txtAdjustment"),
    )  # fmt: skip


def counted(line: Line) -> bool:
    """Whether a line counts. GUESS: CRM+'s optional and alternative lines do not; its document does not say."""
    return not line.get("optionalLineItem") and not line.get("alternativeLineItem")


def recalculate(office: Office, module: ModuleDef, number: int) -> Sums:
    """Write the header's totals from its lines; hold the lock."""
    values = office.store.table(module.name).rows[number]
    lines = [line_sums(office, line) for line in office.store.lines.get(number, []) if counted(line)]
    result = sums(header_sums(values), lines)
    places = DECIMALS[office.habits.family]
    values["hdnSubTotal"] = kept(result.sub_total, places)
    values["pre_tax_total"] = kept(result.pre_tax_total, places)
    values["hdnGrandTotal"] = kept(result.grand_total, places)
    if "balance" in module.by_name:
        values["balance"] = kept(result.grand_total - float(values.get("received") or 0), places)
    return result
