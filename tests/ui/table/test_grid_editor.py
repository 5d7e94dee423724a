# SPDX-License-Identifier: MIT
"""A form's editor inside a cell: it closes once, takes what changed, and says what cannot be read."""

from collections.abc import Iterator
from datetime import UTC, date

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyledItemDelegate
from pytestqt.qtbot import QtBot

from crmdesk.domain.values import Value
from crmdesk.ui.form.field_editors import make_editor
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.grid_editor import GridEditor
from tests.ui.table.kinds import field
from tests.ui.waiting import Host, host

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


class Cell:
    """A date's editor in a window, and what it told."""

    def __init__(self, window: Host) -> None:
        self.window = window
        self.taken: list[Value] = []
        self.said: list[str] = []
        self.closed: list[object] = []
        self.delegate = QStyledItemDelegate(window)
        self.delegate.closeEditor.connect(lambda editor, _hint: self.closed.append(editor))
        inner = make_editor(field("date"), Formats(QLocale("de_DE"), UTC), None)
        inner.set_value(date(2026, 1, 2))
        self.editor = GridEditor(window, inner, self.delegate, lambda v, _label: self.taken.append(v), self.said.append)
        self.editor.show()
        self.editor.set_cell_text("")

    def type(self, text: str) -> None:
        line = QApplication.focusWidget()
        assert line is not None
        QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(line, text)

    def press(self, key: Qt.Key) -> None:
        line = QApplication.focusWidget()
        assert line is not None
        QTest.keyClick(line, key)


@pytest.fixture
def cell(qtbot: QtBot) -> Iterator[Cell]:
    with host() as window:
        yield Cell(window)


def test_return_takes_what_was_typed_and_closes_once(cell: Cell) -> None:
    cell.type("24.12.2026")
    cell.press(Qt.Key.Key_Return)
    cell.window.field.setFocus()
    assert cell.taken == [date(2026, 12, 24)]
    assert len(cell.closed) == 1
    assert cell.editor.cell_text() is None  # the value went its own way


def test_unchanged_takes_nothing(cell: Cell) -> None:
    cell.press(Qt.Key.Key_Return)
    assert cell.taken == []
    assert len(cell.closed) == 1


def test_esc_forgets(cell: Cell) -> None:
    cell.type("24.12.2026")
    cell.press(Qt.Key.Key_Escape)
    assert cell.taken == []
    assert len(cell.closed) == 1


def test_leaving_takes_it(cell: Cell) -> None:
    cell.type("24.12.2026")
    cell.window.field.setFocus()
    assert cell.taken == [date(2026, 12, 24)]
    assert len(cell.closed) == 1


def test_what_is_no_value_is_said(cell: Cell) -> None:
    cell.type("31.2.2026")
    cell.press(Qt.Key.Key_Return)
    assert cell.taken == []
    assert cell.said == ["There is no day 31.2.2026; write 2026-12-24."]
    assert len(cell.closed) == 1
