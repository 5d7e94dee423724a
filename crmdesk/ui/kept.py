# SPDX-License-Identifier: MIT
"""What stands in the window, kept while its widgets are made anew in another language, and put back as it stood.

Accounts stay open: their sessions, what is staged and its undo are not touched. Widgets go, so that no word of the
former language is left anywhere.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import AccountId, RecordId
from crmdesk.engine.desk import Account
from crmdesk.ui.form.record_panel import HeldDrafts
from crmdesk.ui.page_kinds import remembered, reopen
from crmdesk.ui.table.saved_order import SEARCHED
from crmdesk.ui.table.table_tab import TableTab
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace

_PAUSE_S: Final = 0.05
_lines: "WeakKeyDictionary[MainWindow, asyncio.Lock]" = WeakKeyDictionary()


@dataclass(slots=True)
class KeptSpace:
    """One account's part of the window.

    Attributes:
        tabs: as the next visit would find them, with what each quick search looks for. chosen: the current record of each table, in the order of the tabs.
        beside: the record that is shown. side: its tab in front. drafts: what was typed into fields and is no value yet.
    """

    account: Account
    tabs: str
    chosen: list[RecordId | None]
    beside: RecordId | None
    side: str
    drafts: HeldDrafts

    @classmethod
    async def of(cls, space: "Workspace") -> "KeptSpace":
        """Take down what stands, then close it; what is being typed is staged."""
        made = cls(
            space.account,
            _with_searches(remembered(space.pages, space.page), space),
            [page.current_record() for page in space.tables],
            space.panel.shown,
            space.panel.tabs.current,
            {},
        )
        await space.aclose()
        made.drafts = space.panel.drafts
        return made

    async def put_back(self, space: "Workspace") -> None:
        """Open everything again, in the words of now."""
        session = self.account.session
        session.learn_anew()
        try:
            space.modules = await session.modules()
        except CrmError:
            space.modules = await session.remembered_modules()  # told by the table that cannot be read
        await space.copies.begin()
        space.panel.drafts = self.drafts
        reopen(space, self.tabs)
        for page, record in zip(space.tables, self.chosen, strict=False):
            if record is not None:
                page.choose_record(record)
        if self.beside is not None:
            space.panel.show_record(self.account, self.beside)
            space.panel.tabs.choose(self.side)


def _with_searches(tabs: str, space: "Workspace") -> str:
    views, pages = json.loads(tabs), [page for page in space.pages if page.kind]
    for view, page in zip(views, pages, strict=True):
        if isinstance(page, TableTab) and page.bar is not None:
            view[SEARCHED] = page.bar.search.text()
    return json.dumps(views)


@dataclass(slots=True)
class Kept:
    """The whole window.

    Attributes:
        front: the account in front, None = the start page. guide: the page of the open guide, "" = it is not open.
        settings: what is searched for in the open settings, None = they are not open.
    """

    spaces: list[KeptSpace] = field(default_factory=list)
    front: AccountId | None = None
    guide: str = ""
    settings: str | None = None

    @classmethod
    async def of(cls, window: "MainWindow") -> "Kept":
        """Take down what stands and close it."""
        from crmdesk.ui.guide.guide_window import GuideWindow
        from crmdesk.ui.settings.settings_sheet import SettingsSheet
        from crmdesk.ui.sheets import Sheet

        made = cls(front=window.workspace.account.profile.id if window.workspace is not None else None)
        for sheet in window.findChildren(Sheet):
            if isinstance(sheet, SettingsSheet):
                made.settings = sheet.search.text()
            sheet.reject()
        guide = window.findChild(GuideWindow)
        if guide is not None:
            made.guide = guide.name if guide.isVisible() else ""
            guide.close()
            guide.setParent(None)
            guide.deleteLater()
        made.spaces = [await KeptSpace.of(space) for space in tuple(window.workspaces.values())]
        return made

    def open_again(self, window: "MainWindow") -> None:
        """The guide and the settings, last of all."""
        from crmdesk.ui.guide.open_guide import open_guide
        from crmdesk.ui.settings.settings_sheet import SettingsSheet

        if self.guide:
            open_guide(window, self.guide)
        if self.settings is not None:
            sheet = SettingsSheet(window.preferences, self.settings)
            sheet.open_in(window, focus=sheet.rows["language"].control)


async def make_anew(window: "MainWindow") -> None:
    """Everything as it stands, in the language of now.

    What is being sent is waited for, and that no account is locked: what a lock covers is not to be touched.
    """
    async with _lines.setdefault(window, asyncio.Lock()):  # wishes that come meanwhile wait
        if _is_locked(window):
            window.messages.show_info(tr("The window follows as soon as every account is unlocked."))
        while _is_locked(window) or any(space.account.applier.running for space in window.workspaces.values()):
            await asyncio.sleep(_PAUSE_S)
        window.keep_places()
        was_active = window.isActiveWindow()  # some systems forget it with the widget that had the focus
        kept = await Kept.of(window)
        window.clear()
        for one in kept.spaces:
            await one.put_back(window.add_workspace(one.account))
        front = next((one.account.profile for one in kept.spaces if one.account.profile.id == kept.front), None)
        if front is None:
            window.show_welcome()
        else:
            await window.open_account(front)
        kept.open_again(window)
        if was_active:
            window.activateWindow()


def _is_locked(window: "MainWindow") -> bool:
    spaces = window.workspaces.values()
    return window.cover is not None or any(window.locks.is_locked(space.account.profile) for space in spaces)
