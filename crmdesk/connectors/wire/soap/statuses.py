# SPDX-License-Identifier: MIT
"""HTTP answers that are no SOAP: statuses, web pages, plain texts, nothing at all; each as one error of ours."""

import re
from collections.abc import Callable

from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.address import host_of
from crmdesk.connectors.wire.refusals import failure, retry_after_s
from crmdesk.connectors.wire.troubles import UNKNOWN_OUTCOME
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    MalformedReply,
    NotACrm,
    NotPermitted,
    RateLimited,
)
from crmdesk.domain.sentence import joined, sentence

_LATER = sentence("Try again later; if it stays, show the details below to your administrator.")
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]{0,500}>", re.DOTALL | re.IGNORECASE)
_EXCERPT = 500
_GONE = frozenset({404, 405, 410, 501})


def refuse_status(reply: Reply, *, write: bool, redacted: Callable[[str], str]) -> None:
    """Refuse a status that is no success.

    Raises:
        NotPermitted (401, 403), NotACrm (404, 405, 410, 501), RateLimited (429), Invalid (413), OutcomeUnclear (5xx while
        writing), ServerFault.
    """
    if not 200 <= reply.status < 300:
        raise status_error(reply, write=write, redacted=redacted)


def status_error(reply: Reply, *, write: bool, redacted: Callable[[str], str]) -> CrmError:
    """The error for an answer whose body is no fault, by its status."""
    host, said = host_of(reply.url), redacted(excerpt(reply.body))
    detail = f"HTTP {reply.status}. {said}".strip()
    match reply.status:
        case 401 | 403:
            return NotPermitted(
                sentence(
                    "The web server of {host} does not let us in. Ask who runs it whether this service is switched on.",
                    host=host,
                ),
                detail,
            )
        case 429:
            wait_s = retry_after_s(reply.headers)
            text = sentence(
                "{host} has had enough requests. Try again in {wait_s} seconds.", host=host, wait_s=f"{wait_s:.0f}"
            )
            return RateLimited(text, detail, retry_after_s=wait_s)
        case 413:
            return Invalid(sentence("{host} does not take so much at once. Send less.", host=host), detail)
        case status if status in _GONE:
            return NotACrm(
                sentence("There is no SOAP service at this address of {host}. Check the address.", host=host), detail
            )
        case status if 200 <= status < 400:
            return MalformedReply(
                sentence("{host} answers with something else than SOAP. {later}", host=host, later=_LATER),
                detail,
                where="HTTP",
            )
    return failure(reply.status, said, detail, write=write)


def not_soap(reply: Reply, *, write: bool, redacted: Callable[[str], str], detail: str = "") -> CrmError:
    """The error for a success that carries no SOAP: nothing, a page, a text."""
    host, said = host_of(reply.url), redacted(excerpt(reply.body))
    doubt = joined(" ", UNKNOWN_OUTCOME, between="") if write else ""
    told = f"HTTP {reply.status}, {content_type(reply) or 'no content type'}. {detail} {said}".strip()
    if not reply.body.strip():
        return MalformedReply(
            sentence("{host} answered with nothing.{doubt}", host=host, doubt=doubt or sentence(" Try again.")),
            told,
            where="empty",
        )
    if is_page(reply):
        if write:
            return MalformedReply(
                sentence("{host} answered with a web page instead of SOAP.{doubt}", host=host, doubt=doubt),
                told,
                where="HTML",
            )
        return NotACrm(sentence("{host} answered with a web page instead of SOAP. Check the address.", host=host), told)
    return MalformedReply(
        sentence(
            "{host} answers with something else than SOAP.{doubt}",
            host=host,
            doubt=doubt or joined(" ", _LATER, between=""),
        ),
        told,
        where="content type",
    )


def content_type(reply: Reply) -> str:
    """The media type without parameters, in lower case; "" = none is told."""
    told = next((value for name, value in reply.headers.items() if name.lower() == "content-type"), "")
    return told.partition(";")[0].strip().lower()


def is_page(reply: Reply) -> bool:
    """An HTML page."""
    start = reply.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return content_type(reply) in ("text/html", "application/xhtml+xml") or start.startswith(
        (b"<!doctype html", b"<html")
    )


def excerpt(body: bytes) -> str:
    """The words of a body's beginning, on one line."""
    return " ".join(_TAG.sub(" ", body[:20_000].decode("utf-8", errors="replace")).split())[:_EXCERPT]
