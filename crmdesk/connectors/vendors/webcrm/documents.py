# SPDX-License-Identifier: MIT
"""Files: documents hang on a record by kind and id; up as base64 in ``DocumentFile``, down as bytes."""

import base64
from collections.abc import Mapping
from pathlib import PurePosixPath

from crmdesk.connectors.port import Attachment
from crmdesk.connectors.vendors.webcrm import paging, query
from crmdesk.connectors.vendors.webcrm.catalog import Catalog
from crmdesk.connectors.vendors.webcrm.operations import spec
from crmdesk.connectors.vendors.webcrm.parse import new_id
from crmdesk.connectors.vendors.webcrm.query import MAX_PAGE, Terms
from crmdesk.connectors.vendors.webcrm.resources import DOCUMENTS, ORGANISATIONS, Resource
from crmdesk.connectors.vendors.webcrm.session import Session, one_row, rows, unclear
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.errors import Invalid, NotFound
from crmdesk.domain.names import RecordId
from crmdesk.domain.sentence import sentence

Row = Mapping[str, object]


def list_attachments(session: Session, catalog: Catalog, record: RecordId) -> tuple[Attachment, ...]:
    """The documents of a record; for a document itself, its own file."""
    documents = catalog.resource(DOCUMENTS)
    if record.module == DOCUMENTS:
        return (_attachment(one_row(session.get(documents.one_path, record.key), "Documents"), documents),)
    kind = catalog.resource(record.module).linked_kind
    if not kind:
        return ()
    number = to_int(record.key) or -1

    def is_of(row: Row) -> bool:
        linked = to_text(row.get("DocumentLinkedEntityType")) == kind
        if linked and to_int(row.get("DocumentLinkedEntityId")) == number:
            return True
        return record.module == ORGANISATIONS and to_int(row.get("DocumentOrganisationId")) == number

    return tuple(_attachment(row, documents) for row in _candidates(session, catalog, documents, number) if is_of(row))


def _candidates(session: Session, catalog: Catalog, documents: Resource, number: int) -> tuple[Row, ...]:
    """By query where the server can, all documents else: the API has no list of a record's documents."""
    if catalog.can_query(documents):
        either = Terms(f"(DocumentLinkedEntityId = {number} OR DocumentOrganisationId = {number})")
        # Without the column of the contents. The kind reads as a number in some tables, so the document is asked.
        wanted = ("DocumentId",)
        text = query.select(documents, wanted, either)
        found = catalog.queried(text, 1, MAX_PAGE)
        keys = [to_text(row.get("DocumentId")) for row in found]
        return tuple(one_row(session.get(documents.one_path, key), "Documents") for key in keys[:_MOST])

    def window(page: int, size: int) -> tuple[Row, ...]:
        return rows(session.get(documents.path, Page=str(page), Size=str(size)), "Documents")

    return paging.everything(window, documents.id_field)


_MOST = 50
"""Documents looked at one by one for a record; more would use up the minute's requests."""


def _attachment(row: Row, documents: Resource) -> Attachment:
    name, extension = to_text(row.get("DocumentFileName")), to_text(row.get("DocumentFileExtension")).lstrip(".")
    file_name = name if not extension or name.lower().endswith(f".{extension.lower()}") else f"{name}.{extension}"
    return Attachment(
        record=RecordId(DOCUMENTS, to_text(row.get(documents.id_field))),
        title=to_text(row.get("DocumentDescription")) or file_name,
        file_name=file_name,
        size_bytes=to_int(row.get("DocumentFileSize")) or None,
    )


def upload(
    session: Session,
    catalog: Catalog,
    title: str,
    file_name: str,
    content: bytes,
    to: RecordId | None,
    more: Mapping[str, object],
) -> str:
    """Store a file as a new document; its id.

    Args:
        more: further fields of the document, spelt for the server.

    Raises:
        Invalid: no document can hang on such a record. OutcomeUnclear.
    """
    body: dict[str, object] = {
        "DocumentId": 0,
        "DocumentFileName": file_name,
        "DocumentFileExtension": PurePosixPath(file_name).suffix.lstrip("."),
        "DocumentFileSize": len(content),
        "DocumentDescription": title,
        "DocumentFile": base64.b64encode(content).decode("ascii"),
        **more,
    }
    if to is not None:
        owner = catalog.resource(to.module)
        if not owner.linked_kind:
            raise Invalid(
                sentence("No document can be attached to a {owner} there. Nothing was sent.", owner=owner.label.lower())
            )
        body |= {"DocumentLinkedEntityType": owner.linked_kind, "DocumentLinkedEntityId": int(to.key)}
        if to.module == ORGANISATIONS:
            body["DocumentOrganisationId"] = int(to.key)
    key = new_id(session.call(spec("POST", "/Documents"), body=body), "DocumentId")
    if not key:
        raise unclear(sentence("The server took the file, but did not say as which document."))
    return key


def download(session: Session, attachment: Attachment) -> bytes:
    """The bytes of a document's file.

    Raises:
        NotFound: it has none.
    """
    content = session.download(spec("GET", "/Documents/{id}/Download"), {"id": attachment.record.key})
    if not content:
        raise NotFound(sentence("This document has no file on the server."))
    return content
