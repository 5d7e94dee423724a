# SPDX-License-Identifier: MIT
"""What is staged for one record, and how one more edit or another state of the server changes it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from crmdesk.domain.changes import Change, Create, Delete, Update
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value, same
from crmdesk.engine.codec import Json, record_from_json, record_to_json, values_from_json, values_to_json


class Kind(Enum):
    """What is staged for a record."""

    UPDATE = "update"
    CREATE = "create"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class StagedRecord:
    """Everything staged for one record.

    Attributes:
        base: the record as it was loaded; for a new one, empty values.
        values: what is wanted, only fields that differ from ``base``; None clears.
        labels: what to show for wanted references.
        title: how people know the record.
        undoes: the batch of the journal that this takes back, None = it is a change of its own.
    """

    kind: Kind
    base: Record
    values: Mapping[FieldName, Value] = field(default_factory=dict)
    labels: Mapping[FieldName, str] = field(default_factory=dict)
    title: str = ""
    undoes: int | None = None

    @property
    def id(self) -> RecordId:
        """The record, with a temporary key while it is new."""
        return self.base.id

    @property
    def count(self) -> int:
        """Changes a person would count: fields, or one for a delete."""
        return 1 if self.kind is Kind.DELETE else max(1, len(self.values))

    def change(self) -> Change:
        """What to send."""
        match self.kind:
            case Kind.UPDATE:
                return Update(self.base, dict(self.values))
            case Kind.CREATE:
                return Create(self.base.id.key, self.base.id.module, dict(self.values))
            case Kind.DELETE:
                return Delete(self.base)


@dataclass(frozen=True, slots=True)
class Edit:
    """One wanted value of one field; ``label`` is what to show for a reference."""

    record: Record
    field: FieldName
    value: Value
    label: str = ""
    title: str = ""


def rebased(staged: StagedRecord, record: Record) -> StagedRecord | None:
    """The same wish over another state of the record, None when it is fulfilled."""
    if staged.kind is Kind.CREATE:
        return staged
    rest = {n: v for n, v in staged.values.items() if not same(v, record.values.get(n))}
    return replace(staged, base=record, values=rest) if rest or staged.kind is Kind.DELETE else None


def with_edit(staged: StagedRecord, edit: Edit) -> StagedRecord | None:
    """The staged record with one more edit, None when nothing differs any longer."""
    values, labels = dict(staged.values), dict(staged.labels)
    clean = staged.kind is Kind.UPDATE and same(edit.value, staged.base.values.get(edit.field))
    if clean or (staged.kind is Kind.CREATE and edit.value is None):
        values.pop(edit.field, None)
        labels.pop(edit.field, None)
    else:
        values[edit.field] = edit.value
        labels.pop(edit.field, None)
        if edit.label:
            labels[edit.field] = edit.label
    if staged.kind is Kind.DELETE or (staged.kind is Kind.UPDATE and not values):
        return staged if staged.kind is Kind.DELETE else None
    return replace(staged, values=values, labels=labels, title=edit.title or staged.title)


def staged_to_json(staged: StagedRecord) -> Json:
    """For the account's own file."""
    return {
        "kind": staged.kind.value,
        "base": record_to_json(staged.base),
        "values": values_to_json(staged.values),
        "labels": dict(staged.labels),
        "title": staged.title,
        **({} if staged.undoes is None else {"undoes": staged.undoes}),
    }


def staged_from_json(data: Json) -> StagedRecord:
    """The inverse of ``staged_to_json``."""
    labels = {FieldName(name): text for name, text in data["labels"].items()}
    base = record_from_json(data["base"])
    values = values_from_json(data["values"])
    return StagedRecord(Kind(data["kind"]), base, values, labels, data["title"], data.get("undoes"))
