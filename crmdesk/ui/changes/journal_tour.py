# SPDX-License-Identifier: MIT
"""The part of the tour that applies, and takes back: the journal with an undone batch and a refused change."""

from typing import TYPE_CHECKING

from crmdesk.domain.names import RecordId
from crmdesk.domain.schema import Schema
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.desk import Account
from crmdesk.engine.undo import Undoer
from crmdesk.ui.changes.journal_open import open_journal
from crmdesk.ui.changes.journal_tab import JournalTab
from crmdesk.ui.changes.journal_undo import UndoSheet
from crmdesk.ui.table.table_tab import TableTab
from crmdesk.ui.tour_world import edit_of, field_like

if TYPE_CHECKING:
    from crmdesk.ui.tour_hands import TourHands
    from crmdesk.ui.workspace import Workspace


async def show(hands: "TourHands", space: "Workspace") -> None:
    """The journal, and what taking its newest batch back comes to. What waits for the review stays as it is."""
    page = space.tables[0]
    schema = await space.account.session.schema(page.module.name)
    space.show_page(page)
    waiting = {one.id for one in space.account.staged.all()}
    await _make_history(space.account, page, schema, waiting)
    open_journal(space)
    journal = space.page
    assert isinstance(journal, JournalTab)
    await hands.until(lambda: journal.model.rowCount() > 2 and journal.changes.rowCount() > 0, "the journal")
    await hands.take("30-journal")
    journal.undo_batch()
    undo = await hands.opened(UndoSheet)
    await hands.until(lambda: undo.plan is not None, "the plan")
    await hands.take("31-undo")
    await hands.shut(undo)
    space.close_tab()
    space.show_page(page)


async def _make_history(account: Account, page: TableTab, schema: Schema, waiting: set[RecordId]) -> None:
    """A batch that is taken back, and one with a record that the server does not take, since it has no name."""
    city = field_like(schema, "city")
    rows = [record for at in range(6, 12) if (record := page.rows.at(at)) is not None and record.id not in waiting]
    if city is None or len(rows) < 3:
        return
    for record in rows[:2]:
        await account.staged.edit([edit_of(record, city, "Tampere", schema)])
    batch = await _apply(account, waiting)
    undoer = Undoer(account.session, account.journal, account.staged)
    await undoer.stage(await undoer.plan(batch))
    await _apply(account, waiting)
    moved = "Turku" if rows[2].values.get(city.name) != "Turku" else "Lahti"  # the tour comes by twice
    await account.staged.edit([edit_of(rows[2], city, moved, schema)])
    made = await account.staged.create(schema.module.name, {city.name: "Turku"}, "")
    await _apply(account, waiting)
    await account.staged.discard(made)


async def _apply(account: Account, waiting: set[RecordId]) -> int:
    """Send what is staged besides; gives the batch."""
    checked = await account.applier.check([one for one in account.staged.all() if one.id not in waiting])
    done = await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    assert done.batch is not None
    return done.batch
