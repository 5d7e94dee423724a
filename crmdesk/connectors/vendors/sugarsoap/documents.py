# SPDX-License-Identifier: MIT
"""Files: attachments of notes, and revisions of documents.

A note belongs to a record (``parent_id``, or ``contact_id``) and carries one file. SplendidCRM takes files and hands
none out: get_note_attachment is "Method not implemented." there, and there is no get_document_revision (sugarsoap.md
4). An unknown note is answered with an empty id and no error.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crmdesk.connectors.port import Attachment
from crmdesk.connectors.vendors.sugarsoap import catalog, parse
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.parse import Entry
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.connectors.wire.soap import Decoded
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    MalformedReply,
    NotFound,
    OutcomeUnclear,
    UnknownOperation,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

_NAME, _CONTACT = FieldName("name"), FieldName("contact_id")
_PUBLISHED = FieldName("active_date")
_DOCUMENT_NAME, _REVISION = FieldName("document_name"), "document_revision_id"
_ATTACH, _REVISE = "set_note_attachment", "set_document_revision"
_NO_DOWNLOAD = sentence(
    "This server takes files over its web service and hands none out. Open the record in the CRM's own pages to fetch the file."
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What files are stored and found with. ``add`` makes a record; ``holding`` finds the notes that lead to one."""

    session: Session
    modules: Modules
    add: Callable[[ModuleName, Mapping[FieldName, Value]], RecordId]
    holding: Callable[[ModuleName, FieldName, RecordId, int], tuple[Record, ...]]


def list_attachments(desk: Desk, record: RecordId) -> tuple[Attachment, ...]:
    """The files of a record's notes; of a note or a document its own file."""
    if record.module in (catalog.NOTES, catalog.DOCUMENTS):
        own = _attachment(desk.modules.whole(record), record)
        return (own,) if own is not None else ()
    if catalog.NOTES not in desk.modules.names():
        return ()
    field = _CONTACT if record.module == catalog.CONTACTS else catalog.PARENT_ID
    found = {note.id.key: note for note in desk.holding(catalog.NOTES, catalog.PARENT_ID, record, 500)}
    if field != catalog.PARENT_ID:
        found |= {note.id.key: note for note in desk.holding(catalog.NOTES, field, record, 500)}
    entries = desk.modules.entries(catalog.NOTES, list(found))
    made = (_attachment(entry, RecordId(catalog.NOTES, entry.key)) for entry in entries)
    return tuple(one for one in made if one is not None)


def _attachment(entry: Entry, record: RecordId) -> Attachment | None:
    """None where there is no file. SplendidCRM names a note's file beside the attachment's own id."""
    values = entry.values
    has_file = values.get("filename") or values.get("note_attachment_id", "").strip("0-")
    if record.module == catalog.DOCUMENTS:
        has_file = has_file or values.get(_REVISION, "").strip("0-")
    if not has_file:
        return None
    title = values.get("document_name") or values.get("name") or values.get("filename", "")
    name = values.get("filename") or title
    return Attachment(
        record=record,
        title=parse.decoded_once(title),
        file_name=parse.decoded_once(name),
        mime_type=values.get("file_mime_type", ""),
        size_bytes=None,
    )


def upload(
    desk: Desk,
    title: str,
    file_name: str,
    content: bytes,
    to: RecordId | None,
    values: Mapping[FieldName, Value],
) -> RecordId:
    """Store a file: for a document as a new revision, for a record as a note's attachment, else as a new document.

    Raises:
        Invalid: the file is empty or has no name. OutcomeUnclear: the note is there, the file is not.
    """
    if not content or not file_name.strip():
        raise Invalid(sentence("An empty file, or one without a name, cannot be stored. Choose another one."))
    if to is not None and to.module == catalog.DOCUMENTS:
        revise(desk.session, to, title, file_name, content, _next_revision(desk.modules.whole(to)))
        return to
    if to is not None and to.module == catalog.NOTES:
        _attach(desk.session, to, file_name, content)
        return to
    if to is None and catalog.DOCUMENTS in desk.modules.names():
        made = desk.add(catalog.DOCUMENTS, {_DOCUMENT_NAME: title, **_published(desk), **values})
        _after(made, lambda: revise(desk.session, made, title, file_name, content, "1"))
        return made
    return _as_note(desk, title, file_name, content, to, values)


def _published(desk: Desk) -> Mapping[FieldName, Value]:
    """Today, where a document must have a day of publication: SuiteCRM's pages fill it in, its service does not."""
    field = desk.modules.described(catalog.DOCUMENTS).schema.field(_PUBLISHED)
    today = desk.session.clock.day(datetime.now(UTC) - timedelta(hours=12))
    return {_PUBLISHED: today} if field is not None and field.required and not field.read_only else {}


def _as_note(
    desk: Desk, title: str, file_name: str, content: bytes, to: RecordId | None, values: Mapping[FieldName, Value]
) -> RecordId:
    if to is not None:
        desk.modules.whole(to)  # the server would store a note for a record that is gone
    note = desk.add(catalog.NOTES, {_NAME: title, **values})

    def rest() -> None:
        _attach(desk.session, note, file_name, content)
        if to is not None:
            relate_note(desk.session, desk.modules, note, to)

    _after(note, rest)
    return note


def _after(made: RecordId, rest: Callable[[], object]) -> None:
    """The record was made already: whatever fails now leaves it behind without its file."""
    try:
        rest()
    except CrmError as error:
        if error.may_be_done:
            raise
        raise OutcomeUnclear(
            sentence(
                "The record was made ({made}), but its file or its link was not stored: {reason}",
                made=made.key,
                reason=error.user_text,
            ),
            error.detail,
        ) from error


def _attach(session: Session, note: RecordId, file_name: str, content: bytes) -> None:
    file = base64.b64encode(content).decode("ascii")
    result = session.write(_ATTACH, session.sole(_ATTACH, {"id": note.key, "filename": file_name, "file": file}))
    if not parse.saved_key(result, _ATTACH):
        raise NotFound(sentence("The note is not there: the file was not stored. Reload the list."))


def relate_note(session: Session, modules: Modules, note: RecordId, to: RecordId) -> None:
    """Say which record a note belongs to; an unknown note would be ignored without a word.

    Raises:
        NotFound: either of them is gone.
    """
    modules.whole(note)
    modules.whole(to)
    session.write("relate_note_to_module", {"note_id": note.key, "module_name": to.module, "module_id": to.key})


def revise(session: Session, document: RecordId, title: str, file_name: str, content: bytes, revision: str) -> str:
    """Store a new revision of a document; the revision's id."""
    note = {
        "id": document.key,
        "document_name": title,
        "revision": revision,
        "filename": file_name,
        "file": base64.b64encode(content).decode("ascii"),
    }
    key = parse.saved_key(session.write(_REVISE, session.sole(_REVISE, note)), _REVISE)
    if not key:
        raise NotFound(sentence("The document is not there: the file was not stored. Reload the list."))
    return key


def _next_revision(document: Entry) -> str:
    for name in ("revision", "latest_revision"):
        told = document.values.get(name, "")
        if told.isdecimal():
            return str(int(told) + 1)
    return "2"


def download(desk: Desk, attachment: Attachment) -> bytes:
    """The bytes of a file.

    Raises:
        UnknownOperation: this server hands none out. NotFound: there is no file.
    """
    session, record = desk.session, attachment.record
    is_document = record.module == catalog.DOCUMENTS
    operation = "get_document_revision" if is_document else "get_note_attachment"
    if session.family is Family.SPLENDID or not session.has(operation):
        raise UnknownOperation(_NO_DOWNLOAD)
    if is_document:
        revision = desk.modules.whole(record).values.get(_REVISION, "")
        if not revision:
            raise NotFound(sentence("This document has no file on the server."))
        result = session.read(operation, session.sole(operation, revision))
    else:
        result = session.read(operation, session.sole(operation, record.key))
    return _content(parse.group(result, operation))


def _content(told: Mapping[str, Decoded]) -> bytes:
    inner = next((v for k, v in told.items() if k in ("note_attachment", "document_revision")), told)
    file = parse.text_of(inner.get("file")) if isinstance(inner, dict) else ""
    if not file:
        raise NotFound(sentence("There is no file on the server."))
    try:
        return base64.b64decode("".join(file.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedReply(sentence("The file came damaged. Try again."), where="base64") from error
