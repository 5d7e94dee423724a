# SPDX-License-Identifier: MIT
"""TableRows: paging, failure and retry, stop, load all, counts, new records on top."""

import asyncio
from collections import deque
from pathlib import Path

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.errors import NotReachable, ServerFault
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Op
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, Fault
from tests.ui.house import column, filled, house, press
from tests.ui.waiting import until

STAFF = FieldName("employees")


def test_the_count_is_exact_when_the_server_can_count(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            await until(lambda: tab.rows.total == 25)
            assert tab.status().rows == "Rows 1–10 of 25"
            tab.load_all()
            await until(lambda: tab.rows.read == 25)
            assert tab.status().rows == "25 rows"

    run_async(play())


def test_a_count_that_fails_is_no_error_and_nothing_partial_looks_complete(
    run_async: RunAsync[None], tmp_path: Path
) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            home.server.fail("count", ServerFault("Counting is not possible."))
            async with home.table() as tab:
                await until(lambda: home.server.did("count") == 1)
                await asyncio.sleep(0.05)
                assert home.errors == []
                assert tab.status().rows == "10 rows found in 10 read, more to come"

    run_async(play())


def test_a_server_that_cannot_count_says_more_to_come(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        server = filled()
        server.capabilities = Capabilities(filters=frozenset({Op.EQ}), max_page_size=10)
        async with house(tmp_path, server=server) as home, home.table() as tab:
            assert tab.status().rows == "10 rows found in 10 read, more to come"
            assert server.did("count") == 0

    run_async(play())


def test_a_page_that_fails_is_asked_for_again_at_the_same_place(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            home.server.fail("fetch_page", NotReachable("Nobody answers."))
            tab.rows.pull()
            await until(lambda: len(home.errors) == 1)
            assert tab.rows.read == 10
            assert tab.rows.loading is None
            tab.rows.pull()
            await until(lambda: tab.rows.read == 20)
            assert len(set(column(tab, "account_no"))) == 20

    run_async(play())


def test_a_local_sort_that_fails_half_way_leaves_no_progress_behind(run_async: RunAsync[None], tmp_path: Path) -> None:
    view = {"order": [["bill_city", False], ["employees", True]]}

    async def play() -> None:
        async with house(tmp_path) as home:
            home.server.faults["fetch_page"] = deque([Fault(None), Fault(NotReachable("Nobody answers."))])
            async with home.table(view) as tab:
                await until(lambda: len(home.errors) == 1)
                assert tab.rows.loading is None
                assert tab.status().loading is None
                press(tab.grid, "Try again")
                await until(lambda: tab.rows.read == 25)

    run_async(play())


def test_load_all_goes_on_though_somebody_scrolls_to_the_end(run_async: RunAsync[None], tmp_path: Path) -> None:
    """more_wanted arrives while everything is being read: it must not break the reading off."""

    async def play() -> None:
        async with house(tmp_path, server=filled(95)) as home, home.table() as tab:
            tab.load_all()
            for _ in range(4):
                tab.model.more_wanted.emit()
                await asyncio.sleep(0.002)
            await until(lambda: tab.rows.read == 95)
            assert tab.rows.loading is None
            assert home.errors == []

    run_async(play())


def test_stop_keeps_what_was_read_and_scrolling_goes_on(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            home.server.hold("fetch_page")
            tab.load_all()
            await until(home.server.begun["fetch_page"].is_set)
            tab.stop()
            await asyncio.sleep(0)
            assert tab.rows.read == 10
            assert tab.rows.loading is None
            assert not tab.model.waiting
            home.server.gates.pop("fetch_page").set()
            tab.rows.pull()
            await until(lambda: tab.rows.read == 20)
            assert home.errors == []

    run_async(play())


def test_another_query_drops_the_late_answer_of_the_former(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            gate = home.server.hold("fetch_page")
            tab.reload()
            await until(home.server.begun["fetch_page"].is_set)
            assert tab.bar is not None
            tab.bar.show_filter(Compare(CITY, Op.EQ, "Lyon"))
            home.server.gates.clear()
            tab.show_query()
            gate.set()
            await until(lambda: tab.rows.read == 8)
            assert set(column(tab, "bill_city")) == {"Lyon"}
            await until(lambda: tab.status().rows == "8 rows (filtered from 25)")  # counted by a call of its own

    run_async(play())


def test_few_hits_are_looked_for_until_there_is_something_to_scroll(run_async: RunAsync[None], tmp_path: Path) -> None:
    """The server cannot compare numbers here; the only hit lies beyond what one request reads."""

    async def play() -> None:
        async with house(tmp_path, server=filled(120)) as home, home.table() as tab:
            assert tab.bar is not None
            tab.bar.show_filter(Compare(STAFF, Op.GE, 118))
            tab.show_query()
            await until(lambda: tab.rows.read == 2)
            assert tab.status().local == "1 of 1 filters applied here, not by the server"

    run_async(play())


def test_new_records_stand_on_top_and_rows_keep_their_places(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            tab.go_to(3)
            made = await tab.account.staged.create(ACCOUNTS, {CITY: "Turku"}, "New account")
            tab.show_new(list(tab.account.staged.created(ACCOUNTS)))
            assert column(tab, "accountname")[:2] == ["New account", "Company 00"]
            assert column(tab, "bill_city")[0] == "Turku"
            assert tab.rows.place_of(made.key) == 0
            assert tab.rows.place_of("a3") == 4
            await until(lambda: tab.grid.currentIndex().row() == 4)
            assert tab.model.has_more
            await tab.account.staged.discard(made)
            tab.show_new([])
            assert column(tab, "accountname")[0] == "Company 00"

    run_async(play())


def test_a_row_read_again_shows_what_the_server_holds(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            gone: list[int] = []
            home.server.poke("a2", bill_city="Oulu")
            tab.rows.reread(["a2", "far away"], lambda: gone.append(1))
            await until(lambda: column(tab, "bill_city")[2] == "Oulu")
            assert not gone
            del home.server.records["a3"]
            tab.rows.reread(["a3"], lambda: gone.append(1))
            await until(lambda: bool(gone))
            assert tab.rows.at(99) is None
            assert tab.rows.at(2) is not None
            assert RecordId(ACCOUNTS, "a2") == tab.rows.at(2).id  # type: ignore[union-attr]  # just checked

    run_async(play())
