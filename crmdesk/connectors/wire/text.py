# SPDX-License-Identifier: MIT
"""How servers spell values: dates, decimals, booleans, HTML entities. A text that is no value comes back as None."""

import html
import re
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from crmdesk.domain.numbers import bounded

_TRUE = frozenset({"1", "true", "on", "yes"})
_FALSE = frozenset({"0", "false", "off", "no"})
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")


def to_text(raw: object) -> str:
    """Any scalar of a JSON reply as text; None is "", true is "1", numbers are plain."""
    if type(raw) is str:
        return raw
    match raw:
        case None:
            return ""
        case bool():
            return "1" if raw else "0"
        case Decimal():
            return format(raw, "f")
        case _:
            return str(raw)


def to_decimal(raw: object) -> Decimal | None:
    """A number with a decimal point, from text or a JSON number; None for blank and for anything else."""
    return bounded(to_text(raw).strip())


def to_int(raw: object) -> int | None:
    """A whole number, also when it is spelt "5.000"; None for anything else."""
    number = to_decimal(raw)
    if number is None or number != number.to_integral_value():
        return None
    return int(number)


def to_bool(raw: object) -> bool | None:
    """1, true, on, yes; 0, false, off, no; None for blank and anything else."""
    word = to_text(raw).strip().lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def to_date(raw: object) -> date | None:
    """``YYYY-MM-DD``, with or without a time after it; the zero date and blank are None."""
    parts = _DATE.match(to_text(raw).strip())
    if parts is None:
        return None
    try:
        return date(*(int(part) for part in parts.groups()))
    except ValueError:
        return None


def to_time(raw: object) -> time | None:
    """``HH:MM`` or ``HH:MM:SS``."""
    parts = _CLOCK.fullmatch(to_text(raw).strip())
    if parts is None:
        return None
    try:
        return time(int(parts[1]), int(parts[2]), int(parts[3] or 0))
    except ValueError:
        return None


def to_datetime(raw: object, zone: tzinfo = UTC) -> datetime | None:
    """``YYYY-MM-DD HH:MM:SS`` meant in ``zone``; an offset in the text wins. The zero date is None.

    A moment that the clock shows twice (the end of summer time) is taken as the first of the two.
    """
    text = to_text(raw).strip()
    if len(text) < 10:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def from_datetime(value: datetime, zone: tzinfo = UTC) -> str:
    """``YYYY-MM-DD HH:MM:SS`` on the clock of ``zone``; parts of a second are cut off."""
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def decode_html(text: str) -> str:
    """``S&uuml;si`` is ``Süsi``; only for keys that are known to come encoded."""
    return html.unescape(text) if "&" in text else text


def has_astral(text: str) -> bool:
    """Whether a text holds characters beyond U+FFFF, or half of one."""
    return any(letter > "\uffff" or "\ud800" <= letter <= "\udfff" for letter in text)
