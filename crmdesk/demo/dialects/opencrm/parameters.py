# SPDX-License-Identifier: MIT
"""Reads a request's parameters from where PHP would: path pairs, URL, form, multipart form, one JSON string."""

import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from crmdesk.demo.dialect import Request
from crmdesk.demo.dialects.opencrm.keys import UNAUTHORIZED
from crmdesk.demo.dialects.opencrm.office import Refusal

ENTRY = "/api/rest/"
SECRET = frozenset(("key", "passkey", "accesskey"))


def method_of(request: Request) -> str:
    """Return the method's name in lower case, "" where the path names none."""
    if not request.path.startswith(ENTRY):
        return ""
    return request.path[len(ENTRY) :].partition("/")[0].lower()


def in_address(request: Request) -> dict[str, str]:
    """Return the parameters in the address: /name/value pairs after the method, and the query."""
    parts = request.path[len(ENTRY) :].split("/")[1:]
    pairs = {unquote_plus(name): unquote_plus(value) for name, value in zip(parts[::2], parts[1::2], strict=False)}
    return {name: value for name, value in pairs.items() if name} | request.url_parameters()


def all_sent(request: Request) -> dict[str, Any]:
    """Return every parameter, the body's before the address's.

    Raises:
        Refusal: A JSON body that is none; the server says "Unauthorized" to it (document).
    """
    return in_address(request) | _in_body(request)


def _in_body(request: Request) -> dict[str, Any]:
    kind, body = request.headers.get("content-type", ""), request.body
    if request.method != "POST" or not body:
        return {}
    if kind.startswith("multipart/form-data"):
        return _multipart(kind, body)
    if kind.startswith("application/json") or body.lstrip()[:1] in (b"{", b"["):
        try:
            sent = json.loads(body)
        except ValueError:
            raise Refusal(UNAUTHORIZED) from None
        return sent if isinstance(sent, dict) else {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace"))


def _multipart(kind: str, body: bytes) -> dict[str, Any]:
    """Return a multipart form's fields; without a boundary in the header there are none (a client's lesson)."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + body)
    if not message.is_multipart():
        return {}
    out: dict[str, Any] = {}
    for part in message.iter_parts():
        name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            out[name] = content.decode("utf-8", "replace")
    return out
