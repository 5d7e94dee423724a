# SPDX-License-Identifier: MIT
"""What the managers' operations do; sessions and rights were looked at before."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crmdesk.demo.dialects.crmservice import records
from crmdesk.demo.dialects.crmservice.catalogue import BY_CIWS, MODULES, ROW_PARENTS, Field
from crmdesk.demo.dialects.crmservice.contract import MODULE_OF_TYPE
from crmdesk.demo.dialects.crmservice.envelope import Thing
from crmdesk.demo.dialects.crmservice.objects import Objects, search, sent_values
from crmdesk.demo.dialects.crmservice.office import Office, Refusal, Row, blank, writable
from crmdesk.demo.dialects.crmservice.picklists import BY_NUMBER
from crmdesk.demo.dialects.crmservice.sales import replace_rows
from crmdesk.demo.dialects.crmservice.values import as_ciws, cleaned

_DATATYPES = {
    "int": "int", "ref": "int", "bool": "tinyint", "decimal": "decimal", "percent": "decimal", "date": "date", "datetime": "datetime",
    "time": "time", "text": "text", "multi": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the data, the number of the key's user, the parameters by name without the session."""

    office: Office
    user: int
    arguments: Mapping[str, Any]


Service = Callable[[Call], Any]


def _get(kind: str) -> Service:
    def get(call: Call) -> Thing:
        row = call.office.find(MODULE_OF_TYPE[kind].name, call.arguments["id"])
        objects = Objects(call.office)
        return objects.order(row) if kind == "SalesOrder" else objects.make(kind, row)

    return get


def _search(kind: str) -> Service:
    def find(call: Call) -> list[Thing]:
        objects = Objects(call.office)
        module = MODULE_OF_TYPE[kind].name
        return [objects.make(kind, row) for row in search(call.office, module, call.arguments["criteria"])]

    return find


def _create(kind: str, part: str) -> Service:
    def create(call: Call) -> Thing:
        sent = _given(call, part)
        module = MODULE_OF_TYPE[kind]
        return Objects(call.office).make(
            kind, records.create(call.office, module, sent_values(module, sent), call.user)
        )

    return create


def _update(kind: str, part: str) -> Service:
    def update(call: Call) -> Thing:
        sent = _given(call, part)
        module = MODULE_OF_TYPE[kind]
        row = call.office.find(module.name, sent.get("id"))
        records.change(call.office, module, row, sent_values(module, sent), call.user)
        return Objects(call.office).make(kind, row)

    return update


def _given(call: Call, part: str) -> Mapping[str, Any]:
    sent: Mapping[str, Any] | None = call.arguments[part]
    if sent is None:
        raise Refusal(422, f"{part} missing")
    return sent


# ---- sales orders ------------------------------------------------------------------------------------------------


def _create_order(call: Call) -> Thing:
    sent = _given(call, "salesOrder")
    module = MODULES["sales_orders"]
    with call.office.lock:
        rows = _rows(call, sent.get("rows") or [])
        order = records.create(call.office, module, sent_values(module, sent), call.user)
        replace_rows(call.office, module.name, order, rows)
    return Objects(call.office).order(order)


def _update_order(call: Call) -> Thing:
    sent = _given(call, "salesOrder")
    module = MODULES["sales_orders"]
    with call.office.lock:
        order = call.office.find(module.name, sent.get("id"))
        rows = None if sent.get("rows") is None else _rows(call, sent["rows"])
        records.change(call.office, module, order, sent_values(module, sent), call.user)
        if rows is not None:
            replace_rows(call.office, module.name, order, rows)
    return Objects(call.office).order(order)


def _rows(call: Call, sent: list[Any]) -> list[Row]:
    """Return the rows of an order, checked before anything is written."""
    module = MODULES["sales_order_rows"]
    out = []
    for each in sent:
        given = sent_values(module, each or {})
        if not given.get("product_id"):
            raise Refusal(422, "Order row has no product", "product_id")
        row = blank(module)
        for field in writable(module):
            if field.name in given:
                row[field.name] = cleaned(call.office, field, given[field.name])
        if row["quantity"] is None:
            raise Refusal(422, "Quantity cannot be blank", "quantity")
        out.append(row)
    return out


# ---- portal, fields, picklists, bulk -----------------------------------------------------------------------------


def _authenticate(call: Call) -> Thing:
    login = _given(call, "login")
    office = call.office
    for user in office.tables["portal_users"].values():
        contact = office.tables["contacts"].get(user["contact_id"])
        if (
            contact is not None
            and user["active"]
            and user["portal_id"] == login.get("portal_id")
            and (contact["email"] or "").casefold() == (login.get("email") or "").casefold()
            and office.passwords.get(user["id"]) == login.get("password")
        ):
            account = office.tables["accounts"].get(contact["account_id"] or 0, {})
            return Thing("authenticatedCustomer", {
                "contact_id": contact["id"], "account_id": contact["account_id"], "portal_id": user["portal_id"],
                "firstname": contact["first_name"], "lastname": contact["last_name"], "email": contact["email"], "accountname": account.get("name"),
            })  # fmt: skip
    raise Refusal(401, "Authentication failed")


def _fields(call: Call) -> list[Thing]:
    name = call.arguments["module"] or ""
    module = BY_CIWS.get(name)
    if module is None:
        raise Refusal(404, f"Unknown module '{name}'")
    return [_crm_field(field) for field in module.fields.values() if field.ciws]


def _crm_field(field: Field) -> Thing:
    english, finnish = field.labels
    return Thing("CrmField", {
        "active": True, "custom": field.ciws.startswith("cf_"), "datatype": _DATATYPES.get(field.kind, "varchar"), "label": english,
        "lenght": field.size or None, "name": field.ciws, "picklist_id": field.picklist.number if field.picklist is not None else None,
        "readonly": field.is_servers_own, "required": field.is_required, "uitype": field.uitype,
        "translations": json.dumps({"en_us": english, "fi_fi": finnish}),
    })  # fmt: skip


def _picklist_values(call: Call) -> list[Thing]:
    number, language = call.arguments["picklist_id"], (call.arguments["language"] or "").lower()
    picklist = BY_NUMBER.get(number or 0)
    if picklist is None:
        raise Refusal(404, f"Unknown picklist '{number}'")
    return [
        Thing("PicklistValue", {"id": choice.number, "label": choice.label(language), "value": choice.value})
        for choice in picklist.choices
    ]


def _bulk_save(call: Call) -> str:
    """Save what can be saved; whatever is refused is missing from the answer, and nothing says why."""
    module = BY_CIWS.get(call.arguments["type"] or "")
    if module is None or module.row_module or module.name in ROW_PARENTS:
        raise Refusal(404, f"Unknown entity type '{call.arguments['type']}'")
    try:
        sent = json.loads(call.arguments["datas"] or "", parse_float=Decimal)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, list):
        raise Refusal(422, "Invalid data: a JSON array of objects is expected")
    saved: list[Any] = []
    for each in sent:
        if not isinstance(each, dict):
            continue
        try:
            given = sent_values(module, each)
            number = each.get("id")
            if number in (None, "", 0, "0"):
                row = records.create(call.office, module, given, call.user)
            else:
                row = records.change(call.office, module, _row_of(call, module.name, number), given, call.user)
        except Refusal:
            continue
        shown = {f.ciws: as_ciws(f, row[f.name]) for f in module.fields.values() if f.ciws}
        saved.append(row["id"] if call.office.habits.bulk_reply == "ids" else shown)
    return json.dumps(saved, default=str)


def _row_of(call: Call, module: str, number: Any) -> Row:
    text = str(number)
    return call.office.find(module, int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None)


SERVICES: Mapping[str, Service] = {
    "accountManager.getAccount": _get("Account"),
    "accountManager.searchAccounts": _search("Account"),
    "accountManager.createAccount": _create("Account", "account"),
    "accountManager.updateAccount": _update("Account", "account"),
    "contactManager.authenticatePortalUser": _authenticate,
    "contactManager.getContact": _get("Contact"),
    "contactManager.searchContacts": _search("Contact"),
    "contactManager.createContact": _create("Contact", "contact"),
    "contactManager.updateContact": _update("Contact", "contact"),
    "productManager.searchProducts": _search("Product"),
    "productManager.getProduct": _get("Product"),
    "salesorderManager.createSalesOrder": _create_order,
    "salesorderManager.getSalesOrder": _get("SalesOrder"),
    "salesorderManager.searchSalesOrders": _search("SalesOrder"),
    "salesorderManager.updateSalesOrder": _update_order,
    "fieldManager.getCrmFields": _fields,
    "picklistManager.getPicklistValues": _picklist_values,
    "entityManager.bulkEntitySave": _bulk_save,
}
"""By "manager.method"; the session manager's two are the door's own."""
