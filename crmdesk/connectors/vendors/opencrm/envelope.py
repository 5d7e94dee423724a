# SPDX-License-Identifier: MIT
"""PURE: the bytes of an HTTP answer -> what they say, or one clear CrmError.

There is no envelope: a list, an object, a bare number or text at HTTP 200; errors are ``{"error": "<text>"}`` at 200 too
(a public client's commits). An empty list may be ``[]``, nothing at all, or an error saying so.
"""

import json
import re

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.opencrm.faults import PAUSE_S, UNKNOWN_METHOD, fault, is_nothing
from crmdesk.connectors.vendors.opencrm.loose import as_printed
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.redaction import without_secrets
from crmdesk.connectors.wire.refusals import retry_after_s
from crmdesk.domain.errors import (
    CrmError,
    MalformedReply,
    NotACrm,
    NotPermitted,
    OutcomeUnclear,
    RateLimited,
    ServerFault,
    UnknownOperation,
)
from crmdesk.domain.numbers import exact
from crmdesk.domain.sentence import sentence

SECRET_KEYS = frozenset(
    {"accesskey", "confirm_password", "crypt_type", "key", "key1", "key2", "passkey", "user_hash", "user_password"}
)
"""Keys (lower case) whose values never leave the connector."""

_SECRET_PAIR = re.compile(r'(?i)("(?:' + "|".join(sorted(SECRET_KEYS)) + r')"\s*:\s*)("(?:[^"\\]|\\.)*"|[^\s,}]+)')
_EXCERPT_CHARS = 400
_ROW_KEYS = frozenset({"crmid", "id", "record_id"})
_JSON_START = re.compile(r"[\[{]\s*[\[{\"\]}]")
_NOTICE = re.compile(r"(?i)<br|<b>|warning|notice|deprecated|strict standards")
_LOOK_FIRST = sentence(" The change may have been saved all the same: reload the record and look before you try again.")


def decode(reply: Reply, operation: str, *, write: bool = False, has_session: bool = False) -> object:
    """What an answer says: decoded JSON, numbers with a point as ``Decimal``; "" for an empty body.

    Args:
        write: the request changes data, so a broken answer leaves the outcome open.
        has_session: it carried an access key.

    Raises:
        Any CrmError but the transport's.
    """
    text = text_of(reply)
    found, is_json = decoded_json(text)
    if is_json and reply.status not in (429, 503):
        refusal = error_text(found)
        if refusal is not None and "_list" in operation and is_nothing(refusal):
            return ""
        if refusal is not None:
            detail = excerpt(text)
            raise fault(refusal, operation=operation, has_session=has_session, detail=detail)
        if reply.status < 400:
            return found
    raised = _by_status(reply, operation, write, text)
    if raised is not None:
        raise raised
    if not text:
        if write:
            raise OutcomeUnclear(
                sentence("The server answered with nothing.{look_first}", look_first=_LOOK_FIRST),
                f"HTTP {reply.status}",
            )
        return ""
    raise _unreadable(reply, operation, write, text)


def text_of(reply: Reply) -> str:
    """The body as text, without byte-order mark and blanks around it."""
    return reply.body.decode("utf-8", errors="replace").strip("\ufeff \t\r\n")


def error_text(found: object) -> str | None:
    """The text of ``{"error": …}``, None for any other answer; a record with a field of that name is no error."""
    if not isinstance(found, dict) or _ROW_KEYS & found.keys():
        return None
    error = next((value for key, value in found.items() if str(key).lower() == "error"), None)
    if error is None:
        return None
    if isinstance(error, dict):
        error = error.get("message", error)
    return error if isinstance(error, str) else json.dumps(error, ensure_ascii=False, default=str)


def excerpt(text: str) -> str:
    """The beginning of an answer, values of secret keys masked."""
    return _SECRET_PAIR.sub(r"\1***", text[:_EXCERPT_CHARS])


def masked(value: object) -> object:
    """The same JSON value with the values of secret keys masked."""
    return without_secrets(value, lambda name: name.lower() in SECRET_KEYS, "***")


def decoded_json(text: str) -> tuple[object, bool]:
    """The JSON value of a text, and whether it is one; PHP's notices before it and the guide's slips are passed over."""
    decoder = Decoder(parse_float=exact, parse_constant=lambda _: None)
    try:
        return decoder.decode(text), True
    except ValueError:
        pass
    printed = as_printed(text)
    if printed is not None:
        return printed, True
    for start in list(_JSON_START.finditer(text, 1))[:20] if _NOTICE.search(text[:200]) else ():
        try:
            found, end = decoder.raw_decode(text, start.start())
        except ValueError:
            continue
        if not text[end:].strip():
            return found, True
    return None, False


def _by_status(reply: Reply, operation: str, write: bool, text: str) -> CrmError | None:
    detail = f"HTTP {reply.status}\n{excerpt(text)}".strip()
    match reply.status:
        case 401:
            return NotPermitted(
                sentence("The web server asks for a login of its own before OpenCRM answers. Ask your administrator."),
                detail,
            )
        case 403 | 406:
            return NotPermitted(
                sentence(
                    "The web server turned the request away before OpenCRM saw it. Ask support@opencrm.co.uk whether this computer's address may use the API."
                ),
                detail,
            )
        case 404 | 405 | 410 if _looks_html(text) and not operation.startswith("edit_"):
            return NotACrm(
                sentence(
                    "There is no OpenCRM at this address. Check it: it is where you sign in, like https://yoursystemname.opencrm.co.uk."
                ),
                detail,
            )
        case 404 | 405 | 410 | 501:
            return UnknownOperation(
                sentence("This system does not know {operation}.", operation=operation),
                detail,
                code=UNKNOWN_METHOD,
                text=text,
            )
        case 429:
            return RateLimited(
                sentence("The server asks for a pause: too many requests. Try again later."),
                detail,
                retry_after_s=retry_after_s(reply.headers, PAUSE_S),
            )
        case 503:
            return RateLimited(
                sentence("The server is closed for the moment (maintenance or overload). Try again in a few minutes."),
                detail,
                retry_after_s=retry_after_s(reply.headers, PAUSE_S),
            )
        case status if status >= 400:
            if write:
                return OutcomeUnclear(
                    sentence("The server broke down while it was saving.{look_first}", look_first=_LOOK_FIRST), detail
                )
            return ServerFault(
                sentence("The server broke down. Try again; if it stays, show the details to your administrator."),
                detail,
            )
        case _:
            return None


def _unreadable(reply: Reply, operation: str, write: bool, text: str) -> CrmError:
    detail = f"HTTP {reply.status}\n{excerpt(text)}"
    more = _LOOK_FIRST if write else sentence(" Try again.")
    if _looks_html(text):
        if write:
            return OutcomeUnclear(
                sentence("A web page came instead of an answer.{look_first}", look_first=_LOOK_FIRST), detail
            )
        return NotACrm(
            sentence(
                "What answers at this address is a web page, not OpenCRM's API. Check the address: it is where you sign in, like https://yoursystemname.opencrm.co.uk."
            ),
            detail,
        )
    if text[0] in '[{"' and operation != "login":
        return MalformedReply(
            sentence("The server's answer ends in the middle or is damaged.{more}", more=more), detail, where="JSON"
        )
    return MalformedReply(
        sentence("The server answered with something unreadable.{more}", more=more), detail, where="body"
    )


def _looks_html(text: str) -> bool:
    start = text[:2000].lower()
    return start.lstrip().startswith(("<!doctype", "<html", "<head", "<body")) or "<html" in start
