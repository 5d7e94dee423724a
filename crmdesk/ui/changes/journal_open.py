# SPDX-License-Identifier: MIT
"""Opening the journal's tab: there is one for each account."""

from typing import TYPE_CHECKING

from crmdesk.ui.changes.journal_tab import JournalTab
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace

_KEY = "journal#1"


def open_journal(space: "Workspace", text: str = "") -> JournalTab:
    """Bring the journal to the front; ``text`` is what to search for where it is not open yet."""

    def make() -> JournalTab:
        page = JournalTab(space.account, space.formats, text)
        page.review_wanted.connect(space.review)
        page.failed.connect(space.report)
        return page

    page = space.open_page(_KEY, tr("Journal"), make)
    assert isinstance(page, JournalTab)
    return page
