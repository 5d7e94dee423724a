# SPDX-License-Identifier: MIT
"""Editing in the grid: who gives the editor, what it begins with, what is asked when it closes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.record_grid import RecordGrid
from tests.ui.table.conftest import go, place, wheel

KEY = Qt.Key


@pytest.fixture
def edits(grid: RecordGrid) -> list[tuple[int, str, str]]:
    asked: list[tuple[int, str, str]] = []
    grid.records.edit_requested.connect(lambda *what: asked.append(what))
    return asked


def editor_of(grid: RecordGrid) -> QLineEdit:
    editor = grid.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    return editor


def test_f2_edits_and_return_goes_down(grid: RecordGrid, qtbot: QtBot, edits: list[tuple[int, str, str]]) -> None:
    index = go(grid, 1, "city")
    QTest.keyClick(grid, KEY.Key_F2)
    editor = editor_of(grid)
    assert (editor.text(), editor.accessibleName()) == ("København", "Billing city")
    assert editor.geometry().intersects(grid.visualRect(index))
    editor.setText("Espoo")
    QTest.keyClick(editor, KEY.Key_Return)
    qtbot.waitUntil(lambda: place(grid) == (2, "city"))
    assert edits == [(1, "city", "Espoo")]


def test_typing_replaces_and_tab_goes_right(grid: RecordGrid, qtbot: QtBot, edits: list[tuple[int, str, str]]) -> None:
    go(grid, 1, "name")
    QTest.keyClick(grid, KEY.Key_X)
    editor = editor_of(grid)
    assert editor.text() == "x"
    QTest.keyClick(editor, KEY.Key_Tab)
    qtbot.waitUntil(lambda: place(grid) == (1, "city"))
    assert edits == [(1, "name", "x")]


def test_escape_leaves_everything(grid: RecordGrid, edits: list[tuple[int, str, str]]) -> None:
    go(grid, 1, "city")
    QTest.keyClick(grid, KEY.Key_F2)
    editor = editor_of(grid)
    editor.setText("Espoo")
    QTest.keyClick(editor, KEY.Key_Escape)
    assert not edits
    assert place(grid) == (1, "city")


def test_owner_gives_the_editor_and_the_wheel_never_changes_it(
    grid: RecordGrid, qtbot: QtBot, edits: list[tuple[int, str, str]]
) -> None:
    def editor_for(column: Column, parent: QWidget, row: int) -> QWidget | None:
        if column.key != "city":
            return None
        box = QComboBox(parent)
        box.addItems(["Helsinki", "København", "Leeds"])
        return box

    grid.set_editor_factory(editor_for)
    go(grid, 1, "city")
    QTest.keyClick(grid, KEY.Key_F2)
    box = grid.viewport().findChild(QComboBox)
    assert isinstance(box, QComboBox)
    assert box.currentText() == "København"
    wheel(box)
    assert box.currentText() == "København"
    box.setCurrentText("Leeds")
    QTest.keyClick(box, KEY.Key_Return)
    qtbot.waitUntil(lambda: edits == [(1, "city", "Leeds")])


class Pair(QLabel):
    """An editor that speaks for itself."""

    answer: str | None = None

    def set_cell_text(self, text: str) -> None:
        self.setText(f"<{text}>")

    def cell_text(self) -> str | None:
        return self.answer


@pytest.mark.parametrize("answer", [None, "new"])
def test_editor_may_speak_for_itself(grid: RecordGrid, edits: list[tuple[int, str, str]], answer: str | None) -> None:
    made: list[Pair] = []

    def editor_for(column: Column, parent: QWidget, row: int) -> QWidget:
        made.append(Pair(parent))
        made[-1].answer = answer
        return made[-1]

    grid.set_editor_factory(editor_for)
    go(grid, 1, "city")
    QTest.keyClick(grid, KEY.Key_F2)
    assert made[0].text() == "<København>"
    grid.commitData(made[0])
    assert edits == ([] if answer is None else [(1, "city", "new")])
