# SPDX-License-Identifier: MIT
"""Where a context menu belongs: at the mouse for a right click, at the chosen row for the menu key."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView

Show = Callable[[QModelIndex, QPoint], object]
"""Pops a menu about a row (invalid = about none) up at a place of the screen."""


def asked_about(view: QAbstractItemView, event: QContextMenuEvent) -> tuple[QModelIndex, QPoint]:
    """The row that a menu is wanted for, and the place of the screen to pop it up at.

    By the keyboard it is the current row, wherever the mouse lies, scrolled into view so that both are seen together.
    """
    if event.reason() is not QContextMenuEvent.Reason.Keyboard:
        return view.indexAt(view.viewport().mapFromGlobal(event.globalPos())), event.globalPos()
    index = view.currentIndex()
    if not index.isValid():
        return index, view.viewport().mapToGlobal(QPoint(0, 0))
    view.scrollTo(index)
    within = view.visualRect(index).intersected(view.viewport().rect())
    return index, view.viewport().mapToGlobal(within.bottomLeft())


class MenuPlace(QObject):
    """Hears of the wish for a menu over a view, which owns it, and has it shown."""

    def __init__(self, view: QAbstractItemView, show: Show) -> None:
        super().__init__(view)
        self._view, self._show = view, show
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent):
            self._show(*asked_about(self._view, event))
            return True
        return False
