# SPDX-License-Identifier: MIT
"""The part of the tour that shows copies: the sheet with its modules, and the search over them."""

from typing import TYPE_CHECKING

from crmdesk.ui.copies.copies_sheet import CopiesSheet
from crmdesk.ui.copies.copy_menu import usual_modules
from crmdesk.ui.search.open_search import open_search
from crmdesk.ui.search.search_page import SearchPage

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace


def begin(space: "Workspace") -> None:
    """Copy what most people would."""
    space.copies.copying.update([module.name for module in usual_modules(space)])


def is_done(space: "Workspace") -> bool:
    """Whether everything is copied."""
    return not space.copies.copying.busy and space.copies.has_any


def sheet(window: "MainWindow", space: "Workspace") -> CopiesSheet:
    """The sheet, as F4 opens it."""
    made = CopiesSheet(window, space)
    made.open_in(window)
    return made


def search(space: "Workspace", text: str) -> SearchPage | None:
    """The search page with something typed."""
    page = open_search(space)
    if page is not None:
        page.line.setText(text)
    return page
