# SPDX-License-Identifier: MIT
"""Changes: difference, three-way comparison, and taking back what was done."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.changes import (
    Applied,
    Change,
    Create,
    Delete,
    FieldDiff,
    Inverse,
    Outcome,
    Refused,
    SaveDocument,
    Skipped,
    Unknown,
    Update,
    diff,
    inverse,
    merge3,
    new_key,
    record_of,
)
from crmdesk.domain.errors import TimedOut
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import FieldType
from crmdesk.domain.values import Value, same
from tests.domain import strategies as some

ID = RecordId(ModuleName("Things"), "1")
NAMES = [FieldName(name) for name in "abc"]
A, B, C = NAMES

full_rows = st.fixed_dictionaries(dict.fromkeys(NAMES, some.BY_TYPE[FieldType.TEXT]))
partial_rows = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, some.BY_TYPE[FieldType.TEXT]))


class Server:
    """Records in memory, applied the way the engine does."""

    def __init__(self) -> None:
        self.records: dict[str, dict[FieldName, Value]] = {}
        self._next = 0

    def add(self, values: Mapping[FieldName, Value]) -> Record:
        self._next += 1
        self.records[str(self._next)] = dict(values)
        return self.read(str(self._next))

    def read(self, key: str) -> Record:
        return Record(RecordId(ID.module, key), dict(self.records[key]))

    def apply(self, change: Change) -> Applied:
        match change:
            case Create(_, _, values):
                return Applied(change, self.add(values))
            case Update(before, values):
                held = self.read(before.id.key)
                self.records[before.id.key].update(values)
                return Applied(change, self.read(before.id.key), held)
            case Delete(before):
                held = self.read(before.id.key)
                del self.records[before.id.key]
                return Applied(change, None, held)
            case SaveDocument():
                raise NotImplementedError

    def state(self) -> list[list[tuple[FieldName, Value]]]:
        return sorted([sorted((n, v) for n, v in one.items() if v) for one in self.records.values()], key=repr)


@given(full_rows, partial_rows)
def test_update_and_its_inverse_change_nothing(held: dict[FieldName, Value], wanted: dict[FieldName, Value]) -> None:
    server = Server()
    record = server.add(held)
    back = inverse(server.apply(Update(record, wanted)))
    assert back.cannot == ()
    if back.change is not None:
        again = inverse(server.apply(back.change))
        assert all(same(server.records["1"][name], held[name]) for name in NAMES)
        # Taking back the taking back does it again.
        assert again.change is not None
        server.apply(again.change)
        assert all(same(server.records["1"][name], value) for name, value in wanted.items())
    else:
        assert all(same(held[name], value) for name, value in wanted.items())


@given(full_rows)
def test_create_and_its_inverse_change_nothing(values: dict[FieldName, Value]) -> None:
    server = Server()
    back = inverse(server.apply(Create("new-1", ID.module, values)))
    assert isinstance(back.change, Delete)
    server.apply(back.change)
    assert server.records == {}


@given(full_rows)
def test_delete_and_its_inverse_bring_the_values_back(values: dict[FieldName, Value]) -> None:
    server = Server()
    record = server.add(values)
    before = server.state()
    back = inverse(server.apply(Delete(record)))
    assert back.change is not None
    assert "new id" in back.cannot[0]
    server.apply(back.change)
    assert server.state() == before


@given(full_rows, full_rows, partial_rows)
def test_only_fields_that_were_sent_are_taken_back(
    held: dict[FieldName, Value], loaded: dict[FieldName, Value], wanted: dict[FieldName, Value]
) -> None:
    """What the server held just before counts, not what was loaded long ago."""
    after = {**held, **wanted}
    outcome = Applied(Update(Record(ID, loaded), wanted), Record(ID, after), Record(ID, held))
    change = inverse(outcome).change
    if change is not None:
        assert isinstance(change, Update)
        assert set(change.values) <= set(wanted)
        assert all(change.values[name] == held[name] for name in change.values)
        assert change.before == outcome.record


def test_field_that_was_never_read_is_not_cleared_by_undo() -> None:
    outcome = Applied(
        Update(Record(ID, {}), {A: "new", B: "new"}), Record(ID, {A: "new", B: "new"}), Record(ID, {B: "old"})
    )
    back = inverse(outcome)
    assert isinstance(back.change, Update)
    assert back.change.values == {B: "old"}
    assert back.cannot == ("What a held before was never read.",)


@pytest.mark.parametrize("kind", [Refused, Unknown])
def test_what_was_not_certainly_done_is_not_taken_back(kind: type[Refused] | type[Unknown]) -> None:
    outcome: Outcome = kind(Delete(Record(ID, {})), TimedOut("late"))
    assert inverse(outcome) == Inverse(None)
    assert inverse(Skipped(Delete(Record(ID, {})), "stopped")) == Inverse(None)


def test_document_cannot_be_taken_back_from_here() -> None:
    document = SalesDocument(header=Record(ID, {}))
    back = inverse(Applied(SaveDocument(None, document), Record(ID, {})))
    assert back.change is None
    assert back.cannot


@given(partial_rows, partial_rows)
def test_diff_tells_what_to_send(before: dict[FieldName, Value], after: dict[FieldName, Value]) -> None:
    lines = diff(before, after)
    assert [line.field for line in lines] == [n for n in after if not same(before.get(n), after[n])]
    patched = {**before, **{line.field: line.after for line in lines}}
    assert all(same(patched.get(name), value) for name, value in after.items())
    assert diff(after, after) == ()


def test_diff_ignores_what_means_the_same_and_what_is_not_in_after() -> None:
    assert diff({A: None, B: "x", C: "y"}, {A: "", B: "z"}) == (FieldDiff(B, "x", "z"),)


@given(partial_rows, partial_rows, partial_rows)
def test_merge_has_one_line_for_each_wish(
    base: dict[FieldName, Value], mine: dict[FieldName, Value], theirs: dict[FieldName, Value]
) -> None:
    lines = merge3(base, mine, theirs)
    assert [line.field for line in lines] == list(mine)
    for line in lines:
        assert not (line.is_conflict and line.is_done_already)
        if same(base.get(line.field), theirs.get(line.field)):
            assert not line.is_conflict


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "is_conflict", "is_done"),
    [
        ("x", "x", "y", False, False),
        ("x", "z", "y", True, False),
        ("x", "y", "y", False, True),
        ("x", "x", "x", False, True),
        ("x", "z", "x", True, False),
        (None, "", "y", False, False),
    ],
)
def test_conflicts(base: Value, theirs: Value, mine: Value, is_conflict: bool, is_done: bool) -> None:
    (line,) = merge3({A: base}, {A: mine}, {A: theirs})
    assert (line.is_conflict, line.is_done_already) == (is_conflict, is_done)


def test_record_of_a_change() -> None:
    record = Record(ID, {})
    new = Record(RecordId(ID.module, ""), {})
    assert record_of(Update(record, {})) == ID
    assert record_of(Delete(record)) == ID
    assert record_of(Create("new-1", ID.module, {})) is None
    held = SalesDocument(header=record)
    assert record_of(SaveDocument(held, held)) == ID
    assert record_of(SaveDocument(None, held)) is None
    assert record_of(SaveDocument(None, SalesDocument(header=new))) is None


def test_the_key_of_what_makes_a_record() -> None:
    held = SalesDocument(header=Record(ID, {}))
    assert new_key(Create("new-1", ID.module, {})) == "new-1"
    assert new_key(SaveDocument(None, held)) == ID.key
    assert new_key(SaveDocument(held, held)) is None
    assert new_key(Update(Record(ID, {}), {})) is None
