# SPDX-License-Identifier: MIT
"""Searches of SuiteCRM that name their user themselves, and the list of users."""

from collections.abc import Iterable, Iterator

from crmdesk.demo.dialects.sugarsoap.database import Row
from crmdesk.demo.dialects.sugarsoap.suite.catalogue import MODULES
from crmdesk.demo.dialects.sugarsoap.suite.office import Call, Refusal, success
from crmdesk.demo.dialects.sugarsoap.values import Many, Value, entry, struct

UNIFIED = {"Contacts": "Contact", "Leads": "Lead", "Accounts": "Account", "Cases": "Case", "Opportunities": "Opportunity"}  # fmt: skip
_SEARCHED = {
    "Contacts": ("first_name", "last_name", "email1_"), "Leads": ("first_name", "last_name", "email1_", "account_name"),
    "Accounts": ("name", "email1_"), "Cases": ("name",), "Opportunities": ("name",),
}  # fmt: skip


def user_list(call: Call) -> Value:
    """Return all active users, to administrators only: others get none and no error."""
    try:
        user = call.login_sent()
    except Refusal:
        return Many("user_detail", ())
    rows = call.office.db.find("users", "deleted = 0 AND status = 'Active'") if user.is_admin else []
    return Many("user_detail", tuple(
        struct(
            "user_detail", email_address=row["email1_"] or "", user_name=row["user_name"] or "", first_name=row["first_name"] or "",
            last_name=row["last_name"] or "", department=row["department"] or "", id=row["id"], title=row["title"] or "",
        )
        for row in rows
    ))  # fmt: skip


def _hits(call: Call, module: str, terms: list[str], columns: Iterable[str], mark: str) -> Iterator[Row]:
    if not terms:
        return
    where = " OR ".join(f'"{column}" {mark} ?' for column in columns for _ in terms)
    values = [term for _ in columns for term in terms]
    yield from call.office.db.find(MODULES[module].table, f"deleted = 0 AND ({where})", *values)


def _details(call: Call, found: Iterable[tuple[str, Row]]) -> Value:
    items = []
    for number, (module, row) in enumerate(found, 1):
        account = (
            call.office.account_of(MODULES[module], row) if module in ("Contacts", "Opportunities", "Cases") else None
        )
        items.append(struct(
            "contact_detail", email_address=row.get("email1_") or "", name1=row.get("first_name") or "", name2=row.get("last_name") or row.get("name") or "",
            association=(account["name"] or "") if account else row.get("account_name") or "", id=row["id"], msi_id=str(number), type=UNIFIED[module],
        ))  # fmt: skip
    return Many("contact_detail", tuple(items))


def contact_by_email(call: Call) -> Value:
    """Return contacts, leads and accounts with one of the addresses; a wrong password finds nothing."""
    try:
        call.login_sent()
    except Refusal:
        return Many("contact_detail", ())
    terms = [part for part in call.text("email_address").replace(" ", "").split(";") if part]
    modules = ("Contacts", "Leads", "Accounts")
    return _details(call, ((m, row) for m in modules for row in _hits(call, m, terms, ("email1_",), "=")))


def search(call: Call) -> Value:
    """Search over the five modules; names begin with what is sought."""
    try:
        call.login_sent()
    except Refusal:
        return Many("contact_detail", ())
    return _details(call, ((m, row) for m in UNIFIED for row in _hits(call, m, _terms(call.text("name")), _SEARCHED[m], "LIKE")))  # fmt: skip


def _terms(text: str) -> list[str]:
    return [f"{part.strip()}%" for part in text.split(";") if part.strip()]


def search_by_module(call: Call) -> Value:
    """Search over some modules, sliced."""
    offset, most = max(call.number("offset"), 0), call.number("max_results")
    try:
        user = call.login_sent()
    except Refusal as refusal:
        return struct("get_entry_list_result", result_count=-1, entry_list=Many("entry_value", ()), error=refusal.error)
    sent = call.sent.get("modules")
    names = list(sent.values()) if isinstance(sent, dict) else sent or []
    found = [
        (m, row) for m in UNIFIED if m in names and m not in user.unseen
        for row in _hits(call, m, _terms(call.text("search_string")), _SEARCHED[m], "LIKE")
    ]  # fmt: skip
    page = found[offset : offset + (most if most > 0 else 20)]
    entries = tuple(entry(row["id"], m, call.office.values(MODULES[m], row, MODULES[m].listed)) for m, row in page)
    return struct(
        "get_entry_list_result", result_count=len(page), next_offset=offset + len(page), field_list=Many("field", ()),
        entry_list=Many("entry_value", entries), error=success(),
    )  # fmt: skip
