# SPDX-License-Identifier: MIT
"""Pages on their way: in order, each once, one asked for ahead as soon as its place is told."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import pytest

from crmdesk.connectors.port import OnNext
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import Cursor
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page
from crmdesk.engine.mirror.coming import Coming
from crmdesk.engine.moments import Clock
from crmdesk.engine.session import AccountSession
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS
from tests.engine.mirror.support import record

T = TypeVar("T")
LAST = 5


class Server:
    """Pages 0 to 5 of one record each, and what was done with them in order.

    Attributes:
        tells: where the next page begins is told before the rows are read. hold: a page is read once these were asked
            for. moved: a page that says to go on elsewhere than was told. broken: a page that fails, once.
    """

    def __init__(self, *, tells: bool = True) -> None:
        self.tells, self.log = tells, list[tuple[str, int]]()
        self.hold: dict[int, int] = {}
        self.moved: dict[int, int] = {}
        self.broken: set[int] = set()
        self.asked: dict[int, threading.Event] = {number: threading.Event() for number in range(LAST + 1)}

    def fetch_page(self, query: Query, after: Cursor | None, limit: int, on_next: OnNext | None = None) -> Page:
        number = int(after or 0)
        self.log.append(("asked", number))
        self.asked[number].set()
        following = None if number == LAST else Cursor(str(number + 1))
        if self.tells and on_next is not None:
            on_next(following)
        if number in self.hold:
            assert self.asked[self.hold[number]].wait(5), "it was not asked for meanwhile"
        self.log.append(("read", number))
        if number in self.broken:
            self.broken.remove(number)
            raise MalformedReply("a page is broken")
        if number in self.moved:
            following = Cursor(str(self.moved.pop(number)))
        return Page((record(str(number)),), following)


class Session:
    """As much of a session as pages need: every call on a thread of its own."""

    def __init__(self, server: Server) -> None:
        self.clock, self._server = Clock(), server

    async def ask(self, work: Callable[[Server], T]) -> T:
        return await asyncio.to_thread(work, self._server)


async def once(work: Callable[[], Awaitable[Page]]) -> Page:
    return await work()


def coming(server: Server) -> Coming:
    return Coming(cast("AccountSession", Session(server)), Query(ACCOUNTS), 1, once)


async def rest(pages: Coming) -> list[str]:
    found = []
    while True:
        page, _ = await pages.page()
        found.append(page.records[0].id.key)
        if page.next is None:
            return found


ALL = [str(number) for number in range(LAST + 1)]


@pytest.mark.parametrize("tells", [True, False])
def test_every_page_comes_once_and_in_order(tells: bool) -> None:
    server = Server(tells=tells)

    async def work() -> None:
        pages = coming(server)
        pages.begin(None)
        assert await rest(pages) == ALL

    run(work())
    assert [number for what, number in server.log if what == "asked"] == list(range(LAST + 1))


def test_a_page_is_asked_for_while_the_one_before_is_read() -> None:
    server = Server()
    server.hold = {number: number + 1 for number in range(LAST)}

    async def work() -> None:
        pages = coming(server)
        pages.begin(None)
        assert await rest(pages) == ALL

    run(work())


def test_no_more_than_one_is_asked_for_ahead_of_who_takes_them() -> None:
    server = Server()

    async def work() -> None:
        pages = coming(server)
        pages.begin(None)
        await asyncio.sleep(0.1)
        assert {number for what, number in server.log if what == "asked"} == {0, 1}
        await pages.page()
        await asyncio.sleep(0.1)
        assert {number for what, number in server.log if what == "asked"} == {0, 1, 2}
        pages.cancel()

    run(work())


def test_the_page_has_the_last_word_where_it_goes_on() -> None:
    server = Server()
    server.hold, server.moved = {2: 3}, {2: 4}

    async def work() -> None:
        pages = coming(server)
        pages.begin(None)
        assert await rest(pages) == ["0", "1", "2", "4", "5"]

    run(work())


def test_a_broken_page_is_told_and_reading_begins_anew() -> None:
    server = Server()
    server.hold, server.broken = {1: 2}, {1, 2}

    async def work() -> None:
        pages = coming(server)
        pages.begin(None)
        await pages.page()
        with pytest.raises(MalformedReply):
            await pages.page()
        server.broken.clear()
        pages.begin(None)
        assert await rest(pages) == ALL

    run(work())


def test_pages_know_when_they_were_asked_for() -> None:
    async def work() -> None:
        pages = coming(Server())
        pages.begin(None)
        moments = [(await pages.page())[1] for _ in ALL]
        assert moments == sorted(set(moments))

    run(work())
