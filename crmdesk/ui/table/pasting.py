# SPDX-License-Identifier: MIT
"""Where the clipboard's cells go in a table, and what has to be asked before they are staged."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from crmdesk.domain.fitting import why_not
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import said_by
from crmdesk.domain.values import NotAValue, Value
from crmdesk.engine.staging import NEW
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.table_rows import TableRows
from crmdesk.ui.wording import tr

_LOOKED_THROUGH = 2_000  # rows

Wanted = tuple[Record, Field, Value, str]
"""Record, field, value, label."""
Held = Callable[[Record, Field], tuple[Value, str]]
"""Value and label of a cell as they stand now, staged first."""


@dataclass(slots=True)
class Pasted:
    """What a paste comes to; nothing is staged yet.

    Attributes:
        filled: cells that get a value.
        emptied: cells that hold something and would get nothing.
        kept: label of a column that cannot be changed -> cells where the clipboard says something else.
    """

    filled: list[Wanted] = field(default_factory=list)
    emptied: list[Wanted] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)

    @property
    def kept_words(self) -> str:
        """What cannot be taken, by column."""
        columns = ", ".join(f"{name} ({count:n})" for name, count in self.kept.items())
        return tr("Read-only or required, so left as they are: {columns}.", columns=columns) if columns else ""


class Pasting:
    """One paste into a table: never beyond a marked range, and nothing at all when a cell is wrong. Used once."""

    def __init__(self, schema: Schema, grid: RecordGrid, rows: TableRows, formats: Formats, held: Held) -> None:
        self._schema, self._grid, self._rows = schema, grid, rows
        self._formats, self._held = formats, held
        self._known_names: dict[str, dict[str, tuple[Value, str]]] = {}

    def read(self, row: int, key: str, texts: Sequence[Sequence[str]]) -> Pasted:
        """Every cell read and held against what is there.

        Args:
            row, key: the upper left marked cell.

        Raises:
            NotAValue: a cell is no value, or there is no room for all of them. TooMany: of marked cells.
        """
        found = Pasted()
        for at, column, text, line in self._places(row, key, texts):
            self._take(found, at, column, text, line)
        return found

    def _places(self, row: int, key: str, texts: Sequence[Sequence[str]]) -> Iterator[tuple[int, Column, str, int]]:
        """(row, column, text, line of the clipboard) of each cell."""
        marked, columns = self._grid.selection, {c.key: c for c in self._grid.records.columns}
        high, wide = len(texts), max((len(line) for line in texts), default=0)
        if high == wide == 1 and marked.cell_count() > 1:
            editable = marked.editable_cells()
            if not editable:
                raise NotAValue(tr("None of the marked cells can be changed."))
            for at, name in editable:
                yield at, columns[name], texts[0][0], 1
            return
        shown = self._room(row, key, high, wide)
        for down, line in enumerate(texts):
            for column, text in zip(shown, line, strict=False):
                yield row + down, column, text, down + 1

    def _room(self, row: int, key: str, high: int, wide: int) -> list[Column]:
        """The shown columns from one on, in the order people see them."""
        marked, model, header = self._grid.selection, self._grid.records, self._grid.horizontalHeader()
        if marked.cell_count() > 1 and (high > marked.row_count() or wide > len(marked.columns())):
            raise NotAValue(
                tr("The clipboard holds {0} × {1} cells, but {2} × {3} are marked. Mark one cell to paste all.").format(
                    high, wide, marked.row_count(), len(marked.columns())
                )
            )
        if marked.cell_count() > 1 and not _is_block(marked.cell_count(), marked.row_count(), len(marked.columns())):
            raise NotAValue(tr("The marked cells are no block. Mark one cell, or one block."))
        order = [header.logicalIndex(place) for place in range(header.count())]
        shown = [model.columns[at] for at in order if not header.isSectionHidden(at)]
        shown = shown[next((i for i, column in enumerate(shown) if column.key == key), len(shown)) :]
        below = model.rowCount() - row
        if high > below or wide > len(shown):
            more = tr(" Not all rows are read yet: load them first (Ctrl+Shift+A).") if model.has_more else ""
            raise NotAValue(
                tr(
                    "The clipboard holds {0} × {1} cells, but the table goes on for {2} rows below and {3} wide."
                ).format(high, wide, below, len(shown))
                + (more if high > below else "")
            )
        return shown

    def _take(self, found: Pasted, at: int, column: Column, text: str, line: int) -> None:
        record, known = self._rows.at(at), self._schema.field(column.key)
        if record is None or known is None:
            raise NotAValue(tr("Row {0} is not read yet.").format(at + 1))
        held, label = self._held(record, known)
        if text.strip() == self._formats.text(held, known, label).strip():
            return  # as shown: what is not shown, the seconds of a moment, stays too
        if not column.editable:
            if text.strip():
                found.kept[known.label] += 1
            return
        try:
            wanted = self._value(known, text)
            if is_blank(wanted[0]):
                self._empty(found, record, known, held)
                return
            if problem := why_not(wanted[0], known):
                raise NotAValue(problem)
        except NotAValue as error:
            raise NotAValue(tr("Line {number}: {why}", number=line, why=said_by(error))) from error
        found.filled.append((record, known, *wanted))

    def _empty(self, found: Pasted, record: Record, known: Field, held: Value) -> None:
        """An empty cell of the clipboard: of no account where nothing is, or where something must be."""
        if is_blank(held):
            return
        if known.required and not record.id.key.startswith(NEW):
            found.kept[known.label] += 1
        else:
            found.emptied.append((record, known, None, ""))

    def _value(self, known: Field, text: str) -> tuple[Value, str]:
        """Pasted text as (value, label).

        Raises:
            NotAValue: no value, a word that is not in the list, or a name of no record that this table shows.
        """
        value = self._formats.read(text, known)
        choices = {choice.value for choice in known.choices}
        if known.type is FieldType.CHOICE and choices and value is not None and value not in choices:
            raise NotAValue(tr("{0} has no value “{1}”.").format(known.label, text.strip()))
        if known.type is FieldType.REFERENCE and value is not None:
            return self._named(known, text.strip())
        return value, ""

    def _named(self, known: Field, name: str) -> tuple[Value, str]:
        """The record of that name or id among those the table refers to: a name is no id, and ids are never guessed."""
        names = self._known_names.get(known.name)
        if names is None:
            names = self._known_names[known.name] = self._names_in(known)
        if name in names:
            return names[name]
        raise NotAValue(
            tr("No row of this table refers to “{0}” in {1}. Press F2 in the cell and search for it.").format(
                name, known.label
            )
        )

    def _names_in(self, known: Field) -> dict[str, tuple[Value, str]]:
        """Name or id -> reference, of those the table's first rows hold; a name that two have is none."""
        found: dict[str, tuple[Value, str]] = {}
        twice: set[str] = set()
        for row in range(min(self._grid.records.rowCount(), _LOOKED_THROUGH)):
            record = self._rows.at(row)
            value, label = self._held(record, known) if record is not None else (None, "")
            if isinstance(value, RecordId):
                if label and label in found and found[label][0] != value:
                    twice.add(label)
                found.setdefault(label or value.key, (value, label))
                found[value.key] = value, label
        return {name: one for name, one in found.items() if name not in twice}


def _is_block(cells: int, rows: int, columns: int) -> bool:
    return cells == rows * columns
