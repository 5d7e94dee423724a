# SPDX-License-Identifier: MIT
"""The sales tab as a person uses it: keys, typing, products, pasting, moving, and what is told after saving."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.line_edit import PERCENT, QUANTITY, changed, part
from crmdesk.engine.applying import ApplyOptions
from crmdesk.ui import menu_entries
from crmdesk.ui.sales.product_editor import ProductEditor
from crmdesk.ui.table.column_chooser import ColumnChooser
from tests.engine.fake_vendor import FakeServer
from tests.journeys.conftest import Play
from tests.ui.house import press
from tests.ui.sales.desk import ORDER, Bench, an_order, sales
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
HINT = "Type a product name or number…"


def staged(bench: Bench, row: int) -> Callable[[str], object]:
    """What is wanted of a part of a line."""
    return lambda name: part(bench.tab.wanted[row], name)


def test_lines_are_shown_with_what_they_come_to(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            assert b.column("place") == ["1", "2", "3", ""]
            assert b.column("product") == ["Pump housing PX-40", "Seal kit, Viton", "Training", HINT]
            assert b.column("number") == ["PRO1", "PRO2", "SER1", ""]
            assert b.column("unit") == ["pcs", "pcs", "pcs", ""]
            assert b.column("quantity") == ["3", "12", "2", ""]
            assert b.column("unit_price") == ["1\u00a0180,00", "38,50", "920,00", ""]
            assert b.column("discount") == ["", "", "5 %", ""]
            assert b.column("tax:VAT") == ["24 %", "24 %", "24 %", ""]
            assert b.amber() == set()
            assert b.tab.model.column_at("own:stock") == -1  # chosen by the person, not shown at first
            assert not b.tab.view_parts.save.isEnabled()
            assert "Nothing" in b.sent

    play(journey())


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


def test_a_product_is_found_while_one_types_and_brings_price_and_tax(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            QTest.mouseClick(b.tab.view_parts.add, Qt.MouseButton.LeftButton)
            line = QApplication.focusWidget()
            assert line is not None
            QTest.keyClicks(line, "pump")
            finder = b.tab.grid.findChild(ProductEditor)
            assert finder is not None
            await until(lambda: finder.popup.isVisible())
            QTest.keyClick(finder.popup, Qt.Key.Key_Down)
            QTest.keyClick(finder.popup, Qt.Key.Key_Return)
            await b.staged(1)
            assert b.column("product")[3:] == ["Pump housing PX-40", HINT]
            assert b.column("place")[3] == "4 +"
            assert (b.column("unit_price")[3], b.column("tax:VAT")[3]) == ("1\u00a0180,00", "24 %")
            here = b.tab.grid.currentIndex()
            assert (here.row(), b.tab.model.columns[here.column()].key) == (3, "quantity")
            assert b.server.did("find_products") == 1
            assert b.sent.startswith("line 4  new: 1 × Pump housing PX-40")

    play(journey())


def test_a_number_and_return_are_enough_even_before_the_list_comes(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(3, "product", "PRO4")
            await b.staged(1)
            assert b.column("product")[3] == "Training material"
            b.type(4, "product", "training")
            await b.staged(2)  # two hold the word, one is called so
            assert b.column("product")[4] == "Training"
            b.type(5, "product", "tra")
            await until(lambda: "No single product is called “tra”" in "".join(b.told))
            assert b.tab.account.staged.count == 2

    play(journey())


def test_what_was_asked_once_is_remembered(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(3, "product", "PRO4")
            await b.staged(1)
            b.type(4, "product", "pro4")
            await b.staged(2)
            assert b.server.did("find_products") == 1

    play(journey())


def test_another_product_keeps_quantity_and_discount(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(2, "product", "PRO1")
            await until(lambda: b.column("product")[2] == "Pump housing PX-40")
            line = b.tab.wanted[2]
            assert (line.key, line.quantity, line.discount_percent) == ("L3", Decimal(2), Decimal(5))
            assert b.amber() == {(2, "product"), (2, "unit_price")}

    play(journey())


def test_a_product_whose_list_tells_too_little_is_read_whole(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        server = FakeServer()
        an_order(server)
        server.products[3] = replace(server.products[3], is_whole=False)
        async with sales(tmp_path, server=server) as b:
            asked = b.server.did("known_products")
            b.type(3, "product", "PRO4")
            await b.staged(1)
            assert b.server.did("known_products") == asked + 1

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


def test_rows_from_a_spreadsheet_become_lines_in_one_step(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            QGuiApplication.clipboard().setText("Item\tComment\tQuantity\nPRO2\tblue\t2,5\nSER1\t\t4\n")
            b.tab.columns.take(("text", "quantity", "unit_price"))
            b.tab.paste_rows()
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
            b.tab.paste_rows()
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


def test_what_is_being_typed_survives_what_comes_meanwhile(play: Play, tmp_path: Path) -> None:
    """The first edit is still on its way to the disk when the second cell is being typed in."""

    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.tab.edits.put_product(None, b.server.products[3])  # another row is to come
            b.go(1, "quantity")
            QTest.keyClick(b.tab.grid, Qt.Key.Key_F2)
            line = QApplication.focusWidget()
            assert line is not None
            QTest.keyClicks(line, "5")
            await b.staged(1)
            assert QApplication.focusWidget() is line
            QTest.keyClick(line, Qt.Key.Key_Return)
            await b.staged(2)
            assert b.column("quantity")[1] == "5"
            assert b.column("product")[3] == "Training material"

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


def test_an_account_that_only_reads_says_so(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            account = b.tab.account
            object.__setattr__(
                account, "profile", replace(account.profile, environment=type(account.profile.environment).READ_ONLY)
            )
            b.tab._refresh()
            assert b.column("place") == ["1", "2", "3"]  # no row to begin a line on
            b.tab.edits.remove()
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_Delete, CTRL)
            assert "read only" in b.told[-1]

    play(journey())


def test_a_server_that_is_away_is_asked_again(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.server.fail("fetch_document", NotReachable("away"))
            b.tab.reload()
            await until(lambda: b.tab.model.rowCount() == 0)
            b.tab.reload()
            await until(lambda: b.tab.model.rowCount() == 4)

    play(journey())


def test_columns_are_chosen_and_remembered(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.tab.columns.choose()
            sheet = b.tab.window().findChild(ColumnChooser)
            assert sheet is not None
            sheet.chosen.emit(("quantity", "own:stock"))
            sheet.reject()
            assert [c.key for c in b.tab.model.columns] == ["place", "product", "quantity", "own:stock"]
            assert b.column("own:stock")[0] == "7"
            await until(lambda: not b.tab.busy)
            b.tab.reload()
            await until(lambda: not b.tab.busy)
            assert [c.key for c in b.tab.model.columns] == ["place", "product", "quantity", "own:stock"]

    play(journey())


def test_what_others_did_meanwhile_is_taken_in_when_the_tab_reads_again(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "quantity", "9")
            await b.staged(1)
            b.server.poke_lines("o1", lambda lines: changed(lines, "L2", QUANTITY, Decimal(40)))
            b.tab.reload()
            await until(lambda: b.column("quantity")[1:2] == ["40"])
            assert b.amber() == {(0, "quantity")}

    play(journey())


def test_lost_lines_are_told_above_and_restored_by_a_staged_change(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            account = b.tab.account

            async def apply() -> None:
                checked = await account.applier.check(account.staged.all())
                await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
                b.tab.reload_changed()
                await until(lambda: not b.tab.busy)

            b.type(0, "quantity", "9")
            await b.staged(1)
            b.server.on_save = lambda lines: lines[:2]
            await apply()
            await until(b.tab.banner.isVisible)
            assert b.tab.banner.title.text() == "1 line is not as it was sent."
            assert b.tab.banner.words.text() == "Gone: 2 × Training · 920,00"
            b.server.on_save = tuple
            press(b.tab.banner, "Restore")
            await b.staged(1)
            assert not b.tab.banner.isVisible()
            assert b.column("product")[:3] == ["Pump housing PX-40", "Seal kit, Viton", "Training"]
            assert len(b.server.documents["o1"].lines) == 2  # staged, not sent
            await apply()
            assert [line.name for line in b.server.documents["o1"].lines][2] == "Training"
            assert not b.tab.banner.isVisible()
            assert (await account.journal.of_record(ORDER))[0][1].outcome == "applied"

    play(journey())


def test_a_difference_can_be_left_as_it_is(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            account = b.tab.account
            b.type(0, "quantity", "9")
            await b.staged(1)
            b.server.on_save = lambda lines: (*lines[:2], replace(lines[2], quantity=Decimal(1)))
            checked = await account.applier.check(account.staged.all())
            await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
            b.tab.reload_changed()
            await until(b.tab.banner.isVisible)
            assert b.tab.banner.words.text() == "Otherwise than sent: Training (quantity)"
            press(b.tab.banner, "Leave it so")
            assert not b.tab.banner.isVisible()
            b.tab.reload()
            await until(lambda: not b.tab.busy)
            assert not b.tab.banner.isVisible()

    play(journey())


def test_no_key_of_the_lines_is_a_menus_while_they_are_in_front(play: Play, tmp_path: Path) -> None:
    """Of two that answer to one key, Qt runs neither; those for tables alone are off then."""

    async def journey() -> None:
        async with sales(tmp_path) as b:
            entries = [entry for _, lines in menu_entries.all_menus() for entry in lines if entry is not None]
            taken = {str(e.keys) for e in entries if e.can not in (menu_entries.table, menu_entries.document)}
            assert {keys for keys, _ in b.tab.own_keys()} & taken == set()

    play(journey())
