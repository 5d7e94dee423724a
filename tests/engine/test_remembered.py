# SPDX-License-Identifier: MIT
"""Recent and favourite records: their order, their bounds, what the next visit finds."""

import asyncio
from pathlib import Path

import pytest

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.engine.remembered import MOST_RECENT, Mark, Remembered
from crmdesk.engine.storage import Storage


def mark(key: str, title: str = "") -> Mark:
    return Mark(RecordId(ModuleName("Accounts"), key), title or f"Company {key}", "Account")


def test_the_next_visit_finds_them_in_order(tmp_path: Path) -> None:
    async def visits() -> None:
        storage = Storage(tmp_path / "account.sqlite")
        first = Remembered(storage)
        for key in ("1", "2", "1", "3"):
            await first.visit(mark(key))
        assert await first.toggle(mark("2"))
        assert await first.toggle(mark("1"))
        assert not await first.toggle(mark("2"))
        again = Remembered(storage)
        await again.load()
        assert [one.record.key for one in again.recent] == ["3", "1", "2"]
        assert [one.record.key for one in again.favourites] == ["1"]
        assert again.is_favourite(mark("1").record)
        storage.close(2)

    asyncio.run(visits())


def test_a_new_title_reaches_both_lists_and_what_is_gone_goes(tmp_path: Path) -> None:
    async def visits() -> None:
        storage = Storage(tmp_path / "account.sqlite")
        held, told = Remembered(storage), list[None]()
        held.changed.connect(told.append)
        await held.toggle(mark("1"))
        await held.visit(mark("1", "Renamed Oy"))
        assert {one.title for one in (*held.recent, *held.favourites)} == {"Renamed Oy"}
        await held.forget(mark("1").record)
        assert held.recent == held.favourites == ()
        assert len(told) == 3
        storage.close(2)

    asyncio.run(visits())


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    async def visits() -> None:
        storage = Storage(tmp_path / "account.sqlite")
        held = Remembered(storage)
        for number in range(MOST_RECENT + 5):
            await held.visit(mark(str(number)))
        assert len(held.recent) == MOST_RECENT
        assert held.recent[0].record.key == str(MOST_RECENT + 4)
        storage.close(2)

    asyncio.run(visits())


@pytest.mark.parametrize("text", ["{", "5", '[["a"], [1, 2, 3, 4], null]', '{"a": 1}', "[[]]"])
def test_what_cannot_be_read_is_left_out(tmp_path: Path, text: str) -> None:
    async def visit() -> None:
        storage = Storage(tmp_path / "account.sqlite")
        await storage.remember("recent-records", text)
        held = Remembered(storage)
        await held.load()
        assert held.recent == ()
        storage.close(2)

    asyncio.run(visit())
