# SPDX-License-Identifier: MIT
"""What is being typed in a cell is never lost: not by a key, a reload, another order, a new row, or the tab's end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from crmdesk.domain.names import RecordId
from crmdesk.domain.query import Compare, Op
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.staging import NEW, Kind, StagedRecord
from crmdesk.ui.table.cells import StagedCell, State
from crmdesk.ui.table.table_tab import TableTab
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY
from tests.ui.house import go, house, type_in
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
VIEW = {"columns": ["accountname", "bill_city", "industry", "employees"]}


def staged(tab: TableTab, key: str) -> dict[str, Value]:
    one = tab.account.staged.get(RecordId(ACCOUNTS, key))
    return {str(name): value for name, value in one.values.items()} if one is not None else {}


def begin(tab: TableTab, key: str, text: str) -> None:
    """Type in the second row and leave the editor open."""
    go(tab, 1, key)
    QTest.keyClick(tab.grid, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, (QLineEdit, QComboBox))
    if isinstance(editor, QLineEdit):
        editor.selectAll()
    QTest.keyClicks(editor, text)


def _focused() -> QWidget:
    held = QApplication.focusWidget()
    assert held is not None
    return held


def new_row(tab: TableTab) -> None:
    """A record that another part of the window has made."""
    made = StagedRecord(Kind.CREATE, Record(RecordId(ACCOUNTS, f"{NEW}1"), {}), title="New account")
    tab.show_new([made])


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda tab: tab.reload(), id="reload"),
        pytest.param(lambda tab: tab.grid.sort_requested.emit("accountname", False), id="order"),
        pytest.param(lambda tab: tab.clear_filters(), id="filter"),
        pytest.param(new_row, id="new row"),
        pytest.param(lambda _: QTest.keyClick(_focused(), Qt.Key.Key_Tab), id="tab key"),
        pytest.param(lambda tab: tab.grid.go_to(4, "accountname"), id="elsewhere"),
    ],
)
@pytest.mark.parametrize(("key", "typed", "value"), [("bill_city", "Espoo", "Espoo"), ("industry", "Food", "food")])
def test_what_is_being_typed_is_taken(
    run_async: RunAsync[None], tmp_path: Path, leave: Callable[[TableTab], object], key: str, typed: str, value: str
) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            begin(tab, key, typed)
            leave(tab)
            await until(lambda: staged(tab, "a1") == {key: value})
            assert home.errors == []

    run_async(play())


@pytest.mark.parametrize(("key", "typed", "value"), [("bill_city", "Espoo", "Espoo"), ("industry", "Food", "food")])
def test_a_tab_that_goes_stages_what_is_being_typed(
    run_async: RunAsync[None], tmp_path: Path, key: str, typed: str, value: str
) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            begin(tab, key, typed)
            await tab.aclose()
            await tab.account.staged.finished()
            assert staged(tab, "a1") == {key: value}

    run_async(play())


def test_escape_forgets_it(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            begin(tab, "bill_city", "Espoo")
            QTest.keyClick(_focused(), Qt.Key.Key_Escape)
            await tab.aclose()
            await tab.account.staged.finished()
            assert tab.account.staged.count == 0

    run_async(play())


def upwards(tab: TableTab) -> None:
    """By staff; the second time downwards."""
    tab.grid.sort_requested.emit("employees", False)


def only_leeds(tab: TableTab) -> None:
    assert tab.bar is not None
    tab.bar.show_filter(Compare(CITY, Op.EQ, "Leeds"))
    tab.show_query()


def staged_city(tab: TableTab) -> StagedCell | None:
    """What lies over the city of the second record, None while its row is not shown yet."""
    at = tab.rows.place_of("a1")
    if not 0 <= at < tab.model.rowCount():
        return None
    tab.model.source.want(at, at)
    return tab.model.shown(at, tab.model.column_at("bill_city"))[1]


def test_staged_cells_are_amber_again_after_order_filter_and_reload(run_async: RunAsync[None], tmp_path: Path) -> None:
    """Elsewhere sorting or filtering discards what was not sent yet."""

    async def play() -> None:
        async with house(tmp_path) as home, home.table(VIEW) as tab:
            type_in(tab, 1, "bill_city", "Espoo")
            await until(lambda: staged(tab, "a1") == {"bill_city": "Espoo"})
            for change in (upwards, upwards, only_leeds, TableTab.clear_filters, TableTab.reload):
                change(tab)
                tab.load_all()
                await until(lambda: staged_city(tab) is not None)
                cell = staged_city(tab)
                assert cell is not None
                assert (cell.text, cell.was, cell.state) == ("Espoo", "Leeds", State.EDITED)

    run_async(play())
