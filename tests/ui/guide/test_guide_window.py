# SPDX-License-Identifier: MIT
"""The Help window lists, finds, turns pages and follows links by mouse and by key."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.guide.guide_window import GuideWindow
from crmdesk.ui.guide.pages import read_pages


@pytest.fixture
def guide(qtbot: QtBot) -> Iterator[GuideWindow]:
    owner = QWidget()
    qtbot.addWidget(owner)
    made = GuideWindow(owner, read_pages())
    made.open_page()
    qtbot.waitExposed(made)
    yield made
    made.close()  # and the owner lived as long


def test_it_opens_at_the_first_page_with_its_picture(guide: GuideWindow) -> None:
    assert guide.name == "first-minutes"
    assert guide.text.toPlainText().startswith("The first five minutes")
    assert guide.list.count() == len(guide.pages)


def test_a_link_turns_the_page(guide: GuideWindow) -> None:
    guide.text.anchorClicked.emit(QUrl("06-review.md"))
    assert guide.name == "review"
    assert guide.list.currentItem().text() == "Review and apply"


def test_typing_narrows_the_list_and_shows_the_best_page(guide: GuideWindow) -> None:
    QTest.keySequence(guide, "Ctrl+F")
    QTest.keyClicks(guide.search, "spreadsheet paste")
    assert guide.list.count() < len(guide.pages)
    assert guide.name == "edit"
    QTest.keyClicks(guide.search, " zzyzx")
    assert guide.list.count() == 0
    assert guide.name == "edit"
    guide.search.clear()
    assert guide.list.currentItem().text() == "Change records"


def test_keys_turn_pages_and_close(guide: GuideWindow) -> None:
    QTest.keySequence(guide, "Alt+Right")
    assert guide.name == "account"
    QTest.keySequence(guide, "Alt+Left")
    assert guide.name == "first-minutes"
    QTest.keyClick(guide, Qt.Key.Key_Escape)
    assert not guide.isVisible()


def test_a_page_by_name(guide: GuideWindow) -> None:
    guide.open_page("documents")
    assert guide.windowTitle() == "Help"
    assert "Lines cannot vanish" in guide.text.toPlainText()
    guide.open_page("no such page")
    assert guide.name == "first-minutes"
