# SPDX-License-Identifier: MIT
"""The module tree's view: icon, name, lock, count; a click opens, Ctrl+click opens a tab of its own."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintDevice, QPainter
from PySide6.QtWidgets import QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from crmdesk.domain.names import ModuleName
from crmdesk.domain.schema import Module
from crmdesk.ui import icons
from crmdesk.ui.menu_place import MenuPlace
from crmdesk.ui.metrics import mix
from crmdesk.ui.modules.module_tree_model import ModuleTreeModel, Role
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_NEAR, _FAR = Qt.AlignmentFlag.AlignLeading | _MIDDLE, Qt.AlignmentFlag.AlignTrailing | _MIDDLE


class _Delegate(QStyledItemDelegate):
    """Paints headings and modules; few rows, so a delegate is quick enough."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        heading = not index.parent().isValid()
        return QSize(0, theme().px(28 if heading and index.row() else 25))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        if index.parent().isValid():
            self._paint_module(painter, option, index)
        else:
            t, rect = theme(), QRect(option.rect)
            painter.setFont(t.font("group"))
            painter.setPen(t.colours.muted)
            room = rect.adjusted(t.px(8), t.px(3) if index.row() else 0, -t.px(8), 0)
            painter.drawText(room, _NEAR, str(index.data()))
        painter.restore()

    def _paint_module(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        t, rect = theme(), QRect(option.rect)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.colours.selection if chosen else mix(t.colours.pane, t.colours.line, 0.5))
            painter.drawRoundedRect(rect.adjusted(0, 0, 0, -1), 6, 6)
        if chosen and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(t.colours.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.toRectF().adjusted(0.5, 0.5, -0.5, -1.5), 6, 6)
        count = str(index.data(Role.COUNT) or "")
        painter.setFont(t.font("small"))
        wide = painter.fontMetrics().horizontalAdvance(count)
        painter.setPen(t.colours.muted)
        room = rect.adjusted(t.px(8), 0, -t.px(8), 0)
        painter.drawText(room, _FAR, count)
        _glyph(painter, room, str(index.data(Role.ICON)), chosen)
        text_room = room.adjusted(t.px(22), 0, -(wide + t.px(8)), 0)
        if option.direction == Qt.LayoutDirection.RightToLeft:
            text_room = room.adjusted(wide + t.px(8), 0, -t.px(22), 0)
        painter.setFont(t.font("bold" if chosen else "body"))
        painter.setPen(t.colours.text)
        name = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text_room.width())
        painter.drawText(text_room, _NEAR, name)
        if index.data(Role.LOCKED):
            x = text_room.left() + painter.fontMetrics().horizontalAdvance(name) + t.px(5)
            lock = icons.pixmap("lock-simple", t.colours.muted, t.px(11), _ratio(painter.device()))
            painter.drawPixmap(QPoint(x, rect.center().y() - t.px(11) // 2), lock)


def _ratio(device: QPaintDevice) -> float:
    return device.devicePixelRatioF()


def _glyph(painter: QPainter, room: QRect, name: str, chosen: bool) -> None:
    t = theme()
    size = t.px(15)
    picture = icons.pixmap(name, t.colours.accent if chosen else t.colours.muted, size, _ratio(painter.device()))
    mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    x = room.right() + 1 - size if mirrored else room.left()
    painter.drawPixmap(QPoint(x, room.center().y() - size // 2), picture)


class ModuleTree(QTreeView):
    """Headings are always open and cannot be chosen.

    Signals:
        opened(Module, bool): Wanted, True = in a tab of its own.
        favourite_toggled(Module): From the context menu.
        describe_wanted(Module), reload_wanted(): From the context menu.
        name_copied(str): From the context menu.
        menu_filled(QMenu, Module): A module's context menu is about to open; others may add to it.
    """

    opened = Signal(object, bool)
    favourite_toggled = Signal(object)
    describe_wanted = Signal(object)
    reload_wanted = Signal()
    name_copied = Signal(str)
    menu_filled = Signal(QMenu, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.modules = ModuleTreeModel(self)
        self.setModel(self.modules)
        self.setItemDelegate(_Delegate(self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setMouseTracking(True)
        self.setUniformRowHeights(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setAccessibleName(tr("Modules"))
        self.setProperty("role", "pane")
        MenuPlace(self, self._show_menu)
        self.modules.modelReset.connect(self.expandAll)
        theme().changed.connect(self.viewport().update)

    def choose(self, module: ModuleName | None) -> None:
        """Mark a module as the open one, None = no module."""
        index = self.modules.index_of(module) if module is not None else QModelIndex()
        self.setCurrentIndex(index)
        if not index.isValid():
            self.clearSelection()

    def first_module(self) -> Module | None:
        """The topmost module shown."""
        return self.modules.module_at(self.modules.index(0, 0, self.modules.index(0, 0)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        module = self.modules.module_at(self.indexAt(event.position().toPoint()))
        if module is None:
            return
        apart = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(module, apart)
        elif event.button() == Qt.MouseButton.MiddleButton:
            self.opened.emit(module, True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        module = self.modules.module_at(self.currentIndex())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and module is not None:
            self.opened.emit(module, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            return
        super().keyPressEvent(event)

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Nothing: there are no branches to see."""

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)

    def _show_menu(self, index: QModelIndex, at: QPoint) -> None:
        module = self.modules.module_at(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if module is not None:
            menu.addAction(tr("Open"), lambda: self.opened.emit(module, False))
            menu.addAction(tr("Open in a new tab"), lambda: self.opened.emit(module, True))
            menu.addSeparator()
            menu.addAction(tr("Add to or remove from favourites"), lambda: self.favourite_toggled.emit(module))
            menu.addAction(tr("Describe fields"), lambda: self.describe_wanted.emit(module))
            menu.addAction(tr("Copy name"), lambda: self.name_copied.emit(str(module.name)))
            menu.addSeparator()
            self.menu_filled.emit(menu, module)
            menu.addSeparator()
        menu.addAction(tr("Reload modules and counts"), self.reload_wanted.emit)
        menu.popup(at)
