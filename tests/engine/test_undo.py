# SPDX-License-Identifier: MIT
"""Taking batches back: what is restored, what others changed since, what cannot come back; and undo of an undo."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crmdesk.domain.changes import Applied
from crmdesk.domain.errors import Invalid, NotPermitted, NotReachable, OutcomeUnclear
from crmdesk.domain.line_edit import QUANTITY, changed, without
from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import FieldType, Operation
from crmdesk.domain.values import Value
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.staging import Edit, Kind, StagedRecord
from crmdesk.engine.undo import Undoer
from crmdesk.engine.undo_plan import UndoPlan
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF
from tests.engine.test_applying_lines import held, item, order

REVENUE, FOUNDED = FieldName("revenue"), FieldName("founded")


def undoer(bench: Bench) -> Undoer:
    return Undoer(bench.session, bench.journal, bench.staged)


async def apply(bench: Bench) -> int:
    """Send everything staged; the batch."""
    result = await bench.applier.apply(
        await bench.applier.check(bench.staged.all()), {}, ApplyOptions(), lambda *_: None
    )
    assert all(isinstance(one, Applied) for one in result.outcomes), result.outcomes
    assert result.batch is not None
    return result.batch


async def change(bench: Bench, key: str, **values: Value) -> int:
    """Change a record through the program; the batch."""
    record = bench.server.records[key]
    await bench.staged.edit([Edit(record, FieldName(n), v, title=f"Title {key}") for n, v in values.items()])
    return await apply(bench)


async def take_back(bench: Bench, batch: int) -> UndoPlan:
    """Plan, stage and apply the opposite."""
    plan = await undoer(bench).plan(batch)
    await undoer(bench).stage(plan)
    if plan.restored:
        await apply(bench)
    return plan


def values(bench: Bench, key: str) -> dict[FieldName, Value]:
    return dict(bench.server.records[key].values)


def test_fields_go_back_blanks_included_and_undo_can_be_undone(bench: Bench) -> None:
    before: dict[str, Value] = {
        "accountname": "Koch", "bill_city": None, "employees": 5, "revenue": Decimal("1.50"), "founded": date(1999, 1, 2),
        "industry": "it", "tags": ("a", "b"), "active": True,
    }  # fmt: skip
    bench.server.add("a")
    bench.server.poke("a", **before)
    was = values(bench, "a")

    async def go() -> None:
        first = await change(
            bench, "a", bill_city="Turku", employees=None, revenue=Decimal(7), founded=None, industry=None,
            tags=("c",), active=False,
        )  # fmt: skip
        then = values(bench, "a")
        plan = await take_back(bench, first)
        assert values(bench, "a") == was
        assert (plan.fields, plan.left_out, plan.cannot) == (7, (), ())
        (second, info) = await bench.journal.batches()
        assert (info.id, info.undone, info.taken_back) == (first, True, 1)
        assert (second.undoes, second.undone, second.summary) == (first, False, f"Undo of batch {first}: Title a")
        await take_back(bench, second.id)
        assert values(bench, "a") == then
        assert (await bench.journal.batches())[1].undone

    run(go())


def test_what_somebody_changed_since_is_left_out_and_listed(bench: Bench) -> None:
    bench.server.add("a", accountname="Koch", bill_city="Espoo", employees=5)
    bench.server.add("b", accountname="Lehto", bill_city=None)

    async def go() -> None:
        for key in ("a", "b"):
            await bench.staged.edit([Edit(bench.server.records[key], CITY, "Turku", title=key)])
        await bench.staged.edit([Edit(bench.server.records["a"], STAFF, 6, title="a")])
        batch = await apply(bench)
        bench.server.poke("a", bill_city="Vaasa")
        plan = await take_back(bench, batch)
        (left,) = plan.left_out
        assert (left.record.key, left.field, left.wrote, left.now) == ("a", CITY, "Turku", "Vaasa")
        assert values(bench, "a") == {NAME: "Koch", CITY: "Vaasa", STAFF: 5}
        assert values(bench, "b") == {NAME: "Lehto", CITY: None}

    run(go())


def test_what_the_server_made_of_a_value_is_what_the_batch_wrote(bench: Bench) -> None:
    """It stored "TURKU" for our "Turku": that is no change by somebody else."""
    bench.server.add("a", bill_city="Espoo")

    async def go() -> None:
        bench.server.on_write = lambda wanted: {n: v.upper() if isinstance(v, str) else v for n, v in wanted.items()}
        batch = await change(bench, "a", bill_city="Turku")
        bench.server.on_write = dict
        plan = await take_back(bench, batch)
        assert plan.left_out == ()
        assert values(bench, "a") == {CITY: "Espoo"}

    run(go())


def test_what_went_back_already_needs_nothing(bench: Bench) -> None:
    bench.server.add("a", bill_city="Espoo")

    async def go() -> None:
        batch = await change(bench, "a", bill_city="Turku")
        bench.server.poke("a", bill_city="Espoo")
        plan = await undoer(bench).plan(batch)
        assert (plan.restored, plan.left_out, plan.cannot, plan.already) == ((), (), (), 1)
        assert await undoer(bench).stage(plan) == 0
        assert bench.staged.undo_text == ""

    run(go())


def test_a_new_record_is_deleted_and_comes_back_when_that_is_undone(bench: Bench) -> None:
    async def go() -> None:
        await bench.staged.create(ACCOUNTS, {NAME: "Neu", CITY: "Bonn"}, "Neu")
        first = await apply(bench)
        (key,) = bench.server.records
        await take_back(bench, first)
        assert bench.server.records == {}
        back = (await bench.journal.batches())[0]
        plan = await take_back(bench, back.id)
        (again,) = bench.server.records.values()
        assert again.id.key != key
        assert again.values == {NAME: "Neu", CITY: "Bonn"}
        (remark,) = plan.remarks
        assert "new id" in remark.text

    run(go())


def test_a_new_record_that_somebody_worked_on_is_not_deleted(bench: Bench) -> None:
    async def go() -> None:
        await bench.staged.create(ACCOUNTS, {NAME: "Neu", CITY: "Bonn"}, "Neu")
        batch = await apply(bench)
        (key,) = bench.server.records
        bench.server.poke(key, bill_city="Köln", modified=None)
        plan = await take_back(bench, batch)
        assert [one.field for one in plan.left_out] == [CITY]
        assert "worked on it since" in plan.cannot[0].text
        assert key in bench.server.records

    run(go())


def test_a_deleted_record_is_made_again_once_and_what_is_lost_is_said(bench: Bench) -> None:
    bench.server.add("a", accountname="Koch", account_no="ACC7", bill_city=None, revenue=Decimal("9.99"))

    async def go() -> None:
        await bench.staged.delete([(bench.server.records["a"], "Koch")])
        batch = await apply(bench)
        plan = await take_back(bench, batch)
        (again,) = bench.server.records.values()
        assert again.values == {NAME: "Koch", REVENUE: Decimal("9.99")}
        assert "new id" in plan.remarks[0].text
        assert "ACC7" in plan.remarks[0].text
        assert (await take_back(bench, batch)).already == 1
        assert len(bench.server.records) == 1
        bench.server.records.clear()  # somebody deletes it once more
        await take_back(bench, batch)
        assert len(bench.server.records) == 1

    run(go())


def test_lines_are_not_promised(bench: Bench) -> None:
    module = replace(bench.server.schema.module, is_sales_document=True)
    bench.server.schema = replace(bench.server.schema, module=module)
    bench.server.add("a", accountname="Order 1")

    async def go() -> None:
        await bench.staged.delete([(bench.server.records["a"], "Order 1")])
        assert "Its lines do not come back." in (await take_back(bench, await apply(bench))).remarks[0].text

    run(go())


@pytest.mark.parametrize("gone", [Operation.CREATE, Operation.DELETE, Operation.UPDATE])
def test_what_the_user_may_not_do_is_said(bench: Bench, gone: Operation) -> None:
    bench.server.add("a", accountname="Koch", bill_city="Espoo")
    bench.server.add("b", accountname="Lehto")

    async def go() -> None:
        await bench.staged.edit([Edit(bench.server.records["a"], CITY, "Turku", title="a")])
        await bench.staged.delete([(bench.server.records["b"], "b")])
        await bench.staged.create(ACCOUNTS, {NAME: "Neu"}, "Neu")
        batch = await apply(bench)
        module = replace(bench.server.schema.module, operations=frozenset(Operation) - {gone})
        bench.server.schema = replace(bench.server.schema, module=module)
        await bench.session.schema(ACCOUNTS, fresh=True)
        plan = await undoer(bench).plan(batch)
        (said,) = plan.cannot
        assert (
            said.text.split("you may not ")[-1]
            .split("You may not ")[-1]
            .startswith({Operation.CREATE: "add", Operation.DELETE: "delete", Operation.UPDATE: "change"}[gone])
        )
        assert len(plan.restored) == 2

    run(go())


def test_fields_that_vanished_or_became_something_else_are_said(bench: Bench) -> None:
    bench.server.add("a", accountname="Koch", bill_city="Espoo", employees=5, revenue=Decimal(1))

    async def go() -> None:
        batch = await change(bench, "a", bill_city="Turku", employees=6, revenue=Decimal(2))
        schema = bench.server.schema
        fields = [replace(f, type=FieldType.BOOLEAN) if f.name == STAFF else f for f in schema.fields if f.name != CITY]
        bench.server.schema = replace(schema, fields=tuple(fields))
        await bench.session.schema(ACCOUNTS, fresh=True)
        plan = await take_back(bench, batch)
        assert [one.values for one in plan.restored] == [{REVENUE: Decimal(1)}]
        assert sorted(one.text for one in plan.cannot) == [
            "Employees no longer takes such a value.",
            "The server has no field bill_city any more.",
        ]

    run(go())


def test_a_record_that_is_gone_is_said(bench: Bench) -> None:
    bench.server.add("a", bill_city="Espoo")

    async def go() -> None:
        batch = await change(bench, "a", bill_city="Turku")
        del bench.server.records["a"]
        plan = await undoer(bench).plan(batch)
        assert [(one.title, one.text) for one in plan.cannot] == [("Title a", "The record is gone.")]

    run(go())


def test_a_record_with_pending_changes_is_not_touched(bench: Bench) -> None:
    bench.server.add("a", bill_city="Espoo")

    async def go() -> None:
        batch = await change(bench, "a", bill_city="Turku")
        await bench.staged.edit([Edit(bench.server.records["a"], NAME, "Mine")])
        plan = await undoer(bench).plan(batch)
        assert plan.restored == ()
        assert "pending changes of yours" in plan.cannot[0].text

    run(go())


@pytest.mark.parametrize("done", [True, False])
def test_unknown_outcomes_are_looked_up_first(bench: Bench, done: bool) -> None:
    bench.server.add("a", bill_city="Espoo")

    async def go() -> None:
        await bench.staged.edit([Edit(bench.server.records["a"], CITY, "Turku", title="a")])
        bench.server.fail("update", OutcomeUnclear("It broke down."), done=done)
        checked = await bench.applier.check(bench.staged.all())
        result = await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
        await bench.staged.discard_all()
        assert result.batch is not None
        plan = await undoer(bench).plan(result.batch)
        assert [one.values for one in plan.restored] == ([{CITY: "Espoo"}] if done else [])
        (entry,) = await bench.journal.entries(result.batch)
        assert entry.outcome == ("applied" if done else "refused")

    run(go())


def test_two_changes_of_one_record_in_one_batch_go_back_behind_the_first(bench: Bench) -> None:
    record = bench.server.add("a", bill_city="Espoo", employees=1)

    async def go() -> None:
        wishes = [StagedRecord(Kind.UPDATE, record, {CITY: "Turku", STAFF: 2}, title="a")]
        one = await bench.applier.check(wishes)
        then = replace(record, values={CITY: "Turku", STAFF: 2})
        two = replace(one[0], staged=StagedRecord(Kind.UPDATE, then, {CITY: "Vaasa"}, title="a"), now=then, merges=())
        two = replace(two, merges=(replace(one[0].merges[0], base="Turku", theirs="Turku", mine="Vaasa"),))
        result = await bench.applier.apply([*one, two], {}, ApplyOptions(), lambda *_: None)
        assert values(bench, "a") == {CITY: "Vaasa", STAFF: 2}
        assert result.batch is not None
        await take_back(bench, result.batch)
        assert values(bench, "a") == {CITY: "Espoo", STAFF: 1}

    run(go())


def test_lines_go_back_and_what_others_changed_stays(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await bench.staged.edit_lines(
            document, lambda lines: changed(without(lines, ["L2"]), "L1", QUANTITY, Decimal(9)), title="Order 1"
        )
        await bench.staged.edit_lines(document, lambda lines: changed(lines, "L3", QUANTITY, Decimal(8)))
        batch = await apply(bench)
        assert held(bench) == [("a", 9), ("c", 8)]
        bench.server.poke_lines("o1", lambda lines: changed(lines, "L3", QUANTITY, Decimal(77)))
        plan = await take_back(bench, batch)
        assert sorted(held(bench)) == [("a", 1), ("b", 2), ("c", 77)]
        (left,) = plan.left_out
        assert (left.wrote, left.now) == (Decimal(8), Decimal(77))
        assert "new id" in plan.remarks[0].text
        assert (await bench.journal.batches())[1].undone
        await take_back(bench, (await bench.journal.batches())[0].id)
        assert sorted(held(bench)) == [("a", 9), ("c", 77)]

    run(go())
    assert item("a").quantity == 1


def test_a_batch_of_another_server_is_refused(bench: Bench) -> None:
    async def go() -> None:
        batch = await bench.journal.begin([], user="a", server="fake 1.0 at other.invalid", summary="x")
        with pytest.raises(NotPermitted, match=r"other\.invalid"):
            await undoer(bench).plan(batch)
        with pytest.raises(Invalid, match="no batch 99"):
            await undoer(bench).plan(99)

    run(go())


def test_trouble_while_planning_stages_nothing_and_the_plan_can_be_broken_off(bench: Bench) -> None:
    for number in range(20):
        bench.server.add(f"r{number}", bill_city="Espoo")

    async def go() -> None:
        records = list(bench.server.records.values())
        await bench.staged.edit(Edit(one, CITY, "Turku", title=one.id.key) for one in records)
        batch = await apply(bench)
        bench.server.fail("fetch", NotReachable("no way"))
        with pytest.raises(NotReachable):
            await undoer(bench).plan(batch)
        told: list[tuple[int, int]] = []
        gate = bench.server.hold("fetch")
        task = asyncio.ensure_future(undoer(bench).plan(batch, lambda *now: told.append(now)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        await undoer(bench).plan(batch, lambda *now: told.append(now))
        assert told[-1] == (20, 20)
        assert bench.staged.all() == ()

    run(go())


def test_a_thousand_records_come_back_exactly(bench: Bench) -> None:
    """Every field not touched since is restored, blanks included; every one touched since is listed."""
    for number in range(1000):
        bench.server.add(
            f"r{number}", accountname=f"N{number}", bill_city=None if number % 3 else "Espoo", employees=number
        )
    was: Mapping[str, object] = {key: dict(one.values) for key, one in bench.server.records.items()}

    async def go() -> None:
        edits = []
        for number, one in enumerate(bench.server.records.values()):
            edits.append(Edit(one, CITY, "Turku" if number % 2 else None, title=one.id.key))
            edits.append(Edit(one, STAFF, number + 1 if number % 5 else None, title=one.id.key))
        await bench.staged.edit(edits)
        batch = await apply(bench)
        touched = [f"r{number}" for number in range(0, 1000, 10)]
        for key in touched:
            bench.server.poke(key, employees=-1)
        plan = await take_back(bench, batch)
        assert {one.record.key for one in plan.left_out} == set(touched)
        for key, before in was.items():
            now = values(bench, key)
            assert isinstance(before, dict)
            assert now == ({**before, STAFF: -1} if key in touched else before)

    run(go(), within_s=60)
