# SPDX-License-Identifier: MIT
"""What SuiteCRM does with records that are sent, notes and documents included."""

import base64
import binascii
import mimetypes
import re
from typing import Any

from crmdesk.demo.dialects.sugarsoap.database import Row
from crmdesk.demo.dialects.sugarsoap.suite.catalogue import MODULES, FieldDef, ModuleDef
from crmdesk.demo.dialects.sugarsoap.suite.cleaning import cleaned
from crmdesk.demo.dialects.sugarsoap.suite.office import Call, Refusal, no_login, success
from crmdesk.demo.dialects.sugarsoap.suite.reading import selected
from crmdesk.demo.dialects.sugarsoap.users import User
from crmdesk.demo.dialects.sugarsoap.values import Many, Value, entry, error, saved, strings, struct
from crmdesk.demo.store import StoredFile

_KEPT = frozenset(["id", "date_entered", "date_modified", "created_by", "modified_user_id"])
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?$")
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?")


def _unsaved(refusal: Refusal) -> Value:
    return struct("set_entry_result", id="-1", error=refusal.error)


def set_entry(call: Call) -> Value:
    """Save one record; a deletion returns its id."""
    try:
        user = call.user(no_login)
        module = call.module(user, call.text("module_name"), to_write=True)
    except Refusal as refusal:
        return _unsaved(refusal)
    return saved(save(call, module, user, call.sent.get("name_value_list")))


def set_entries(call: Call) -> Value:
    """Save many."""
    try:
        user = call.user(no_login)
        module = call.module(user, call.text("module_name"), to_write=True)
    except Refusal as refusal:
        return struct("set_entries_result", ids=strings(()), error=refusal.error)
    sent = call.sent.get("name_value_lists")
    lists = list(sent.values()) if isinstance(sent, dict) else sent or []
    return struct("set_entries_result", ids=strings(save(call, module, user, one) for one in lists), error=success())


def _named(sent: Any) -> dict[str, str]:
    """Return names and values. An array that did not say so is {"item": [...]}, which holds none: a blank record."""
    items = list(sent.values()) if isinstance(sent, dict) else sent or []
    pairs = [one for one in items if isinstance(one, dict) and isinstance(one.get("name"), str)]
    return {one["name"]: one["value"] if isinstance(one.get("value"), str) else "" for one in pairs}


def save(call: Call, module: ModuleDef, user: User, sent: Any) -> str:
    """Insert, or update where an id is sent; an id that is not there is answered and nothing is kept (a guess)."""
    values = _named(sent)
    office = call.office
    key = values.get("id", "")
    changed = {
        name: _kept(module.by_name[name], text)
        for name, text in values.items()
        if name in module.by_name and module.by_name[name].is_stored and name not in _KEPT
    }
    if "email1" in values and "email1" in module.by_name:
        changed["email1_"] = cleaned(values["email1"]) or None
    with office.db.lock:
        if key:
            row = office.db.get(module.table, key)
            if row is None or row["deleted"]:
                return key
            office.db.update(module.table, key, changed | {"modified_user_id": user.key, "date_modified": office.now()})
        else:
            key = office.new_id()
            office.db.insert(module.table, [office.blank(module, key, user.key) | changed])
        if module.table in ("contacts", "opportunities") and "account_id" in values:
            if values["account_id"]:
                office.links.add("accounts", values["account_id"], module.table, key)
            else:
                office.links.remove(module.table, key, "accounts")
    return key


def _kept(field: FieldDef, text: str) -> str | int | float | None:
    """Return what the column keeps: what does not fit is cut or lost, silently."""
    match field.kind:
        case "bool":
            return int(text.lower() in ("1", "true", "on", "yes"))
        case "date" | "datetime" | "datetimecombo":
            return text if _DATE.match(text) else None
        case "int" | "currency" | "decimal" | "float":
            found = _NUMBER.match(text.strip())
            number = float(found.group()) if found else None
            return int(number) if number is not None and field.kind == "int" else number
    text = cleaned(text)
    return (text[: field.width] if field.width else text) or None


def _create(call: Call, name: str, values: Row) -> Value:
    """Create a record of a user who names himself; "1" comes back, "0" where he may not."""
    try:
        user = call.login_sent()
        module = call.module(user, name, to_write=True)
    except Refusal:
        return "0"
    save(call, module, user, [{"name": key, "value": value} for key, value in values.items()])
    return "1"


def create_contact(call: Call) -> Value:
    """Create a contact."""
    return _create(call, "Contacts", _person(call))


def create_lead(call: Call) -> Value:
    """Create a lead."""
    return _create(call, "Leads", _person(call))


def _person(call: Call) -> Row:
    return {"first_name": call.text("first_name"), "last_name": call.text("last_name"), "email1": call.text("email_address")}  # fmt: skip


def create_account(call: Call) -> Value:
    """Create an account."""
    return _create(call, "Accounts", {"name": call.text("name"), "phone_office": call.text("phone"), "website": call.text("website")})  # fmt: skip


def create_opportunity(call: Call) -> Value:
    """Create an opportunity."""
    return _create(call, "Opportunities", {"name": call.text("name"), "amount": call.text("amount")})


def create_case(call: Call) -> Value:
    """Create a case."""
    return _create(call, "Cases", {"name": call.text("name")})


def _file(sent: Any) -> StoredFile:
    """Return a file; PHP decodes what it can of bad base64."""
    sent = sent if isinstance(sent, dict) else {}
    name = str(sent.get("filename") or "")
    text = re.sub(r"[^A-Za-z0-9+/]", "", str(sent.get("file") or ""))
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        content = b""
    return StoredFile(name, mimetypes.guess_type(name)[0] or "application/octet-stream", content)


def _sent_id(call: Call) -> str:
    sent = call.sent.get("note")
    return str(sent.get("id") or "") if isinstance(sent, dict) else ""


def set_note_attachment(call: Call) -> Value:
    """Keep a note's file; its id is the note's."""
    try:
        call.module(call.user(), "Notes", to_write=True)
    except Refusal as refusal:
        return _unsaved(refusal)
    key, file, office = _sent_id(call), _file(call.sent.get("note")), call.office
    if office.db.get("notes", key) is None:
        return saved("-1")
    office.files[key] = file
    office.db.update("notes", key, {"filename": cleaned(file.name), "file_mime_type": file.mime, "date_modified": office.now()})  # fmt: skip
    return saved(key)


def get_note_attachment(call: Call) -> Value:
    """Return a note's file in base64."""
    try:
        call.module(call.user(), "Notes")
    except Refusal as refusal:
        return struct("return_note_attachment", error=refusal.error)
    key = call.text("id")
    file = call.office.files.get(key)
    encoded = base64.b64encode(file.content).decode() if file else ""
    note = struct("note_attachment", id=key, filename=file.name if file else "", file=encoded)
    return struct("return_note_attachment", note_attachment=note, error=success())


def relate_note_to_module(call: Call) -> Value:
    """Point a note to a record."""
    try:
        user = call.user()
        module = call.module(user, call.text("module_name"))
        call.module(user, "Notes", to_write=True)
    except Refusal as refusal:
        return refusal.error
    target = call.text("module_id")
    change = {"contact_id": target} if module.name == "Contacts" else {"parent_type": module.name, "parent_id": target}
    call.office.db.update("notes", call.text("note_id"), {**change, "date_modified": call.office.now()})
    return success()


def get_related_notes(call: Call) -> Value:
    """Return the notes of a record."""
    try:
        user = call.user()
        module = call.module(user, call.text("module_name"))
        notes = call.module(user, "Notes")
    except Refusal as refusal:
        return struct("get_entry_result", field_list=Many("field", ()), entry_list=Many("entry_value", ()), error=refusal.error)  # fmt: skip
    key = call.text("module_id")
    where = "contact_id = ?" if module.name == "Contacts" else "parent_type = ? AND parent_id = ?"
    rows = call.office.db.find("notes", f"deleted = 0 AND {where}", *((key,) if module.name == "Contacts" else (module.name, key)))  # fmt: skip
    chosen = selected(notes.fields, call.sent.get("select_fields"))
    entries = tuple(entry(row["id"], "Notes", call.office.values(notes, row, chosen)) for row in rows)
    return struct("get_entry_result", field_list=Many("field", ()), entry_list=Many("entry_value", entries), error=success())  # fmt: skip


def set_document_revision(call: Call) -> Value:
    """Add a revision to a document."""
    try:
        user = call.user()
        call.module(user, "Documents", to_write=True)
    except Refusal as refusal:
        return _unsaved(refusal)
    document, file, office = _sent_id(call), _file(call.sent.get("note")), call.office
    key, sent = office.new_id(), call.sent.get("note") or {}
    module = MODULES["DocumentRevisions"]
    office.db.insert(module.table, [office.blank(module, key, user.key) | {
        "document_id": document, "filename": cleaned(file.name), "file_ext": file.name.rpartition(".")[2], "file_mime_type": file.mime,
        "revision": str(sent.get("revision") or ""),
    }])  # fmt: skip
    office.files[key] = file
    office.db.update("documents", document, {"document_revision_id": key, "date_modified": office.now()})
    return saved(key)


def get_document_revision(call: Call) -> Value:
    """Return a revision's file in base64."""
    try:
        call.module(call.user(), "Documents")
    except Refusal as refusal:
        return struct("return_document_revision", error=refusal.error)
    key = call.text("id")
    row, file = call.office.db.get("document_revisions", key), call.office.files.get(key)
    if row is None or file is None:
        return struct("return_document_revision", error=error("21", "No File", "The file does not exist on the server"))
    document = call.office.db.get("documents", row["document_id"] or "")
    found = struct(
        "document_revision", id=key, document_name=(document or {}).get("document_name") or "", revision=row["revision"] or "",
        filename=row["filename"] or "", file=base64.b64encode(file.content).decode(),
    )  # fmt: skip
    return struct("return_document_revision", document_revision=found, error=success())
