# SPDX-License-Identifier: MIT
"""What the keys do in a record grid beyond Qt's own: clipboard, moving as in a spreadsheet, links, pressing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView

from crmdesk.ui.table.cell_painter import PRESSABLE
from crmdesk.ui.table.cells import Kind
from crmdesk.ui.table.clipboard import from_tsv
from crmdesk.ui.table.grid_selection import MAX_CELLS, NotAllRead, TooMany
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.table.record_grid import RecordGrid

_Key = Qt.Key
_Standard = QKeySequence.StandardKey
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_RETURNS = (_Key.Key_Return, _Key.Key_Enter)
_Action = QAbstractItemView.CursorAction
_EXTENDING = {
    _Key.Key_Up: _Action.MoveUp,
    _Key.Key_Down: _Action.MoveDown,
    _Key.Key_Left: _Action.MoveLeft,
    _Key.Key_Right: _Action.MoveRight,
    _Key.Key_Home: _Action.MoveHome,
    _Key.Key_End: _Action.MoveEnd,
    _Key.Key_PageUp: _Action.MovePageUp,
    _Key.Key_PageDown: _Action.MovePageDown,
}
_EDGES = (_Key.Key_Up, _Key.Key_Down, _Key.Key_Left, _Key.Key_Right)


class GridKeys(QObject):
    """One grid's keys; `handle` says whether a key was its business."""

    def __init__(self, grid: "RecordGrid") -> None:
        super().__init__(grid)
        self._grid = grid

    def is_own(self, event: QKeyEvent) -> bool:
        """Whether the grid takes the key before the window's menus may (copy, paste …, a link under Ctrl+Return)."""
        if any(event.matches(key) for key in (_Standard.Copy, _Standard.Cut, _Standard.Paste, _Standard.SelectAll)):
            return True
        if event.key() == _Key.Key_C and event.modifiers() == _CTRL | _SHIFT:
            return True
        return event.key() in _RETURNS and event.modifiers() == _CTRL and self._link_here()

    def handle(self, event: QKeyEvent) -> bool:
        """Do what the key asks; False = Qt's business."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if event.matches(_Standard.Copy):
            self.copy()
        elif key == _Key.Key_C and modifiers == _CTRL | _SHIFT:
            self.copy(with_header=True)
        elif event.matches(_Standard.Cut):
            if self.copy():
                self.clear()
        elif event.matches(_Standard.Paste):
            self.paste()
        elif key in (_Key.Key_Delete, _Key.Key_Backspace) and not modifiers:
            self.clear()
        elif key in _RETURNS and modifiers == _CTRL and self._link_here():
            index = self._grid.currentIndex()
            self._grid.linked.emit(index.row(), self._key(index))
        elif key in _RETURNS and modifiers in (Qt.KeyboardModifier.NoModifier, _SHIFT):
            self.step(-1 if modifiers else 1, 0)
        elif key in (_Key.Key_Tab, _Key.Key_Backtab) and not modifiers & _CTRL:
            self.step(0, -1 if key == _Key.Key_Backtab else 1)
        elif key in (_Key.Key_Left, _Key.Key_Right) and modifiers == _ALT | _SHIFT:
            self._widen(1 if (key == _Key.Key_Right) != self._grid.isRightToLeft() else -1)
        elif key in _EDGES and modifiers & _CTRL:
            self._to_edge(Qt.Key(key), extend=bool(modifiers & _SHIFT))
        elif key in _EXTENDING and modifiers & _SHIFT:
            # Not left to Qt, whose own start of the selection is stale after a move that was not its own.
            target = self._grid.moveCursor(_EXTENDING[Qt.Key(key)], modifiers & ~_SHIFT)
            if target.isValid():
                self._grid.extend_to(target)
        else:
            return key == _Key.Key_Space and not modifiers and self._press()
        return True

    # ---- clipboard --------------------------------------------------------------------------------------------------

    def copy(self, *, with_header: bool = False) -> bool:
        """Put the selection on the clipboard; False = nothing was copied, and `not_done` said why."""
        try:
            text = self._grid.selection.text(with_header=with_header)
        except TooMany:
            self._too_many()
            return False
        except NotAllRead:
            self._grid.not_done.emit(tr("Some of the selected rows are still being read. Try again in a moment."))
            return False
        QGuiApplication.clipboard().setText(text)
        return True

    def paste(self) -> None:
        """Ask for the clipboard's rows to be put from the upper left selected cell on."""
        rows = from_tsv(QGuiApplication.clipboard().text())
        columns, spans = self._grid.selection.columns(), self._grid.selection.row_spans()
        if rows and columns and spans:
            self._grid.paste_requested.emit(spans[0][0], self._grid.records.columns[columns[0]].key, rows)

    def clear(self) -> None:
        """Ask for the selected cells that may be edited to be cleared."""
        try:
            cells = self._grid.selection.editable_cells()
        except TooMany:
            self._too_many()
            return
        if cells:
            self._grid.clear_requested.emit(cells)

    def _too_many(self) -> None:
        words = tr("More than {n} cells are selected. Select fewer, or export the table.", n=f"{MAX_CELLS:n}")
        self._grid.not_done.emit(words)

    # ---- moving -----------------------------------------------------------------------------------------------------

    def step(self, down: int, right: int) -> None:
        """Go to the next cell below or beside; sideways it goes on in the next row."""
        grid, header, current = self._grid, self._grid.horizontalHeader(), self._grid.currentIndex()
        shown = self._shown_columns()
        if not current.isValid() or not shown:
            return
        row, at = current.row() + down, header.visualIndex(current.column())
        place = next((i for i, c in enumerate(shown) if header.visualIndex(c) >= at), 0) + right
        if not 0 <= place < len(shown):
            row, place = row + (1 if place > 0 else -1), place % len(shown)
        if 0 <= row < grid.records.rowCount():
            grid.go_to(row, grid.records.columns[shown[place]].key)

    def _to_edge(self, key: Qt.Key, *, extend: bool) -> None:
        """First or last row or column; with Shift everything up to there is selected."""
        grid, current, shown = self._grid, self._grid.currentIndex(), self._shown_columns()
        if not current.isValid() or not shown:
            return
        left = key == (_Key.Key_Right if grid.isRightToLeft() else _Key.Key_Left)
        row, column = current.row(), current.column()
        if key == _Key.Key_Up:
            row = 0
        elif key == _Key.Key_Down:
            row = grid.records.rowCount() - 1
        else:
            column = shown[0 if left else -1]
        if extend:
            grid.extend_to(grid.records.index(row, column))
        else:
            grid.go_to(row, grid.records.columns[column].key)

    def _widen(self, steps: int) -> None:
        index = self._grid.currentIndex()
        if index.isValid():
            self._grid.columns.widen(self._key(index), steps)

    def _shown_columns(self) -> list[int]:
        """Model columns in the order shown, without hidden ones."""
        header = self._grid.horizontalHeader()
        columns = (header.logicalIndex(visual) for visual in range(header.count()))
        return [column for column in columns if not header.isSectionHidden(column)]

    # ---- links and pieces -------------------------------------------------------------------------------------------

    def _key(self, index: QModelIndex) -> str:
        return self._grid.records.columns[index.column()].key

    def _link_here(self) -> bool:
        index = self._grid.currentIndex()
        return index.isValid() and self._grid.records.columns[index.column()].kind is Kind.LINK

    def _press(self) -> bool:
        """Press the first button, tick or choice of the current cell."""
        index = self._grid.currentIndex()
        cell = self._grid.records.shown(index.row(), index.column())[0] if index.isValid() else None
        for segment in cell if isinstance(cell, tuple) else ():
            if segment.look.partition(":")[0] in PRESSABLE:
                self._grid.pressed_in.emit(index.row(), self._key(index), segment.text)
                return True
        return False
