# SPDX-License-Identifier: MIT
"""Every operation of the service: SplendidCRM's 41 and SuiteCRM's eleven more (sugarsoap.md 4), and how to call one.

The server's own WSDL decides which there are and what types they take; this table adds what a WSDL does not say: what
they do, which of them change data, and which want the user's name and password instead of the session.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crmdesk.connectors.port import OperationInfo
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.soap import SoapOperation, SoapPart, to_part
from crmdesk.domain.errors import Invalid
from crmdesk.domain.sentence import sentence

SESSION, USER, PASSWORD = "session", "user_name", "password"


@dataclass(frozen=True, slots=True)
class Spec:
    """One operation. ``login``: "session", "password" (user name and MD5 in every call), or "" for neither."""

    name: str
    summary: str
    login: str = SESSION
    is_write: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)


_FILLED = {
    SESSION: sentence("The session; filled in by this program."),
    USER: sentence("The user's name; filled in by this program."),
    PASSWORD: sentence("MD5 of the password; filled in by this program."),
}
_SENTENCES: Mapping[str, str] = {
    "module_name": sentence("Name of the module, for example Accounts."),
    "id": sentence("The record's id."),
    "ids": sentence("JSON list of ids."),
    "query": sentence("An SQL condition, for example NAME like 'A%'."),
    "order_by": sentence("A column."),
    "offset": sentence("How many rows to skip."),
    "max_results": sentence("How many rows at most; never 0."),
    "select_fields": sentence("JSON list of field names; [] = all."),
    "deleted": sentence("0 = live records, 1 = deleted ones."),
    "name_value_list": sentence(
        'JSON list of {"name", "value"}; without id a new record, with deleted = 1 it is deleted.'
    ),
    "name_value_lists": sentence("JSON list of such lists."),
    "related_module": sentence("Name of the other module."),
    "module_id": sentence("The record's id."),
    "related_module_query": sentence("Leave empty: the server refuses or ignores it."),
    "note": sentence("JSON: the file, its content as base64."),
    "set_relationship_value": sentence('JSON: {"module1", "module1_id", "module2", "module2_id"}.'),
    "set_relationship_list": sentence("JSON list of such links."),
    "email_address": sentence("E-mail addresses, parted by semicolons."),
    "search_string": sentence("Words to look for; a semicolon means or."),
    "modules": sentence("JSON list of module names."),
    "note_id": sentence("The note's id."),
    "amount": sentence("Written as the server's culture does."),
    "s": sentence("Any text."),
}
_LIST = ("module_name", "query", "order_by", "offset", "select_fields", "max_results", "deleted")


def _spec(name: str, summary: str, *parameters: str, login: str = SESSION, write: bool = False) -> Spec:
    given = {SESSION: (SESSION,), "password": (USER, PASSWORD), "": ()}[login]
    told = {one: _FILLED.get(one) or _SENTENCES.get(one, "") for one in (*given, *parameters)}
    return Spec(name, summary, login, write, told)


def _open(name: str, summary: str, *parameters: str) -> Spec:
    return _spec(name, summary, *parameters, login="")


def _by_password(name: str, summary: str, *parameters: str, write: bool = False) -> Spec:
    return _spec(name, summary, *parameters, login=PASSWORD, write=write)


DOCUMENTED: tuple[Spec, ...] = (
    _open("get_server_version", sentence("The version of SugarCRM that is imitated.")),
    _open("get_splendid_version", sentence("The application's version.")),
    _open("get_sugar_flavor", sentence("CE, PRO, ENT or ULT.")),
    _open("is_loopback", sentence("1 where this computer is the server itself.")),
    _open("test", sentence("Echoes a text."), "s"),
    _open("get_server_time", sentence("The server's local time, in its own culture.")),
    _open("get_gmt_time", sentence("The same in UTC.")),
    _by_password("create_session", sentence("Checks user name and password; gives no session.")),
    _open("login", sentence("Begins a session."), "user_auth", "application_name"),
    _open("end_session", sentence("Does nothing."), "user_name"),
    _spec("seamless_login", sentence("1 where the session is known.")),
    _spec("logout", sentence("Ends the session; SplendidCRM only checks it.")),
    _spec("get_user_id", sentence("Your id.")),
    _spec("get_user_team_id", sentence("Your team's id.")),
    _by_password("create_contact", sentence("Adds a contact; tells no id."), "first_name", "last_name", "email_address", write=True),
    _by_password("create_lead", sentence("Adds a lead; tells no id."), "first_name", "last_name", "email_address", write=True),
    _by_password("create_account", sentence("Adds an account; tells no id."), "name", "phone", "website", write=True),
    _by_password("create_opportunity", sentence("Adds an opportunity; tells no id."), "name", "amount", write=True),
    _by_password("create_case", sentence("Adds a case; tells no id."), "name", write=True),
    _by_password("contact_by_email", sentence("Who has one of these e-mail addresses."), "email_address"),
    _by_password("user_list", sentence("Every user; administrators only.")),
    _by_password("search", sentence("Searches contacts, leads, accounts, cases and opportunities."), "name"),
    _by_password("search_by_module", sentence("The same in chosen modules, page by page."), "search_string", "modules", "offset", "max_results"),
    _by_password("track_email", sentence("Not implemented by the server."), "parent_id", "contact_ids", "date_sent", "email_subject", "email_body", write=True),
    _spec("get_entry_list", sentence("Rows of a module."), *_LIST),
    _spec("get_entry", sentence("One record; SplendidCRM sends one entry for each field."), "module_name", "id", "select_fields"),
    _spec("get_entries", sentence("Records by their ids."), "module_name", "ids", "select_fields"),
    _spec("set_entry", sentence("Adds, changes or deletes a record."), "module_name", "name_value_list", write=True),
    _spec("set_entries", sentence("Adds or changes several records."), "module_name", "name_value_lists", write=True),
    _spec("set_note_attachment", sentence("Attaches a file to a note."), "note", write=True),
    _spec("get_note_attachment", sentence("The file of a note; SplendidCRM has it not."), "id"),
    _spec("get_related_notes", sentence("Notes of a record; SplendidCRM has it not."), "module_name", "module_id", "select_fields"),
    _spec("update_portal_user", sentence("Not implemented by SplendidCRM."), "portal_name", "name_value_list", write=True),
    _spec("relate_note_to_module", sentence("Says which record a note belongs to."), "note_id", "module_name", "module_id", write=True),
    _spec("get_module_fields", sentence("The fields of a module."), "module_name"),
    _spec("get_available_modules", sentence("The modules.")),
    _spec("sync_get_modified_relationships", sentence("Not supported by SplendidCRM."), "module_name", "related_module", "from_date", "to_date", "offset", "max_results", "deleted", "module_id", "select_fields", "ids", "relationship_name", "deletion_date", "php_serialize"),
    _spec("get_relationships", sentence("Ids of related records."), "module_name", "module_id", "related_module", "related_module_query", "deleted"),
    _spec("set_relationship", sentence("Links two records."), "set_relationship_value", write=True),
    _spec("set_relationships", sentence("Links several."), "set_relationship_list", write=True),
    _spec("set_document_revision", sentence("Stores a new revision of a document."), "note", write=True),
)  # fmt: skip
"""SplendidCRM's 41."""

SUGAR_ONLY: tuple[Spec, ...] = (
    _spec("get_entries_count", sentence("How many rows a condition finds."), "module_name", "query", "deleted"),
    _spec("get_modified_entries", sentence("Records of these ids that were changed."), "module_name", "ids", "select_fields"),
    _spec("get_attendee_list", sentence("Who takes part in a meeting."), "module_name", "id"),
    _spec("set_entries_details", sentence("Adds or changes several records and reads some fields back."), "module_name", "name_value_lists", "select_fields", write=True),
    _spec("get_mailmerge_document", sentence("Data of a mail merge."), "file_name", "fields"),
    _spec("get_mailmerge_document2", sentence("Data of a mail merge."), "file_name", "fields"),
    _spec("get_document_revision", sentence("The file of a document's revision."), "i"),
    _spec("set_campaign_merge", sentence("Enters a mail merge in a campaign."), "targets", "campaign_id", write=True),
    _spec("is_user_admin", sentence("1 where you are an administrator.")),
    _spec("get_user_team_set_id", sentence("Your set of teams.")),
    _spec("get_contact_relationships", sentence("Everything that is linked to a contact."), "id"),
)  # fmt: skip
"""What SuiteCRM has beside them; it lacks get_splendid_version."""

_BY_NAME = {spec.name: spec for spec in (*DOCUMENTED, *SUGAR_ONLY)}
_READS = ("get_", "is_", "search", "list_", "find_", "count_", "test", "seamless_", "contact_by_", "user_list")


def spec_of(operation: str) -> Spec | None:
    """The documented operation of that name, None where there is none."""
    return _BY_NAME.get(operation)


def is_write(operation: str) -> bool:
    """Whether an operation changes data; one that nobody documents does, unless its name says that it reads."""
    spec = _BY_NAME.get(operation)
    return spec.is_write if spec else not operation.lower().startswith(_READS)


def infos(offered: Iterable[SoapOperation] = ()) -> tuple[OperationInfo, ...]:
    """What the server's WSDL offers, with its types; the documented ones where no WSDL was read yet."""
    made = tuple(_info(one) for one in offered)
    if made:
        return made
    return tuple(OperationInfo(s.name, s.is_write, s.parameters, s.summary) for s in (*DOCUMENTED, *SUGAR_ONLY))


def _info(one: SoapOperation) -> OperationInfo:
    spec = _BY_NAME.get(one.name)
    told = spec.parameters if spec else {}
    parameters = {p.name: told.get(p.name) or _FILLED.get(p.name) or p.type_name for p in one.parameters}
    parts = tuple(to_part(p) for p in one.parameters if not _is_filled(p.name, spec))
    return OperationInfo(one.name, is_write(one.name), parameters, spec.summary if spec else one.documentation, parts)


def _is_filled(name: str, spec: Spec | None) -> bool:
    return name == SESSION or (spec is not None and spec.login == PASSWORD and name in (USER, PASSWORD))


def arguments(one: SoapOperation, told: Mapping[str, str]) -> dict[str, object]:
    """The typed arguments of a call that were given as text; groups and lists are JSON.

    What is left out goes as "", [] or a number: a missing text makes SplendidCRM fail (sugarsoap.md 2).

    Raises:
        Invalid: an unknown name, a number that is none, no JSON.
    """
    names = {part.name for part in one.parameters}
    unknown = next((name for name in told if name not in names), None)
    if unknown is not None:
        raise Invalid(
            sentence(
                "{what} takes no “{unknown}”; it takes: {names}.",
                what=one.name,
                unknown=unknown,
                names=", ".join(sorted(names)) or sentence("nothing"),
            )
        )
    return {part.name: _argument(part, told.get(part.name)) for part in one.parameters}


def _argument(part: SoapPart, text: str | None) -> object:
    if part.kind in ("group", "list", "any"):
        if not text:
            return [] if part.kind == "list" else None
        if part.kind == "any" and not text.lstrip().startswith(("{", "[")):
            return text
        return _json(part.name, text)
    if part.kind == "integer":
        if not text:
            return 20 if part.name == "max_results" else 0
        if not text.strip().lstrip("-").isdecimal():
            raise Invalid(sentence("“{part}” takes a whole number, not “{given}”.", part=part.name, given=text))
        return int(text)
    if not text and part.kind in ("datetime", "date", "decimal", "boolean"):
        return None
    return text or ""


def _json(name: str, text: str) -> object:
    try:
        return json.loads(text, cls=Decoder)
    except ValueError as error:
        raise Invalid(
            sentence("“{name}” takes JSON, for example [] or {{}}: {error}.", name=name, error=error)
        ) from error


def needs_password(operation: str) -> bool:
    """Whether an operation takes user name and password in each call."""
    spec = _BY_NAME.get(operation)
    return spec is not None and spec.login == PASSWORD
