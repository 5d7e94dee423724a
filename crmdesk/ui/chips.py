# SPDX-License-Identifier: MIT
"""Filter chips, and a layout that wraps them and rows of buttons."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QLayoutItem, QSizePolicy, QSpacerItem, QWidget

from crmdesk.ui import icons
from crmdesk.ui.changes.elided_label import ElidedLabel
from crmdesk.ui.parts import label, tool
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_ENDLESS = 1 << 20
_LEAST_WIDTH = 120  # of the widest item, in pixels at normal text size: below it nothing can be read


class FlowLayout(QLayout):
    """Items from the leading edge, then on the next line; those of one line share their middle.

    What follows a spring (`addItem(QSpacerItem)`) stands at the far edge of its line.
    """

    def __init__(
        self, parent: QWidget | None = None, *, spacing: int = 8, margins: tuple[int, int, int, int] = (12, 10, 12, 8)
    ) -> None:
        super().__init__(parent) if parent is not None else super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self._gap = theme().px(spacing)
        self.setContentsMargins(*(theme().px(m) for m in margins))

    def insertWidget(self, index: int, widget: QWidget) -> None:
        """Put a widget before the item at `index`."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        # Qt's contract is None beyond the end; the stubs do not know it.
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        """Kept until something changes: Qt asks many times while it looks for a place."""
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def minimumSize(self) -> QSize:
        margins, size = self.contentsMargins(), QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        size.setWidth(min(size.width(), theme().px(_LEAST_WIDTH)))  # what is wider gives way
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def sizeHint(self) -> QSize:
        lines = self._lines(_ENDLESS)
        x, item = lines[0][-1] if lines else (0, None)
        margins = self.contentsMargins()
        width = x + (item.sizeHint().width() if item is not None else 0) + margins.left() + margins.right()
        return QSize(max(width, self.minimumSize().width()), self.minimumSize().height())

    def _lines(self, room: int) -> list[list[tuple[int, QLayoutItem]]]:
        """The items in lines no wider than `room`, each with its distance from the leading edge."""
        lines: list[list[tuple[int, QLayoutItem]]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():
                continue
            width = item.sizeHint().width()
            if not lines or x + width > room:
                lines.append([])
                x = 0
            lines[-1].append((x, item))
            x += width + self._gap
        return lines

    def _is_far(self, item: QLayoutItem, line: list[tuple[int, QLayoutItem]]) -> bool:
        """Whether a spring stands before an item among those of its line."""
        first, at = self._items.index(line[0][1]), self._items.index(item)
        return any(one.spacerItem() is not None for one in self._items[first:at])

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Lay the items out and return the height they take, margins included."""
        parent = self.parentWidget()
        mirrored = parent is not None and parent.isRightToLeft()
        area = rect.marginsRemoved(self.contentsMargins())
        y = area.top()
        for line in self._lines(area.width()):
            height = max(item.sizeHint().height() for _, item in line)
            last, end = line[-1]
            rest = max(0, area.width() - last - end.sizeHint().width())
            for x, item in line if move else ():
                x += rest if self._is_far(item, line) else 0
                hint = item.sizeHint().boundedTo(QSize(area.width(), item.sizeHint().height()))
                left = area.right() + 1 - x - hint.width() if mirrored else area.left() + x
                item.setGeometry(QRect(QPoint(left, y + (height - hint.height()) // 2), hint))
            y += height + self._gap
        used = y - self._gap if y > area.top() else area.top()
        margins = self.contentsMargins()
        return used - area.top() + margins.top() + margins.bottom()


def flow(
    *items: QWidget | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8, role: str = ""
) -> QFrame:
    """A row like `parts.box` that goes on in the next line where there is no room; None puts the rest at the far edge."""
    made = QFrame()
    made.setProperty("role", role)
    layout = FlowLayout(made, spacing=spacing, margins=margins)
    for item in items:
        if item is None:
            layout.addItem(QSpacerItem(0, 0))
        else:
            layout.addWidget(item)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


class Chip(QFrame):
    """One condition: field, what it asks, and a cross. One that the server was not asked wears a house and says why.

    Signals:
        edit_wanted(): Clicked, or Return or Space pressed on it.
        removed(): The cross, or Delete or Backspace.
    """

    edit_wanted = Signal()
    removed = Signal()

    def __init__(self, field: str, condition: str, local_reason: str = "") -> None:
        """`local_reason`: why it is applied on this computer; empty = the server does it."""
        super().__init__()
        t, ink = theme(), "muted" if local_reason else "accent"
        self._local = bool(local_reason)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(local_reason)
        self.setAccessibleName(f"{field} {condition}")
        self.setAccessibleDescription(local_reason)
        row = QHBoxLayout(self)
        row.setContentsMargins(t.px(7), 0, t.px(7), 0)  # equal, as Qt does not mirror margins
        row.setSpacing(t.px(6))
        if self._local:
            row.addSpacing(t.px(18))
        row.addWidget(label(field, ink, "bold"))
        asks = ElidedLabel(condition)
        asks.setProperty("role", ink)
        row.addWidget(asks)
        cross = tool(
            "x", tr("Remove filter {condition}", condition=f"{field} {condition}"), self.removed.emit, role=ink
        )
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Delete on the chip does it; one stop for Tab is enough
        row.addWidget(cross)
        self.setFixedHeight(t.px(26))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def is_local(self) -> bool:
        """Whether this computer applies it, not the server."""
        return self._local

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.edit_wanted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.edit_wanted.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.colours.accent, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(t.colours.header if self._local else t.colours.wash)
        rim = 1.0 if self.hasFocus() else 0.0
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(rim, rim, -rim, -rim), 6, 6)
        if self._local:
            size = t.px(13)
            x = self.width() - t.px(7) - size if self.isRightToLeft() else t.px(7)
            image = icons.pixmap("house-simple", t.colours.muted, size, self.devicePixelRatioF())
            painter.drawPixmap(x, (self.height() - size) // 2, image)
        painter.end()
