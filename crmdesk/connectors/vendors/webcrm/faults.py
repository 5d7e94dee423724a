# SPDX-License-Identifier: MIT
"""PURE: what the server answers when it fails -> CrmError.

Documented are 200, 204 and 401 (the description), 429 with ``{"RetryAfterSeconds", "Message", "Type"}`` and the same
delay in ``Retry-After`` (the vendor's page), and that "REST APIs often return a different JSON when they fail" (its
integration's README). So 200 is not trusted, and every other body is read for a sentence.
"""

from collections.abc import Mapping

from crmdesk.connectors.wire.refusals import refusal, retry_after_s, seconds_in, words_of
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import (
    CrmError,
    NotFound,
    NotPermitted,
    RateLimited,
    SessionExpired,
    UnknownOperation,
)
from crmdesk.domain.names import FieldName
from crmdesk.domain.sentence import sentence

WINDOW_S = 60.0
"""The limit's window: after so long without a request there is room for certain."""
LINKED_DATA_ON = sentence("Possible quotation not found")
"""What the server says to a line that came without linked data where it must have some (the vendor's FAQ)."""

_MESSAGES = ("Message", "message", "ErrorDescription", "Error", "error", "detail", "title", "ExceptionMessage")


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
    match status:
        case 401:
            return SessionExpired(sentence("The session on the server is over. Sign in again."), detail)
        case 403:
            return NotPermitted(
                sentence(
                    "This application token does not have the right. Ask your administrator for a token with more rights."
                ),
                detail,
            )
        case 404 if names_one:
            return NotFound(
                sentence("The record is not there: it was deleted, or it never existed. Reload the list."), detail
            )
        case 404 | 405 | 501:
            return UnknownOperation(
                sentence("This server does not know this operation."), detail, code=str(status), text=message
            )
        case 429:
            wait_s = _wait_s(body, headers)
            return RateLimited(
                sentence(
                    "The server takes 250 requests a minute, and they are used up. Try again in {wait_s} seconds.",
                    wait_s=f"{wait_s:.0f}",
                ),
                detail,
                retry_after_s=wait_s,
            )
    return refusal(status, message, detail, write=write, per_field=_fields(body))


def message_of(body: object, text: str) -> str:
    """The sentence in a failure's body; its text where it is no JSON."""
    if isinstance(body, dict):
        found = next((to_text(body[key]) for key in _MESSAGES if body.get(key) not in (None, "")), "")
        return found.strip()[:500]
    if isinstance(body, str):
        return body.strip()[:500]
    return words_of(text)


def _wait_s(body: object, headers: Mapping[str, str]) -> float:
    """Seconds to wait: the body says it, or the header; the whole window where neither does."""
    told = body.get("RetryAfterSeconds") if isinstance(body, dict) else None
    return seconds_in(told, retry_after_s(headers, WINDOW_S))


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
