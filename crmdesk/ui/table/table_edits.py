# SPDX-License-Identifier: MIT
"""What people do to the cells of a table: typing, choosing, pasting, clearing; all of it goes to the stage."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from crmdesk.domain.fitting import why_not
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank
from crmdesk.domain.schema import Field, Operation, Schema
from crmdesk.domain.sentence import said_by
from crmdesk.domain.values import NotAValue, Value, same
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import NEW, Edit
from crmdesk.ui.form.field_editors import make_editor
from crmdesk.ui.form.reference_picker import ReferenceSearch
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.grid_editor import PLAIN_TYPES, GridEditor
from crmdesk.ui.table.grid_selection import MAX_CELLS, TooMany
from crmdesk.ui.table.paste_sheet import PasteSheet
from crmdesk.ui.table.pasting import Pasted, Pasting, Wanted
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.table_rows import TableRows
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import told
from crmdesk.ui.wording import read_only_words, tr


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
        self._search = ReferenceSearch(account.reading, scope, formats)
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
        if cell is None or cell[1].type in PLAIN_TYPES:
            return None  # a plain line is quickest
        record, field = cell
        editor = make_editor(field, self._formats, None, search=self._search)
        editor.set_value(*self.held(record, field))
        delegate = self._grid.itemDelegate()
        assert isinstance(delegate, QStyledItemDelegate)

        def take(value: Value, label: str) -> None:
            self._enter(record, field, value, label)

        return GridEditor(parent, editor, delegate, take, self.refused.emit)

    def _on_text(self, row: int, key: str, text: str) -> None:
        cell = self._cell(row, key)
        if cell is None:
            return
        try:
            self._enter(*cell, self._formats.read(text, cell[1]), "")
        except NotAValue as error:
            self.refused.emit(told(said_by(error)))

    def _enter(self, record: Record, field: Field, value: Value, label: str) -> None:
        """One cell that was typed or chosen; what the server would lose of it is said."""
        is_new = record.id.key.startswith(NEW)
        problem = "" if is_new and is_blank(value) else why_not(value, field)
        if problem and not same(value, record.values.get(field.name)):
            self.refused.emit(told(problem))
        else:
            self._stage([(record, field, value, label)])

    def _on_clear(self, cells: list[tuple[int, str]]) -> None:
        found = [cell for row, key in cells if (cell := self._cell(row, key)) is not None]
        free = [cell for cell in found if not self._must_stay(*cell)]
        if len(free) < len(found):
            names = dict.fromkeys(field.label for record, field in found if self._must_stay(record, field))
            self.refused.emit(tr("{0} must stay filled.").format(", ".join(names)))
        self._stage([(*cell, None, "") for cell in free], tr("Clear"))

    def _must_stay(self, record: Record, field: Field) -> bool:
        """A required field that holds something on the server."""
        return field.required and not record.id.key.startswith(NEW)

    def _on_paste(self, row: int, key: str, texts: list[list[str]]) -> None:
        """From the upper left marked cell on; nothing at all when a cell is wrong."""
        if (reason := self._closed()) is not None:
            self.refused.emit(reason)
            return
        try:
            found = Pasting(self._schema, self._grid, self._rows, self._formats, self.held).read(row, key, texts)
        except NotAValue as error:
            self.refused.emit(tr("Nothing was pasted. {0}").format(error))
        except TooMany:
            self.refused.emit(tr("Nothing was pasted. More than {0} cells are marked.").format(f"{MAX_CELLS:n}"))
        else:
            if found.kept and not (found.filled or found.emptied):
                self.refused.emit(tr("Nothing was pasted. {0}").format(found.kept_words))
            elif found.emptied or found.kept:
                self._scope.start(self._ask(found), slot="paste")
            else:
                self._paste(found.filled)

    async def _ask(self, found: Pasted) -> None:
        """Whether the empty cells of the clipboard mean something."""
        sheet = PasteSheet(found)
        if await sheet.ask_in(self._grid.window(), focus=sheet.leave):
            self._paste(found.filled + (found.emptied if sheet.clears else []))

    def _paste(self, wanted: Sequence[Wanted]) -> None:
        self._stage(wanted, tr("Paste {0} cells").format(len(wanted)))

    def _closed(self) -> str | None:
        """Why nothing can be changed in this table, None = it can."""
        if not self._account.profile.may_write:
            return read_only_words()
        return None

    def _stage(self, wanted: Sequence[Wanted], what: str = "") -> None:
        """On disk first; the amber comes back by the stage's own event."""
        if not wanted:
            return
        if (reason := self._closed()) is not None:
            self.refused.emit(reason)
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
