# SPDX-License-Identifier: MIT
"""Times of a server with the culture en-US in New York: what it reads, what it shows, what it keeps (sugarsoap.md 5, 6).

Kept are server-local times as "YYYY-MM-DD HH:MM:SS", as SQL Server does.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")  # the recorded server's: five hours behind in November, four in June
KEPT = "%Y-%m-%d %H:%M:%S"
NO_DATE = "0001/01/01 00:00:00"
_ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_US = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?$")
_BARE = re.compile(r"(\d{4})(\d{2})(\d{2})$")


def local_from_utc(kept: str) -> str:
    """Return a UTC time, "YYYY-MM-DD HH:MM:SS", as the server keeps it."""
    return datetime.fromisoformat(kept).replace(tzinfo=UTC).astimezone(NEW_YORK).strftime(KEPT)


@lru_cache(maxsize=20_000)
def utc_text(kept: str) -> str:
    """Return a kept time as lists show it: in UTC, "yyyy/MM/dd HH:mm:ss"; NO_DATE where there is none."""
    if not kept:
        return NO_DATE
    moment = datetime.fromisoformat(kept).replace(tzinfo=NEW_YORK).astimezone(UTC)
    return moment.strftime("%Y/%m/%d %H:%M:%S")


def culture_text(kept: str) -> str:
    """Return a kept time in the server's culture ("G"), as get_entry shows it: `6/1/2024 12:30:15 PM`."""
    if not kept:
        return ""
    at = datetime.fromisoformat(kept)
    half = "AM" if at.hour < 12 else "PM"
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M:%S} {half}"


def now_local(seconds: float) -> str:
    """Return Unix seconds as the server keeps them."""
    return datetime.fromtimestamp(seconds, NEW_YORK).strftime(KEPT)


def now_utc(seconds: float) -> str:
    """Return Unix seconds in UTC, "YYYY-MM-DD HH:MM:SS"."""
    return datetime.fromtimestamp(seconds, UTC).strftime(KEPT)


def read(text: str, *, is_utc: bool = False) -> str:
    """Return what the server keeps of a date that was sent; "" where it cannot read it, silently.

    Recorded (wire/splendid/misc): ISO and yyyy/MM/dd, en-US order with any separator, an explicit Z keeps its instant.
    """
    try:
        at = _iso(text.strip(), is_utc) or _us(text.strip(), is_utc)
        return at.astimezone(NEW_YORK).strftime(KEPT) if at is not None else ""
    except (ValueError, OverflowError):
        return ""


def _iso(text: str, is_utc: bool) -> datetime | None:
    match = _ISO.match(text) or _BARE.match(text)
    if match is None:
        return None
    parts: list[str | None] = [*match.groups(), *(None,) * 7]
    year, month, day, hour, minute, second = (int(part or 0) for part in parts[:6])
    zone: tzinfo = UTC if is_utc or parts[6] == "Z" else NEW_YORK
    if parts[6] and parts[6] != "Z":
        digits = parts[6].replace(":", "")
        away = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:]))
        zone = timezone(-away if digits[0] == "-" else away)
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _us(text: str, is_utc: bool) -> datetime | None:
    match = _US.match(text)
    if match is None:
        return None
    month, day, year, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    half = (match.group(7) or "").upper()
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "PM" else 0) if half else hour
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC if is_utc else NEW_YORK)


def key(text: str) -> str | None:
    """Return a date of a query's literal, or a kept one, in the form that sorts; None where it is no date."""
    return text if len(text) == 19 and text[4] == "-" and text[10] == " " else read(text) or None
