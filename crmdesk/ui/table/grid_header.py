# SPDX-License-Identifier: MIT
"""The record grid's header: titles over their column's edge, sort and filter marks, clicks that wish an order."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QHeaderView

from crmdesk.ui import icons
from crmdesk.ui.metrics import CELL_PAD, HEADER
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme


class GridHeader(QHeaderView):
    """Columns move by dragging and resize at their edges; a click without moving asks for an order.

    Not "clickable" in Qt's sense, which would select the column.

    Signals:
        sort_requested(str column_key, bool add): Clicked; with Shift it joins the order there is.
        menu_requested(QPoint global, str column_key): Right click.
    """

    sort_requested = Signal(str, bool)
    menu_requested = Signal(QPoint, str)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._pressed_at: QPoint | None = None
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(theme().px(32))
        self.setFixedHeight(theme().px(HEADER))

    def _records(self) -> RecordTableModel | None:
        model = self.model()
        return model if isinstance(model, RecordTableModel) else None

    def _key_at(self, point: QPoint) -> str:
        model, section = self._records(), self.logicalIndexAt(point)
        return model.columns[section].key if model is not None and section >= 0 else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        resizing = self.cursor().shape() == Qt.CursorShape.SplitHCursor
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed_at = event.position().toPoint() if left and not resizing else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        start, point = self._pressed_at, event.position().toPoint()
        self._pressed_at = None
        if start is not None and (point - start).manhattanLength() < QApplication.startDragDistance():
            key = self._key_at(point)
            if key:
                self.sort_requested.emit(key, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos(), self._key_at(event.pos()))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self._records()
        if model is None or not rect.isValid():
            return
        t, column, pad = theme(), model.columns[section], theme().px(CELL_PAD)
        painter.save()
        painter.fillRect(rect, t.colours.header)
        painter.setPen(t.colours.line)
        edge = rect.left() if self.isRightToLeft() else rect.right()
        painter.drawLine(edge, rect.top(), edge, rect.bottom())
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        room = rect.adjusted(pad, 0, -pad, 0)
        far = column.far != self.isRightToLeft()
        if column.key in model.filtered:
            room = self._paint_funnel(painter, room, far)
        painter.setFont(t.font("small_bold"))
        painter.setPen(t.colours.muted)
        mark = model.sort_mark(section)
        tail = f" {mark}" if mark else ""
        metrics = painter.fontMetrics()
        # The mark stays when the title is cut.
        title = metrics.elidedText(
            column.title, Qt.TextElideMode.ElideRight, room.width() - metrics.horizontalAdvance(tail)
        )
        side = Qt.AlignmentFlag.AlignRight if far else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side, title + tail)
        painter.restore()

    def _paint_funnel(self, painter: QPainter, room: QRect, far: bool) -> QRect:
        """Paint the mark of a filtered column opposite the title; returns what is left for the title."""
        t = theme()
        size = t.px(11)
        if room.width() < 3 * size:
            return room
        x = room.left() if far else room.right() - size + 1
        image = icons.pixmap("funnel-fill", t.colours.accent, size, self.devicePixelRatioF())
        painter.drawPixmap(x, room.center().y() - size // 2, image)
        shift = size + t.px(4)
        return room.adjusted(shift, 0, 0, 0) if far else room.adjusted(0, 0, -shift, 0)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        hint.setHeight(theme().px(HEADER))
        return hint
