# SPDX-License-Identifier: MIT
"""What the menu does with the window: sheets that it opens, places that it goes to. One function an entry.

Everything heavy is imported where it is needed, so that the window's first picture waits for none of it.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.domain.names import RecordId
from crmdesk.ui.parts import focus_next
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.domain.schema import Module
    from crmdesk.ui.go_to import Elsewhere
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.palette import Hit


def go_to_anything(window: "MainWindow") -> None:
    """Any module, record, account or command."""
    from crmdesk.ui.go_to import copied_hits, record_hits, server_hits, static_hits
    from crmdesk.ui.palette import GoToAnything

    space, formats = window.workspace, window.formats
    sheet = GoToAnything(
        lambda: static_hits(window, space),
        lambda text: record_hits(space, text, formats),
        search_everywhere=lambda text: server_hits(space, text, formats),
        search_here=lambda text: copied_hits(window, space, text),
    )
    sheet.chosen.connect(lambda hit, new_tab: _go(window, hit, new_tab))
    sheet.open_in(window, top=110)


def search_everywhere(window: "MainWindow") -> None:
    """The page that searches every account's copy."""
    from crmdesk.ui.search.open_search import open_search

    if window.workspace is not None:
        open_search(window.workspace)


def go_to_remembered(window: "MainWindow") -> None:
    """Favourite and recent records."""
    from crmdesk.ui.palette import GoToAnything

    space = window.workspace
    if space is None:
        return
    sheet = GoToAnything(lambda: space.shelf.hits(everything=True))
    sheet.set_purpose(tr("Recent and favourite records"), tr("Find among recent and favourite records"))
    sheet.chosen.connect(lambda hit, new_tab: _go(window, hit, new_tab))
    sheet.open_in(window, top=110)


def _go(window: "MainWindow", hit: "Hit", new_tab: bool) -> None:
    from crmdesk.domain.schema import Module
    from crmdesk.engine.profiles import Profile
    from crmdesk.ui.go_to import Elsewhere

    space = window.workspace
    if isinstance(hit.payload, Elsewhere):
        window.run(go_elsewhere(window, hit.payload), "account")
    elif isinstance(hit.payload, Module):
        window.open_module(hit.payload, apart=new_tab)
    elif callable(hit.payload):
        QTimer.singleShot(0, window, hit.payload)
    elif isinstance(hit.payload, Profile):
        window.run(window.open_account(hit.payload), "account")
    elif space is not None and isinstance(hit.payload, RecordId):
        space.open_record(hit.payload, apart=True)


async def go_elsewhere(window: "MainWindow", there: "Elsewhere") -> None:
    """A record of another account, which comes to the front."""
    profile = next((one for one in window.accounts.known if one.id == there.account), None)
    if profile is not None:
        space = await window.open_account(profile)
        space.open_record(there.record, apart=True)


def home(window: "MainWindow") -> None:
    """The account in front at a glance."""
    from crmdesk.ui.home.open_home import open_home

    if window.workspace is not None:
        open_home(window.workspace)


def open_in_browser(window: "MainWindow") -> None:
    """The record in front, in the vendor's own pages."""
    space = window.workspace
    record = space.current.current_record() if space is not None and space.current is not None else None
    if space is None or record is None:
        return
    from crmdesk.connectors.port import LinksToWeb
    from crmdesk.ui.opening import opener_of

    if not space.account.session.offers(LinksToWeb):
        window.messages.show_info(tr("This CRM does not tell where its own pages are."))
        return

    async def go() -> None:
        address = await space.account.session.ask_role(LinksToWeb, lambda c: c.web_address(record))
        if not await opener_of(window).open(address, own=space.account.profile.url):
            window.messages.show_info(tr("No browser could be opened for {address}", address=address))

    window.run(go())


def query(window: "MainWindow") -> None:
    """A query in the vendor's own language."""
    from crmdesk.ui.query.open_query import open_query

    if window.workspace is not None:
        open_query(window.workspace)


def open_a_file(window: "MainWindow") -> None:
    """A saved view, changes or a table."""
    from crmdesk.ui.file_opening import choose_file

    choose_file(window)


def saved_views(window: "MainWindow") -> None:
    """Keep, open and share views."""
    from crmdesk.ui.views.views_sheet import ViewsSheet

    if window.workspace is not None:
        ViewsSheet(window, window.workspace).open_in(window)


def edit_as_query(window: "MainWindow") -> None:
    """The table in front as such a query."""
    from crmdesk.ui.query.open_query import edit_as_query as edit

    if window.workspace is not None:
        window.run(edit(window.workspace))


def call(window: "MainWindow") -> None:
    """The vendor's own operations."""
    from crmdesk.ui.calls.open_call import open_call

    if window.workspace is not None:
        open_call(window.workspace)


def journal(window: "MainWindow") -> None:
    """What was changed from this computer, and taking it back."""
    from crmdesk.ui.changes.journal_open import open_journal

    if window.workspace is not None:
        open_journal(window.workspace)


def check_portal_login(window: "MainWindow") -> None:
    """Whether a customer's login to the portal is right."""
    from crmdesk.ui.accounts.portal_sheet import PortalSheet

    if window.workspace is not None:
        PortalSheet(window.workspace.account, window.show_error).open_in(window)


def act_on_record(window: "MainWindow") -> None:
    """What the vendor can do with the record in front, as a menu below the record's own."""
    space = window.workspace
    chosen = space.current.chosen_records() if space is not None and space.current is not None else []
    if space is None or not chosen:
        return
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    space.acting.list_in(menu, chosen[0][0].id, chosen[0][1])
    if menu.isEmpty():
        window.messages.show_info(tr("Nothing of the kind can be done with this record."))
        menu.deleteLater()
        return
    beside = space.panel.head.menu_button if space.panel.isVisible() else space.tabs
    menu.popup(beside.mapToGlobal(beside.rect().bottomLeft()))


def duplicate_document(window: "MainWindow") -> None:
    """A new document like the one in front."""
    from crmdesk.ui.sales.document_actions import duplicate

    if window.workspace is not None:
        duplicate(window.workspace)


def convert_document(window: "MainWindow") -> None:
    """A document of another kind made of the one in front."""
    from crmdesk.ui.sales.document_actions import convert

    if window.workspace is not None:
        convert(window.workspace)


def convert_words(window: "MainWindow") -> str:
    """What the menu calls that, by what usually comes next."""
    from crmdesk.ui.sales.document_actions import convert_words as words

    return words(window.workspace) if window.workspace is not None else ""


def compare_documents(window: "MainWindow") -> None:
    """The document in front beside another one."""
    from crmdesk.ui.sales.document_actions import compare

    if window.workspace is not None:
        compare(window.workspace)


def aim_for_total(window: "MainWindow") -> None:
    """A sum that the document in front is to come to."""
    from crmdesk.ui.sales.document_actions import aim_for_total as aim

    if window.workspace is not None:
        aim(window.workspace)


def print_document(window: "MainWindow") -> None:
    """The document in front on paper or as a file."""
    from crmdesk.ui.sales.document_actions import print_document as print_it

    if window.workspace is not None:
        print_it(window.workspace)


def copy_document_text(window: "MainWindow") -> None:
    """The document in front on the clipboard, for an e-mail."""
    from crmdesk.ui.sales.document_actions import copy_as_text

    if window.workspace is not None:
        copy_as_text(window.workspace)


def edit_account(window: "MainWindow") -> None:
    """The settings of the account in front."""
    if window.workspace is not None:
        window.accounts.edit(window.workspace.account.profile)


def account_details(window: "MainWindow") -> None:
    """What is known of the account in front: server, user, family, abilities."""
    from crmdesk.ui.accounts.account_sheet import AccountSheet

    if window.workspace is not None:
        account = window.workspace.account
        AccountSheet(account, window.show_error, window.locks.minutes_of(account.profile)).open_in(window)


def describe_front(window: "MainWindow") -> None:
    """The fields of the module in front."""
    space = window.workspace
    if space is not None and space.current is not None:
        window.run(describe(window, space.current.module))


async def describe(window: "MainWindow", module: "Module") -> None:
    """A module's fields as a table."""
    from crmdesk.ui.modules.describe_sheet import DescribeSheet

    if window.workspace is not None:
        schema = await window.workspace.account.session.schema(module.name)
        DescribeSheet(schema).open_in(window)


def can_sort(window: "MainWindow") -> bool:
    """Rows are in front whose titles can be clicked for an order."""
    page = window.workspace.page if window.workspace is not None else None
    return page is not None and page.kind in ("table", "query", "call")


def sort_by_column(window: "MainWindow", *, add: bool = False) -> None:
    """What a click on the title of the current cell's column does, with Shift where it joins the order there is."""
    from crmdesk.ui.table.record_grid import RecordGrid

    page = window.workspace.page if window.workspace is not None else None
    grids = [one for one in page.findChildren(RecordGrid) if one.isVisible()] if page is not None else []
    held = window.focusWidget()
    grid = next((one for one in grids if one is held), next(iter(grids), None))
    if grid is not None:
        grid.wish_order(add=add)


def next_pane(window: "MainWindow", step: int = 1) -> None:
    """Modules, the page's own panes, record, pending changes, and round again; the way out of a table by key."""
    space = window.workspace
    if space is None:
        return
    panes: list[QWidget] = [window.side.tree]
    if space.page is not None:
        panes += space.page.panes()
    focus_next([*panes, space.panel.tabs, space.staged], step)


def settings(window: "MainWindow", typed: str = "") -> None:
    """The settings, searched for what is typed."""
    from crmdesk.ui.settings.settings_sheet import SettingsSheet

    SettingsSheet(window.preferences, typed).open_in(window)


def show_guide(window: "MainWindow") -> None:
    """The user guide, at the page about what is in front."""
    from crmdesk.ui.guide.open_guide import open_guide

    open_guide(window)


def show_keys(window: "MainWindow") -> None:
    """Every action and its key."""
    from crmdesk.ui.help_sheets import KeysSheet

    KeysSheet().open_in(window)


def show_about(window: "MainWindow") -> None:
    """Versions, and whose work it stands on."""
    from crmdesk.ui.help_sheets import AboutSheet

    AboutSheet().open_in(window)
