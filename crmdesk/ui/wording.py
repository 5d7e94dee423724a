# SPDX-License-Identifier: MIT
"""User words for errors, environments and counts; every one passes through ``tr``. Those for fields: ``field_words``."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLocale

from crmdesk.domain import errors
from crmdesk.domain.errors import CrmError
from crmdesk.engine.profiles import Environment
from crmdesk.ui.translation import mark, told
from crmdesk.ui.translation import plural as plural
from crmdesk.ui.translation import tr as tr


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """An error as a person reads it.

    Attributes:
        title: what kind of trouble, a few words.
        text: what happened and what to do next.
        detail: the redacted excerpt of the exchange or the traceback; may be empty.
        next_step: the word on the button that tries again, "" where trying again does not help.
    """

    title: str
    text: str
    detail: str = ""
    next_step: str = ""


# Most special first: the first class that fits gives the title.
_TITLES: Final[tuple[tuple[type[CrmError], str], ...]] = (
    (errors.ProfileError, mark("The account's settings need a look")),
    (errors.NotReachable, mark("The server cannot be reached")),
    (errors.TlsRefused, mark("No secure connection")),
    (errors.ProxyRefused, mark("The proxy does not let us through")),
    (errors.TimedOut, mark("No answer in time")),
    (errors.TooLarge, mark("The answer is too long")),
    (errors.Redirected, mark("The server sends us elsewhere")),
    (errors.ConnectionFailed, mark("The connection failed")),
    (errors.BadCredentials, mark("User name or key is wrong")),
    (errors.SessionExpired, mark("The session has ended")),
    (errors.NotPermitted, mark("Not allowed")),
    (errors.AccessDenied, mark("The server does not let us in")),
    (errors.OutcomeUnclear, mark("The outcome is unknown")),
    (errors.UnknownOperation, mark("The server cannot do this")),
    (errors.RateLimited, mark("The server asks us to wait")),
    (errors.NotACrm, mark("No CRM at this address")),
    (errors.MalformedReply, mark("The answer makes no sense")),
    (errors.ServerFault, mark("The server reports a failure")),
    (errors.NotFound, mark("The record is gone")),
    (errors.Conflict, mark("Somebody else changed it")),
    (errors.Invalid, mark("A value cannot be stored")),
    (errors.RecordProblem, mark("Trouble with a record")),
    (errors.Unsupported, mark("Not offered here")),
)


def error_words(error: BaseException) -> ErrorWords:
    """What to tell the person about any error."""
    if isinstance(error, CrmError):
        title = next((title for kind, title in _TITLES if isinstance(error, kind)), mark("Something went wrong"))
        text = told(error.user_text)
        if isinstance(error, errors.Invalid) and error.per_field:
            said = [why for why in map(told, error.per_field.values()) if why not in text]
            text = "\n".join((text, *said))
        return ErrorWords(tr(title), text, error.detail, tr("Try again") if error.retryable else "")
    if isinstance(error, OSError) and error.strerror:
        what = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
        return ErrorWords(
            tr("This computer says no"), tr("{what}. Nothing was sent to the server.", what=what), _trace(error)
        )
    return ErrorWords(
        tr("Something went wrong in crmdesk"),
        tr(
            "This is a mistake in the program, not in your data. Staged changes are safe on this computer. "
            "Copy the details for whoever looks after crmdesk."
        ),
        _trace(error),
    )


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)).strip()


_ENVIRONMENTS: Final[Mapping[Environment, str]] = {
    Environment.PRODUCTION: mark("Production"),
    Environment.SANDBOX: mark("Sandbox"),
    Environment.READ_ONLY: mark("Read only"),
}
ENVIRONMENT_TONES: Final[Mapping[Environment, str]] = {
    Environment.PRODUCTION: "bad",
    Environment.SANDBOX: "good",
    Environment.READ_ONLY: "info",
}
"""The tone of an environment's pill."""


def environment_word(environment: Environment) -> str:
    """How careful to be, in a word or two."""
    return tr(_ENVIRONMENTS[environment])


_COLOURS: Final[Mapping[str, str]] = {
    "green": mark("Green"),
    "blue": mark("Blue"),
    "orange": mark("Orange"),
    "red": mark("Red"),
}


def colour_word(colour: str) -> str:
    """The name of an account's colour; one we do not know keeps its own."""
    return tr(_COLOURS.get(colour, colour))


_GROUPS: Final[Mapping[str, str]] = {
    "favourites": mark("Favourites"),
    "sales": mark("Sales"),
    "inventory": mark("Inventory"),
    "support": mark("Support"),
    "marketing": mark("Marketing"),
    "projects": mark("Projects"),
    "reports": mark("Reports"),
    "system": mark("System"),
    "other": mark("Other"),
}


def read_only_words() -> str:
    """Why nothing can be changed in an account, and where that is set."""
    return tr("This account is set to read only; its settings can be changed with Ctrl+Shift+E.")


def incomplete_hint() -> str:
    """What to say where a server tells no list of fields."""
    return tr("This server does not describe its fields. These are the ones seen so far; there may be more.")


def group_word(group: str) -> str:
    """The heading of a group of modules."""
    return tr(_GROUPS.get(group, group.capitalize()))


def changes_in_records(changes: int, records: int) -> str:
    """ "3 changes in 2 records", each with its own plural."""
    said = plural(changes, "{n} change", "{n} changes")
    return plural(records, "{changes} in {n} record", "{changes} in {n} records", changes=said)


def duration(elapsed_ms: float) -> str:
    """How long something took: "212 ms", "1.4 s"."""
    if elapsed_ms < 1000:
        return tr("{n} ms", n=round(elapsed_ms))
    return tr("{n} s", n=QLocale().toString(elapsed_ms / 1000, "f", 1))


def clock_words(ahead_s: float | None) -> str:
    """How the server's clock stands to ours, "" where it is not told or within a second."""
    if ahead_s is None or abs(ahead_s) < 1:
        return ""
    seconds = round(abs(ahead_s))
    if seconds < 120:
        shown = tr("{n} s", n=seconds)
    elif seconds < 7200:
        shown = tr("{n} min", n=round(seconds / 60))
    else:
        shown = tr("{n} h", n=round(seconds / 3600))
    return tr("server clock {time} ahead", time=shown) if ahead_s > 0 else tr("server clock {time} behind", time=shown)
