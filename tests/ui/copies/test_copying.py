# SPDX-License-Identifier: MIT
"""Copying: one update at a time, wishes in line, by itself only where that is wanted, quiet unless somebody asked."""

import asyncio
from pathlib import Path

import pytest

from crmdesk.domain.errors import ServerFault
from crmdesk.domain.names import ModuleName
from crmdesk.engine.settings import Settings
from crmdesk.ui.copies.copies import Copies
from crmdesk.ui.copies.copying import Wish, _holds
from tests.conftest import RunAsync
from tests.engine.fake_vendor import MODULE
from tests.ui.house import House, house
from tests.ui.waiting import until

ONE, OTHER = ModuleName("One"), ModuleName("Other")


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        (Wish(), Wish((ONE,)), True),
        (Wish((ONE,)), Wish(), False),
        (Wish((ONE, OTHER)), Wish((OTHER,)), True),
        (Wish((ONE,)), Wish((ONE,), by_hand=True), False),
        (Wish((ONE,), by_hand=True), Wish((ONE,)), True),
        (Wish(whole=True), Wish((ONE,)), True),
        (Wish(), Wish((ONE,), whole=True), False),
    ],
)
def test_a_wish_that_another_one_carries_out_is_not_put_in_line(one: Wish, other: Wish, holds: bool) -> None:
    assert _holds(one, other) is holds


async def opened(home: House, settings: Settings | None = None) -> tuple[Copies, list[str]]:
    copies = Copies(await home.account(), settings or Settings(None), home.errors.append)
    told: list[str] = []
    copies.copying.told.connect(told.append)
    await copies.begin()
    return copies, told


def test_what_somebody_asks_for_is_told_and_what_comes_by_itself_is_not(
    run_async: RunAsync[None], tmp_path: Path
) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            copies, told = await opened(home)
            copies.copying.update([MODULE.name])
            await until(lambda: not copies.copying.busy)
            assert told == ["The copy of 1 module is up to date. 25 records were new or different."]
            assert copies.has_any
            assert copies.is_fresh(MODULE.name)
            copies.begin_updates()
            assert copies.copying.busy
            await until(lambda: not copies.copying.busy)
            assert len(told) == 1
            await copies.aclose()

    run_async(play())


def test_nothing_comes_by_itself_where_the_person_does_not_want_it(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            settings = Settings(None)
            copies, _ = await opened(home, settings)
            copies.begin_updates()
            assert not copies.copying.busy  # nothing is copied yet
            copies.copying.update([MODULE.name])
            await until(lambda: not copies.copying.busy)
            settings.choose("mirror_updates", False)
            copies.copying.update_by_itself()
            assert not copies.copying.busy
            await copies.aclose()

    run_async(play())


def test_a_copy_older_than_what_was_read_from_the_server_is_not_shown(
    run_async: RunAsync[None], tmp_path: Path
) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            settings = Settings(None)
            copies, _ = await opened(home, settings)
            copies.copying.update([MODULE.name])
            await until(lambda: not copies.copying.busy)
            await asyncio.sleep(0.01)
            async with home.table() as tab:
                tab.rows._copies = copies
                tab.reload()
                assert tab.rows.asked_at is not None
                assert not copies.may_show(MODULE.name, tab.rows.asked_at)
            settings.choose("mirror_fresh_min", 0)
            assert not copies.may_show(MODULE.name)
            await copies.aclose()

    run_async(play())


def test_trouble_is_told_with_the_modules_name(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            copies, told = await opened(home)
            home.server.fail("fetch_page", ServerFault("The server stumbled."))
            copies.copying.update([MODULE.name])
            await until(lambda: not copies.copying.busy)
            assert len(told) == 1
            assert "The server stumbled." in told[0]
            await copies.aclose()

    run_async(play())
