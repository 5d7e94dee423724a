# SPDX-License-Identifier: MIT
"""Opening query tabs: an empty one, one from a table's filter, one from the last visit."""

from typing import TYPE_CHECKING

from crmdesk.connectors.port import RunsQueries
from crmdesk.engine.native_query import query_text
from crmdesk.ui.query.query_tab import QueryTab
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace


def open_query(space: "Workspace", text: str = "") -> QueryTab | None:
    """Show a query tab: without a text the one that is open, or a new one. None where the server takes no queries."""
    session = space.account.session
    if not session.offers(RunsQueries):
        return None
    open_ones = [page for page in space.pages if isinstance(page, QueryTab)]
    if not text and open_ones and space.page not in open_ones:
        space.show_page(open_ones[0])
        return open_ones[0]
    front = (
        space.current.module if space.current is not None else next(iter(m for m in space.modules if m.is_listed), None)
    )
    page = QueryTab(space.account, space.formats, front, text)
    page.failed.connect(space.report)
    space.add_page(space.fresh_key("query"), tr("Query"), page)
    page.editor.setFocus()
    return page


async def edit_as_query(space: "Workspace") -> None:
    """The table in front as a query of the vendor's own, ready to be changed and run.

    Raises:
        CrmError.
    """
    table = space.current
    query = table.rows.query if table is not None else None
    if query is None:
        return
    text, plan = await query_text(space.account.session, query), await space.account.session.plan(query)
    page = open_query(space, text)
    if page is not None and (plan.rest is not None or plan.local_order):
        space.info.emit(tr("What is filtered or sorted on this computer is not in the query: the server cannot do it."))
