# SPDX-License-Identifier: MIT
"""PURE: the vendor's error texts -> CrmError. Errors come with HTTP 200 as ``{"error": "<text>"}``; there are no codes.

Sources: the guide of 16 June 2022, "Error Messages" (the two marked "guide"); a public client's commit messages for the
shape. "Each API method has specific error messages", which nobody lists: those are told by their words. GUESS: all
patterns not marked; an unknown text is shown as it is.
"""

import re

from crmdesk.connectors.vendors.opencrm.operations import LOGIN
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    Invalid,
    NotFound,
    NotPermitted,
    RateLimited,
    ServerFault,
    SessionExpired,
    UnknownOperation,
)
from crmdesk.domain.sentence import sentence

UNKNOWN_METHOD = "UNKNOWN_METHOD"
PAUSE_S = 60.0
"""Seconds: "your API requests are limited dependent on your subscription" (guide); for how long, nobody says."""

_WRONG_KEYS = re.compile(r"authentication failed|invalid user details", re.IGNORECASE)  # guide
_UNAUTHORIZED = re.compile(r"^\W*unauthori[sz]ed\W*$", re.IGNORECASE)  # guide
_METHOD = re.compile(
    r"(unknown|invalid|undefined|unsupported|no such|not a valid)\W+(\w+\W+)?(api\W+)?(method|function|end ?point)"
    r"|(method|function|end ?point)\b.*\b(not found|not exist|doesn.t exist|does not exist|unknown|not supported|invalid)",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(record|crmid|\bid\b|entity|item)\b.*\b(not found|not exist|does not exist|doesn.t exist|deleted|invalid)"
    r"|(no such|invalid|unknown)\W+(record|crmid|id|entity)\b|^\W*not found\W*$",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"^\W*no\W+(matching\W+)?(records?|results?|data|rows?|entries)\b|^\W*(records? )?(not|nothing) found\W*$"
    r"|no (records?|results?) (were )?found",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"too many (api )?(requests|calls)|(request|call|rate|api|usage)s? (limit|quota)|throttl", re.IGNORECASE
)
_FORBIDDEN = re.compile(
    r"permission|not (allowed|permitted|enabled)|access denied|forbidden|disabled|ip address", re.IGNORECASE
)


def is_nothing(text: str) -> bool:
    """Whether an error of a list only says that the list is empty."""
    return _NOTHING.search(text) is not None and _METHOD.search(text) is None


def fault(text: str, *, operation: str, has_session: bool, detail: str = "") -> CrmError:
    """The error for one refusal; nothing was carried out.

    Args:
        text: the server's sentence.
        has_session: the request went out with an access key, which times out when idle.
    """
    told = text.strip()
    detail = f"{told}\n{detail}".strip() if detail else told
    if _WRONG_KEYS.search(told):
        return BadCredentials(
            sentence(
                "The server does not know this pair of keys. Copy key and pass key anew; support@opencrm.co.uk issues them."
            ),
            detail,
        )
    if _UNAUTHORIZED.search(told):
        return _unauthorized(operation, has_session, detail)
    if _METHOD.search(told):
        return UnknownOperation(
            sentence("This system does not know {operation}.", operation=operation),
            detail,
            code=UNKNOWN_METHOD,
            text=told,
        )
    if _LIMIT.search(told):
        return RateLimited(
            sentence(
                "The server asks for a pause: your subscription's number of requests is used up for now. Try again later."
            ),
            detail,
            retry_after_s=PAUSE_S,
        )
    if _FORBIDDEN.search(told):
        return NotPermitted(
            sentence(
                "The server forbids this: {sentence} The API is off by default and can be limited to certain addresses; support@opencrm.co.uk changes that.",
                sentence=_sentence(told),
            ),
            detail,
        )
    if (_GONE.search(told) or is_nothing(told)) and operation != LOGIN:
        return NotFound(
            sentence("The record is not there: it was deleted, or it never existed. Reload the list."), detail
        )
    if operation.startswith(("edit_", "add_")):
        return Invalid(
            sentence("The server refused to save this: {sentence} Correct it and try again.", sentence=_sentence(told)),
            detail,
        )
    return ServerFault(
        sentence(
            "The server refused: {sentence} If it stays, show the details to your administrator.",
            sentence=_sentence(told),
        ),
        detail,
        text=told,
    )


def _unauthorized(operation: str, has_session: bool, detail: str) -> CrmError:
    if has_session:
        # Also said for a request it could not read; ours are forms, which cannot be malformed like JSON.
        return SessionExpired(sentence("The server does not take the access key (any longer). Sign in again."), detail)
    if operation == LOGIN:
        return BadCredentials(
            sentence("The server misses one of the two keys. Check key and pass key in the account."), detail
        )
    return BadCredentials(
        sentence(
            "The server says “Unauthorized”: a key is missing or wrong, or something on the way changed the request. Check both keys; if they are right, try another way of signing in, in the account's settings."
        ),
        detail,
    )


def _sentence(text: str) -> str:
    shown = " ".join(text.split())[:300] or "no reason given"
    return shown if shown.endswith((".", "!", "?")) else f"{shown}."
