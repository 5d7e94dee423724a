# SPDX-License-Identifier: MIT
"""A line that offers: asks once, says why there is nothing, and forgets a choice as soon as the text is another."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.form.lines import Line
from crmdesk.ui.form.offering_editor import OfferingEditor
from crmdesk.ui.formats import Formats
from tests.ui.form.conftest import a_field

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
Show = Callable[[QWidget], QMainWindow]
TOWNS = ("Turku", "Tampere", "Tallinn")


class TownEditor(OfferingEditor):
    """Offers towns; remembers what it was asked."""

    def __init__(self, formats: Formats) -> None:
        super().__init__(a_field("town"), formats, None)
        self.asked: list[str] = []
        self.chosen: object = None

    def _search_for(self, text: str) -> None:
        self.asked.append(text)
        self.offer([(Line(title=one), one.upper()) for one in TOWNS if one.startswith(text)], "No such town.")

    def _choose(self, hit: object) -> None:
        self.chosen = hit


@pytest.fixture
def towns(formats: Formats, shown: Show, qtbot: QtBot) -> TownEditor:
    editor = TownEditor(formats)
    shown(editor)
    editor.set_value("")
    editor.begin()
    qtbot.waitUntil(editor.line.hasFocus)
    return editor


def held(editor: TownEditor) -> tuple[object, str]:
    return editor.chosen, editor.line.text()


def titles(editor: OfferingEditor) -> list[str]:
    model = editor.completer.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_fast_typing_asks_once(towns: TownEditor, qtbot: QtBot) -> None:
    QTest.keyClicks(towns.line, "Ta")
    assert towns.asked == []
    qtbot.waitUntil(towns.popup.isVisible)
    assert towns.asked == ["Ta"]
    assert titles(towns) == ["Tampere", "Tallinn"]


def test_down_offers_anything_and_return_takes_what_is_marked(towns: TownEditor, qtbot: QtBot) -> None:
    QTest.keyClick(towns.line, Qt.Key.Key_Down)
    assert towns.asked == [""]
    qtbot.waitUntil(towns.popup.isVisible)
    QTest.keyClick(towns.popup, Qt.Key.Key_Down)
    with qtbot.waitSignal(towns.committed):
        QTest.keyClick(towns.popup, Qt.Key.Key_Return)
    assert held(towns) == ("TURKU", "Turku")


def test_why_there_is_nothing_stands_in_the_list_and_cannot_be_chosen(towns: TownEditor, qtbot: QtBot) -> None:
    QTest.keyClicks(towns.line, "Rome")
    qtbot.waitUntil(towns.popup.isVisible)
    assert titles(towns) == ["No such town."]
    QTest.keyClick(towns.popup, Qt.Key.Key_Down)
    QTest.keyClick(towns.popup, Qt.Key.Key_Return)
    assert held(towns) == (None, "Rome")


def test_text_pasted_over_a_choice_is_not_that_choice(towns: TownEditor, qtbot: QtBot) -> None:
    """Choose, then paste: the pasted text counts, though no letter was typed."""
    QTest.keyClick(towns.line, Qt.Key.Key_Down)
    qtbot.waitUntil(towns.popup.isVisible)
    QTest.keyClick(towns.popup, Qt.Key.Key_Down)
    QTest.keyClick(towns.popup, Qt.Key.Key_Return)
    assert held(towns) == ("TURKU", "Turku")
    QGuiApplication.clipboard().setText("Oulu")
    towns.line.selectAll()
    towns.line.paste()
    assert held(towns) == (None, "Oulu")


def test_the_key_that_opens_it_begins_the_text(towns: TownEditor, qtbot: QtBot) -> None:
    towns.set_value("Lahti")
    towns.begin("T")
    assert towns.line.text() == "T"
    qtbot.waitUntil(lambda: towns.asked == ["T"])
