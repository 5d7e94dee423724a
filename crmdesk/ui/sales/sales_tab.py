# SPDX-License-Identifier: MIT
"""SalesTab: a quote, order or invoice with its lines, edited as a spreadsheet is; nothing is sent before the review."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from crmdesk.domain.currencies import in_currency, places_of
from crmdesk.domain.errors import CrmError, NotFound, NotPermitted
from crmdesk.domain.line_edit import Lines, is_new, line_changes
from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import LineKind, LineShape, SalesDocument, Tax
from crmdesk.domain.schema import Operation, Schema
from crmdesk.domain.totals import DocumentFigures
from crmdesk.engine.desk import Account
from crmdesk.engine.document_copy import as_wanted
from crmdesk.engine.staged_record import lines_slot
from crmdesk.engine.staging import NEW, StagedRecord
from crmdesk.ui.formats import Formats
from crmdesk.ui.page import Page
from crmdesk.ui.sales.differences import DifferenceBanner, LastSave
from crmdesk.ui.sales.document_source import DocumentSource
from crmdesk.ui.sales.header_strip import HeaderStrip
from crmdesk.ui.sales.line_columns import LineColumns
from crmdesk.ui.sales.line_edits import LineEdits, Subject
from crmdesk.ui.sales.line_filling import LineFilling
from crmdesk.ui.sales.line_menu import LineMenu, show_line_menu
from crmdesk.ui.sales.line_parts import LineParts
from crmdesk.ui.sales.line_rows import ADD, LineFigures, LineTable, Made, add_row, rows_of
from crmdesk.ui.sales.line_view import LineView
from crmdesk.ui.sales.product_search import ProductSearch
from crmdesk.ui.sales.sales_layout import SalesLayout, change_list
from crmdesk.ui.sales.totals_panel import TotalsPanel
from crmdesk.ui.table.cells import ListSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.table.row_drag import RowDrag
from crmdesk.ui.table.table_status import TableStatus, chosen_words
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import error_words, plural, read_only_words, tr


class SalesTab(Page):
    """Owned by a workspace; made by ``open_lines``.

    Attributes:
        fill_menu: puts what can be done with the document as a whole into the menu of a line.

    A new document that is only staged is shown as well; it becomes the server's one when it was sent.

    Signals:
        made(RecordId): the new document was sent; this is what the server calls it.
        review_wanted(): The person wants to send what is pending.
        failed(BaseException): what went wrong, for the message bar.
    """

    kind = "sales"
    has_record_beside = False
    made = Signal(object)
    review_wanted = Signal()
    failed = Signal(object)

    def __init__(self, account: Account, record: RecordId, formats: Formats) -> None:
        super().__init__()
        self.account, self.record, self._formats = account, record, formats
        self._scope = TaskScope(self.failed.emit, self)
        self._source = DocumentSource(account, record, formats)
        self._failed = self._copied = False
        self._schema: Schema | None = None
        self._shape: LineShape | None = None
        self._document: SalesDocument | None = None
        self.columns = LineColumns(
            account.storage,
            record.module,
            formats,
            self._scope,
            self,
            has_rule=self._has_rule,
        )
        self.columns.changed.connect(self._refresh)
        self._kept: dict[str, tuple[Made, Row]] = {}
        self.fill_menu: Callable[[QMenu], object] | None = None
        self.model = RecordTableModel(())
        self.grid = RecordGrid(self.model, stretch=True)
        self.grid.setAccessibleName(tr("Lines"))
        self.search = ProductSearch(account.reading, record.module, self._scope)
        self.edits = LineEdits(account, self.grid, self.search, self._scope)
        self.filling = LineFilling(self.grid, self.edits, self.search, self._scope)
        self._view = LineView(self.grid, self._refresh)
        self.drag = RowDrag(self.grid, self.edits.is_line)
        self.banner, self.head, self.totals = DifferenceBanner(formats), HeaderStrip(formats), TotalsPanel(formats)
        self._last_save = LastSave(self.banner, account.journal, record)
        self.view_parts = SalesLayout(self, self.banner, self.head, self.grid, self.totals)
        self._connect()
        self._make_shortcuts()
        self.grid.set_empty(tr("Reading the lines …"))
        self._scope.start(self._read(), slot="read")

    def _connect(self) -> None:
        view, grid = self.view_parts, self.grid
        view.add.clicked.connect(lambda _=False: self.edits.begin_line())
        view.add_heading.clicked.connect(lambda _=False: self.edits.add_text(LineKind.HEADING))
        view.paste.clicked.connect(lambda _=False: self.filling.paste_rows())
        view.choose.clicked.connect(lambda _=False: self.columns.choose())
        view.revert.clicked.connect(lambda _=False: self.edits.revert())
        view.save.clicked.connect(lambda _=False: self.review_wanted.emit())
        self.banner.restore_wanted.connect(self.restore_lines)
        self.head.edit_wanted.connect(lambda: self.record_wanted.emit(self.record, True))
        self.edits.refused.connect(self.info)
        self.filling.refused.connect(self.info)
        self.edits.place_wanted.connect(self._view.want_place)
        self.drag.dropped.connect(self.edits.place)
        grid.not_done.connect(self.info)
        grid.menu_requested.connect(self._on_menu)
        grid.header_menu_requested.connect(lambda _at, _key: self.columns.choose())
        grid.selection_settled.connect(self.status_changed)
        self._deaf = self.account.staged.changed.connect(self._on_staged)

    def _make_shortcuts(self) -> None:
        """Keys of the lines; those that the menus have for tables are free while this tab is in front."""
        for keys, work in self.own_keys():
            made = QShortcut(QKeySequence(keys), self, work)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def own_keys(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        """Keys of the lines, beyond those every grid has."""
        edits = self.edits
        return (
            ("Ctrl+N", edits.begin_line),
            ("Ctrl+Del", edits.remove),
            ("Alt+Shift+Down", edits.duplicate),
            ("Alt+Up", lambda: edits.move(-1)),
            ("Alt+Down", lambda: edits.move(1)),
            ("Ctrl+Shift+Y", self.filling.fill_down),
            ("Ctrl+S", self.review_wanted.emit),
        )

    # ---- reading ---------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            loaded = await self._source.read()
        except CrmError as error:
            self._document, self._failed = None, True
            words = error_words(error)
            gone = isinstance(error, (NotFound, NotPermitted))
            self.model.restart(ListSource(()))
            self.view_parts.show_away("")
            self.grid.set_empty(words.title, words.text, "" if gone else tr("Try again"), self.reload)
            return
        self._schema, self._shape, document = loaded.schema, loaded.shape, loaded.document
        self._document, self._failed, self._copied = document, False, loaded.copied
        self.view_parts.show_away(loaded.note)
        if document is None:
            self.grid.set_empty(*loaded.words)
            self.model.restart(ListSource(()))
            return
        if not (self.is_new or loaded.copied):
            await self.account.staged.rebase_lines(document)
        self.title_changed.emit(self._title())
        whole = as_wanted(document, self.account.staged)
        await self.columns.recall(loaded.shape, whole, self.search.known)
        self._refresh()
        await self._last_save.look(document, loaded.shape.settable)
        self._last_save.show(is_staged=self.staged is not None)
        if await self.search.learn(one.product for one in whole.lines if one.product is not None):
            await self.columns.recall(loaded.shape, whole, self.search.known)
            self._refresh()

    @property
    def is_new(self) -> bool:
        """Whether the server does not know the document yet."""
        return self.record.key.startswith(NEW)

    def _parts(self) -> LineParts:
        return LineParts(self._shape or LineShape(), self._formats)

    def _title(self) -> str:
        if self._document is None or self._schema is None:
            return self.record.key
        if self.is_new:
            staged = self.account.staged.get(self.record)
            return staged.title if staged is not None and staged.title else tr("New document")
        header, number = self._document.header, self._schema.number_field
        text = str(header.values.get(number) or "") if number else ""
        return text or self._formats.title(header, self._schema)

    # ---- showing ---------------------------------------------------------------------------------------------------

    @property
    def staged(self) -> StagedRecord | None:
        """What is staged for the lines."""
        return self.account.staged.lines_of(self.record)

    @property
    def document(self) -> SalesDocument | None:
        """The document as the edits stand on: what was loaded when they began, else what was read last."""
        staged = self.staged
        return staged.document if staged is not None and staged.document is not None else self._document

    @property
    def wanted(self) -> Lines:
        """The lines as they are to be."""
        staged, document = self.staged, self._document
        if staged is not None:
            return staged.lines
        return document.lines if document is not None else ()

    def _locked(self) -> str:
        if not self.account.profile.may_write:
            return read_only_words()
        needed = Operation.CREATE if self.is_new else Operation.UPDATE
        if self._schema is not None and needed not in self._schema.module.operations:
            return tr("You may not change {what}.", what=self._schema.module.label_plural)
        return ""

    def _refresh(self) -> None:
        """Show what is loaded and staged; the cell where the person is stays where it is."""
        document, schema, read = self.document, self._schema, self._read_as()
        if document is None or schema is None or read is None or self._shape is None:
            return
        figures = self._show_totals(document, read)
        wanted = self.wanted
        by_key = dict(zip((line.key or "" for line in wanted), figures.lines if figures else (), strict=False))
        table = LineTable(
            parts=self._parts(),
            loaded=document.lines,
            wanted=wanted,
            figures={key: LineFigures(one.net, one.total, one.is_counted) for key, one in by_key.items()},
            known=self.search.known,
            locked=self._locked(),
            places=places_of(document.currency),
            kept=self._kept,
        )
        self.edits.show(Subject(document=document, title=self._formats.title(document.header, schema), table=table))
        columns = self.columns.shown
        if [c.key for c in columns] != [c.key for c in self.model.columns]:
            self._kept.clear()
        rows, overlay = rows_of(table, columns)
        if self._shape.kinds and not table.locked:
            rows.append(add_row(columns, tr("Type a product name or number…")))
        self._view.show_rows(columns, rows, overlay)
        self.head.show_document(read, schema, None if self.is_new else self.account.staged.get(self.record))
        self._show_state(document, wanted)

    def _show_totals(self, document: SalesDocument, read: SalesDocument) -> DocumentFigures | None:
        rule, wanted = self.account.session.plugin.terms, as_wanted(document, self.account.staged)
        ours, theirs = (rule(wanted), rule(read)) if rule is not None else (None, None)
        terms = None
        if ours is not None and theirs is not None:
            terms = in_currency(ours, wanted.currency), in_currency(theirs, read.currency)
        self.view_parts.show_rule(terms is not None)
        figures = self.totals.show_totals(wanted, read, terms, self._assigned(wanted))
        if self.is_new:
            self.totals.verdict.setText(tr("Not sent yet: there is no total of the server’s to compare with."))
        return figures

    def _has_rule(self, document: SalesDocument) -> bool:
        rule = self.account.session.plugin.terms
        return rule is not None and rule(document) is not None

    def _assigned(self, document: SalesDocument) -> dict[RecordId, tuple[Tax, ...]]:
        """The taxes of products, where lines call them by the same names."""
        named = {tax.name for line in document.lines if not is_new(line) for tax in line.taxes}
        found = {product: hit.line.taxes for product, hit in self.search.known.items()}
        return {product: taxes for product, taxes in found.items() if any(tax.name in named for tax in taxes)}

    def _show_state(self, document: SalesDocument, wanted: Lines) -> None:
        changes = line_changes(document.lines, wanted)
        lines = len({change.key for change in changes})
        can_add = self._shape is not None and bool(self._shape.kinds) and not self._locked()
        headings = can_add and self._shape is not None and LineKind.HEADING in self._shape.kinds
        has_services = self._shape is not None and LineKind.SERVICE in self._shape.kinds
        self.view_parts.show_state(
            count=len(wanted),
            changed=plural(lines, "{n} line changed", "{n} lines changed") if lines else "",
            told=change_list(changes, self._parts()),
            add=tr("+ Product or service") if has_services else tr("+ Line"),
            can_add=can_add,
            can_head=headings,
            is_new=self.is_new,
        )
        self.title_changed.emit(self._title() + (" •" if lines else ""))
        self.status_changed.emit()

    def _read_as(self) -> SalesDocument | None:
        """As the server has it; of a new document, which nothing is compared with, as it is wanted."""
        if self._document is None or not self.is_new:
            return self._document
        return as_wanted(self._document, self.account.staged)

    def _on_staged(self, touched: tuple[RecordId, ...]) -> None:
        if self.record in touched or lines_slot(self.record) in touched:
            if self.is_new and (self._document is None) != (self.account.staged.get(self.record) is None):
                self.reload()  # it was sent or discarded, or is there again
                return
            self._refresh()
            self._last_save.show(is_staged=self.staged is not None)

    # ---- what the person asks for ------------------------------------------------------------------------------------

    def _on_menu(self, at: QPoint, row: int, _column: str) -> None:
        line = self.edits.line_at(row)
        product = line.product if line is not None else None
        follow = (lambda: self.record_wanted.emit(product, True)) if product is not None else None
        can_keep = line is None and 0 <= row < len(self.wanted) + self._removed()
        show_line_menu(self.grid, self.edits, at, LineMenu(line is not None, can_keep, follow, self.filling.fill_down,
                                                           self.columns.choose, self.fill_menu))  # fmt: skip

    def _removed(self) -> int:
        return sum(self.model.row_key(row) != ADD for row in range(self.model.rowCount())) - len(self.wanted)

    # ---- differences after saving ------------------------------------------------------------------------------------

    def restore_lines(self) -> None:
        """Stage what brings back the lines as they were sent; it is reviewed like any other edit."""
        document, schema = self._document, self._schema
        if document is None or schema is None or self._locked():
            return
        lines = self._last_save.repair(document, self._parts().shape.settable)
        if lines is not None:
            title = self._formats.title(document.header, schema)
            self._scope.start(self.account.staged.edit_lines(document, lambda _: lines, tr("Restore lines"), title))

    # ---- the page ------------------------------------------------------------------------------------------------------

    @property
    def module_name(self) -> str:
        return str(self.record.module)

    def panes(self) -> list[QWidget]:
        return [self.grid, self.view_parts.save]

    def status(self) -> TableStatus:
        """Lines, and what the marked cells come to."""
        count = len(self.wanted)
        rows = plural(count, "{n} line", "{n} lines") if self._document is not None else ""
        return TableStatus(rows, "", chosen_words(self.grid.selection_summary(), self._formats))

    def reload(self) -> None:
        self._scope.start(self._read(), slot="read")

    def follow_reach(self) -> None:
        """The server is there or away: what came out of the copy, or not at all, is read anew."""
        if self._failed or (self._copied and not self.account.session.away):
            self.reload()

    def reload_changed(self) -> None:
        """After an apply the server holds something else, maybe not what was sent."""
        made = self.account.staged.made.get(self.record)
        if made is not None:
            self.made.emit(made)
        else:
            self.reload()

    def stop(self) -> None:
        self._scope.cancel("read")

    def view(self) -> dict[str, Any]:
        return {"module": str(self.record.module), "key": self.record.key, "title": self._title()}

    @property
    def busy(self) -> bool:
        """Whether the server is being asked or something is being staged."""
        return self._scope.busy

    async def aclose(self) -> None:
        self.grid.finish_editing()
        self._deaf()
        await self._scope.aclose()
