# SPDX-License-Identifier: MIT
"""The page that a feed asks for ahead: nothing lost, nothing twice, errors told once."""

import asyncio

import pytest

from crmdesk.domain.errors import ServerFault
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.planning import Plan
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.engine.feed import PageFeed
from tests.engine.bench import run

_MODULE = ModuleName("Things")


class _Session:
    """Three pages of two rows; the calls are counted, and one of them may fail."""

    class capabilities:  # noqa: N801  an attribute of the real one
        max_page_size = 2
        can_count = False

    def __init__(self, fails_at: int = -1) -> None:
        self.asked: list[Cursor | None] = []
        self._fails_at = fails_at

    async def plan(self, query: Query) -> Plan:
        return Plan(query, None, None)

    async def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        self.asked.append(after)
        await asyncio.sleep(0)
        if len(self.asked) - 1 == self._fails_at:
            raise ServerFault("The server stumbled.")
        first = int(after or 0)
        rows = tuple(Record(RecordId(_MODULE, str(n)), {FieldName("n"): n}) for n in (first, first + 1))
        return Page(rows, Cursor(str(first + 2)) if first < 4 else None)


def _feed(session: _Session) -> PageFeed:
    return PageFeed(session, Query(_MODULE))  # type: ignore[arg-type]  # as much of a session as a feed needs


async def _keys(feed: PageFeed) -> list[str]:
    found: list[str] = []
    while not feed.exhausted:
        found += [r.id.key for r in (await feed.next_page(ahead=True)).records]
    return found


def test_rows_come_once_and_each_page_is_asked_once() -> None:
    session = _Session()
    assert run(_keys(_feed(session))) == ["0", "1", "2", "3", "4", "5"]
    assert session.asked == [None, "2", "4"]


def test_an_error_met_ahead_is_told_by_the_next_call_and_the_page_is_asked_again() -> None:
    async def work() -> list[str]:
        feed = _feed(session)
        first = [r.id.key for r in (await feed.next_page(ahead=True)).records]
        with pytest.raises(ServerFault):
            await feed.next_page(ahead=True)
        return first + await _keys(feed)

    session = _Session(fails_at=1)
    assert run(work()) == ["0", "1", "2", "3", "4", "5"]
    assert session.asked == [None, "2", "2", "4"]


def test_a_page_asked_ahead_may_be_forgotten() -> None:
    async def work() -> list[str]:
        feed = _feed(session)
        await feed.next_page(ahead=True)
        feed.forget_ahead()
        await asyncio.sleep(0)
        return [r.id.key for r in (await feed.next_page()).records]

    session = _Session()
    assert run(work()) == ["2", "3"]


def test_the_rest_is_read_from_where_the_feed_stands_and_progress_is_told() -> None:
    session, told = _Session(), list[int]()

    async def go() -> list[str]:
        feed = _feed(session)
        await feed.next_page()
        return [r.id.key for r in await feed.rest(told.append)]

    assert run(go()) == ["2", "3", "4", "5"]
    assert told == [4, 6]
    assert session.asked == [None, "2", "4"]


def test_pages_that_are_left_early_forget_what_was_asked_ahead() -> None:
    async def go() -> list[str]:
        feed = _feed(_Session())
        pages = feed.pages()
        first = await anext(pages)
        await pages.aclose()
        return [r.id.key for r in (*first, *await feed.rest())]

    assert run(go()) == ["0", "1", "2", "3", "4", "5"]
