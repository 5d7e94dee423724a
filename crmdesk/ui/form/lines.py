# SPDX-License-Identifier: MIT
"""Lines of the small lists beside a record: a picture, a title, what tells it apart, and a second line."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QStandardItem
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from crmdesk.ui import icons
from crmdesk.ui.theme import theme

LINE = Qt.ItemDataRole.UserRole.value
DATA = LINE + 1
"""What the line stands for: a relation, a record, an attachment."""
_PAD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is painted.

    Attributes:
        hint: at the far end of the first line, muted.
        detail: a second line, small and muted; "" = one line only.
        icon: a glyph, "" = none. tone: "", muted, bad: the title's colour.
    """

    title: str
    hint: str = ""
    detail: str = ""
    icon: str = ""
    bold: bool = False
    tone: str = ""


def line_item(line: Line, data: object = None, *, enabled: bool = True) -> QStandardItem:
    """An item that shows a line and is read aloud as one."""
    item = QStandardItem(line.title)
    show_line(item, line)
    item.setData(data, DATA)
    item.setEditable(False)
    if not enabled:
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return item


def show_line(item: QStandardItem, line: Line) -> None:
    """Show another line in an item."""
    item.setText(line.title)
    item.setData(line, LINE)
    said = ", ".join(part for part in (line.title, line.hint, line.detail) if part)
    item.setAccessibleText(said)
    item.setToolTip(line.title if not line.detail else f"{line.title}\n{line.detail}")


class LineDelegate(QStyledItemDelegate):
    """Paints `Line`s; the view keeps selection, keys and scrolling."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line, t = index.data(LINE), theme()
        second = t.metrics("small").lineSpacing() if isinstance(line, Line) and line.detail else 0
        return QSize(t.px(120), t.px(26) + second)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line, t = index.data(LINE), theme()
        if not isinstance(line, Line):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect
        state = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(state & QStyle.StateFlag.State_Selected)
            painter.setBrush(t.colours.selection if chosen else t.colours.header)
            focus = chosen and bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(t.colours.accent, 1) if focus else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        self._paint_words(painter, rect.adjusted(t.px(_PAD), 0, -t.px(_PAD), 0), line)
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRect, line: Line) -> None:
        t, mirrored = theme(), painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        first = QRect(room.left(), room.top(), room.width(), t.px(26))
        if line.icon:
            size = t.px(15)
            x = first.right() - size if mirrored else first.left()
            device = painter.device()
            image = icons.pixmap(line.icon, t.colours.muted, size, device.devicePixelRatio())
            painter.drawPixmap(x, first.top() + (first.height() - size) // 2, image)
            beside = size + t.px(7)
            first.adjust(0 if mirrored else beside, 0, -beside if mirrored else 0, 0)
        small = t.metrics("small")
        hint_width = small.horizontalAdvance(line.hint) + t.px(8) if line.hint else 0
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(t.colours.muted)
        painter.setFont(t.font("small"))
        painter.drawText(first, middle | Qt.AlignmentFlag.AlignTrailing, line.hint)
        if line.detail:
            second = QRect(first.left(), first.bottom() - t.px(4), first.width(), small.lineSpacing())
            shown = small.elidedText(line.detail, Qt.TextElideMode.ElideMiddle, second.width())
            painter.drawText(second, middle | Qt.AlignmentFlag.AlignLeading, shown)
        font = "bold" if line.bold else "body"
        painter.setFont(t.font(font))
        painter.setPen(t.colours.of(line.tone) if line.tone else t.colours.text)
        shown = t.metrics(font).elidedText(line.title, Qt.TextElideMode.ElideRight, first.width() - hint_width)
        painter.drawText(first, middle | Qt.AlignmentFlag.AlignLeading, shown)
