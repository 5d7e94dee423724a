# SPDX-License-Identifier: MIT
"""Applying: look again, send, read back, note; and every way in which that can go wrong."""

from collections.abc import Mapping

import pytest

from crmdesk.domain.changes import Applied, Create, Outcome, Refused, Skipped
from crmdesk.domain.errors import (
    Conflict,
    NotFound,
    NotReachable,
)
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.applying import ApplyOptions, ApplyResult, Decision, Decisions
from crmdesk.engine.staging import Edit
from tests.engine import fake_vendor
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, FakeConnector

REVENUE = FieldName("revenue")


async def want(bench: Bench, key: str, **values: Value) -> Record:
    """Stage edits of a record as it is on the server now."""
    record = bench.server.records[key]
    await bench.staged.edit([Edit(record, FieldName(n), v, title=f"Title {key}") for n, v in values.items()])
    return record


async def apply(
    bench: Bench, decisions: Decisions | None = None, told: list[tuple[int, Outcome]] | None = None, **options: bool
) -> ApplyResult:
    checked = await bench.applier.check(bench.staged.all())
    heard = told if told is not None else []
    wanted = ApplyOptions(**options)  # type: ignore[arg-type]  # the tests here switch nothing but yes and no
    return await bench.applier.apply(checked, decisions or {}, wanted, lambda *one: heard.append(one))


def test_nothing_to_send_leaves_no_batch(bench: Bench) -> None:
    async def go() -> None:
        result = await bench.applier.apply((), {}, ApplyOptions(), lambda *_: None)
        assert (result.batch, result.outcomes) == (None, ())
        assert await bench.journal.batches() == ()

    run(go())


def filled(bench: Bench) -> None:
    for key in ("a", "b", "c"):
        bench.server.add(key, version="1", accountname=key.upper(), bill_city="Espoo", employees=5)


def test_update_create_and_delete_are_sent_read_back_noted_and_unstaged(bench: Bench) -> None:
    filled(bench)
    told: list[tuple[int, Outcome]] = []

    async def go() -> None:
        before = await want(bench, "a", bill_city="Turku")
        new = await bench.staged.create(ACCOUNTS, {NAME: "Neu"}, "Neu")
        await bench.staged.delete([(bench.server.records["b"], "B")])
        result = await apply(bench, told=told)
        update, create, delete = result.outcomes
        assert isinstance(update, Applied)
        assert isinstance(create, Applied)
        assert isinstance(delete, Applied)
        assert update.before == before
        assert update.record == bench.server.records["a"]
        assert (update.surprises, update.side_effects) == ((), ())
        assert create.record is not None
        assert create.record.values == {NAME: "Neu"}
        assert (create.before, delete.record) == (None, None)
        assert sorted(position for position, _ in told) == [0, 1, 2]  # several are under way at once
        assert bench.staged.all() == ()
        assert result.batch is not None
        (info,) = await bench.journal.batches()
        assert (info.summary, info.changes, info.applied, info.user) == ("Title a and 2 more", 3, 3, "admin")
        assert info.ended is not None
        entries = await bench.journal.entries(result.batch)
        assert [entry.outcome for entry in entries] == ["applied"] * 3
        assert entries[0].before == before
        assert entries[0].after == update.record
        assert isinstance(entries[1].change, Create)
        assert entries[1].change.temp_id == new.key
        assert not bench.applier.running

    run(go())
    assert set(bench.server.records) - {"a", "c"} != set()
    assert "b" not in bench.server.records


def test_only_changed_fields_are_sent(bench: Bench) -> None:
    filled(bench)
    sent: list[Mapping[FieldName, Value]] = []

    def watch(values: Mapping[FieldName, Value]) -> Mapping[FieldName, Value]:
        sent.append(dict(values))
        return values

    async def go() -> None:
        bench.server.on_write = watch
        await want(bench, "a", bill_city="Turku", employees=7)
        bench.server.poke("a", employees=7)  # somebody else has done that part already
        (outcome,) = (await apply(bench)).outcomes
        assert isinstance(outcome, Applied)

    run(go())
    assert sent == [{CITY: "Turku"}]


def test_nothing_left_to_change_is_not_sent(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        bench.server.poke("a", bill_city="Turku")
        (outcome,) = (await apply(bench)).outcomes
        assert isinstance(outcome, Skipped)
        assert bench.server.did("update") == 0

    run(go())


def test_a_change_of_another_field_by_somebody_else_is_no_conflict(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        bench.server.poke("a", accountname="Renamed")
        (checked,) = await bench.applier.check(bench.staged.all())
        assert checked.conflicts == ()
        (outcome,) = (await apply(bench)).outcomes
        assert isinstance(outcome, Applied)
        assert outcome.side_effects == ()

    run(go())
    assert bench.server.records["a"].values[NAME] == "Renamed"


def test_a_conflict_without_a_decision_is_refused(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        await want(bench, "b", bill_city="Oulu")
        bench.server.poke("a", bill_city="Vaasa")
        first, second = (await apply(bench)).outcomes
        assert isinstance(first, Refused)
        assert isinstance(first.error, Conflict)
        assert first.error.server.values[CITY] == "Vaasa"
        assert isinstance(second, Applied)
        assert [r.id.key for r in bench.staged.all()] == ["a"]

    run(go())
    assert bench.server.records["a"].values[CITY] == "Vaasa"


@pytest.mark.parametrize(
    ("decision", "city", "kind"), [(Decision.MINE, "Turku", Applied), (Decision.THEIRS, "Vaasa", Skipped)]
)
def test_the_person_decides_a_conflict(bench: Bench, decision: Decision, city: str, kind: type) -> None:
    filled(bench)

    async def go() -> None:
        record = await want(bench, "a", bill_city="Turku")
        bench.server.poke("a", bill_city="Vaasa")
        (outcome,) = (await apply(bench, {(record.id, CITY): decision})).outcomes
        assert isinstance(outcome, kind)

    run(go())
    assert bench.server.records["a"].values[CITY] == city


def test_a_record_changed_between_review_and_sending_is_not_overwritten(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        await bench.staged.delete([(bench.server.records["b"], "B")])
        checked = await bench.applier.check(bench.staged.all())
        bench.server.poke("a", bill_city="Vaasa")
        bench.server.poke("b", employees=6)
        result = await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
        assert [type(o) for o in result.outcomes] == [Refused, Refused]
        assert all(isinstance(o, Refused) and isinstance(o.error, Conflict) for o in result.outcomes)
        assert len(bench.staged.all()) == 2

    run(go())
    assert bench.server.did("update") == bench.server.did("delete") == 0


def test_a_record_that_is_gone_is_refused_and_stays_staged(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        del bench.server.records["a"]
        (checked,) = await bench.applier.check(bench.staged.all())
        assert isinstance(checked.error, NotFound)
        assert checked.now is None
        (outcome,) = (await apply(bench)).outcomes
        assert isinstance(outcome, Refused)
        assert bench.staged.count == 1

    run(go())


def test_the_check_tells_how_far_it_is_and_sends_nothing(bench: Bench) -> None:
    filled(bench)
    told: list[int] = []

    async def go() -> None:
        for key in ("a", "b", "c"):
            await want(bench, key, bill_city="Turku")
        checked = await bench.applier.check(bench.staged.all(), told.append)
        assert [one.staged.id.key for one in checked] == ["a", "b", "c"]

    run(go())
    assert told == [1, 2, 3]
    assert {name for name, _ in bench.server.log} == {"login", "fetch"}


def test_a_check_that_cannot_reach_the_server_fails_as_a_whole(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        bench.server.fail("fetch", NotReachable("away"))
        with pytest.raises(NotReachable):
            await bench.applier.check(bench.staged.all())

    run(go())


def test_what_the_server_made_of_it_is_told(bench: Bench) -> None:
    filled(bench)

    def rules(values: Mapping[FieldName, Value]) -> Mapping[FieldName, Value]:
        return {**values, CITY: str(values[CITY]).upper(), REVENUE: 1}

    async def go() -> None:
        bench.server.on_write = rules
        await want(bench, "a", bill_city="Turku", employees=7)
        (outcome,) = (await apply(bench)).outcomes
        assert isinstance(outcome, Applied)
        assert (outcome.surprises, outcome.side_effects) == ((CITY,), (REVENUE,))

    run(go())


@pytest.mark.parametrize("trouble", [False, True])
def test_a_new_record_that_is_there_already_is_told_and_not_refused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, trouble: bool
) -> None:
    """Some servers take the same record twice without a word; trouble in asking keeps nobody from saving."""
    filled(bench)

    class Finder(FakeConnector):  # a class of its own: Python remembers which classes play a role
        def find_duplicates(self, change: Create) -> tuple[Record, ...]:
            if trouble:
                raise NotReachable("away")
            return tuple(r for r in bench.server.records.values() if r.values[NAME] == change.values[NAME])

    monkeypatch.setattr(fake_vendor, "FakeConnector", Finder)

    async def go() -> None:
        await bench.session.identity()
        await bench.staged.create(ACCOUNTS, {NAME: "B"})
        (checked,) = await bench.applier.check(bench.staged.all())
        assert [record.id.key for record in checked.alike] == ([] if trouble else ["b"])
        result = await apply(bench)
        assert isinstance(result.outcomes[0], Applied)

    run(go())
