# SPDX-License-Identifier: MIT
"""What is staged for one record, and how one more edit or another state of the server changes it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from crmdesk.domain.changes import Change, Create, Delete, SaveDocument, Update
from crmdesk.domain.line_edit import NEW_LINE, Lines, line_changes, numbered, sendable
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.values import Value, same
from crmdesk.engine.codec import (
    Json,
    document_from_json,
    document_to_json,
    line_from_json,
    line_to_json,
    record_from_json,
    record_to_json,
    values_from_json,
    values_to_json,
)

_LINES = "#lines"
NEW = "new:"
"""Prefix of a temporary record id's key."""


class Kind(Enum):
    """What is staged for a record."""

    UPDATE = "update"
    CREATE = "create"
    DELETE = "delete"
    LINES = "lines"
    """The lines of a sales document; its header's fields are an update of their own, beside this one."""


@dataclass(frozen=True, slots=True)
class StagedRecord:
    """Everything staged for one record.

    Attributes:
        base: the record as it was loaded; for a new one, empty values.
        values: what is wanted, only fields that differ from ``base``; None clears.
        labels: what to show for wanted references.
        title: how people know the record.
        undoes: the batch of the journal that this takes back, None = it is a change of its own.
        guards: fields that a bulk edit wants only while the record matches a filter, as ``filter_text`` writes it.
        document: for lines, the document as it was loaded, ``base`` being its header; for a new document, one without
            lines. lines: those that are wanted; new ones have a key of their own that begins with ``NEW_LINE``.
    """

    kind: Kind
    base: Record
    values: Mapping[FieldName, Value] = field(default_factory=dict)
    labels: Mapping[FieldName, str] = field(default_factory=dict)
    title: str = ""
    undoes: int | None = None
    document: SalesDocument | None = None
    lines: Lines = ()
    guards: Mapping[FieldName, str] = field(default_factory=dict)

    @property
    def slot(self) -> RecordId:
        """Under what it is staged: the record, or for lines a place beside it."""
        return lines_slot(self.base.id) if self.kind is Kind.LINES else self.base.id

    @property
    def id(self) -> RecordId:
        """The record, with a temporary key while it is new."""
        return self.base.id

    @property
    def count(self) -> int:
        """Changes a person would count: fields, parts of lines, or one for a delete."""
        if self.kind is Kind.LINES and self.document is not None:
            return max(1, len(line_changes(self.document.lines, self.lines)))
        if self.is_new_document:
            return max(1, len(self.values) + len(self.lines))
        return 1 if self.kind is Kind.DELETE else max(1, len(self.values))

    @property
    def is_new_document(self) -> bool:
        """Whether it is a sales document that comes with its lines."""
        return self.kind is Kind.CREATE and self.document is not None

    def change(self) -> Change:
        """What to send."""
        match self.kind:
            case Kind.UPDATE:
                return Update(self.base, dict(self.values))
            case Kind.CREATE if self.document is not None:
                header = replace(self.base, values=dict(self.values), labels=dict(self.labels))
                return SaveDocument(None, replace(sendable(self.document, self.lines), header=header))
            case Kind.CREATE:
                return Create(self.base.id.key, self.base.id.module, dict(self.values))
            case Kind.DELETE:
                return Delete(self.base)
            case Kind.LINES:
                loaded = self.document or SalesDocument(header=self.base)
                return SaveDocument(loaded, sendable(loaded, self.lines))


@dataclass(frozen=True, slots=True)
class Edit:
    """One wanted value of one field.

    Attributes:
        label: what to show for a reference.
        guard: the filter, as text, that the record must still match when this is sent; "" = it need not.
    """

    record: Record
    field: FieldName
    value: Value
    label: str = ""
    title: str = ""
    guard: str = ""


def lines_slot(record: RecordId) -> RecordId:
    """Where the lines of a document are staged; no record has such an id. Those of a new one are part of it."""
    if record.key.startswith(NEW):
        return record
    return RecordId(record.module, f"{record.key}{_LINES}")


def record_of_slot(slot: RecordId) -> RecordId:
    """The record that something is staged for; the very same object where it is staged under its own id."""
    if not slot.key.endswith(_LINES):
        return slot
    return RecordId(slot.module, slot.key.removesuffix(_LINES))


def staged_lines(document: SalesDocument, lines: Lines, title: str = "", undoes: int | None = None) -> StagedRecord:
    """The wish for other lines in a document; lines without a key are new ones."""
    known = (replace(one, key=f"{NEW_LINE}{at}") if one.key is None else one for at, one in enumerate(lines))
    return StagedRecord(
        Kind.LINES, document.header, title=title, undoes=undoes, document=document, lines=numbered(known)
    )


def staged_document(
    fresh: RecordId,
    values: Mapping[FieldName, Value],
    lines: Lines,
    *,
    labels: Mapping[FieldName, str] | None = None,
    currency: str = "",
    tax_mode: str = "",
    title: str = "",
) -> StagedRecord:
    """A new document with its lines, sent as one; ``fresh`` is a temporary id that no other record has."""
    base = Record(fresh, {})
    document = SalesDocument(header=base, currency=currency, tax_mode=tax_mode)
    known = tuple(replace(one, key=f"{NEW_LINE}{at}") for at, one in enumerate(numbered(lines), 1))
    return StagedRecord(Kind.CREATE, base, dict(values), dict(labels or {}), title, document=document, lines=known)


def begun_document(staged: StagedRecord) -> SalesDocument:
    """A new record as a sales document without its lines and values, which are what is wanted of it."""
    return staged.document or SalesDocument(header=staged.base)


def rebased(staged: StagedRecord, record: Record, kept: Collection[FieldName] = ()) -> StagedRecord | None:
    """The same wish over another state of the record, None when it is fulfilled.

    Args:
        kept: fields that stay wanted even where the record holds that value: another one is on its way there.
    """
    if staged.kind is Kind.CREATE:
        return staged
    rest = {n: v for n, v in staged.values.items() if n in kept or not same(v, record.values.get(n))}
    return _only(replace(staged, base=record), rest) if rest or staged.kind is Kind.DELETE else None


def besides(held: StagedRecord, done: StagedRecord, record: Record | None) -> StagedRecord | None:
    """What is wanted still once ``done`` was carried out: what was asked while it was on its way, over what the server holds.

    Args:
        record: as the server holds it now, None = it is gone, or was not read.
    """
    if held == done or (held.kind is Kind.CREATE and record is None):
        return None
    if done.kind is Kind.DELETE:
        return None if held.kind is Kind.DELETE else held
    now = record or replace(done.base, values={**done.base.values, **done.values})
    rest = {n: v for n, v in held.values.items() if n not in done.values or not same(v, done.values[n])}
    if held.kind is Kind.CREATE:
        rest |= {n: None for n in done.values if n not in held.values}
        held = replace(held, kind=Kind.UPDATE, document=None, lines=())
    return rebased(_only(held, rest), now)


def _only(staged: StagedRecord, values: Mapping[FieldName, Value]) -> StagedRecord:
    """With these values alone, and what is known of them."""
    labels = {name: text for name, text in staged.labels.items() if name in values}
    guards = {name: text for name, text in staged.guards.items() if name in values}
    return replace(staged, values=values, labels=labels, guards=guards)


def with_edit(staged: StagedRecord, edit: Edit, kept: Collection[FieldName] = ()) -> StagedRecord | None:
    """The staged record with one more edit, None when nothing differs any longer.

    Args:
        kept: fields of which another value is on its way: there the loaded value is a wish, too.
    """
    values, labels, guards = dict(staged.values), dict(staged.labels), dict(staged.guards)
    guards.pop(edit.field, None)  # what a person types by hand is meant whatever the filter says
    clean = staged.kind is Kind.UPDATE and same(edit.value, staged.base.values.get(edit.field))
    if (clean and edit.field not in kept) or (staged.kind is Kind.CREATE and edit.value is None):
        values.pop(edit.field, None)
        labels.pop(edit.field, None)
    else:
        values[edit.field] = edit.value
        labels.pop(edit.field, None)
        if edit.label:
            labels[edit.field] = edit.label
        if edit.guard:
            guards[edit.field] = edit.guard
    if staged.kind is Kind.DELETE or (staged.kind is Kind.UPDATE and not values):
        return staged if staged.kind is Kind.DELETE else None
    return replace(staged, values=values, labels=labels, guards=guards, title=edit.title or staged.title)


def walked_back(left: StagedRecord | None, sent: StagedRecord | None) -> StagedRecord | None:
    """What undo or discard leaves of a record. Of what is on its way already that from before is a wish, as if it were typed."""
    if sent is not None and sent.kind is Kind.LINES and sent.document is not None:
        return left or replace(sent, lines=sent.document.lines)
    if sent is None or sent.kind is not Kind.UPDATE or (left is not None and left.kind is not Kind.UPDATE):
        return left
    over = left or replace(sent, values={}, labels={}, guards={})
    again = {name: sent.base.values.get(name) for name in sent.values if name not in over.values}
    labels = {name: sent.base.labels[name] for name in again if name in sent.base.labels}
    return replace(over, values={**again, **over.values}, labels={**labels, **over.labels}) if again else left


def staged_to_json(staged: StagedRecord) -> Json:
    """For the account's own file."""
    return {
        "kind": staged.kind.value,
        "base": record_to_json(staged.base),
        "values": values_to_json(staged.values),
        "labels": dict(staged.labels),
        "title": staged.title,
        **({} if staged.undoes is None else {"undoes": staged.undoes}),
        **({"guards": dict(staged.guards)} if staged.guards else {}),
        **({} if staged.document is None else _document_part(staged.document, staged.lines)),
    }


def _document_part(document: SalesDocument, lines: Lines) -> Json:
    return {"document": document_to_json(document), "lines": [line_to_json(line) for line in lines]}


def staged_from_json(data: Json) -> StagedRecord:
    """The inverse of ``staged_to_json``."""
    labels = {FieldName(name): text for name, text in data["labels"].items()}
    base = record_from_json(data["base"])
    values = values_from_json(data["values"])
    document = document_from_json(data["document"]) if "document" in data else None
    lines = tuple(line_from_json(line) for line in data.get("lines", ()))
    return StagedRecord(
        Kind(data["kind"]),
        base,
        values,
        labels,
        data["title"],
        data.get("undoes"),
        document,
        lines,
        {FieldName(name): text for name, text in data.get("guards", {}).items()},
    )
