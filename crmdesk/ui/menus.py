# SPDX-License-Identifier: MIT
"""The menu bar, made from ``menu_entries`` and kept true to what is possible."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from crmdesk.ui.key_map import sequences
from crmdesk.ui.menu_entries import Entry, all_menus
from crmdesk.ui.parts import box, label, letters
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow


class Menus(QObject):
    """The menus of a window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._made: list[tuple[Entry, QAction]] = []
        for title, lines in all_menus():
            menu, below = window.menuBar().addMenu(title), dict[str, QMenu]()
            for line in lines:
                if line is None:
                    menu.addSeparator()
                    continue
                if line.under and line.under not in below:
                    below[line.under] = menu.addMenu(line.under)
                self._add(below.get(line.under, menu), line)
            for sub in below.values():
                self._group(sub)
        # The menu bar does not keep its corner widget alive.
        self._hint = box(label(tr("Ctrl+K Go to anything"), "muted", "small"), margins=(0, 0, 12, 0))
        window.menuBar().setCornerWidget(self._hint)
        theme().changed.connect(self._fit_hint)  # a method: the connection goes with the window
        self._fit_hint()
        self.refresh()

    def take_down(self) -> None:
        """Make room for menus in another language."""
        theme().changed.disconnect(self._fit_hint)
        self._window.menuBar().clear()
        for _, action in self._made:
            self._window.removeAction(action)
            action.deleteLater()
        self.deleteLater()

    def _fit_hint(self) -> None:
        self._hint.setFixedHeight(self._window.menuBar().sizeHint().height())

    def commands(self) -> list[QAction]:
        """Every action that can be done now."""
        return [a for a in self._window.actions() if a.isEnabled() and a.text()]

    def refresh(self) -> None:
        """Show what is offered, enable what can be done, and say what undo would do."""
        for entry, action in self._made:
            offered = entry.offered(self._window)
            action.setVisible(offered)
            action.setEnabled(offered and entry.can(self._window))
            if entry.text_now is not None:
                action.setText(letters(entry.text_now(self._window)))
            if entry.checked is not None:
                action.setChecked(entry.checked(self._window))

    def _add(self, menu: QMenu, entry: Entry) -> None:
        action = QAction(entry.text, self._window)
        action.setShortcuts(sequences(entry.keys))  # every combination people may know for it
        action.setCheckable(entry.checked is not None)
        action.triggered.connect(lambda _=False: entry.do(self._window))
        menu.addAction(action)
        self._window.addAction(action)
        self._made.append((entry, action))

    def _group(self, menu: QMenu) -> None:
        """Of several choices in one submenu one is on."""
        group = QActionGroup(self)
        for action in menu.actions():
            if action.isCheckable():
                group.addAction(action)
