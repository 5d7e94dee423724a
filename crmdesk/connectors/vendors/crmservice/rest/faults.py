# SPDX-License-Identifier: MIT
"""PURE: what the JSON:API answers when it fails -> CrmError.

The vendor's command line client knows 401 and 403 for a bad token, 501 for files of users, and the sentence "The
requested relationship (…) doesn't exist"; its tests answer ``{"error": "…"}``. The rest is JSON:API 1.1, section
"Errors": ``{"errors": [{"status", "code", "title", "detail", "source": {"pointer"}}]}``.
"""

import re
from collections.abc import Mapping

from crmdesk.connectors.wire.refusals import refusal, retry_after_s, words_of
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    NotFound,
    NotPermitted,
    RateLimited,
    SessionExpired,
    UnknownOperation,
)
from crmdesk.domain.names import FieldName
from crmdesk.domain.sentence import sentence

_NO_RELATION = re.compile(r"requested relationship\W+\(?([\w.-]*)", re.IGNORECASE)


def fault(
    status: int, body: object, text: str, *, what: str, write: bool, headers: Mapping[str, str], names_one: bool
) -> CrmError:
    """The error for one answer that is none.

    Args:
        body: the decoded body, None where it is no JSON. text: the body's beginning.
        what: "GET /accounts", for the details. names_one: it is about one record, which may be missing.
    """
    message = message_of(body, text)
    detail = f"{what}: HTTP {status}. {message}".strip()
    shown = message or "no reason given"
    match status:
        case 401:
            return SessionExpired(sentence("The server does not accept the token any more. Sign in again."), detail)
        case 403:
            return NotPermitted(
                sentence(
                    "The server does not allow it: {shown} Ask your administrator for a token with more rights.",
                    shown=shown,
                ),
                detail,
            )
        case 404 | 410 if names_one:
            return NotFound(
                sentence("The record is not there: it was deleted, or it never existed. Reload the list."), detail
            )
        case 404 | 405 | 501:
            return UnknownOperation(
                sentence("This server does not offer it: {shown}", shown=shown), detail, code=str(status), text=message
            )
        case 413:
            return Invalid(sentence("The server refused: it is too large."), detail)
        case 429:
            wait_s = retry_after_s(headers)
            return RateLimited(
                sentence("The server asks for a pause. Try again in {wait_s} seconds.", wait_s=f"{wait_s:.0f}"),
                detail,
                retry_after_s=wait_s,
            )
    return refusal(status, message, detail, write=write, per_field=fields_of(body))


def message_of(body: object, text: str) -> str:
    """The sentences in a failure's body; its text where it is no JSON."""
    if isinstance(body, dict):
        errors = body.get("errors")
        if isinstance(errors, list):
            found = [_sentence(one) for one in errors]
        elif isinstance(errors, dict):
            found = [f"{name}: {_joined(told)}" for name, told in errors.items()]
        else:
            found = [_sentence(body.get("error")) or _sentence(body)]
        return " ".join(one for one in found if one).strip()[:500]
    if isinstance(body, str):
        return body.strip()[:500]
    if isinstance(body, list):
        return " ".join(_sentence(one) for one in body).strip()[:500]
    return words_of(text)


def _sentence(one: object) -> str:
    if isinstance(one, dict):
        told = next((one[key] for key in ("detail", "message", "title", "error", "code") if one.get(key)), "")
        return to_text(told).strip() if not isinstance(told, (dict, list)) else _sentence(told)
    return to_text(one).strip() if not isinstance(one, list) else _joined(one)


def _joined(told: object) -> str:
    return " ".join(_sentence(one) for one in told) if isinstance(told, list) else _sentence(told)


def fields_of(body: object) -> Mapping[FieldName, str]:
    """Which fields were refused, and why: by ``/data/attributes/name``, or ``{"errors": {"name": ["…"]}}``."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if isinstance(errors, dict):
        return {FieldName(str(name)): _joined(told) for name, told in errors.items()}
    found: dict[FieldName, str] = {}
    for one in errors if isinstance(errors, list) else ():
        source = one.get("source") if isinstance(one, dict) else None
        pointer = to_text(source.get("pointer")) if isinstance(source, dict) else ""
        name = pointer.rstrip("/").rpartition("/")[2]
        if "/attributes/" in pointer and name:
            found[FieldName(name)] = _sentence(one)
    return found


def unknown_relation(error: CrmError) -> str | None:
    """The name of the relation that the server does not know; "" where it does not say which; None = another error."""
    found = _NO_RELATION.search(f"{error.user_text} {error.detail}")
    return found[1] if found else None
