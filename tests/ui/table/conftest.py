# SPDX-License-Identifier: MIT
"""A table of accounts on the screen, for the tests of the grid and its parts."""

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.metrics import Scheme
from crmdesk.ui.table.cells import Column, Kind, ListSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme

COLUMNS = (
    Column(key="no", title="No.", width=70),
    Column(key="name", title="Account name", kind=Kind.MAIN, width=180, editable=True),
    Column(key="city", title="Billing city", width=120, editable=True),
    Column(key="type", title="Type", kind=Kind.PILL, width=110, tones={"Customer": "good", "Inactive": "bad"}),
    Column(key="revenue", title="Revenue", kind=Kind.MONEY, width=120, editable=True),
    Column(key="owner", title="Assigned to", kind=Kind.LINK, width=120),
)
CITIES = ("Helsinki", "København", "Leeds", "Lyon")


def account(i: int) -> Row:
    kind = "Inactive" if i % 5 == 4 else "Customer"
    return Row(f"k{i}", (f"ACC{i}", f"Company {i}", CITIES[i % 4], kind, f"{i} 000,50", "Anna Koch"))


def make_grid(qtbot: QtBot, count: int = 500) -> RecordGrid:
    grid = RecordGrid(RecordTableModel(COLUMNS, ListSource(account(i) for i in range(count))))
    qtbot.addWidget(grid)
    theme().dress(grid)
    grid.resize(820, 400)
    grid.show()
    qtbot.waitExposed(grid)
    grid.activateWindow()
    grid.setFocus()
    if count:
        grid.go_to(0)
    return grid


@pytest.fixture
def grid(qapp: QApplication, qtbot: QtBot) -> RecordGrid:
    theme().choose(Scheme.LIGHT)
    return make_grid(qtbot)


def place(grid: RecordGrid) -> tuple[int, str]:
    index = grid.currentIndex()
    return index.row(), grid.records.columns[index.column()].key


def go(grid: RecordGrid, row: int, key: str) -> QModelIndex:
    grid.go_to(row, key)
    return grid.currentIndex()


def wheel(target: QWidget) -> None:
    at = QPointF(5, 5)
    event = QWheelEvent(
        at,
        target.mapToGlobal(at),
        QPoint(0, -40),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)
