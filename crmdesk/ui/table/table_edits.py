# SPDX-License-Identifier: MIT
"""What people do to the cells of a table: typing, choosing, pasting, clearing; all of it goes to the stage."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Operation, Schema
from crmdesk.domain.values import NotAValue, Value
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import NEW, Edit
from crmdesk.ui.form.field_editors import make_editor
from crmdesk.ui.form.reference_picker import ReferenceSearch
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.grid_editor import GridEditor
from crmdesk.ui.table.grid_selection import MAX_CELLS, TooMany
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.table_rows import TableRows
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import tr

_LOOKED_THROUGH = 2_000  # rows
_PLAIN = (FieldType.TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.URL)
_Wanted = tuple[Record, Field, Value, str]


class TableEdits(QObject):
    """Between a grid and the account's staged changes. Owned by the tab.

    Signals:
        refused(str): why something was not taken, in a sentence.
    """

    refused = Signal(str)

    def __init__(
        self, account: Account, schema: Schema, grid: RecordGrid, rows: TableRows, formats: Formats, scope: TaskScope
    ) -> None:
        super().__init__()
        self._account, self._schema, self._grid, self._rows = account, schema, grid, rows
        self._formats, self._scope = formats, scope
        self._search = ReferenceSearch(account.session, scope, formats)
        model = grid.records
        model.set_edit_text(self._edit_text)
        model.edit_requested.connect(self._on_text)
        grid.set_editor_factory(self._make_editor)
        grid.clear_requested.connect(self._on_clear)
        grid.paste_requested.connect(self._on_paste)

    def held(self, record: Record, field: Field) -> tuple[Value, str]:
        """Value and label as they stand now, staged first."""
        staged = self._account.staged.get(record.id)
        if staged is not None and field.name in staged.values:
            return staged.values[field.name], staged.labels.get(field.name, "")
        return record.values.get(field.name), record.labels.get(field.name, "")

    def _cell(self, row: int, key: str) -> tuple[Record, Field] | None:
        record, field = self._rows.at(row), self._schema.field(key)
        return (record, field) if record is not None and field is not None else None

    def _edit_text(self, row: int, key: str) -> str | None:
        cell = self._cell(row, key)
        return self._formats.edit_text(self.held(*cell)[0], cell[1]) if cell is not None else None

    def _make_editor(self, column: Column, parent: QWidget, row: int) -> QWidget | None:
        cell = self._cell(row, column.key)
        if cell is None or cell[1].type in _PLAIN:
            return None  # a plain line is quickest
        record, field = cell
        editor = make_editor(field, self._formats, None, search=self._search)
        editor.set_value(*self.held(record, field))
        delegate = self._grid.itemDelegate()
        assert isinstance(delegate, QStyledItemDelegate)

        def take(value: Value, label: str) -> None:
            self._stage([(record, field, value, label)])

        return GridEditor(parent, editor, delegate, take, self.refused.emit)

    def _on_text(self, row: int, key: str, text: str) -> None:
        cell = self._cell(row, key)
        if cell is None:
            return
        try:
            self._stage([(*cell, self._formats.read(text, cell[1]), "")])
        except NotAValue as error:
            self.refused.emit(str(error))

    def _on_clear(self, cells: list[tuple[int, str]]) -> None:
        found = [self._cell(row, key) for row, key in cells]
        self._stage([(*cell, None, "") for cell in found if cell is not None], tr("Clear"))

    def _on_paste(self, row: int, key: str, texts: list[list[str]]) -> None:
        """From the upper left marked cell on; never beyond a marked range, and nothing at all when a cell is wrong."""
        try:
            wanted = self._pasted(row, key, texts)
        except NotAValue as error:
            self.refused.emit(tr("Nothing was pasted. {0}").format(error))
            return
        except TooMany:
            self.refused.emit(tr("Nothing was pasted. More than {0} cells are marked.").format(f"{MAX_CELLS:n}"))
            return
        self._stage(wanted, tr("Paste {0} cells").format(len(wanted)))

    def _pasted(self, row: int, key: str, texts: list[list[str]]) -> list[_Wanted]:
        marked = self._grid.selection
        high, wide = len(texts), max((len(line) for line in texts), default=0)
        if high == wide == 1 and marked.cell_count() > 1:
            return [self._read(at, name, texts[0][0], at) for at, name in marked.editable_cells()]
        if marked.cell_count() > 1 and (high > marked.row_count() or wide > len(marked.columns())):
            raise NotAValue(
                tr("The clipboard holds {0} × {1} cells, but {2} × {3} are marked. Mark one cell to paste all.").format(
                    high, wide, marked.row_count(), len(marked.columns())
                )
            )
        columns = self._shown_from(key)
        below = self._rows_below(row)
        if high > below or wide > len(columns):
            raise NotAValue(
                tr(
                    "The clipboard holds {0} × {1} cells, but the table goes on for {2} rows below and {3} wide."
                ).format(high, wide, below, len(columns))
            )
        return [
            self._read(row + down, column.key, text, down)
            for down, line in enumerate(texts)
            for column, text in zip(columns, line, strict=False)
            if column.editable
        ]

    def _rows_below(self, row: int) -> int:
        """How many rows there are from one on."""
        return self._grid.records.rowCount() - row

    def _read(self, row: int, key: str, text: str, line: int) -> _Wanted:
        cell = self._cell(row, key)
        if cell is None:
            raise NotAValue(tr("Row {0} is not read yet.").format(row + 1))
        try:
            return (*cell, *self._known(cell[1], text))
        except NotAValue as error:
            raise NotAValue(tr("Line {0}: {1}").format(line + 1, error)) from error

    def _known(self, field: Field, text: str) -> tuple[Value, str]:
        """Pasted text as (value, label).

        Raises:
            NotAValue: no value, a word that is not in the list, or a name of no record that this table shows.
        """
        value = self._formats.read(text, field)
        known = {choice.value for choice in field.choices}
        if field.type is FieldType.CHOICE and known and value is not None and value not in known:
            raise NotAValue(tr("{0} has no value “{1}”.").format(field.label, text.strip()))
        if field.type is FieldType.REFERENCE and value is not None:
            return self._named(field, text.strip())
        return value, ""

    def _named(self, field: Field, name: str) -> tuple[Value, str]:
        """The record of that name or id among those the table refers to: a name is no id, and ids are never guessed."""
        for row in range(min(self._grid.records.rowCount(), _LOOKED_THROUGH)):
            record = self._rows.at(row)
            value, label = self.held(record, field) if record is not None else (None, "")
            if isinstance(value, RecordId) and name in (label, value.key):
                return value, label
        raise NotAValue(
            tr("No row of this table refers to “{0}” in {1}. Press F2 in the cell and search for it.").format(
                name, field.label
            )
        )

    def _shown_from(self, key: str) -> list[Column]:
        """The shown columns from one on, in the order people see them."""
        header, columns = self._grid.horizontalHeader(), self._grid.records.columns
        order = [header.logicalIndex(place) for place in range(header.count())]
        shown = [columns[at] for at in order if not header.isSectionHidden(at)]
        first = next((i for i, column in enumerate(shown) if column.key == key), len(shown))
        return shown[first:]

    def _stage(self, wanted: Sequence[_Wanted], what: str = "") -> None:
        """On disk first; the amber comes back by the stage's own event."""
        if not wanted:
            return
        if not self._account.profile.may_write:
            self.refused.emit(tr("This account is set to read only; its settings can be changed with Ctrl+Shift+E."))
            return
        if Operation.UPDATE not in self._schema.module.operations and not wanted[0][0].id.key.startswith(NEW):
            self.refused.emit(tr("You may not change {0}.").format(self._schema.module.label_plural))
            return
        edits = [
            Edit(record, field.name, value, label, self._title(record, field, value))
            for record, field, value, label in wanted
        ]
        self._scope.start(self._account.staged.edit(edits, what))

    def _title(self, record: Record, field: Field, value: Value) -> str:
        """By what the change is known; a new record is called as it is typed, "" = as before."""
        if not record.id.key.startswith(NEW):
            return self._formats.title(record, self._schema)
        staged = self._account.staged.get(record.id)
        held = {**(staged.values if staged is not None else {}), field.name: value}
        title = self._formats.title(record, self._schema, held)
        return "" if title == record.id.key else title
