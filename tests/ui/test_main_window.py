# SPDX-License-Identifier: MIT
"""The window: from the welcome page to accounts and back, what it remembers, how it closes."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from crmdesk.demo.server import DemoServer
from crmdesk.engine.profiles import Environment
from crmdesk.ui.accounts.profile_dialog import ProfileDialog
from crmdesk.ui.sheets import Sheet
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, column, press, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def test_the_first_start_has_two_doors(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            p.show()
            await p.window.start()
            assert p.window.welcome.isVisible()
            assert p.window.workspace is None
            assert p.window.status._link.text() == "No account open"
            press(p.window.welcome, "Open the demo")
            await until(p.table_ready, PATIENCE_S)
            assert p.window.side.account.name_text == "Demo"
            await until(lambda: "Administrator" in p.window.side.account.detail_text, PATIENCE_S)
            assert p.window._band.property("role") == "band-green"

    play(journey())


def test_add_an_account_by_its_dialog_then_remove_it(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            p.show()
            await p.window.start()
            given = server.account("crmplus")
            press(p.window.welcome, "Add an account")
            dialog = p.sheet(ProfileDialog)
            for key, text in (
                ("name", "Nordwind"),
                ("address", given["url"]),
                ("field:user", "admin"),
                ("field:access_key", given["secrets"]["access_key"]),
            ):
                line = dialog.form.line_of(key)
                assert isinstance(line, QLineEdit)
                line.setText(text)
                line.textEdited.emit(text)
            press(dialog, "Save")
            await until(lambda: p.table_ready() or "keychain" in dialog.note_text, PATIENCE_S)
            if not p.table_ready():  # no keychain here: it says so before it goes on with the key of this run
                press(dialog, "Open")
            await until(p.table_ready, PATIENCE_S)
            assert p.account.profile.name == "Nordwind"
            assert [x.name for x in p.desk.profiles.all()] == ["Nordwind"]
            assert p.settings.value("account") == str(p.account.profile.id)
            p.window.accounts.remove(p.account.profile)
            question = p.sheet(Sheet)
            assert question.windowTitle() == "Remove Nordwind?"
            press(question, "Remove")
            await until(lambda: p.window.welcome.isVisible(), PATIENCE_S)
            assert p.desk.profiles.all() == ()
            assert p.window.workspaces == {}

    play(journey())


def test_two_accounts_keep_their_own_tables_and_counts(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.show_module("Leads")
            record = await p.edit(0, "city", "Espoo")
            other = replace(p.profile_of("Other"), environment=Environment.READ_ONLY, colour="red")
            p.window.run(p.window.open_account(other), "account")
            await until(lambda: p.table_ready() and p.account.profile.id == other.id, PATIENCE_S)
            assert [t.module.name for t in p.space.tables] == ["Accounts"]
            assert not p.space.staged.isVisible()
            assert p.window._band.property("role") == "band-red"
            assert p.account.staged.count == 0
            p.window.run(p.window.open_account(p.profile), "account")
            await until(lambda: p.account.profile.id == p.profile.id, PATIENCE_S)
            assert [t.module.name for t in p.space.tables] == ["Accounts", "Leads"]
            assert p.account.staged.get(record) is not None
            tree = p.window.side.tree.modules
            await until(lambda: bool(tree.data(tree.index_of(p.tab.module.name), 258)), PATIENCE_S)

    play(journey())


def test_an_account_whose_settings_changed_is_opened_anew(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            record = await p.edit(0, "bill_city", "Espoo")
            before = p.space
            p.profile = replace(p.profile, environment=Environment.READ_ONLY)
            await p.window.accounts._on_saved(p.profile)
            await until(p.table_ready, PATIENCE_S)
            assert p.space is not before
            assert not p.account.profile.may_write
            assert p.account.staged.get(record) is not None  # it lay on disk

    play(journey())


def test_the_last_account_opens_at_the_next_start(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.desk.save(replace(p.profile, temporary=False), {})
            p.settings.setValue("account", str(p.profile.id))
        async with program(tmp_path, server) as p:
            p.show()
            await p.window.start()
            await until(p.table_ready, PATIENCE_S)
            assert p.account.profile.name == "Demo"

    play(journey())


def test_an_account_file_that_cannot_be_read_is_said(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "accounts.json").write_text("{half")
        async with program(tmp_path, server) as p:
            p.show()
            await p.window.start()
            assert "accounts.json" in p.told
            assert p.window.welcome.isVisible()

    play(journey())


def test_favourites_are_kept(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            tree = p.window.side.tree
            leads = next(m for m in p.space.modules if m.name == "Leads")
            tree.favourite_toggled.emit(leads)
            await until(lambda: tree.modules.index_of(leads.name).parent().row() == 0)
            assert tree.modules.index(0, 0).data() == "Favourites"
        async with program(tmp_path, server) as p:
            await p.open()
            model = p.window.side.tree.modules
            first = model.index(0, 0)
            names = [model.index(row, 0, first).data() for row in range(model.rowCount(first))]
            assert "Leads" in names

    play(journey())


def test_go_to_anything_finds_modules_commands_and_records(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            name = column(tab, "accountname")[5]
            p.keys("Ctrl+K")
            QTest.keyClicks(p.focused(), "leads")
            QTest.keyClick(p.focused(), Qt.Key.Key_Return)
            await until(lambda: p.table_ready() and p.tab.module.name == "Leads", PATIENCE_S)
            p.keys("Ctrl+K")
            QTest.keyClicks(p.focused(), "light or dark")
            QTest.keyClick(p.focused(), Qt.Key.Key_Return)
            from crmdesk.ui.theme import theme

            await until(lambda: theme().dark)
            p.window.at_work.toggle_dark()
            p.keys("Ctrl+K")
            from crmdesk.ui.palette import GoToAnything

            palette = p.sheet(GoToAnything)
            palette.line.setText(name)  # whole, whatever script it is written in
            await until(lambda: any(h.kind == "record" for h in palette.hits._hits), PATIENCE_S)
            hit = next(h for h in palette.hits._hits if h.kind == "record")
            palette.chosen.emit(hit, False)
            palette.reject()
            await until(lambda: p.space.panel.shown == hit.payload, PATIENCE_S)

    play(journey())


def test_f6_or_ctrl_m_reach_the_modules_and_esc_comes_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.keys("Ctrl+M")
            assert QApplication.focusWidget() is p.window.side.filter
            QTest.keyClicks(p.focused(), "cont")
            QTest.keyClick(p.focused(), Qt.Key.Key_Return)
            await until(lambda: p.table_ready() and p.tab.module.name == "Contacts", PATIENCE_S)
            QTest.keyClick(p.window.side.filter, Qt.Key.Key_Escape)
            assert p.window.side.filter.text() == ""

    play(journey())


def test_esc_closes_the_message_on_top(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            p.window.messages.show_info("one")
            p.window.messages.show_info("two")
            tab.grid.setFocus()
            QTest.keyClick(tab.grid, Qt.Key.Key_Escape)
            assert p.told == "one"
            QTest.keyClick(tab.grid, Qt.Key.Key_Escape)
            assert p.told == ""

    play(journey())


def test_places_are_remembered(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.window.body.setSizes([300, 1140])
            sizes = p.window.body.sizes()
        assert p.settings.value("geometry")
        async with program(tmp_path, server) as p:
            p.show()
            p.window.run(p.window.accounts.open_demo(), "account")
            await until(p.table_ready, PATIENCE_S)
            assert abs(p.window.body.sizes()[0] - sizes[0]) < 8

    play(journey())


def test_closing_twice_is_closing_once(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            ended: list[int] = []
            p.window.finished.connect(lambda: ended.append(1))
            QApplication.setQuitOnLastWindowClosed(False)  # as the app has it
            p.window.close()
            p.window.close()
            await asyncio.wait_for(p.closed.wait(), 10)
            await asyncio.sleep(0.05)
            assert ended == [1]

    play(journey())


def test_an_account_in_the_clear_says_so_beside_its_connection(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            assert p.window.status._clear.isHidden(), "this computer is no network"
            p.window.bring_to_front(p.space, replace(p.profile, url="http://crm.example.com"), "")
            assert not p.window.status._clear.isHidden()
            p.window.bring_to_front(p.space, p.profile, "")
            assert p.window.status._clear.isHidden()

    play(journey())
