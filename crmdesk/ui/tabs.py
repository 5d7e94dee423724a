# SPDX-License-Identifier: MIT
"""The row of document tabs: movable, closable, each known by a name that outlives its place and its title."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QTabBar

from crmdesk.ui.parts import box, letters, set_font, set_role, tool
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr


class Tabs(QTabBar):
    """Tabs as wide as their bold title, so that none moves when another is chosen.

    Signals:
        chosen(str): The current tab is another one now; its name, "" when there is none left.
        close_wanted(str): The cross of a tab or the middle button; the owner decides and calls `remove`.
    """

    chosen = Signal(str)
    close_wanted = Signal(str)

    def __init__(self, *, quiet: bool = False) -> None:
        """`quiet`: the plain row of a pane (Details, Related …) without crosses."""
        super().__init__()
        self._quiet = quiet
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setMovable(not quiet)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if quiet:
            self.setProperty("role", "quiet")
        set_font(self, "body")
        self.currentChanged.connect(lambda index: self.chosen.emit(self.name_at(index)))

    def add(self, name: str, title: str, *, tip: str = "") -> None:
        """Append a tab; `name` is its key (unique, kept in sessions), `title` what it shows.

        Raises:
            ValueError: There is a tab of this name.
        """
        if self.index_of(name) >= 0:
            raise ValueError(name)
        self.blockSignals(True)  # the first tab becomes current before it has its name
        index = self.addTab(letters(title))
        self.setTabData(index, name)
        self.blockSignals(False)
        self.setTabToolTip(index, tip)
        if not self._quiet:
            cross = tool("x", tr("Close {name}", name=title), lambda: self.close_wanted.emit(name))
            cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setTabButton(index, QTabBar.ButtonPosition.RightSide, box(cross))
            self._mirror()
        if self.count() == 1:
            self.chosen.emit(name)

    def remove(self, name: str) -> None:
        """Take a tab away; nothing happens when it is gone already."""
        index = self.index_of(name)
        if index >= 0:
            button = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
            self.removeTab(index)
            if button is not None:
                button.deleteLater()

    def choose(self, name: str) -> None:
        """Make a tab the current one."""
        self.setCurrentIndex(self.index_of(name))

    def retitle(self, name: str, title: str) -> None:
        """Show another title, e.g. with a dot for unsaved changes."""
        index, text = self.index_of(name), letters(title)
        if index >= 0 and self.tabText(index) != text:  # every tab is laid out anew
            self.setTabText(index, text)

    def names(self) -> tuple[str, ...]:
        """The names in the order shown."""
        return tuple(self.name_at(index) for index in range(self.count()))

    def name_at(self, index: int) -> str:
        """The name at a place, "" beyond the end."""
        name = self.tabData(index)
        return name if isinstance(name, str) else ""

    @property
    def current(self) -> str:
        """The current tab's name, "" when there is none."""
        return self.name_at(self.currentIndex())

    def index_of(self, name: str) -> int:
        """The place of a name, -1 when there is none."""
        return next((index for index in range(self.count()) if self.tabData(index) == name), -1)

    def _mirror(self) -> None:
        """The stylesheet's paddings and a layout's margins do not follow the direction of text by themselves."""
        far = theme().px(10)
        for index in range(self.count()):
            holder = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
            if holder is None:
                continue
            layout = holder.layout()
            if layout is not None:
                layout.setContentsMargins(*((far, 0, far // 2, 0) if self.isRightToLeft() else (0, 0, far, 0)))
                holder.adjustSize()
        if not self._quiet:
            set_role(self, "mirrored" if self.isRightToLeft() else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._mirror()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton and not self._quiet:
            name = self.name_at(self.tabAt(event.position().toPoint()))
            if name:
                self.close_wanted.emit(name)
        super().mouseReleaseEvent(event)

    def tabSizeHint(self, index: int) -> QSize:
        """With room for its bold title: the same whichever is chosen."""
        text, hint, measured = self.tabText(index), super().tabSizeHint(index), index
        if index == self.currentIndex():  # which Qt itself measures as bold, and not to the same pixel
            measured = next((at for at in range(self.count()) if at != index and self.tabText(at)), -1)
            if measured < 0:
                return hint
        like = hint if measured == index else super().tabSizeHint(measured)
        around = like.width() - _width(self.fontMetrics(), self.tabText(measured))
        return QSize(
            around + max(_width(self.fontMetrics(), text), _width(theme().metrics(self._bold), text)), hint.height()
        )

    def tabLayoutChange(self) -> None:
        super().tabLayoutChange()
        self.updateGeometry()  # Qt asks for room when a tab comes, before it has its cross and its style's font

    _bold = "bold"


def _width(font: QFontMetrics, text: str) -> int:
    """As Qt rounds it for a tab."""
    return font.size(Qt.TextFlag.TextShowMnemonic, text).width()
