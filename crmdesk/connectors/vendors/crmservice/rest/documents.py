# SPDX-License-Identifier: MIT
"""Files: up as multipart at ``/<module>/<id>/files`` (25 MB), listed there; down where the file's resource points to.

Sources: ``internal/api/upload.go``, ``references/writes.md`` of the vendor's client. How a file is read back is told
nowhere: its ``links`` and attributes are looked through for an address on this server.
"""

import base64
import binascii
from collections.abc import Mapping

from crmdesk.connectors.port import Attachment
from crmdesk.connectors.vendors.crmservice.rest import relations
from crmdesk.connectors.vendors.crmservice.rest.session import Resource, RestSession, place, resources, text_at
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.errors import Invalid, NotFound, OutcomeUnclear, UnknownOperation, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

FILES = ModuleName("files")
MAX_BYTES = 25 * 1024 * 1024
_NO_FILES = frozenset({"users"})
"""``POST users/<id>/files`` answers 501."""
_FILE_NAMES = ("filename", "file_name", "original_name", "name", "title")
_SIZES = ("size", "file_size", "filesize", "bytes")
_TYPES = ("mime_type", "mimetype", "content_type", "file_type", "type")
_WAYS = ("download", "content", "file", "related", "enclosure")


def list_attachments(session: RestSession, record: RecordId) -> tuple[Attachment, ...]:
    """The files of a record; for a file itself, itself."""
    if record.module == FILES:
        found = resources(session.get(place(FILES, record.key), names_one=True), "files")
        return tuple(_attachment(one) for one in found)
    if record.module in _NO_FILES:
        return ()
    try:
        return tuple(_attachment(one) for one in relations.resources_of(session, record, "files"))
    except UnknownOperation:
        return ()


def _attachment(one: Resource) -> Attachment:
    name = text_at(one, *_FILE_NAMES)
    attributes = one.get("attributes")
    told = attributes if isinstance(attributes, dict) else {}
    size = next((number for key in _SIZES if (number := to_int(told.get(key))) is not None), None)
    return Attachment(
        record=RecordId(FILES, to_text(one.get("id"))),
        title=text_at(one, "title", "name", *_FILE_NAMES),
        file_name=name,
        mime_type=next((text for key in _TYPES if "/" in (text := text_at(one, key))), ""),
        size_bytes=size if size and size > 0 else None,
    )


def upload(
    session: RestSession,
    title: str,
    file_name: str,
    mime_type: str,
    content: bytes,
    to: RecordId | None,
    values: Mapping[FieldName, Value] | None = None,
    *,
    known: Schema | None,
) -> str:
    """Store a file at a record; its id.

    Args:
        known: what files have for fields; the title goes into the first that fits, if any does.

    Raises:
        Invalid: there is no record for it, or it is too large; nothing was sent. OutcomeUnclear.
    """
    if to is None or to.module in _NO_FILES:
        raise Invalid(
            sentence("A file needs a record to hang on there. Open the record, then drop the file. Nothing was sent.")
        )
    if len(content) > MAX_BYTES:
        raise Invalid(
            sentence(
                "The server takes files up to 25 MB; {file_name} has {n} MB.",
                file_name=file_name,
                n=len(content) // 1024 // 1024,
            )
        )
    attributes = {str(name): plain(value) for name, value in (values or {}).items() if value is not None}
    names = (name for name in ("title", "label", "description") if known is not None and known.field(name))
    if title and title != file_name and (field := next(names, "")):
        attributes.setdefault(field, title)
    path = place(to.module, to.key, "files")
    file = (file_name, content, mime_type or "application/octet-stream")
    document = session.upload(path, file, attributes)
    made = resources(document, "files") if "data" in document else ()
    key = to_text(made[0].get("id")) if made else ""
    if not key:
        raise OutcomeUnclear(
            sentence("The server took the file, but did not say as which. Reload the record and look.")
        )
    return key


def download(session: RestSession, attachment: Attachment) -> bytes:
    """The bytes of a file.

    Raises:
        Unsupported: the server does not say where they are. NotFound.
    """
    found = resources(session.get(place(FILES, attachment.record.key), names_one=True), "files")
    if not found:
        raise NotFound(sentence("The file is gone. Reload the record."))
    inside = _content(found[0])
    if inside is not None:
        return inside
    address = _address(found[0])
    if not address:
        raise Unsupported(sentence("reading files back; open the record in the browser"))
    return session.download(address)


def _content(one: Resource) -> bytes | None:
    text = text_at(one, "content_base64", "content", "data")
    if not text or ("/" in text[:8] and text.startswith(("http", "/"))):
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _address(one: Resource) -> str:
    links = one.get("links")
    told = links if isinstance(links, dict) else {}
    for way in _WAYS:
        link = told.get(way)
        href = to_text(link.get("href")) if isinstance(link, dict) else to_text(link)
        if href:
            return href
    text = text_at(one, "download_url", "url", "href", "path")
    return text if text.startswith(("http://", "https://", "/")) else ""
