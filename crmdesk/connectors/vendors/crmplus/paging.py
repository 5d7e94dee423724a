# SPDX-License-Identifier: MIT
"""Reading a long result page by page without losing or doubling a row.

What was measured on vtiger 8 and shapes this: no answer is longer than 100 rows; without an order rows come twice and
others never; the permission filter runs after the limit, so a page may be short or empty although more follow; a
descending direction is applied to the last sort key alone.

No order asked: keyset on id. Each page asks for ids above the last one seen. An empty page goes on by offset, until
``count(*)`` of what lies above says that nothing is left.

Order asked: by offset, with ``id`` as the last key so that the order is total. Each page begins with the last row of
the page before; where that row is no longer there, rows were added or removed meanwhile and reading begins anew.
Descending: the same ascending order read from its end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.crmplus.query import MAX_PAGE, Terms, counting, render
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.names import ModuleName

_MAX_RESTARTS = 4

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ask:
    """What one result is made of. ``descending``: all of ``order`` runs downwards."""

    module: ModuleName
    columns: tuple[str, ...]
    terms: Terms
    order: tuple[str, ...] = ()
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins.

    Attributes:
        last: id of the last row handed out, "" = none yet.
        skip: keyset: rows above ``last`` that are known to be hidden.
        at: order: offset of the next window; descending: its upper end, exclusive.
        exact: order: ``last`` must be the first row of the window; else it may come after hidden ones.
        restarts: how often the result moved.
        total: order: rows in all when only hidden ones were met, so that no last row can be checked; -1 = it can.
        part: which part of a filter that is too long for one address.
    """

    last: str = ""
    skip: int = 0
    at: int = 0
    exact: bool = False
    restarts: int = 0
    total: int = -1
    part: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """One page. ``after`` None = the end."""

    rows: tuple[Row, ...]
    after: Place | None
    restarted: bool = False


class Reader:
    """Reads pages through two functions: rows of a query text, and the number of a count query's text."""

    def __init__(self, rows_of: Callable[[str], tuple[Row, ...]], count_of: Callable[[str], int]) -> None:
        self._rows_of = rows_of
        self._count_of = count_of

    def page(self, ask: Ask, place: Place | None, limit: int) -> Rows:
        """At most ``limit`` rows from ``place`` on."""
        limit = max(1, min(limit, MAX_PAGE))
        if not ask.order:
            return self._by_key(ask, place or Place(), limit)
        if place is None:
            return self._begin(ask, Place(), limit)
        page = self._downwards(ask, place, limit) if ask.descending else self._upwards(ask, place, limit)
        if page is not None:
            return page
        return replace(self._begin(ask, Place(restarts=place.restarts + 1), limit), restarted=True)

    def _begin(self, ask: Ask, place: Place, limit: int) -> Rows:
        """The first page; where rows go between the count and the page, once more."""
        while True:
            start = replace(place, at=self._total(ask)) if ask.descending else place
            if ask.descending and start.at == 0:
                return Rows((), None)
            page = self._downwards(ask, start, limit) if ask.descending else self._upwards(ask, start, limit)
            if page is not None:
                return page
            place = replace(place, restarts=place.restarts + 1)

    def _by_key(self, ask: Ask, place: Place, limit: int) -> Rows:
        text = render(
            ask.module, ask.columns, ask.terms, order=("id",), after=place.last, offset=place.skip, limit=limit
        )
        rows = self._rows_of(text)
        if rows:
            after = Place(last=_id(rows[-1]))
            if len(rows) < limit and self._left(ask, after.last) == 0:
                return Rows(rows, None)
            return Rows(rows, after)
        skip = place.skip + limit
        return Rows((), replace(place, skip=skip) if self._left(ask, place.last) > skip else None)

    def _left(self, ask: Ask, last: str) -> int:
        return self._count_of(counting(ask.module, ask.terms, after=last))

    def _upwards(self, ask: Ask, place: Place, limit: int) -> Rows | None:
        """A window; None where the result moved."""
        size = min(MAX_PAGE, limit + 1) if place.last else limit
        rows = self._window(ask, place.at, size)
        fresh = _fresh(rows, place)
        if fresh is None:
            return None
        total = self._total(ask) if len(rows) < size or place.total >= 0 else -1
        if _moved(place, total):
            return None
        if len(rows) < size and place.at + size >= total:
            return Rows(fresh[:limit], None)
        if not fresh:
            # Only hidden rows (and the last one): go past them; the number of rows is what can be checked then.
            return Rows((), replace(place, at=place.at + size, last="", exact=False, total=total))
        after = replace(place, last=_id(fresh[-1]), at=place.at + len(rows) - 1, exact=len(rows) == size, total=-1)
        return Rows(fresh, after)

    def _downwards(self, ask: Ask, place: Place, limit: int) -> Rows | None:
        """A window read backwards; None where the result moved."""
        wanted = min(MAX_PAGE, limit + 1) if place.last else limit
        start = max(0, place.at - wanted)
        size = place.at - start
        rows = tuple(reversed(self._window(ask, start, size)))
        fresh = _fresh(rows, place)
        if fresh is None:
            return None
        total = self._total(ask) if len(rows) < size or place.total >= 0 else -1
        # Rows removed below pull the last one down, out of its place at the window's end.
        if _moved(place, total) or (0 <= total < place.at and place.restarts < _MAX_RESTARTS):
            return None
        if start == 0:
            return Rows(fresh, None)
        if not fresh:
            return Rows((), replace(place, at=start, last="", exact=False, total=total))
        after = replace(place, last=_id(fresh[-1]), at=place.at - len(rows) + 1, exact=len(rows) == size, total=-1)
        return Rows(fresh, after)

    def _total(self, ask: Ask) -> int:
        return self._count_of(counting(ask.module, ask.terms))

    def _window(self, ask: Ask, offset: int, size: int) -> tuple[Row, ...]:
        return self._rows_of(
            render(ask.module, ask.columns, ask.terms, order=(*ask.order, "id"), offset=offset, limit=size)
        )


def _moved(place: Place, total: int) -> bool:
    """Whether rows came or went while only hidden ones were met."""
    return place.total >= 0 and place.total != total and place.restarts < _MAX_RESTARTS


def _fresh(rows: tuple[Row, ...], place: Place) -> tuple[Row, ...] | None:
    """The rows behind the last one handed out; None where that one is not where it was."""
    if not place.last:
        return rows
    at = next((i for i, row in enumerate(rows) if _id(row) == place.last), None)
    if at == 0 or (at is not None and not place.exact):
        return rows[at + 1 :]
    if place.restarts >= _MAX_RESTARTS:
        # It moves faster than it can be read: go on where we are rather than never end.
        return rows if at is None else rows[at + 1 :]
    return None


def _id(row: Row) -> str:
    return to_text(row.get("id"))
