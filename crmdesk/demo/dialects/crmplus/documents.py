# SPDX-License-Identifier: MIT
"""Documents and their files: CRM+'s uploadDocument, vtiger's multipart create and files_retrieve."""

import base64
import binascii
import json
import re
from typing import Any

from crmdesk.demo.dialects.crmplus import records
from crmdesk.demo.dialects.crmplus.office import Call
from crmdesk.demo.dialects.crmplus.refusals import Refusal, denied
from crmdesk.demo.store import StoredFile

_DANGEROUS = re.compile(r"\.(php\d?|phtml|cgi|pl|exe|sh|asp|aspx|js)$", re.IGNORECASE)


def create(call: Call) -> dict[str, Any]:
    """Create any record; a file part makes a document's attachment (vtiger)."""
    row = records.create(call)
    part = call.parameters.get("@file")
    if part is None or not row["id"].startswith(f"{call.office.catalogue.find('Documents').prefix}x"):
        return row
    name, mime, text = json.loads(part)
    return _attach(call, row["id"], StoredFile(clean_name(name), mime, text.encode("latin-1")))


def upload(call: Call) -> dict[str, Any]:
    """Create a document with a base64 file; the answer still says filesize 0 and no type, as the document's sample does."""
    attachment, element = call.json("attachment"), call.json("element")
    if not isinstance(attachment, dict) or not isinstance(element, dict):
        raise denied("for attachment")
    stream = str(attachment.get("stream") or "")
    try:
        # A "+" that was not url-encoded arrives as a blank; PHP's decoder skips it, and the file is broken.
        content = base64.b64decode(stream.replace(" ", "") + "=" * (-len(stream.replace(" ", "")) % 4))
    except (ValueError, binascii.Error) as error:
        raise Refusal("INVALID_ATTACHMENT", "The attachment could not be decoded") from error
    element = {
        "assigned_user_id": call.office.catalogue.wire_id("Users", call.user.number),
        "folderid": _first_folder(call),
        **element,
    }
    name = str(element.get("filename") or element.get("notes_title") or "")
    inner = Call(
        call.office,
        call.session,
        {"elementType": "Documents", "element": json.dumps({**element, "filelocationtype": "I"})},
    )
    row = records.create(inner)
    answer = dict(row)
    _attach(call, row["id"], StoredFile(clean_name(name), str(attachment.get("mime_type") or ""), content))
    return answer


def files_retrieve(call: Call) -> list[dict[str, Any]]:
    """vtiger: the file of an attachment id."""
    wire_id = call.need("id")
    _, number = call.locate(wire_id)
    kept = call.office.store.files.get(number)
    if kept is None:
        raise Refusal("RECORD_NOT_FOUND", "Record you are trying to access is not found")
    stream = base64.b64encode(kept.content).decode()
    return [
        {
            "fileid": str(number),
            "filename": kept.name,
            "filetype": kept.mime,
            "filesize": len(kept.content),
            "filecontents": stream,
        }
    ]


def clean_name(name: str) -> str:
    """Return a file's name as the server keeps it: blanks and slashes replaced, programs disarmed (measured)."""
    safe = re.sub(r"[\s/\\:*?\"<>|]", "_", name)
    return f"{safe}file.txt" if _DANGEROUS.search(safe) else safe


def _attach(call: Call, wire_id: str, kept: StoredFile) -> dict[str, Any]:
    module, number, values = call.record(wire_id)
    with call.office.store.lock:
        call.office.store.files[number] = kept
        values.update(
            filename=kept.name,
            filetype=kept.mime,
            filesize=str(len(kept.content)),
            filelocationtype="I",
            filestatus="1",
        )
    return records.full(call, module, number, values)


def _first_folder(call: Call) -> str:
    return call.office.catalogue.wire_id("AttachmentsFolder", 1)
