# SPDX-License-Identifier: MIT
"""Opening the search page: there is one for each account."""

from typing import TYPE_CHECKING

from crmdesk.ui.search.search_page import SearchPage
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace

_KEY = "search#1"


def open_search(space: "Workspace", text: str = "") -> SearchPage | None:
    """Bring the search to the front, None where nobody can search; ``text`` is what to look for where it is not open yet."""
    everywhere = space.everywhere
    if everywhere is None:
        return None
    page = space.open_page(_KEY, tr("Search"), lambda: SearchPage(everywhere, space.formats, text))
    assert isinstance(page, SearchPage)
    page.focus_search()
    return page
