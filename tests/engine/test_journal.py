# SPDX-License-Identifier: MIT
"""The journal: intents before, outcomes after, nothing rewritten."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.domain.changes import Applied, Change, Create, Delete, Refused, Skipped, Unknown, Update
from crmdesk.domain.errors import NotPermitted, TimedOut
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.journal import Journal
from crmdesk.engine.storage import Storage
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME

KOCH = Record(RecordId(ACCOUNTS, "3x1"), {NAME: "Koch", CITY: "Espoo"}, version="1")
LEHTO = Record(RecordId(ACCOUNTS, "3x2"), {NAME: "Lehto"}, version="1")
MOVE = Update(KOCH, {CITY: "Turku"})
NEW = Create("new:1", ACCOUNTS, {NAME: "Neu"})


async def begun(journal: Journal, *changes: Change, undoes: int | None = None) -> int:
    return await journal.begin(
        [(change, f"title {i}") for i, change in enumerate(changes)],
        user="admin", server="fake 1.0", summary="title 0", undoes=undoes,
    )  # fmt: skip


def test_outcomes_of_every_kind(bench: Bench) -> None:
    moved = Record(KOCH.id, {**KOCH.values, CITY: "Turku"}, version="2")

    async def go() -> None:
        batch = await begun(bench.journal, MOVE, NEW, Delete(LEHTO), MOVE, MOVE)
        (open_one,) = await bench.journal.batches()
        assert (open_one.changes, open_one.applied, open_one.ended) == (5, 0, None)
        await bench.journal.sending(batch, 0, KOCH)
        await bench.journal.note(batch, 0, Applied(MOVE, moved, KOCH))
        await bench.journal.note(batch, 1, Refused(NEW, NotPermitted("You may not.")))
        await bench.journal.sending(batch, 2, LEHTO)
        await bench.journal.note(batch, 2, Unknown(Delete(LEHTO), TimedOut("No answer.")))
        await bench.journal.note(batch, 3, Skipped(MOVE, "Stopped."))
        await bench.journal.end(batch)
        (info,) = await bench.journal.batches()
        assert (info.applied, info.refused, info.unknown, info.undone, info.undoes) == (1, 1, 1, False, None)
        assert (info.user, info.server, info.summary) == ("admin", "fake 1.0", "title 0")
        assert info.ended is not None
        assert info.began <= info.ended <= datetime.now(UTC)
        entries = await bench.journal.entries(batch)
        assert [e.outcome for e in entries] == ["applied", "refused", "unknown", "skipped", ""]
        assert [e.error for e in entries] == ["", "You may not.", "No answer.", "Stopped.", ""]
        assert [e.change for e in entries] == [MOVE, NEW, Delete(LEHTO), MOVE, MOVE]
        assert [e.title for e in entries] == [f"title {i}" for i in range(5)]
        assert (entries[0].before, entries[0].after) == (KOCH, moved)
        assert (entries[2].before, entries[2].after) == (LEHTO, None)

    run(go())


def test_newest_first_and_no_such_batch(bench: Bench) -> None:
    async def go() -> None:
        numbers = [await begun(bench.journal, MOVE) for _ in range(5)]
        assert [info.id for info in await bench.journal.batches()] == numbers[::-1]
        assert [info.id for info in await bench.journal.batches(limit=2)] == numbers[:2:-1]
        assert await bench.journal.entries(999) == ()
        empty = await begun(bench.journal)
        assert (await bench.journal.batches(1))[0].changes == 0
        assert await bench.journal.entries(empty) == ()

    run(go())


def test_a_batch_is_undone_when_its_opposite_was_applied(bench: Bench) -> None:
    async def go() -> None:
        first = await begun(bench.journal, MOVE)
        back = await begun(bench.journal, MOVE, undoes=first)
        await bench.journal.note(back, 0, Refused(MOVE, NotPermitted("no")))
        assert [info.undone for info in await bench.journal.batches()] == [False, False]
        again = await begun(bench.journal, MOVE, undoes=first)
        await bench.journal.note(again, 0, Applied(MOVE, KOCH, KOCH))
        assert {info.id: info.undone for info in await bench.journal.batches()} == {
            first: True,
            back: False,
            again: False,
        }

    run(go())


def test_what_happened_to_a_record(bench: Bench) -> None:
    async def go() -> None:
        first = await begun(bench.journal, MOVE, NEW)
        await bench.journal.sending(first, 0, KOCH)
        await bench.journal.note(first, 0, Applied(MOVE, KOCH, KOCH))
        await bench.journal.note(first, 1, Applied(NEW, LEHTO))
        second = await begun(bench.journal, MOVE)
        await bench.journal.sending(second, 0, KOCH)
        found = await bench.journal.of_record(KOCH.id)
        assert [(info.id, entry.position) for info, entry in found] == [(second, 0), (first, 0)]
        assert [entry.outcome for _, entry in found] == ["unknown", "applied"]
        assert len(await bench.journal.of_record(KOCH.id, limit=1)) == 1
        assert [entry.position for _, entry in await bench.journal.of_record(LEHTO.id)] == [1]

    run(go())


def test_a_records_past_tells_each_batch_whole(bench: Bench) -> None:
    """A batch's own figures count all of it, not only what it did to this record."""

    async def go() -> None:
        first = await begun(bench.journal, MOVE, NEW)
        await bench.journal.note(first, 0, Applied(MOVE, KOCH, KOCH))
        await bench.journal.note(first, 1, Applied(NEW, LEHTO))
        ((info, _),) = await bench.journal.of_record(KOCH.id)
        assert info == await bench.journal.batch(first)
        assert info.applied == 2
        assert await bench.journal.of_record(RecordId(KOCH.id.module, "nobody")) == ()

    run(go())


def test_a_create_with_a_key_is_found_again(bench: Bench) -> None:
    async def go() -> None:
        assert await bench.journal.created_before("new:1") is None
        batch = await begun(bench.journal, NEW, MOVE)
        assert await bench.journal.created_before("new:1") is None
        await bench.journal.note(batch, 0, Refused(NEW, NotPermitted("no")))
        assert await bench.journal.created_before("new:1") is None
        batch = await begun(bench.journal, NEW)
        await bench.journal.note(batch, 0, Applied(NEW, LEHTO))
        assert await bench.journal.created_before("new:1") == LEHTO
        assert await bench.journal.created_before("new:2") is None

    run(go())


DIES = """
import asyncio, os, sys
from pathlib import Path
from crmdesk.engine.journal import Journal
from crmdesk.engine.storage import Storage
from tests.engine.test_journal import KOCH, MOVE, begun
async def main():
    journal = Journal(Storage(Path(sys.argv[1])))
    batch = await begun(journal, MOVE, MOVE, MOVE)
    await journal.sending(batch, 0, KOCH)
    os._exit(9)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="tests the same on every system")
def test_a_program_that_died_while_sending_left_an_unknown_and_open_intents(tmp_path: Path) -> None:
    path, root = tmp_path / "account.sqlite", Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", DIES, str(path)], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (9, "")

    async def go() -> None:
        storage = Storage(path)
        journal = Journal(storage)
        (info,) = await journal.batches()
        assert (info.changes, info.unknown, info.ended) == (3, 1, None)
        entries = await journal.entries(info.id)
        assert [entry.outcome for entry in entries] == ["unknown", "", ""]
        assert entries[0].before == KOCH
        storage.close(2)

    run(go())
