# SPDX-License-Identifier: MIT
"""Which row a menu is about and where it opens: by the mouse and by the menu key."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QListWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.menu_place import MenuPlace, asked_about
from tests.ui.waiting import host


@pytest.fixture
def rows(qtbot: QtBot) -> Iterator[QListWidget]:
    with host() as window:
        made = QListWidget()
        made.addItems([f"Row {n}" for n in range(200)])
        layout = window.layout()
        assert layout is not None
        layout.addWidget(made)
        QApplication.processEvents()
        yield made


def event(rows: QListWidget, reason: QContextMenuEvent.Reason, row: int) -> QContextMenuEvent:
    at = rows.visualItemRect(rows.item(row)).center()
    return QContextMenuEvent(reason, at, rows.viewport().mapToGlobal(at))


def test_by_the_mouse_it_is_the_row_under_it(rows: QListWidget) -> None:
    rows.setCurrentRow(5)
    asked = event(rows, QContextMenuEvent.Reason.Mouse, 2)
    index, place = asked_about(rows, asked)
    assert (index.row(), place) == (2, asked.globalPos())


def test_by_the_key_it_is_the_chosen_row_brought_into_sight(rows: QListWidget) -> None:
    rows.setCurrentRow(150)
    rows.verticalScrollBar().setValue(0)
    index, place = asked_about(rows, event(rows, QContextMenuEvent.Reason.Keyboard, 2))
    shown = rows.visualItemRect(rows.item(150))
    assert index.row() == 150
    assert rows.viewport().rect().intersects(shown)
    assert abs(rows.viewport().mapFromGlobal(place).y() - shown.bottom()) <= 1


def test_by_the_key_without_a_chosen_row_it_is_about_none(rows: QListWidget) -> None:
    rows.setCurrentRow(-1)
    index, place = asked_about(rows, event(rows, QContextMenuEvent.Reason.Keyboard, 2))
    assert not index.isValid()
    assert place == rows.viewport().mapToGlobal(QPoint(0, 0))


def test_a_list_hears_of_both(rows: QListWidget) -> None:
    asked: list[int] = []
    MenuPlace(rows, lambda index, _at: asked.append(QModelIndex(index).row()))
    rows.setCurrentRow(7)
    QApplication.sendEvent(rows, event(rows, QContextMenuEvent.Reason.Keyboard, 1))
    QApplication.sendEvent(rows.viewport(), event(rows, QContextMenuEvent.Reason.Mouse, 1))
    assert asked == [7, 1]
