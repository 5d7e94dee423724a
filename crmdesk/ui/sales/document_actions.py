# SPDX-License-Identifier: MIT
"""What can be done with a sales document as a whole, from a menu: duplicate, convert, compare, aim, print, copy."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.schema import Module
from crmdesk.engine.document_copy import DocumentCopier, likely_next
from crmdesk.engine.whole_document import WholeDocument, read_whole
from crmdesk.ui.parts import letters
from crmdesk.ui.sales.open_lines import has_lines
from crmdesk.ui.sales.sales_tab import SalesTab
from crmdesk.ui.sales.totals_panel import no_rule_words
from crmdesk.ui.translation import within
from crmdesk.ui.wording import tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace

Work = Callable[["Workspace", RecordId | None], None]


def front_document(space: "Workspace") -> RecordId | None:
    """The document in front: that of a sales tab, else the row chosen in a table; None = there is none."""
    page = space.page
    if isinstance(page, SalesTab):
        return page.record
    record = space.current.current_record() if space.current is not None else None
    return record if has_lines(space, record) else None


def next_kind(space: "Workspace", record: RecordId | None = None) -> Module | None:
    """What usually comes after a document, else after the one in front; None = nothing."""
    page = space.page
    name = record.module if record is not None else page.module_name if page is not None else ""
    documents = [one for one in space.modules if one.is_sales_document]
    own = next((one for one in documents if one.name == name), None)
    return likely_next(own, [one for one in documents if one.name != name]) if own is not None else None


def convert_words(space: "Workspace") -> str:
    """The menu's text for making what usually comes next of the document in front."""
    following = next_kind(space)
    if following is None:
        return tr("Make another document of it…")
    return tr("New {what} of it…", what=within(following.label))


def duplicate(space: "Workspace", record: RecordId | None = None) -> None:
    """Ask how the copy is called, then stage it."""
    _with_document(space, record, lambda whole: _ask_copy(space, whole, None))


def convert(space: "Workspace", record: RecordId | None = None, into: ModuleName | None = None) -> None:
    """The same for a document of another kind: ``into``, else what usually comes next."""
    following = next_kind(space, record)
    wanted = into or (following.name if following is not None else None)
    _with_document(space, record, lambda whole: _ask_copy(space, whole, wanted or ModuleName("")))


def compare(space: "Workspace", record: RecordId | None = None) -> None:
    """Choose another document and see both side by side."""

    def show(whole: WholeDocument) -> None:
        from crmdesk.ui.sales.compare_sheet import CompareSheet

        sheet = CompareSheet(space.account, whole, space.formats, space.report)
        sheet.told.connect(space.info)
        sheet.open_in(space.window(), focus=sheet.line)

    _with_document(space, record, show)


def aim_for_total(space: "Workspace", record: RecordId | None = None) -> None:
    """Find the discount or price that reaches a sum."""

    def show(whole: WholeDocument) -> None:
        from crmdesk.ui.sales.aim_sheet import AimSheet

        if whole.terms is None or whole.figures is None:
            space.info.emit(no_rule_words())
            return
        page = space.page
        index = page.grid.currentIndex() if isinstance(page, SalesTab) else None
        line = page.model.row_key(index.row()) or "" if isinstance(page, SalesTab) and index is not None else ""
        sheet = AimSheet(space.account, whole, space.formats, space.report, line)
        sheet.staged.connect(space.info)
        sheet.open_in(space.window(), focus=sheet.wanted)

    _with_document(space, record, show)


def print_document(space: "Workspace", record: RecordId | None = None) -> None:
    """The preview, with PDF and printer."""

    def show(whole: WholeDocument) -> None:
        from crmdesk.ui.sales.print_sheet import PrintSheet

        sheet = PrintSheet(space.account, whole, space.formats, space.start)
        sheet.told.connect(space.info)
        sheet.open_in(space.window(), focus=sheet.pdf)

    _with_document(space, record, show)


def copy_as_text(space: "Workspace", record: RecordId | None = None) -> None:
    """The document on the clipboard, aligned for an e-mail."""

    def put(whole: WholeDocument) -> None:
        from crmdesk.ui.sales.document_text import document_text
        from crmdesk.ui.sales.paper import paper_of

        QGuiApplication.clipboard().setText(document_text(paper_of(whole, space.formats)))
        pending = tr(" Pending changes are in it.") if whole.is_pending else ""
        space.info.emit(tr("Copied as text.") + pending)

    _with_document(space, record, put)


def fill_menu(space: "Workspace", menu: QMenu, record: RecordId) -> None:
    """All of it for one document, at the end of a context menu."""
    if not has_lines(space, record):
        return
    menu.addSeparator()
    menu.addAction(tr("Duplicate the document…"), partial(duplicate, space, record))
    others = [one for one in space.modules if one.is_sales_document and one.name != record.module]
    if others:
        below = menu.addMenu(tr("Make of it"))
        for one in others:
            below.addAction(letters(tr("{what}…", what=one.label)), partial(convert, space, record, one.name))
    menu.addAction(tr("Compare with…"), partial(compare, space, record))
    menu.addAction(tr("Aim for a total…"), partial(aim_for_total, space, record))
    menu.addAction(tr("Print or PDF…"), partial(print_document, space, record))
    menu.addAction(tr("Copy as text"), partial(copy_as_text, space, record))


def _with_document(space: "Workspace", record: RecordId | None, show: Callable[[WholeDocument], object]) -> None:
    """Read the document, then go on; without one say so."""
    wanted = record or front_document(space)
    if wanted is None:
        space.info.emit(tr("Choose a quote, an order or an invoice first."))
        return

    async def read() -> None:
        account = space.account
        show(await read_whole(account.reading, account.staged, wanted))

    space.start(read())


def _ask_copy(space: "Workspace", whole: WholeDocument, into: ModuleName | None) -> None:
    """``into``: None = the same kind, "" = whichever is possible."""

    async def ask() -> None:
        from crmdesk.ui.sales.copy_sheet import CopySheet

        account, record = space.account, whole.document.header.id
        targets = await DocumentCopier(account.session, account.staged).targets(record.module)
        if not targets:
            space.info.emit(tr("This CRM does not take new documents with lines."))
            return
        wanted = record.module if into is None else into
        today = datetime.now(UTC).astimezone(space.formats.zone).date()
        sheet = CopySheet(account, whole, space.formats, targets, space.report, today, wanted)
        sheet.staged.connect(lambda made: _show_new(space, made))
        title = space.formats.title(whole.document.header, whole.schema)
        sheet.action_wanted.connect(lambda action: space.acting.begin(record, title, action))
        sheet.open_in(space.window(), focus=sheet.title)

    space.start(ask())


def _show_new(space: "Workspace", record: RecordId) -> None:
    """The new document above its module's rows, its fields beside them."""
    module = next((one for one in space.modules if one.name == record.module), None)
    if module is None:
        return
    page = space.open_module(module)
    page.choose_record(record)
    space.show_panel(True)
    space.panel.show_record(space.account, record)
    space.info.emit(tr("The new document is staged; it is sent after your review."))
