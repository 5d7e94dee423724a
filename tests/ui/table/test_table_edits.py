# SPDX-License-Identifier: MIT
"""Typing, choosing, clearing and pasting in a table, in the person's own way of writing."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QListView

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.values import Value
from crmdesk.engine.profiles import Environment
from crmdesk.ui.table.table_tab import TableTab
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, MODULE
from tests.ui.house import House, a_profile, column, go, house, type_in, without
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
VIEW = {"columns": ["accountname", "bill_city", "employees", "revenue", "founded", "industry", "account_no", "parent"]}


def staged(tab: TableTab, key: str) -> dict[str, Value]:
    """What is staged for a record."""
    one = tab.account.staged.get(RecordId(ACCOUNTS, key))
    return {str(name): value for name, value in one.values.items()} if one is not None else {}


def mark(tab: TableTab, row: int, key: str, to_row: int, to_key: str) -> None:
    """Select a range."""
    go(tab, row, key)
    tab.grid.extend_to(tab.model.index(to_row, tab.model.column_at(to_key)))


def paste(tab: TableTab, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    tab.grid.setFocus()
    QTest.keyClick(tab.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def said(home: House) -> str:
    return str(home.errors[-1]) if home.errors else ""


@pytest.mark.parametrize(
    ("locale", "typed", "shown"),
    [("de_DE", "1.234,5", "1.234,50"), ("fi_FI", "1234,5", "1\u00a0234,50"), ("en_US", "1,234.5", "1,234.50")],
)
def test_numbers_are_typed_as_people_write_them(
    run_async: RunAsync[None], tmp_path: Path, locale: str, typed: str, shown: str
) -> None:
    async def play() -> None:
        async with house(tmp_path, locale) as home, home.table(VIEW) as tab:
            tab.model.edit_requested.emit(0, "revenue", typed)
            await until(lambda: staged(tab, "a0") == {"revenue": Decimal("1234.5")})
            assert column(tab, "revenue")[0] == shown

    run_async(play())


def test_typing_over_a_city_by_keys_goes_down_a_row(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            type_in(tab, 0, "bill_city", "Espoo")
            await until(lambda: staged(tab, "a0") == {"bill_city": "Espoo"})
            assert tab.grid.currentIndex().row() == 1

    run_async(play())


def test_typing_the_old_value_again_makes_it_clean(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            type_in(tab, 0, "bill_city", "Espoo")
            await until(lambda: tab.account.staged.count == 1)
            type_in(tab, 0, "bill_city", "Helsinki")
            await until(lambda: tab.account.staged.count == 0)

    run_async(play())


def test_what_cannot_be_read_is_said_and_not_taken(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path, "de_DE") as home, home.table(VIEW) as tab:
            tab.model.edit_requested.emit(0, "founded", "31.2.2026")
            tab.model.edit_requested.emit(0, "employees", "1,5")
            assert [str(e) for e in home.errors] == [
                "There is no day 31.2.2026; write 2026-12-24.",
                "Employees takes a whole number, 1,5 is not one.",
            ]
            assert tab.account.staged.count == 0

    run_async(play())


def test_a_choice_is_made_by_keys(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            go(tab, 0, "industry")
            QTest.keyClick(tab.grid, Qt.Key.Key_F2)
            box = QApplication.focusWidget()
            assert isinstance(box, QComboBox)
            QTest.keyClicks(box, "Comp")
            QTest.keyClick(box, Qt.Key.Key_Return)
            await until(lambda: staged(tab, "a0") == {"industry": "it"})
            assert column(tab, "industry")[0] == "Computers"
            assert QApplication.focusWidget() is tab.grid

    run_async(play())


def test_esc_in_a_choice_changes_nothing(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            go(tab, 0, "industry")
            QTest.keyClick(tab.grid, Qt.Key.Key_F2)
            box = QApplication.focusWidget()
            assert isinstance(box, QComboBox)
            QTest.keyClicks(box, "Comp")
            QTest.keyClick(box, Qt.Key.Key_Escape)
            await until(lambda: QApplication.focusWidget() is tab.grid)
            assert tab.account.staged.count == 0

    run_async(play())


def test_a_reference_is_searched_and_chosen(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            go(tab, 0, "parent")
            QTest.keyClick(tab.grid, Qt.Key.Key_F2)
            line = QApplication.focusWidget()
            assert isinstance(line, QLineEdit)
            QTest.keyClicks(line, "Company 07")
            await until(lambda: any(isinstance(w, QListView) and w.isVisible() for w in QApplication.topLevelWidgets()))
            popup = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QListView) and w.isVisible())
            QTest.keyClick(popup, Qt.Key.Key_Down)
            QTest.keyClick(popup, Qt.Key.Key_Return)
            await until(lambda: staged(tab, "a0") == {"parent": RecordId(ACCOUNTS, "a7")})
            assert column(tab, "parent")[0] == "Company 07"

    run_async(play())


def test_delete_clears_every_marked_cell_that_may_be_edited(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            mark(tab, 0, "bill_city", 1, "employees")
            QTest.keyClick(tab.grid, Qt.Key.Key_Delete)
            await until(lambda: staged(tab, "a1") == {"bill_city": None, "employees": None})
            assert column(tab, "bill_city")[:3] == ["", "", "Lyon"]
            assert tab.account.staged.undo_text == "Clear"

    run_async(play())


def test_one_cell_fills_a_range(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            mark(tab, 0, "bill_city", 3, "bill_city")
            paste(tab, "Espoo")
            await until(lambda: column(tab, "bill_city")[:5] == ["Espoo"] * 4 + ["Leeds"])
            await tab.account.staged.undo()
            assert tab.account.staged.count == 0  # one step takes all of it back

    run_async(play())


def test_a_block_goes_from_the_marked_cell_on(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path, "de_DE") as home, home.table(VIEW) as tab:
            go(tab, 1, "bill_city")
            paste(tab, "Bonn\t7\t1.000,50\t24.12.2026\nKöln\t8\t2\t1.1.2000\n")
            await until(lambda: bool(staged(tab, "a2")))
            wanted = {"bill_city": "Bonn", "employees": 7, "revenue": Decimal("1000.50"), "founded": date(2026, 12, 24)}
            assert staged(tab, "a1") == wanted

    run_async(play())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Bonn\tmany", "Line 1"),
        ("Bonn\t7\nKöln\t1,5", "Line 2"),
        ("a\n" * 30, "below"),
        ("Bonn\t1\t2\t24.12.2026\tfood\tx\ty\tz", "wide"),
    ],
)
def test_a_wrong_cell_or_one_beyond_the_table_and_nothing_is_pasted(
    run_async: RunAsync[None], tmp_path: Path, text: str, why: str
) -> None:
    async def play() -> None:
        async with house(tmp_path, "de_DE") as home, home.table(VIEW) as tab:
            go(tab, 1, "bill_city")
            paste(tab, text)
            await until(lambda: bool(home.errors))
            assert said(home).startswith("Nothing was pasted.")
            assert why in said(home), said(home)
            assert tab.account.staged.count == 0

    run_async(play())


def test_more_than_is_marked_is_not_pasted(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            mark(tab, 0, "bill_city", 1, "bill_city")
            paste(tab, "a\nb\nc")
            assert "3 × 1 cells, but 2 × 1 are marked" in said(home)
            assert tab.account.staged.count == 0

    run_async(play())


def test_a_choice_nobody_knows_is_not_pasted_and_a_label_is(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            go(tab, 0, "industry")
            paste(tab, "Compters")
            assert "Compters" in said(home)
            assert tab.account.staged.count == 0
            paste(tab, "Computers")
            await until(lambda: staged(tab, "a0") == {"industry": "it"})

    run_async(play())


def test_a_name_pasted_as_reference_becomes_that_record_or_nothing(run_async: RunAsync[None], tmp_path: Path) -> None:
    """A name is no id: sent as one it would point nowhere."""

    async def play() -> None:
        async with house(tmp_path) as home:
            from dataclasses import replace

            parent = FieldName("parent")
            seven = RecordId(ACCOUNTS, "a7")
            record = home.server.records["a1"]
            home.server.records["a1"] = replace(
                record, values={**record.values, parent: seven}, labels={parent: "Company 07"}
            )
            async with home.table(VIEW) as tab:
                go(tab, 0, "parent")
                paste(tab, "Anna Koch")
                assert "Anna Koch" in said(home)
                assert tab.account.staged.count == 0
                go(tab, 1, "parent")
                QTest.keyClick(tab.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
                go(tab, 3, "parent")
                QTest.keyClick(tab.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
                await until(lambda: staged(tab, "a3") == {"parent": seven})
                assert column(tab, "parent")[3] == "Company 07"

    run_async(play())


def test_a_read_only_account_says_so(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW, profile=a_profile("Look", Environment.READ_ONLY)) as tab:
            tab.model.edit_requested.emit(0, "bill_city", "Espoo")
            assert "read only" in said(home)
            assert tab.account.staged.count == 0

    run_async(play())


def test_without_the_right_no_cell_can_be_edited(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW, module=without(MODULE, "update")) as tab:
            assert not any(c.editable for c in tab.model.columns)
            go(tab, 0, "bill_city")
            paste(tab, "Espoo")
            assert tab.account.staged.count == 0

    run_async(play())


def test_the_number_is_never_edited(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            go(tab, 0, "account_no")
            QTest.keyClick(tab.grid, Qt.Key.Key_F2)
            assert QApplication.focusWidget() is tab.grid

    run_async(play())


def test_a_new_record_is_called_as_it_is_typed(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            made = await tab.account.staged.create(ACCOUNTS, {}, "New account")
            tab.show_new(list(tab.account.staged.created(ACCOUNTS)))
            type_in(tab, 0, "bill_city", "Turku")
            await until(lambda: tab.account.staged.count >= 1 and bool(tab.account.staged.get(made).values))  # type: ignore[union-attr]  # it is there
            assert [s.title for s in tab.account.staged.all()] == ["New account"]
            go(tab, 0, "bill_city")
            assert [title for _, title in tab.chosen_records()] == ["New account"]
            type_in(tab, 0, "accountname", "Aura Oy")
            await until(lambda: [s.title for s in tab.account.staged.all()] == ["Aura Oy"])

    run_async(play())


def test_leaving_a_cell_takes_what_was_chosen_in_it(run_async: RunAsync[None], tmp_path: Path) -> None:
    """The current cell moves while the editor is open: the choice is staged once, and Qt has nothing to complain."""

    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            go(tab, 0, "industry")
            QTest.keyClick(tab.grid, Qt.Key.Key_F2)
            box = QApplication.focusWidget()
            assert isinstance(box, QComboBox)
            QTest.keyClicks(box, "Comp")
            tab.grid.go_to(2, "bill_city")
            await until(lambda: staged(tab, "a0") == {"industry": "it"})
            assert tab.account.staged.count == 1

    run_async(play())
