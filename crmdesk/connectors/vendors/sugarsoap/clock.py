# SPDX-License-Identifier: MIT
"""PURE: the server's clock and its way of writing numbers, learnt from get_server_time and get_gmt_time.

SplendidCRM reads every date-time out in UTC and takes every date in its own local time, pure dates too: 1 January is
read as 05:00 of that day in New York (recorded). It tells no zone, only what its clock shows now, in the format of its
own culture: ``11/22/2026 2:25:04 AM`` (recorded). So the difference to UTC of today is known, summer time is not, and
whatever depends on it is rounded or widened by two hours.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from crmdesk.connectors.wire.zones import zone_named

_QUARTER_S = 900
_FARTHEST = timedelta(hours=15)
_NUMBERS = re.compile(r"\d+")
_GMT = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Clock:
    """Attributes:
    zone: the server's; a fixed difference where it was learnt, a real zone where the account names it.
    is_known: False = nothing could be learnt and UTC is assumed.
    decimal_mark: how the server writes fractions.
    """

    zone: tzinfo = UTC
    is_known: bool = False
    decimal_mark: str = "."

    def day(self, moment: datetime) -> date:
        """The pure date that the server keeps as its midnight; right although summer time is not known."""
        return (moment.astimezone(self.zone) + timedelta(hours=12)).date()


def zone_set(name: str) -> tzinfo | None:
    """The zone that the person gave; None = learn it from the server.

    Raises:
        ProfileError: no such zone.
    """
    return zone_named(name) if name.strip() else None


def learnt(server_time: str, gmt_time: str, zone: tzinfo | None = None) -> Clock:
    """The clock behind the two answers; what cannot be read leaves it unknown.

    Args:
        zone: the account's own setting, which wins.
    """
    mark = _decimal_mark(server_time)
    if zone is not None:
        return Clock(zone, True, mark)
    now = _gmt(gmt_time)
    if now is None:
        return Clock(decimal_mark=mark)
    # Day and month may stand in either order; the right reading is the one near the other answer.
    near = [one - now for one in _readings(server_time) if abs(one - now) <= _FARTHEST]
    if not near:
        return Clock(decimal_mark=mark)
    quarters = round(min(near, key=abs).total_seconds() / _QUARTER_S)
    return Clock(timezone(timedelta(seconds=quarters * _QUARTER_S)), True, mark)


def _gmt(text: str) -> datetime | None:
    parts = _GMT.search(text)
    try:
        return datetime(*(int(part) for part in parts.groups()), tzinfo=UTC) if parts else None  # type: ignore[arg-type, misc]  # six numbers
    except ValueError:
        return None


def _readings(text: str) -> list[datetime]:
    """Every moment the text may mean, as if it were UTC."""
    numbers = [int(part) for part in _NUMBERS.findall(text)]
    if len(numbers) < 6:
        return []
    (a, b, c), (hour, minute, second) = numbers[:3], numbers[3:6]
    is_noon_based = re.search(r"\bp\.?\s?m\b|\bpm\b", text.lower()) is not None
    if is_noon_based and hour < 12:
        hour += 12
    elif hour == 12 and re.search(r"\ba\.?\s?m\b", text.lower()):
        hour = 0
    found = []
    for year, month, day in ((a, b, c), (c, a, b), (c, b, a)):
        try:
            found.append(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
        except ValueError:
            continue
    return found


def _decimal_mark(server_time: str) -> str:
    """GUESS from the culture's dates: who writes 22.11.2026 writes 1,5. Values that are read correct it."""
    return "," if re.match(r"\s*\d{1,2}\. ?\d{1,2}\. ?\d{4}", server_time) else "."
