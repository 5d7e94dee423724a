# SPDX-License-Identifier: MIT
"""One account's part of the window: tabs, the record beside them, new and deleted records, its end."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName
from crmdesk.ui.sheets import Sheet
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, column, press, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def test_a_module_has_one_tab_unless_another_is_asked_for(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            first = await p.open()
            assert await p.show_module("Leads") is not first
            assert await p.show_module("Accounts") is first
            module = first.module
            p.window.open_module(module, apart=True)
            assert [t.module.name for t in p.space.tables] == ["Accounts", "Leads", "Accounts"]
            p.keys("Ctrl+PgDown")
            assert p.tab is first  # round and round
            p.keys("Ctrl+PgUp")
            assert p.tab is p.space.tables[2]
            QTest.mouseClick(p.space.tabs, Qt.MouseButton.MiddleButton, pos=p.space.tabs.tabRect(1).center())
            assert [t.module.name for t in p.space.tables] == ["Accounts", "Accounts"]

    play(journey())


def test_without_tabs_the_record_is_empty_and_nothing_breaks(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.space.close_tab()
            assert p.space.tables == ()
            assert p.space.panel.shown is None
            assert p.space.status() is None
            for what in (p.space.reload, p.space.new_record, p.space.delete_records, p.space.undo, p.space.close_tab):
                what()
            p.space.step(1)
            p.space.next_tab(1)
            assert p.told == ""

    play(journey())


def test_the_panel_follows_the_table_and_steps_it(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            await until(lambda: p.space.panel.shown == tab.current_record() and p.space.panel.is_complete, PATIENCE_S)
            p.keys("Alt+Down")
            assert tab.grid.currentIndex().row() == 1
            assert p.space.panel.shown == tab.current_record()
            p.keys("Alt+Up")
            p.keys("Alt+Up")
            assert tab.grid.currentIndex().row() == 0

    play(journey())


def test_a_link_leads_to_the_record_and_its_own_tab(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            contacts = await p.show_module("Contacts")
            row = contacts.rows.at(3)
            assert row is not None
            await p.show_module("Accounts")
            p.space.open_record(row.id)
            assert p.tab is contacts
            assert contacts.current_record() == row.id
            p.space.close_tab()
            p.space.open_record(row.id, apart=True)
            await until(lambda: p.tab.module.name == "Contacts" and p.space.panel.shown == row.id, PATIENCE_S)

    play(journey())


def test_new_records_are_pending_and_can_be_taken_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            count = tab.model.rowCount()
            p.keys("Ctrl+N")
            await until(lambda: tab.model.rowCount() == count + 1)
            assert column(tab, "accountname")[0] == "New account"
            assert p.space.panel.shown == tab.current_record()
            tab.grid.go_to(0, "accountname")
            tab.grid.setFocus()
            p.keys("Ctrl+Del")
            await until(lambda: any(s.isVisible() for s in p.window.findChildren(Sheet)))
            assert p.sheet(Sheet).windowTitle() == "Delete New account?"
            press(p.sheet(Sheet), "Delete")
            await until(lambda: tab.model.rowCount() == count)
            assert p.account.staged.count == 0
            assert not server.faults.seen

    play(journey())


def test_several_records_are_named_before_they_are_deleted(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            tab.grid.go_to(0, "accountname")
            tab.grid.extend_to(tab.model.index(11, 1))
            p.space.delete_records()
            await until(lambda: any(s.isVisible() for s in p.window.findChildren(Sheet)))
            sheet = p.sheet(Sheet)
            assert sheet.windowTitle() == "Delete 12 Accounts?"
            from PySide6.QtWidgets import QLabel

            told = "\n".join(label.text() for label in sheet.findChildren(QLabel))
            assert column(tab, "accountname")[0] in told
            assert "and 4 more" in told
            press(sheet, "Delete")
            await until(lambda: p.account.staged.count == 12)
            p.space.undo()
            await until(lambda: p.account.staged.count == 0)

    play(journey())


def test_a_module_without_the_right_says_so(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.show_module("Users")
            tab = p.tab
            for what, words in ((p.space.new_record, "may not add"), (p.space.delete_records, "may not delete")):
                from tests.ui.house import without

                tab.module = without(tab.module, "create", "delete")
                tab.grid.go_to(0)
                what()
                assert words in p.told
                p.window.messages.clear()
            assert p.account.staged.count == 0

    play(journey())


def test_review_without_changes_says_what_to_do(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.keys("Ctrl+Shift+Return")
            assert "Edit a cell" in p.told

    play(journey())


def test_who_takes_back_what_is_being_sent_learns_that_it_waits(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            record = await p.edit(0, "bill_city", "Oulu")
            staged = p.space.account.staged
            sent = staged.get(record)
            assert sent is not None
            staged.leaves(sent)
            p.keys("Ctrl+Z")
            await until(lambda: "being sent already" in p.told, PATIENCE_S)
            again = staged.get(record)
            assert again is not None
            assert again.values == {"bill_city": sent.base.values[FieldName("bill_city")]}

    play(journey())
