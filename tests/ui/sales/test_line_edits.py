# SPDX-License-Identifier: MIT
"""Lines edited as in a spreadsheet: typed, cleared, moved, removed, filled down."""

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from crmdesk.domain.line_edit import PERCENT, QUANTITY
from tests.journeys.conftest import Play
from tests.ui.house import press
from tests.ui.sales.desk import ALT, CTRL, SHIFT, sales, staged
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def test_a_quantity_is_typed_in_the_persons_own_way(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "quantity", "4,5")
            await b.staged(1)
            assert b.column("quantity")[0] == "4,5"
            assert b.amber() == {(0, "quantity")}
            assert staged(b, 0)(QUANTITY) == Decimal("4.5")
            assert b.tab.grid.currentIndex().row() == 1  # Return goes down, as in a spreadsheet
            assert b.sent == "line 1 · quantity  3 → 4,5"
            assert b.tab.view_parts.changed.text() == "1 line changed"
            b.type(0, "quantity", "3")
            await b.staged(0)
            assert b.amber() == set()

    play(journey())


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("quantity", "2,55", "keeps 1 decimals there; 2,55 has more"),
        ("quantity", "many", "many is not a number"),
        ("quantity", "1e5", "is not a number"),
        ("unit_price", "12.5", "is not a number"),
        ("unit_price", "9" * 16, "more than any server keeps"),
        ("discount", "120 %", "between 0 and 100 %"),
        ("discount", "-5 %", "between 0 and 100 %"),
        ("tax:VAT", "101", "between 0 and 100 %"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_staged(
    play: Play, tmp_path: Path, column: str, text: str, said: str
) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, column, text)
            await until(lambda: bool(b.told))
            assert said in b.told[-1]
            assert b.tab.account.staged.count == 0

    play(journey())


def test_a_discount_is_a_percentage_or_an_amount(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "discount", "7,5%")
            await b.staged(1)
            assert b.column("discount")[0] == "7,5 %"
            b.type(0, "discount", "100")
            await until(lambda: b.column("discount")[0] == "100,00")
            line = b.tab.wanted[0]
            assert (line.discount_percent, line.discount_amount) == (None, Decimal(100))
            b.go(2, "discount")
            b.keys(Qt.Key.Key_Delete)
            await until(lambda: b.column("discount")[2] == "")
            assert staged(b, 2)(PERCENT) is None

    play(journey())


def test_del_clears_what_may_be_empty_and_says_what_may_not(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_Delete)
            assert "Ctrl+Del removes the line" in b.told[-1]
            b.go(0, "text")
            b.keys(Qt.Key.Key_Delete)
            await b.staged(1)
            assert b.column("text")[0] == ""
            assert b.sent == "line 1 · comment  painted → (empty)"

    play(journey())


def test_lines_move_by_alt_and_arrows(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_Down, ALT)
            await until(lambda: b.column("product")[1].startswith("Pump"))
            assert b.tab.grid.currentIndex().row() == 1  # the person stays with the line
            b.keys(Qt.Key.Key_Down, ALT)
            await until(lambda: b.column("product")[2].startswith("Pump"))
            assert b.sent == "line 3 · place  1 → 3"
            assert b.amber() == {(2, "place")}
            b.keys(Qt.Key.Key_Up, ALT)
            b.keys(Qt.Key.Key_Up, ALT)
            await b.staged(0)
            assert b.column("product")[0].startswith("Pump")

    play(journey())


def test_a_line_is_removed_struck_and_kept_again(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.go(1, "quantity")
            b.keys(Qt.Key.Key_Delete, CTRL)
            await b.staged(1)
            assert b.column("place") == ["1", "–", "2", ""]
            cell, _ = b.tab.model.shown(1, b.tab.model.column_at("product"))
            assert isinstance(cell, tuple)
            assert cell[0].look == "strike"
            assert b.sent == "line 2  removed: 12 × Seal kit, Viton · 38,50"
            b.go(1, "product")
            b.tab.edits.keep()
            await b.staged(0)
            assert b.column("place") == ["1", "2", "3", ""]

    play(journey())


def test_a_new_line_that_is_removed_is_simply_gone(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_Down, ALT | SHIFT)
            await b.staged(1)
            assert b.column("product")[:2] == ["Pump housing PX-40"] * 2
            assert b.column("place")[1] == "2 +"
            b.keys(Qt.Key.Key_Delete, CTRL)
            await b.staged(0)

    play(journey())


def test_fill_down_copies_the_first_marked_cell(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.go(0, "quantity")
            b.tab.grid.extend_to(b.tab.model.index(2, b.tab.model.column_at("quantity")))
            b.keys(Qt.Key.Key_Y, CTRL | SHIFT)
            await b.staged(2)
            assert b.column("quantity")[:3] == ["3", "3", "3"]

    play(journey())


def test_a_field_of_the_vendors_own_has_its_own_editor(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "own:note", "by hand")
            await b.staged(1)
            assert b.sent == "line 1 · note  (empty) → by hand"

    play(journey())


def test_undo_and_revert_take_it_back(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "quantity", "9")
            await b.staged(1)
            b.type(1, "quantity", "9")
            await b.staged(2)
            await b.tab.account.staged.undo()
            await b.staged(1)
            assert b.column("quantity")[:2] == ["9", "12"]
            press(b.tab, "Revert")
            await b.staged(0)
            assert b.amber() == set()

    play(journey())
