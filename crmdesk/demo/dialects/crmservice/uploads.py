# SPDX-License-Identifier: MIT
"""Files that are sent to a record: POST /<module>/<id>/files, multipart, at most 25 MB."""

from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from crmdesk.demo.dialects.crmservice.catalogue import MODULES, Module
from crmdesk.demo.dialects.crmservice.office import Office, Refusal, Row, blank
from crmdesk.demo.dialects.crmservice.values import cleaned
from crmdesk.demo.store import StoredFile

LIMIT_BYTES = 25 * 1024 * 1024
_REFUSED = frozenset({"exe", "bat", "cmd", "com", "js", "php", "sh", "vbs", "msi", "dll", "jar", "scr"})


def keep_upload(office: Office, module: Module, number: int, content_type: str, body: bytes) -> Row:
    """Keep a file with a record and return its record of the module files.

    Raises:
        Refusal: 501 for users, 404: no such record, 400: no multipart or no file, 413: too large, 422: a kind of file
            that is not taken, or an attribute that files do not have.
    """
    if module.name == "users":
        raise Refusal(501, "File uploads to users are not implemented")
    office.find(module.name, number)
    if "files" not in module.relations:
        raise Refusal(404, f"The requested relationship (files) doesn't exist in {module.name}")
    file, attributes = _parts(content_type, body)
    if len(file.content) > LIMIT_BYTES:
        raise Refusal(413, "The file is larger than 25 MB", "file")
    if file.name.rpartition(".")[2].lower() in _REFUSED:
        raise Refusal(422, "Files of this type are not supported", "file")
    shape = MODULES["files"]
    row = blank(shape)
    for name, text in attributes.items():
        if name not in ("file_usage_type", "file_access_type"):
            raise Refusal(422, f"Unknown attribute {name}", name)
        row[name] = cleaned(office, shape.fields[name], text)
    with office.lock:
        row |= {"id": office.count_up("files"), "name": file.name, "mime_type": file.mime, "size": len(file.content), "module": module.name, "record_id": number, "created_at": office.now()}  # fmt: skip
        office.put("files", row)
        office.files[row["id"]] = file
    return row


def _parts(content_type: str, body: bytes) -> tuple[StoredFile, Mapping[str, str]]:
    """Return the part "file" and the parts "attributes[x]" by x."""
    if not content_type.lower().startswith("multipart/form-data"):
        raise Refusal(400, "multipart/form-data with a part named file is expected", "file")
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    file: StoredFile | None = None
    attributes: dict[str, str] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name: Any = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if name == "file":
            file = StoredFile(part.get_filename() or "file", part.get_content_type(), content)
        elif name.startswith("attributes[") and name.endswith("]"):
            attributes[name[11:-1]] = content.decode("utf-8", "replace")
    if file is None:
        raise Refusal(400, "No file was uploaded", "file")
    return file, attributes
