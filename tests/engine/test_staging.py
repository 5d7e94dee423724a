# SPDX-License-Identifier: MIT
"""StagedChanges: on disk before told, there and back, never torn."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.domain.changes import Create, Delete, Update
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.staging import NEW, Edit, Kind, StagedChanges
from crmdesk.engine.storage import Storage
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF

KOCH = Record(RecordId(ACCOUNTS, "3x1"), {NAME: "Koch", CITY: "Espoo", STAFF: 5})
LEHTO = Record(RecordId(ACCOUNTS, "3x2"), {NAME: "Lehto", CITY: "Turku", STAFF: None})


def edit(record: Record, field: FieldName, value: Value, **more: str) -> Edit:
    return Edit(record, field, value, **more)


def on_disk(bench: Bench) -> dict[str, object]:
    """What another process would read, by record key."""
    with sqlite3.connect(bench.storage.path) as db:
        rows = db.execute("SELECT key, data FROM staged ORDER BY position").fetchall()
    db.close()
    return {key: json.loads(data) for key, data in rows}


def state(staged: StagedChanges) -> dict[str, dict[str, Value]]:
    return {record.id.key: {str(n): v for n, v in record.values.items()} for record in staged.all()}


def test_an_edit_is_on_disk_before_anybody_is_told(bench: Bench) -> None:
    told: list[tuple[tuple[RecordId, ...], int]] = []

    async def go() -> None:
        bench.staged.changed.connect(lambda records: told.append((records, len(on_disk(bench)))))
        await bench.staged.edit([edit(KOCH, CITY, "Helsinki", title="Koch Oy")])
        found = bench.staged.get(KOCH.id)
        assert found is not None
        assert (found.kind, found.base, dict(found.values), found.title) == (
            Kind.UPDATE,
            KOCH,
            {CITY: "Helsinki"},
            "Koch Oy",
        )

    run(go())
    assert told == [((KOCH.id,), 1)]


def test_everything_survives_reopening(tmp_path: Path) -> None:
    async def first() -> tuple[object, ...]:
        bench = Bench(tmp_path)
        await bench.staged.edit([edit(LEHTO, STAFF, 7), edit(KOCH, FieldName("revenue"), Decimal("1.50"))])
        parent = FieldName("parent")
        await bench.staged.edit([edit(LEHTO, parent, KOCH.id, label="Koch")])
        await bench.staged.create(ACCOUNTS, {NAME: "Neu"}, "Neu")
        gone = Record(RecordId(ACCOUNTS, "3x3"), {NAME: "Alt"}, version="9")
        await bench.staged.delete([(gone, "Alt")])
        bench.close()
        return bench.staged.all()

    async def second() -> tuple[object, ...]:
        bench = Bench(tmp_path)
        told: list[object] = []
        bench.staged.changed.connect(told.append)
        await bench.staged.load()
        assert len(told) == 1
        assert bench.staged.undo_text == ""
        bench.close()
        return bench.staged.all()

    before = run(first())
    assert len(before) == 4
    assert run(second()) == before


def test_wanting_the_loaded_value_again_makes_it_clean(bench: Bench) -> None:
    async def go() -> None:
        await bench.staged.edit([edit(KOCH, CITY, "Helsinki"), edit(KOCH, STAFF, 6)])
        assert bench.staged.count == 2
        await bench.staged.edit([edit(KOCH, STAFF, Decimal("5.00"))])
        assert state(bench.staged) == {"3x1": {CITY: "Helsinki"}}
        await bench.staged.edit([edit(KOCH, CITY, "Espoo")])
        assert bench.staged.all() == ()
        assert on_disk(bench) == {}
        await bench.staged.edit([edit(LEHTO, STAFF, "")])  # empty is empty
        assert bench.staged.count == 0

    run(go())


def test_an_edit_that_changes_nothing_is_no_step(bench: Bench) -> None:
    told: list[object] = []

    async def go() -> None:
        bench.staged.changed.connect(told.append)
        await bench.staged.edit([edit(KOCH, CITY, "Espoo")])
        assert (bench.staged.undo_text, told) == ("", [])

    run(go())


def test_new_records_are_edited_cleared_and_dropped(bench: Bench) -> None:
    async def go() -> None:
        record = await bench.staged.create(ACCOUNTS, {NAME: "Neu"})
        assert record.key.startswith(NEW)
        base = Record(record, {})
        await bench.staged.edit([edit(base, CITY, "Turku"), edit(base, NAME, None)])
        assert state(bench.staged) == {record.key: {CITY: "Turku"}}
        assert [r.id for r in bench.staged.created(ACCOUNTS)] == [record]
        (change,) = bench.staged.changes()
        assert change == Create(record.key, ACCOUNTS, {CITY: "Turku"})
        await bench.staged.edit([edit(base, CITY, None)])
        assert bench.staged.count == 1  # an empty new record is still one
        await bench.staged.delete([(base, "")])
        assert bench.staged.all() == ()

    run(go())


def test_deletes_and_edits_of_what_will_be_deleted(bench: Bench) -> None:
    async def go() -> None:
        await bench.staged.edit([edit(KOCH, CITY, "Helsinki")])
        await bench.staged.delete([(KOCH, "Koch"), (LEHTO, "Lehto")])
        assert bench.staged.changes() == (Delete(KOCH), Delete(LEHTO))
        await bench.staged.edit([edit(KOCH, CITY, "Turku")])
        assert bench.staged.changes() == (Delete(KOCH), Delete(LEHTO))
        await bench.staged.undo()
        assert bench.staged.changes() == (Update(KOCH, {CITY: "Helsinki"}),)

    run(go())


def test_discarding_a_field_a_record_and_everything(bench: Bench) -> None:
    async def go() -> None:
        await bench.staged.edit([edit(KOCH, CITY, "Helsinki"), edit(KOCH, STAFF, 6), edit(LEHTO, CITY, "Oulu")])
        await bench.staged.discard(KOCH.id, CITY)
        assert state(bench.staged) == {"3x1": {STAFF: 6}, "3x2": {CITY: "Oulu"}}
        await bench.staged.discard(KOCH.id, STAFF)
        await bench.staged.discard(KOCH.id, STAFF)
        assert state(bench.staged) == {"3x2": {CITY: "Oulu"}}
        await bench.staged.undo()
        await bench.staged.discard_all()
        assert state(bench.staged) == on_disk(bench) == {}
        await bench.staged.undo()
        assert state(bench.staged) == {"3x1": {STAFF: 6}, "3x2": {CITY: "Oulu"}}

    run(go())


def test_undo_and_redo_walk_through_everything(bench: Bench) -> None:
    async def go() -> None:
        states = [state(bench.staged)]

        async def step(work: object) -> None:
            await work  # type: ignore[misc]
            states.append(state(bench.staged))

        await step(bench.staged.edit([edit(KOCH, CITY, "Helsinki")]))
        await step(bench.staged.edit([edit(KOCH, CITY, "Oulu"), edit(LEHTO, CITY, "Oulu")]))
        await step(bench.staged.create(ACCOUNTS, {NAME: "Neu"}))
        await step(bench.staged.delete([(LEHTO, "Lehto")]))
        await step(bench.staged.discard(KOCH.id))
        await step(bench.staged.discard_all())
        assert bench.staged.undo_text == "Discard everything"
        for _ in range(2):
            for expected in reversed(states[:-1]):
                await bench.staged.undo()
                assert state(bench.staged) == expected
                assert set(on_disk(bench)) == {f"Accounts/{key}" for key in expected}
            assert bench.staged.undo_text == ""
            await bench.staged.undo()
            for expected in states[1:]:
                await bench.staged.redo()
                assert state(bench.staged) == expected
            assert bench.staged.redo_text == ""
            await bench.staged.redo()
        await bench.staged.undo()
        await bench.staged.edit([edit(KOCH, STAFF, 1)])
        assert bench.staged.redo_text == ""

    run(go())


def test_what_was_sent_is_gone_and_undo_does_not_bring_it_back(bench: Bench) -> None:
    async def go() -> None:
        await bench.staged.edit([edit(KOCH, CITY, "Helsinki")])
        await bench.staged.edit([edit(LEHTO, CITY, "Oulu")])
        sent = bench.staged.get(KOCH.id)
        assert sent is not None
        await bench.staged.carried_out(sent, KOCH)
        assert state(bench.staged) == {"3x2": {CITY: "Oulu"}}
        assert set(on_disk(bench)) == {"Accounts/3x2"}
        await bench.staged.undo()
        await bench.staged.undo()
        assert state(bench.staged) == {}

    run(go())


def test_a_newer_server_state_becomes_the_base(bench: Bench) -> None:
    theirs = Record(KOCH.id, {NAME: "Koch", CITY: "Helsinki", STAFF: 9}, version="2")

    async def go() -> None:
        await bench.staged.edit([edit(KOCH, CITY, "Helsinki"), edit(KOCH, STAFF, 6)])
        await bench.staged.rebase(theirs)
        found = bench.staged.get(KOCH.id)
        assert found is not None
        assert (found.base, dict(found.values)) == (theirs, {STAFF: 6})
        await bench.staged.rebase(Record(KOCH.id, {STAFF: 6}))
        assert bench.staged.get(KOCH.id) is None
        await bench.staged.rebase(LEHTO)
        assert bench.staged.all() == ()

    run(go())


def test_undo_after_a_rebase_does_not_bring_the_old_base_back(bench: Bench) -> None:
    """Edit, somebody else changes the record, rebase, undo: nothing is staged, and redo wants it over the new base."""
    theirs = Record(KOCH.id, {NAME: "Koch", CITY: "Espoo", STAFF: 9}, version="2")

    async def go() -> None:
        await bench.staged.edit([edit(KOCH, CITY, "Helsinki")])
        await bench.staged.edit([edit(KOCH, CITY, "Oulu")])
        await bench.staged.rebase(theirs)
        await bench.staged.undo()
        found = bench.staged.get(KOCH.id)
        assert found is not None
        assert (found.base, dict(found.values)) == (theirs, {CITY: "Helsinki"})
        await bench.staged.undo()
        assert bench.staged.all() == ()
        await bench.staged.redo()
        found = bench.staged.get(KOCH.id)
        assert found is not None
        assert found.base == theirs

    run(go())


def test_edits_at_the_same_time_keep_their_order(bench: Bench) -> None:
    async def go() -> None:
        edits = (bench.staged.edit([edit(KOCH, CITY, f"City {n}"), edit(KOCH, STAFF, n)]) for n in range(100, 130))
        await asyncio.gather(*edits)
        assert state(bench.staged) == {"3x1": {CITY: "City 129", STAFF: 129}}
        for n in range(128, 99, -1):
            await bench.staged.undo()
            assert state(bench.staged)["3x1"][STAFF] == n

    run(go())


@pytest.mark.parametrize("waits", [0, 1, 2, 3, 5])
def test_a_cancelled_caller_does_not_tear_memory_from_disk(bench: Bench, waits: int) -> None:
    async def go() -> None:
        await bench.staged.edit([edit(LEHTO, CITY, "Oulu")])
        task = asyncio.ensure_future(bench.staged.edit([edit(KOCH, CITY, "Helsinki")]))
        for _ in range(waits):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bench.staged.edit([edit(LEHTO, STAFF, 3)])
        assert {f"Accounts/{key}" for key in state(bench.staged)} == set(on_disk(bench))
        if "3x1" in state(bench.staged):
            assert bench.staged.undo_text  # what is staged can be taken back
            await bench.staged.undo()
            await bench.staged.undo()
            assert "3x1" not in state(bench.staged)

    run(go())


def test_a_write_that_fails_changes_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    async def refuse(*_: object) -> None:
        raise OSError("disk full")

    async def go() -> None:
        await bench.staged.edit([edit(LEHTO, CITY, "Oulu")])
        bench.staged.changed.connect(told.append)
        with monkeypatch.context() as patch:
            patch.setattr(Storage, "write", refuse)
            with pytest.raises(OSError, match="disk full"):
                await bench.staged.edit([edit(KOCH, CITY, "Helsinki")])
            with pytest.raises(OSError, match="disk full"):
                await bench.staged.undo()
        assert (state(bench.staged), told) == ({"3x2": {CITY: "Oulu"}}, [])
        await bench.staged.undo()
        assert state(bench.staged) == {}

    run(go())


CRASH = """
import asyncio, sys
from pathlib import Path
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.staging import Edit, StagedChanges
from crmdesk.engine.storage import Storage
async def main():
    staged = StagedChanges(Storage(Path(sys.argv[1])))
    await staged.load()
    for number in range(100000):
        record = Record(RecordId(ModuleName("Accounts"), f"3x{number}"), {})
        await staged.edit([Edit(record, FieldName("employees"), number)])
        print(number, flush=True)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_program_loses_at_most_the_edit_in_flight(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    program = subprocess.Popen([sys.executable, "-c", CRASH, str(path)], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    for _ in range(40):
        program.stdout.readline()
    os.kill(program.pid, signal.SIGKILL)
    told = [int(line) for line in program.stdout.read().split()]
    program.stdout.close()
    program.wait()
    last = told[-1] if told else 39

    async def go() -> None:
        storage = Storage(path)
        staged = StagedChanges(storage)
        await staged.load()
        found = [record.values[STAFF] for record in staged.all()]
        assert found == list(range(len(found)))
        assert len(found) - 1 in (last, last + 1)
        storage.close(2)

    run(go())
