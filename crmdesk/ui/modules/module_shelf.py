# SPDX-License-Identifier: MIT
"""Brings an account's modules into the side bar: as remembered, as the server tells, favourites, counts."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import AccountId, ModuleName
from crmdesk.domain.schema import Module
from crmdesk.engine.saved_text import read_list
from crmdesk.ui.formats import Formats
from crmdesk.ui.modules.module_icons import icon_name
from crmdesk.ui.modules.side_bar import SideBar

if TYPE_CHECKING:
    from crmdesk.engine.desk import Account

_FAVOURITES = "favourites"
_LIKELY = ("buildings", "shopping-cart")
"""What most people open first: companies, and orders; known by their pictures."""


class ModuleShelf:
    """Owned by the window; used on the loop's thread."""

    def __init__(self, side: SideBar, formats: Formats) -> None:
        self._side, self._formats = side, formats
        self._favourites: dict[AccountId, list[ModuleName]] = {}
        self._modules: dict[AccountId, tuple[Module, ...]] = {}

    async def show(self, account: "Account", *, fresh: bool = False) -> tuple[Module, ...]:
        """Show the tree as it was last time at once, then as the server tells; gives the server's modules.

        Raises:
            CrmError: the server does not tell; the remembered tree stays.
        """
        if not fresh:
            known = await account.session.remembered_modules()
            if known:
                await self._show(account, known)
            else:
                self._side.show_modules((), ())  # not those of the account that was here before
        modules = await account.session.modules(fresh=fresh)
        await self._show(account, modules)
        return modules

    async def show_known(self, account: "Account") -> tuple[Module, ...]:
        """Show what is known without the server: the modules of the last visit, else those that are copied."""
        known = await account.session.remembered_modules() or await account.mirror.modules()
        if known:
            await self._show(account, known)
        return known

    async def _show(self, account: "Account", modules: tuple[Module, ...]) -> None:
        if account.profile.id not in self._favourites:
            saved = await account.storage.recall(_FAVOURITES)
            names = [ModuleName(str(name)) for name in read_list(saved)] if saved else _likely(modules)
            self._favourites[account.profile.id] = names
        self._modules[account.profile.id] = modules
        self._side.show_modules(modules, self._favourites[account.profile.id])

    async def count(self, account: "Account", modules: tuple[Module, ...], wanted: Callable[[], bool]) -> None:
        """Ask for the counts one after the other, so that nobody who waits for rows waits for counts."""
        from crmdesk.domain.query import Query

        if not account.session.capabilities.can_count:
            return
        for module in modules:
            if not wanted():
                return
            if not module.is_listed:
                continue
            try:
                count = await account.session.count(Query(module.name))
            except CrmError:
                continue  # some modules cannot be counted; the tree shows none
            if wanted():  # another account may have come to the front meanwhile
                self._side.tree.modules.show_counts({module.name: self._formats.count(count)})

    async def toggle(self, account: "Account", module: Module) -> None:
        """Put a module among the favourites, or take it out; remembered."""
        names = self._favourites.setdefault(account.profile.id, [])
        if module.name in names:
            names.remove(module.name)
        else:
            names.append(module.name)
        self._side.show_modules(self._modules.get(account.profile.id, ()), names)
        await account.storage.remember(_FAVOURITES, json.dumps(names))


def _likely(modules: tuple[Module, ...]) -> list[ModuleName]:
    found = (next((m.name for m in modules if m.is_listed and icon_name(m) == glyph), None) for glyph in _LIKELY)
    return [name for name in found if name is not None]
