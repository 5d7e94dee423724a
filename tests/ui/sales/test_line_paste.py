# SPDX-License-Identifier: MIT
"""Rows of a spreadsheet pasted into lines: all or nothing, and an empty cell or row leaves the line it meets."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.journeys.conftest import Play
from tests.ui.sales.desk import CTRL, sales
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def test_an_empty_row_leaves_its_line_and_the_next_stays_beside_its_own(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            before = b.column("quantity")[:3]
            QGuiApplication.clipboard().setText("5\n\n7\n")
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            await b.staged(2)
            assert b.column("quantity")[:3] == ["5", before[1], "7"]

    play(journey())


def test_rows_from_a_spreadsheet_become_lines_in_one_step(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            QGuiApplication.clipboard().setText("Item\tComment\tQuantity\nPRO2\tblue\t2,5\nSER1\t\t4\n")
            b.tab.columns.take(("text", "quantity", "unit_price"))
            b.tab.filling.paste_rows()
            await until(lambda: b.tab.account.staged.count == 2 or bool(b.told) or bool(b.house.errors))
            assert b.house.errors == []
            assert b.told == []
            assert b.column("product")[3:5] == ["Seal kit, Viton", "Training"]
            assert (b.column("text")[3], b.column("quantity")[3:5]) == ("blue", ["2,5", "4"])
            assert b.tab.account.staged.undo_text == "Paste 2 lines"
            await b.tab.account.staged.undo()
            await b.staged(0)

    play(journey())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nothing such\t1\n", "Row 1: no single product is called “nothing such”"),
        ("PRO1\tx\t2\nPRO2\tx\t2,55\n", "Row 2: The quantity keeps 1 decimals"),
        ("", "The clipboard holds no rows"),
        ("\t".join(["PRO1"] * 30), "wider than the table"),
    ],
)
def test_nothing_is_pasted_where_a_cell_is_wrong(play: Play, tmp_path: Path, text: str, said: str) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.tab.columns.take(("text", "quantity"))
            QGuiApplication.clipboard().setText(text)
            b.tab.filling.paste_rows()
            await until(lambda: bool(b.told))
            assert said in b.told[-1]
            assert b.tab.account.staged.count == 0

    play(journey())


def test_pasted_cells_change_lines_that_are_there(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            QGuiApplication.clipboard().setText("5\n6\n")
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_V, CTRL)
            await b.staged(2)
            assert b.column("quantity")[:3] == ["5", "6", "2"]

    play(journey())
