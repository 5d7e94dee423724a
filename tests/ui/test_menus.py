# SPDX-License-Identifier: MIT
"""The menus: every action has a key of its own that works, and is enabled exactly when it can be done."""

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.ui.help_sheets import KeysSheet
from crmdesk.ui.main_window import MainWindow
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
NO_KEY = {"As the system", "Light", "Dark", "High contrast", "About crmdesk"}


def words(action: QAction) -> str:
    return action.text().replace("&", "")


def enabled(window: MainWindow) -> set[str]:
    return {words(action) for action in window.menus.commands()}


def action(window: MainWindow, begins: str) -> QAction:
    return next(a for a in window.actions() if words(a).startswith(begins))


def test_every_action_has_a_key_but_a_few(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            assert {words(a) for a in p.window.actions() if not a.shortcuts()} == NO_KEY

    play(journey())


def test_no_two_actions_share_a_key(play: Play, tmp_path: Path, server: DemoServer) -> None:
    """Qt runs neither of two actions that answer to one key."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            keys = [key.toString() for a in p.window.actions() for key in a.shortcuts()]
            assert [key for key, count in Counter(keys).items() if count > 1] == []
            taken = {QKeySequence(key).toString() for key in keys}
            inner = [s.key().toString() for s in p.window.findChildren(QShortcut)]
            assert sorted(taken & set(inner)) == []

    play(journey())


def test_no_key_is_one_that_a_keyboard_types_letters_with(play: Play, tmp_path: Path, server: DemoServer) -> None:
    """Ctrl+Alt is AltGr on Windows: Ctrl+Alt+Q types @ in Germany, Ctrl+Alt+E types € in most of Europe."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            keys = [key for a in p.window.actions() for key in a.shortcuts()]
            keys += [shortcut.key() for shortcut in p.window.findChildren(QShortcut)]
            named = [key.toString(QKeySequence.SequenceFormat.PortableText) for key in keys]
            assert len(named) > 50
            assert [name for name in named if "Ctrl+" in name and "Alt+" in name] == []

    play(journey())


def test_keys_of_the_record_work_inside_the_record(play: Play, tmp_path: Path, server: DemoServer) -> None:
    """Next record and reload, with the focus in the record's form: ambiguous keys do nothing at all."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            await until(lambda: p.space.panel.is_complete and tab.grid.currentIndex().row() == 0, PATIENCE_S)
            inside: QWidget = p.space.panel.tabs
            inside.setFocus()
            QTest.keyClick(inside, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
            assert tab.grid.currentIndex().row() == 1
            QTest.keyClick(inside, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
            assert tab.grid.currentIndex().row() == 0
            await until(lambda: p.space.panel.is_complete and not p.account.session.busy, PATIENCE_S)
            before = len(server.seen)
            QTest.keyClick(inside, Qt.Key.Key_F5)
            await until(lambda: len(server.seen) > before, PATIENCE_S)

    play(journey())


def test_what_can_be_done_without_an_account(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            p.show()
            can = enabled(p.window)
            assert {
                "Add an account…",
                "Open the demo",
                "Quit",
                "Go to anything…",
                "Larger text",
                "Keyboard map…",
            } <= can
            needs_account = {"Edit this account…", "Review and apply…", "Reload", "Account details…", "Undo", "Redo"}
            needs_table = {"New", "Delete…", "Add a filter", "Close tab", "Find in this table", "Columns…"}
            assert not can & (needs_account | needs_table)
            await p.open()
            can = enabled(p.window)
            assert (needs_account | needs_table) - can == {"Undo", "Redo"}
            p.space.close_tab()
            can = enabled(p.window)
            assert not can & needs_table
            assert "Reload" in can

    play(journey())


def test_undo_names_what_it_takes_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.edit(0, "bill_city", "Espoo")
            undo, redo = action(p.window, "Undo"), action(p.window, "Redo")
            assert words(undo) == "Undo Edit"
            assert undo.isEnabled()
            assert not redo.isEnabled()
            undo.trigger()
            await until(redo.isEnabled)
            assert not undo.isEnabled()
            assert words(redo) == "Redo Edit"

    play(journey())


def test_sheets_of_the_menus_open_and_close_by_key(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()

            def shown() -> list[str]:
                return [s.windowTitle() for s in p.window.findChildren(Sheet) if s.isVisible()]

            for begins, title in (
                ("Keyboard map…", "Keyboard map"),
                ("About", "About crmdesk"),
                ("Columns", "Columns"),
                ("Go to", "Go to anything"),
                ("Add an account", ""),
                ("Fields of", "Fields of"),
                ("Account details", ""),
            ):
                action(p.window, begins).trigger()
                await until(lambda: len(shown()) == 1, PATIENCE_S)
                assert title in shown()[0]
                await p.close_sheets()
                assert shown() == []

    play(journey())


def test_keys_sheet_lists_every_key(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            p.show()
            action(p.window, "Keyboard map…").trigger()
            shown = p.sheet(KeysSheet).list
            every = shown.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
            lines = [item for item in every if item.childCount() == 0]
            assert all(shown.visualItemRect(line).height() > 0 for line in lines)
            for one in p.window.actions():
                if one.isVisible() and not one.shortcut().isEmpty():
                    assert any(one.shortcut().toString() in line.text(1).split(", ") for line in lines)
                    assert any(line.text(0).endswith(words(one)) for line in lines)

    play(journey())


def test_scheme_and_text_size_are_checked_and_remembered(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        try:
            async with program(tmp_path, server) as p:
                p.show()
                action(p.window, "Dark").trigger()
                assert theme().choice is Scheme.DARK
                assert action(p.window, "Dark").isChecked()
                assert not action(p.window, "Light").isChecked()
                action(p.window, "Larger text").trigger()
                assert p.window.preferences.text("scheme") == "dark"
                assert p.window.preferences.number("text_percent") == 110
                for _ in range(12):
                    action(p.window, "Larger text").trigger()
                assert theme().text_scale == 2.0
                for _ in range(20):
                    action(p.window, "Smaller text").trigger()
                assert theme().text_scale == 0.8
        finally:
            theme().choose(Scheme.LIGHT)
            theme().set_text_scale(1.0)

    play(journey())
