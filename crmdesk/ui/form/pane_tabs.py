# SPDX-License-Identifier: MIT
"""The quiet row of tabs of a narrow pane, in small letters so that five fit."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTabBar

from crmdesk.ui.parts import set_font
from crmdesk.ui.tabs import Tabs
from crmdesk.ui.theme import theme


class PaneTabs(Tabs):
    """As wide as their small bold title, so that none moves when another is chosen."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        set_font(self, "small")

    def tabSizeHint(self, index: int) -> QSize:
        hint = QTabBar.tabSizeHint(self, index)
        if index == self.currentIndex():
            return hint
        text = self.tabText(index)
        grown = theme().metrics("small_bold").horizontalAdvance(text) - self.fontMetrics().horizontalAdvance(text)
        return QSize(hint.width() + max(0, grown), hint.height())
