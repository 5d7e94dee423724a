# SPDX-License-Identifier: MIT
"""Relationships of SuiteCRM: both ways, over link tables, columns and parents."""

from typing import Any

from crmdesk.demo.dialects.sugarsoap.database import Row
from crmdesk.demo.dialects.sugarsoap.suite.catalogue import ModuleDef
from crmdesk.demo.dialects.sugarsoap.suite.office import Call, Refusal, success
from crmdesk.demo.dialects.sugarsoap.suite.reading import listed
from crmdesk.demo.dialects.sugarsoap.users import User
from crmdesk.demo.dialects.sugarsoap.values import Many, Struct, Value, struct

_TABLES = frozenset(
    [
        "accounts_contacts", "accounts_opportunities", "calls_contacts", "calls_leads", "calls_users", "cases_contacts", "contacts_meetings",
        "contacts_opportunities", "contacts_users", "leads_meetings", "meetings_users", "accounts_documents", "contacts_documents",
    ]
)  # fmt: skip
_COLUMNS = {
    ("accounts", "cases"): "account_id", ("accounts", "leads"): "account_id", ("accounts", "aos_quotes"): "billing_account_id",
    ("accounts", "aos_invoices"): "billing_account_id", ("contacts", "aos_quotes"): "billing_contact_id", ("contacts", "tasks"): "contact_id",
    ("contacts", "notes"): "contact_id", ("documents", "document_revisions"): "document_id", ("accounts", "accounts"): "parent_id",
}  # fmt: skip
_CHILDREN = ("calls", "meetings", "notes", "tasks")


def _unsupported() -> Refusal:
    """No such relationship (a guess at the words; the number is the documents')."""
    return Refusal("30", "Relationship Not Supported", "The relationship is not supported on this server")


def get_relationships(call: Call) -> Value:
    """Return ids of related records; related_module_query narrows them."""
    try:
        user = call.user()
        module = call.module(user, call.text("module_name"))
        related = call.module(user, call.text("related_module"))
        rows = _related(call, module, related, call.text("module_id"), int(call.number("deleted") > 0))
        query = call.text("related_module_query")
        if query:
            fits = {row["id"] for row in listed(call, related, query, 0)}
            rows = [row for row in rows if row["id"] in fits]
    except Refusal as refusal:
        return struct("get_relationships_result", ids=Many("id_mod", ()), error=refusal.error)
    ids: tuple[Struct, ...] = tuple(struct("id_mod", id=row["id"], date_modified=row["date_modified"], deleted=int(row["deleted"])) for row in rows)  # fmt: skip
    return struct("get_relationships_result", ids=Many("id_mod", ids), error=success())


def _related(call: Call, module: ModuleDef, related: ModuleDef, key: str, deleted: int) -> list[Row]:
    db, pair = call.office.db, (module.table, related.table)
    if pair in _COLUMNS:
        return db.find(related.table, f"{_COLUMNS[pair]} = ? AND deleted = ?", key, deleted)
    if related.table in _CHILDREN and module.table not in _CHILDREN and f"{'_'.join(sorted(pair))}" not in _TABLES:
        return db.find(related.table, "parent_type = ? AND parent_id = ? AND deleted = ?", module.name, key, deleted)
    if pair[::-1] in _COLUMNS:
        row = db.get(module.table, key)
        target = row[_COLUMNS[pair[::-1]]] if row else None
        found = db.get(related.table, target) if target else None
        return [found] if found else []
    low, high = sorted(pair)
    if f"{low}_{high}" not in _TABLES:
        raise _unsupported()
    links = call.office.links.of(module.table, key, related.table, deleted=bool(deleted))
    records = [db.get(related.table, link.key) for link in links]
    return [row | {"deleted": deleted} for row in records if row is not None and not row["deleted"]]


def set_relationship(call: Call) -> Value:
    """Link two records."""
    try:
        _relate(call, call.user(), call.sent.get("set_relationship_value"))
    except Refusal as refusal:
        return refusal.error
    return success()


def set_relationships(call: Call) -> Value:
    """Link many, and count those that failed."""
    created = failed = 0
    try:
        user = call.user()
    except Refusal as refusal:
        return struct("set_relationship_list_result", created=0, failed=0, error=refusal.error)
    sent = call.sent.get("set_relationship_list")
    for one in list(sent.values()) if isinstance(sent, dict) else sent or []:
        try:
            _relate(call, user, one)
            created += 1
        except Refusal:
            failed += 1
    return struct("set_relationship_list_result", created=created, failed=failed, error=success())


def _relate(call: Call, user: User, sent: Any) -> None:
    sent = sent if isinstance(sent, dict) else {}
    first = call.module(user, str(sent.get("module1") or ""), to_write=True)
    second = call.module(user, str(sent.get("module2") or ""))
    key, other = str(sent.get("module1_id") or ""), str(sent.get("module2_id") or "")
    now = {"date_modified": call.office.now()}
    pair = (first.table, second.table)
    if pair in _COLUMNS:
        call.office.db.update(second.table, other, {_COLUMNS[pair]: key, **now})
    elif pair[::-1] in _COLUMNS:
        call.office.db.update(first.table, key, {_COLUMNS[pair[::-1]]: other, **now})
    elif "_".join(sorted(pair)) in _TABLES:
        call.office.links.add(first.table, key, second.table, other)
    elif second.table in _CHILDREN:
        call.office.db.update(second.table, other, {"parent_type": first.name, "parent_id": key, **now})
    else:
        raise _unsupported()
