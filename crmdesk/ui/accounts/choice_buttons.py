# SPDX-License-Identifier: MIT
"""One of several, as buttons: vendor cards, environment pills, colour dots. Arrow keys move within a group."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from crmdesk.ui.parts import paint_pill, set_font
from crmdesk.ui.theme import theme


class ChoiceButton(QAbstractButton):
    """The base: checkable, one of its group. `key` is what it stands for."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self.key = key
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(text)
        self.toggled.connect(self._on_toggled)
        self._on_toggled(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme().changed.connect(self.updateGeometry)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setShortcut(QKeySequence())  # Qt takes one from an `&` in it; here it is painted as a letter

    def _on_toggled(self, checked: bool) -> None:
        """A group is one stop for Tab: the chosen one."""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if checked else Qt.FocusPolicy.NoFocus)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def _ring(self, painter: QPainter, rect: QRectF, corner: float) -> None:
        """What shows the focus."""
        if self.hasFocus():
            painter.setPen(QPen(theme().colours.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, corner, corner)


class Card(ChoiceButton):
    """A title and a line below it."""

    def __init__(self, key: str, title: str, detail: str) -> None:
        super().__init__(key, title)
        self._detail = detail
        self.setToolTip(detail)
        self.setAccessibleName(f"{title}, {detail}" if detail else title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        t = theme()
        lines = t.metrics("bold").height() + t.metrics("small").height()
        return QSize(t.px(280), max(t.px(56), lines + t.px(25)))

    def minimumSizeHint(self) -> QSize:
        t = theme()
        title = t.metrics("bold").horizontalAdvance(self.text()) + t.px(26)
        return QSize(max(t.px(120), title), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, c = theme(), theme().colours
        painter, rect = QPainter(self), QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.wash)
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 10, 10)
        painter.setPen(c.accent if self.isChecked() else c.line)
        painter.setBrush(c.header if self.underMouse() and not self.isChecked() and self.isEnabled() else c.card)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        room = self.rect().adjusted(t.px(13), t.px(10), -t.px(13), -t.px(11))
        near = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        for text, font, ink, edge in (
            (self.text(), "bold", c.text, Qt.AlignmentFlag.AlignTop),
            (self._detail, "small", c.muted, Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(t.font(font))
            painter.setPen(ink)
            shown = t.metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, near | edge | Qt.AlignmentFlag.AlignAbsolute, shown)
        self._ring(painter, rect, 9)
        painter.end()


class PillChoice(ChoiceButton):
    """A pill that wears its tone while it is chosen."""

    def __init__(self, key: str, text: str, tone: str, tip: str = "") -> None:
        super().__init__(key, text)
        self._tone = tone
        self.setToolTip(tip)
        self.setAccessibleDescription(tip)
        set_font(self, "pill")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        t, metrics = theme(), theme().metrics("pill")
        return QSize(metrics.horizontalAdvance(self.text()) + t.px(18), metrics.height() + t.px(5))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, rect = QPainter(self), QRectF(self.rect()).adjusted(1, 1, -1, -1)
        paint_pill(painter, rect, self.text(), self._tone if self.isChecked() else "neutral")
        self._ring(painter, rect, rect.height() / 2)
        painter.end()


class Dot(ChoiceButton):
    """A colour; a ring marks the chosen one, a second the focus."""

    def __init__(self, key: str, name: str, colour: str) -> None:
        super().__init__(key, name)
        self._colour = QColor(colour)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = theme().px(24)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme()
        painter, rect = QPainter(self), QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        share = t.px(24) / 24
        if self.isChecked():
            painter.setPen(QPen(t.colours.text, 1.2))
            painter.drawEllipse(rect.adjusted(2.5 * share, 2.5 * share, -2.5 * share, -2.5 * share))
        if self.hasFocus():
            painter.setPen(QPen(t.colours.accent, 2))
            painter.drawEllipse(rect)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        inner = 5 * share
        painter.drawEllipse(rect.adjusted(inner, inner, -inner, -inner))
        painter.end()
