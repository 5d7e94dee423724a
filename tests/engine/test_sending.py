# SPDX-License-Identifier: MIT
"""Several at once, one record in order; stops and failures in the middle; creates that are never sent twice."""

import asyncio
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crmdesk.domain.changes import Applied, Create, Outcome, Refused, Skipped, Unknown, Update
from crmdesk.domain.errors import Invalid, NotPermitted, NotReachable, OutcomeUnclear, ProfileError
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.schema import FieldType
from crmdesk.domain.values import Value
from crmdesk.engine import confirming
from crmdesk.engine.applying import ApplyOptions, ApplyResult
from crmdesk.engine.profiles import Environment
from crmdesk.engine.staging import Edit, Kind, StagedRecord
from tests.engine.bench import Bench, began, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF, FakeServer


def filled(bench: Bench, count: int) -> None:
    for number in range(count):
        bench.server.add(f"r{number}", version="1", accountname=f"N{number}", bill_city="Espoo")


async def stage_all(bench: Bench, city: str = "Turku") -> None:
    records = list(bench.server.records.values())
    await bench.staged.edit(Edit(one, CITY, city, title=one.id.key) for one in records)


async def apply(bench: Bench, told: list[Outcome] | None = None, **options: object) -> ApplyResult:
    checked = await bench.applier.check(bench.staged.all())
    heard = told if told is not None else []
    return await bench.applier.apply(
        checked,
        {},
        ApplyOptions(**options),  # type: ignore[arg-type]  # names of its own
        lambda _, outcome: heard.append(outcome),
    )


# ---- several at once ---------------------------------------------------------------------------------------------------


def test_as_many_go_out_at_once_as_there_are_lanes(bench: Bench) -> None:
    filled(bench, 9)
    now, most, guard = 0, 0, threading.Lock()

    def slow(values: Mapping[FieldName, Value]) -> Mapping[FieldName, Value]:
        nonlocal now, most
        with guard:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with guard:
            now -= 1
        return values

    async def go() -> None:
        await stage_all(bench)
        bench.server.on_write = slow
        result = await apply(bench)
        assert [type(one) for one in result.outcomes] == [Applied] * 9
        assert [one.change.before.id.key for one in result.outcomes if isinstance(one.change, Update)] == [
            f"r{number}" for number in range(9)
        ]  # told by position, whatever order they came in

    run(go())
    assert most == bench.session.lane_count == 3


def test_a_vendor_that_takes_one_at_a_time_gets_one_at_a_time(narrow: Bench) -> None:
    filled(narrow, 4)

    async def go() -> None:
        await stage_all(narrow)
        await apply(narrow)

    run(go())
    assert [about for name, about in narrow.server.log if name == "update"] == ["r0", "r1", "r2", "r3"]


def test_changes_of_one_record_keep_their_order(bench: Bench) -> None:
    filled(bench, 6)
    sent: list[tuple[object, object]] = []

    async def go() -> None:
        wishes = [
            StagedRecord(Kind.UPDATE, record, {name: value}, title=record.id.key)
            for name, value in ((CITY, "Turku"), (STAFF, 7), (NAME, "New"))
            for record in bench.server.records.values()
        ]
        checked = await bench.applier.check(wishes)
        await bench.applier.apply(checked, {}, ApplyOptions(), lambda _, one: sent.append((one.change, one)))

    run(go())
    updates = [about for name, about in bench.server.log if name == "update"]
    assert len(updates) == 18
    for key, record in bench.server.records.items():
        assert record.values == {NAME: "New", CITY: "Turku", STAFF: 7}
        assert record.version == "4", key


def test_everything_is_noted_and_told_once(bench: Bench) -> None:
    filled(bench, 30)
    told: list[Outcome] = []

    async def go() -> None:
        await stage_all(bench)
        result = await apply(bench, told)
        assert result.batch is not None
        entries = await bench.journal.entries(result.batch)
        assert [entry.outcome for entry in entries] == ["applied"] * 30
        assert all(e.before is not None and e.after is not None and e.sent is not None for e in entries)
        assert bench.staged.all() == ()

    run(go())
    assert len(told) == 30


# ---- stopping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 4])
def test_never_more_fail_than_are_allowed_to(bench: Bench, most: int) -> None:
    filled(bench, 20)

    async def go() -> None:
        await stage_all(bench)
        bench.server.fail("update", Invalid("bad"), times=20)
        result = await apply(bench, stop_after_failures=most)
        kinds = [type(one) for one in result.outcomes]
        assert (kinds.count(Refused), kinds.count(Skipped)) == (most, 20 - most)

    run(go())
    assert bench.server.did("update") == most


def test_a_field_that_is_never_to_be_touched_counts_as_a_failure(bench: Bench) -> None:
    filled(bench, 8)

    async def go() -> None:
        await stage_all(bench)
        bench.server.on_write = lambda wanted: {**wanted, STAFF: 99}
        result = await apply(bench, stop_after_failures=1, never_touch=frozenset({STAFF}))
        kinds = [type(one) for one in result.outcomes]
        assert (kinds.count(Applied), kinds.count(Skipped)) == (1, 7)

    run(go())


def test_a_disk_that_fills_up_ends_the_run_and_nothing_more_is_sent(narrow: Bench) -> None:
    filled(narrow, 6)

    async def go() -> None:
        await stage_all(narrow)
        checked = await narrow.applier.check(narrow.staged.all())

        async def fill(_: object = None) -> None:
            await narrow.storage.read(lambda db: db.execute("PRAGMA query_only = ON"))

        tasks = []
        with pytest.raises(ProfileError, match="disk has room"):
            await narrow.applier.apply(
                checked, {}, ApplyOptions(), lambda *_: tasks.append(asyncio.ensure_future(fill()))
            )
        await narrow.storage.read(lambda db: db.execute("PRAGMA query_only = OFF"))
        assert narrow.server.did("update") <= 3
        (info,) = await narrow.journal.batches()
        done = sum(record.values[CITY] == "Turku" for record in narrow.server.records.values())
        assert info.applied + info.unknown >= done
        assert not narrow.applier.running

    run(go())


def test_only_one_apply_at_a_time(bench: Bench) -> None:
    filled(bench, 1)

    async def go() -> None:
        await stage_all(bench)
        gate = bench.server.hold("update")
        first = asyncio.ensure_future(apply(bench))
        await began(bench.server.begun["update"])
        with pytest.raises(NotPermitted, match="already"):
            await bench.applier.apply([], {}, ApplyOptions(), lambda *_: None)
        gate.set()
        assert isinstance((await first).outcomes[0], Applied)

    run(go())


def test_what_was_edited_while_it_was_sent_stays_staged(bench: Bench) -> None:
    filled(bench, 1)

    async def go() -> None:
        await stage_all(bench)
        gate = bench.server.hold("update")
        sending = asyncio.ensure_future(apply(bench))
        await began(bench.server.begun["update"])
        await bench.staged.edit([Edit(bench.server.records["r0"], STAFF, 9)])
        gate.set()
        await sending
        (left,) = bench.staged.all()
        assert left.values == {STAFF: 9}
        assert left.base.values[CITY] == "Turku"
        assert isinstance((await apply(bench)).outcomes[0], Applied)

    run(go())
    assert bench.server.records["r0"].values[STAFF] == 9


# ---- who and where -----------------------------------------------------------------------------------------------------


def test_who_we_are_is_asked_again_after_a_minute(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(bench, 4)
    clock = 0.0

    def later() -> float:
        nonlocal clock
        clock += 25
        return clock

    async def go() -> None:
        await stage_all(bench)
        monkeypatch.setattr(confirming, "monotonic", later)
        logins = bench.server.did("login")
        await apply(bench)
        assert bench.server.did("login") >= logins + 2

    run(go())


def test_somebody_else_in_the_middle_stops_the_run(narrow: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(narrow, 5)
    monkeypatch.setattr(confirming, "ASK_AGAIN_S", 0.0)

    async def go() -> None:
        await stage_all(narrow)
        checked = await narrow.applier.check(narrow.staged.all())
        result = await narrow.applier.apply(
            checked, {}, ApplyOptions(), lambda *_: setattr(narrow.server, "user", "mallory")
        )
        kinds = [type(one) for one in result.outcomes]
        assert kinds.count(Applied) <= 2
        assert kinds.count(Refused) == 1
        assert kinds[-1] is Skipped

    run(go())


def test_another_product_or_user_id_is_another_server(bench: Bench) -> None:
    from crmdesk.domain.identity import Identity

    answers = [
        Identity("admin", "Ada", "fake 1.0", user_id="19x1"),
        Identity("admin", "Ada", "fake 2.5", user_id="19x1"),  # an update
        Identity("admin", "Ada", "other 1.0", user_id="19x1"),
        Identity("admin", "Ada", "fake 1.0", user_id="19x7"),
    ]

    async def go() -> None:
        async def identity(*, fresh: bool = False) -> Identity:
            return answers.pop(0)

        bench.session.identity = identity  # type: ignore[method-assign]
        await bench.applier.confirm_identity()
        await bench.applier.confirm_identity()
        for said in ("was fake, it now says other", "another installation"):
            with pytest.raises(NotPermitted, match=said):
                await bench.applier.confirm_identity()

    run(go())


def test_changes_begun_on_another_host_are_not_sent(bench: Bench) -> None:
    async def go() -> None:
        await bench.storage.remember(confirming.HOST, "test.invalid")
        with pytest.raises(NotPermitted, match=r"begun on test\.invalid, the account now points to fake\.invalid"):
            await bench.applier.confirm_identity()

    run(go())


def test_a_production_account_wants_the_number_above_fifty(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FakeServer(), Environment.PRODUCTION)
    filled(bench, 51)

    async def go() -> None:
        await stage_all(bench)
        for confirmed in (0, 50):
            with pytest.raises(NotPermitted, match="51 records"):
                await apply(bench, confirmed=confirmed)
        assert bench.server.did("update") == 0
        assert [type(one) for one in (await apply(bench, dry_run=True)).outcomes] == [Skipped] * 51
        assert (await apply(bench, confirmed=51)).batch is not None

    run(go())
    bench.close()


# ---- creates that left before ------------------------------------------------------------------------------------------


async def create(bench: Bench, key: str, **values: Value) -> ApplyResult:
    wish = StagedRecord(Kind.CREATE, replace(bench.server.add("x"), id=RecordId(ACCOUNTS, key)), {
        FieldName(name): value for name, value in values.items()
    }, title=key)  # fmt: skip
    del bench.server.records["x"]
    checked = await bench.applier.check([wish])
    return await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)


def test_a_create_with_a_key_is_made_once(bench: Bench) -> None:
    async def go() -> None:
        assert isinstance((await create(bench, "k1", accountname="Koch")).outcomes[0], Applied)
        (again,) = (await create(bench, "k1", accountname="Koch")).outcomes
        assert isinstance(again, Skipped)
        assert "made already" in again.reason

    run(go())
    assert len(bench.server.records) == 1


def test_a_create_whose_answer_was_lost_is_found_and_not_sent_again(bench: Bench) -> None:
    async def go() -> None:
        bench.server.fail("create", OutcomeUnclear("It broke down."), done=True)
        first = await create(bench, "k1", accountname="Koch", bill_city="Ulm")
        assert isinstance(first.outcomes[0], Unknown)
        (again,) = (await create(bench, "k1", accountname="Koch", bill_city="Ulm")).outcomes
        assert isinstance(again, Skipped)
        assert first.batch is not None
        (entry,) = await bench.journal.entries(first.batch)
        assert entry.outcome == "applied"
        assert entry.after is not None

    run(go())
    assert len(bench.server.records) == 1


@pytest.mark.parametrize("old", [False, True])
def test_a_create_that_is_not_found_is_sent_again_only_when_enough_time_has_gone(bench: Bench, old: bool) -> None:
    async def go() -> None:
        bench.server.fail("create", OutcomeUnclear("It broke down."))
        await create(bench, "k1", accountname="Koch")
        if old:
            then = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
            await bench.storage.write(lambda db: db.execute("UPDATE entry SET sent = ?", (then,)))
        (again,) = (await create(bench, "k1", accountname="Koch")).outcomes
        assert isinstance(again, Applied if old else Refused)

    run(go())
    assert len(bench.server.records) == (1 if old else 0)


def test_a_create_that_others_look_like_is_left_to_the_person(bench: Bench) -> None:
    async def go() -> None:
        bench.server.fail("create", OutcomeUnclear("It broke down."))
        await create(bench, "k1", accountname="Koch", bill_city="Ulm")
        bench.server.add("other", accountname="Koch", bill_city="Bonn")
        (again,) = (await create(bench, "k1", accountname="Koch", bill_city="Ulm")).outcomes
        assert isinstance(again, Refused)
        assert "does not tell whether it was done" in again.error.user_text
        nothing = Unknown(Create("k2", ACCOUNTS, {CITY: "Ulm"}), OutcomeUnclear("x"))
        assert await bench.applier.look_up(nothing) is nothing

    run(go())
    assert len(bench.server.records) == 1


def test_trouble_while_looking_up_sends_nothing(bench: Bench) -> None:
    async def go() -> None:
        bench.server.fail("create", OutcomeUnclear("It broke down."))
        await create(bench, "k1", accountname="Koch")
        bench.server.fail("fetch_page", NotReachable("no way"))
        with pytest.raises(NotReachable):
            await create(bench, "k1", accountname="Koch")

    run(go())
    assert bench.server.did("create") == 1


# ---- what no longer fits -----------------------------------------------------------------------------------------------


def test_a_field_that_vanished_or_became_something_else_is_refused_by_name(bench: Bench) -> None:
    filled(bench, 3)

    async def go() -> None:
        one, two, three = bench.server.records.values()
        await bench.staged.edit([Edit(one, CITY, "Turku"), Edit(two, STAFF, 7), Edit(three, NAME, "New")])
        fields = [
            replace(f, type=FieldType.BOOLEAN) if f.name == STAFF else f
            for f in bench.server.schema.fields
            if f.name != CITY
        ]
        bench.server.schema = replace(bench.server.schema, fields=tuple(fields))
        await bench.session.schema(ACCOUNTS, fresh=True)
        gone, other, fine = (await apply(bench)).outcomes
        assert isinstance(gone, Refused)
        assert isinstance(gone.error, Invalid)
        assert gone.error.per_field == {CITY: "The server has no field bill_city any more."}
        assert isinstance(other, Refused)
        assert "yes or no" in other.error.user_text
        assert isinstance(fine, Applied)
        assert bench.staged.count == 2

    run(go())
