# SPDX-License-Identifier: MIT
"""One module's table: bar, grid, rows and edits brought together."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Order, Query, compares
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Module, Schema
from crmdesk.engine.desk import Account
from crmdesk.engine.filter_text import format_filter, parse_filter
from crmdesk.engine.staging import NEW, StagedRecord
from crmdesk.ui.copies.copies import Copies
from crmdesk.ui.copies.copy_words import fresh_words
from crmdesk.ui.formats import Formats
from crmdesk.ui.page import Page
from crmdesk.ui.table.cells import Column, SortMark
from crmdesk.ui.table.column_chooser import ColumnChooser
from crmdesk.ui.table.column_menu import show_column_menu
from crmdesk.ui.table.current_row import CurrentRow
from crmdesk.ui.table.empty_table import EmptyTable
from crmdesk.ui.table.filter_bar import FilterBar
from crmdesk.ui.table.grid_columns import narrow
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_rows import RowMaker, columns_of, default_columns
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.table.saved_order import SEARCHED, saved_columns, saved_layout, saved_orders, turned, view_of
from crmdesk.ui.table.staged_over import StagedOver
from crmdesk.ui.table.table_edits import TableEdits
from crmdesk.ui.table.table_menu import show_menu
from crmdesk.ui.table.table_rows import TableRows
from crmdesk.ui.table.table_status import TableStatus, amount_of, table_status
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import tr

Report = Callable[[BaseException, Callable[[], None] | None], None]
"""Shows an error, with what tries again where that makes sense."""
_FIT_ROWS = 60


class TableTab(Page):
    """Owned by a workspace; asks the account's session, never a server.

    Signals:
        record_chosen(RecordId | None, Record | None): the current row is another one.
        linked(RecordId): Ctrl+click on a reference.
        menu_filled(QMenu): the menu of the chosen rows is about to open; others may add to it.
        opened(): a double click or Return on a row that is not edited in place.
        new_wanted(), export_wanted(), delete_wanted(list): from the bar and the context menu.
    """

    kind = "table"

    record_chosen = Signal(object, object)
    linked = Signal(object)
    menu_filled = Signal(object)
    opened = Signal()
    new_wanted = Signal()
    export_wanted = Signal()
    delete_wanted = Signal(object)

    def __init__(
        self,
        account: Account,
        module: Module,
        formats: Formats,
        report: Report,
        *,
        view: dict[str, Any] | None = None,
        copies: Copies | None = None,
    ) -> None:
        """`copies`: what of the account is copied; None = only the server is asked."""
        super().__init__()
        self.account, self.module = account, module
        self._formats, self._report, self._view, self._copies = formats, report, view or {}, copies
        self._scope = TaskScope(self._failed, self)
        self._schema: Schema | None = None
        self._shown: tuple[FieldName, ...] = ()
        self._order: tuple[Order, ...] = ()
        self._edits: TableEdits | None = None
        self._fitted = False
        self.bar: FilterBar | None = None
        self.model = RecordTableModel(())
        self.grid = RecordGrid(self.model)
        self.grid.setAccessibleName(module.label_plural)
        self.rows = TableRows(account, module.name, self.model, self._scope, copies)
        self.row = CurrentRow(self.grid, self.rows)
        self.staged = StagedOver(account, module.name, self.model, self.rows, self.row)
        self._empty = EmptyTable(self.grid, module, copies, self._again)
        self.rows.renewal.may = lambda: self.grid.indexWidget(self.grid.currentIndex()) is None
        self.model.set_row_note(self._fresh)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.grid, 1)
        self._connect()
        self._scope.start(self._begin(), slot="begin")

    def _connect(self) -> None:
        self.grid.sort_requested.connect(self._on_sort)
        self.row.chosen.connect(self.record_chosen)
        self.grid.selection_settled.connect(self.status_changed)
        self.grid.linked.connect(self._on_link)
        self.grid.opened.connect(lambda _: self.opened.emit())
        self.grid.menu_requested.connect(lambda at, _row, key: show_menu(self, at, key))
        self.grid.header_menu_requested.connect(lambda at, key: show_column_menu(self, at, key))
        self.grid.layout_changed.connect(self.view_changed)
        self.grid.not_done.connect(self.info)
        self.rows.moving.connect(self.grid.finish_editing)
        self.rows.changed.connect(self.status_changed)
        self.rows.failed.connect(self._empty.say_failed)
        self.rows.arrived.connect(self._on_arrived)
        self.staged.changed.connect(self.status_changed)

    async def _begin(self) -> None:
        """The fields first: they say what can be filtered, shown and edited."""
        self._empty.say_reading_fields()
        source = self._copies or self.account.session
        schema = await source.schema(self.module.name)
        self._schema = schema
        self._shown = saved_columns(self._view.get("columns"), schema) or default_columns(schema)
        self._order = saved_orders(self._view.get("order"), schema)
        self._edits = TableEdits(self.account, schema, self.grid, self.rows, self._formats, self._scope)
        self._edits.refused.connect(self._on_refused)  # no lambda: it would hold this tab for ever, see Collector
        self.bar = FilterBar(schema, lambda: self.account.session.capabilities, self._formats, self)
        self.bar.filter_changed.connect(lambda _: self._on_view())
        self.bar.columns_wanted.connect(self.choose_columns)
        self.bar.new_wanted.connect(self.new_wanted)
        self.bar.export_wanted.connect(self.export_wanted)
        self.bar.left.connect(self.grid.setFocus)
        self._layout.insertWidget(0, self.bar)
        self._show_saved_filter(str(self._view.get("filter", "")))
        self.bar.search.setText(str(self._view.get(SEARCHED, "")))
        self._show_columns()
        if (layout := saved_layout(self._view.get("layout"))) is not None:
            self._fitted = True
            self.grid.columns.restore(layout)
        self.staged.show_created()
        self.show_query()

    def _on_refused(self, sentence: str) -> None:
        self._report(Invalid(sentence), None)

    def _show_saved_filter(self, text: str) -> None:
        if self.bar is None or self._schema is None or not text:
            return
        try:
            self.bar.show_filter(parse_filter(text, self._schema))
        except Invalid:
            self.info.emit(tr("The filter of this tab no longer fits the module and was left out."))

    def _show_columns(self) -> None:
        if self._schema is not None:
            self.rows.maker = RowMaker(self._schema, self._shown, self._formats)
            self.model.restart(self.rows.source(), columns_of(self._schema, self._shown, self.module))

    # ---- the query -----------------------------------------------------------------------------------------------

    def show_query(self, *, ask: bool = False) -> None:
        """Show rows anew with filter and order as they stand. ``ask``: the server's, even where the copy is fresh."""
        if self._schema is None or self.bar is None or self.rows.is_closed:  # letters typed just before it was closed
            return
        where = self.bar.where()
        self.staged.forget_stale()
        if where is None and not self.module.can_be_listed:
            self._empty.say_unlisted(self.add_filter)
            self.rows.rest()
        else:
            self._empty.say_reading()
            self.rows.start(Query(self.module.name, self._fields(self._schema), where, self._order), ask=ask)
        self.staged.show()
        self.model.set_sort(SortMark(str(key.field), key.descending) for key in self._order)
        self.model.set_filtered(str(c.field) for c in compares(self.bar.conditions()))
        self.status_changed.emit()

    def _fields(self, schema: Schema) -> tuple[FieldName, ...]:
        """What to read: the columns, and what names a record."""
        names = [*self._shown, schema.title_field, schema.number_field]
        return tuple(dict.fromkeys(name for name in names if name is not None and schema.field(name) is not None))

    def _on_view(self) -> None:
        self.show_query()
        self.view_changed.emit()

    def _on_arrived(self) -> None:
        if (trouble := self._empty.recovered()) is not None:
            self.recovered.emit(trouble)
        if not self._fitted and self.rows.read:
            self._fitted = True
            self.model.source.want(0, _FIT_ROWS - 1)
            self.grid.columns.fit(_FIT_ROWS)
            narrow(self.grid.horizontalHeader(), self.model.columns, self.grid.viewport().width())
        self._empty.say_none(self.clear_filters if self.bar is not None and self.bar.count else None)
        self.row.settle()

    @property
    def module_name(self) -> str:
        """The module whose rows these are."""
        return str(self.module.name)

    @property
    def schema(self) -> Schema | None:
        """The module's fields, None until they are known."""
        return self._schema

    def panes(self) -> list[QWidget]:
        """The search, then the rows."""
        return [self.bar.search, self.grid] if self.bar is not None else [self.grid]

    def load_all(self) -> None:
        """Read every row; can be stopped."""
        self.rows.pull_all()

    def stop(self) -> None:
        """Break loading off."""
        self.rows.stop()

    def reload(self) -> None:
        """Ask the server again, and stay on the same record."""
        self.row.keep()
        self.show_query(ask=True)

    def write_anew(self) -> None:
        """Dates and numbers are written otherwise from now on."""
        self._show_columns()
        self.row.keep()
        self.show_query()

    def follow_reach(self) -> None:
        """The server is there or away."""
        self._start(self.rows.follow_reach)

    def _fresh(self, key: str) -> str:
        """How fresh a row is, for its tooltip."""
        if self.rows.copied is None or self._copies is None:
            return ""
        return fresh_words(self._copies.freshness(RecordId(self.module.name, key)), self._formats)

    def reload_changed(self) -> None:
        """Read again the rows whose staged edits were applied."""
        self.staged.reread(self.reload)

    # ---- order, columns, view ------------------------------------------------------------------------------------

    def _on_sort(self, key: str, add: bool) -> None:
        """A click sorts up, then down, then not at all; with Shift the column joins the others."""
        if (field := self._field(key)) is not None:
            self.use_order(turned(self._order, field.name, add=add))

    @property
    def order(self) -> tuple[Order, ...]:
        """What the rows are sorted by, first key first."""
        return self._order

    def use_order(self, order: tuple[Order, ...]) -> None:
        """Sort by this from now on."""
        self._order = order
        self._on_view()

    def _field(self, key: str) -> Field | None:
        return self._schema.field(key) if self._schema is not None else None

    def choose_columns(self) -> None:
        """The sheet of columns."""
        if self._schema is not None:
            sheet = ColumnChooser(self._schema.fields, self._shown, is_complete=self._schema.is_complete)
            sheet.chosen.connect(self.use_columns)
            sheet.open_in(self.window())

    @property
    def shown(self) -> tuple[FieldName, ...]:
        """The fields that are columns."""
        return self._shown

    def use_columns(self, names: tuple[FieldName, ...]) -> None:
        """Show these columns from now on."""
        if names and names != self._shown:
            self._shown, self._fitted = names, False
            self._show_columns()
            self._on_view()

    def view(self) -> dict[str, Any]:
        """What is remembered of this tab: module, columns, order, filter, widths."""
        if self._schema is None:
            return {**self._view, "module": str(self.module.name)}
        where = format_filter(self.bar.conditions()) if self.bar is not None else ""
        return view_of(self.module.name, self._shown, self._order, where, self.grid.columns.state())

    def focus_search(self) -> None:
        """Ctrl+F."""
        if self.bar is not None:
            self.bar.focus_search()

    def add_filter(self) -> None:
        """Begin a condition."""
        if self.bar is not None:
            self.bar.add_filter()

    def toggle_text(self) -> None:
        """The filter as text."""
        if self.bar is not None:
            self.bar.as_text.click()

    def clear_filters(self) -> None:
        """Show everything."""
        if self.bar is not None:
            self.bar.search.clear()
            self.bar.show_filter(None)
            self._on_view()

    # ---- the current record --------------------------------------------------------------------------------------

    def current_record(self) -> RecordId | None:
        """The record of the current row."""
        return self.row.record

    def show_again(self) -> None:
        """The tab came to the front: say what it shows."""
        self.row.tell()
        self.status_changed.emit()

    def go_to(self, row: int) -> None:
        """Make a row the current one and bring it into view."""
        self.row.go_to(row)

    def choose_record(self, record: RecordId) -> None:
        """Go to a record where it is among the rows read, or as soon as it is."""
        self.row.choose(record)

    def chosen_records(self) -> list[tuple[Record, str]]:
        """The records of the selected rows, with titles."""
        found = [self.rows.at(row) for row in self.grid.selection.rows()]
        return [(record, self._title(record)) for record in found if record is not None]

    def _title(self, record: Record) -> str:
        staged = self.account.staged.get(record.id)
        if self._schema is None or (staged is not None and record.id.key.startswith(NEW)):
            return staged.title if staged is not None else record.id.key
        return self._formats.title(record, self._schema)

    def show_new(self, staged: list[StagedRecord]) -> None:
        """New records stand above the others until they are sent."""
        self.staged.show_new(staged)

    # ---- links, menu ---------------------------------------------------------------------------------------------

    def _on_link(self, row: int, key: str) -> None:
        record, field = self.rows.at(row), self._field(key)
        if record is not None and field is not None and self._edits is not None:
            value = self._edits.held(record, field)[0]
            if isinstance(value, RecordId):
                self.linked.emit(value)

    def copy_with_titles(self) -> None:
        """The selection and its titles as a spreadsheet takes them."""
        self.grid.keys.copy(with_header=True)

    def discard_row(self) -> None:
        """Take back what is staged for the current record."""
        if (record := self.current_record()) is not None:
            self._scope.start(self.account.staged.discard(record))

    # ---- words ---------------------------------------------------------------------------------------------------

    def _again(self) -> None:
        self._start(self.rows.pull)

    def _start(self, go_on: Callable[[], object]) -> None:
        """Begin where nothing could be read so far, else go on."""
        if self._schema is None:
            self._scope.start(self._begin(), slot="begin")
        else:
            go_on()

    def status(self) -> TableStatus:
        """What the status bar says now."""
        chosen = self.grid.selection_summary(self._number)
        return table_status(self.rows, self.bar, chosen, self.module.label_plural, self._formats)

    def _number(self, text: str, column: Column) -> Any:
        return amount_of(text, column, self._field(column.key), self._formats)

    def _failed(self, error: BaseException) -> None:
        if self._schema is None:
            self._empty.say_failed()
        unread = self._schema is None or self.rows.broken
        if not self._empty.is_said(error, unread=unread):
            self._report(error, self._again if unread else None)  # where asking again makes sense

    async def aclose(self) -> None:
        """End its work; the widget may be deleted after. What is being typed is staged."""
        self.grid.finish_editing()
        self.staged.close()
        await self._scope.aclose()
        self.rows.close()
