# SPDX-License-Identifier: MIT
"""The lines of a document in a tab: shown, read again, told what became of them."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.line_edit import QUANTITY, changed
from crmdesk.engine.applying import ApplyOptions
from crmdesk.ui import menu_entries
from crmdesk.ui.table.column_chooser import ColumnChooser
from tests.journeys.conftest import Play
from tests.ui.house import press
from tests.ui.sales.desk import CTRL, HINT, ORDER, sales
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


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


def test_without_a_rule_for_totals_none_is_offered(play: Play, tmp_path: Path) -> None:
    """No column that stays empty, no button that can only refuse."""

    async def journey() -> None:
        async with sales(tmp_path) as b:
            assert "net" not in [column.key for column in b.tab.model.columns]
            aim = b.tab.view_parts.aim
            assert not aim.isEnabled()
            assert aim.toolTip() == "How this CRM computes totals is not known, so no total can be aimed for."

    play(journey())
