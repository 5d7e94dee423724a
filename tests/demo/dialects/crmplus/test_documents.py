# SPDX-License-Identifier: MIT
"""Uploading and fetching files."""

import base64
import json
from urllib.parse import quote, urlencode

from tests.demo.caller import FORM, Caller

_CONTENT = bytes(range(256)) * 5


def test_upload_answers_as_in_the_document_and_the_file_comes_back_whole(crm: Caller) -> None:
    attachment = {"stream": base64.b64encode(_CONTENT).decode(), "mime_type": "image/jpg"}
    answer = crm.done("uploadDocument", attachment=attachment, element={"notes_title": "test", "filename": "te st.jpg"})
    assert answer["id"].startswith("7x")
    assert (answer["filesize"], answer["filetype"], answer["filelocationtype"], answer["filestatus"]) == (
        "0",
        "",
        "I",
        "1",
    )
    row = crm.result("retrieve", id=answer["id"], options={"withAttachment": True})
    assert base64.b64decode(row["attachment"]["stream"]) == _CONTENT
    assert (row["filename"], row["filetype"], row["filesize"]) == ("te_st.jpg", "image/jpg", "1280")
    assert "attachment" not in crm.result("retrieve", id=answer["id"])


def test_base64_that_was_not_url_encoded_breaks_the_file(crm: Caller) -> None:
    content = b"\xfb\xef\xbe" * 8  # "++++" in base64
    attachment = json.dumps({"stream": base64.b64encode(content).decode(), "mime_type": "x/y"})
    assert "+" in attachment
    head = urlencode({"operation": "uploadDocument", "sessionName": crm.session, "element": '{"notes_title":"t"}'})
    _, body = crm.raw("POST", "", f"{head}&attachment={quote(attachment, safe='+')}".encode(), FORM)
    row = crm.result("retrieve", id=json.loads(body)["result"]["id"], options={"withAttachment": True})
    assert base64.b64decode(row["attachment"]["stream"]) != content


def test_programs_are_disarmed(crm: Caller) -> None:
    answer = crm.done(
        "uploadDocument",
        attachment={"stream": "QUJD", "mime_type": "x/y"},
        element={"notes_title": "e", "filename": "evil.php"},
    )
    assert crm.result("retrieve", id=answer["id"])["filename"] == "evil.phpfile.txt"


def test_seeded_documents_have_small_real_files(crm: Caller) -> None:
    rows = crm.rows("select * from Documents order by id limit 3;")
    contents = [
        crm.result("retrieve", id=row["id"], options={"withAttachment": True})["attachment"]["stream"] for row in rows
    ]
    assert [len(base64.b64decode(text)) for text in contents] == [int(row["filesize"]) for row in rows]


def test_vtiger_takes_a_multipart_file_and_gives_it_back_by_attachment_id(vtiger: Caller) -> None:
    parts = {"operation": "create", "sessionName": vtiger.session, "elementType": "Documents"}
    parts["element"] = json.dumps({"notes_title": "Upload ä", "assigned_user_id": "19x1", "filelocationtype": "I"})
    lines = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in parts.items()
    ]
    lines.append(
        b'--b\r\nContent-Disposition: form-data; name="filename"; filename="test x.txt"\r\nContent-Type: text/plain\r\n\r\n'
        + _CONTENT
        + b"\r\n--b--\r\n"
    )
    _, body = vtiger.raw("POST", "", b"".join(lines), {"Content-Type": "multipart/form-data; boundary=b"})
    answer = json.loads(body)["result"]
    assert answer["filename"] == "test_x.txt"
    fetched = vtiger.result("files_retrieve", id=answer["imageattachmentids"])[0]
    assert fetched["filesize"] == 1280
    assert base64.b64decode(fetched["filecontents"]) == _CONTENT
    assert vtiger.code("files_retrieve", id="15x999999") == "RECORD_NOT_FOUND"
