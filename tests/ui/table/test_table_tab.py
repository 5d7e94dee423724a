# SPDX-License-Identifier: MIT
"""TableTab: a module's table as a person uses it, over the fake vendor."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Compare, Op, Order
from crmdesk.ui.table.column_chooser import ColumnChooser
from crmdesk.ui.table.table_tab import TableTab
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, MODULE
from tests.ui.house import column, go, house, open_sheets, press, type_in
from tests.ui.waiting import until

NAME, STAFF = FieldName("accountname"), FieldName("employees")


def order_of(tab: TableTab) -> list[tuple[str, bool]]:
    return [(mark.key, mark.descending) for mark in tab.model.sort_marks]


def test_shows_number_and_title_first_and_the_first_row_is_current(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            assert [c.key for c in tab.model.columns][:2] == ["account_no", "accountname"]
            await until(lambda: tab.grid.currentIndex().row() == 0)
            current = tab.current_record()
            assert current is not None
            assert current.key == "a0"

    run_async(play())


def test_a_header_click_sorts_up_then_down_then_not_at_all(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table({"columns": ["accountname", "employees"]}) as tab:
            for wanted in ([("employees", False)], [("employees", True)], []):
                tab.grid.sort_requested.emit("employees", False)
                assert order_of(tab) == wanted
            tab.grid.sort_requested.emit("employees", False)
            tab.grid.sort_requested.emit("employees", False)
            await until(lambda: column(tab, "employees")[:2] == ["24", "23"])

    run_async(play())


def test_shift_adds_keys_and_a_third_click_takes_only_that_one_out(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table({"columns": ["accountname", "bill_city", "employees"]}) as tab:
            tab.grid.sort_requested.emit("bill_city", False)
            tab.grid.sort_requested.emit("employees", True)
            tab.grid.sort_requested.emit("employees", True)
            assert order_of(tab) == [("bill_city", False), ("employees", True)]
            await until(lambda: column(tab, "employees")[:3] == ["24", "21", "18"])  # Helsinki, most people first
            assert "sorted here" in tab.status().local  # the server takes one key only
            tab.grid.sort_requested.emit("bill_city", True)
            tab.grid.sort_requested.emit("bill_city", True)
            assert order_of(tab) == [("employees", True)]

    run_async(play())


def test_columns_filter_order_and_widths_come_back(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            async with home.table() as tab:
                tab.choose_columns()
                chooser = open_sheets(tab.window())[0]
                assert isinstance(chooser, ColumnChooser)
                chooser.chosen.emit((NAME, CITY, STAFF))
                chooser.reject()
                assert tab.bar is not None
                tab.bar.show_filter(Compare(CITY, Op.EQ, "Lyon"))
                tab.grid.sort_requested.emit("employees", False)
                await until(lambda: column(tab, "bill_city")[:1] == ["Lyon"])
                tab.grid.setColumnWidth(1, 222)
                view = tab.view()
            async with home.table(view) as again:
                assert [c.key for c in again.model.columns] == ["accountname", "bill_city", "employees"]
                assert again.bar is not None
                assert again.bar.where() == Compare(CITY, Op.EQ, "Lyon")
                assert len(again.bar.chips()) == 1
                assert order_of(again) == [("employees", False)]
                assert again.grid.columnWidth(1) == 222
                assert set(column(again, "bill_city")) == {"Lyon"}

    run_async(play())


def test_a_remembered_view_that_no_longer_fits_is_no_trouble(run_async: RunAsync[None], tmp_path: Path) -> None:
    view = {
        "columns": ["gone", "accountname", 7],
        "order": [["gone", True], "x", ["employees"], ["employees", True]],
        "filter": "gone = 'x'",
        "layout": [{"key": "gone", "width": 10}, {"key": "accountname", "width": "wide"}],
    }

    async def play() -> None:
        async with house(tmp_path) as home, home.table(view) as tab:
            assert [c.key for c in tab.model.columns] == ["accountname"]
            assert order_of(tab) == [("employees", True)]
            assert tab.bar is not None
            assert tab.bar.where() is None
            assert any("no longer fits" in text for text in home.told)

    run_async(play())


def test_reload_stays_on_the_record(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            tab.go_to(4)
            tab.reload()
            await until(lambda: tab.rows.read > 0 and tab.grid.currentIndex().row() == 4)
            record = tab.current_record()
            assert record is not None
            assert record.key == "a4"

    run_async(play())


def test_after_a_reload_a_row_chosen_meanwhile_is_not_left_again(run_async: RunAsync[None], tmp_path: Path) -> None:
    """The record lies on page two; somebody chooses a row of page one, then page two comes."""

    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            tab.load_all()
            await until(lambda: tab.rows.read == 25)
            tab.go_to(22)
            gate = home.server.hold("fetch_page")
            tab.reload()
            await until(home.server.begun["fetch_page"].is_set)
            gate.set()
            await until(lambda: tab.rows.read >= 10)
            home.server.gates.clear()
            tab.go_to(2)
            tab.load_all()
            await until(lambda: tab.rows.read == 25)
            assert tab.grid.currentIndex().row() == 2

    run_async(play())


def test_a_failed_first_page_offers_to_try_again_and_does(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            home.server.fail("fetch_page", NotReachable("Nobody answers."))
            async with home.table() as tab:
                await until(lambda: bool(home.errors))
                assert [str(e) for e in home.errors] == ["Nobody answers."]
                press(tab.grid, "Try again")
                await until(lambda: tab.rows.read == 10)
                assert len(home.errors) == 1

    run_async(play())


def test_unreadable_fields_offer_to_try_again_and_do(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            home.server.fail("describe", NotReachable("Nobody answers."))
            async with home.table() as tab:
                assert tab.bar is None
                press(tab.grid, "Try again")
                await until(lambda: tab.rows.read == 10)
                assert tab.bar is not None

    run_async(play())


def test_an_empty_result_says_why_and_takes_the_filters_away(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            assert tab.bar is not None
            tab.bar.show_filter(Compare(CITY, Op.EQ, "Atlantis"))
            tab.show_query()
            await until(lambda: tab.rows.feed is not None and tab.rows.feed.exhausted)
            assert tab.status().rows.startswith("0 rows")
            press(tab.grid, "Remove all filters")
            await until(lambda: tab.rows.read > 0)
            assert tab.bar.where() is None

    run_async(play())


def test_return_and_a_double_click_on_a_read_only_cell(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            opened: list[int] = []
            tab.opened.connect(lambda: opened.append(1))
            go(tab, 1, "account_no")
            at = tab.grid.visualRect(tab.model.index(1, 0)).center()
            QTest.mouseDClick(tab.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
            assert opened == [1]

    run_async(play())


def test_ctrl_return_on_a_link_asks_for_that_record(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home:
            from crmdesk.domain.names import RecordId

            home.server.poke("a0", parent=RecordId(ACCOUNTS, "a7"))
            async with home.table({"columns": ["accountname", "parent"]}) as tab:
                asked: list[object] = []
                tab.linked.connect(asked.append)
                go(tab, 0, "parent")
                QTest.keyClick(tab.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
                assert asked == [RecordId(ACCOUNTS, "a7")]

    run_async(play())


def test_an_edit_lies_over_the_row_and_the_record_is_named(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            type_in(tab, 0, "bill_city", "Espoo")
            await until(lambda: column(tab, "bill_city")[0] == "Espoo")
            staged = tab.account.staged.all()[0]
            assert staged.values == {CITY: "Espoo"}
            assert staged.title == "Company 00"

    run_async(play())


def test_what_is_remembered_before_the_fields_are_known(run_async: RunAsync[None], tmp_path: Path) -> None:
    """Closing the program while a tab is still reading must not forget the tab's filter."""

    async def play() -> None:
        async with house(tmp_path) as home:
            home.server.fail("describe", NotReachable("Nobody answers."))
            async with home.table({"filter": "employees > '3'", "columns": ["accountname"]}) as tab:
                assert tab.view() == {"module": "Accounts", "filter": "employees > '3'", "columns": ["accountname"]}

    run_async(play())


def test_the_order_is_sent_to_the_server_where_it_can(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path) as home, home.table({"order": [["accountname", True]]}) as tab:
            assert tab.rows.feed is not None
            assert tab.rows.feed.query.order == (Order(NAME, True),)
            assert column(tab, "accountname")[0] == "Company 24"
            assert tab.status().local == ""

    run_async(play())


def test_a_module_that_cannot_be_listed_is_searched_and_says_why(run_async: RunAsync[None], tmp_path: Path) -> None:
    silent = replace(MODULE, can_be_listed=False, notice="This server has no operation that lists accounts.")

    async def play() -> None:
        async with house(tmp_path) as home, home.table(module=silent) as tab:
            await until(lambda: tab.bar is not None and tab.grid._empty_words[0] == "Search for Accounts")
            assert tab.grid._empty_words[1] == "This server has no operation that lists accounts."
            assert ("fetch_page", "") not in home.server.log
            assert tab.bar is not None
            tab.bar.show_filter(Compare(CITY, Op.EQ, "Lyon"))
            tab.show_query()
            await until(lambda: set(column(tab, "bill_city")) == {"Lyon"})
            tab.clear_filters()
            await until(lambda: tab.model.rowCount() == 0)
            assert tab.grid._empty_words[0] == "Search for Accounts"

    run_async(play())


def test_letters_typed_just_before_the_tab_is_closed_read_nothing(run_async: RunAsync[None], tmp_path: Path) -> None:
    """The search waits for a pause in the typing; when it comes, the rows are gone."""

    async def play() -> None:
        async with house(tmp_path) as home, home.table() as tab:
            await tab.aclose()
            asked = len(home.server.log)
            tab.show_query()
            assert tab.rows.is_closed
            assert len(home.server.log) == asked

    run_async(play())
