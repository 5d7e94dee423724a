# SPDX-License-Identifier: MIT
"""Opening the home page, and where its bars, numbers and names lead."""

from typing import TYPE_CHECKING

from crmdesk.domain.names import AccountId, ModuleName, RecordId
from crmdesk.domain.query import Filter
from crmdesk.engine.filter_text import format_filter
from crmdesk.ui.copies.copy_menu import open_copies
from crmdesk.ui.home.home_tab import HomeTab
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace

_KEY = "home#1"


def open_home(space: "Workspace", *, every: bool = False) -> HomeTab:
    """Bring an account's home page to the front; ``every`` = begin with all accounts where it is not open yet."""
    window = _window_of(space)

    def make() -> HomeTab:
        page = HomeTab(space.account, window.desk.open_mirrors, space.formats, every=every)
        page.failed.connect(space.report)
        page.table_wanted.connect(
            lambda account, module, where: window.run(_table(window, account, module, where), "home")
        )
        page.found.connect(lambda account, record: window.run(_record(window, account, record), "home"))
        page.copies_wanted.connect(lambda: open_copies(window))
        return page

    page = space.open_page(_KEY, tr("Home"), make)
    assert isinstance(page, HomeTab)
    return page


def _window_of(space: "Workspace") -> "MainWindow":
    from crmdesk.ui.main_window import MainWindow

    window = space.window()
    assert isinstance(window, MainWindow)
    return window


async def _in_front(window: "MainWindow", account: AccountId) -> "Workspace | None":
    """The account's workspace, which comes to the front."""
    space = window.workspace
    if space is not None and space.account.profile.id == account:
        return space
    profile = next((one for one in window.accounts.known if one.id == account), None)
    return await window.open_account(profile) if profile is not None else None


async def _table(window: "MainWindow", account: AccountId, module: str, where: Filter | None) -> None:
    space = await _in_front(window, account)
    if space is not None:
        found = await space.account.session.module(ModuleName(module))
        space.open_module(found, apart=True, view={"module": module, "filter": format_filter(where)})


async def _record(window: "MainWindow", account: AccountId, record: RecordId) -> None:
    space = await _in_front(window, account)
    if space is not None:
        space.open_record(record, apart=True)
