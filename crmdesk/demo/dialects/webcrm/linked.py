# SPDX-License-Identifier: MIT
"""Linked data: the company's own tables behind an entity, of which quotation lines' is the price list."""

from typing import Any

from crmdesk.demo.dialect import Reply
from crmdesk.demo.dialects.webcrm.catalogue import Resource, linked_shape, shape
from crmdesk.demo.dialects.webcrm.office import Call, Office, Refusal, Row, not_found
from crmdesk.demo.dialects.webcrm.setup import LINE_DATA
from crmdesk.demo.dialects.webcrm.values import cleaned

PRICE_LIST = "QuotationLines/LinkedData"
_NAMES = tuple(f"Data{n}" for n in range(1, 10))


def table_name(resource: Resource) -> str:
    """Return the name of the table that holds a resource's linked data."""
    return f"{resource.path}/LinkedData"


def in_use(office: Office, resource: Resource) -> bool:
    """Whether the company has linked data for that resource; only quotation lines may, by a switch."""
    return resource.entity == "QuotationLine" and office.habits.linked_data


def line_data(office: Office, sent: Row) -> Row:
    """Return the data fields of a quotation line, from its linked data where that is in use.

    Raises:
        Refusal: 400 in the vendor's words: it is in use and the line names none.
    """
    if not office.habits.linked_data:
        return {}
    number = sent.get("QuotationLineLinkedDataId")
    item = office.table(PRICE_LIST).rows.get(number) if isinstance(number, int) else None
    if item is None:
        raise Refusal(400, "Possible quotation not found", "InvalidOperationException")
    return {f"QuotationLine{name}": item[f"QuotationLineLinkedDataItem{name}"] for name in _NAMES}


def checked(call: Call, resource: Resource, sent: Any) -> Row:
    """Return a linked data item as it is kept.

    Raises:
        Refusal: 400: one of the nine data fields is empty, or linked data is not in use.
    """
    if not in_use(call.office, resource):
        raise Refusal(400, f"Linked data is not enabled for {resource.path}.")
    if not isinstance(sent, dict):
        raise Refusal(400, "An object is expected.")
    kind = linked_shape(resource)
    row = {**kind.blank(), **cleaned(kind, sent, call.office.habits)}
    for name in _NAMES:
        if not row[f"{kind.entity}{name}"]:
            raise Refusal(400, f"{kind.entity}{name} must not be empty.")
    return row


def create(call: Call, resource: Resource) -> int:
    """POST /X/LinkedData; returns the new number.

    Raises:
        Refusal: The id is not 0, or see checked().
    """
    kind, sent = linked_shape(resource), call.json()
    row = checked(call, resource, sent)
    if sent.get(kind.id_field) != 0:
        raise Refusal(400, f"{kind.id_field} must be 0.")
    number = call.office.new_number("LinkedData")
    row[kind.id_field] = number
    call.office.table(table_name(resource)).put(number, row)
    return number


def put(call: Call, resource: Resource, number: int) -> Reply:
    """PUT /X/LinkedData/{id}."""
    find(call, resource, number)
    kind, sent = linked_shape(resource), call.json()
    row = checked(call, resource, sent)
    row[kind.id_field] = number
    call.office.table(table_name(resource)).put(number, row)
    return Reply(200)


def find(call: Call, resource: Resource, number: int) -> Row:
    """Return one item.

    Raises:
        Refusal: 404.
    """
    row = call.office.table(table_name(resource)).rows.get(number)
    if row is None:
        raise not_found("LinkedDataItem", number)
    return row


def wipe(call: Call, resource: Resource) -> Reply:
    """DELETE /X/LinkedData without an id: everything is gone, and counted."""
    with call.office.lock:
        call.office.tally.wipes += 1
        table = call.office.table(table_name(resource))
        for number in list(table.rows):
            table.remove(number)
    return Reply(200)


def setup(call: Call, resource: Resource) -> Row:
    """GET /X/LinkedSetup: which custom field each of the nine is tied to; all zero where it is not in use."""
    kind = shape("QuotationLineLinkedSetup" if resource.entity == "QuotationLine" else "LinkedSetup")
    row = kind.blank()
    row[kind.id_field] = 1
    if in_use(call.office, resource):
        row[f"{kind.entity}EntityType"] = "Product"
        row[f"{kind.entity}LookupMode"] = "FreeTextSearch"
        for place, _ in enumerate(LINE_DATA, 1):
            row[f"{kind.entity}Field{place}"] = place
            row[f"{kind.entity}UseLinkedField{place}"] = True
        row |= {
            f"{kind.entity}PriceLabel": "Price",
            f"{kind.entity}ListPriceLabel": "List price",
            f"{kind.entity}QuantityLabel": "Quantity",
        }
        row |= {
            f"{kind.entity}{name}": True
            for name in ("UseQuantity", "UseDiscount", "UseListPrice", "UseCostPrice", "UseItemGroup", "UseVat")
        }
    return row
