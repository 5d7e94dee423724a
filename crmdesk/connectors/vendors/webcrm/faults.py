# SPDX-License-Identifier: MIT
"""PURE: what the server answers when it fails -> CrmError.

Documented are 200, 204 and 401 (the description), 429 with ``{"RetryAfterSeconds", "Message", "Type"}`` and the same
delay in ``Retry-After`` (the vendor's page), and that "REST APIs often return a different JSON when they fail" (its
integration's README). So 200 is not trusted, and every other body is read for a sentence.
"""

import re
from collections.abc import Mapping

from crmdesk.connectors.wire.text import to_decimal, to_text
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    NotFound,
    NotPermitted,
    OutcomeUnclear,
    RateLimited,
    ServerFault,
    SessionExpired,
    UnknownOperation,
)
from crmdesk.domain.names import FieldName

WINDOW_S = 60.0
"""The limit's window: after so long without a request there is room for certain."""
LINKED_DATA_ON = "Possible quotation not found"
"""What the server says to a line that came without linked data where it must have some (the vendor's FAQ)."""

_LATER = "Try again later; if it stays, show the details below to your administrator."
_MESSAGES = ("Message", "message", "ErrorDescription", "Error", "error", "detail", "title", "ExceptionMessage")
_TAG = re.compile(r"<[^>]{1,200}>")


def fault(
    status: int, body: object, text: str, *, operation: str, write: bool, headers: Mapping[str, str], names_one: bool
) -> CrmError:
    """The error for one answer that is none.

    Args:
        body: the decoded body, None where it is no JSON. text: the body's beginning.
        names_one: the operation is about one record, which may be missing.
    """
    message = message_of(body, text)
    detail = f"{operation}: HTTP {status}. {message}".strip()
    shown = message or "no reason given"
    match status:
        case 401:
            return SessionExpired("The session on the server is over. Sign in again.", detail)
        case 403:
            return NotPermitted(
                "This application token does not have the right. Ask your administrator for a token with more rights.",
                detail,
            )
        case 404 if names_one:
            return NotFound("The record is not there: it was deleted, or it never existed. Reload the list.", detail)
        case 404 | 405 | 501:
            return UnknownOperation("This server does not know this operation.", detail, code=str(status), text=message)
        case 429:
            wait_s = retry_after_s(body, headers)
            return RateLimited(
                f"The server takes 250 requests a minute, and they are used up. Try again in {wait_s:.0f} seconds.",
                detail,
                retry_after_s=wait_s,
            )
        case 400 | 409 | 413 | 415 | 422:
            return Invalid(f"The server refused: {shown}", detail, per_field=_fields(body))
        case _ if 400 <= status < 500:
            return ServerFault(f"The server refused: {shown} {_LATER}", detail, code=str(status), text=message)
        case _ if write:
            return OutcomeUnclear(
                f"The server broke down in the middle: {shown} Reload the record and look before you try again.",
                detail,
                code=str(status),
                text=message,
            )
    failed = ServerFault(f"The server could not answer: {shown} {_LATER}", detail, code=str(status), text=message)
    failed.retryable = status >= 500
    return failed


def message_of(body: object, text: str) -> str:
    """The sentence in a failure's body; its text where it is no JSON."""
    if isinstance(body, dict):
        found = next((to_text(body[key]) for key in _MESSAGES if body.get(key) not in (None, "")), "")
        return found.strip()[:500]
    if isinstance(body, str):
        return body.strip()[:500]
    return " ".join(_TAG.sub(" ", text).split())[:500]


def retry_after_s(body: object, headers: Mapping[str, str]) -> float:
    """Seconds to wait: the body says it, or the header; the whole window where neither does."""
    told = body.get("RetryAfterSeconds") if isinstance(body, dict) else None
    header = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    for raw in (told, header):
        seconds = to_decimal(raw)
        if seconds is not None and 0 <= seconds <= 3600:
            return float(seconds)
    return WINDOW_S


def hidden_failure(body: object) -> str:
    """The message of a failure that came with HTTP 200; "" where it is none."""
    if not isinstance(body, dict):
        return ""
    if body.get("IsError") is True or to_text(body.get("Type")).endswith("Exception"):
        return message_of(body, "") or "no reason given"
    return ""


def _fields(body: object) -> Mapping[FieldName, str]:
    """``{"errors": {"OrganisationName": ["too long"]}}``, the framework's own form of a refusal."""
    told = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(told, dict):
        return {}
    return {
        FieldName(str(name).rpartition(".")[2]): " ".join(to_text(one) for one in texts)
        if isinstance(texts, list)
        else to_text(texts)
        for name, texts in told.items()
    }
