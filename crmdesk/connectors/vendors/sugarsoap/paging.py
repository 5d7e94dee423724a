# SPDX-License-Identifier: MIT
"""Reading a long list window by window without losing or doubling a row.

What shapes it (sugarsoap.md 5): no total is told, a page may be short though more follow, an offset behind the end
makes SplendidCRM fail; with its custom paging the first page is one row short and each later one begins with a row of
the page before. So each window begins with the last row handed out and asks for two rows more than are wanted: where
that row is among the first two, reading goes on behind it; where it is not, rows came or went and reading begins anew.
The end is a window with nothing behind that row.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.sugarsoap.faults import is_past_the_end
from crmdesk.connectors.vendors.sugarsoap.parse import Entry
from crmdesk.domain.errors import ServerFault

_MAX_RESTARTS = 4
_OVERLAP = 2

Window = Callable[[int, int], tuple[Entry, ...]]
"""(offset, max_results) -> rows, at most that many."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next window begins.

    Attributes:
        read: rows handed out so far. last: id of the last one. restarts: how often reading began anew.
    """

    read: int = 0
    last: str = ""
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows; ``after`` None = the end. ``restarted``: they are from the beginning again."""

    rows: tuple[Entry, ...]
    after: Place | None
    restarted: bool = False


def read(window: Window, place: Place | None, limit: int) -> Rows:
    """The next rows, at most ``limit`` of them."""
    if place is None or not place.read:
        return _first(window, limit, place.restarts if place else 0)
    offset = place.read - 1
    try:
        rows = window(offset, limit + _OVERLAP)
    except ServerFault as error:
        if not is_past_the_end(error):
            raise
        rows = ()
    at = next((i for i, row in enumerate(rows[:_OVERLAP]) if row.key == place.last), None)
    if at is not None:
        return _page(rows[at + 1 :], place, limit)
    if place.restarts < _MAX_RESTARTS:
        return replace(_first(window, limit, place.restarts + 1), restarted=True)
    # It moves faster than it can be read: go on where we are rather than never end.
    return _page(rows[1:], place, limit)


def _first(window: Window, limit: int, restarts: int) -> Rows:
    return _page(window(0, limit + 1), Place(restarts=restarts), limit)


def _page(rows: tuple[Entry, ...], before: Place, limit: int) -> Rows:
    """``rows`` are new, the last of them may be more than was wanted."""
    fresh = tuple({row.key: row for row in rows}.values())[:limit]
    if not fresh:
        return Rows((), None)
    return Rows(fresh, Place(before.read + len(fresh), fresh[-1].key, before.restarts))
