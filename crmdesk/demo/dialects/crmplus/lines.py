# SPDX-License-Identifier: MIT
"""CRM+'s own line item operations: addLineItem, getLineItems, updateLineItem, deleteLineItem.

Keys, types and oddities as in the replies that the vendor's document shows; recalculate is what brings the header's
totals up to date.
"""

from typing import Any

from crmdesk.demo.dialects.crmplus.catalogue import DECIMALS, ModuleDef
from crmdesk.demo.dialects.crmplus.office import Call, Office
from crmdesk.demo.dialects.crmplus.refusals import Refusal, denied
from crmdesk.demo.dialects.crmplus.sales import Line, column, line_sums, product_name, product_of, recalculate
from crmdesk.demo.dialects.crmplus.totals import php_number
from crmdesk.demo.dialects.crmplus.values import stored
from crmdesk.demo.store import Values

TAX_CLASSES = {"411": "19.000", "412": "24.000", "413": "7.500", "414": "10.000"}
"""Rate by tax id. GUESS: the document shows 413 beside 7.500 and no list."""

_TEXTS = (
    "headline",
    "headlinedes",
    "linebreak",
    "show_subtotal",
    "comment",
    "description",
    "asset_id",
    "subproduct_ids",
)
_FLAGS = ("optionalLineItem", "copyProduct")


def get_line_items(call: Call) -> dict[str, Any] | list[Any]:
    """Return all lines of a document, by lineitem_id; [] where there are none, as PHP shows an empty map."""
    module, number, values = _document(call)
    return _all(call.office, module, number, values)


def add_line_item(call: Call) -> dict[str, Any] | list[Any]:
    """Add a product or service; return all lines."""
    module, number, values = _document(call, writing=True)
    attributes = call.json("attributes")
    if not isinstance(attributes, dict):
        raise denied("for attributes")
    office = call.office
    with office.store.lock:
        lines = office.store.lines.setdefault(number, [])
        line = new_line(office, str(attributes.get("id", "")))
        _fill(office, line, attributes, lines)
        place = attributes.get("sequence") or 0
        index = int(place) - 1 if str(place).isdigit() and 0 < int(place) <= len(lines) else len(lines)
        lines.insert(index, line)
        _finish(call, module, number)
        return _all(office, module, number, values)


def update_line_item(call: Call) -> dict[str, Any]:
    """Change some fields of a line; return that line."""
    module, number, values = _document(call, writing=True)
    fields = call.json("fields")
    if not isinstance(fields, dict):
        raise denied("for fields")
    office = call.office
    with office.store.lock:
        lines = office.store.lines.get(number, [])
        line = _find(lines, call.need("lineItemId"))
        if fields.get("id") not in (None, "", line["productid"]):
            line.update(new_line(office, str(fields["id"])), lineitem_id=line["lineitem_id"])
        _fill(office, line, fields, lines)
        place = fields.get("sequence")
        if str(place).isdigit() and 0 < int(str(place)) <= len(lines):
            lines.remove(line)
            lines.insert(int(str(place)) - 1, line)
        _finish(call, module, number)
        return shown_line(office, values, line, lines.index(line) + 1)


def delete_line_item(call: Call) -> dict[str, Any] | list[Any]:
    """Remove a line (by GET, as documented); return the others under their old keys.

    With recalculate the document is saved anew and its lines get new ids: the document's own sample shows the line that
    stays under "4" with lineitem_id "6".
    """
    module, number, values = _document(call, writing=True)
    office = call.office
    with office.store.lock:
        lines = office.store.lines.get(number, [])
        lines.remove(_find(lines, call.need("lineItemId")))
        old_keys = [str(line["lineitem_id"]) for line in lines]
        if call.option("recalculate", False):
            for line in lines:
                line["lineitem_id"] = office.store.new_line_number()
        _finish(call, module, number)
        shown = [shown_line(office, values, line, place + 1) for place, line in enumerate(lines)]
        return dict(zip(old_keys, shown, strict=True)) if shown else []


def new_line(office: Office, product: str) -> Line:
    """Return a line for a product with its price and tax, not yet part of a document.

    Raises:
        Refusal: The id is no product's and no service's.
    """
    kind, values = product_of(office, product)
    if not kind:
        raise Refusal("INVALID_ID_ATTRIBUTE", "Id specified is incorrect")
    rate = values.get("tax1", "0.000")
    tax_class = next((key for key, percent in TAX_CLASSES.items() if percent == rate), "0")
    return {
        "lineitem_id": office.store.new_line_number(), "productid": product, "quantity": "1.000", "listprice": values.get("unit_price", "0"),
        "discount_percent": "0.000", "discount_amount": "0", "comment": "", "description": "", "headline": "", "headlinedes": "", "linebreak": "off",
        "show_subtotal": "0", "asset_id": "0", "subproduct_ids": "", "taxclass": tax_class, "sent": {"tax1": float(rate)}, "grossPrice": None,
        "copyProduct": False, "optionalLineItem": False, "alternativeLineItem": False, "productBlockName": "ArticleList1", "changetime": str(office.store.now()),
    }  # fmt: skip


def _fill(office: Office, line: Line, sent: dict[str, Any], siblings: list[Line]) -> None:
    """Take over what a client may set in a line; anything else is dropped."""
    places = DECIMALS[office.habits.family]
    for name, decimals in (
        ("quantity", 3),
        ("listprice", places),
        ("discount_percent", 3),
        ("discount_amount", places),
    ):
        if sent.get(name) is not None:
            line[name] = column(sent[name], decimals)
    for name in _TEXTS:
        if name in sent:
            line[name] = "" if sent[name] is None else str(sent[name])
    for name in _FLAGS:
        if name in sent:
            line[name] = sent[name] in (True, 1, "1", "true")
    for field in office.catalogue.line_fields:
        if field.name in sent:
            line[field.name] = stored(field, sent[field.name], keeps_emoji=office.habits.keeps_emoji)
    if "grossPrice" in sent:
        line["grossPrice"] = sent["grossPrice"]
    if str(sent.get("tax_id") or "") in TAX_CLASSES:
        line["taxclass"] = str(sent["tax_id"])
        line["sent"] = {"tax1": float(TAX_CLASSES[line["taxclass"]])}
    names = {block[0] for block in office.catalogue.product_blocks.values()}
    if sent.get("productBlockName") in names:
        line["productBlockName"] = sent["productBlockName"]
    if "alternativeParentId" in sent:
        parent = str(sent["alternativeParentId"] or "0")
        line["alternativeLineItem"] = any(
            str(other["lineitem_id"]) == parent for other in siblings if other is not line
        )
        line["alternativeParentId"] = int(parent) if line["alternativeLineItem"] else 0
    line["changetime"] = str(office.store.now())


def shown_line(office: Office, header: Values, line: Line, place: int) -> dict[str, Any]:
    """Return a line as the document's replies show it: numbers, strings and flags mixed."""
    kind, product = product_of(office, str(line["productid"]))
    figures = line_sums(office, line)
    individual = header.get("hdnTaxType", "").lower() == "individual"
    tax = figures.own_tax if individual else 0.0
    net_price = figures.net + tax
    out: dict[str, Any] = {
        "id": line["productid"], "name": product_name(product), "sequence": str(place), "headline": line["headline"], "headlinedes": line["headlinedes"],
        "linebreak": line["linebreak"], "show_subtotal": line["show_subtotal"], "comment": line["comment"], "description": line["description"],
        "quantity": php_number(figures.quantity), "listprice": f"{figures.price:.9f}", "asset_id": line["asset_id"], "subproduct_ids": line["subproduct_ids"],
        "itemtype": kind, "lineitem_id": str(line["lineitem_id"]), "total": php_number(figures.gross), "total_discount": php_number(figures.discount),
        "total_after_discount": php_number(figures.net), "taxclass": line["taxclass"], "tax_percentage": f"{(line.get('sent') or {}).get('tax1', 0.0):.3f}",
        "discount_percent": php_number(figures.discount_percent), "discount_amount": php_number(figures.discount_amount), "total_tax_value": php_number(tax),
        "net_price": php_number(net_price),
        # Every sample of the document has twice the net price here.
        "net_subtotal": php_number(2 * net_price),
        "grossLineItem": "0", "grossPrice": line["grossPrice"], "grossDiscountAmount": None, "forecast": "0", "sh_tax": 0, "ship_bill_date": None,
        "qtyinstock": php_number(float(product.get("qtyinstock") or 0)), "changetime": line["changetime"], "copyProduct": line["copyProduct"],
        "optionalLineItem": line["optionalLineItem"], "productBlockName": line["productBlockName"], "alternativeLineItem": line["alternativeLineItem"],
    }  # fmt: skip
    if line["alternativeLineItem"]:
        out["alternativeParentId"] = line["alternativeParentId"]
    for field in office.catalogue.line_fields:
        out[field.name] = line.get(field.name, "")
    return out


def _all(office: Office, module: ModuleDef, number: int, values: Values) -> dict[str, Any] | list[Any]:
    lines = office.store.lines.get(number, [])
    shown = [shown_line(office, values, line, place + 1) for place, line in enumerate(lines)]
    return {line["lineitem_id"]: line for line in shown} or []


def _document(call: Call, *, writing: bool = False) -> tuple[ModuleDef, int, Values]:
    module, number, values = call.record(call.need("recordId"))
    if not module.is_sales:
        raise denied("for recordId")
    if writing:
        call.writable(module)
    return module, number, values


def _find(lines: list[Line], wanted: str) -> Line:
    for line in lines:
        if str(line["lineitem_id"]) == wanted:
            return line
    raise Refusal("RECORD_NOT_FOUND", "Record you are trying to access is not found")


def _finish(call: Call, module: ModuleDef, number: int) -> None:
    if call.option("recalculate", False):
        recalculate(call.office, module, number)
    values = call.office.store.table(module.name).rows[number]
    values["modifiedtime"] = call.office.stamp()
    values["modifiedby"] = call.office.catalogue.wire_id("Users", call.user.number)
    call.office.store.note(module.name, number, call.user.number, 2, {})
