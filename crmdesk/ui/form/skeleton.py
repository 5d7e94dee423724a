# SPDX-License-Identifier: MIT
"""Grey bars where fields will be, while nothing of a record is known yet."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr

_WIDTHS = (0.55, 0.3, 0.42, 0.5, 0.25, 0.6, 0.38, 0.0, 0.62, 0.3, 0.45, 0.35)
"""Share of the value's column for each line; 0 = the gap between two blocks."""


class Skeleton(QWidget):
    """Still on purpose: nothing blinks beside what one works on."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Loading the record"))

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.colours.header)
        column, y, high = t.px(141), t.px(20), t.px(10)
        for number, share in enumerate(_WIDTHS):
            if share:
                label = t.px(50 + (number * 23) % 46)
                painter.drawRoundedRect(QRectF(column - t.px(15) - label, y, label, high), 4, 4)
                painter.drawRoundedRect(QRectF(column, y, (self.width() - column - t.px(20)) * share, high), 4, 4)
            y += t.px(31)
        painter.end()
