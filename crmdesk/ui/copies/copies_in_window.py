# SPDX-License-Identifier: MIT
"""CopiesInWindow: updates of copies in the status bar, whichever account they belong to; the tree's menu about copies."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from crmdesk.domain.names import AccountId, RecordId
from crmdesk.domain.schema import Module
from crmdesk.engine.session import AccountSession
from crmdesk.ui import errands
from crmdesk.ui.copies.copy_menu import fill_menu
from crmdesk.ui.copies.copy_words import progress_words
from crmdesk.ui.go_to import Elsewhere
from crmdesk.ui.search.everywhere import Everywhere

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace


class CopiesInWindow(QObject):
    """Owned by the window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.status.stop_copying_wanted.connect(self._stop)
        window.side.tree.menu_filled.connect(self._fill)

    def follow(self, space: "Workspace") -> None:
        """Show what becomes of this account's copy from now on."""
        space.everywhere = Everywhere(self._window.desk.search, self._sessions, self._go)
        space.copies.copying.changed.connect(self.show_now)
        space.copies.copying.told.connect(lambda text: self._window.messages.show_info(self._named(space, text)))
        space.copies.copying.changed.connect(self._window.menus.refresh)

    def show_now(self) -> None:
        """The update of the account in front, else that of any other."""
        bar, space = self._window.status.copying, self._at_work()
        if space is None:
            bar.hide()
            return
        progress = space.copies.copying.progress
        module = next((one for one in space.modules if progress is not None and one.name == progress.module), None)
        named = module.label_plural if module is not None else str(progress.module) if progress is not None else ""
        work, text = progress_words(progress, named, space.formats)
        total = progress.total if progress is not None else None
        bar.show_work(self._named(space, work), min(progress.rows, total) if progress and total else 0, total, text)

    def _sessions(self) -> list[AccountSession]:
        asked = [space for space in self._window.workspaces.values() if not space.copies.reach.is_offline]
        return [space.account.session for space in asked if not self._window.locks.is_locked(space.account.profile)]

    def _go(self, account: AccountId, record: RecordId) -> None:
        self._window.run(errands.go_elsewhere(self._window, Elsewhere(account, record)), "account")

    def _at_work(self) -> "Workspace | None":
        front = self._window.workspace
        spaces = [space for space in self._window.workspaces.values() if space.copies.copying.busy]
        return front if front in spaces else next(iter(spaces), None)

    def _named(self, space: "Workspace", text: str) -> str:
        """With the account's name where it is not the one in front."""
        return text if space is self._window.workspace else f"{space.account.profile.name}: {text}"

    def _stop(self) -> None:
        space = self._at_work()
        if space is not None:
            space.copies.copying.stop()

    def _fill(self, menu: QMenu, module: Module) -> None:
        if self._window.workspace is not None:
            fill_menu(menu, self._window.workspace, module)
