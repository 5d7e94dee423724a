# SPDX-License-Identifier: MIT
"""Dates as the database keeps them (Y-m-d) and as replies show them: d-m-Y, or what an override asks for.

Source: the vendor's guide, "Optional parameters available to all functions".
"""

import re
from datetime import UTC, datetime

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_ZERO = "0000-00-00"

# PHP's letter -> strftime's; those that strftime lacks on some system are in _special().
_LETTERS = {
    "d": "%d", "D": "%a", "l": "%A", "F": "%B", "m": "%m", "M": "%b", "Y": "%Y", "y": "%y", "A": "%p", "h": "%I", "H": "%H",
    "i": "%M", "s": "%S", "T": "UTC", "e": "UTC", "P": "+00:00", "O": "+0000", "Z": "0",
}  # fmt: skip


def kept_date(text: str) -> str:
    """Return what a date column makes of `text`: an ISO date is kept, "" stays, everything else becomes zeros (MySQL)."""
    if not text:
        return ""
    found = _DATE.match(text)
    if found is None:
        return _ZERO
    try:
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC).date().isoformat()
    except ValueError:
        return _ZERO


def shown_date(kept: str, override: str) -> str:
    """Return a kept date for a reply."""
    if not kept:
        return ""
    if override:
        return _formatted(kept, override)
    year, month, day = kept.split("-")
    return f"{day}-{month}-{year}"


def shown_moment(kept: str, override: str) -> str:
    """Return a kept date-time for a reply."""
    return _formatted(kept, override) if kept and override else kept


def php_format(override: str) -> str:
    """Return the PHP format that an override stands for: "_" is a blank, "*" a slash."""
    return override.replace("_", " ").replace("*", "/")


def _formatted(kept: str, override: str) -> str:
    php = php_format(override)
    if kept.startswith(_ZERO):  # what PHP makes of MySQL's zeros
        return "-0001-11-30T00:00:00+00:00" if php == "c" else "30-11--0001"
    if php == "c":  # by far the most frequent wish
        return f"{kept[:10]}T{kept[11:] or '00:00:00'}+00:00"
    return php_date(php, datetime.fromisoformat(kept).replace(tzinfo=UTC))


def php_date(php: str, moment: datetime) -> str:
    """Return `moment` in one of PHP's date() formats; unknown letters stand for themselves, as there."""
    if php == "c":
        return moment.isoformat(timespec="seconds")
    out: list[str] = []
    letters = iter(php)
    for letter in letters:
        if letter == "\\":
            out.append(next(letters, ""))
        elif letter in _LETTERS:
            out.append(moment.strftime(_LETTERS[letter]))
        else:
            out.append(_special(letter, moment))
    return "".join(out)


def _special(letter: str, moment: datetime) -> str:
    match letter:
        case "c":
            return moment.isoformat(timespec="seconds")
        case "j":
            return str(moment.day)
        case "n":
            return str(moment.month)
        case "G":
            return str(moment.hour)
        case "g":
            return str(moment.hour % 12 or 12)
        case "a":
            return "am" if moment.hour < 12 else "pm"
        case "N":
            return str(moment.isoweekday())
        case "U":
            return str(int(moment.timestamp()))
        case "S":
            day = moment.day
            return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return letter
