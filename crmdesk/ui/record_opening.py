# SPDX-License-Identifier: MIT
"""RecordOpening: how a workspace brings a record in front, beside its table or with its lines in a tab."""

from typing import TYPE_CHECKING

from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.staged_record import record_of_slot
from crmdesk.ui.page import Page
from crmdesk.ui.tasks import TaskScope

if TYPE_CHECKING:
    from crmdesk.ui.table.table_tab import TableTab
    from crmdesk.ui.workspace import Workspace


class RecordOpening:
    """Owned by the workspace; works in its scope."""

    def __init__(self, space: "Workspace", scope: TaskScope) -> None:
        self._space, self._scope = space, scope

    def on_row(self, page: Page, record: RecordId | None, row: Record | None) -> None:
        """Another row of a table is the current one."""
        if page is self._space.current:
            self._space.panel.show_record(self._space.account, record, row)

    def on_wanted(self, record: RecordId, apart: bool) -> None:
        """A page wants a record to be shown: beside it, or in a tab of its module."""
        if apart:
            self.open(record, apart=True)
        else:
            self._space.show_panel(True)
            self._space.panel.show_record(self._space.account, record)

    def on_opened(self, page: "TableTab") -> None:
        """A double click: a document's lines, or the record beside the table."""
        from crmdesk.ui.sales.open_lines import has_lines

        record = page.current_record()
        if record is not None and has_lines(self._space, record):
            self._space.open_lines(record)
        else:
            self._space.show_panel(True)

    def on_staged(self, slot: RecordId) -> None:
        """A pending change was chosen: its record, or the lines it is about."""
        record = record_of_slot(slot)
        if record == slot:
            self.open(record)
        else:
            self._space.open_lines(record)

    def open(self, record: RecordId, *, apart: bool = False) -> None:
        """Show a record beside the table; its module's table comes to the front where it is open."""
        space = self._space
        space.show_panel(True)
        page = next((p for p in space.tables if p.module.name == record.module), None)
        if apart and page is None:
            self._scope.start(self._open_module_of(record), slot="open")
            return
        if page is not None and page is not space.current and record.module:
            space.show_page(page)
        if page is not None:
            page.choose_record(record)
        space.panel.show_record(space.account, record)

    async def _open_module_of(self, record: RecordId) -> None:
        space = self._space
        known = next((one for one in space.modules if one.name == record.module), None)
        page = space.open_module(known or await space.account.session.module(record.module))
        page.choose_record(record)  # else its first row would take the panel when the rows arrive
        space.panel.show_record(space.account, record)
