# SPDX-License-Identifier: MIT
"""Reading a long result page by page without losing or doubling a row.

By id, where no order is asked and the ids are numbers: ``id > last`` sorted by id. Rows that come or go meanwhile move
nothing. By offset else: each page begins with the last row handed out; where that is another one, rows came or went
meanwhile and reading begins anew.

``meta.total`` is not trusted (the vendor's own client counts by a report instead), and a page may be shorter than asked
because the server allows fewer rows: ``meta.page_size`` and ``links.next`` tell, else only an empty page is the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from crmdesk.connectors.vendors.crmservice.rest.query import MAX_PAGE
from crmdesk.connectors.vendors.crmservice.rest.session import Resource, resources
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.sentence import sentence

MAX_RESTARTS = 4
_MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page begins.

    Attributes:
        last: id of the last row handed out, "" = none yet. at: rows handed out before.
        by_id: go on behind ``last``. restarts: how often the result moved.
    """

    last: str = ""
    at: int = 0
    by_id: bool = False
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """One answer of a list. ``is_last``: there is certainly nothing behind it."""

    rows: tuple[Resource, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """One page. ``after`` None = the end."""

    rows: tuple[Resource, ...]
    after: Place | None
    restarted: bool = False


Ask = Callable[[str, int, int], Listed]
"""Id behind which to begin ("" = by offset), offset, rows at most -> an answer."""


def listed(document: Mapping[str, object], where: str, size: int) -> Listed:
    """The rows of a document, and whether they are the last.

    Raises:
        MalformedReply.
    """
    rows = resources(document, where)
    meta, links = document.get("meta"), document.get("links")
    told = to_int(meta.get("page_size")) if isinstance(meta, dict) else None
    is_short = told is not None and told > 0 and len(rows) < min(told, size)
    is_ended = isinstance(links, dict) and "next" in links and not links["next"]
    return Listed(rows, not rows or is_short or is_ended)


def page(ask: Ask, place: Place | None, limit: int, *, has_order: bool) -> Rows:
    """One page of a result; begins anew where it moved."""
    limit = max(1, min(limit, MAX_PAGE))
    if place is not None and place.by_id:
        return _behind(ask, place, limit)
    found = _by_offset(ask, place or Place(), limit, has_order=has_order)
    if found is not None:
        return found
    again = Place(restarts=(place.restarts if place else 0) + 1)
    return replace(_by_offset(ask, again, limit, has_order=has_order) or Rows((), None), restarted=True)


def _behind(ask: Ask, place: Place, limit: int) -> Rows:
    found = ask(place.last, 0, limit)
    if not found.rows:
        return Rows((), None)
    if not _rises((place.last, *_keys(found.rows))):
        raise MalformedReply(
            sentence("The server's rows are not in the order asked for. Reload the list."), where="sort=id"
        )
    kept = found.rows[:limit]
    end = found.is_last and len(found.rows) <= limit
    return Rows(kept, None if end else replace(place, last=_key(kept[-1])))


def _by_offset(ask: Ask, place: Place, limit: int, *, has_order: bool) -> Rows | None:
    overlap = 1 if place.last else 0
    size = max(2, min(limit + overlap, MAX_PAGE)) if overlap else limit
    found = ask("", max(0, place.at - overlap), size)
    rows = found.rows
    if overlap:
        if not rows or _key(rows[0]) != place.last:
            if place.restarts < MAX_RESTARTS:
                return None if rows or place.at > 1 else Rows((), None)
            # It moves faster than it can be read: go on where we are rather than never end.
        else:
            rows = rows[1:]
    kept = rows[:limit]
    if not kept:
        return Rows((), None)
    by_id = not has_order and place.at == 0 and _rises(_keys(kept))
    here = Place(_key(kept[-1]), place.at + len(kept), by_id, place.restarts)
    return Rows(kept, None if found.is_last and len(rows) <= limit else here)


def everything(ask: Ask) -> tuple[Resource, ...]:
    """All rows of a list, up to 100,000; a row that comes twice is kept once."""
    found: dict[str, Resource] = {}
    at = 0
    while at < _MOST_ROWS:
        answer = ask("", at, MAX_PAGE)
        before = len(found)
        for row in answer.rows:
            found.setdefault(f"{to_text(row.get('type'))}/{_key(row)}", row)
        at += len(answer.rows)
        if answer.is_last or len(found) == before:
            break
    return tuple(found.values())


def _keys(rows: tuple[Resource, ...]) -> tuple[str, ...]:
    return tuple(_key(row) for row in rows)


def _rises(keys: tuple[str, ...]) -> bool:
    if not all(key.isascii() and key.isdecimal() for key in keys):
        return False
    return all(a < b for a, b in pairwise(map(int, keys)))


def _key(row: Resource) -> str:
    return to_text(row.get("id"))
