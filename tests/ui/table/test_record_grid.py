# SPDX-License-Identifier: MIT
"""The grid by mouse and keys: selecting, copying, editing, moving, columns, what it wishes from its owner."""

import json

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.metrics import ROW, ROW_COMFORTABLE
from crmdesk.ui.table.cells import Column, ListSource, PagedSource, Row, Segment, StagedCell
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from tests.ui.table.conftest import COLUMNS, account, go, make_grid, place, wheel

KEY = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def select_row(grid: RecordGrid, row: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    grid.selectionModel().select(grid.records.index(row, 0), flags.ClearAndSelect | flags.Rows)


def click(grid: RecordGrid, row: int, key: str, modifiers: Qt.KeyboardModifier = NONE) -> None:
    rect = grid.visualRect(grid.records.index(row, grid.records.column_at(key)))
    QTest.mouseClick(grid.viewport(), LEFT, modifiers, rect.center())


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


# ---- moving and selecting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "modifiers", "there"),
    [
        (KEY.Key_Return, NONE, (4, "city")),
        (KEY.Key_Return, SHIFT, (2, "city")),
        (KEY.Key_Tab, NONE, (3, "type")),
        (KEY.Key_Backtab, SHIFT, (3, "name")),
        (KEY.Key_Down, CTRL, (499, "city")),
        (KEY.Key_Up, CTRL, (0, "city")),
        (KEY.Key_Left, CTRL, (3, "no")),
        (KEY.Key_Right, CTRL, (3, "owner")),
        (KEY.Key_Home, NONE, (3, "no")),
        (KEY.Key_End, NONE, (3, "owner")),
        (KEY.Key_Home, CTRL, (0, "no")),
        (KEY.Key_End, CTRL, (499, "owner")),
    ],
)
def test_keys_move(grid: RecordGrid, key: Qt.Key, modifiers: Qt.KeyboardModifier, there: tuple[int, str]) -> None:
    go(grid, 3, "city")
    QTest.keyClick(grid, key, modifiers)
    assert place(grid) == there
    assert grid.selection.cell_count() == 1
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()).center())


def test_tab_goes_on_in_the_next_row_and_skips_hidden_columns(grid: RecordGrid) -> None:
    grid.columns.hide("owner")
    go(grid, 3, "revenue")
    QTest.keyClick(grid, KEY.Key_Tab)
    assert place(grid) == (4, "no")
    QTest.keyClick(grid, KEY.Key_Backtab)
    assert place(grid) == (3, "revenue")


def test_tab_leaves_a_table_for_reading_only(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    table, after = RecordGrid(RecordTableModel(COLUMNS[:1], ListSource([Row("a", ("x",))]))), QLineEdit()
    column.addWidget(table)
    column.addWidget(after)
    holder.show()
    holder.activateWindow()
    qtbot.waitExposed(holder)
    table.setFocus()
    QTest.keyClick(table, KEY.Key_Tab)
    assert holder.focusWidget() is after


def test_right_to_left_keys_follow_the_eye(grid: RecordGrid) -> None:
    grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    go(grid, 3, "city")
    QTest.keyClick(grid, KEY.Key_Left, CTRL)
    assert place(grid) == (3, "owner")


def test_shift_ranges_copy_as_tsv_with_and_without_header(grid: RecordGrid) -> None:
    go(grid, 1, "name")
    QTest.keyClick(grid, KEY.Key_Down, SHIFT)
    QTest.keyClick(grid, KEY.Key_Right, SHIFT)
    QTest.keyClick(grid, KEY.Key_C, CTRL)
    assert clipboard() == "Company 1\tKøbenhavn\nCompany 2\tLeeds"
    QTest.keyClick(grid, KEY.Key_C, CTRL | SHIFT)
    assert clipboard() == "Account name\tBilling city\nCompany 1\tKøbenhavn\nCompany 2\tLeeds"


def test_ctrl_shift_extends_from_where_the_selection_began(grid: RecordGrid) -> None:
    go(grid, 5, "city")
    QTest.keyClick(grid, KEY.Key_Down, SHIFT)
    QTest.keyClick(grid, KEY.Key_Down, CTRL | SHIFT)
    assert grid.selection.row_spans() == [(5, 499)]
    QTest.keyClick(grid, KEY.Key_Up, CTRL | SHIFT)
    assert grid.selection.row_spans() == [(0, 5)]
    QTest.keyClick(grid, KEY.Key_Right, CTRL | SHIFT)
    assert len(grid.selection.columns()) == 4


def test_shift_starts_where_the_last_move_ended_whoever_made_it(grid: RecordGrid) -> None:
    click(grid, 2, "city")
    go(grid, 6, "city")
    QTest.keyClick(grid, KEY.Key_Up, SHIFT)
    assert grid.selection.row_spans() == [(5, 6)]
    click(grid, 5, "city")
    click(grid, 8, "name", SHIFT)
    assert grid.selection.row_spans() == [(5, 8)]
    assert grid.selection.cell_count() == 8
    QTest.keyClick(grid, KEY.Key_PageDown, SHIFT)
    assert grid.selection.row_spans()[0][0] == 5
    QTest.keyClick(grid, KEY.Key_Home, SHIFT)
    assert len(grid.selection.columns()) == 3


def test_drag_and_ctrl_click_select_cells(grid: RecordGrid) -> None:
    click(grid, 2, "city")
    click(grid, 4, "name", CTRL)
    assert sorted(grid.selection.cells()) == [(2, 2), (4, 1)]
    assert grid.selection.text() == "\tLeeds\nCompany 4\t"
    start = grid.visualRect(grid.records.index(1, 1)).center()
    end = grid.visualRect(grid.records.index(3, 2)).center()
    QTest.mousePress(grid.viewport(), LEFT, NONE, start)
    QTest.mouseMove(grid.viewport(), end)
    QTest.mouseRelease(grid.viewport(), LEFT, NONE, end)
    assert grid.selection.cell_count() == 6


def test_copy_follows_moved_and_hidden_columns_and_staged_values(grid: RecordGrid) -> None:
    grid.horizontalHeader().moveSection(2, 0)
    grid.columns.hide("name")
    grid.records.set_overlay({"k0": {"city": StagedCell(text="Espoo", was="Helsinki")}})
    select_row(grid, 0)
    QTest.keyClick(grid, KEY.Key_C, CTRL)
    assert clipboard() == "Espoo\tACC0\tCustomer\t0 000,50\tAnna Koch"


def test_copy_wins_over_a_menu_with_the_same_key(grid: RecordGrid) -> None:
    pressed: list[int] = []
    action = grid.addAction("Copy")
    action.setShortcut("Ctrl+C")
    action.triggered.connect(lambda: pressed.append(1))
    go(grid, 7, "name")
    QTest.keyClick(grid, KEY.Key_C, CTRL)
    assert clipboard() == "Company 7"
    assert not pressed


def test_too_many_cells_and_unread_rows_are_said_not_half_copied(qtbot: QtBot) -> None:
    big = RecordGrid(RecordTableModel(COLUMNS, PagedSource(1_000_000, lambda first, count: None)))
    qtbot.addWidget(big)
    said: list[str] = []
    big.not_done.connect(said.append)
    QGuiApplication.clipboard().setText("before")
    big.selectAll()
    QTest.keyClick(big, KEY.Key_C, CTRL)
    QTest.keyClick(big, KEY.Key_Delete)
    big.go_to(3)
    QTest.keyClick(big, KEY.Key_X, CTRL)
    assert clipboard() == "before"
    assert ["More than" in s for s in said] == [True, True, False]


def test_summary_of_numbers(grid: RecordGrid) -> None:
    model = grid.selectionModel()
    for row in (1, 2):
        for key in ("city", "revenue"):
            index = grid.records.index(row, grid.records.column_at(key))
            model.select(index, QItemSelectionModel.SelectionFlag.Select)
    model.select(grid.records.index(0, 0), QItemSelectionModel.SelectionFlag.Deselect)
    summary = grid.selection_summary()
    assert (summary.cells, summary.numbers, str(summary.total), str(summary.average)) == (4, 2, "3001.00", "1500.50")
    grid.selectAll()
    assert grid.selection_summary().complete


# ---- wishes -------------------------------------------------------------------------------------------------------------


def test_paste_is_asked_from_the_upper_left(grid: RecordGrid) -> None:
    asked: list[tuple[int, str, list[list[str]]]] = []
    grid.paste_requested.connect(lambda *what: asked.append(what))
    QGuiApplication.clipboard().setText('Turku\t"two\nlines"\nOulu\tx\n')
    go(grid, 4, "city")
    QTest.keyClick(grid, KEY.Key_Up, SHIFT)
    QTest.keyClick(grid, KEY.Key_V, CTRL)
    assert asked == [(3, "city", [["Turku", "two\nlines"], ["Oulu", "x"]])]


def test_delete_asks_to_clear_only_what_may_be_edited(grid: RecordGrid) -> None:
    asked: list[list[tuple[int, str]]] = []
    grid.clear_requested.connect(asked.append)
    select_row(grid, 2)
    QTest.keyClick(grid, KEY.Key_Delete)
    go(grid, 2, "no")
    QTest.keyClick(grid, KEY.Key_Delete)
    assert asked == [[(2, "name"), (2, "city"), (2, "revenue")]]


def test_header_click_wishes_an_order_and_shift_adds(grid: RecordGrid) -> None:
    asked: list[tuple[str, bool]] = []
    grid.sort_requested.connect(lambda *what: asked.append(what))
    header = grid.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(2) + 40, 10)
    QTest.mouseClick(header.viewport(), LEFT, NONE, at)
    QTest.mouseClick(header.viewport(), LEFT, SHIFT, at)
    QTest.mousePress(header.viewport(), LEFT, NONE, at)
    QTest.mouseMove(header.viewport(), at + QPoint(150, 0))
    QTest.mouseRelease(header.viewport(), LEFT, NONE, at + QPoint(150, 0))
    assert asked == [("city", False), ("city", True)]
    assert grid.selection.cell_count() == 1  # no column was selected on the way


def test_links_follow_ctrl_click_and_ctrl_return(grid: RecordGrid) -> None:
    told: list[tuple[int, str]] = []
    grid.linked.connect(lambda *what: told.append(what))
    click(grid, 2, "owner", CTRL)
    click(grid, 2, "owner")
    go(grid, 3, "owner")
    QTest.keyClick(grid, KEY.Key_Return, CTRL)
    go(grid, 3, "name")
    QTest.keyClick(grid, KEY.Key_Return, CTRL)
    assert told == [(2, "owner"), (3, "owner")]


def test_double_click_opens_where_nothing_is_to_edit(grid: RecordGrid) -> None:
    told: list[int] = []
    grid.opened.connect(told.append)
    for key in ("no", "name"):
        rect = grid.visualRect(grid.records.index(2, grid.records.column_at(key)))
        QTest.mouseClick(grid.viewport(), LEFT, NONE, rect.center())
        QTest.mouseDClick(grid.viewport(), LEFT, NONE, rect.center())
    assert told == [2]
    assert grid.viewport().findChild(QLineEdit) is not None


def test_pieces_press_by_mouse_and_space(qtbot: QtBot) -> None:
    cell = (Segment("Vantaa", "choice:off"), Segment("Undo…", "button"))
    made = RecordGrid(RecordTableModel([Column(key="c", title="C", width=300)], ListSource([Row("a", (cell,))])))
    qtbot.addWidget(made)
    made.show()
    told: list[tuple[int, str, str]] = []
    made.pressed_in.connect(lambda *what: told.append(what))
    rect = made.visualRect(made.records.index(0, 0))
    first, second = made._cells.place_segments(made.records.columns[0], rect, cell)
    QTest.mouseClick(made.viewport(), LEFT, NONE, second.rect.center())
    QTest.mouseClick(made.viewport(), LEFT, NONE, QPoint(290, rect.center().y()))
    QTest.keyClick(made, KEY.Key_Space)
    assert first.segment.text == "Vantaa"
    assert told == [(0, "c", "Undo…"), (0, "c", "Vantaa")]


def test_menu_key_opens_at_the_current_cell(grid: RecordGrid) -> None:
    told: list[tuple[int, str]] = []
    grid.menu_requested.connect(lambda _at, row, key: told.append((row, key)))
    go(grid, 3, "city")
    at = QPoint(1, 1)
    QApplication.sendEvent(grid.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, at))
    assert told == [(3, "city")]


def test_current_row_and_selection_are_told(grid: RecordGrid, qtbot: QtBot) -> None:
    rows: list[int] = []
    grid.current_row_changed.connect(rows.append)
    with qtbot.waitSignal(grid.selection_settled):
        go(grid, 3, "city")
        go(grid, 3, "name")
    assert rows == [3]


# ---- columns, rows, size ------------------------------------------------------------------------------------------------


def test_layout_survives_json_and_new_columns(grid: RecordGrid, qtbot: QtBot) -> None:
    with qtbot.waitSignal(grid.layout_changed):
        grid.horizontalHeader().moveSection(4, 0)
    grid.setColumnWidth(2, 200)
    grid.columns.hide("name")
    state = json.loads(json.dumps(grid.columns.state()))
    assert [entry["key"] for entry in state] == ["revenue", "no", "name", "city", "type", "owner"]
    other = make_grid(qtbot, 3)
    other.columns.restore([{"key": "gone", "width": 9, "hidden": False}, *state[:-1]])
    assert other.columns.state() == state
    other.columns.hide("name", hidden=False)
    assert other.columnWidth(1) == 180


def test_new_columns_come_with_their_own_widths(grid: RecordGrid) -> None:
    grid.columns.hide("no")
    grid.records.restart(ListSource(), [Column(key="x", title="X", width=77), Column(key="y", title="Y", width=88)])
    assert [grid.columnWidth(i) for i in range(2)] == [theme().px(77), theme().px(88)]
    assert not grid.isColumnHidden(0)


def test_fitting_columns_and_rows(grid: RecordGrid, qtbot: QtBot) -> None:
    grid.columns.fit()
    assert grid.columnWidth(0) < 120
    small = make_grid(qtbot, 2)
    small.fit_rows()
    assert small.height() == small.horizontalHeader().height() + 2 * theme().px(27)
    small.records.append([account(2)], has_more=False)
    assert small.height() == small.horizontalHeader().height() + 3 * theme().px(27)
    small.resize(300, small.height())
    assert small.height() > small.horizontalHeader().height() + 3 * theme().px(27)  # room for the bar below
    theme().choose_rows(ROW_COMFORTABLE)
    try:
        assert small.rowHeight(0) == theme().px(33)
    finally:
        theme().choose_rows(ROW)


def test_text_size_reaches_rows_header_and_columns(grid: RecordGrid) -> None:
    row, header, column = grid.rowHeight(0), grid.horizontalHeader().height(), grid.columnWidth(1)
    try:
        theme().set_text_scale(2.0)
        assert grid.rowHeight(0) > 1.5 * row
        assert grid.horizontalHeader().height() > 1.5 * header
        assert grid.columnWidth(1) > 1.5 * column
    finally:
        theme().set_text_scale(1.0)
    assert grid.rowHeight(0) == row


def test_more_is_wanted_before_the_end(qtbot: QtBot) -> None:
    model = RecordTableModel(COLUMNS)
    grid = RecordGrid(model)
    qtbot.addWidget(grid)
    model.restart()
    model.append([account(i) for i in range(100)], has_more=True)
    grid.resize(600, 300)
    grid.show()
    wanted: list[int] = []
    model.more_wanted.connect(lambda: wanted.append(model.rowCount()))
    bar = grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 4)
    assert not wanted
    bar.setValue(bar.maximum() - 2 * 27)
    assert wanted == [100]


def test_empty_table_says_why_and_what_to_do(qtbot: QtBot) -> None:
    grid = make_grid(qtbot, 0)
    pressed: list[int] = []
    grid.set_empty("No account matches", "Remove a chip.", "Remove all", lambda: pressed.append(1))
    texts = {text.text() for text in grid.viewport().findChildren(QLabel) if text.isVisible()}
    assert {"No account matches", "Remove a chip."} <= texts
    push = grid.viewport().findChild(QPushButton)
    assert isinstance(push, QPushButton)
    QTest.mouseClick(push, LEFT)
    assert pressed == [1]
    grid.records.restart()
    assert "Loading …" in {text.text() for text in grid.viewport().findChildren(QLabel) if text.isVisible()}
    grid.records.append([account(1)], has_more=False)
    assert not push.isVisible()


def test_wheel_scrolls(grid: RecordGrid) -> None:
    wheel(grid.viewport())
    assert grid.verticalScrollBar().value() > 0


def test_screen_reader_hears_column_row_value_and_change(grid: RecordGrid) -> None:
    face = QAccessible.queryAccessibleInterface(grid)
    assert face is not None
    names = [face.child(i).text(QAccessible.Text.Name) for i in range(14)]
    assert {"Account name", "Company 0", "Helsinki"} <= set(names)
    grid.records.set_overlay({"k0": {"city": StagedCell(text="Espoo", was="Helsinki")}})
    cell = next(face.child(i) for i in range(20) if face.child(i).text(QAccessible.Text.Name) == "Espoo")
    assert cell.text(QAccessible.Text.Description) == "Billing city, row 1, Changed, was Helsinki"
