# SPDX-License-Identifier: MIT
"""Bulk edits from target set to outcome: frozen, planned, staged in one step, left out where no longer meant."""

import pytest

from crmdesk.domain.bulk import BulkEdit, BulkKind, Verdict
from crmdesk.domain.changes import Applied, Refused
from crmdesk.domain.errors import Conflict, Invalid
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.bulk import BulkDesk, ids_of
from crmdesk.engine.staging import Edit
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF

IN_HKI = Compare(CITY, Op.EQ, "Hki")
TO_HELSINKI = BulkEdit(field=CITY, kind=BulkKind.SET, value="Helsinki")


def filled(bench: Bench, count: int = 25) -> None:
    for number in range(count):
        city = "Hki" if number % 2 else "Turku"
        bench.server.add(f"r{number:03}", accountname=f"Name {number:03}", bill_city=city, employees=number)


def test_a_filters_result_is_read_to_its_end_and_frozen(bench: Bench) -> None:
    filled(bench)
    read: list[int] = []

    async def go() -> None:
        desk = BulkDesk(bench.session, bench.staged)
        targets = await desk.matching(Query(ACCOUNTS, where=IN_HKI), (CITY,), read.append)
        bench.server.add("late", accountname="Late", bill_city="Hki")
        assert [i.key for i in targets.ids] == [f"r{n:03}" for n in range(1, 25, 2)]
        rows, tally = await desk.plan(targets, TO_HELSINKI)
        assert (tally.changes, tally.same, tally.refused) == (12, 0, 0)
        assert await desk.stage(targets, TO_HELSINKI, rows) == 12
        assert bench.staged.count == 12
        assert bench.staged.undo_text == "Change City of 12 records"
        await bench.staged.undo()
        assert bench.staged.count == 0

    run(go())
    assert read[-1] >= 12


def test_a_record_that_no_longer_matches_is_left_out_and_listed(bench: Bench) -> None:
    filled(bench, 6)

    async def go() -> None:
        desk = BulkDesk(bench.session, bench.staged)
        targets = await desk.matching(Query(ACCOUNTS, where=IN_HKI), (CITY,))
        rows, _ = await desk.plan(targets, TO_HELSINKI)
        await desk.stage(targets, TO_HELSINKI, rows)
        bench.server.records["r003"] = Record(RecordId(ACCOUNTS, "r003"), {NAME: "Name 003", CITY: "Oulu", STAFF: 3})
        checked = await bench.applier.check(bench.staged.all())
        assert [c.staged.id.key for c in checked if c.error] == ["r003"]
        assert isinstance(next(c.error for c in checked if c.error), Conflict)
        result = await bench.applier.apply(checked, {}, ApplyOptions(), lambda position, outcome: None)
        by_key = {o.change.before.id.key: o for o in result.outcomes}  # type: ignore[union-attr]
        assert isinstance(by_key["r003"], Refused)
        assert "no longer matches" in by_key["r003"].error.user_text
        assert all(isinstance(by_key[key], Applied) for key in ("r001", "r005"))

    run(go())
    assert bench.server.records["r003"].values[CITY] == "Oulu"


def test_what_is_typed_by_hand_afterwards_is_meant_whatever_the_filter_says(bench: Bench) -> None:
    filled(bench, 2)

    async def go() -> None:
        desk = BulkDesk(bench.session, bench.staged)
        targets = await desk.matching(Query(ACCOUNTS, where=IN_HKI), (CITY,))
        rows, _ = await desk.plan(targets, TO_HELSINKI)
        await desk.stage(targets, TO_HELSINKI, rows)
        (record,) = targets.records
        await bench.staged.edit([Edit(record, CITY, "Vantaa")])
        bench.server.records["r001"] = Record(record.id, {NAME: "Name 001", CITY: "Hki ", STAFF: 1})
        (checked,) = await bench.applier.check(bench.staged.all())
        assert checked.error is None

    run(go())


def test_the_guard_is_on_disk_with_the_edit(bench: Bench) -> None:
    filled(bench, 2)

    async def go() -> None:
        desk = BulkDesk(bench.session, bench.staged)
        targets = await desk.matching(Query(ACCOUNTS, where=IN_HKI), (CITY,))
        rows, _ = await desk.plan(targets, TO_HELSINKI)
        await desk.stage(targets, TO_HELSINKI, rows)
        again = type(bench.staged)(bench.storage)
        await again.load()
        (found,) = again.all()
        assert found.guards == {CITY: "bill_city = 'Hki'"}
        assert found == bench.staged.all()[0]

    run(go())


def test_a_pasted_list_names_what_is_not_there(bench: Bench) -> None:
    filled(bench, 5)

    async def go() -> None:
        desk = BulkDesk(bench.session, bench.staged)
        targets = await desk.listed(ACCOUNTS, "r001\nr003, r001; nope")
        assert [i.key for i in targets.ids] == ["r001", "r003"]
        assert targets.missing == ("nope",)
        assert targets.where is None
        with pytest.raises(Invalid, match="Paste ids first"):
            await desk.listed(ACCOUNTS, " \n ")

    run(go())


def test_a_list_of_another_fields_values(bench: Bench) -> None:
    filled(bench, 5)

    async def go() -> None:
        desk = BulkDesk(bench.session, bench.staged)
        targets = await desk.listed(ACCOUNTS, "Name 002\nname 004\nName 009", NAME, (CITY,))
        assert targets.records[0].values[CITY] == "Turku"
        assert [i.key for i in targets.ids] == ["r002", "r004"]
        assert targets.missing == ("Name 009",)

    run(go())


def test_selected_rows_that_lack_a_field_are_read(bench: Bench) -> None:
    filled(bench, 3)
    thin = [Record(RecordId(ACCOUNTS, f"r{n:03}"), {NAME: f"Name {n:03}"}) for n in range(3)]
    gone = Record(RecordId(ACCOUNTS, "gone"), {NAME: "Gone"})
    new = Record(RecordId(ACCOUNTS, "new:1"), {NAME: "New"})

    async def go() -> None:
        desk = BulkDesk(bench.session, bench.staged)
        targets = await desk.selected(ACCOUNTS, [*thin, gone, new], (CITY,))
        assert [r.values[CITY] for r in targets.records] == ["Turku", "Hki", "Turku"]
        assert targets.missing == ("gone",)

    run(go())


def test_computed_values_name_their_own_fields_and_refusals_are_not_staged(bench: Bench) -> None:
    filled(bench, 4)
    edit = BulkEdit(field=STAFF, kind=BulkKind.COMPUTE, expression="12 / employees")

    async def go() -> None:
        desk = BulkDesk(bench.session, bench.staged)
        fields = await desk.fields_for(ACCOUNTS, edit)
        assert fields == (STAFF,)
        targets = await desk.matching(Query(ACCOUNTS), fields)
        rows, tally = await desk.plan(targets, edit)
        assert [row.verdict for row in rows] == [Verdict.REFUSED, Verdict.CHANGES, Verdict.CHANGES, Verdict.CHANGES]
        assert rows[0].reason == "This divides by zero."
        assert await desk.stage(targets, edit, rows) == tally.changes == 3
        with pytest.raises(Invalid, match="no field nope"):
            await desk.plan(targets, BulkEdit(field=STAFF, kind=BulkKind.COMPUTE, expression="nope + 1"))
        with pytest.raises(Invalid, match="kept by the server"):
            await desk.plan(targets, BulkEdit(field=FieldName("account_no"), kind=BulkKind.CLEAR))

    run(go())


def test_ids_in_a_pasted_text() -> None:
    assert ids_of(" 3x1, 3x2;3x1\n\t'3x4' ") == ("3x1", "3x2", "3x4")
    assert ids_of("Koch, Oy\n\nLehto\nKoch, Oy", by_lines=True) == ("Koch, Oy", "Lehto")
