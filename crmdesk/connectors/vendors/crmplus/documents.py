# SPDX-License-Identifier: MIT
"""Files: CRM+'s uploadDocument and withAttachment, and what its relatives have instead."""

import base64
import binascii
from collections.abc import Iterator, Mapping

from crmdesk.connectors.port import Attachment, Relation
from crmdesk.connectors.vendors.crmplus import parse, relations
from crmdesk.connectors.vendors.crmplus.catalog import Catalog
from crmdesk.connectors.vendors.crmplus.payload import OWNER, dumped
from crmdesk.connectors.vendors.crmplus.session import Family, Session
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.errors import Invalid, MalformedReply, NotFound
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence

DOCUMENTS = ModuleName("Documents")
RELATION = Relation(DOCUMENTS, DOCUMENTS, DOCUMENTS, None)
"""The related list of documents, by its usual name."""
_CONTENT_KEYS = (
    "filecontents",
    "stream",
    "attachment",
    "attachments",
    "filecontent",
    "content",
    "contents",
    "file",
    "data",
)


def list_attachments(session: Session, catalog: Catalog, record: RecordId) -> tuple[Attachment, ...]:
    """The documents of a record; for a document itself, its own file."""
    if record.module == DOCUMENTS:
        row = session.call("retrieve", {"id": record.key})
        return (_attachment(_texts(row), record),) if isinstance(row, dict) and row.get("filename") else ()
    wanted = next(
        (r for r in relations.list_relations(session, catalog, record) if r.module == DOCUMENTS),
        None,
    )
    if wanted is None:
        return ()
    found = relations.list_related(session, catalog, record, wanted)
    return tuple(_of_record(one, session) for one in found)


def _of_record(record: Record, session: Session) -> Attachment:
    """A related document; the list may hold some fields only, then the document itself is asked."""
    if FieldName("filename") not in record.values:
        row = session.call("retrieve", {"id": record.id.key})
        return _attachment(_texts(row) if isinstance(row, dict) else {}, RecordId(DOCUMENTS, record.id.key))
    texts = {str(name): to_text(value) for name, value in record.values.items()}
    return _attachment(texts, RecordId(DOCUMENTS, record.id.key))


def _texts(row: object) -> Mapping[str, str]:
    return (
        {str(k): to_text(v) for k, v in row.items() if not isinstance(v, (dict, list))} if isinstance(row, dict) else {}
    )


def _attachment(row: Mapping[str, str], record: RecordId) -> Attachment:
    return Attachment(
        record=record,
        title=row.get("notes_title", "") or row.get("filename", ""),
        file_name=row.get("filename", ""),
        mime_type=row.get("filetype", ""),
        size_bytes=to_int(row.get("filesize")) or None,
    )


def upload(
    session: Session, title: str, file_name: str, mime_type: str, content: bytes, element: Mapping[str, str]
) -> object:
    """Store a file as a new document; the write's answer."""
    fields = {"notes_title": title, "filename": file_name, **element}
    if session.family is Family.CRMPLUS:
        attachment = {"stream": base64.b64encode(content).decode("ascii"), "mime_type": mime_type}
        return session.call("uploadDocument", {"attachment": dumped(attachment), "element": dumped(fields)})
    # vtiger 8: create with the file as a multipart part (recorded); the server cleans the name.
    fields |= {"filelocationtype": "I", "filestatus": "1"}
    fields.setdefault(OWNER, session.user_id)
    return session.call(
        "create",
        {"elementType": DOCUMENTS, "element": dumped(fields)},
        files={"filename": (file_name, content, mime_type or "application/octet-stream")},
    )


def download(session: Session, attachment: Attachment) -> bytes:
    """The bytes of a document's file.

    Raises:
        Invalid: the document is a link to another place. NotFound: it has no file.
    """
    if session.family is Family.CRMPLUS:
        row = session.call("retrieve", {"id": attachment.record.key, "options": dumped({"withAttachment": True})})
    else:
        row = session.call("retrieve", {"id": attachment.record.key})
    if not isinstance(row, dict):
        raise MalformedReply(sentence("The server's answer is not a document. Reload the list."), where="retrieve")
    if to_text(row.get("filelocationtype")) == "E":
        raise Invalid(sentence("This document is a link. Open it in a browser: {to}", to=to_text(row.get("filename"))))
    if session.family is not Family.CRMPLUS:
        file_id = to_text(row.get("imageattachmentids")).partition(",")[0]
        if not parse.is_full_id(file_id):
            raise NotFound(sentence("This document has no file on the server."))
        return content_of(session.call("files_retrieve", {"id": file_id}))
    return content_of(row)


def content_of(result: object) -> bytes:
    """The base64 content inside a reply.

    ``files_retrieve`` answers ``[{"filecontents": …}]`` (recorded). Under which key ``withAttachment`` puts it, the
    vendor's document does not say: GUESS: one of the usual ones, or an object that holds one.

    Raises:
        NotFound: there is none. MalformedReply: it is not base64.
    """
    for text in _contents(result):
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise MalformedReply(sentence("The file came damaged. Try again."), where="base64") from error
    raise NotFound(sentence("This document has no file on the server."))


def _contents(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _contents(one)
    elif isinstance(value, dict):
        for key in _CONTENT_KEYS:
            inner = value.get(key)
            if isinstance(inner, str) and inner:
                yield inner
            elif isinstance(inner, (dict, list)):
                yield from _contents(inner)
