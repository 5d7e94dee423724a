# SPDX-License-Identifier: MIT
"""Applying when things go wrong: lost answers, stops, cancels, read-only accounts, strangers."""

import asyncio
from pathlib import Path

import pytest

from crmdesk.domain.changes import Applied, Create, Delete, Refused, Skipped, Unknown, Update
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    MalformedReply,
    NotPermitted,
    NotReachable,
    ProfileError,
    TimedOut,
)
from crmdesk.engine.applying import ApplyOptions, Decision
from crmdesk.engine.looking_up import unheard
from crmdesk.engine.profiles import Environment
from tests.engine.bench import Bench, began, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF
from tests.engine.test_applying import apply, filled, want


@pytest.mark.parametrize("error", [TimedOut("No answer."), MalformedReply("Odd.")])
def test_an_answer_that_never_came_is_unknown_and_never_sent_again(bench: Bench, error: CrmError) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        bench.server.fail("update", error, done=True)
        result = await apply(bench)
        (outcome,) = result.outcomes
        assert isinstance(outcome, Unknown)
        assert bench.server.did("update") == 1
        assert bench.staged.count == 1
        assert result.batch is not None
        (entry,) = await bench.journal.entries(result.batch)
        assert entry.outcome == "unknown"
        looked = await bench.applier.look_up(outcome)
        assert isinstance(looked, Applied)
        assert looked.record == bench.server.records["a"]

    run(go())


@pytest.mark.parametrize(
    "error", [NotReachable("away"), TimedOut("late", sent=False), Invalid("bad"), NotPermitted("no")]
)
def test_what_certainly_was_not_done_is_refused(bench: Bench, error: CrmError) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        bench.server.fail("update", error)
        (outcome,) = (await apply(bench)).outcomes
        assert isinstance(outcome, Refused)
        assert outcome.error is error
        assert bench.staged.count == 1

    run(go())


def test_looking_up_unknown_outcomes(bench: Bench) -> None:
    filled(bench)
    lost = TimedOut("No answer.")
    record = bench.server.records["a"]

    async def go() -> None:
        update = Unknown(Update(record, {CITY: "Turku"}), lost)
        assert isinstance(await bench.applier.look_up(update), Refused)
        create = Unknown(Create("new:1", ACCOUNTS, {NAME: "x"}), lost)
        assert await bench.applier.look_up(create) is create
        delete = Unknown(Delete(record), lost)
        assert isinstance(await bench.applier.look_up(delete), Refused)
        del bench.server.records["a"]
        assert isinstance(await bench.applier.look_up(delete), Applied)
        assert await bench.applier.look_up(update) is update

    run(go())


def test_an_unknown_whose_field_somebody_wrote_since_stays_unknown(bench: Bench) -> None:
    """Sent and stored, no answer, then somebody wrote over it: to say that it was never done would be a lie."""
    filled(bench)

    async def go() -> None:
        record = await want(bench, "a", bill_city="Turku")
        bench.server.poke("a", bill_city="Vantaa")  # decided for ours in the review
        checked = await bench.applier.check(bench.staged.all())
        bench.server.fail("update", TimedOut("No answer."))
        mine = {(record.id, CITY): Decision.MINE}
        result = await bench.applier.apply(checked, mine, ApplyOptions(), lambda *_: None)
        (outcome,) = result.outcomes
        assert isinstance(outcome, Unknown)
        assert isinstance(await bench.applier.look_up(outcome), Refused)  # what the last look saw is there still
        bench.server.poke("a", bill_city="Oulu")
        assert await bench.applier.look_up(outcome) is outcome
        assert result.batch is not None
        (entry,) = await bench.journal.entries(result.batch)
        heard = unheard(entry)  # after a break the journal knows no less
        assert await bench.applier.look_up(heard) is heard
        bench.server.poke("a", bill_city="Vantaa")
        assert isinstance(await bench.applier.look_up(heard), Refused)

    run(go())


def test_the_intent_is_on_disk_before_the_call(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        record = await want(bench, "a", bill_city="Turku")
        gate = bench.server.hold("update")
        task = asyncio.ensure_future(apply(bench))
        await began(bench.server.begun["update"])
        (info,) = await bench.journal.batches()
        (entry,) = await bench.journal.entries(info.id)
        assert (entry.outcome, entry.before) == ("unknown", record)  # if we died now, this is what would be known
        assert bench.applier.running
        gate.set()
        await task

    run(go())


def test_the_before_image_is_what_the_server_held_at_the_last_look(bench: Bench) -> None:
    """It is written while the record is read again, over what the review saw; what moved since is written anew."""
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        await want(bench, "b", bill_city="Turku")
        checked = await bench.applier.check(bench.staged.all())
        bench.server.poke("a", employees=77)
        bench.server.poke("b", bill_city="Vaasa")
        result = await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
        assert result.batch is not None
        sent, refused = await bench.journal.entries(result.batch)
        assert sent.before is not None
        assert (sent.outcome, sent.before.values[STAFF]) == ("applied", 77)
        assert (refused.outcome, refused.sent, refused.before) == ("refused", None, None)

    run(go())


def test_stop_takes_effect_between_two_changes(narrow: Bench) -> None:
    filled(narrow)

    async def go() -> None:
        for key in ("a", "b", "c"):
            await want(narrow, key, bill_city="Turku")
        gate = narrow.server.hold("update")
        task = asyncio.ensure_future(apply(narrow))
        await began(narrow.server.begun["update"])
        narrow.applier.stop()
        gate.set()
        result = await task
        assert [type(o) for o in result.outcomes] == [Applied, Skipped, Skipped]
        assert [r.id.key for r in narrow.staged.all()] == ["b", "c"]
        assert result.batch is not None
        assert [e.outcome for e in await narrow.journal.entries(result.batch)] == ["applied", "skipped", "skipped"]

    run(go())
    assert narrow.server.did("update") == 1


def test_stop_at_the_first_error(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        for key in ("a", "b", "c"):
            await want(bench, key, bill_city="Turku")
        bench.server.fail("update", Invalid("bad"))
        result = await apply(bench, stop_at_error=True)
        assert [type(o) for o in result.outcomes] == [Refused, Skipped, Skipped]
        assert [type(o) for o in (await apply(bench)).outcomes] == [Applied, Applied, Applied]

    run(go())


def test_a_cancelled_apply_finishes_and_notes_the_change_on_the_wire(narrow: Bench) -> None:
    filled(narrow)

    async def go() -> None:
        for key in ("a", "b", "c"):
            await want(narrow, key, bill_city="Turku")
        gate = narrow.server.hold("update")
        task = asyncio.ensure_future(apply(narrow))
        await began(narrow.server.begun["update"])
        task.cancel()
        await asyncio.sleep(0.02)
        assert not task.done()
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        (info,) = await narrow.journal.batches()
        assert [e.outcome for e in await narrow.journal.entries(info.id)] == ["applied", "skipped", "skipped"]
        assert [r.id.key for r in narrow.staged.all()] == ["b", "c"]
        assert not narrow.applier.running

    run(go())
    assert narrow.server.did("update") == 1


def test_cancelled_twice_it_still_notes_the_change_on_the_wire(bench: Bench) -> None:
    """An impatient window: the second cancel must not break what the first one waits for."""
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        gate = bench.server.hold("update")
        task = asyncio.ensure_future(apply(bench))
        await began(bench.server.begun["update"])
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.01)
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        for _ in range(200):
            (info,) = await bench.journal.batches()
            entries = await bench.journal.entries(info.id)
            if bench.staged.all() == ():
                break
            await asyncio.sleep(0.005)
        assert [e.outcome for e in entries] == ["applied"]
        assert bench.staged.all() == ()

    run(go())


def test_a_dry_run_does_everything_but_send(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        await want(bench, "b", bill_city="Turku")
        bench.server.poke("b", bill_city="Vaasa")
        result = await apply(bench, dry_run=True)
        assert result.batch is None
        assert [type(o) for o in result.outcomes] == [Skipped, Refused]
        assert await bench.journal.batches() == ()
        assert len(bench.staged.all()) == 2

    run(go())
    assert bench.server.did("update") == 0


def test_workflows_can_be_left_out(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        await apply(bench, workflows=False)
        await want(bench, "b", bill_city="Turku")
        await apply(bench)

    run(go())
    assert bench.server.workflow_log == [False, True]


def test_a_read_only_account_cannot_write(tmp_path: Path) -> None:
    async def go() -> None:
        bench = Bench(tmp_path, environment=Environment.READ_ONLY)
        filled(bench)
        await want(bench, "a", bill_city="Turku")
        with pytest.raises(NotPermitted, match="read only"):
            await apply(bench)
        assert await bench.journal.batches() == ()
        assert bench.server.did("update") == 0
        bench.close()

    run(go())


def test_an_account_that_answers_as_somebody_else_writes_nothing(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        assert (await bench.applier.confirm_identity()).user == "admin"
        bench.server.user = "stranger"
        with pytest.raises(NotPermitted, match=r"sign in as admin.*stranger"):
            await apply(bench)
        assert not bench.applier.running
        bench.server.user = "admin"
        assert isinstance((await apply(bench)).outcomes[0], Applied)

    run(go())
    assert bench.server.did("update") == 1


def test_an_expired_session_in_the_middle_costs_nothing(bench: Bench) -> None:
    filled(bench)

    async def go() -> None:
        for key in ("a", "b"):
            await want(bench, key, bill_city="Turku")
        checked = await bench.applier.check(bench.staged.all())
        outcomes = await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: bench.server.expire())
        assert [type(o) for o in outcomes.outcomes] == [Applied, Applied]

    run(go())


def test_nothing_to_apply_is_no_trouble(bench: Bench) -> None:
    async def go() -> None:
        result = await apply(bench)
        assert result.outcomes == ()

    run(go())


def test_what_cannot_be_noted_before_is_not_sent(bench: Bench) -> None:
    """The disk is full once the review is over: without a journal nothing leaves."""
    filled(bench)

    async def go() -> None:
        await want(bench, "a", bill_city="Turku")
        checked = await bench.applier.check(bench.staged.all())
        await bench.applier.confirm_identity()
        await bench.storage.read(lambda db: db.execute("PRAGMA query_only = ON"))
        with pytest.raises(ProfileError):
            await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
        assert bench.server.did("update") == 0
        assert bench.staged.count == 1

    run(go())
