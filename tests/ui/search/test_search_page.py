# SPDX-License-Identifier: MIT
"""The search page: any fragment over all copies, grouped, fresh or marked; it opens what is chosen; stale never wins."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.demo.server import DemoServer
from crmdesk.engine.mirror import SearchAnswer
from crmdesk.ui.search.search_page import SearchPage
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


async def copied(p: Program, *names: str) -> None:
    """Copies of the account in front."""
    copying = p.space.copies.copying
    copying.update([m.name for m in p.space.modules if m.name in names])
    await until(lambda: not copying.busy, PATIENCE_S)


def page_of(p: Program) -> SearchPage:
    page = p.space.page
    assert isinstance(page, SearchPage)
    return page


def shown(page: SearchPage) -> list[str]:
    return [str(page.rows.index(row, 0).data()) for row in range(page.rows.rowCount())]


async def some_name(p: Program) -> str:
    tab = p.tab
    record = tab.rows.at(5)
    assert record is not None
    return tab._title(record)


def test_a_fragment_finds_records_of_every_account_and_return_opens_one(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            name = await some_name(p)
            await copied(p, "Accounts")
            await p.window.open_account(p.profile_of("Second"))
            await until(p.table_ready, PATIENCE_S)
            second = p.space
            await copied(p, "Accounts")
            p.keys("Ctrl+F3")
            page = page_of(p)
            assert page.line.hasFocus()
            page.line.setText(name[2:9])  # not typed: names have letters that QTest does not know
            await until(lambda: len([t for t in shown(page) if t == name]) == 2, PATIENCE_S)
            heads = [text for text in shown(page) if "·" in text and text != name]
            assert {head.split(" · ")[0] for head in heads} == {"Demo", "Second"}
            assert "in 2 accounts" in page.told.text()
            model = page.rows
            rows = [
                row for row in range(model.rowCount()) if (line := model.line(row)) and line.found.account == "demo"
            ]
            page._choose(rows[0])
            QTest.keyClick(page.line, Qt.Key.Key_Return)
            await until(lambda: p.space is not second and p.space.panel.shown is not None, PATIENCE_S)
            found = model.line(rows[0])
            assert found is not None
            await until(lambda: p.space.panel.shown == found.found.record, PATIENCE_S)

    play(journey(), 90)


def test_it_says_what_is_searched_and_when_nothing_fits(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.keys("Ctrl+F3")
            page = page_of(p)
            assert "copied to this computer" in page.empty.text()
            page.line.setText("zzyzx-nowhere")
            await until(lambda: page.empty.text().startswith("Nothing fits"), PATIENCE_S)
            page.line.clear()
            assert page.told.text() == ""

    play(journey())


def test_an_answer_for_what_no_longer_stands_there_is_not_shown(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            name = await some_name(p)
            await copied(p, "Accounts")
            p.keys("Ctrl+F3")
            page = page_of(p)
            page.line.setText(name)
            await until(lambda: page.rows.rowCount() > 1, PATIENCE_S)
            before = shown(page)
            p.desk.search.answered.emit(SearchAnswer(text="of an older letter", settled=True))
            assert shown(page) == before

    play(journey())


def test_the_page_is_there_again_at_the_next_visit(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.keys("Ctrl+F3")
            page_of(p).line.setText("espoo")
            p.space.close_tab(p.space.tabs.name_at(0))
            await p.window.leave(p.account.profile.id)
            p.window.run(p.window.open_account(p.profile), "account")
            await until(lambda: p.window.workspace is not None and isinstance(p.space.page, SearchPage), PATIENCE_S)
            assert page_of(p).line.text() == "espoo"

    play(journey())
