# SPDX-License-Identifier: MIT
"""Reading a long result page by page without losing or doubling a row.

A list is a bare array: no total, no next link, no promised order; the end is an empty array (facts of two clients).

By id, where the server answers queries and no order is asked: ``id > last ORDER BY id``, always page 1. Rows that come
or go meanwhile move nothing.

By pages else. ``Page`` and ``Size`` name a window that begins at a multiple of ``Size``, so windows are chosen that
begin a few rows *before* the place reached: the last row handed out must be in them, where it was. Where it is not,
rows came or went meanwhile and reading begins anew. A window that holds nothing after that row is the end. What a server
does with a ``Size`` beyond its own maximum nobody says; if it cuts it down, ``Page`` counts in other steps than were
meant. So no window is larger than an answer that was seen.

At once, where a list is not paged: read once, handed out in parts.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.webcrm.query import MAX_PAGE
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.sentence import sentence

MAX_RESTARTS = 4
_MAX_OVERLAP = 40
_MAX_PAGES = 100
_SURE_SIZE = 100  # what any server gives at once: its clients ask for 150 to 1,000

Row = Mapping[str, object]
Window = Callable[[int, int], tuple[Row, ...]]
"""Page (1 is the first) and size -> rows."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins.

    Attributes:
        last: id of the last row handed out, "" = none yet.
        at: rows handed out before; not used when reading by id.
        restarts: how often the result moved.
        most: rows of the largest answer; not used when reading by id.
    """

    last: str = ""
    at: int = 0
    restarts: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """One page. ``after`` None = the end."""

    rows: tuple[Row, ...]
    after: Place | None
    restarted: bool = False


def by_id(read: Callable[[str, int], tuple[Row, ...]], id_field: str, place: Place | None, limit: int) -> Rows:
    """One page of a result in the order of its ids.

    Args:
        read: id after which to begin ("" = the first), rows at most -> rows.

    Raises:
        MalformedReply: the ids do not rise, so that reading would never end.
    """
    last = place.last if place else ""
    found = read(last, max(1, min(limit, MAX_PAGE)))
    if not found:
        return Rows((), None)
    keys = [_key(row, id_field) for row in found]
    if not all(key.isdecimal() for key in keys) or (last and min(map(int, keys)) <= int(last)):
        raise MalformedReply(
            sentence("The server's rows are not in the order asked for. Reload the list."), where=id_field
        )
    return Rows(found[:limit], Place(last=str(max(int(key) for key in keys[:limit]))))


def by_pages(window: Window, id_field: str, place: Place | None, limit: int) -> Rows:
    """One page of a list; begins anew where it moved."""
    limit = max(1, min(limit, MAX_PAGE))
    found = _pages(window, id_field, place or Place(), limit)
    if found is not None:
        return found
    again = Place(restarts=(place.restarts if place else 0) + 1)
    return replace(_pages(window, id_field, again, limit) or Rows((), None), restarted=True)


def _pages(window: Window, id_field: str, place: Place, limit: int) -> Rows | None:
    if not place.last:
        came = window(1, limit)
        rows = came[:limit]
        begun = replace(place, last=_key(rows[-1], id_field), at=len(rows), most=len(came)) if rows else None
        return Rows(rows, begun)
    offset, size = window_before(place.at, limit, max(place.most, _SURE_SIZE))
    rows = window(offset // size + 1, size)
    overlap = place.at - offset
    if overlap and not any(_key(row, id_field) == place.last for row in rows[overlap - 1 : overlap]):
        if place.restarts < MAX_RESTARTS:
            return None
        # It moves faster than it can be read: go on where we are rather than never end.
        seen = next((i for i, row in enumerate(rows) if _key(row, id_field) == place.last), overlap - 1)
        overlap = seen + 1
    fresh = rows[overlap : overlap + limit]
    if not fresh:
        return Rows((), None)
    last, at = _key(fresh[-1], id_field), place.at + len(fresh)
    return Rows(fresh, replace(place, last=last, at=at, most=max(place.most, len(rows))))


def window_before(at: int, limit: int, most: int = MAX_PAGE) -> tuple[int, int]:
    """A window (offset, size) that the server can be asked for, with the row before ``at`` and many after it.

    Args:
        most: rows of the largest window.

    Where no window reaches over ``at`` (it would take a multiple of every number around 20), one that begins there.
    """
    best, best_worth = (at, 1), (0, 0)
    for offset in range(at - 1, max(-1, at - 1 - _MAX_OVERLAP), -1):
        overlap = at - offset
        for size in range(overlap + 1, most + 1):
            if offset % size == 0:
                fresh = min(limit, size - overlap)
                if (fresh, -size) > best_worth and fresh:
                    best, best_worth = (offset, size), (fresh, -size)
                if fresh == limit:
                    break
    if at < most and min(limit, most - at) > best_worth[0]:
        return 0, min(most, at + limit)
    return best


def at_once(rows: tuple[Row, ...], id_field: str, place: Place | None, limit: int) -> Rows:
    """A part of a list that came whole."""
    at = place.at if place else 0
    part = rows[at : at + max(1, limit)]
    more = at + len(part) < len(rows)
    return Rows(part, Place(last=_key(part[-1], id_field), at=at + len(part)) if more and part else None)


def everything(window: Window, id_field: str = "") -> tuple[Row, ...]:
    """All rows of a list, up to 100,000; a row that comes twice is kept once.

    A server that takes no notice of ``Page`` answers the same again: that is the end too.
    """
    found: dict[str, Row] = {}
    for page in range(1, _MAX_PAGES + 1):
        rows = window(page, MAX_PAGE)
        before = len(found)
        for number, row in enumerate(rows):
            key = _key(row, id_field) if id_field else json.dumps(row, sort_keys=True, default=str)
            found.setdefault(key or f"{page}/{number}", row)
        if not rows or len(found) == before:
            break
    return tuple(found.values())


def _key(row: Row, id_field: str) -> str:
    return to_text(row.get(id_field))
