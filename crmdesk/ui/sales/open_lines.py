# SPDX-License-Identifier: MIT
"""Opening the lines of a sales document in a tab, from wherever a person is."""

from typing import TYPE_CHECKING

from crmdesk.connectors.port import EditsLines
from crmdesk.domain.names import RecordId
from crmdesk.engine.staged_record import record_of_slot
from crmdesk.engine.staging import NEW
from crmdesk.ui.sales.sales_tab import SalesTab
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace


def has_lines(space: "Workspace", record: RecordId | None) -> bool:
    """Whether a record's lines can be opened: its module is one of sales documents, and it is there or staged."""
    if record is None or not space.account.session.offers(EditsLines):
        return False
    if record.key.startswith(NEW) and space.account.staged.get(record) is None:
        return False
    return any(module.name == record.module and module.is_sales_document for module in space.modules)


def open_lines(space: "Workspace", record: RecordId | None) -> SalesTab | None:
    """Bring the tab of a document to the front, or open it; None where the record has no lines."""
    record = record_of_slot(record) if record is not None else None
    if record is None or not has_lines(space, record):
        space.info.emit(tr("This record has no lines to edit. Choose a quote, an order or an invoice."))
        return None

    from crmdesk.ui.sales import document_actions  # it asks ``has_lines`` here

    def make() -> SalesTab:
        page = SalesTab(space.account, record, space.formats)
        page.review_wanted.connect(space.review)
        page.failed.connect(space.report)
        page.made.connect(lambda made: _turn_over(space, page, made))
        page.fill_menu = lambda menu: document_actions.fill_menu(space, menu, record)
        page.view_parts.aim.clicked.connect(lambda _=False: document_actions.aim_for_total(space, record))
        page.view_parts.pdf.clicked.connect(lambda _=False: document_actions.print_document(space, record))
        return page

    page = space.open_page(_key(record), record.key, make, tip=str(record.module))
    assert isinstance(page, SalesTab)
    page.grid.setFocus()
    return page


def _key(record: RecordId) -> str:
    return f"sales:{record.module}/{record.key}"


def _turn_over(space: "Workspace", page: SalesTab, made: RecordId) -> None:
    """A new document was sent: the server's own takes the place of its tab."""
    front = space.tabs.current
    space.close_tab(_key(page.record))
    if open_lines(space, made) is not None and front != _key(page.record):
        space.tabs.choose(front)
