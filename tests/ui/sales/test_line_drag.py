# SPDX-License-Identifier: MIT
"""Lines moved with the mouse: taken by their number, dropped where the mark stands."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.engine.fake_vendor import FakeServer
from tests.journeys.conftest import Play
from tests.ui.sales.desk import CTRL, HINT, Bench, an_order, sales
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
LEFT = Qt.MouseButton.LeftButton
PUMP, SEAL, TRAINING = "Pump housing PX-40", "Seal kit, Viton", "Training"


def spot(b: Bench, row: int, part: float = 0.5, column: str = "place") -> QPoint:
    """A point in a row, ``part`` of its height down."""
    grid = b.tab.grid
    place = grid.visualRect(b.tab.model.index(row, b.tab.model.column_at(column)))
    return QPoint(place.center().x(), place.top() + round(place.height() * part))


def take(b: Bench, row: int, to: QPoint) -> None:
    """Press on a line's number and go there, the button held."""
    view = b.tab.grid.viewport()
    QTest.mousePress(view, LEFT, Qt.KeyboardModifier.NoModifier, spot(b, row))
    for point in (spot(b, row) + QPoint(0, 2), (spot(b, row) + to) / 2, to):
        QTest.mouseMove(view, point)


def drop(b: Bench, at: QPoint) -> None:
    QTest.mouseRelease(b.tab.grid.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)


def dragging(b: Bench) -> bool:
    """The hand is closed: a row is held."""
    return b.tab.grid.viewport().cursor().shape() is Qt.CursorShape.ClosedHandCursor


def test_a_line_is_dragged_by_its_number(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            below = spot(b, 2, 0.8)
            take(b, 0, below)
            assert dragging(b)
            drop(b, below)
            await until(lambda: b.column("product") == [SEAL, TRAINING, PUMP, HINT])
            assert b.sent == "line 3 · place  1 → 3"
            above = spot(b, 0, 0.2)
            take(b, 2, above)
            drop(b, above)
            await b.staged(0)
            assert b.column("product") == [PUMP, SEAL, TRAINING, HINT]

    play(journey())


def test_several_marked_lines_go_together(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.go(0, "place")
            b.tab.grid.extend_to(b.tab.model.index(1, b.tab.model.column_at("place")))
            end = spot(b, 3, 0.5)  # on the row of new lines: behind the last
            take(b, 1, end)
            drop(b, end)
            await until(lambda: b.column("product") == [TRAINING, PUMP, SEAL, HINT])

    play(journey())


def test_escape_leaves_the_lines_where_they_are(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            below = spot(b, 2, 0.8)
            take(b, 0, below)
            QTest.keyClick(b.tab.grid, Qt.Key.Key_Escape)
            assert not dragging(b)
            drop(b, below)
            await until(lambda: not b.tab.busy)
            assert b.tab.account.staged.count == 0

    play(journey())


def test_nothing_else_drags_and_a_click_only_chooses(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            view = b.tab.grid.viewport()
            take(b, 3, spot(b, 0))  # the row of new lines has no place
            assert not dragging(b)
            drop(b, spot(b, 0))
            b.go(0, "place")
            b.tab.grid.extend_to(b.tab.model.index(2, b.tab.model.column_at("place")))
            QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, spot(b, 1))
            assert list(b.tab.grid.selection.rows()) == [1]
            b.keys(Qt.Key.Key_Delete, CTRL)
            await b.staged(1)
            take(b, 1, spot(b, 0, 0.2))  # a line that goes
            assert not dragging(b)
            drop(b, spot(b, 0, 0.2))
            assert b.tab.account.staged.count == 1

    play(journey())


def test_a_server_without_an_order_of_lines_says_so(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        server = FakeServer()
        an_order(server)
        server.shape = replace(server.shape, keeps_order=False)
        async with sales(tmp_path, server=server) as b:
            below = spot(b, 2, 0.8)
            take(b, 0, below)
            assert not dragging(b)
            drop(b, below)
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
            assert b.told[-1] == "This CRM does not keep the order of lines."
            assert b.tab.account.staged.count == 0

    play(journey())
