# SPDX-License-Identifier: MIT
"""Rows of a grid dragged to another place by the cells of its grip column, with a line where they would stand."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame

from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.theme import theme

_MARK_PX, _EDGE_PX, _SCROLL_MS = 3, 26, 40


class RowDrag(QObject):
    """Owned by whoever owns the grid; moves nothing itself. Escape or another button leaves all as it is.

    A row that is one of several selected takes those along.

    Signals:
        dropped(list[str] keys, str before): these rows are to stand before that one, "" = behind the last.
    """

    dropped = Signal(list, str)

    def __init__(self, grid: RecordGrid, may_drag: Callable[[str], bool]) -> None:
        """``may_drag(row_key)``: whether the row has a place among the others."""
        super().__init__(grid)
        self._grid, self._may_drag = grid, may_drag
        self._pressed: QPoint | None = None
        self._rows: list[int] = []
        self._is_dragging = False
        self._point = QPoint()
        self._mark = QFrame(grid.viewport())
        self._mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._mark.setAutoFillBackground(True)
        self._mark.hide()
        self._scroll = QTimer(self, interval=_SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)
        grid.viewport().installEventFilter(self)
        grid.installEventFilter(self)
        grid.records.modelReset.connect(self.cancel)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QKeyEvent() if self._is_dragging and event.type() in (
                QEvent.Type.KeyPress,
                QEvent.Type.ShortcutOverride,
            ):
                event.accept()
                if event.key() == Qt.Key.Key_Escape:
                    self.cancel()
                return True
            case QMouseEvent() if watched is self._grid.viewport():
                return self._on_mouse(event)
        return False

    def _on_mouse(self, event: QMouseEvent) -> bool:
        point = event.position().toPoint()
        match event.type():
            case QEvent.Type.MouseButtonPress:
                if self._is_dragging:
                    self.cancel()
                    return True
                return self._on_press(event, point)
            case QEvent.Type.MouseMove if self._pressed is not None:
                if not event.buttons() & Qt.MouseButton.LeftButton:
                    self.cancel()
                    return False
                if self._is_dragging or (point - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                    self._drag_to(point)
                return True
            case QEvent.Type.MouseButtonRelease if self._pressed is not None:
                return self._on_release(event)
        return False

    def _on_press(self, event: QMouseEvent, point: QPoint) -> bool:
        grid, index = self._grid, self._grid.indexAt(point)
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if not plain or not index.isValid() or not grid.records.columns[index.column()].grip:
            return False
        if not self._may_drag(grid.records.row_key(index.row()) or ""):
            return False
        marked = [row for row in grid.selection.rows() if self._may_drag(grid.records.row_key(row) or "")]
        among = index.row() in marked and len(marked) > 1
        self._rows = marked if among else [index.row()]
        self._pressed = point
        return among  # Qt would let go of the others

    def _on_release(self, event: QMouseEvent) -> bool:
        grid, pressed, dragging, rows = self._grid, self._pressed, self._is_dragging, self._rows
        keys = [key for row in rows if (key := grid.records.row_key(row))]
        before = self._before(self._place(event.position().toPoint().y()))
        self.cancel()
        if dragging:
            self.dropped.emit(keys, before)
            return True
        index = grid.indexAt(pressed) if pressed is not None else None
        if len(rows) > 1 and index is not None and index.isValid():  # a click on one of several: that one
            grid.go_to(index.row(), grid.records.columns[index.column()].key)
            return True
        return False

    def cancel(self) -> None:
        """Let go of the rows; they stay where they are."""
        if self._is_dragging:
            self._grid.viewport().unsetCursor()
        self._pressed, self._is_dragging = None, False
        self._mark.hide()
        self._scroll.stop()

    # ---- where ---------------------------------------------------------------------------------------------------------

    def _drag_to(self, point: QPoint) -> None:
        self._is_dragging, self._point = True, point
        self._grid.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._show_mark()
        height = self._grid.viewport().height()
        if min(point.y(), height - point.y()) < theme().px(_EDGE_PX):
            self._scroll.start()
        else:
            self._scroll.stop()

    def _scroll_on(self) -> None:
        bar, height = self._grid.verticalScrollBar(), self._grid.viewport().height()
        step = self._grid.verticalHeader().defaultSectionSize() // 2
        bar.setValue(bar.value() + (step if self._point.y() > height // 2 else -step))
        self._show_mark()

    def _place(self, y: int) -> int:
        """The row before which rows dropped at that height stand; beyond the last one that has a place, its end."""
        grid, last = self._grid, self._last()
        row = grid.rowAt(max(y, 0))
        if row < 0 or row > last:
            return last + 1
        middle = grid.rowViewportPosition(row) + grid.rowHeight(row) // 2
        return row + (1 if y > middle else 0)

    def _last(self) -> int:
        rows = range(self._grid.records.rowCount() - 1, -1, -1)
        return next((row for row in rows if self._may_drag(self._grid.records.row_key(row) or "")), -1)

    def _before(self, place: int) -> str:
        keys = (self._grid.records.row_key(row) or "" for row in range(place, self._last() + 1))
        return next((key for key in keys if self._may_drag(key)), "")

    def _show_mark(self) -> None:
        grid, px = self._grid, theme().px(_MARK_PX)
        place = self._place(self._point.y())
        row = min(place, grid.records.rowCount() - 1)
        y = grid.rowViewportPosition(row) + (grid.rowHeight(row) if place > row else 0)
        width = min(grid.horizontalHeader().length(), grid.viewport().width())
        palette = self._mark.palette()
        palette.setColor(self._mark.backgroundRole(), theme().colours.accent)
        self._mark.setPalette(palette)
        self._mark.setGeometry(0, max(0, y - px // 2 - 1), width, px)
        self._mark.show()
        self._mark.raise_()
