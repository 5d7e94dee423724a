# SPDX-License-Identifier: MIT
"""What SplendidCRM does with records that are sent, notes and documents included (sugarsoap.md 4 and 6)."""

import base64
import binascii
import mimetypes
import re
from typing import Any

from crmdesk.demo.dialects.sugarsoap import zone
from crmdesk.demo.dialects.sugarsoap.database import Row
from crmdesk.demo.dialects.sugarsoap.splendid.catalogue import MODULES, Column, ModuleDef
from crmdesk.demo.dialects.sugarsoap.splendid.office import Call, guid
from crmdesk.demo.dialects.sugarsoap.splendid.replies import NetFault, null_reference, refused
from crmdesk.demo.dialects.sugarsoap.users import User
from crmdesk.demo.dialects.sugarsoap.values import Value, error, saved, strings, struct
from crmdesk.demo.store import StoredFile

_KEPT = frozenset(["ID", "DELETED", "DATE_ENTERED", "DATE_MODIFIED", "DATE_MODIFIED_UTC", "CREATED_BY", "MODIFIED_USER_ID"])  # fmt: skip
_UTC_PAIRS = {"DATE_START": "TIME_START", "DATE_DUE": "TIME_DUE"}
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?$")
_BASE64 = "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters."  # fmt: skip

Sent = list[dict[str, Any] | None]


def set_entry(call: Call) -> Value:
    """Save one record; "deleted" = 1 removes it and returns no id."""
    user = call.user()
    module = call.module(user, to_write=True)
    return saved(save(call, module, user, call.sent.get("name_value_list"), may_delete=True))


def set_entries(call: Call) -> Value:
    """Save many, one after the other; those before a failure stay, and "deleted" is ignored."""
    user = call.user()
    module = call.module(user, to_write=True)
    lists = call.sent.get("name_value_lists")
    if lists is None:
        raise null_reference()
    ids = [save(call, module, user, sent, may_delete=False) for sent in lists]
    return struct("set_entries_result", ids=strings(ids), error=error())


def save(call: Call, module: ModuleDef, user: User, sent: Sent | None, *, may_delete: bool) -> str:
    """Insert or update; return the id, "" for a deletion.

    Raises:
        NetFault: Nothing was sent, an id is no GUID, or a number no number.
    """
    if sent is None or any(one is None or one.get("name") is None for one in sent):
        raise null_reference()
    values = {str(one["name"]).upper(): one.get("value") for one in sent if one is not None}
    office = call.office
    key = guid(values["ID"] or "") if values.get("ID") else ""
    with office.db.lock:
        if may_delete and values.get("DELETED") == "1":
            if key:
                office.db.update(module.table, key, {"DELETED": 1, "MODIFIED_USER_ID": user.guid, **office.stamps()})
            return ""
        changed = _changed(call, module, user, values)
        row = office.db.get(module.table, key) if key else None
        if row is None:
            key = key or office.new_id()
            office.db.insert(module.table, [office.blank(module, key, user.guid) | changed])
        else:
            office.db.update(module.table, key, changed | {"MODIFIED_USER_ID": user.guid, **office.stamps()})
        _link_account(call, module, user, key, values)
    return key


def _changed(call: Call, module: ModuleDef, user: User, values: dict[str, str | None]) -> Row:
    """Return what the columns become; unknown names are ignored, an empty text clears."""
    changed: Row = {}
    for name, text in values.items():
        column = module.by_name.get(name)
        if column is None or name in _KEPT:
            continue
        partner = values.get(_UTC_PAIRS.get(name, ""))
        if column.kind == "d" and partner:
            changed[name] = zone.read(f"{zone.read(text or '')[:10]} {_clock_time(partner)}", is_utc=True) or None
        else:
            changed[name] = _kept(column, text or "")
    if not changed.get("ASSIGNED_USER_ID", user.guid):
        changed["ASSIGNED_USER_ID"] = user.guid
    return changed


def _clock_time(text: str) -> str:
    """Return a time that may come with a date before it."""
    return text.rpartition(" ")[2] if re.search(r"\d:\d\d", text.rpartition(" ")[2]) else text


def _kept(column: Column, text: str) -> str | int | float | None:
    """Return what the column keeps of a text.

    Raises:
        NetFault: It is no GUID, or no number in the server's culture.
    """
    if column.kind == "b":
        return int(text.lower() in ("1", "true", "on", "yes"))
    if not text:
        return None
    match column.kind:
        case "g":
            return guid(text)
        case "d":
            return zone.read(text) or None
        case "i" | "f" | "m":
            if not _NUMBER.match(text.strip()) or not any(char.isdigit() for char in text):
                raise NetFault(("System.FormatException", "Input string was not in a correct format."))
            number = float(text.replace(",", ""))
            return int(number) if column.kind == "i" else number
    return text[: column.width] if column.width else text


def _link_account(call: Call, module: ModuleDef, user: User, key: str, values: dict[str, str | None]) -> None:
    """Follow account_id and account_name of contacts and deals; a contact's unknown account is created."""
    if module.table not in ("CONTACTS", "OPPORTUNITIES"):
        return
    office = call.office
    account = guid(values["ACCOUNT_ID"] or "") if values.get("ACCOUNT_ID") else ""
    name = values.get("ACCOUNT_NAME") or ""
    if not account and name and module.table == "CONTACTS":
        found = office.db.find("ACCOUNTS", "NAME = ? AND DELETED = 0", name)
        account = found[0]["ID"] if found else office.new_id()
        if not found:
            office.db.insert("ACCOUNTS", [office.blank(MODULES["Accounts"], account, user.guid) | {"NAME": name[:150]}])
    if account:
        office.links.add("ACCOUNTS", account, module.table, key)
    elif "ACCOUNT_ID" in values:
        office.links.remove(module.table, key, "ACCOUNTS")


def _create(call: Call, name: str, *pairs: tuple[str, str]) -> Value:
    """Create a record of a user who names himself; "1" is what comes back, not the id."""
    user = call.login_sent()
    module = call.module(user, to_write=True, name=name)
    save(call, module, user, [{"name": column, "value": value} for column, value in pairs], may_delete=False)
    return "1"


def create_contact(call: Call) -> Value:
    """Create a contact."""
    return _person(call, "Contacts")


def create_lead(call: Call) -> Value:
    """Create a lead."""
    return _person(call, "Leads")


def _person(call: Call, module: str) -> Value:
    return _create(call, module, ("first_name", call.text("first_name")), ("last_name", call.text("last_name")), ("email1", call.text("email_address")))  # fmt: skip


def create_account(call: Call) -> Value:
    """Create an account."""
    return _create(call, "Accounts", ("name", call.text("name")), ("phone_office", call.text("phone")), ("website", call.text("website")))  # fmt: skip


def create_opportunity(call: Call) -> Value:
    """Create an opportunity; the amount is read in the server's culture."""
    return _create(call, "Opportunities", ("name", call.text("name")), ("amount", call.text("amount")))


def create_case(call: Call) -> Value:
    """Create a case."""
    return _create(call, "Cases", ("name", call.text("name")))


def _content(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as problem:
        raise NetFault(("System.FormatException", _BASE64)) from problem


def set_note_attachment(call: Call) -> Value:
    """Keep a note's file; an unknown note gives no id and no error."""
    user = call.user()
    call.module(user, to_write=True, name="Notes")
    sent = call.sent.get("note")
    if sent is None or sent.get("file") is None:
        raise null_reference()
    content = _content(sent["file"])
    office = call.office
    note = office.db.get("NOTES", guid(sent.get("id") or ""))
    if note is None:
        return saved("")
    key, name = office.new_id(), sent.get("filename") or ""
    office.files[key] = StoredFile(name, mimetypes.guess_type(name)[0] or "application/octet-stream", content)
    office.db.update("NOTES", note["ID"], {"NOTE_ATTACHMENT_ID": key, **office.stamps()})
    return saved(key)


def relate_note_to_module(call: Call) -> Value:
    """Point a note to a record; an unknown note is silently ignored."""
    user = call.user()
    module = call.module(user)
    call.module(user, to_write=True, name="Notes")
    key, target = guid(call.needed("note_id")), guid(call.needed("module_id"))
    change = {"CONTACT_ID": target} if module.name == "Contacts" else {"PARENT_TYPE": module.name, "PARENT_ID": target}
    call.office.db.update("NOTES", key, {**change, **call.office.stamps()})
    return error()


def set_document_revision(call: Call) -> Value:
    """Add a revision with its file to a document.

    Raises:
        NetFault: The document does not exist (a guess: its foreign key refuses).
    """
    user = call.user()
    call.module(user, to_write=True, name="Documents")
    sent = call.sent.get("document_revision") or call.sent.get("note")
    if sent is None or sent.get("file") is None:
        raise null_reference()
    content = _content(sent["file"])
    office = call.office
    document = office.db.get("DOCUMENTS", guid(sent.get("id") or ""))
    if document is None:
        raise NetFault(("System.Data.SqlClient.SqlException", 'The INSERT statement conflicted with the FOREIGN KEY constraint "FK_DOCUMENT_REVISIONS_DOCUMENT_ID".'))  # fmt: skip
    key, name = office.new_id(), sent.get("filename") or ""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    office.files[key] = StoredFile(name, kind, content)
    module = MODULES["DocumentRevisions"]
    office.db.insert(module.table, [office.blank(module, key, user.guid) | {
        "DOCUMENT_ID": document["ID"], "FILENAME": name[:255], "FILE_EXT": name.rpartition(".")[2][:25] if "." in name else None,
        "FILE_MIME_TYPE": kind, "REVISION": (sent.get("revision") or "")[:25] or None,
    }])  # fmt: skip
    office.db.update("DOCUMENTS", document["ID"], {"DOCUMENT_REVISION_ID": key, **office.stamps()})
    return saved(key)


def not_implemented(call: Call) -> Value:
    """Refuse, as the server does for what it only declares."""
    raise refused("Method not implemented.")
