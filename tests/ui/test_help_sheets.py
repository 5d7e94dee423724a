# SPDX-License-Identifier: MIT
"""The keyboard map in the window, and the page about the program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk import __version__
from crmdesk.demo.server import DemoServer
from crmdesk.engine.licences import Work, shipped
from crmdesk.ui.help_sheets import AboutSheet, KeysSheet
from crmdesk.ui.key_map import KeyLine
from tests.journeys.conftest import Play
from tests.journeys.program import program
from tests.ui.house import press
from tests.ui.waiting import Host, host


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Host]:
    with host() as made:
        yield made


def test_typing_finds_actions_by_word_group_and_key(window: Host) -> None:
    sheet = KeysSheet()
    sheet.open_in(window)
    assert [line.what for line in sheet.matching("f9")] == ["Light or dark"]
    QTest.keyClicks(sheet.search, "lines of a")
    assert {line.group for line in sheet.matching(sheet.search.text())} == {"In the lines of a document"}
    press(sheet, "Copy as text")
    assert QGuiApplication.clipboard().text() == sheet.text()
    assert "Fill down" in sheet.text()
    assert "Settings" not in sheet.text()


def test_long_keys_wrap_and_nothing_is_said_so(window: Host) -> None:
    sheet = KeysSheet()
    sheet.open_in(window)
    shown = sheet.list
    shown.show_lines([KeyLine("Table", "Go", "F2"), KeyLine("Table", "Go far", "Ctrl+Shift+Something, " * 9)])
    items = shown.findItems("Go", Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchRecursive)
    short, long = (shown.visualItemRect(item).height() for item in items)
    assert long > 3 * short > 0
    assert not shown.horizontalScrollBar().isVisible()
    QTest.keyClicks(sheet.search, "qqqq")
    nothing = shown.topLevelItem(0)
    assert nothing is not None
    assert (shown.topLevelItemCount(), nothing.text(0)) == (1, "Nothing is called so.")


def test_it_is_written_to_a_file_and_a_failure_is_told(window: Host, tmp_path: Path) -> None:
    sheet = KeysSheet()
    sheet.open_in(window)
    sheet.save(tmp_path / "keys.txt")
    assert "Go to anything" in (tmp_path / "keys.txt").read_text("utf-8")
    sheet.save(tmp_path / "no" / "keys.txt")
    assert sheet._note.isVisibleTo(sheet)


def test_a_question_mark_opens_it_also_from_the_table(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.tab.grid.setFocus()
            QTest.keyClick(p.tab.grid, Qt.Key.Key_Question)  # a keyboard's Shift is part of the sign
            p.sheet(KeysSheet).reject()
            assert p.tab.bar is not None
            p.tab.focus_search()
            QTest.keyClicks(p.tab.bar.search, "a?")
            assert p.tab.bar.search.text() == "a?"

    play(journey())


def test_about_tells_versions_and_every_licence(window: Host) -> None:
    sheet = AboutSheet(
        lambda: (Work("crmdesk 1", "MIT", "Ours."), Work("lib 2", "", ""), Work("other 3", "BSD", "Theirs."))
    )
    sheet.open_in(window)
    assert sheet.body.toPlainText() == "Ours."
    sheet.list.setCurrentRow(2)
    assert sheet.body.toPlainText() == "Theirs."
    sheet.list.setCurrentRow(1)
    assert "No text" in sheet.body.toPlainText()
    press(sheet, "Copy versions")
    told = QGuiApplication.clipboard().text()
    assert f"crmdesk: {__version__}" in told
    assert "Python: 3." in told
    assert "Qt: 6." in told


def test_from_a_checkout_every_dependency_is_there(window: Host) -> None:
    sheet = AboutSheet(shipped)
    names = [sheet.list.item(row).text() for row in range(sheet.list.count())]
    assert names[0].startswith("crmdesk ")
    for wanted in ("Python", "PySide6", "requests", "lxml", "zeep", "keyring"):
        assert any(name.lower().startswith(wanted.lower()) for name in names), wanted
