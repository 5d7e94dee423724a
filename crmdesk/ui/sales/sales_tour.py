# SPDX-License-Identifier: MIT
"""Sales documents as somebody works on them, for the tour: lines edited, two compared, printed, copied, a sum aimed at."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtTest import QTest

from crmdesk.domain.line_edit import QUANTITY, changed, moved, without
from crmdesk.domain.names import RecordId
from crmdesk.domain.query import Query
from crmdesk.engine.staged_record import lines_slot
from crmdesk.ui.form.lines import DATA
from crmdesk.ui.sales import document_actions
from crmdesk.ui.sales.aim_sheet import AimSheet
from crmdesk.ui.sales.compare_sheet import CompareSheet
from crmdesk.ui.sales.copy_sheet import CopySheet
from crmdesk.ui.sales.open_lines import has_lines, open_lines
from crmdesk.ui.sales.print_sheet import PrintSheet
from crmdesk.ui.sales.sales_tab import SalesTab

if TYPE_CHECKING:
    from crmdesk.ui.tour_hands import TourHands
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


async def show_papers(hands: "TourHands", space: "Workspace") -> None:
    """A document beside another one, as it would be printed, brought to a sum, and copied."""
    record = await find_document(space)
    if record is None:
        return
    document_actions.compare(space, record)
    compared = await hands.opened(CompareSheet)
    await hands.until(lambda: compared.candidates.rowCount() > 0, "documents to compare with")
    compared.choose(compared.candidates.item(0).data(DATA))
    await hands.until(lambda: compared.comparison is not None, "the comparison")
    await hands.take("16-compare")
    await hands.shut(compared)
    document_actions.print_document(space, record)
    printed = await hands.opened(PrintSheet)
    await hands.take("17-print")
    await hands.shut(printed)
    document_actions.aim_for_total(space, record)
    aimed = await hands.opened(AimSheet)
    aimed.wanted.clear()
    QTest.keyClicks(aimed.wanted, "60000")
    await hands.until(aimed.take.isEnabled, "what reaches the sum")
    await hands.take("32-aim")
    await hands.shut(aimed)
    document_actions.duplicate(space, record)
    copied = await hands.opened(CopySheet)
    await hands.until(lambda: copied.plan is not None, "what is taken over")
    await hands.take("33-copy-document")
    await hands.shut(copied)
