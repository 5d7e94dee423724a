# SPDX-License-Identifier: MIT
"""The list of the keyboard map: a heading for each group, under it the actions with their keys."""

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from crmdesk.ui.key_map import KeyLine
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_WHAT, _KEYS = range(2)
_KEYS_SHARE = 0.4  # "Strg+Nach-oben, …": long in some languages
_WRAPPED = Qt.TextFlag.TextWordWrap


class KeyList(QTreeWidget):
    """One view for all lines: some hundred labels would take long to be dressed and placed."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "rows")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setItemsExpandable(False)
        self.setWordWrap(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Keyboard map"))
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.header().setMinimumSectionSize(0)
        self.setItemDelegate(_Wrapped(self))

    def show_lines(self, lines: Iterable[KeyLine]) -> None:
        """These and no others; they come group by group."""
        self.clear()
        for group, mine in groupby(lines, lambda line: line.group):
            heading = QTreeWidgetItem([group])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.addTopLevelItem(heading)
            heading.setFirstColumnSpanned(True)
            for line in mine:
                QTreeWidgetItem(heading, [line.what, line.keys or "–"])
        if not self.topLevelItemCount():
            nothing = QTreeWidgetItem([tr("Nothing is called so.")])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addTopLevelItem(nothing)
            nothing.setFirstColumnSpanned(True)
        self.expandAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.viewport().width()
        keys = int(wide * _KEYS_SHARE)
        self.header().resizeSection(_WHAT, wide - keys)
        self.header().resizeSection(_KEYS, keys)
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # other widths wrap otherwise


class _Wrapped(QStyledItemDelegate):
    """As high as the text needs in its column; Qt's tree measures a text as if it stood in one line."""

    def __init__(self, view: KeyList) -> None:
        super().__init__(view)
        self._view = view

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if not index.parent().isValid():
            option.font = theme().font("group")
        if not index.parent().isValid() or index.column() == _KEYS:
            option.palette.setColor(QPalette.ColorRole.Text, theme().colours.muted)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        t = theme()
        if not index.parent().isValid():
            return QSize(0, t.metrics("group").height() + t.px(16 if index.row() else 8))
        room = QRect(0, 0, self._view.columnWidth(index.column()) - t.px(14), 10_000)
        return QSize(0, t.metrics("body").boundingRect(room, _WRAPPED, str(index.data())).height() + t.px(8))
