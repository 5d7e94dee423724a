# SPDX-License-Identifier: MIT
"""vtiger's way with line items: the key LineItems inside the record, replaced as a whole at every save."""

from typing import Any

from crmdesk.demo.dialects.crmplus.catalogue import COREBOS, CRMPLUS, DECIMALS, ModuleDef
from crmdesk.demo.dialects.crmplus.office import Office, encoded
from crmdesk.demo.dialects.crmplus.refusals import Refusal, missing
from crmdesk.demo.dialects.crmplus.sales import Line, column, product_name, product_of, recalculate

_TAXES = ("tax1", "tax2", "tax3")


def embedded_lines(
    office: Office, module: ModuleDef, element: dict[str, Any], *, needed: bool = True
) -> list[Any] | None:
    """Return the lines sent inside a record, None where this family or module has none, or none were sent in an update.

    Raises:
        Refusal: A new document without lines, or without the odd `productid` in its header.
    """
    family = office.habits.family
    if not module.is_sales or family == CRMPLUS:
        return None
    if family == COREBOS:
        lines = element.get("pdoInformation")
        return lines if isinstance(lines, list) else None
    lines = element.get("LineItems")
    if not needed:
        return lines if isinstance(lines, list) else None
    if not lines:
        raise Refusal("MANDATORY_FIELDS_MISSING", "Mandatory Fields Missing..")
    if not element.get("productid"):
        raise missing("productid")
    return lines if isinstance(lines, list) else []  # a JSON string is taken, and no line of it is read (measured)


def replace_lines(office: Office, module: ModuleDef, number: int, sent: list[Any]) -> None:
    """Write all lines anew, with new ids, and the totals; hold the lock.

    Raises:
        Crash: A quantity that is no number: the header is saved by then (measured).
    """
    office.store.lines[number] = [_line(office, entry) for entry in sent if isinstance(entry, dict)]
    recalculate(office, module, number)


def _line(office: Office, entry: dict[str, Any]) -> Line:
    places = DECIMALS[office.habits.family]
    product = str(entry.get("productid") or "")
    kind, values = product_of(office, product)
    quantity = entry.get("quantity", entry.get("qty", "0"))
    rates = {name: float(entry[name]) for name in _TAXES if entry.get(name) not in (None, "")}
    return {
        "lineitem_id": office.store.new_line_number(), "productid": product if kind else "", "quantity": column(quantity, 3),
        "listprice": column(entry.get("listprice", values.get("unit_price", "0")), places), "discount_percent": column(entry.get("discount_percent", "0"), 3),
        "discount_amount": column(entry.get("discount_amount", "0"), places), "comment": str(entry.get("comment") or ""), "sent": rates,
        "description": str(entry.get("description") or ""),
    }  # fmt: skip


def line_row(office: Office, module: ModuleDef, number: int, line: Line, place: int) -> dict[str, Any]:
    """Return a line as the module LineItem shows it."""
    prefix = office.catalogue.find("LineItem").prefix
    rates = line.get("sent") or {}
    return {
        "parent_id": f"{module.prefix}x{number}", "productid": line["productid"], "sequence_no": str(place), "quantity": line["quantity"],
        "listprice": line["listprice"], "discount_percent": line["discount_percent"], "discount_amount": line["discount_amount"], "comment": line["comment"],
        "description": line["description"], "incrementondel": "0", **{name: f"{rates.get(name, 0.0):.3f}" for name in _TAXES}, "image": "",
        "purchase_cost": "0.00000000", "margin": "0.00000000", "id": f"{prefix}x{line['lineitem_id']}",
    }  # fmt: skip


def line_parts(office: Office, number: int) -> dict[str, Any]:
    """Return the keys that a retrieved sales document has besides its fields; parent_id reads "6xArray" there (measured)."""
    module = office.catalogue.modules[office.store.module_of(number) or ""]
    rows = []
    for place, line in enumerate(office.store.lines.get(number, [])):
        kind, product = product_of(office, str(line["productid"]))
        row = line_row(office, module, number, line, place + 1)
        row["parent_id"] = f"{module.prefix}xArray"
        rows.append({**row, "product_name": encoded(product_name(product)), "entity_type": kind, "deleted": "0"})
    shipping = {f"shipping_&_handling_shtax{n}": 0 for n in (1, 2, 3)}
    first = rows[0]["productid"] if rows else None
    return {"shipping_&_handling": None, **shipping, "LineItems": rows, "productid": first}
