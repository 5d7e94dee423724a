# SPDX-License-Identifier: MIT
"""Opens the user guide, once for each main window, at the page about what is in front."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from crmdesk.translation import voice
from crmdesk.ui.guide.guide_window import GuideWindow
from crmdesk.ui.guide.pages import FIRST, read_pages

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow

ABOUT_KIND: Final[Mapping[str, str]] = {
    "call": "vendor",
    "home": "home",
    "journal": "journal",
    "query": "vendor",
    "sales": "documents",
    "search": "offline",
    "table": "tables",
}
"""Kind of a tab -> page of the guide."""


def open_guide(window: "MainWindow", name: str = "") -> GuideWindow:
    """Show the guide at a page; without a name at the one about what is in front."""
    guide = window.findChild(GuideWindow) or GuideWindow(window, read_pages(voice().code))
    guide.open_page(name or _page_about(window))
    return guide


def _page_about(window: "MainWindow") -> str:
    space = window.workspace
    if space is None:
        return FIRST
    return ABOUT_KIND.get(space.page.kind, FIRST) if space.page is not None else FIRST
