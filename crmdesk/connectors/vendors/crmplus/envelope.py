# SPDX-License-Identifier: MIT
"""PURE: the bytes of an HTTP answer -> the ``result`` inside, or one clear CrmError.

An answer is ``{"success":true,"result":…}`` or ``{"success":false,"error":{"message","code"}}``, both at HTTP 200.
What comes instead was recorded on two servers (2026-11): an empty body at 500 (any fatal error of PHP; an operation
vtiger 8 does not know), plain text at 200, PHP's messages as HTML before the JSON, a fatal error as HTML at 200.
"""

import re
from itertools import chain, islice

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.crmplus.faults import fault
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.redaction import without_secrets
from crmdesk.connectors.wire.refusals import retry_after_s
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    MalformedReply,
    NotACrm,
    NotPermitted,
    OutcomeUnclear,
    ProxyRefused,
    RateLimited,
    ServerFault,
    UnknownOperation,
)
from crmdesk.domain.numbers import exact
from crmdesk.domain.sentence import joined, sentence

SECRET_KEYS = frozenset(
    {
        "accesskey",
        "confirm_password",
        "confirmpassword",
        "crypt_type",
        "newpassword",
        "oldpassword",
        "password",
        "sessionname",
        "token",
        "user_hash",
        "user_password",
        "userhash",
    }
)
"""Keys (lower case) whose values never leave the connector."""

EMPTY = "EMPTY_REPLY"
"""Code of a ServerFault for an empty body at HTTP 500."""

_START = re.compile(r'\{\s*"(?:success|result|error)"\s*:')
_SECRET_PAIR = re.compile(
    r'(?i)("?(?:' + "|".join(sorted(SECRET_KEYS)) + r')"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|[^\s&,}]+)'
)
_PHP_FATAL = re.compile(r"(?i)fatal error|uncaught|parse error|maximum execution time|allowed memory size")
_LOOK_FIRST = sentence(
    "The server broke down while it was saving. The change may have been saved all the same: reload the record and look before you try again."
)
_RESTRICTED = "attempt to access restricted file"
_EXCERPT_CHARS = 400
_PAUSE_S = 30.0


def decode(reply: Reply, operation: str, *, write: bool = False) -> object:
    """The ``result`` of an answer; numbers with a point are ``Decimal``.

    Args:
        operation: what was asked, for wording.
        write: the request changes data, so a broken answer leaves the outcome open.

    Raises:
        Any CrmError but ``ConnectionFailed``'s transport errors.
    """
    text = reply.body.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    found = _find_object(text)
    if isinstance(found, dict) and "success" in found:
        if found["success"] is True:
            return found.get("result")
        raise _refusal(found, operation, excerpt(text))
    raise _not_an_envelope(reply, text, operation, write, truncated=_START.search(text) is not None)


def excerpt(text: str) -> str:
    """The beginning of an answer, values of secret keys masked."""
    return _SECRET_PAIR.sub(r"\1***", text[:_EXCERPT_CHARS])


def masked(value: object) -> object:
    """The same JSON value with the values of secret keys masked."""
    return without_secrets(value, lambda name: name.lower() in SECRET_KEYS, "***")


def _find_object(text: str) -> object:
    """The first JSON object that reads to its end and looks like an envelope; None where there is none."""
    decoder = Decoder(parse_float=exact)
    first = (0,) if text.startswith("{") else ()
    for start in islice(chain(first, (m.start() for m in _START.finditer(text, len(first)))), 20):
        try:
            found, _ = decoder.raw_decode(text, start)
        except ValueError:
            continue
        if isinstance(found, dict) and "success" in found:
            return found
    return None


def _refusal(envelope: dict[str, object], operation: str, detail: str) -> CrmError:
    error = envelope.get("error")
    if isinstance(error, dict):
        return fault(error.get("code"), str(error.get("message") or ""), operation=operation, detail=detail)
    return fault(None, str(error or ""), operation=operation, detail=detail)


def _not_an_envelope(reply: Reply, text: str, operation: str, write: bool, *, truncated: bool) -> CrmError:
    """Which error an answer without a whole envelope is."""
    detail = f"HTTP {reply.status}\n{excerpt(text)}".strip()
    by_status = _by_status(reply, detail)
    if by_status is not None and not truncated:
        return by_status
    if not text or (reply.status >= 500 and not truncated):
        return _broke_down(reply, operation, write, detail)
    if truncated:
        return MalformedReply(_cut_short(write), detail, where="JSON")
    if _RESTRICTED in text.lower():
        # Seen for changePassword and deleteUser on vtiger 8: known by name, refused before anything is done.
        return UnknownOperation(
            sentence("This server does not offer this operation."), detail, code="RESTRICTED_FILE", text=text
        )
    if _PHP_FATAL.search(text):
        return _broke_down(reply, operation, write, detail)
    return _stranger(text, operation, write, detail)


def _by_status(reply: Reply, detail: str) -> CrmError | None:
    match reply.status:
        case 401:
            return BadCredentials(
                sentence(
                    "The web server asks for a login of its own before the CRM answers. Ask your administrator to let this program through."
                ),
                detail,
            )
        case 403:
            return NotPermitted(
                sentence(
                    "The web server forbids this address. Ask your administrator whether the web service is open to you."
                ),
                detail,
            )
        case 404 | 410:
            return NotACrm(
                sentence(
                    "There is no CRM+ web service at this address. Check it: it is where you sign in, and ends in webservice.php."
                ),
                detail,
            )
        case 407:
            return ProxyRefused(
                sentence("The proxy asks for a login. Set the proxy's user and password in the system's settings."),
                detail,
            )
        case 429:
            return RateLimited(
                sentence("The server asks for a pause: too many requests. Try again in a moment."),
                detail,
                retry_after_s=retry_after_s(reply.headers, _PAUSE_S),
            )
        case 502 | 503 | 504 if not reply.body.strip().startswith(b"{"):
            return None if reply.status != 503 else _resting(reply, detail)
        case _:
            return None


def _resting(reply: Reply, detail: str) -> CrmError:
    return RateLimited(
        sentence("The server is closed for the moment (maintenance or overload). Try again in a few minutes."),
        detail,
        retry_after_s=retry_after_s(reply.headers),
    )


def _broke_down(reply: Reply, operation: str, write: bool, detail: str) -> CrmError:
    if write:
        return OutcomeUnclear(_LOOK_FIRST, detail, code=EMPTY, text=operation)
    if reply.status < 400 and not reply.body.strip():
        return MalformedReply(sentence("The server answered with nothing. Try again."), detail, where="body")
    return ServerFault(
        sentence(
            "The server broke down and gave no reason. Try again; if it stays, show the details to your administrator."
        ),
        detail,
        code=EMPTY,
        text=operation,
    )


def _cut_short(write: bool) -> str:
    if write:
        return sentence(
            "The server's answer ends in the middle. The change may have been saved all the same: reload the record and look before you try again."
        )
    return sentence("The server's answer ends in the middle. Try again; if it stays, ask for fewer records.")


def _stranger(text: str, operation: str, write: bool, detail: str) -> CrmError:
    """A whole answer of some other program, or of the CRM's own pages."""
    looks_html = text[:2000].lower().lstrip().startswith(("<!doctype", "<html")) or "<html" in text[:5000].lower()
    if looks_html or operation.lower() == "getchallenge":
        return NotACrm(
            sentence(
                "What answers at this address is not a CRM+ web service. Check the address: it is where you sign in, and ends in webservice.php."
            ),
            detail,
        )
    words = sentence("The server answered with something unreadable.")
    more = (
        sentence(" The change may have been saved: reload the record and look before you try again.") if write else ""
    )
    return MalformedReply(joined(words, more or sentence(" Try again."), between=""), detail, where="body")
