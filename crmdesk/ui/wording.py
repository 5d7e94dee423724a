# SPDX-License-Identifier: MIT
"""User words for errors, operators, field types, environments and counts; every one passes through ``tr``."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLocale

from crmdesk.domain import errors
from crmdesk.domain.errors import CrmError
from crmdesk.domain.query import Op
from crmdesk.domain.schema import FieldType
from crmdesk.engine.profiles import Environment
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
    (errors.ProfileError, "The account's settings need a look"),
    (errors.NotReachable, "The server cannot be reached"),
    (errors.TlsRefused, "No secure connection"),
    (errors.ProxyRefused, "The proxy does not let us through"),
    (errors.TimedOut, "No answer in time"),
    (errors.TooLarge, "The answer is too long"),
    (errors.Redirected, "The server sends us elsewhere"),
    (errors.ConnectionFailed, "The connection failed"),
    (errors.BadCredentials, "User name or key is wrong"),
    (errors.SessionExpired, "The session has ended"),
    (errors.NotPermitted, "Not allowed"),
    (errors.AccessDenied, "The server does not let us in"),
    (errors.OutcomeUnclear, "The outcome is unknown"),
    (errors.UnknownOperation, "The server cannot do this"),
    (errors.RateLimited, "The server asks us to wait"),
    (errors.NotACrm, "No CRM at this address"),
    (errors.MalformedReply, "The answer makes no sense"),
    (errors.ServerFault, "The server reports a failure"),
    (errors.NotFound, "The record is gone"),
    (errors.Conflict, "Somebody else changed it"),
    (errors.Invalid, "A value cannot be stored"),
    (errors.RecordProblem, "Trouble with a record"),
    (errors.Unsupported, "Not offered here"),
)


def error_words(error: BaseException) -> ErrorWords:
    """What to tell the person about any error."""
    if isinstance(error, CrmError):
        title = next((title for kind, title in _TITLES if isinstance(error, kind)), "Something went wrong")
        text = error.user_text
        if isinstance(error, errors.Invalid) and error.per_field:
            said = [sentence for sentence in error.per_field.values() if sentence not in text]
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


_OPERATORS: Final[Mapping[Op, str]] = {
    Op.EQ: "is",
    Op.NE: "is not",
    Op.LT: "is less than",
    Op.LE: "is at most",
    Op.GT: "is more than",
    Op.GE: "is at least",
    Op.CONTAINS: "contains",
    Op.STARTS_WITH: "starts with",
    Op.IN: "is any of",
    Op.IS_EMPTY: "is empty",
}
_MOMENT_OPERATORS: Final[Mapping[Op, str]] = {
    Op.LT: "before",
    Op.LE: "until",
    Op.GT: "after",
    Op.GE: "from",
    Op.EQ: "on",
    Op.NE: "not on",
}
_TEXT_OPERATORS: Final[Mapping[Op, str]] = {
    Op.LT: "sorts before",
    Op.LE: "sorts up to",
    Op.GT: "sorts after",
    Op.GE: "sorts from",
}
_LIST_OPERATORS: Final[Mapping[Op, str]] = {Op.CONTAINS: "includes", Op.EQ: "is exactly"}


def operator_word(op: Op, field_type: FieldType) -> str:
    """How a filter says this comparison for a field of this type: "is any of", "before"."""
    special: Mapping[Op, str] = {}
    if field_type.is_moment:
        special = _MOMENT_OPERATORS
        if field_type is not FieldType.DATE and op in (Op.EQ, Op.NE):
            special = {Op.EQ: "at", Op.NE: "not at"}
    elif field_type.is_text:
        special = _TEXT_OPERATORS
    elif field_type is FieldType.MULTI_CHOICE:
        special = _LIST_OPERATORS
    return tr(special.get(op) or _OPERATORS[op])


_FIELD_TYPES: Final[Mapping[FieldType, str]] = {
    FieldType.TEXT: "Text",
    FieldType.LONG_TEXT: "Long text",
    FieldType.INTEGER: "Whole number",
    FieldType.DECIMAL: "Number",
    FieldType.MONEY: "Money",
    FieldType.PERCENT: "Percent",
    FieldType.BOOLEAN: "Yes or no",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Date and time",
    FieldType.TIME: "Time",
    FieldType.CHOICE: "Choice",
    FieldType.MULTI_CHOICE: "Several choices",
    FieldType.REFERENCE: "Link to a record",
    FieldType.EMAIL: "Email",
    FieldType.PHONE: "Phone",
    FieldType.URL: "Web address",
    FieldType.OPAQUE: "Vendor's own",
}


def field_type_word(field_type: FieldType) -> str:
    """What kind of field it is."""
    return tr(_FIELD_TYPES[field_type])


_ENVIRONMENTS: Final[Mapping[Environment, str]] = {
    Environment.PRODUCTION: "Production",
    Environment.SANDBOX: "Sandbox",
    Environment.READ_ONLY: "Read only",
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


_COLOURS: Final[Mapping[str, str]] = {"green": "Green", "blue": "Blue", "orange": "Orange", "red": "Red"}


def colour_word(colour: str) -> str:
    """The name of an account's colour; one we do not know keeps its own."""
    return tr(_COLOURS.get(colour, colour))


_GROUPS: Final[Mapping[str, str]] = {
    "favourites": "Favourites",
    "sales": "Sales",
    "inventory": "Inventory",
    "support": "Support",
    "marketing": "Marketing",
    "projects": "Projects",
    "reports": "Reports",
    "system": "System",
    "other": "Other",
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
    return tr(
        "{changes} in {records}",
        changes=plural(changes, "{n} change", "{n} changes"),
        records=plural(records, "{n} record", "{n} records"),
    )


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
