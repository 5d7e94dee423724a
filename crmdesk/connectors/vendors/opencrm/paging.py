# SPDX-License-Identifier: MIT
"""PURE but for the function it is given: reading a long list window by window without losing or doubling a row.

``limit_end`` is the absolute end, not a size (guide: "End results returned after this number of records"). There is no
order parameter, so rows may move while somebody works: each window begins with the last row of the one before, and where
that row is no longer there, reading begins anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.opencrm.parse import Row, key_of
from crmdesk.connectors.vendors.opencrm.query import Window

_MAX_RESTARTS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next window begins.

    Attributes:
        at: rows handed out so far. last: number of the last of them; "" = none yet.
        restarts: how often the list moved.
    """

    at: int = 0
    last: str = ""
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows. ``after`` None = the end."""

    rows: tuple[Row, ...]
    after: Place | None
    restarted: bool = False


def read(rows_of: Callable[[Window], tuple[Row, ...]], place: Place | None, limit: int) -> Part:
    """At most ``limit`` rows from ``place`` on."""
    here = place or Place()
    part = _window(rows_of, here, limit)
    if part is not None:
        return part
    again = _window(rows_of, Place(restarts=here.restarts + 1), limit)
    return replace(again or Part((), None), restarted=True)


def _window(rows_of: Callable[[Window], tuple[Row, ...]], place: Place, limit: int) -> Part | None:
    """The rows behind the last one handed out; None where the list moved."""
    back = 1 if place.last else 0
    size = limit + back
    came = rows_of(Window(place.at - back, place.at + limit))
    # A server that took limit_end for a size would send more: what was asked for comes first either way. One that takes
    # no limits at all sends everything each time.
    sends_all = (
        place.last and len(came) > size and key_of(came[place.at - back]) == place.last
        if came[place.at - back :]
        else False
    )
    found = came[place.at - back :][:size] if sends_all else came[:size]
    fresh = found
    if place.last:
        at = next((i for i, row in enumerate(found) if key_of(row) == place.last), None)
        if at != 0 and place.restarts < _MAX_RESTARTS:
            return None
        fresh = found if at is None else found[at + 1 :]
    if len(found) < size or not fresh:
        return Part(fresh[:limit], None)
    fresh = fresh[:limit]
    return Part(fresh, replace(place, at=place.at + len(fresh), last=key_of(fresh[-1])))
