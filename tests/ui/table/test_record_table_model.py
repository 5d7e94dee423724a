# SPDX-License-Identifier: MIT
"""The model answers Qt's questions from what it has, asks for more once, and stores no edit itself."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from crmdesk.ui.table.cells import Column, Kind, ListSource, PagedSource, Row, Segment, SortMark, StagedCell, State
from crmdesk.ui.table.record_table_model import WAITING, RecordTableModel

Role = Qt.ItemDataRole
COLUMNS = (
    Column(key="no", title="No.", kind=Kind.MUTED),
    Column(key="name", title="Name", kind=Kind.MAIN, editable=True, tooltip="accountname, text"),
    Column(key="revenue", title="Revenue", kind=Kind.MONEY, editable=True),
)


def rows(first: int, count: int) -> list[Row]:
    return [
        Row(f"k{i}", (str(i), f"Name {i}", f"{i},00"), "read only here" if i == 3 else "")
        for i in range(first, first + count)
    ]


@pytest.fixture
def model() -> RecordTableModel:
    made = RecordTableModel(COLUMNS)
    made.restart()
    made.append(rows(0, 10), has_more=True)
    return made


def test_passes_qts_own_tester(model: RecordTableModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.append(rows(10, 5), has_more=False)
    model.set_overlay({"k1": {"name": StagedCell(text="x", was="Name 1")}})
    model.replace_row(Row("k4", ("4", "Other", "0,00")))
    model.restart()
    paged = RecordTableModel(COLUMNS, PagedSource(40, lambda first, count: None, page_rows=10))
    qtmodeltester.check(paged)  # type: ignore[no-untyped-call]


def test_more_is_wanted_once_until_it_comes_or_stalls(model: RecordTableModel) -> None:
    wanted: list[int] = []
    model.more_wanted.connect(lambda: wanted.append(model.rowCount()))
    root = QModelIndex()
    model.fetchMore(root)
    model.fetchMore(root)
    assert wanted == [10]
    assert model.waiting
    model.stalled()
    model.fetchMore(root)
    model.append(rows(10, 2), has_more=False)
    assert not model.canFetchMore(root)
    assert wanted == [10, 10]
    assert model.rowCount() == 12


def test_waiting_is_told(model: RecordTableModel) -> None:
    told: list[bool] = []
    model.waiting_changed.connect(told.append)
    model.restart()
    model.append((), has_more=False)
    assert told == [True, False]


def test_edit_is_asked_not_stored(model: RecordTableModel) -> None:
    asked: list[tuple[int, str, str]] = []
    model.edit_requested.connect(lambda *what: asked.append(what))
    index = model.index(1, 1)
    assert model.setData(index, "Espoo")
    assert model.setData(index, "Name 1")  # as it was: nothing to ask
    assert asked == [(1, "name", "Espoo")]
    assert index.data() == "Name 1"
    assert not model.setData(model.index(1, 0), "x")
    assert not model.setData(model.index(3, 1), "x")


def test_flags_follow_column_and_row(model: RecordTableModel) -> None:
    editable = Qt.ItemFlag.ItemIsEditable
    assert not model.flags(model.index(0, 0)) & editable
    assert model.flags(model.index(0, 1)) & editable
    assert not model.flags(model.index(3, 1)) & editable
    assert "read only here" in model.index(3, 1).data(Role.ToolTipRole)


@pytest.mark.parametrize(
    ("state", "note", "words"),
    [
        (State.EDITED, "", "Changed, was Name 1"),
        (State.CLEARED, "", "Cleared, was Name 1"),
        (State.CONFLICT, "Vantaa", "Conflict, was Name 1; on the server now: Vantaa"),
        (State.REFUSED, "too long", "Refused, was Name 1; too long"),
    ],
)
def test_staged_value_lies_over_the_stored_one(model: RecordTableModel, state: State, note: str, words: str) -> None:
    changed: list[int] = []
    model.dataChanged.connect(lambda top, bottom: changed.append(top.row()))
    new = "" if state is State.CLEARED else "Espoo"
    model.set_overlay({"k1": {"name": StagedCell(text=new, was="Name 1", state=state, note=note)}, "gone": {}})
    index = model.index(1, 1)
    assert changed == [1]
    assert index.data() == index.data(Role.EditRole) == new
    assert words in index.data(Role.ToolTipRole)
    assert index.data(Role.AccessibleDescriptionRole) == f"Name, row 2, {words}"
    model.set_overlay({})
    assert changed == [1, 1]
    assert index.data() == "Name 1"


def test_overlay_follows_the_columns(model: RecordTableModel) -> None:
    model.set_overlay({"k1": {"revenue": StagedCell(text="9,00", was="1,00")}})
    model.restart(ListSource([Row("k1", ("1,00",))]), COLUMNS[2:])
    assert model.index(0, 0).data() == "9,00"
    assert not model.waiting


def test_header_shows_order_and_explains(model: RecordTableModel) -> None:
    across = Qt.Orientation.Horizontal
    model.set_sort([SortMark("name")])
    assert model.headerData(1, across) == "Name ▴"
    model.set_sort([SortMark("name"), SortMark("revenue", True)])
    assert [model.headerData(i, across) for i in range(3)] == ["No.", "Name ▴1", "Revenue ▾2"]
    assert model.headerData(1, across, Role.ToolTipRole) == "accountname, text"
    model.set_filtered(["no"])
    assert model.filtered == {"no"}
    assert model.headerData(4, Qt.Orientation.Vertical) == "5"
    assert model.headerData(7, across) is None


def test_rows_not_read_yet_stand_as_dots(qtbot: QtBot) -> None:
    source = PagedSource(500, lambda first, count: None, page_rows=100)
    model = RecordTableModel(COLUMNS, source)
    index = model.index(250, 1)
    assert index.data() == WAITING
    assert index.data(Role.EditRole) is None
    assert not model.flags(index) & Qt.ItemFlag.ItemIsEditable
    assert "not read yet" in index.data(Role.AccessibleDescriptionRole)
    source.put(200, rows(200, 100))
    with qtbot.waitSignal(model.dataChanged):
        model.rows_arrived(200, 100)
    assert index.data() == "Name 250"
    model.grow(800, has_more=False)
    assert model.rowCount() == 800
    with pytest.raises(TypeError):
        model.append(rows(0, 1), has_more=False)
    with pytest.raises(TypeError):
        RecordTableModel(COLUMNS).grow(3, has_more=False)


def test_editor_may_begin_with_another_text(model: RecordTableModel) -> None:
    model.set_edit_text(lambda row, key: "1000.00" if key == "revenue" else None)
    assert model.index(1, 2).data(Role.EditRole) == "1000.00"
    assert model.index(1, 1).data(Role.EditRole) == "Name 1"


def test_segments_read_as_text() -> None:
    model = RecordTableModel(
        COLUMNS[:1], ListSource([Row("a", ((Segment("Helsinki", "strike"), Segment("Espoo", "good")),))])
    )
    assert model.index(0, 0).data() == "Helsinki Espoo"
    assert not model.replace_row(Row("b", ("x",)))
