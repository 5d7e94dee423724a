# SPDX-License-Identifier: MIT
"""For sheets with much or large text: a scroll area that wants to be as large as its content."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from crmdesk.ui.theme import theme


def settle_layouts(holder: QWidget) -> None:
    """Let what was just shown, hidden or filled count at once; Qt tells it upwards one level an event."""
    for child in reversed(holder.findChildren(QWidget)):  # children before parents
        layout = child.layout()
        if isinstance(child, Fitting):
            child.updateGeometry()  # the height its item remembers for this width
        elif layout is not None:
            layout.invalidate()
            layout.activate()


class Fitting(QScrollArea):
    """As large as its content where there is room, else it scrolls; for sheets with much or large text."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = content
        self.setWidget(content)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self._content.layout()
        return layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else self._high()

    def _high(self) -> int:
        return self._content.sizeHint().height()

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._content.minimumSizeHint().width() + bar, theme().px(80))
