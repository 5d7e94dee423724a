# SPDX-License-Identifier: MIT
"""Merging: what is taken over, moved, deleted, and what is said to be lost; all of it staged, nothing sent."""

from dataclasses import replace

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.schema import Operation
from crmdesk.engine.merging import Merger, taken_over
from crmdesk.engine.staging import Kind
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, MODULE, NAME, SCHEMA, STAFF

PARENT = FieldName("parent")


def filled(bench: Bench) -> None:
    bench.server.add("keep", accountname="Nordwind Oy", bill_city=None, employees=3)
    bench.server.add("gone", accountname="Nordwindt", bill_city="Espoo", employees=9)
    bench.server.add("child", accountname="Nordwind Sales", parent=RecordId(ACCOUNTS, "gone"))
    bench.server.add("other", accountname="Lehto", parent=RecordId(ACCOUNTS, "keep"))


def test_what_the_kept_one_lacks_is_taken_over_and_what_points_away_is_turned(bench: Bench) -> None:
    filled(bench)
    told: list[str] = []

    async def go() -> None:
        keep, gone = bench.server.records["keep"], bench.server.records["gone"]
        merger = Merger(bench.session, bench.staged)
        plan = await merger.plan(keep, [gone], told.append)
        assert plan.values == {CITY: "Espoo"}
        assert [(one.record.id.key, one.field) for one in plan.moves] == [("child", PARENT)]
        assert plan.can_delete
        assert plan.count == 3
        assert any("no fields" in sentence for sentence in plan.lost)  # this vendor shows no relations
        assert await merger.stage(plan) == 3
        staged = {one.id.key: one for one in bench.staged.all()}
        assert dict(staged["keep"].values) == {CITY: "Espoo"}
        assert dict(staged["child"].values) == {PARENT: keep.id}
        assert staged["child"].labels == {PARENT: "Nordwind Oy"}
        assert staged["gone"].kind is Kind.DELETE
        assert bench.staged.undo_text == "Merge into Nordwind Oy"
        await bench.staged.undo()
        assert bench.staged.count == 0

    run(go())
    assert told == ["Accounts"]
    assert bench.server.records["gone"].values[CITY] == "Espoo"


def test_a_person_may_choose_otherwise(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        merger = Merger(bench.session, bench.staged)
        plan = await merger.plan(bench.server.records["keep"], [bench.server.records["gone"]])
        await merger.stage(plan, {NAME: "Nordwindt", STAFF: 3})
        staged = bench.staged.get(RecordId(ACCOUNTS, "keep"))
        assert staged is not None
        assert dict(staged.values) == {NAME: "Nordwindt"}

    run(go())


def test_where_nothing_can_be_deleted_the_others_stay(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        merger = Merger(bench.session, bench.staged)
        plan = await merger.plan(bench.server.records["keep"], [bench.server.records["gone"]])
        await merger.stage(replace(plan, can_delete=False))
        assert {one.id.key: one.kind for one in bench.staged.all()} == {"keep": Kind.UPDATE, "child": Kind.UPDATE}

    run(go())


def test_of_several_the_first_that_has_it(bench: Bench) -> None:
    filled(bench)
    first, second = bench.server.records["gone"], bench.server.records["other"]
    keep = bench.server.records["keep"]
    assert taken_over(keep, [second, first], SCHEMA) == {CITY: "Espoo"}  # and is not made its own parent
    assert Operation.DELETE in MODULE.operations


def test_one_that_refers_to_one_that_goes_is_not_made_its_own_parent(bench: Bench) -> None:
    filled(bench)
    bench.server.add("keep", accountname="Nordwind Oy", parent=RecordId(ACCOUNTS, "gone"))

    async def go() -> None:
        merger = Merger(bench.session, bench.staged)
        plan = await merger.plan(bench.server.records["keep"], [bench.server.records["gone"]])
        assert plan.values[PARENT] is None
        assert [one.record.id.key for one in plan.moves] == ["child"]

    run(go())
