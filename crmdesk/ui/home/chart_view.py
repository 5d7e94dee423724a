# SPDX-License-Identifier: MIT
"""A chart that a click or Enter turns into a table; arrows go from bar to bar, a screen reader hears each."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.ui.home.drawing import Drawing, Stroke
from crmdesk.ui.theme import theme

_HEIGHT = 190
_LEAST_WIDTH = 220


class ChartView(QWidget):
    """Owned by a card of the home page.

    Attributes:
        current: the bar that the keyboard is on.

    Signals:
        chosen(int): a bar was clicked, or Enter pressed on it.
    """

    chosen = Signal(int)

    def __init__(self, title: str, strokes: Sequence[Stroke], tips: Sequence[str], *, lying: bool) -> None:
        """`tips`: what each bar says in words, for the pointer and the screen reader."""
        super().__init__()
        self.current = 0
        self._strokes, self._tips, self._lying = tuple(strokes), tuple(tips), lying
        self._hovered = -1
        self._drawing: Drawing | None = None
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()
        theme().changed.connect(self._redraw)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(_LEAST_WIDTH), theme().px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def bar_at(self, at: QPointF) -> int:
        """Which bar's row or column a point is in, -1 = none."""
        for number, place in enumerate(self._bands()):
            if place.contains(at):
                return number
        return -1

    def _bands(self) -> list[QRectF]:
        """The whole row or column of each bar, so that a short one can be hit as well."""
        places = self._drawn().places
        if self._lying:
            return [QRectF(0, place.top() - 3, self.width(), place.height() + 6) for place in places]
        return [QRectF(place.left() - 3, 0, place.width() + 6, self.height()) for place in places]

    def _drawn(self) -> Drawing:
        if self._drawing is None:
            self._drawing = Drawing(self._strokes, self.size(), lying=self._lying)
        return self._drawing

    def _redraw(self) -> None:
        self._drawing = None
        self.updateGeometry()
        self.update()

    def _go(self, number: int) -> None:
        self.current = max(0, min(number, len(self._strokes) - 1))
        self._describe()
        self.update()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _describe(self) -> None:
        self.setAccessibleDescription(self._tips[self.current] if self._tips else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drawing = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bands = self._bands()
        if 0 <= self._hovered < len(bands):
            painter.fillRect(bands[self._hovered], t.colours.wash)
        self._drawn().renderer.render(painter, QRectF(self.rect()))
        if self.hasFocus() and bands:
            painter.setPen(QPen(t.colours.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(bands[self.current].intersected(inside), 4, 4)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self.bar_at(event.position())
        if number != self._hovered:
            self._hovered = number
            self.setToolTip(self._tips[number] if number >= 0 else "")
            self.setCursor(Qt.CursorShape.PointingHandCursor if number >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self.bar_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self._go(number)
            self.chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        if key in steps:
            self._go(self.current + steps[key])
        elif key == Qt.Key.Key_Home:
            self._go(0)
        elif key == Qt.Key.Key_End:
            self._go(len(self._strokes) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._strokes:
            self.chosen.emit(self.current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
