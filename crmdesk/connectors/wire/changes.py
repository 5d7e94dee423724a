# SPDX-License-Identifier: MIT
"""What changed since a moment, for servers that can be asked by the field of the last change but have no operation for it.

The mark is the newest moment met, on the server's own clock, less the time that the reading took: what was changed
behind our back while page after page was read is asked for again. Deleted records are not told.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import time

from crmdesk.connectors.roles import SyncPage
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import Cursor, FieldName, ModuleName
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sentence import sentence

ANY_CLOCK = timedelta(hours=26)
"""How far a server's clock may be from ours, its zone unknown: from UTC-12 to UTC+14."""
_SAME_SECOND = timedelta(seconds=2)

FetchPage = Callable[[Query, Cursor | None, int], Page]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an update stands.

    Attributes:
        since: only what is as new; None = everything. newest: met so far. began: our clock at the first page, seconds.
    """

    since: datetime | None = None
    newest: datetime | None = None
    began: float = 0.0
    cursor: Cursor | None = None


def token_of_now() -> str:
    """A token from which on nothing is missed, whatever the server's clock says; the first update reads a day again."""
    return _told(Mark(since=datetime.now(UTC) - ANY_CLOCK))


def changes_by_stamp(fetch: FetchPage, module: ModuleName, stamp: FieldName, token: str, limit: int) -> SyncPage:
    """One page of what changed.

    Args:
        fetch: the connector's own ``fetch_page``; it may find more than it is asked.
        stamp: the field of the last change; the server filters by it. token: "" or one of a former page.

    Raises:
        Invalid: the token is not one of ours. Whatever ``fetch`` raises.
    """
    mark = _understood(token)
    asked = time()
    where = Compare(stamp, Op.GE, mark.since) if mark.since is not None else None
    page = fetch(Query(module, where=where), mark.cursor, limit)
    newest = _newest(mark.newest, page.records, stamp)
    fresh = tuple(one for one in page.records if mark.since is None or _is_fresh(one, stamp, mark.since))
    if page.next is not None:
        return SyncPage(fresh, (), _told(Mark(mark.since, newest, mark.began or asked, page.next)), True)
    took = timedelta(seconds=max(0.0, time() - mark.began) if mark.began else 0)
    since = max((m for m in (mark.since, newest and newest - took - _SAME_SECOND) if m is not None), default=None)
    return SyncPage(fresh, (), _told(Mark(since)), False)


def _is_fresh(record: Record, stamp: FieldName, since: datetime) -> bool:
    moment = record.values.get(stamp)
    return not isinstance(moment, datetime) or moment >= since  # one that does not tell is told of always


def _newest(known: datetime | None, records: Sequence[Record], stamp: FieldName) -> datetime | None:
    moments = (record.values.get(stamp) for record in records)
    return max([m for m in (known, *moments) if isinstance(m, datetime)], default=None)


def _told(mark: Mark) -> str:
    return json.dumps(
        {
            "since": mark.since.isoformat() if mark.since else "",
            "newest": mark.newest.isoformat() if mark.newest else "",
            "began": mark.began,
            "cursor": mark.cursor,
        }
    )


def _understood(token: str) -> Mark:
    if not token:
        return Mark()
    try:
        told = json.loads(token)
        cursor = told["cursor"]
        return Mark(
            _time(told["since"]),
            _time(told["newest"]),
            float(told["began"]),
            None if cursor is None else Cursor(str(cursor)),
        )
    except (ArithmeticError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Invalid(sentence("The mark of the last update is damaged. Update from the beginning.")) from error


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
