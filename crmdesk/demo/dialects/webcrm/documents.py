# SPDX-License-Identifier: MIT
"""The files of documents, which are kept apart from their records."""

import base64
import binascii

from crmdesk.demo.dialects.webcrm.office import Call, Refusal, Row
from crmdesk.demo.store import StoredFile

_MIMES = {"txt": "text/plain", "csv": "text/csv", "svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}


def keep_file(call: Call, number: int, row: Row, sent: Row) -> Row:
    """Take a document's content (base64 in DocumentFile) out of its record; without one the old content stays.

    Raises:
        Refusal: 400: no base64, or a new document without content.
    """
    content = sent.get("DocumentFile")
    if not content:
        if number not in call.office.files:
            raise Refusal(400, "DocumentFile must not be empty.")
        return {**row, "DocumentFile": ""}
    try:
        raw = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Refusal(400, "DocumentFile is not a valid Base-64 string.") from None
    name = row["DocumentFileName"] or f"document_{number}"
    ending = (row["DocumentFileExtension"] or "").lstrip(".") or name.rpartition(".")[2]
    call.office.files[number] = StoredFile(name, _MIMES.get(ending.lower(), "application/octet-stream"), raw)
    stamp = call.office.stamp()
    return {
        **row, "DocumentFile": "", "DocumentFileName": name, "DocumentFileExtension": ending, "DocumentFileSize": len(raw),
        "DocumentUploadedAt": stamp, "DocumentLastUpdatedAt": stamp, "DocumentLastUpdatedBy": call.user,
        "DocumentUploadCount": (row["DocumentUploadCount"] or 0) + 1,
    }  # fmt: skip
