# SPDX-License-Identifier: MIT
"""Changes by the field of the last change: nothing is missed, whatever happens while page after page is read."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from crmdesk.connectors.wire import changes
from crmdesk.connectors.wire.changes import changes_by_stamp, token_of_now
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Query
from crmdesk.domain.record import Page, Record

MODULE, STAMP = ModuleName("People"), FieldName("changed")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Server:
    """Records with a moment each, in the order of their keys; ``heeds``: it filters at all."""

    def __init__(self, *moments: datetime | None, heeds: bool = True) -> None:
        self.rows = {f"{n:03}": moment for n, moment in enumerate(moments)}
        self.heeds = heeds
        self.pages = 0

    def __call__(self, query: Query, cursor: Cursor | None, limit: int) -> Page:
        self.pages += 1
        where = query.where
        since = where.value if isinstance(where, Compare) and self.heeds else None
        found = [
            Record(RecordId(MODULE, key), {STAMP: moment})
            for key, moment in sorted(self.rows.items())
            if not isinstance(since, datetime) or moment is None or moment >= since
        ]
        begin = int(cursor or "0")
        more = begin + limit < len(found)
        return Page(tuple(found[begin : begin + limit]), Cursor(str(begin + limit)) if more else None)


def read(server: Server, token: str, limit: int = 100) -> tuple[list[str], str]:
    """Keys and the token after them."""
    keys: list[str] = []
    for _ in range(50):
        page = changes_by_stamp(server, MODULE, STAMP, token, limit)
        keys += [record.id.key for record in page.updated]
        token = page.token
        if not page.more:
            return keys, token
    raise AssertionError("the changes never end")


@pytest.mark.parametrize("heeds", [True, False])
def test_later_only_what_is_new_comes(heeds: bool) -> None:
    server = Server(*(NOON + timedelta(minutes=n) for n in range(10)), heeds=heeds)
    keys, token = read(server, "")
    assert len(keys) == 10
    server.rows["777"] = NOON + timedelta(minutes=9)  # in the second of the last answer
    server.rows["000"] = NOON + timedelta(minutes=30)
    assert read(server, token)[0] == ["000", "009", "777"]


def test_nothing_new_keeps_the_mark() -> None:
    server = Server(NOON)
    _, token = read(server, "")
    keys, again = read(server, token)
    assert keys == ["000"]
    assert again == token


def test_what_changes_behind_our_back_while_pages_are_read_comes_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(changes, "time", lambda: now[0])
    server = Server(*(NOON for _ in range(4)))
    page = changes_by_stamp(server, MODULE, STAMP, "", 2)
    now[0] += 60  # the reading takes a minute; meanwhile:
    server.rows["000"] = NOON + timedelta(seconds=20)  # ... on a page that was read
    server.rows["003"] = NOON + timedelta(seconds=50)  # ... on one that was not
    last = changes_by_stamp(server, MODULE, STAMP, page.token, 2)
    assert not last.more
    assert "000" in read(server, last.token)[0]


def test_records_without_a_moment_are_never_left_out() -> None:
    server = Server(NOON, None)
    _, token = read(server, "")
    assert read(server, token)[0] == ["000", "001"]


def test_a_token_of_now_misses_nothing_on_any_clock() -> None:
    now = datetime.now(UTC)
    server = Server(now - timedelta(hours=12), now + timedelta(hours=14), now - timedelta(days=3))
    assert read(server, token_of_now())[0] == ["000", "001"]


@pytest.mark.parametrize(
    "token", ["x", "{}", "[]", "5", json.dumps({"since": "soon", "newest": "", "began": 0, "cursor": None})]
)
def test_a_damaged_token_is_told(token: str) -> None:
    with pytest.raises(Invalid):
        changes_by_stamp(Server(), MODULE, STAMP, token, 10)
