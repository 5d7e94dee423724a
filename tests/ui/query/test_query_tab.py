# SPDX-License-Identifier: MIT
"""The query tab over the fake vendor: run, stop, refuse, sort, open, remember."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import RecordId, VendorName
from crmdesk.ui.query import query_history
from crmdesk.ui.query.query_tab import QueryTab
from tests.engine.fake_roles import RoleServer, plugin_with_roles
from tests.engine.fake_vendor import ACCOUNTS, MODULE
from tests.journeys.conftest import Play
from tests.ui.house import house
from tests.ui.waiting import host, until

ROWS = tuple({"id": f"a{i}", "accountname": f"Company {9 - i}", "employees": str(i * 7 % 5)} for i in range(9))


@contextlib.asynccontextmanager
async def a_tab(folder: Path, server: RoleServer) -> AsyncIterator[QueryTab]:
    async with house(folder, server=server) as h:
        vars(h.desk)["plugins"] = {VendorName("fake"): plugin_with_roles(server)}
        account = await h.account()
        await account.session.identity()
        with host() as window:
            tab = QueryTab(account, h.formats, MODULE)
            layout = window.layout()
            assert layout is not None
            window.field.hide()
            layout.addWidget(tab)
            tab.editor.setFocus()
            try:
                await until(lambda: not tab._scope.busy)
                yield tab
            finally:
                await tab.aclose()
                layout.removeWidget(tab)
                tab.deleteLater()
    assert h.errors == []


async def run(tab: QueryTab, text: str) -> None:
    """Type over everything and press Ctrl+Return, then wait for the answer."""
    tab.editor.selectAll()
    QTest.keyClicks(tab.editor, text)
    QTest.keyClick(tab.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: not tab.running)


def texts(tab: QueryTab, key: str) -> list[str | None]:
    at = tab.model.column_at(key)
    return [tab.model.text(row, at) for row in range(tab.model.rowCount())]


def test_an_example_runs_and_its_rows_stand_in_the_grid(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer(rows=ROWS)
        async with a_tab(tmp_path, server) as tab:
            (example,) = [b for b in tab.start_page.findChildren(QPushButton) if b.text() == "Run"]
            QTest.mouseClick(example, Qt.MouseButton.LeftButton)
            await until(lambda: tab.result is not None and not tab.running)
            assert tab.editor.toPlainText() == "select * from Accounts limit 10"
            assert tab.model.rowCount() == 9
            assert tab.grid.isVisible()
            assert tab.status().rows == "9 rows"
            assert [c.title for c in tab.model.columns] == ["id", "accountname", "employees"]
            assert await query_history.recall(tab.account.storage) == ["select * from Accounts limit 10"]

    play(scene())


def test_a_refusal_stands_in_place_and_the_text_is_kept(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer(rows=ROWS)
        server.fail("run_query", Invalid("Only a select can be run here."))
        async with a_tab(tmp_path, server) as tab:
            await run(tab, "delete from Accounts")
            assert tab.note.isVisible()
            assert tab.note.text_label.text() == "Only a select can be run here."
            assert tab.editor.toPlainText() == "delete from Accounts"
            assert tab.editor.hasFocus()
            assert await query_history.recall(tab.account.storage) == []
            await run(tab, "select * from Accounts")
            assert not tab.note.isVisible()

    play(scene())


def test_stop_gives_up_and_keeps_the_text(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer(rows=ROWS)
        gate = server.hold("run_query")
        async with a_tab(tmp_path, server) as tab:
            QTest.keyClicks(tab.editor, "select * from Accounts")
            assert not tab.stop_button.isVisible()
            tab.run()
            await until(server.begun["run_query"].is_set)
            assert tab.stop_button.isVisible()
            assert not tab.run_button.isVisible()
            QTest.mouseClick(tab.stop_button, Qt.MouseButton.LeftButton)
            await until(lambda: not tab.running)
            assert tab.run_button.isVisible()
            assert tab.result is None
            assert tab.editor.toPlainText() == "select * from Accounts"
            gate.set()

    play(scene())


def test_only_the_selected_text_runs(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer(rows=ROWS)
        async with a_tab(tmp_path, server) as tab:
            tab.editor.setPlainText("select 1; select 2")
            cursor = tab.editor.textCursor()
            cursor.setPosition(0)
            cursor.setPosition(8, cursor.MoveMode.KeepAnchor)
            tab.editor.setTextCursor(cursor)
            tab.run()
            await until(lambda: tab.result is not None)
            assert [about for name, about in server.log if name == "run_query"] == ["select 1"]
            tab.editor.setPlainText("  ")
            tab.run()
            assert "Type a query first" in tab.note.text_label.text()

    play(scene())


def test_headers_sort_here_and_it_is_said(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        async with a_tab(tmp_path, RoleServer(rows=ROWS)) as tab:
            await run(tab, "select * from Accounts")
            tab.grid.sort_requested.emit("employees", False)
            assert texts(tab, "employees") == sorted(row["employees"] for row in ROWS)
            assert tab.status().local == "sorted here, not by the server"
            tab.grid.sort_requested.emit("employees", False)
            assert texts(tab, "employees") == sorted((row["employees"] for row in ROWS), reverse=True)
            await run(tab, "select * from Accounts where 1")  # the order stays with the columns
            assert texts(tab, "employees") == sorted((row["employees"] for row in ROWS), reverse=True)
            tab.grid.sort_requested.emit("employees", False)
            assert texts(tab, "id") == [row["id"] for row in ROWS]

    play(scene())


def test_a_row_opens_its_record(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        async with a_tab(tmp_path, RoleServer(rows=ROWS)) as tab:
            wanted: list[tuple[RecordId, bool]] = []
            tab.record_wanted.connect(lambda record, apart: wanted.append((record, apart)))
            await run(tab, "select * from Accounts")
            tab.grid.sort_requested.emit("accountname", False)  # the ninth comes first
            tab.grid.go_to(0, "id")
            tab.grid.setFocus()
            QTest.keyClick(tab.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            tab.grid.opened.emit(1)
            assert wanted == [(RecordId(ACCOUNTS, "a8"), False), (RecordId(ACCOUNTS, "a7"), False)]

    play(scene())


def test_rows_are_saved_as_they_stand(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        async with a_tab(tmp_path, RoleServer(rows=ROWS)) as tab:
            told: list[str] = []
            tab.info.connect(told.append)
            assert not tab.save_button.isEnabled()
            await run(tab, "select * from Accounts")
            assert tab.save_button.isEnabled()
            tab.grid.sort_requested.emit("accountname", False)
            tab.save(tmp_path / "out.csv")
            await until(lambda: bool(told))
            lines = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
            assert lines[:2] == ["id,accountname,employees", "a8,Company 1,1"]

    play(scene())


def test_earlier_queries_come_back_newest_first(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        async with a_tab(tmp_path, RoleServer(rows=ROWS)) as tab:
            for text in ("select 1", "select 2", "select 1"):
                await run(tab, text)
            shown = [action.text() for action in tab.history_menu.actions()]
            assert shown == ["select 1", "select 2"]
            tab.history_menu.actions()[1].trigger()
            assert tab.editor.toPlainText() == "select 2"
            tab.editor.undo()
            assert tab.editor.toPlainText() == "select 1"

    play(scene())


@pytest.mark.parametrize("saved", ["{half", "7", '[1, null, "select 1"]'])
def test_whatever_was_remembered_is_read(play: Play, tmp_path: Path, saved: str) -> None:
    async def scene() -> None:
        async with house(tmp_path) as h:
            account = await h.account()
            await account.storage.remember("queries", saved)
            assert await query_history.recall(account.storage) == (["select 1"] if "select" in saved else [])
            for i in range(60):
                await query_history.note(account.storage, f"select {i}")
            kept = await query_history.recall(account.storage)
            assert len(kept) == query_history.MOST_KEPT
            assert kept[0] == "select 59"

    play(scene())
