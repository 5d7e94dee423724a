# SPDX-License-Identifier: MIT
"""What is typed at any moment of an apply is sent or stays staged: during the check, the look before sending, the call,
the note on the disk, the look-up of an unknown, a stop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import replace
from decimal import Decimal

import pytest

from crmdesk.domain.changes import Applied, Refused, Skipped, Unknown
from crmdesk.domain.errors import Invalid, TimedOut
from crmdesk.domain.line_edit import LINE, QUANTITY, changed, without
from crmdesk.domain.line_merge import line_field
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.applying import ApplyOptions, ApplyResult, Checked
from crmdesk.engine.staged_record import lines_slot
from crmdesk.engine.staging import Edit, Kind
from tests.engine.bench import Bench, began, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF
from tests.engine.test_applying_lines import ORDER, order
from tests.engine.test_applying_lines import held as lines_there

R = RecordId(ACCOUNTS, "r")
OWNER = FieldName("assigned_user_id")
Work = Callable[[], Coroutine[object, object, None]]


def loaded(bench: Bench) -> Record:
    return bench.server.add("r", version="1", accountname="Koch", bill_city="Espoo", employees=5)


async def typed(bench: Bench, base: Record, city: Value = "Turku") -> None:
    await bench.staged.edit([Edit(base, CITY, city, title="Koch")])


def wanted(bench: Bench) -> dict[str, Value] | None:
    staged = bench.staged.get(R)
    return None if staged is None else dict(staged.values)  # type: ignore[arg-type]  # a FieldName is a str


async def send(bench: Bench, checked: tuple[Checked, ...] | None = None) -> ApplyResult:
    ready = checked if checked is not None else await bench.applier.check(bench.staged.all())
    return await bench.applier.apply(ready, {}, ApplyOptions(), lambda *_: None)


async def during(bench: Bench, operation: str, work: Coroutine[object, object, object], meanwhile: Work) -> object:
    """Do something while a call is with the server, and wait for what was under way."""
    gate = bench.server.hold(operation)
    doing = asyncio.ensure_future(work)
    await began(bench.server.begun[operation])
    await meanwhile()
    gate.set()
    return await doing


async def outcome_of(bench: Bench, meanwhile: Work) -> object:
    """Send what is staged, with something else happening during the call."""
    checked = await bench.applier.check(bench.staged.all())
    result = await during(bench, "update", send(bench, checked), meanwhile)
    assert isinstance(result, ApplyResult)
    return result.outcomes[0]


# ---- before it leaves ------------------------------------------------------------------------------------------------


def test_typed_during_the_check_the_reviewed_value_is_not_sent_and_the_new_one_waits(bench: Bench) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        checked = await during(
            bench, "fetch", bench.applier.check(bench.staged.all()), lambda: typed(bench, base, "Oulu")
        )
        assert isinstance(checked, tuple)
        (outcome,) = (await send(bench, checked)).outcomes
        assert isinstance(outcome, Skipped)
        assert bench.server.did("update") == 0
        assert wanted(bench) == {CITY: "Oulu"}
        assert isinstance((await send(bench)).outcomes[0], Applied)

    run(go())
    assert bench.server.records["r"].values[CITY] == "Oulu"


def test_undone_before_its_turn_it_is_not_sent(narrow: Bench) -> None:
    async def go() -> None:
        first = narrow.server.add("a", version="1", accountname="A", bill_city="Espoo")
        base = loaded(narrow)
        await narrow.staged.edit([Edit(first, CITY, "Turku")])
        await typed(narrow, base)
        checked = await narrow.applier.check(narrow.staged.all())
        result = await during(narrow, "update", send(narrow, checked), narrow.staged.undo)
        assert isinstance(result, ApplyResult)
        assert [type(one) for one in result.outcomes] == [Applied, Skipped]
        assert narrow.staged.all() == ()

    run(go())
    assert narrow.server.records["r"].values[CITY] == "Espoo"


def test_typed_during_the_last_look_it_stays(bench: Bench) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        checked = await bench.applier.check(bench.staged.all())
        result = await during(bench, "fetch", send(bench, checked), lambda: typed(bench, base, "Oulu"))
        assert isinstance(result, ApplyResult)
        assert isinstance(result.outcomes[0], Applied)
        assert wanted(bench) == {CITY: "Oulu"}

    run(go())


def test_what_a_stop_left_unsent_stays_as_it_was_typed_last(narrow: Bench) -> None:
    async def go() -> None:
        first = narrow.server.add("a", version="1", accountname="A", bill_city="Espoo")
        base = loaded(narrow)
        await narrow.staged.edit([Edit(first, CITY, "Turku")])
        await typed(narrow, base)

        async def stop_and_type() -> None:
            narrow.applier.stop()
            await typed(narrow, base, "Oulu")
            await narrow.staged.edit([Edit(first, STAFF, 7)])

        checked = await narrow.applier.check(narrow.staged.all())
        result = await during(narrow, "update", send(narrow, checked), stop_and_type)
        assert isinstance(result, ApplyResult)
        assert [type(one) for one in result.outcomes] == [Applied, Skipped]
        assert wanted(narrow) == {CITY: "Oulu"}
        (one,) = (one for one in narrow.staged.all() if one.id == first.id)
        assert dict(one.values) == {STAFF: 7}

    run(go())


# ---- during the call -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("city", "left"),
    [("Oulu", {CITY: "Oulu"}), ("Espoo", {CITY: "Espoo"}), ("Turku", None), (None, {CITY: None})],
    ids=["another value", "the loaded value again", "the same", "empty"],
)
def test_typed_during_the_call_it_stays(bench: Bench, city: Value, left: dict[str, Value] | None) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        assert isinstance(await outcome_of(bench, lambda: typed(bench, base, city)), Applied)
        assert wanted(bench) == left
        if left is not None:
            assert isinstance((await send(bench)).outcomes[0], Applied)
        assert bench.staged.all() == ()

    run(go())
    assert bench.server.records["r"].values.get(CITY) == city


def test_typed_back_during_a_call_that_is_refused_nothing_is_left(bench: Bench) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        bench.server.fail("update", Invalid("No."))
        assert isinstance(await outcome_of(bench, lambda: typed(bench, base, "Espoo")), Refused)
        assert bench.staged.all() == ()
        await typed(bench, base, "Oulu")
        await typed(bench, base, "Espoo")
        assert bench.staged.all() == ()

    run(go())


@pytest.mark.parametrize("before", ["Vaasa", "Espoo"], ids=["another that was typed", "the loaded one"])
def test_undo_during_the_call_leaves_the_value_before(bench: Bench, before: str) -> None:
    async def go() -> None:
        base = loaded(bench)
        if before != "Espoo":
            await typed(bench, base, before)
        await typed(bench, base)
        assert isinstance(await outcome_of(bench, bench.staged.undo), Applied)
        assert wanted(bench) == {CITY: before}
        assert isinstance((await send(bench)).outcomes[0], Applied)

    run(go())
    assert bench.server.records["r"].values[CITY] == before


@pytest.mark.parametrize("what", ["the field", "the record", "everything"])
def test_discarded_during_the_call_the_loaded_value_is_wanted_again(bench: Bench, what: str) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        await bench.staged.edit([Edit(base, STAFF, 9)])

        async def discard() -> None:
            if what == "everything":
                await bench.staged.discard_all()
            else:
                await bench.staged.discard(R, CITY if what == "the field" else None)

        told: list[None] = []
        bench.staged.wanted_back.connect(told.append)
        assert isinstance(await outcome_of(bench, discard), Applied)
        assert wanted(bench) == ({CITY: "Espoo"} if what == "the field" else {CITY: "Espoo", STAFF: 5})
        assert len(told) == 1
        assert isinstance((await send(bench)).outcomes[0], Applied)

    run(go())
    values = bench.server.records["r"].values
    assert (values[CITY], values[STAFF]) == ("Espoo", 9 if what == "the field" else 5)


def test_discarded_during_a_call_that_is_refused_nothing_is_left(bench: Bench) -> None:
    async def go() -> None:
        await typed(bench, loaded(bench))
        bench.server.fail("update", Invalid("No."))
        assert isinstance(await outcome_of(bench, lambda: bench.staged.discard(R)), Refused)
        assert bench.staged.all() == ()

    run(go())


def test_a_delete_discarded_during_the_call_does_not_take_back_what_is_with_the_server(bench: Bench) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)

        async def waver() -> None:
            await bench.staged.delete([(base, "Koch")])
            await bench.staged.discard(R)

        assert isinstance(await outcome_of(bench, waver), Applied)
        assert bench.staged.all() == ()

    run(go())
    assert bench.server.records["r"].values[CITY] == "Turku"


def test_undo_of_several_where_one_is_seen_on_the_server_already_wants_that_one_back(bench: Bench) -> None:
    async def go() -> None:
        base, other = loaded(bench), bench.server.add("a", version="1", accountname="A", bill_city="Espoo")
        await bench.staged.edit([Edit(base, CITY, "Turku"), Edit(other, CITY, "Turku")])
        sent = bench.staged.get(R)
        assert sent is not None
        bench.staged.leaves(sent)
        await bench.staged.rebase(
            replace(base, values={**base.values, CITY: "Turku"})
        )  # somebody looks at it meanwhile
        assert wanted(bench) == {CITY: "Turku"}
        await bench.staged.undo()
        assert wanted(bench) == {CITY: "Espoo"}
        assert bench.staged.get(other.id) is None

    run(go())


def test_undo_of_a_reference_during_the_call_says_the_one_before(bench: Bench) -> None:
    async def go() -> None:
        users = ModuleName("Users")
        koch, meyer = RecordId(users, "1"), RecordId(users, "2")
        base = replace(loaded(bench), values={OWNER: koch}, labels={OWNER: "Anna Koch"})
        await bench.staged.edit([Edit(base, OWNER, meyer, label="Max Meyer")])
        (sent,) = bench.staged.all()
        bench.staged.leaves(sent)
        await bench.staged.undo()
        (left,) = bench.staged.all()
        assert (left.values, left.labels) == ({OWNER: koch}, {OWNER: "Anna Koch"})

    run(go())


def test_undo_during_a_call_that_is_refused_leaves_nothing(bench: Bench) -> None:
    async def go() -> None:
        await typed(bench, loaded(bench))
        bench.server.fail("update", Invalid("No."))
        assert isinstance(await outcome_of(bench, bench.staged.undo), Refused)
        assert bench.staged.all() == ()

    run(go())


def test_deleted_during_the_call_it_is_still_to_be_deleted(bench: Bench) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        assert isinstance(await outcome_of(bench, lambda: bench.staged.delete([(base, "Koch")])), Applied)
        (left,) = bench.staged.all()
        assert left.kind is Kind.DELETE
        assert isinstance((await send(bench)).outcomes[0], Applied)

    run(go())
    assert "r" not in bench.server.records


def test_fields_typed_and_emptied_during_a_create_stay_for_the_new_record(bench: Bench) -> None:
    async def go() -> None:
        loaded(bench)
        new = await bench.staged.create(ACCOUNTS, {NAME: "New", CITY: "Turku"})

        async def more() -> None:
            base = Record(new, {})
            await bench.staged.edit([Edit(base, STAFF, 9), Edit(base, CITY, None)])

        checked = await bench.applier.check(bench.staged.all())
        await during(bench, "create", send(bench, checked), more)
        (left,) = bench.staged.all()
        assert left.id == bench.staged.made[new]
        assert (left.kind, dict(left.values)) == (Kind.UPDATE, {STAFF: 9, CITY: None})
        assert isinstance((await send(bench)).outcomes[0], Applied)

    run(go())


@pytest.mark.parametrize("quantity", [9, 1], ids=["another quantity", "the loaded quantity again"])
def test_lines_typed_during_the_save_stay(bench: Bench, quantity: int) -> None:
    async def go() -> None:
        document = order(bench)
        first, last = document.lines[0].key or "", document.lines[2].key or ""
        await bench.staged.edit_lines(document, lambda lines: changed(lines, first, QUANTITY, Decimal(7)))
        await bench.staged.edit_lines(document, lambda lines: without(lines, [last]))
        checked = await bench.applier.check(bench.staged.all())

        async def more() -> None:
            await bench.staged.edit_lines(document, lambda lines: changed(lines, first, QUANTITY, Decimal(quantity)))

        await during(bench, "save_document", send(bench, checked), more)
        assert lines_there(bench) == [("a", 7), ("b", 2)]
        assert bench.staged.lines_of(ORDER) is not None
        assert isinstance((await send(bench)).outcomes[0], Applied)
        assert bench.staged.all() == ()

    run(go())
    assert lines_there(bench) == [("a", quantity), ("b", 2)]


@pytest.mark.parametrize("how", ["undo", "discard", "each part"])
def test_lines_taken_back_during_the_save_are_wanted_as_they_were(bench: Bench, how: str) -> None:
    async def go() -> None:
        document = order(bench)
        first, last = document.lines[0].key or "", document.lines[2].key or ""
        before = lines_there(bench)
        await bench.staged.edit_lines(
            document, lambda lines: without(changed(lines, first, QUANTITY, Decimal(7)), [last])
        )
        checked = await bench.applier.check(bench.staged.all())

        async def back() -> None:
            if how == "undo":
                await bench.staged.undo()
            elif how == "discard":
                await bench.staged.discard(lines_slot(ORDER))
            else:
                await bench.staged.discard(lines_slot(ORDER), line_field(first, QUANTITY))
                await bench.staged.discard(lines_slot(ORDER), line_field(last, LINE))

        told: list[None] = []
        bench.staged.wanted_back.connect(told.append)
        await during(bench, "save_document", send(bench, checked), back)
        assert len(told) == 1  # in parts: with the last of them
        assert lines_there(bench) == [("a", 7), ("b", 2)]
        assert isinstance((await send(bench)).outcomes[0], Applied)
        assert bench.staged.all() == ()
        assert lines_there(bench) == before

    run(go())


@pytest.mark.parametrize(
    ("what", "times"),
    [("undone", 1), ("typed back", 1), ("typed back twice", 1), ("typed otherwise", 0), ("another field discarded", 0)],
)
def test_who_wants_a_value_back_that_is_being_sent_is_told_once(bench: Bench, what: str, times: int) -> None:
    async def go() -> None:
        base = loaded(bench)
        told: list[None] = []
        bench.staged.wanted_back.connect(told.append)

        async def meanwhile() -> None:
            match what:
                case "undone":
                    await bench.staged.undo()
                case "another field discarded":
                    await bench.staged.edit([Edit(base, STAFF, 9)])
                    await bench.staged.discard(R, STAFF)
                case _:
                    await typed(bench, base, "Oulu" if what == "typed otherwise" else "Espoo")
            if what == "typed back twice":
                await bench.staged.edit([Edit(base, STAFF, 9)])

        await typed(bench, base)
        await typed(bench, base, "Turku")  # nothing is on its way yet
        assert isinstance(await outcome_of(bench, meanwhile), Applied)
        assert len(told) == times

    run(go())


# ---- behind the call -------------------------------------------------------------------------------------------------


def test_an_edit_on_its_way_to_the_disk_when_the_outcome_comes_stays(bench: Bench) -> None:
    """The edit waits for the disk, the outcome for the edit: what is put away is what stands there then."""

    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        checked = await bench.applier.check(bench.staged.all())
        gate = bench.server.hold("update")
        sending = asyncio.ensure_future(send(bench, checked))
        await began(bench.server.begun["update"])
        is_busy, disk = threading.Event(), threading.Event()

        def hold(_: object) -> None:
            is_busy.set()
            assert disk.wait(10)

        holding = asyncio.ensure_future(bench.storage.write(hold))
        await began(is_busy)
        editing = asyncio.ensure_future(typed(bench, base, "Oulu"))
        more = asyncio.ensure_future(bench.staged.edit([Edit(base, STAFF, 9)]))
        gate.set()
        await asyncio.sleep(0.05)  # the outcome is here, and is to be noted
        disk.set()
        await asyncio.gather(holding, editing, more, sending)
        assert wanted(bench) == {CITY: "Oulu", STAFF: 9}
        left = bench.staged.get(R)
        assert left is not None
        assert left.base.values[CITY] == "Turku"

    run(go())


def test_undo_behind_an_applied_change_does_not_want_it_again(bench: Bench) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        assert isinstance(await outcome_of(bench, lambda: bench.staged.edit([Edit(base, STAFF, 9)])), Applied)
        await bench.staged.undo()
        assert bench.staged.all() == ()
        await bench.staged.redo()
        assert wanted(bench) == {STAFF: 9}

    run(go())


@pytest.mark.parametrize("city", ["Oulu", "Espoo"], ids=["another value", "the loaded value again"])
@pytest.mark.parametrize("when", ["before the look-up", "during it"])
def test_typed_while_nobody_knows_what_became_of_it_it_stays(bench: Bench, city: str, when: str) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        (sent,) = bench.staged.all()
        bench.server.fail("update", TimedOut("No answer."), done=True)
        result = await send(bench)
        (outcome,) = result.outcomes
        assert isinstance(outcome, Unknown)
        assert result.batch is not None
        looking = bench.applier.resolve(outcome, result.batch, 0, sent)
        if when == "during it":
            found = await during(bench, "fetch", looking, lambda: typed(bench, base, city))
        else:
            await typed(bench, base, city)
            found = await looking
        assert isinstance(found, Applied)
        assert wanted(bench) == {CITY: city}
        assert isinstance((await send(bench)).outcomes[0], Applied)
        assert bench.staged.all() == ()

    run(go())
    assert bench.server.records["r"].values[CITY] == city


def test_undo_while_nobody_knows_what_became_of_it_wants_what_was_there_before(bench: Bench) -> None:
    async def go() -> None:
        await typed(bench, loaded(bench))
        (sent,) = bench.staged.all()
        bench.server.fail("update", TimedOut("No answer."), done=True)
        result = await send(bench)
        (outcome,) = result.outcomes
        assert isinstance(outcome, Unknown)
        assert result.batch is not None
        await bench.staged.undo()
        assert wanted(bench) == {CITY: "Espoo"}
        assert isinstance(await bench.applier.resolve(outcome, result.batch, 0, sent), Applied)
        assert isinstance((await send(bench)).outcomes[0], Applied)
        assert bench.staged.all() == ()

    run(go())
    assert bench.server.records["r"].values[CITY] == "Espoo"


def test_discarded_while_nobody_knows_what_became_of_it_it_is_left_to_the_server(bench: Bench) -> None:
    async def go() -> None:
        await typed(bench, loaded(bench))
        bench.server.fail("update", TimedOut("No answer."), done=True)
        assert isinstance((await send(bench)).outcomes[0], Unknown)
        told: list[None] = []
        bench.staged.wanted_back.connect(told.append)
        await bench.staged.discard_all()
        assert bench.staged.all() == ()
        assert told == []

    run(go())


def test_what_is_left_to_the_server_goes_but_not_what_was_typed_since(bench: Bench) -> None:
    async def go() -> None:
        base = loaded(bench)
        await typed(bench, base)
        (checked,) = bench.staged.all()
        await bench.staged.edit([Edit(base, STAFF, 9)])
        await bench.staged.give_way(checked)
        assert wanted(bench) == {STAFF: 9}
        await bench.staged.undo()
        assert wanted(bench) == {CITY: "Turku", STAFF: 9}

    run(go())
