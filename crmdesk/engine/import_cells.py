# SPDX-License-Identifier: MIT
"""The rows of a file as values: cells read by the plan, column by column, every error with its place."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from itertools import repeat
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank, unfilled
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, key_text
from crmdesk.engine.cell_values import Meaning, Wrong, as_text, read_column
from crmdesk.engine.import_plan import Blank, ColumnMap, ImportPlan, Mode, label_of
from crmdesk.engine.sheet_shape import Cell, Sheet

_NONE: Mapping[Any, str] = MappingProxyType({})


class _Left(Enum):
    """A cell that says nothing of its field."""

    LEFT = 0


_LEFT: Final = _Left.LEFT


class Action(Enum):
    """What one row becomes."""

    UPDATE = "update"
    CREATE = "create"
    DELETE = "delete"
    SAME = "same"
    REFUSED = "refused"


class ImportRow(NamedTuple):
    """One row of the file. A tuple: there are many thousands, and no other kind of object is made as quickly.

    Attributes:
        line: its place in the file.
        keys: what it is found by, as text, in the order of the plan's match fields.
        values: what it wants; a field that is left alone is absent.
        errors: header -> why a cell cannot be read; "" is about the row.
        labels: what to show for references among the values.
        record: what it was matched to.
    """

    line: int
    keys: tuple[str, ...] = ()
    values: Mapping[FieldName, Value] = MappingProxyType({})
    errors: Mapping[str, str] = _NONE
    labels: Mapping[FieldName, str] = _NONE
    record: Record | None = None
    action: Action = Action.REFUSED

    def refused(self, header: str, why: str) -> "ImportRow":
        """The row left out for one more reason; ``header`` "" = the reason is about the whole row."""
        return self._replace(errors={**self.errors, header: why}, action=Action.REFUSED)


def read_cells(
    sheet: Sheet, plan: ImportPlan, schema: Schema, remembered: Mapping[int, Sequence[Meaning]] | None = None
) -> tuple[ImportRow, ...]:
    """Every row of the file read by the plan, not yet matched; blocks, so call it on a lane.

    Rows for the same record are refused: which of them is meant cannot be told.

    Args:
        remembered: by the column's place, what its cells were found to mean already; of these very rows.
    """
    reading = _Reading(sheet, plan, schema, remembered or {})
    return tuple(reading.new() if plan.mode is Mode.CREATE else reading.found())


class _Reading:
    """All columns of a sheet read by one plan: whole columns first, then rows made of them."""

    def __init__(
        self, sheet: Sheet, plan: ImportPlan, schema: Schema, remembered: Mapping[int, Sequence[Meaning]]
    ) -> None:
        self._sheet, self._plan, self._schema = sheet, plan, schema
        self._required = frozenset(f.name for f in schema.fields if f.required)
        self._errors: dict[int, dict[str, str]] = {}
        self._leaves: set[int] = set()
        self._written: dict[FieldName, Sequence[Meaning | _Left]] = {}
        self._keys: dict[FieldName, list[str]] = {}
        for place, column in enumerate(plan.columns):
            if column.field:
                field = schema.field(column.field)
                cells = [row.cells[place] for row in sheet.rows]
                meant = remembered.get(place) or read_column(cells, field, plan.ways)
                self._take(column, column.field, field, cells, meant)

    def _take(
        self, column: ColumnMap, name: FieldName, field: Field | None, cells: Sequence[Cell], meant: Sequence[Meaning]
    ) -> None:
        mode = self._plan.mode
        finds = column.is_match and mode is not Mode.CREATE
        if finds:
            self._keys[name] = _keys(cells, field, meant)
        if field is None or (finds and (mode is not Mode.UPSERT or field.read_only)):
            return  # it finds records and is not written
        clears = column.blank is Blank.CLEAR and not finds
        kinds = set(map(type, meant))
        wrong = {}
        if Wrong in kinds:
            wrong = {at: value.why for at, value in enumerate(meant) if type(value) is Wrong}
        if type(None) in kinds and (not clears or name in self._required):
            must_stay = sentence("{field} must stay filled.", field=field.label) if clears else ""
            wrong |= {at: must_stay for at, value in enumerate(meant) if value is None}
        self._written[name] = self._without(wrong, meant, column.header) if wrong else meant

    def _without(self, places: Mapping[int, str], meant: Sequence[Meaning], header: str) -> Sequence[Meaning | _Left]:
        """A column of which these rows want nothing; where there is a sentence, because it is wrong."""
        self._leaves.update(places)
        values: list[Meaning | _Left] = [*meant]
        for at, why in places.items():
            values[at] = _LEFT
            if why:
                self._errors.setdefault(at, {})[header] = why
        return values

    def _values(self) -> Iterator[dict[FieldName, Value]]:
        """Of each row, what it wants."""
        names = tuple(self._written)
        if not names:
            return ({} for _ in self._sheet.rows)
        rows = zip(*self._written.values(), strict=True)
        pairs = enumerate(map(zip, repeat(names), rows))  # here and below, C does what is done for every cell
        leaves = self._leaves
        return (
            dict(row) if at not in leaves else {name: value for name, value in row if value is not _LEFT}
            for at, row in pairs
        )

    def new(self) -> Iterator[ImportRow]:
        """Rows that make records."""
        needed = tuple((f.name, f.label) for f in self._schema.fields if f.required and not _is_filled(f))
        for at, (row, values) in enumerate(zip(self._sheet.rows, self._values(), strict=True)):
            lacking = {
                label: sentence("{label} must be filled.", label=label)
                for name, label in needed
                if is_blank(values.get(name))
            }
            if lacking or at in self._errors:
                yield ImportRow(row.line, (), values, {**lacking, **self._errors.get(at, {})})
            else:
                yield ImportRow(row.line, (), values, _NONE, _NONE, None, Action.CREATE)

    def found(self) -> Iterator[ImportRow]:
        """Rows about records that are there, by what they are found."""
        keys = [self._keys[name] for name in self._plan.match_fields]
        means = zip(*([folded(key) for key in column] for column in keys), strict=True)
        first: dict[tuple[str, ...], int] = {}
        rows = zip(self._sheet.rows, zip(*keys, strict=True), means, self._values(), strict=True)
        for at, (row, found_by, meant, values) in enumerate(rows):
            errors = self._errors.get(at, _NONE)
            if "" in found_by:
                errors = {**errors, "": sentence("Nothing to find the record by: the cell is empty.")}
            elif (other := first.setdefault(meant, row.line)) != row.line:
                errors = {**errors, "": sentence("Line {other} is about the same record.", other=other)}
            yield ImportRow(row.line, found_by, values, errors)


def _keys(cells: Sequence[Cell], field: Field | None, meant: Sequence[Meaning]) -> list[str]:
    """What records are looked for by: of dates, numbers and lists what a cell means, not how it is written."""
    if field is None or field.type.is_text or field.type is FieldType.REFERENCE:
        return [as_text(cell) for cell in cells]
    return [
        as_text(cell) if isinstance(value, Wrong) else key_text(value) for cell, value in zip(cells, meant, strict=True)
    ]


def as_new(row: ImportRow, schema: Schema) -> ImportRow:
    """The row as a record to be made; refused where a required field is empty."""
    lacking = {name: text for name, text in unfilled(row.values, schema).items() if not _defaulted(name, schema)}
    labels = {label_of(name, schema): text for name, text in lacking.items()}
    errors = {**labels, **row.errors}
    return row._replace(errors=errors, action=Action.REFUSED if errors else Action.CREATE)


def _defaulted(name: FieldName, schema: Schema) -> bool:
    one = schema.field(name)
    return one is not None and _is_filled(one)


def _is_filled(field: Field) -> bool:
    """Whether a new record has something in it that nobody gave."""
    return bool(field.default or field.read_only)
