# SPDX-License-Identifier: MIT
"""The left side: which account, a filter for modules, the module tree, and the way to the journal's newest batch."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from crmdesk.domain.names import ModuleName
from crmdesk.domain.schema import Module
from crmdesk.engine.profiles import Profile
from crmdesk.ui.accounts.account_list import AccountBox
from crmdesk.ui.modules.module_tree import ModuleTree
from crmdesk.ui.parts import box, fill, keys, label
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

MINIMUM_WIDTH = 176


class SideBar(QFrame):
    """Puts the pieces together; the window listens to them directly.

    Signals:
        left(): Esc in the filter.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.account = AccountBox()
        self.tree = ModuleTree()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter modules"))
        self.filter.setAccessibleName(tr("Filter modules"))
        self._keys = label(keys("Ctrl+M"), "muted", "small")
        fill(self.filter, None, self._keys, margins=(0, 0, 8, 0))
        self.filter.textChanged.connect(self._on_filter)
        self.filter.installEventFilter(self)
        self.journal = label("", "muted", "small")
        fill(
            self,
            self.account,
            8,
            self.filter,
            8,
            self.tree,
            4,
            box(self.journal, None, margins=(8, 0, 0, 0)),
            vertical=True,
            margins=(8, 10, 8, 8),
            spacing=0,
            role="pane",
        )
        self.setMinimumWidth(theme().px(MINIMUM_WIDTH))

    def show_account(self, profile: Profile | None, user: str = "") -> None:
        """The account in use; None empties the tree as well."""
        self.account.show_account(profile, user)
        if profile is None:
            self.tree.modules.show((), ())

    def show_modules(self, modules: Sequence[Module], favourites: Sequence[ModuleName]) -> None:
        """The tree of an account."""
        self.tree.modules.show(modules, favourites)

    def focus_filter(self) -> None:
        """Ctrl+M."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _on_filter(self, text: str) -> None:
        self._keys.setVisible(not text)
        self.tree.modules.show_matching(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.filter and event.type() == QEvent.Type.KeyPress:
            key = event.key()  # type: ignore[attr-defined]  # a key event
            if key == Qt.Key.Key_Escape:
                self.filter.clear()
                self.left.emit()
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.tree.setFocus(Qt.FocusReason.TabFocusReason)
                first = self.tree.modules.index(0, 0, self.tree.modules.index(0, 0))
                if self.tree.modules.module_at(self.tree.currentIndex()) is None:  # Qt goes to a heading by itself
                    self.tree.setCurrentIndex(first)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                module = self.tree.first_module()
                if module is not None:
                    self.tree.opened.emit(module, False)
                return True
        return super().eventFilter(watched, event)
