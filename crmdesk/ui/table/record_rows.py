# SPDX-License-Identifier: MIT
"""Records as rows of a table: which columns a module begins with, what a cell says, what is staged over it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import overload

from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Module, Operation, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.staging import Kind as StagedKind
from crmdesk.engine.staging import StagedRecord
from crmdesk.ui.field_words import field_type_word
from crmdesk.ui.formats import KINDS, Formats
from crmdesk.ui.table.cells import Cell, Column, Exact, Kind, Row, StagedCell, State
from crmdesk.ui.wording import tr

_WIDTHS = {
    FieldType.INTEGER: 90,
    FieldType.BOOLEAN: 70,
    FieldType.DATE: 96,
    FieldType.DATETIME: 128,
    FieldType.MONEY: 112,
    FieldType.LONG_TEXT: 220,
}
_GOOD = (
    "customer",
    "active",
    "won",
    "paid",
    "approved",
    "delivered",
    "closed won",
    "completed",
    "accepted",
    "resolved",
)
_WARN = ("partner", "pending", "open", "hot", "sent", "wait", "deferred", "reviewed", "in progress", "not started")
_BAD = ("inactive", "lost", "cancel", "reject", "overdue", "dead", "junk", "competitor", "hold", "stopped")


def default_columns(schema: Schema) -> tuple[FieldName, ...]:
    """What a module's table shows at first: number, title, then what people look for, at most nine.

    A list that nothing filters (a report) is shown as it comes.
    """
    if schema.fields and not any(field.filterable for field in schema.fields):
        return tuple(f.name for f in schema.fields if f.type not in (FieldType.OPAQUE, FieldType.LONG_TEXT))[:9]
    chosen: list[FieldName] = [n for n in (schema.number_field, schema.title_field) if n and schema.field(n)]
    # A field that cannot be filtered is of little use, except where nobody has told what can be.
    useful = [
        f
        for f in schema.fields
        if f.type not in (FieldType.OPAQUE, FieldType.LONG_TEXT) and (f.filterable or not schema.is_complete)
    ]

    def take(fields: Iterable[Field], count: int) -> None:
        chosen.extend([f.name for f in fields if f.name not in chosen][:count])

    def of(*kinds: FieldType) -> list[Field]:
        return [f for f in useful if f.type in kinds]

    def named(*words: str) -> list[Field]:
        return [f for f in useful if any(word in f.name.lower() for word in words)]

    take((f for f in useful if f.name.lower().endswith(("firstname", "company"))), 2)
    take((f for f in useful if f.name.lower().endswith("city")), 1)
    take((f for f in named("type", "status", "stage") if f.type is FieldType.CHOICE), 1)
    listed = (f for f in of(FieldType.CHOICE) if len(f.choices) > 1)
    take(sorted(listed, key=lambda f: "industry" not in f.name.lower()), 1)
    take(of(FieldType.PHONE), 1)
    others = [f for f in of(FieldType.REFERENCE) if schema.module.name not in f.refers_to]
    take((f for f in others if f in named("account", "company", "organisation")), 1)
    take((f for f in of(FieldType.MONEY) if "total" in f.name.lower()), 1)
    take(of(FieldType.MONEY), 1 if len(chosen) < 8 else 0)
    take((f for f in others if f in named("assigned", "owner", "responsible")), 1)
    take(of(FieldType.EMAIL), 1)
    take((f for f in of(FieldType.DATE) if not f.name[-1].isdigit()), 1)  # a numbered one is a spare
    take(useful, max(0, 4 - len(chosen)))
    return tuple(chosen[:9])


def columns_of(schema: Schema, names: Sequence[FieldName], module: Module) -> tuple[Column, ...]:
    """The grid's columns for these fields; a field the module no longer has is left out."""
    may_edit = Operation.UPDATE in module.operations
    fields = [field for name in names if (field := schema.field(name)) is not None]
    return tuple(_column(field, schema, may_edit=may_edit) for field in fields)


def _column(field: Field, schema: Schema, *, may_edit: bool) -> Column:
    kind = Kind.MAIN if field.name == schema.title_field else Kind(KINDS.get(field.type, "text"))
    tones = {choice.label: tone_of(choice.value) for choice in field.choices}
    if kind is Kind.PILL and set(tones.values()) <= {"neutral"}:
        kind = Kind.TEXT  # a pill is for a state, not for each word of a list
    return Column(
        key=str(field.name),
        title=field.label,
        kind=kind,
        width=180 if kind is Kind.MAIN else _WIDTHS.get(field.type, 120),
        editable=may_edit and not field.read_only and field.type is not FieldType.OPAQUE,
        tooltip=_tooltip(field),
        tones=tones,
    )


def _tooltip(field: Field) -> str:
    lines = [field.label, f"{field.name} · {field_type_word(field.type)}"]
    lines += [tr("Required")] if field.required else []
    lines += [tr("Read only")] if field.read_only else []
    return "\n".join(lines)


def tone_of(value: str) -> str:
    """The tone of a choice's pill, by its word; most are neutral."""
    word = value.casefold()
    for tone, words in (("bad", _BAD), ("good", _GOOD), ("warn", _WARN)):
        if any(known in word for known in words):
            return tone
    return "info" if word in ("prospect", "new", "created", "draft", "prospecting", "planned") else "neutral"


class _Cells(Sequence[Cell]):
    """A record's cells. Each is put into words when it is first asked for: most columns and rows are never seen."""

    __slots__ = ("_fields", "_formats", "_made", "_record")

    def __init__(self, record: Record, fields: Sequence[Field], formats: Formats) -> None:
        self._record, self._fields, self._formats = record, fields, formats
        self._made: list[Cell | None] = [None] * len(fields)

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, at: int) -> Cell: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Cell]: ...
    def __getitem__(self, at: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        cell = self._made[at]
        if cell is None:
            field, record = self._fields[at], self._record
            cell = _shown(record.values.get(field.name), field, record.labels.get(field.name, ""), self._formats)
            self._made[at] = cell
        return cell


def _shown(value: Value, field: Field, label: str, formats: Formats) -> str:
    text = formats.text(value, field, label)
    return Exact(text, formats.copied(value, field)) if isinstance(value, (datetime, time)) else text


class RowMaker:
    """Turns records of one module into rows for one set of columns."""

    def __init__(self, schema: Schema, names: Sequence[FieldName], formats: Formats) -> None:
        self._fields = [field for name in names if (field := schema.field(name)) is not None]
        self._schema, self._formats = schema, formats

    def row(self, record: Record) -> Row:
        """A record that was read."""
        return Row(record.id.key, _Cells(record, self._fields, self._formats))

    def new_row(self, staged: StagedRecord) -> Row:
        """A record that is not sent yet: all its values are staged."""
        return Row(staged.id.key, tuple("" for _ in self._fields))

    def overlay(self, staged: Iterable[StagedRecord]) -> dict[str, dict[str, StagedCell]]:
        """What lies over the rows: record key -> column key -> cell."""
        return {one.id.key: self._cells(one) for one in staged}

    def _cells(self, staged: StagedRecord) -> dict[str, StagedCell]:
        if staged.kind is StagedKind.DELETE:
            title = self._formats.title(staged.base, self._schema)
            mark = StagedCell(text=tr("{0} (to be deleted)").format(title), was=title, state=State.CLEARED)
            return {str(self._schema.title_field): mark}
        cells = {str(f.name): self._cell(staged, f) for f in self._fields if f.name in staged.values}
        if staged.kind is StagedKind.CREATE and str(self._schema.title_field) not in cells:
            cells[str(self._schema.title_field)] = StagedCell(text=staged.title, was="")
        return cells

    def _cell(self, staged: StagedRecord, field: Field) -> StagedCell:
        value, base = staged.values[field.name], staged.base
        text = _shown(value, field, staged.labels.get(field.name, ""), self._formats)
        was = self._formats.text(base.values.get(field.name), field, base.labels.get(field.name, ""))
        return StagedCell(text=text, was=was, state=State.CLEARED if value is None else State.EDITED)
