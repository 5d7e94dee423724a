# SPDX-License-Identifier: MIT
"""How a module becomes a table: its name, its columns, and the way of a record's values there and back. Pure.

A column holds what SQL can compare: numbers as numbers, moments in UTC, lists as JSON. What does not fit its column
exactly (a text where a number should be, more than fifteen digits) goes whole into ``_odd``, and such rows are looked
at one by one wherever it matters.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.codec import value_from_json
from crmdesk.engine.mirror.choice import first_name_field, kept_fields, searched_fields, sorted_fields

Cell = None | str | int | float
"""What SQLite holds."""

OWN = ("_row", "_key", "_version", "_asked", "_gone", "_round", "_shape", "_more", "_odd")
"""``_asked``: microseconds, when this state of the record was asked for. ``_gone``: the same for its end, NULL = it
lives. ``_round``: the full copy that saw it last. ``_shape``: which fields were read. ``_more``: labels and modules of
references as JSON. ``_odd``: values that do not fit their columns."""
_LONGEST_NAME = 48
_LATE = frozenset({FieldType.LONG_TEXT, FieldType.OPAQUE})
_KINDS: Mapping[FieldType, str] = {
    FieldType.INTEGER: "INTEGER",
    FieldType.DECIMAL: "NUMERIC",
    FieldType.MONEY: "NUMERIC",
    FieldType.PERCENT: "NUMERIC",
    FieldType.BOOLEAN: "INTEGER",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One field's place: ``name`` holds the value, ``label`` what a reference is called, ``sort`` the folded text that
    is kept in order; "" = there is none."""

    field: Field
    name: str
    label: str = ""
    sort: str = ""

    @property
    def kind(self) -> str:
        """The declared type of SQLite's column."""
        return _KINDS.get(self.field.type, "TEXT")

    @property
    def names(self) -> tuple[str, ...]:
        """Every column it has."""
        return tuple(name for name in (self.name, self.label, self.sort) if name)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Layout:
    """One module's tables. ``number`` names those beside the module's own; ``first_name`` stands before a person's title."""

    schema: Schema
    number: int
    table: str
    columns: tuple[Column, ...]
    searched: tuple[Field, ...]
    indexed: tuple[FieldName, ...]
    first_name: Field | None
    by_field: Mapping[FieldName, Column] = field(repr=False)

    @property
    def module(self) -> ModuleName:
        """Whose."""
        return self.schema.module.name

    @property
    def face(self) -> str:
        """The table of what is searched."""
        return f"crmdesk_face_{self.number}"

    @property
    def title_grams(self) -> str:
        """The full-text table of titles and numbers."""
        return f"crmdesk_title_grams_{self.number}"

    @property
    def grams(self) -> str:
        """The full-text table of everything that is searched."""
        return f"crmdesk_grams_{self.number}"

    @property
    def value_columns(self) -> tuple[str, ...]:
        """Every column that is not our own, in the order ``Encoder`` gives cells."""
        return tuple(name for column in self.columns for name in column.names)


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def table_name(module: ModuleName, taken: frozenset[str]) -> str:
    """The module's own name as far as a table can have it; ``taken`` in lower case."""
    base = re.sub(r"\W+", "_", str(module)).strip("_")[:_LONGEST_NAME] or "module"
    if base.lower().startswith(("sqlite_", "crmdesk_", "pg_")):
        base = f"module_{base}"
    return _unique(base, taken)


def layout_of(schema: Schema, number: int, table: str) -> Layout:
    """The tables for a schema. The same schema always gives the same columns."""
    kept, order = kept_fields(schema), {f.name for f in sorted_fields(schema)}
    columns: list[Column] = []
    taken = {name.lower() for name in OWN}
    for one in sorted(kept, key=lambda f: f.type in _LATE):
        name = _unique(re.sub(r"\W+", "_", str(one.name)).strip("_")[:_LONGEST_NAME] or "field", frozenset(taken))
        taken.add(name.lower())
        label = sort = ""
        if one.type is FieldType.REFERENCE:
            label = _unique(f"{name}_label", frozenset(taken))
            taken.add(label.lower())
        if one.name in order and (one.type.is_text or one.type is FieldType.REFERENCE):
            sort = f"_sort_{name}"
            taken.add(sort.lower())
        columns.append(Column(one, name, label, sort))
    indexed = tuple(one.name for one in kept if one.name in order)
    by_field = {column.field.name: column for column in columns}
    return Layout(
        schema,
        number,
        table,
        tuple(columns),
        searched_fields(schema),
        indexed,
        first_name_field(schema),
        by_field,
    )


def _unique(base: str, taken: frozenset[str]) -> str:
    names = (base if n == 1 else f"{base}_{n}" for n in range(1, 10_000))
    return next(name for name in names if name.lower() not in taken)


# ---- values ------------------------------------------------------------------------------------------------------


def moment_text(moment: datetime) -> str:
    """A moment in UTC, as text that sorts by time and that SQLite's date functions read."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(" ")[:-6]  # without "+00:00"


def number_cell(value: int | Decimal) -> int | float | None:
    """A number as SQLite holds it; None where it would not come back the same."""
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    if value == (whole := int(value)) and -(2**63) <= whole < 2**63:
        return whole
    near = float(value)
    return near if Decimal(repr(near)) == value else None


_DECODE: Mapping[FieldType, Callable[[Cell], Value]] = {
    FieldType.INTEGER: lambda c: c,  # type: ignore[dict-item,return-value]  # as _whole wrote it
    FieldType.DECIMAL: lambda c: Decimal(repr(c)),
    FieldType.MONEY: lambda c: Decimal(repr(c)),
    FieldType.PERCENT: lambda c: Decimal(repr(c)),
    FieldType.BOOLEAN: bool,
    FieldType.DATE: lambda c: date.fromisoformat(str(c)),
    FieldType.DATETIME: lambda c: datetime.fromisoformat(f"{c}+00:00"),
    FieldType.TIME: lambda c: time.fromisoformat(str(c)),
    FieldType.MULTI_CHOICE: lambda c: tuple(json.loads(str(c))),
}


def decoded(layout: Layout, key: str, version: str | None, fields: frozenset[FieldName], more: str | None, odd: str | None, cells: tuple[Cell, ...]) -> Record:  # fmt: skip
    """The inverse of ``encoding.Encoder``. ``fields``: those that were read; the others are absent."""
    values: dict[FieldName, Value] = {}
    labels: dict[FieldName, str] = {}
    told = json.loads(more) if more else {"l": {}, "m": {}}
    at = 0
    for column in layout.columns:
        one, cell = column.field, cells[at]
        at += 1
        if one.name in fields:
            if cell is None:
                values[one.name] = None
            elif column.label:
                values[one.name] = RecordId(told["m"].get(one.name, only_module(one)), str(cell))
            else:
                decode = _DECODE.get(one.type)
                values[one.name] = str(cell) if decode is None else decode(cell)
        if column.label:
            if (label := cells[at]) is not None:
                labels[one.name] = str(label)
            at += 1
        at += bool(column.sort)
    labels |= told["l"]
    if odd:
        values |= {FieldName(name): value_from_json(data) for name, data in json.loads(odd).items()}
    return Record(RecordId(layout.module, key), values, labels, version)


def only_module(one: Field) -> ModuleName:
    """What a reference refers to where nothing else is said; "" = the server does not tell."""
    return one.refers_to[0] if one.refers_to else ModuleName("")
