# SPDX-License-Identifier: MIT
"""The rows of a file as values: columns matched to fields, cells read by stated conventions, every error with its place."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from crmdesk.domain.fitting import not_in_list, why_not
from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank, unfilled
from crmdesk.domain.schema import Field, FieldType, Operation, Schema
from crmdesk.domain.sentence import joined, said_by, sentence
from crmdesk.domain.values import Conventions, NotAValue, Value, key_text, parse, plain
from crmdesk.engine.sheet_shape import Cell, Sheet, Unvalued

ID = FieldName("id")
"""The column of the server's own ids, as exports write it."""

_NEAR = 85
_MOST_REMEMBERED = 20_000
_FIRST_DAY, _LAST_DAY = 10_000, 80_000
"""Day numbers of spreadsheets (1927 to 2119): what a date becomes in a column without a date format."""


class Mode(Enum):
    """What rows become."""

    UPDATE = "update"
    CREATE = "create"
    UPSERT = "upsert"
    """Update what is found, create the rest."""
    DELETE = "delete"


class Blank(Enum):
    """What an empty cell means."""

    LEAVE = "leave"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """One column of the file. ``field`` None = it is not imported; ``ID`` = the server's ids.

    Attributes:
        is_match: records are found by this column.
        blank: what its empty cells mean.
    """

    header: str
    field: FieldName | None = None
    is_match: bool = False
    blank: Blank = Blank.LEAVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What a person decided."""

    module: ModuleName
    mode: Mode
    columns: tuple[ColumnMap, ...]
    ways: Conventions

    @property
    def match_fields(self) -> tuple[FieldName, ...]:
        """By what records are found."""
        if self.mode is Mode.CREATE:
            return ()
        return tuple(c.field for c in self.columns if c.is_match and c.field is not None)


class Action(Enum):
    """What one row becomes."""

    UPDATE = "update"
    CREATE = "create"
    DELETE = "delete"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """One row of the file.

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
    values: Mapping[FieldName, Value] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[FieldName, str] = field(default_factory=dict)
    record: Record | None = None
    action: Action = Action.REFUSED


def suggest(headers: Sequence[str], schema: Schema) -> tuple[ColumnMap, ...]:
    """A field for each column whose name says one: by name, by label, then by likeness; no field twice."""
    from rapidfuzz import fuzz, process

    writable = [f for f in schema.fields if not f.read_only or f.name == schema.number_field]
    exact: dict[str, FieldName] = {}
    for one in reversed(writable):
        exact[folded(one.label)] = one.name
    for one in reversed(writable):
        exact[folded(f"{one.label} ({one.name})")] = exact[folded(str(one.name))] = one.name
    exact[folded("id")] = ID
    taken: set[FieldName] = set()
    found: dict[str, FieldName] = {}
    for header in headers:
        name = exact.get(folded(header))
        if name is not None and name not in taken:
            found[header] = name
            taken.add(name)
    names = {one.name: folded(one.label) for one in writable}
    for header in headers:
        if header in found:
            continue
        left = {name: label for name, label in names.items() if name not in taken}
        hit = process.extractOne(folded(header), left, scorer=fuzz.token_sort_ratio, score_cutoff=_NEAR)
        if hit is not None:
            found[header] = hit[2]
            taken.add(hit[2])
    return tuple(
        ColumnMap(header=header, field=found.get(header), is_match=found.get(header) == ID) for header in headers
    )


def trouble(plan: ImportPlan, schema: Schema) -> str:
    """Why this plan cannot be, as a sentence; "" = it can."""
    used = Counter(c.field for c in plan.columns if c.field is not None)
    twice = next((name for name, count in used.items() if count > 1), None)
    if twice is not None:
        return sentence("Two columns go to {label}. Choose one of them.", label=_label(twice, schema))
    if not used:
        return sentence("No column goes to a field yet.")
    needs = {Mode.CREATE: Operation.CREATE, Mode.DELETE: Operation.DELETE}.get(plan.mode, Operation.UPDATE)
    if needs not in schema.module.operations:
        return _not_here(needs, schema.module.label_plural)
    if plan.mode is not Mode.CREATE and not plan.match_fields:
        return sentence("Choose the column by which records are found: the id, or one whose values name each record.")
    if plan.mode is Mode.UPSERT and ID in plan.match_fields:
        return sentence("A record that is not there yet has no id. Choose another column to find records by.")
    unknown = next((n for n in used if n != ID and schema.field(n) is None), None)
    if unknown is not None:
        return sentence(
            "{records} have no field {unknown} any more. Choose another for its column.",
            records=schema.module.label_plural,
            unknown=unknown,
        )
    if plan.mode in (Mode.UPDATE, Mode.UPSERT) and not any(not c.is_match for c in plan.columns if c.field):
        return sentence("No column holds anything to change.")
    if plan.mode in (Mode.CREATE, Mode.UPSERT):
        lacking = [
            f.label for f in schema.fields if f.required and not f.read_only and not f.default and f.name not in used
        ]
        if lacking:
            return sentence("A new record needs {lacking}: no column goes there.", lacking=", ".join(lacking))
    return ""


def _not_here(needs: Operation, records: str) -> str:
    if needs is Operation.CREATE:
        return sentence("{records} cannot be created here.", records=records)
    if needs is Operation.DELETE:
        return sentence("{records} cannot be deleted here.", records=records)
    return sentence("{records} cannot be changed here.", records=records)


def _label(name: FieldName, schema: Schema) -> str:
    one = schema.field(name)
    return one.label if one is not None else "the record's id"


# ---- cells ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """One column of the plan, ready for many cells.

    Attributes:
        known: None = the id. keys_only: its texts find records and are not written.
        read: text -> value, since columns repeat themselves.
    """

    place: int
    header: str
    name: FieldName
    known: Field | None
    is_match: bool
    keys_only: bool
    clears: bool
    must_stay: bool
    read: dict[str, Value]

    def key(self, cell: Cell, ways: Conventions) -> str:
        """What a record is looked for by: of dates, numbers and lists what the cell means, not how it is written."""
        known, text = self.known, _as_text(cell)
        if not text or known is None or known.type.is_text or known.type is FieldType.REFERENCE:
            return text
        try:
            return key_text(cell_value(cell, known, ways))
        except NotAValue:
            return text


class CellReader:
    """Reads the cells of one plan.

    Args:
        remembered: by the column's place, texts whose values are known already.
    """

    def __init__(
        self, plan: ImportPlan, schema: Schema, remembered: Mapping[int, Mapping[str, Value]] | None = None
    ) -> None:
        known = remembered or {}
        self._ways, self._creates = plan.ways, plan.mode is Mode.CREATE
        self._order = plan.match_fields
        self._columns = [
            _reading(place, column, column.field, schema.field(column.field), plan.mode, dict(known.get(place, {})))
            for place, column in enumerate(plan.columns)
            if column.field
        ]
        required = [f for f in schema.fields if f.required]
        names = {one.name for one in required}
        for one in self._columns:
            one.must_stay = one.name in names
        self._needed = tuple((f.name, f.label) for f in required if not f.default and not f.read_only)

    def read(self, line: int, cells: Sequence[Cell]) -> ImportRow:
        """One row, not yet matched."""
        values: dict[FieldName, Value] = {}
        errors: dict[str, str] = {}
        keys: dict[FieldName, str] = {}
        for one in self._columns:
            cell = cells[one.place]
            if one.is_match:
                keys[one.name] = one.key(cell, self._ways)
            known = one.known
            if known is None or one.keys_only:
                continue
            if cell is None or cell == "":
                if one.clears:
                    if one.must_stay:
                        errors[one.header] = sentence("{field} must stay filled.", field=known.label)
                    else:
                        values[one.name] = None
                continue
            text = cell if type(cell) is str else None  # a date and its text are two things; 1 and True are not
            if text is not None and text in one.read:
                values[one.name] = one.read[text]
                continue
            try:
                values[one.name] = value = cell_value(cell, known, self._ways)
            except NotAValue as error:
                errors[one.header] = said_by(error)
                continue
            if text is not None and len(one.read) < _MOST_REMEMBERED:
                one.read[text] = value
        if self._creates:
            return self._new(line, values, errors)
        ordered = tuple([keys[name] for name in self._order])
        if not all(ordered):
            errors[""] = sentence("Nothing to find the record by: the cell is empty.")
        return ImportRow(line=line, keys=ordered, values=values, errors=errors)

    def _new(self, line: int, values: dict[FieldName, Value], errors: dict[str, str]) -> ImportRow:
        lacking = {
            label: sentence("{label} must be filled.", label=label)
            for name, label in self._needed
            if is_blank(values.get(name))
        }
        if lacking or errors:
            return ImportRow(line=line, values=values, errors={**lacking, **errors})
        return ImportRow(line=line, values=values, action=Action.CREATE)


def _reading(
    place: int, column: ColumnMap, name: FieldName, known: Field | None, mode: Mode, read: dict[str, Value]
) -> _Reading:
    finds = column.is_match and mode is not Mode.CREATE
    return _Reading(
        place=place,
        header=column.header,
        name=name,
        known=known,
        is_match=finds,
        keys_only=finds and (mode is not Mode.UPSERT or (known is not None and known.read_only)),
        clears=column.blank is Blank.CLEAR and not finds,
        must_stay=False,
        read=read,
    )


def cell_value(cell: Cell, known: Field, ways: Conventions) -> Value:
    """A cell as a value of a field; a spreadsheet's own dates and numbers need no conventions.

    Raises:
        NotAValue: with a sentence.
    """
    value: Value
    if isinstance(cell, Unvalued):
        raise NotAValue(_unvalued(cell))
    if isinstance(cell, str):
        words = {choice.label: choice.value for choice in known.choices}
        value = parse(cell, known, ways, words)
    elif known.type.is_number and isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
        value = int(cell) if known.type is FieldType.INTEGER and cell == int(cell) else cell
        if known.type is FieldType.INTEGER and not isinstance(value, int):
            raise NotAValue(
                sentence("{field} takes a whole number, {given} is not one.", field=known.label, given=_as_text(cell))
            )
    elif known.type is FieldType.BOOLEAN and isinstance(cell, bool):
        value = cell
    elif known.type is FieldType.DATE and isinstance(cell, date):
        value = cell.date() if isinstance(cell, datetime) else cell
    elif known.type is FieldType.DATETIME and isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        value = moment if moment.tzinfo else moment.replace(tzinfo=ways.zone)
    elif known.type is FieldType.TIME and isinstance(cell, time):
        value = cell
    elif known.type.is_moment:
        raise NotAValue(_no_moment(cell, known))
    else:
        value = parse(_as_text(cell), known, ways if known.type.is_text else Conventions(group=""))
    return _fits(value, known)


def _unvalued(cell: Unvalued) -> str:
    if cell.startswith("="):
        return sentence(
            "This is a formula without a stored value. Open the file in your spreadsheet program and save it there."
        )
    return sentence("The spreadsheet could not compute this cell ({cell}).", cell=cell)


def _no_moment(cell: Cell, known: Field) -> str:
    """A number is never taken for a date by itself, but what it would be as a spreadsheet's day is said."""
    given = _as_text(cell)
    if known.type is FieldType.TIME:
        said = sentence("{given} is no time for {field}.", given=given, field=known.label)
    else:
        said = sentence("{given} is no date for {field}.", given=given, field=known.label)
    if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool) and _FIRST_DAY <= cell <= _LAST_DAY:
        day = date(1899, 12, 30) + timedelta(days=int(cell))
        more = sentence(
            "Give the column a date format in your spreadsheet program if {day} is meant.", day=day.isoformat()
        )
        return joined(said, more)
    return said


def _fits(value: Value, known: Field) -> Value:
    if isinstance(value, str) and (problem := why_not(value, known) or not_in_list(value, known)):
        raise NotAValue(problem)
    return value


def _as_text(cell: Cell) -> str:
    if isinstance(cell, datetime) and cell.tzinfo is None and cell.time() == time():
        return cell.date().isoformat()
    return plain(cell).strip()


def read_cells(
    sheet: Sheet, plan: ImportPlan, schema: Schema, remembered: Mapping[int, Mapping[str, Value]] | None = None
) -> tuple[ImportRow, ...]:
    """Every row of the file read by the plan; blocks, so call it on a lane.

    Rows for the same record are refused: which of them is meant cannot be told.
    """
    reader = CellReader(plan, schema, remembered)
    rows = [reader.read(row.line, row.cells) for row in sheet.rows]
    if plan.mode is Mode.CREATE:
        return tuple(rows)
    first: dict[tuple[str, ...], int] = {}
    for place, row in enumerate(rows):
        key = tuple(folded(part) for part in row.keys)
        if row.errors.get("") or not all(key):
            continue
        if key in first:
            other = rows[first[key]].line
            rows[place] = replace(
                row, errors={**row.errors, "": sentence("Line {other} is about the same record.", other=other)}
            )
        else:
            first[key] = place
    return tuple(rows)


def as_new(row: ImportRow, schema: Schema) -> ImportRow:
    """The row as a record to be made; refused where a required field is empty."""
    lacking = {name: text for name, text in unfilled(row.values, schema).items() if not _defaulted(name, schema)}
    labels = {_label(name, schema): text for name, text in lacking.items()}
    errors = {**labels, **row.errors}
    return replace(row, errors=errors, action=Action.REFUSED if errors else Action.CREATE)


def _defaulted(name: FieldName, schema: Schema) -> bool:
    one = schema.field(name)
    return one is not None and bool(one.default or one.read_only)
