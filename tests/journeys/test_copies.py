# SPDX-License-Identifier: MIT
"""Copies on this computer: kept, shown at once, read and edited without the server, and what happens when it is back."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from crmdesk.demo.server import DemoServer
from crmdesk.domain.matching import folded
from crmdesk.ui.copies.copies_sheet import CopiesSheet
from crmdesk.ui.copies.reach import Standing
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.table_tab import TableTab
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, column, menu_of, press, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def kill(server: DemoServer) -> int:
    """Nobody answers there any more; the port it had."""
    port = server.port
    server.stop()
    return port


def revive(server: DemoServer, port: int) -> None:
    """The same server with the same records at the same address."""
    server._wanted_port = port
    server.start(warm=False)


async def keep(p: Program, *names: str) -> None:
    """Copy modules and wait until it is done."""
    copying = p.space.copies.copying
    copying.update([one.name for one in p.space.modules if one.name in names])
    await until(lambda: not copying.busy, PATIENCE_S)
    for name in names:
        state = p.account.mirror.known.state(next(m.name for m in p.space.modules if m.name == name))
        assert state is not None
        assert state.complete, state.trouble


async def out_of_the_copy(p: Program) -> TableTab:
    """The table in front shows the copy, every row known."""
    tab = p.tab
    tab.show_query()
    await until(lambda: tab.rows.view is not None and tab.rows.view.complete, PATIENCE_S)
    return tab


def test_a_copy_is_kept_by_the_trees_menu_and_shown_at_once(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            tree = p.window.side.tree
            menu = menu_of(tree, tree.modules.index_of(p.tab.module.name))
            entry = next(a for a in menu.actions() if a.text() == "Keep a copy on this computer")
            assert not entry.isChecked()
            entry.trigger()
            menu.close()
            copying = p.space.copies.copying
            await until(lambda: copying.busy and p.window.status.copying.isVisible(), PATIENCE_S)
            await until(lambda: not copying.busy, PATIENCE_S)
            assert "up to date" in p.told
            assert not p.window.status.copying.isVisible()
            tab = await out_of_the_copy(p)
            await until(lambda: not copying.busy, PATIENCE_S)
            assert tab.model.rowCount() == tab.rows.read > 20
            assert "copy of" in tab.status().rows
            before = len(server.seen)
            tab._on_sort(str(tab.model.columns[1].key), add=False)
            await until(lambda: tab.rows.view is not None and len(tab.rows.view.query.order) == 1, PATIENCE_S)
            shown = [text for text in column(tab, tab.model.columns[1].key) if text]
            assert shown == sorted(shown, key=folded)

            def ordered() -> list[str]:
                asked = [unquote_plus(one.request.query).lower() for one in list(server.seen)[before:]]
                return [text for text in asked if "order by" in text]

            assert ordered() == []  # a young copy needs no look at the server
            tab.reload()
            await until(lambda: tab.rows.view is None and tab.rows.read > 0, PATIENCE_S)
            assert "server" in tab.status().rows
            assert ordered() != []

    play(journey())


def test_users_are_never_copied_and_the_menu_says_why(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            tree = p.window.side.tree
            users = next(m for m in p.space.modules if m.name == "Users")
            menu = menu_of(tree, tree.modules.index_of(users.name))
            entry = next(a for a in menu.actions() if a.text() == "Keep a copy on this computer")
            assert not entry.isEnabled()
            assert "never copied" in entry.toolTip()
            menu.close()

    play(journey())


def test_the_sheet_copies_the_usual_modules_and_removes_one_after_a_question(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.keys("F4")
            sheet = p.sheet(CopiesSheet)
            assert sheet.model.rowCount() == 0
            press(sheet, "Copy the usual modules")
            await until(lambda: not p.space.copies.copying.busy and sheet.model.rowCount() > 4, 40)
            assert not sheet.usual.isVisible()
            assert " of 2 GB used" in sheet.room.text()
            assert all("as on the server at" in text for text in texts(sheet, 3)), texts(sheet, 3)
            count = sheet.model.rowCount()
            first = sheet.chosen
            assert first is not None
            press(sheet, "Remove…")
            await until(lambda: len(p.window.findChildren(Sheet)) > 1, PATIENCE_S)
            question = next(s for s in p.window.findChildren(Sheet) if s.windowTitle().startswith("Remove the copy"))
            press(question, "Remove the copy")
            await until(lambda: sheet.model.rowCount() == count - 1, PATIENCE_S)
            assert p.account.mirror.known.state(first.module) is None
            await p.close_sheets()

    play(journey(), 90)


def texts(sheet: CopiesSheet, at: int) -> list[str]:
    return [str(sheet.model.text(row, at)) for row in range(sheet.model.rowCount())]


def test_without_its_server_an_account_is_read_and_edited_and_comes_back_by_itself(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await keep(p, "Accounts")
            tab = await out_of_the_copy(p)
            port = kill(server)
            tab.reload()
            await until(lambda: p.space.offline.isVisible(), PATIENCE_S)
            assert "You see the copy of" in p.space.offline.text.text()
            assert "not known" in p.space.offline.text.text()
            await until(lambda: tab.rows.view is not None and tab.rows.view.complete, PATIENCE_S)
            assert tab.model.rowCount() > 20
            record = await p.edit(1, "bill_city", "Espoo")
            tab.grid.go_to(2)
            await until(lambda: p.space.panel.is_complete and p.space.panel.shown != record, PATIENCE_S)
            assert p.space.panel.head.fresh.text().startswith(("copy of", "server"))
            p.space.panel.tabs.choose("related")
            await until(lambda: "offline" in p.space.panel.pages.related._state.text(), PATIENCE_S)
            p.change_behind(record, bill_city="Vantaa")
            p.window.messages.clear()
            revive(server, port)
            p.space.reload()  # F5
            await until(lambda: p.space.copies.reach.standing is Standing.ONLINE, PATIENCE_S)
            assert not p.space.offline.isVisible()
            await until(lambda: "answers again" in p.told, PATIENCE_S)
            assert "what others changed" in p.told

    play(journey(), 90)


def test_the_last_workspace_stands_within_three_seconds_though_every_server_is_dead(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def first() -> None:
        async with program(tmp_path, server) as p:
            p.profile = replace(p.profile, temporary=False)
            p.desk.profiles.save(p.profile)
            await p.open()
            await keep(p, "Accounts")

    async def second() -> None:
        p = Program(tmp_path, server)
        try:
            kill(server)
            p.show()
            began = time.monotonic()
            p.window.run(p.window.start(), "start")
            await until(lambda: p.table_ready(), PATIENCE_S)
            assert time.monotonic() - began < 3
            assert p.tab.rows.view is not None
            assert p.window.side.tree.first_module() is not None
            await until(lambda: p.space.offline.isVisible(), PATIENCE_S)
            assert p.told == ""
            await until(lambda: p.space.panel.is_complete, PATIENCE_S)
        finally:
            await p.close()

    play(first())
    play(second())


def test_a_server_that_dies_in_the_middle_of_a_copy_is_told_and_the_next_update_goes_on(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            copying = p.space.copies.copying
            names = [m.name for m in p.space.modules if m.name in ("Accounts", "Contacts", "Leads")]
            ports: list[int] = []

            def die() -> None:
                if copying.progress is not None and copying.progress.module_number == 2 and not ports:
                    ports.append(kill(server))

            copying.changed.connect(die)
            copying.update(names)
            await until(lambda: not copying.busy, 40)
            copying.changed.disconnect(die)
            assert ports
            known = p.account.mirror.known
            assert known.state(names[0]) is not None
            assert ":" in p.told  # which module, and why
            revive(server, ports[0])
            p.space.reload()
            await until(lambda: p.space.copies.reach.is_online, PATIENCE_S)
            copying.update(names)
            await until(lambda: not copying.busy, 40)
            assert all((s := p.account.mirror.known.state(n)) is not None and s.complete for n in names)

    play(journey(), 120)


def test_the_cross_in_the_status_bar_stops_an_update(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            copying = p.space.copies.copying
            copying.update([m.name for m in p.space.modules if m.name in ("Accounts", "Contacts", "Leads")])
            await until(lambda: p.window.status.copying.isVisible(), PATIENCE_S)
            QTest.mouseClick(p.window.status.copying.stop, Qt.MouseButton.LeftButton)
            assert not copying.busy
            await asyncio.sleep(0.05)
            await copying.drop_all()  # waits until it has ended
            assert not p.window.status.copying.isVisible()
            assert p.account.mirror.known.modules == ()
            assert not [b for b in p.window.findChildren(QPushButton) if b.text() == "Stop" and b.isVisible()]

    play(journey())


def test_what_others_change_comes_into_the_table_in_place(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await keep(p, "Accounts")
            tab = await out_of_the_copy(p)
            tab.grid.go_to(3)
            record = tab.rows.at(3)
            assert record is not None
            before = tab.rows.view
            p.change_behind(record.id, bill_city="Rovaniemi", modifiedtime="2030-01-01 00:00:00")
            p.space.copies.look(tab.module.name, by_hand=True)
            await until(lambda: (now := tab.rows.at(3)) is not None and "Rovaniemi" in now.values.values(), PATIENCE_S)
            await until(lambda: "Rovaniemi" in column(tab, "bill_city"), PATIENCE_S)
            assert tab.rows.view is before
            assert tab.grid.currentIndex().row() == 3

    play(journey())
