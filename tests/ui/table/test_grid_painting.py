# SPDX-License-Identifier: MIT
"""What the grid paints: pills, staged cells, ranges, waiting rows; in every scheme and direction, and after a fault."""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from crmdesk.ui.metrics import ROW, ROW_COMFORTABLE, Scheme
from crmdesk.ui.table.cell_painter import _one_line
from crmdesk.ui.table.cells import Column, Kind, ListSource, PagedSource, Row, Segment, SortMark, StagedCell, State
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from tests.ui.table.conftest import COLUMNS, make_grid


def picture(grid: RecordGrid) -> QImage:
    QApplication.processEvents()
    return grid.viewport().grab().toImage()


def colours_in(grid: RecordGrid, row: int, column: int, image: QImage | None = None) -> set[str]:
    """All colours within a cell."""
    image = picture(grid) if image is None else image
    rect = grid.visualRect(grid.records.index(row, column)).adjusted(1, 1, -2, -2)
    points = ((x, y) for x in range(rect.left(), rect.right()) for y in range(rect.top(), rect.bottom()))
    return {image.pixelColor(x, y).name() for x, y in points}


def test_pills_have_their_tones(grid: RecordGrid) -> None:
    c = theme().colours
    assert c.good_wash.name() in colours_in(grid, 1, 3)
    assert c.bad_wash.name() in colours_in(grid, 4, 3)


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK, Scheme.CONTRAST])
@pytest.mark.parametrize(
    ("state", "ground", "ink"),
    [
        (State.EDITED, "edited", "on_edited"),
        (State.CLEARED, "edited", "on_edited"),
        (State.CONFLICT, "bad_wash", "bad"),
        (State.REFUSED, "bad_wash", "bad"),
    ],
)
def test_staged_cells_have_ground_and_ink(
    grid: RecordGrid, scheme: Scheme, state: State, ground: str, ink: str
) -> None:
    theme().choose(scheme)
    text = "" if state is State.CLEARED else "Espoo ▇"
    grid.records.set_overlay({"k2": {"city": StagedCell(text=text, was="Leeds", state=state)}})
    image = picture(grid)
    rect = grid.visualRect(grid.records.index(2, 2))
    assert image.pixelColor(rect.left() + 2, rect.top() + 2) == theme().colours.of(ground)
    if text:
        assert theme().colours.of(ink).name() in colours_in(grid, 2, 2, image)
    assert theme().colours.of(ground).name() not in colours_in(grid, 3, 2, image)


def test_every_state_looks_different_without_colour(grid: RecordGrid) -> None:
    pictures = []
    for state in (State.EDITED, State.CONFLICT, State.REFUSED):
        grid.records.set_overlay({"k2": {"city": StagedCell(text="Espoo", was="Leeds", state=state)}})
        rect = grid.visualRect(grid.records.index(2, 2))
        pictures.append(picture(grid).copy(rect).convertToFormat(QImage.Format.Format_Mono))
    assert pictures[0] != pictures[1]
    assert pictures[1] != pictures[2]


def test_range_has_ground_and_outline(grid: RecordGrid) -> None:
    area = QItemSelection(grid.records.index(2, 1), grid.records.index(4, 2))
    grid.selectionModel().select(area, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    image = picture(grid)
    assert theme().colours.selection.name() in colours_in(grid, 3, 2, image)
    assert theme().colours.selection.name() not in colours_in(grid, 5, 2, image)
    rect = grid.visualRect(grid.records.index(4, 2))
    assert image.pixelColor(rect.center().x(), rect.bottom() + 1) == theme().colours.accent


def test_current_cell_wears_a_ring_only_with_focus(grid: RecordGrid) -> None:
    rect = grid.visualRect(grid.records.index(0, 0))
    assert picture(grid).pixelColor(rect.left(), rect.center().y()) == theme().colours.accent
    grid.clearFocus()
    assert picture(grid).pixelColor(rect.left(), rect.center().y()) == theme().colours.selection


def test_each_change_changes_the_picture_and_nothing_fails(grid: RecordGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *fault: faults.append(fault))
    header = grid.horizontalHeader()
    changes: tuple[Callable[[], object], ...] = (
        lambda: grid.records.set_overlay({"k1": {"revenue": StagedCell(text="9", was="1")}}),
        lambda: header.moveSection(0, 3),
        lambda: grid.columns.hide("name"),
        lambda: grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft),
        grid.selectAll,
        lambda: grid.setColumnWidth(4, 33),
        grid.scrollToBottom,
        lambda: theme().choose(Scheme.DARK),
        lambda: theme().choose_rows(ROW_COMFORTABLE),
    )
    before = picture(grid)
    try:
        for change in changes:
            change()
            after = picture(grid)
            assert after != before
            before = after
    finally:
        theme().choose_rows(ROW)
    assert not faults


def test_what_comes_to_the_front_again_looks_as_before(grid: RecordGrid) -> None:
    grid.clearFocus()
    picture(grid)  # the second time it is painted with what the first one has laid out
    before = picture(grid)
    grid.hide()
    grid.show()
    grid.clearFocus()
    assert picture(grid) == before


def test_numbers_that_do_not_fit_are_never_cut(qtbot: QtBot) -> None:
    columns = [Column(key="n", title="N", kind=Kind.MONEY, width=60), Column(key="t", title="T", width=60)]
    grid = RecordGrid(RecordTableModel(columns, ListSource([Row("a", ("123 456 789,00", "A long text of words"))])))
    qtbot.addWidget(grid)
    assert grid._cells._shorten("123 456 789,00", "figures", 42, True) == "###"
    assert grid._cells._shorten("A long text of words", "body", 42, False).endswith("…")
    assert _one_line("two\nlines\tand more") == "two lines and more"


def test_segments_stand_side_by_side_and_mirror(qtbot: QtBot) -> None:
    pieces = (Segment("Helsinki", "strike"), Segment("→"), Segment("Espoo", "good"), Segment("new", "pill:info"))
    more = (Segment("", "check:on"), Segment("Vantaa", "choice:off"), Segment("Undo…", "button"), Segment("x", "link"))
    model = RecordTableModel(
        [Column(key="c", title="C", width=400)], ListSource([Row("a", (pieces,)), Row("b", (more,))])
    )
    grid = RecordGrid(model)
    qtbot.addWidget(grid)
    grid.resize(420, 120)
    grid.show()
    assert theme().colours.wash.name() in colours_in(grid, 0, 0)
    assert theme().colours.accent.name() in colours_in(grid, 1, 0)
    rect = grid.visualRect(model.index(0, 0))
    near = grid._cells.place_segments(model.columns[0], rect, pieces)
    assert [p.rect.left() for p in near] == sorted(p.rect.left() for p in near)
    grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    picture(grid)
    far = grid._cells.place_segments(model.columns[0], rect, pieces)
    assert [p.rect.left() for p in far] == sorted((p.rect.left() for p in far), reverse=True)
    assert all(rect.contains(p.rect) for p in near + far)


def test_waiting_rows_show_dots_until_they_come(qtbot: QtBot) -> None:
    asked: list[tuple[int, int]] = []
    source = PagedSource(10_000, lambda first, count: asked.append((first, count)), page_rows=100)
    model = RecordTableModel(COLUMNS, source)
    grid = RecordGrid(model)
    qtbot.addWidget(grid)
    grid.resize(600, 300)
    grid.show()
    before = picture(grid)
    assert asked == [(0, 100)]
    row = grid.visualRect(model.index(1, 0))
    assert theme().colours.muted.name() in colours_in(grid, 1, 0, before) or before.copy(row) != before.copy(
        row.translated(200, 0)
    )
    source.put(0, [Row(f"k{i}", (f"ACC{i}", "x", "y", "Customer", "1,00", "z")) for i in range(100)])
    model.rows_arrived(0, 100)
    assert picture(grid) != before
    grid.verticalScrollBar().setValue(5_000 * 27)
    picture(grid)
    assert asked[1][0] in (4900, 5000)


def test_no_rows_no_columns_and_all_hidden(qtbot: QtBot) -> None:
    grid = make_grid(qtbot, 0)
    picture(grid)
    grid.records.restart(ListSource([Row("a", ())]), [])
    picture(grid)
    shown = make_grid(qtbot, 3)
    for column in COLUMNS:
        shown.columns.hide(column.key)
    picture(shown)


def test_a_fault_while_painting_is_reported_and_the_next_painting_works(grid: RecordGrid) -> None:
    source = grid.records.source
    assert isinstance(source, ListSource)
    good = picture(grid)
    row = source.row(2)
    assert row is not None
    source.replace(2, Row("k2", ()))  # too few cells
    with pytest.raises(IndexError):
        grid.viewport().repaint()
    source.replace(2, row)
    assert picture(grid) == good


def test_painting_asks_no_roles(grid: RecordGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven questions a cell are what makes QTableView slow; one look at each row is what makes this one quick."""
    asked: list[object] = []
    monkeypatch.setattr(RecordTableModel, "data", lambda self, index, role=0: asked.append(role))
    monkeypatch.setattr(QTableView, "paintEvent", lambda *_: pytest.fail("QTableView painted"))
    grid.viewport().repaint()
    assert not asked


def test_header_shows_sort_and_filter_marks(grid: RecordGrid) -> None:
    header = grid.horizontalHeader()
    before = header.grab().toImage()
    grid.records.set_sort([SortMark("name"), SortMark("city", True)])
    sorted_ = header.grab().toImage()
    grid.records.set_filtered({"city", "revenue"})
    filtered = header.grab().toImage()
    assert before != sorted_
    assert sorted_ != filtered
    points = ((x, y) for x in range(filtered.width()) for y in range(filtered.height()))
    assert theme().colours.accent.name() in {filtered.pixelColor(x, y).name() for x, y in points}


def test_million_rows_open_at_once(qtbot: QtBot) -> None:
    def read(first: int, count: int) -> None:
        source.put(first, [Row(str(n), tuple(f"{n}.{i}" for i in range(40))) for n in range(first, first + count)])

    source = PagedSource(1_000_000, read)
    columns = [Column(key=str(i), title=str(i)) for i in range(40)]
    grid = RecordGrid(RecordTableModel(columns, source))
    qtbot.addWidget(grid)
    grid.resize(900, 500)
    grid.show()
    grid.scrollToBottom()
    picture(grid)
    assert grid.rowAt(grid.viewport().height() - 1) == 999_999
    assert source.row(999_999) is not None
    assert sum(len(page) for page in source._pages.values()) <= 1_000
