# SPDX-License-Identifier: MIT
"""What answers that are no success have in common, whoever sends them: pauses, refusals, breakdowns, their words."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from crmdesk.connectors.wire.text import to_decimal
from crmdesk.connectors.wire.troubles import UNKNOWN_OUTCOME
from crmdesk.domain.errors import CrmError, Invalid, OutcomeUnclear, ServerFault, SessionExpired
from crmdesk.domain.names import FieldName
from crmdesk.domain.sentence import sentence

E = TypeVar("E", bound=CrmError)

WAIT_S = 60.0
"""Seconds to wait where a server asks for a pause and does not say how long."""
_LONGEST_WAIT_S = 3600
_LATER = sentence("Try again later; if it stays, show the details below to your administrator.")
_TAG = re.compile(r"<[^>]{1,200}>")
_SHOWN = 500


def guarded(error: E, redacted: Callable[[str], str]) -> E:
    """The same error without secrets: a server may repeat a key or a session in its message."""
    told = redacted(error.user_text)
    if told != error.user_text:  # else it stays the sentence it is, which can be told in another language
        error.user_text = told
        error.args = (told,)
    error.detail = redacted(error.detail)
    if isinstance(error, ServerFault):
        error.text = redacted(error.text)
    if isinstance(error, Invalid):
        error.per_field = {name: redacted(text) for name, text in error.per_field.items()}
    return error


@contextmanager
def guarding(redacted: Callable[[str], str], expired: Callable[[], None] | None = None) -> Iterator[None]:
    """Lets errors go on without secrets, see ``guarded``; ``expired`` is called first where the session has ended."""
    try:
        yield
    except CrmError as error:
        guarded(error, redacted)
        if expired is not None and isinstance(error, SessionExpired):
            expired()
        raise


def retry_after_s(headers: Mapping[str, str], otherwise_s: float = WAIT_S) -> float:
    """Seconds that ``Retry-After`` asks for; ``otherwise_s`` where it says nothing that can be meant (a date, a year)."""
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    return seconds_in(told, otherwise_s)


def seconds_in(raw: object, otherwise_s: float) -> float:
    """A pause as a server tells it, up to an hour; ``otherwise_s`` for anything else."""
    seconds = to_decimal(raw)
    return float(seconds) if seconds is not None and 0 <= seconds <= _LONGEST_WAIT_S else otherwise_s


def words_of(text: str) -> str:
    """The words of a text or web page, on one line, at most 500 characters."""
    return " ".join(_TAG.sub(" ", text).split())[:_SHOWN]


def refusal(
    status: int, message: str, detail: str, *, write: bool, per_field: Mapping[FieldName, str] | None = None
) -> CrmError:
    """The error for a status that says no more than who failed: a refusal (4xx) or a breakdown.

    Args:
        message: the server's own words, "" = it gave none.
    """
    if status in (400, 406, 409, 413, 415, 422):
        shown = message or "no reason given"
        return Invalid(sentence("The server refused: {shown}", shown=shown), detail, per_field=per_field)
    return failure(status, message, detail, write=write)


def failure(status: int, message: str, detail: str, *, write: bool) -> CrmError:
    """The error for a status of which nothing is known but that it is none of success, nor about the values sent.

    Args:
        message: the server's own words, "" = it gave none.
    """
    shown, code = message[:200] or "no reason given", str(status)
    if 400 <= status < 500 or status < 200:
        return ServerFault(
            sentence("The server refused: {shown} {later}", shown=shown, later=_LATER), detail, code=code, text=message
        )
    if write:
        return OutcomeUnclear(
            sentence(
                "The server broke down in the middle: {shown} {unknown_outcome}",
                shown=shown,
                unknown_outcome=UNKNOWN_OUTCOME,
            ),
            detail,
            code=code,
            text=message,
        )
    failed = ServerFault(
        sentence("The server could not answer: {shown} {later}", shown=shown, later=_LATER),
        detail,
        code=code,
        text=message,
    )
    failed.retryable = status >= 500
    return failed
