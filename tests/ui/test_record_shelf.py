# SPDX-License-Identifier: MIT
"""What was looked at is found again by Ctrl+G and Ctrl+K; the star and Ctrl+D mark favourites, also for the next visit."""

import asyncio
from pathlib import Path

import pytest

from crmdesk.demo.server import DemoServer
from crmdesk.ui import record_shelf
from crmdesk.ui.go_to import static_hits
from crmdesk.ui.palette import GoToAnything
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program, until
from tests.ui.house import state_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


async def look_at(p: Program, row: int) -> str:
    p.tab.go_to(row)
    record = p.tab.current_record()
    assert record is not None
    await until(lambda: p.space.panel.shown == record and p.space.panel.is_complete, PATIENCE_S)
    return record.key


def test_what_stands_a_while_is_recent_and_what_is_passed_is_not(
    play: Play, tmp_path: Path, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_shelf, "LOOKED_AT_MS", 120)

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            held = p.space.shelf.remembered
            await until(lambda: len(held.recent) == 1, PATIENCE_S)
            for row in range(1, 6):
                p.tab.go_to(row)
                await asyncio.sleep(0.01)
            last = await look_at(p, 6)
            await until(lambda: held.recent[0].record.key == last, PATIENCE_S)
            assert len(held.recent) == 2
            first = held.recent[1]
            assert static_hits(p.window, p.space)[0].title == held.recent[0].title
            p.keys("Ctrl+G")
            sheet = p.sheet(GoToAnything)
            assert sheet.hits.rowCount() == 2
            sheet._choose(1, False)
            await until(lambda: p.space.panel.shown == first.record, PATIENCE_S)

    play(journey())


def test_a_favourite_is_marked_by_star_or_key_and_stays(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await look_at(p, 2)
            star, held = p.space.panel.head.star, p.space.shelf.remembered
            assert star.isVisible()
            star.click()
            await until(lambda: len(held.favourites) == 1, PATIENCE_S)
            assert "take the mark away" in star.accessibleName()
            await look_at(p, 3)
            assert "Mark" in star.accessibleName()
            p.tab.grid.setFocus()
            p.keys("Ctrl+D")
            await until(lambda: len(held.favourites) == 2, PATIENCE_S)
            p.keys("Ctrl+D")
            await until(lambda: len(held.favourites) == 1, PATIENCE_S)
            title = held.favourites[0].title
        async with program(tmp_path, server) as p:
            await p.open()
            await until(lambda: len(p.space.shelf.remembered.favourites) == 1, PATIENCE_S)
            p.window.go_to_anything()
            sheet = p.sheet(GoToAnything)
            sheet.line.setText(title)
            assert sheet.hits.hit(0).where == "Favourite"  # type: ignore[union-attr]
            await until(lambda: "hit" in state_of(sheet), PATIENCE_S)
            hits = [sheet.hits.hit(row) for row in range(sheet.hits.rowCount())]
            payloads = [hit.payload for hit in hits if hit is not None and hit.title == title]
            assert len(payloads) == 1
            sheet.reject()

    play(journey())
