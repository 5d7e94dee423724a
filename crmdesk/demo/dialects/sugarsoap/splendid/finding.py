# SPDX-License-Identifier: MIT
"""Searches of SplendidCRM that name their user themselves: by address, by name, over modules; and the list of users."""

from collections.abc import Iterable, Iterator

from crmdesk.demo.dialects.sugarsoap.database import Row
from crmdesk.demo.dialects.sugarsoap.splendid.catalogue import find_module
from crmdesk.demo.dialects.sugarsoap.splendid.office import Call
from crmdesk.demo.dialects.sugarsoap.splendid.replies import null_reference, refused
from crmdesk.demo.dialects.sugarsoap.values import Many, Struct, Value, entry, error, struct

UNIFIED = {"Accounts": "Account", "Cases": "Case", "Contacts": "Contact", "Leads": "Lead", "Opportunities": "Opportunity"}  # fmt: skip
"""The modules that the unified search covers, and the type that a hit names."""
_COLUMNS = ("ID", "NAME1", "NAME2", "ASSOCIATION", "TYPE", "MODULE_NAME", "EMAIL_ADDRESS")
_SEARCHED = {
    "Accounts": ("NAME", "EMAIL1", "PHONE_OFFICE"), "Contacts": ("FIRST_NAME", "LAST_NAME", "EMAIL1", "PHONE_WORK"),
    "Leads": ("FIRST_NAME", "LAST_NAME", "EMAIL1", "PHONE_WORK", "ACCOUNT_NAME"), "Cases": ("NAME", "CASE_NUMBER"), "Opportunities": ("NAME",),
}  # fmt: skip


def user_list(call: Call) -> Value:
    """Return all active users, to administrators only."""
    if not call.login_sent().is_admin:
        raise refused("Insufficient Access")
    rows = call.office.db.find("USERS", "DELETED = 0 AND STATUS = 'Active'")
    names = {
        "email_address": "EMAIL1", "user_name": "USER_NAME", "first_name": "FIRST_NAME", "last_name": "LAST_NAME",
        "department": "DEPARTMENT", "id": "ID", "title": "TITLE",
    }  # fmt: skip
    return Many("user_detail", tuple(Struct("user_detail", tuple((n, row[c] or "") for n, c in names.items())) for row in rows))  # fmt: skip


def _module_hits(call: Call, module: str, terms: list[str], columns: Iterable[str], *, exact: bool) -> Iterator[Row]:
    """Yield the live rows with one of the terms in one of the columns, as a hit's seven columns."""
    found = find_module(module)
    if found is None or not terms:
        return
    mark = "= ?" if exact else "LIKE ? ESCAPE '~'"
    parts = " OR ".join(f'"{column}" {mark}' for column in columns for _ in terms)
    values = [term if exact else f"%{_escaped(term)}%" for _ in columns for term in terms]
    for row in call.office.db.find(found.table, f"DELETED = 0 AND ({parts})", *values):
        person = "LAST_NAME" in row
        yield {
            "ID": row["ID"], "NAME1": (row["FIRST_NAME"] or "") if person else "", "NAME2": row["LAST_NAME" if person else "NAME"] or "",
            "ASSOCIATION": _association(call, module, row), "TYPE": UNIFIED[module], "MODULE_NAME": module, "EMAIL_ADDRESS": row.get("EMAIL1") or "",
        }  # fmt: skip


def _escaped(term: str) -> str:
    for char in "~%_[":
        term = term.replace(char, f"~{char}")
    return term


def _association(call: Call, module: str, row: Row) -> str:
    """Return the account's name."""
    if module in ("Leads", "Cases"):
        return row["ACCOUNT_NAME"] or ""
    if module in ("Contacts", "Opportunities"):
        links = call.office.links.of(module.upper(), row["ID"], "ACCOUNTS")
        account = call.office.db.get("ACCOUNTS", links[0].key) if links else None
        return account["NAME"] or "" if account else ""
    return ""


def _details(hits: Iterable[Row]) -> Value:
    items = [
        struct(
            "contact_detail", email_address=hit["EMAIL_ADDRESS"], name1=hit["NAME1"], name2=hit["NAME2"], association=hit["ASSOCIATION"],
            id=hit["ID"], msi_id=str(number), type=hit["TYPE"],
        )
        for number, hit in enumerate(hits, 1)
    ]  # fmt: skip
    return Many("contact_detail", tuple(items))


def contact_by_email(call: Call) -> Value:
    """Return contacts and leads with one of the addresses, which ";" separates; blanks do not count."""
    call.login_sent()
    terms = [part for part in call.needed("email_address").replace(" ", "").split(";") if part]
    return _details(hit for module in ("Contacts", "Leads") for hit in _module_hits(call, module, terms, ("EMAIL1", "EMAIL2"), exact=True))  # fmt: skip


def search(call: Call) -> Value:
    """Search over the five modules; ";" means or."""
    call.login_sent()
    return _details(hit for module in UNIFIED for hit in _hits(call, module, call.needed("name")))


def _hits(call: Call, module: str, text: str) -> Iterator[Row]:
    terms = [part.strip() for part in text.split(";") if part.strip()]
    return _module_hits(call, module, terms, _SEARCHED[module], exact=False)


def search_by_module(call: Call) -> Value:
    """Search over some of the five modules, sliced; the columns are those of every hit."""
    user = call.login_sent()
    modules = call.sent.get("modules")
    if modules is None:
        raise null_reference()
    offset, most = call.number("offset"), call.number("max_results")
    if offset < 0:
        raise refused("offset must be a non-negative number")
    if most <= 0:
        raise refused("max_results must be a postive number")
    wanted = [name for name in UNIFIED if name in modules and name not in user.unseen]
    hits = [hit for module in wanted for hit in _hits(call, module, call.needed("search_string"))]
    page = hits[offset : offset + most]
    fields = [
        struct("field", name=n.lower(), type="System.Guid" if n == "ID" else "System.String", label=n, required=0, options=Many("name_value", ()))
        for n in _COLUMNS
    ]  # fmt: skip
    entries = [entry(hit["ID"], hit["MODULE_NAME"], [(n.lower(), hit[n]) for n in _COLUMNS]) for hit in page]
    return struct(
        "get_entry_list_result", result_count=len(page), next_offset=offset + len(page) if hits else 0,
        field_list=Many("field", tuple(fields if hits else ())), entry_list=Many("entry_value", tuple(entries)), error=error(),
    )  # fmt: skip
