# SPDX-License-Identifier: MIT
"""The model of a record table: rows already read, and the staged values that lie over them. It never fetches."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from crmdesk.ui.table.cells import (
    Cell,
    Column,
    ListSource,
    PagedSource,
    Row,
    RowSource,
    SortMark,
    StagedCell,
    State,
    piece_states,
    plain,
)
from crmdesk.ui.translation import tr

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
WAITING = "…"  # stands where a row is not read yet
_ROOT = QModelIndex()
_NO_STAGED: Mapping[int, StagedCell] = {}
_FAR = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NEAR = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RecordTableModel(QAbstractTableModel):
    """Rows of a RowSource under a fixed set of columns. Qt thread; knows no view, no session, no coroutine.

    Editing stores nothing here: `edit_requested` asks the staging engine, whose answer comes back by `set_overlay`.

    Signals:
        more_wanted(): A view came to the end and there is more; said once until `append`, `grow` or `stalled`.
        edit_requested(int row, str column_key, str text): Somebody typed a value.
        overlay_changed(): Staged values are different now.
        marks_changed(): Sort or filter marks are different now.
        waiting_changed(bool): The model began or ceased to wait for rows.
    """

    more_wanted = Signal()
    edit_requested = Signal(int, str, str)
    overlay_changed = Signal()
    marks_changed = Signal()
    waiting_changed = Signal(bool)

    def __init__(
        self, columns: Sequence[Column], source: RowSource | None = None, parent: QObject | None = None
    ) -> None:
        """Without a source an empty ListSource is made, filled by `append`."""
        super().__init__(parent)
        self._columns = tuple(columns)
        self._source: RowSource = ListSource() if source is None else source
        self._has_more = False
        self._waiting = False
        self._overlay: Mapping[str, Mapping[str, StagedCell]] = {}
        self._staged: dict[str, dict[int, StagedCell]] = {}
        self._sort: tuple[SortMark, ...] = ()
        self._filtered: frozenset[str] = frozenset()
        self._edit_text: Callable[[int, str], str | None] | None = None
        self._row_note: Callable[[str], str] = lambda _: ""
        self._row_state: Callable[[str], str] = lambda _: ""

    # ---- columns, marks ---------------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in model order (views may show them in another)."""
        return self._columns

    @property
    def source(self) -> RowSource:
        """Where the rows come from."""
        return self._source

    @property
    def sort_marks(self) -> tuple[SortMark, ...]:
        """What the rows are ordered by, first key first."""
        return self._sort

    @property
    def filtered(self) -> frozenset[str]:
        """Keys of the columns that a filter concerns."""
        return self._filtered

    def column_at(self, key: str) -> int:
        """The place of a column, -1 when there is none of that key."""
        return next((i for i, column in enumerate(self._columns) if column.key == key), -1)

    def set_sort(self, marks: Iterable[SortMark]) -> None:
        """Say what the rows are ordered by; the model does not sort."""
        self._sort = tuple(marks)
        self._tell_marks()

    def set_filtered(self, keys: Iterable[str]) -> None:
        """Say which columns a filter concerns."""
        self._filtered = frozenset(keys)
        self._tell_marks()

    def _tell_marks(self) -> None:
        if self._columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        self.marks_changed.emit()

    def set_edit_text(self, edit_text: Callable[[int, str], str | None] | None) -> None:
        """`edit_text(row, column_key)`: what an editor begins with where it is not the shown text."""
        self._edit_text = edit_text

    def set_row_note(self, row_note: Callable[[str], str]) -> None:
        """`row_note(record_key)`: what there is to know of a row as a whole, for its cells' tooltips; "" = nothing."""
        self._row_note = row_note

    def set_row_state(self, row_state: Callable[[str], str]) -> None:
        """`row_state(row_key)`: what colours and pills say of a row as a whole, for a screen reader; "" = nothing."""
        self._row_state = row_state

    # ---- rows -------------------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> bool:
        """Whether rows were asked for and have not come."""
        return self._waiting

    @property
    def has_more(self) -> bool:
        """Whether there are rows beyond those of the source."""
        return self._has_more

    def _set_waiting(self, waiting: bool) -> None:
        if waiting != self._waiting:
            self._waiting = waiting
            self.waiting_changed.emit(waiting)

    def restart(self, source: RowSource | None = None, columns: Sequence[Column] | None = None) -> None:
        """Forget all rows and wait for the first page of something else (with a source: show that at once)."""
        self.beginResetModel()
        self._source = ListSource() if source is None else source
        if columns is not None:
            self._columns = tuple(columns)
            self._index_overlay()
        self._has_more = source is None
        self.endResetModel()
        self._set_waiting(source is None)

    def append(self, rows: Sequence[Row], has_more: bool) -> None:
        """Add a page of rows behind the others.

        Raises:
            TypeError: The source is not a ListSource.
        """
        if not isinstance(self._source, ListSource):
            raise TypeError("rows can only be appended to a ListSource")
        self._has_more = has_more
        if rows:
            first = self._source.row_count()
            self.beginInsertRows(_ROOT, first, first + len(rows) - 1)
            self._source.extend(rows)
            self.endInsertRows()
        self._set_waiting(False)

    def grow(self, count: int, has_more: bool) -> None:
        """The result set of a PagedSource has `count` rows by now (never fewer than before).

        Raises:
            TypeError: The source is not a PagedSource.
        """
        if not isinstance(self._source, PagedSource):
            raise TypeError("only a PagedSource grows")
        self._has_more = has_more
        first = self._source.row_count()
        if count > first:
            self.beginInsertRows(_ROOT, first, count - 1)
            self._source.set_count(count)
            self.endInsertRows()
        self._set_waiting(False)

    def stalled(self) -> None:
        """The last request failed; scrolling may ask again."""
        self._set_waiting(False)

    def rows_arrived(self, first: int, count: int) -> None:
        """Rows that stood as "…" are here now."""
        if count > 0 and self._columns:
            self.dataChanged.emit(self.index(first, 0), self.index(first + count - 1, len(self._columns) - 1))

    def replace_row(self, row: Row) -> bool:
        """Show a record as it is now; whether it was among the rows. Raises TypeError without a ListSource."""
        if not isinstance(self._source, ListSource):
            raise TypeError("rows can only be replaced in a ListSource")
        number = self._source.index_of(row.key)
        if number < 0:
            return False
        self._source.replace(number, row)
        self.rows_arrived(number, 1)
        return True

    def row_key(self, number: int) -> str | None:
        """The record's key, None when the row is not read yet."""
        row = self._source.row(number)
        return None if row is None else row.key

    # ---- staged values ----------------------------------------------------------------------------------------------

    def set_overlay(self, overlay: Mapping[str, Mapping[str, StagedCell]]) -> None:
        """Show these staged values: record key -> column key -> value. Replaces what was there."""
        before = self._overlay
        self._overlay = {key: dict(cells) for key, cells in overlay.items() if cells}
        self._index_overlay()
        for key in before.keys() | self._overlay.keys():
            if before.get(key) != self._overlay.get(key):
                self.rows_arrived(*((number, 1) if (number := self._source.index_of(key)) >= 0 else (0, 0)))
        self.overlay_changed.emit()

    def _index_overlay(self) -> None:
        places = {column.key: i for i, column in enumerate(self._columns)}
        self._staged = {
            key: {places[c]: cell for c, cell in cells.items() if c in places} for key, cells in self._overlay.items()
        }

    def staged(self, key: str) -> Mapping[int, StagedCell]:
        """The staged values of a record by column number; the painter's one look-up for a row."""
        return self._staged.get(key, _NO_STAGED)

    def shown(self, number: int, column: int) -> tuple[Cell | None, StagedCell | None]:
        """What a cell holds (None = not read yet) and what is staged over it."""
        row = self._source.row(number)
        if row is None:
            return None, None
        return row.cells[column], self.staged(row.key).get(column)

    def text(self, number: int, column: int) -> str | None:
        """What a cell says, staged value first; None = not read yet."""
        cell, staged = self.shown(number, column)
        if staged is not None:
            return staged.text
        return None if cell is None else plain(cell)

    # ---- Qt's questions ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._source.row_count()

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more and not self._waiting

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._set_waiting(True)
            self.more_wanted.emit()

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        number, column = index.row(), index.column()
        if role in (Role.DisplayRole, Role.AccessibleTextRole):
            text = self.text(number, column)
            return WAITING if text is None else text
        if role == Role.EditRole:
            given = self._edit_text(number, self._columns[column].key) if self._edit_text else None
            return self.text(number, column) if given is None else given
        if role == Role.ToolTipRole:
            return self._tooltip(number, column) or None
        if role == Role.AccessibleDescriptionRole:
            return self._description(number, column)
        if role == Role.TextAlignmentRole:
            return _FAR if self._columns[column].far else _NEAR
        return None

    def _staged_words(self, staged: StagedCell) -> str:
        was = tr("was {value}", value=staged.was or tr("empty"))
        words = {
            State.EDITED: tr("Changed, {was}", was=was),
            State.CLEARED: tr("Cleared, {was}", was=was),
            State.CONFLICT: tr("Conflict, {was}", was=was),
            State.REFUSED: tr("Refused, {was}", was=was),
        }[staged.state]
        note = tr("on the server now: {value}", value=staged.note) if staged.state is State.CONFLICT else staged.note
        return f"{words}; {note}" if staged.note else words

    def _tooltip(self, number: int, column: int) -> str:
        cell, staged = self.shown(number, column)
        if cell is None:
            return tr("This row is being read")
        row = self._source.row(number)
        note = self._row_note(row.key) if row is not None else ""
        if staged is not None:
            return "\n".join(part for part in (staged.text, self._staged_words(staged), note) if part)
        return "\n".join(part for part in (plain(cell), row.locked if row is not None else "", note) if part)

    def _description(self, number: int, column: int) -> str:
        """Column, row, value's state: what a screen reader says beside the value."""
        row = self._source.row(number)
        parts = [self._columns[column].called, tr("row {n}", n=number + 1)]
        if row is None:
            parts.append(tr("not read yet"))
        else:
            staged = self.staged(row.key).get(column)
            parts += [self._staged_words(staged)] if staged is not None else []
            parts += [*piece_states(row.cells[column]), self._row_state(row.key), row.locked]
        return ", ".join(part for part in parts if part)

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        text = "" if value is None else str(value)
        if text != self.data(index, Role.EditRole):
            self.edit_requested.emit(index.row(), self._columns[index.column()].key, text)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if self._columns[index.column()].editable:
            row = self._source.row(index.row())
            if row is not None and not row.locked:
                flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def sort_mark(self, column: int) -> str:
        """ "▴" or "▾", with its rank when the order has several keys; "" for other columns."""
        for rank, mark in enumerate(self._sort, 1):
            if mark.key == self._columns[column].key:
                return ("▾" if mark.descending else "▴") + (str(rank) if len(self._sort) > 1 else "")
        return ""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Role.DisplayRole else None
        if not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Role.DisplayRole:
            mark = self.sort_mark(section)
            return f"{column.title} {mark}" if mark else column.title
        if role == Role.AccessibleTextRole and not column.title:
            return column.called
        if role == Role.ToolTipRole:
            return column.tooltip or None
        if role == Role.TextAlignmentRole:
            return _FAR if column.far else _NEAR
        return None
