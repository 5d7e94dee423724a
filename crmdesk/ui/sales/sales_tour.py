# SPDX-License-Identifier: MIT
"""A sales document as somebody works on it, for the tour's pictures: a quantity, a move, a removal, a new line."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from crmdesk.domain.line_edit import QUANTITY, changed, moved, without
from crmdesk.domain.names import RecordId
from crmdesk.domain.query import Query
from crmdesk.engine.staged_record import lines_slot
from crmdesk.ui.sales.open_lines import has_lines, open_lines
from crmdesk.ui.sales.sales_tab import SalesTab

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace

_LOOKED_AT = 12
_LEAST = 4


async def find_document(space: "Workspace") -> RecordId | None:
    """A document with some lines, None where the account has none."""
    session = space.account.session
    for module in space.modules:
        if not module.is_sales_document or not has_lines(space, RecordId(module.name, "?")):
            continue
        plan = await session.plan(Query(module.name))
        page = await session.fetch_page(plan.pushed, None, _LOOKED_AT)
        for record in page.records:
            if len((await session.fetch_document(record.id)).lines) >= _LEAST:
                return record.id
    return None


async def show_lines(
    space: "Workspace", record: RecordId, ready: Callable[[SalesTab], Awaitable[None]]
) -> SalesTab | None:
    """Open a document's lines, wait until they are ``ready``, and edit some of them."""
    page = open_lines(space, record)
    if page is None:
        return None
    await ready(page)
    document, staged = page.document, space.account.staged
    if document is not None and page.staged is None:
        keys = [line.key or "" for line in document.lines]
        await staged.edit_lines(document, lambda lines: changed(lines, keys[1], QUANTITY, Decimal(7)))
        await staged.edit_lines(document, lambda lines: without(lines, [keys[2]]))
        await staged.edit_lines(document, lambda lines: moved(lines, [keys[0]], 1))
        hit = next(iter(await page.search.find("pump")), None)
        if hit is not None:
            page.edits.put_product(None, await page.search.whole(hit))
    return page


async def leave_lines(space: "Workspace", record: RecordId) -> None:
    """Take everything back and close the tab."""
    await space.account.staged.discard(lines_slot(record))
    space.close_tab()
