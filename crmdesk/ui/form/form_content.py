# SPDX-License-Identifier: MIT
"""What a form shows of a record: staged values laid over loaded ones, and why something cannot be edited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import PLAIN, NotAValue, Value, parse, same
from crmdesk.engine.staging import Kind, StagedRecord
from crmdesk.ui.form.field_state import FieldState
from crmdesk.ui.formats import Formats
from crmdesk.ui.wording import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContent:
    """One record as a form shows it.

    Attributes:
        record: as the server holds it; for a new record, no values.
        staged: what is wanted, None = nothing.
        reason: why no field can be edited, "" = they can.
    """

    schema: Schema
    record: Record
    staged: StagedRecord | None = None
    reason: str = ""

    @property
    def is_new(self) -> bool:
        """Not on the server yet."""
        return self.staged is not None and self.staged.kind is Kind.CREATE

    def state(self, field: Field, formats: Formats) -> FieldState:
        """What the field's row shows."""
        name, staged, record = field.name, self.staged, self.record
        base = staged.base if staged is not None and name in staged.base.values else record
        old, old_label = base.values.get(name), base.labels.get(name, "")
        reason = self.reason or (tr("The server sets this field by itself.") if field.read_only else "")
        if staged is None or name not in staged.values:
            wanted = self.is_new and field.required and not field.read_only and not field.default
            return FieldState(
                value=old,
                label=old_label,
                old=old,
                old_label=old_label,
                fresh=self.is_new,
                reason=reason,
                wanted=wanted,
            )
        value, label, theirs = staged.values[name], staged.labels.get(name, ""), ""
        now = record.values.get(name)
        if name in record.values and not same(now, old) and not same(now, value) and not self.is_new:
            theirs = formats.text(now, field, record.labels.get(name, "")) or tr("empty")
        return FieldState(
            value=value,
            label=label,
            old=old,
            old_label=old_label,
            staged=True,
            fresh=self.is_new,
            reason=reason,
            theirs=theirs,
            wanted=self.is_new and field.required and value in (None, ""),
        )

    def title(self, formats: Formats) -> str:
        """By what people know the record, with what is staged for it."""
        if self.staged is None:
            return formats.title(self.record, self.schema)
        held = replace(self.record, labels={**self.record.labels, **self.staged.labels})
        title = formats.title(held, self.schema, self.staged.values)
        return title if title != self.record.id.key or not self.is_new else ""

    def missing(self) -> tuple[Field, ...]:
        """Required fields of a new record that are still empty."""
        if self.staged is None or not self.is_new:
            return ()
        held = self.staged.values
        return tuple(
            field
            for field in self.schema.fields
            if field.required and not field.read_only and not field.default and held.get(field.name) in (None, "")
        )


def blocks(schema: Schema, *, creating: bool) -> Iterator[tuple[str, tuple[Field, ...]]]:
    """Headings and their fields in the server's order; for a new record what must be filled in comes first."""
    fields = schema.fields
    if creating:
        fields = tuple(field for field in fields if not field.read_only)
        first = tuple(field for field in fields if field.required)
        if first:
            yield tr("Required"), first
        fields = tuple(field for field in fields if not field.required)
    found: dict[str, list[Field]] = {}
    for field in fields:
        found.setdefault(field.block or schema.module.label, []).append(field)
    for heading, members in found.items():
        yield heading, tuple(members)


def default_values(schema: Schema) -> Mapping[FieldName, Value]:
    """What a new record starts with: the server's defaults, as far as they can be read."""
    values: dict[FieldName, Value] = {}
    for field in schema.fields:
        if field.default and not field.read_only and field.type is not FieldType.REFERENCE:
            try:
                values[field.name] = parse(field.default, field, PLAIN)
            except NotAValue:
                continue  # the server will fill in what it means
    return values


def whole_base(loaded: Record, staged: StagedRecord) -> Record | None:
    """The record a staged change was based on, completed with fields that were not read then; None = it is complete.

    Values that were seen stay as they were seen, so that a later comparison still finds what others changed.
    """
    if loaded.values.keys() <= staged.base.values.keys():
        return None
    base = staged.base
    return replace(base, values={**loaded.values, **base.values}, labels={**loaded.labels, **base.labels})
