# SPDX-License-Identifier: MIT
"""What changed since a moment: ``date_modified``, once among the live records and once among the deleted ones.

``deleted`` = 1 lists deleted records alone (sugarsoap.md 5). The mark is the newest ``date_modified`` met, in UTC as it
is read; the question is in the server's own time and widened by what is not known of its clock, so a record may come
again, never not at all.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import time

from crmdesk.connectors.port import SyncPage
from crmdesk.connectors.vendors.sugarsoap import catalog, paging, parse
from crmdesk.connectors.vendors.sugarsoap.paging import Place, Window
from crmdesk.connectors.vendors.sugarsoap.parse import Entry, RowReader
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.errors import Invalid, MalformedReply
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence

_PAGE = 200
_SAME_SECOND = timedelta(seconds=2)
_ANY_CLOCK = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an update stands.

    Attributes:
        since: only what is as new; None = everything. newest: met so far. gone: the deleted ones are being read.
        began: the first page was asked for at this moment of our clock, in seconds.
    """

    since: datetime | None = None
    newest: datetime | None = None
    gone: bool = False
    place: Place | None = None
    began: float = 0.0


def token_of_now() -> str:
    """A token from which on nothing is missed, though the server's clock be off by hours."""
    return _token(Mark(since=datetime.now(UTC) - _ANY_CLOCK))


def changes_since(
    window_of: Callable[[datetime | None, bool], Window], reader: RowReader, module: ModuleName, token: str
) -> SyncPage:
    """One page.

    Args:
        window_of: (since, deleted ones) -> windows of the list, ordered upwards by the moment.
        token: "" or one of a former page.

    Raises:
        Invalid: the token is not one of ours.
    """
    mark = _understood(token)
    mark = replace(mark, began=mark.began or time())
    updated: tuple[Record, ...] = ()
    if not mark.gone:
        part = paging.read(window_of(mark.since, False), mark.place, _PAGE)
        updated = tuple(reader.record(row) for row in part.rows if _is_deleted(row) is not True)
        newest = _newest(mark.newest, part.rows)
        if part.after is not None:
            return SyncPage(updated, (), _token(Mark(mark.since, newest, False, part.after, mark.began)), True)
        if mark.since is None:  # from the beginning on: nobody needs to know what was deleted before
            return SyncPage(updated, (), _finished(mark, newest), False)
        mark = Mark(mark.since, newest, True, None, mark.began)
    part = paging.read(window_of(mark.since, True), mark.place, _PAGE)
    dead = tuple(RecordId(module, row.key) for row in part.rows if _is_deleted(row) is not False)
    newest = _newest(mark.newest, part.rows)
    if part.after is not None:
        return SyncPage(updated, dead, _token(Mark(mark.since, newest, True, part.after, mark.began)), True)
    return SyncPage(updated, dead, _finished(mark, newest), False)


def _newest(known: datetime | None, rows: Sequence[Entry]) -> datetime | None:
    return max([m for m in (known, *map(_moment, rows)) if m is not None], default=None)


def _finished(mark: Mark, newest: datetime | None) -> str:
    took = timedelta(seconds=max(0.0, time() - mark.began))  # somebody may have changed what was read already
    moments = (mark.since, newest - took - _SAME_SECOND if newest is not None else None)
    until = max((one for one in moments if one is not None), default=None)
    return _token(Mark(until or datetime(1970, 1, 2, tzinfo=UTC), newest))


def _moment(row: Entry) -> datetime | None:
    return parse.moment(row.values.get(catalog.MODIFIED, ""))


def _is_deleted(row: Entry) -> bool | None:
    word = row.values.get(catalog.DELETED, "").lower()
    return {"1": True, "true": True, "0": False, "false": False}.get(word)


def _token(mark: Mark) -> str:
    told: dict[str, object] = {
        "since": mark.since.isoformat() if mark.since else "",
        "newest": mark.newest.isoformat() if mark.newest else "",
        "gone": mark.gone,
        "began": mark.began,
    }
    if mark.place is not None:
        told["place"] = cursor_of(mark.place)
    return json.dumps(told)


def _understood(token: str) -> Mark:
    if not token:
        return Mark()
    try:
        told = json.loads(token)
        place = place_of(paging.Place, told["place"]) if "place" in told else None
        return Mark(_time(told["since"]), _time(told["newest"]), bool(told["gone"]), place, float(told.get("began", 0)))
    except (ArithmeticError, ValueError, TypeError, KeyError, RecursionError, MalformedReply) as error:
        raise Invalid(sentence("The mark of the last update is damaged. Update from the beginning.")) from error


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
