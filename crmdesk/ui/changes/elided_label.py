# SPDX-License-Identifier: MIT
"""ElidedLabel: a line of text that ends in an ellipsis where there is no room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class ElidedLabel(QLabel):
    """A text that gives way: it ends in an ellipsis where there is no room, and never widens its window."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._whole = ""  # the tooltip that stands for what is cut
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        if self.toolTip() in ("", self._whole):  # its owner has nothing else to tell
            self._whole = self.text() if shown != self.text() else ""
            self.setToolTip(self._whole)
        painter.setPen(self.palette().color(self.foregroundRole()))
        near = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), near | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, shown)
        painter.end()
