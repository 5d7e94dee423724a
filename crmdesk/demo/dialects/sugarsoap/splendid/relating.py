# SPDX-License-Identifier: MIT
"""Relationships of SplendidCRM: the pairs that exist, the traps among them, and what is refused (sugarsoap.md 7)."""

from typing import Any

from crmdesk.demo.dialects.sugarsoap import zone
from crmdesk.demo.dialects.sugarsoap.splendid.catalogue import find_module
from crmdesk.demo.dialects.sugarsoap.splendid.office import Call, guid
from crmdesk.demo.dialects.sugarsoap.splendid.replies import NetFault, null_reference, refused
from crmdesk.demo.dialects.sugarsoap.users import User
from crmdesk.demo.dialects.sugarsoap.values import Many, Value, error, struct

READABLE: dict[str, tuple[str, ...]] = {
    "Contacts": ("Calls", "Meetings", "Users"),
    "Users": ("Calls", "Meetings", "Contacts", "Tasks"),
    "Tasks": ("Users",),
    "Meetings": ("Leads", "Contacts", "Users"),
    "Calls": ("Leads", "Contacts", "Users"),
    "Accounts": ("Contacts", "Users"),
}
"""The pairs of get_relationships' switch, in its own spelling."""

# Views that the default branch finds; the document names the first two of nineteen. GUESS: the others.
_VIEWS = (("OPPORTUNITIES", "ACCOUNTS"), ("OPPORTUNITIES", "CONTACTS"), ("CASES", "CONTACTS"), ("BUGS", "CONTACTS"))

# GUESS: the document counts 62 ordered pairs and names the traps among them; these follow what the modules have in common.
WRITABLE: dict[str, tuple[str, ...]] = {
    "Contacts": ("Accounts", "Bugs", "Calls", "Cases", "Contract", "Emails", "Meetings", "Opportunities", "Project", "Quotes", "Users"),
    "Users": ("Calls", "Contacts", "Emails", "Meetings"),
    "Meetings": ("Contacts", "Leads", "Users"),
    "Calls": ("Contacts", "Leads", "Users"),
    "Accounts": ("Bugs", "Contacts", "Emails", "Opportunities", "Project", "Quotes"),
    "Leads": ("Calls", "Emails", "Meetings"),
    "Tasks": ("Emails", "Users"),
    "Opportunities": ("Accounts", "Contacts", "Emails", "Leads", "Project", "Quotes"),
    "Project": ("Accounts", "Contacts", "Emails", "Opportunities", "Quotes"),
    "Emails": ("Accounts", "Bugs", "Cases", "Contacts", "Leads", "Opportunities", "Project", "Quotes", "Tasks", "Users"),
    "Bugs": ("Accounts", "Cases", "Contacts", "Emails"),
    "Cases": ("Accounts", "Bugs", "Contacts", "Emails"),
    "Quotes": ("Accounts", "Contact", "Emails", "Opportunities"),
    "Orders": ("Accounts", "Contact", "Emails", "Opportunities"),
}  # fmt: skip
_SILENT = ("Bugs", "Cases", "Quotes", "Orders")
_COLUMNS = {
    ("Cases", "Accounts"): "ACCOUNT_ID", ("Tasks", "Users"): "ASSIGNED_USER_ID",
    ("Quotes", "Accounts"): "BILLING_ACCOUNT_ID", ("Quotes", "Contact"): "BILLING_CONTACT_ID", ("Quotes", "Opportunities"): "OPPORTUNITY_ID",
    ("Orders", "Accounts"): "BILLING_ACCOUNT_ID", ("Orders", "Contact"): "BILLING_CONTACT_ID", ("Orders", "Opportunities"): "OPPORTUNITY_ID",
}  # fmt: skip
_TABLES = {"Contact": "CONTACTS", "Contract": "CONTRACTS"}


def _undefined(first: str, second: str) -> NetFault:
    return refused(f"Relationship between {first} and {second} is not defined")


def _table(module: str) -> str:
    found = find_module(module)
    return found.table if found else _TABLES.get(module, module.upper())


def get_relationships(call: Call) -> Value:
    """Return ids of related records, all at once; a related_module_query is refused, or silently without effect."""
    user = call.user()
    module = call.module(user)
    first, second = call.text("module_name"), call.text("related_module")
    key = guid(call.needed("module_id"))
    related = find_module(second)
    if call.text("related_module_query") and second not in ("Calls", "Meetings"):
        raise refused("A related_module_query is not allowed at this time.")
    tables = (module.table, _table(second))
    if second not in READABLE.get(first, ()) and (first in READABLE or tables not in _VIEWS):
        raise _undefined(first, second)
    if related is None or related.name in user.unseen:
        raise refused("Insufficient Access")
    if {first, second} == {"Users", "Tasks"}:
        return _found(_tasks(call, first, key))
    links = call.office.links.of(module.table, key, related.table, deleted=call.number("deleted") > 0)
    return _found([(link.key, link.when, link.deleted) for link in links if _lives(call, related.table, link.key)])


def _lives(call: Call, table: str, key: str) -> bool:
    row = call.office.db.get(table, key)
    return row is not None and not row["DELETED"]


def _tasks(call: Call, first: str, key: str) -> list[tuple[str, str, int]]:
    """Return a user's tasks, or a task's user: a column joins them."""
    if first == "Users":
        rows = call.office.db.find("TASKS", "ASSIGNED_USER_ID = ? AND DELETED = 0", key)
        return [(row["ID"], row["DATE_MODIFIED"], 0) for row in rows]
    row = call.office.db.get("TASKS", key)
    return [(row["ASSIGNED_USER_ID"], row["DATE_MODIFIED"], 0)] if row and row["ASSIGNED_USER_ID"] else []


def _found(ids: list[tuple[str, str, int]]) -> Value:
    items = [struct("id_mod", id=key, date_modified=zone.utc_text(when), deleted=deleted) for key, when, deleted in ids]
    return struct("get_relationships_result", ids=Many("id_mod", tuple(items)), error=error())


def set_relationship(call: Call) -> Value:
    """Link two records, if the pair is one of the switch's."""
    _relate(call, call.user(), call.sent.get("set_relationship_value"))
    return error()


def set_relationships(call: Call) -> Value:
    """Link many; the first that fails ends it, and those before it stay."""
    user = call.user()
    sent = call.sent.get("set_relationship_list")
    if sent is None:
        raise null_reference()
    for one in sent:
        _relate(call, user, one)
    return struct("set_relationship_list_result", created=len(sent), failed=0, error=error())


def _relate(call: Call, user: User, sent: dict[str, Any] | None) -> None:
    if sent is None:
        raise null_reference()
    first, second = sent.get("module1") or "", sent.get("module2") or ""
    if second not in WRITABLE.get(first, ()):
        if first in _SILENT:
            return
        raise _undefined(first, second)
    if user.is_read_only:
        raise refused("Insufficient Access")
    key, other = guid(sent.get("module1_id") or ""), sent.get("module2_id") or ""
    office = call.office
    if not other and (first, second) == ("Tasks", "Users"):
        office.db.update("TASKS", key, {"DELETED": 1, **office.stamps()})
        return
    if not other and (first, second) == ("Contacts", "Users"):
        office.links.remove("CONTACTS", key, "USERS", user.guid)
        return
    other = guid(other)
    column = _COLUMNS.get((first, second))
    if column is not None:
        office.db.update(_table(first), key, {column: other, **office.stamps()})
    else:
        office.links.add(_table(first), key, _table(second), other)
