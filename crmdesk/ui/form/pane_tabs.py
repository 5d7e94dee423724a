# SPDX-License-Identifier: MIT
"""The quiet row of tabs of a narrow pane, which shows every tab in every language: it gives way in steps."""

from enum import IntEnum

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from crmdesk.ui.parts import icon, set_font, set_role
from crmdesk.ui.tabs import Tabs
from crmdesk.ui.theme import theme

_ICON, _BESIDE = 16, 14  # px at normal text size: a picture, and what is left free around it


class Room(IntEnum):
    """How much of itself the row shows, by the room that it has."""

    ALL = 0
    CLOSE = 1  # tabs nearer to one another
    NO_COUNTS = 2  # in the tooltips only
    NO_COUNTS_CLOSE = 3  # and nearer, as in the wide letters that a plain Debian has
    PICTURES = 4  # the titles of all but the current one too


class PaneTabs(Tabs):
    """As wide as their small bold title, so that none moves when another is chosen."""

    _bold = "small_bold"

    def __init__(self) -> None:
        super().__init__(quiet=True)
        set_font(self, "small")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pictures: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._counts: dict[str, str] = {}
        self._widths: dict[tuple[str, str, bool], int] = {}
        """In px, by role, text and whether it is the current one: to measure is to lay out every tab anew."""
        self.room, self._is_fitting = Room.ALL, False
        self._take_icon_size()
        self.currentChanged.connect(lambda _: self._fit())
        theme().changed.connect(self._take_icon_size)

    def add(self, name: str, title: str, *, tip: str = "", picture: str = "") -> None:
        """Append a tab; `picture` is the glyph that stands for its title where there is no room for words."""
        self._titles[name], self._pictures[name] = title, picture
        self._counts.pop(name, None)
        super().add(name, title, tip=tip)
        self._fit()

    def count_in(self, name: str, count: str) -> None:
        """Show how many there are behind a tab; "" = not known."""
        if self._counts.get(name, "") != count:
            self._counts[name] = count
            self._fit()

    def tabSizeHint(self, index: int) -> QSize:
        """A picture alone wants no room for words beside it."""
        hint = super().tabSizeHint(index)
        return hint if self.tabText(index) else QSize(self.iconSize().width() + theme().px(_BESIDE), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.count() and not self._is_fitting:
            self._widths.clear()
            self._fit()

    def _take_icon_size(self) -> None:
        side = theme().px(_ICON)
        self.setIconSize(QSize(side, side))
        self._widths.clear()
        self._fit()

    def _fit(self) -> None:
        """Show as much as there is room for."""
        if self._is_fitting:
            return
        self._is_fitting = True
        try:
            self._show(next((room for room in Room if self._width(room) <= self.width()), Room.PICTURES))
        finally:
            self._is_fitting = False

    def _width(self, room: Room) -> int:
        """Of the whole row, in px."""
        keys = [(_role(room), self._said(name, room), name == self.current) for name in self.names()]
        if any(key not in self._widths for key in keys):
            self._show(room)
            widths = {key: self.tabSizeHint(at).width() for at, key in enumerate(keys)}
            if not self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                return sum(widths.values())  # without its style a tab is narrower
            self._widths.update(widths)
        return sum(self._widths[key] for key in keys)

    def _show(self, room: Room) -> None:
        is_other = self.property("role") != _role(room)
        self.room = room
        set_role(self, _role(room))
        if is_other and self.count():
            self.setTabText(0, self.tabText(0))  # or the tabs stay where the other role had put them
        for at, name in enumerate(self.names()):
            whole, shown = self._said(name, Room.ALL), self._said(name, room)
            self.retitle(name, shown)
            if self.tabIcon(at).isNull() != bool(shown):
                self.setTabIcon(at, QIcon() if shown else icon(self._pictures[name]))
            self.setTabToolTip(at, "" if shown == whole else whole)
            self.setAccessibleTabName(at, whole)

    def _said(self, name: str, room: Room) -> str:
        if room is Room.PICTURES and name != self.current and self._pictures.get(name):
            return ""
        title, count = self._titles.get(name, ""), self._counts.get(name, "")
        return f"{title} {count}" if count and room < Room.NO_COUNTS else title


def _role(room: Room) -> str:
    return "quiet" if room in (Room.ALL, Room.NO_COUNTS) else "quiet-close"
