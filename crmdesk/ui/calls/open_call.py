# SPDX-License-Identifier: MIT
"""Opening the tab of the vendor's operations; one for each account."""

from typing import TYPE_CHECKING

from crmdesk.connectors.port import CallsDocumented
from crmdesk.ui.calls.call_tab import CallTab
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace


def open_call(space: "Workspace", wanted: str = "") -> CallTab | None:
    """Show the tab; ``wanted``: the operation to begin with. None where the server offers none."""
    if not space.account.session.offers(CallsDocumented):
        return None

    def make() -> CallTab:
        page = CallTab(space.account, space.calls, space.formats, space.start, wanted)
        page.failed.connect(space.report)
        return page

    page = space.open_page("call", tr("Operations"), make)
    return page if isinstance(page, CallTab) else None
