# SPDX-License-Identifier: MIT
"""ModulesInFront: the side bar's modules follow the account in front, and the first tabs open when they are known."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import ModuleName
from crmdesk.domain.schema import Module
from crmdesk.ui.modules.module_shelf import ModuleShelf

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace


class ModulesInFront(QObject):
    """Owned by the window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.shelf = ModuleShelf(window.side, window.formats)

    async def show(self, *, fresh: bool = False) -> None:
        """The tree of the account in front, and a table if none is open yet.

        An account with a copy stands before its server has answered, and without it.
        """
        window, space = self._window, self._window.workspace
        if space is None:
            return
        await space.copies.begin()
        if space.copies.has_any and not space.modules:
            space.modules = await self.shelf.show_known(space.account)
            if space.modules:
                await self._open_first(space)
        try:
            space.modules = await self.shelf.show(space.account, fresh=fresh)
            identity = await space.account.session.identity()
        except CrmError as error:
            if not space.copies.is_offline:
                window.messages.show_error(error, lambda: window.run(self.show(fresh=fresh), "modules"))
            return
        if window.workspace is not space:
            return
        window.side.show_account(space.account.profile, identity.full_name or identity.user)
        window.menus.refresh()  # what the server can do is known since it was asked
        await self._open_first(space)
        space.copies.begin_updates()
        await self.shelf.count(space.account, space.modules, lambda: self._wants_counts(space))

    def reached(self, space: "Workspace") -> None:
        """A server is there again that was away: what it alone knows is asked for."""
        if (
            space is self._window.workspace
            and space.copies.reach.is_online
            and not self._window.scope.running("modules")
        ):
            self._window.run(self.show(), "modules")

    def toggle_favourite(self, module: Module) -> None:
        """Put a module among the favourites, or take it out."""
        space = self._window.workspace
        if space is not None:
            self._window.write(self.shelf.toggle(space.account, module))
            self._mark(space)

    def mark(self, space: "Workspace", name: str) -> None:
        """The module of the tab in front."""
        if space is self._window.workspace:
            self._window.side.tree.choose(ModuleName(name) if name else None)
            self._window.menus.refresh()

    async def _open_first(self, space: "Workspace") -> None:
        """The tabs of the last visit, or the first module's table."""
        window = self._window
        if space.page is None and window.preferences.text("restore") == "tabs":
            await space.reopen_tabs()
        if space.page is None:
            first = window.side.tree.first_module()
            if first is not None:
                space.open_module(first)
        if window.focusWidget() in (None, window.side.account) and space.current is not None:
            space.current.grid.setFocus()
        self._mark(space)

    def _mark(self, space: "Workspace") -> None:
        name = space.page.module_name if space.page is not None else ""
        self._window.side.tree.choose(ModuleName(name) if name else None)

    def _wants_counts(self, space: "Workspace") -> bool:
        return self._window.workspace is space and not space.copies.reach.is_offline
