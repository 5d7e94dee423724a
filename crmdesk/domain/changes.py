# SPDX-License-Identifier: MIT
"""Changes people make, what became of them, and how to take them back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmdesk.domain.errors import CrmError
from crmdesk.domain.line_pairs import restored
from crmdesk.domain.names import AccountId, FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineDifference, SalesDocument
from crmdesk.domain.sentence import counted, sentence
from crmdesk.domain.values import Value, same


@dataclass(frozen=True, slots=True)
class Create:
    """A new record.

    Attributes:
        temp_id: names it here until the server has given an id; also the key that makes it repeatable.
        values: a field that is absent is left to the server.
    """

    temp_id: str
    module: ModuleName
    values: Mapping[FieldName, Value]


@dataclass(frozen=True, slots=True)
class Update:
    """Some fields of a record; ``values`` holds only what changes, None clears."""

    before: Record
    values: Mapping[FieldName, Value]


@dataclass(frozen=True, slots=True)
class Delete:
    """A record to be removed."""

    before: Record


@dataclass(frozen=True, slots=True)
class SaveDocument:
    """A sales document with its lines.

    Attributes:
        before: None = the document is new; the key of ``after``'s header names it here, as ``Create.temp_id`` does.
    """

    before: SalesDocument | None
    after: SalesDocument


Change = Create | Update | Delete | SaveDocument


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Changes that are reviewed and applied together."""

    account: AccountId
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """Done. ``record`` is what the server holds now, None after a delete.

    Attributes:
        before: what the server held just before, None for a create.
        surprises: fields that hold something else than was asked.
        side_effects: fields nobody asked to change, that changed.
        document_before, document: the same two for a sales document, with their lines.
        differences: lines of a sales document that are not as they were sent.
    """

    change: Change
    record: Record | None
    before: Record | None = None
    surprises: tuple[FieldName, ...] = ()
    side_effects: tuple[FieldName, ...] = ()
    document_before: SalesDocument | None = None
    document: SalesDocument | None = None
    differences: tuple[LineDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not done."""

    change: Change
    error: CrmError


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, no answer seen: look before trying again."""

    change: Change
    error: CrmError


@dataclass(frozen=True, slots=True)
class Skipped:
    """Never sent: nothing to do, or the run was stopped before it."""

    change: Change
    reason: str


Outcome = Applied | Refused | Unknown | Skipped


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field before and after."""

    field: FieldName
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """One field of a three-way comparison.

    Attributes:
        base: when it was loaded. theirs: on the server now. mine: what the person wants.
    """

    field: FieldName
    base: Value
    theirs: Value
    mine: Value

    @property
    def is_conflict(self) -> bool:
        """Both changed it, to different values."""
        return not same(self.base, self.theirs) and not same(self.theirs, self.mine)

    @property
    def is_done_already(self) -> bool:
        """The server holds the wanted value by now."""
        return same(self.theirs, self.mine)


@dataclass(frozen=True, slots=True)
class Inverse:
    """How to take an outcome back.

    Attributes:
        change: the opposite change, None where nothing can be taken back.
        cannot: sentences on what will not come back.
    """

    change: Change | None
    cannot: tuple[str, ...] = field(default_factory=tuple)


def diff(before: Mapping[FieldName, Value], after: Mapping[FieldName, Value]) -> tuple[FieldDiff, ...]:
    """Fields of ``after`` that differ from ``before``, in ``after``'s order; fields not in ``after`` are left out."""
    return tuple(
        FieldDiff(name, before.get(name), value) for name, value in after.items() if not same(before.get(name), value)
    )


def merge3(
    base: Mapping[FieldName, Value], mine: Mapping[FieldName, Value], theirs: Mapping[FieldName, Value]
) -> tuple[FieldMerge, ...]:
    """One line for each field in ``mine``."""
    return tuple(FieldMerge(name, base.get(name), theirs.get(name), value) for name, value in mine.items())


def inverse(outcome: Outcome) -> Inverse:
    """The change that takes an applied one back; sends only fields that were sent."""
    if not isinstance(outcome, Applied):
        return Inverse(None)
    change = outcome.change
    if isinstance(change, Update) and outcome.record is not None:
        held = outcome.before or change.before
        values = {name: held.values[name] for name in change.values if name in held.values}
        kept = {n: v for n, v in values.items() if not same(v, outcome.record.values.get(n))}
        unread = tuple(
            sentence("What {name} held before was never read.", name=name)
            for name in change.values
            if name not in values
        )
        return Inverse(Update(outcome.record, kept) if kept else None, unread)
    if isinstance(change, Create) and outcome.record is not None:
        return Inverse(Delete(outcome.record))
    if isinstance(change, Delete):
        again = Create(f"undo-{change.before.id.key}", change.before.id.module, dict(change.before.values))
        return Inverse(again, (sentence("The record comes back with a new id; links to the old one do not."),))
    if isinstance(change, SaveDocument) and outcome.document is not None:
        before = outcome.document_before or change.before
        if before is None:
            return Inverse(Delete(outcome.document.header))
        back = restored(outcome.document, before, change.after)
        anew = sum(one.key is None for one in back.lines)
        told = counted(anew, "The removed line comes back with a new id.", "{n} removed lines come back with new ids.")
        lost = (told,) if anew else ()
        return Inverse(SaveDocument(outcome.document, back), lost)
    return Inverse(None, (sentence("This change cannot be taken back from here."),))


def record_of(change: Change) -> RecordId | None:
    """The record a change is about, None for one that does not exist yet."""
    match change:
        case Update(before, _) | Delete(before):
            return before.id
        case SaveDocument(before, after):
            return after.header.id if before is not None and after.header.id.key else None
        case Create():
            return None


def new_key(change: Change) -> str | None:
    """The key by which a change that makes a record is never carried out twice; None = it makes none."""
    match change:
        case Create(temp_id, _, _):
            return temp_id
        case SaveDocument(None, after):
            return after.header.id.key
        case _:
            return None
