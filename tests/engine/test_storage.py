# SPDX-License-Identifier: MIT
"""The account's file: migrations, transactions, and what happens at the edges."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crmdesk.domain.errors import ProfileError
from crmdesk.engine.lanes import LanesClosed
from crmdesk.engine.storage import MIGRATIONS, Storage
from tests.engine.bench import began, run


def test_a_new_file_has_the_newest_version_and_safe_settings(tmp_path: Path) -> None:
    async def go() -> None:
        storage = Storage(tmp_path / "deep" / "er" / "account.sqlite")
        pragmas = ("user_version", "journal_mode", "synchronous", "foreign_keys")
        found = await storage.read(lambda db: [db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas])
        assert found == [len(MIGRATIONS), "wal", 2, 1]
        storage.close(2)

    run(go())


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    Storage(tmp_path / "a.sqlite").close()
    assert list(tmp_path.iterdir()) == []


def test_what_was_remembered_is_there_at_the_next_start(tmp_path: Path) -> None:
    async def first() -> None:
        storage = Storage(tmp_path / "a.sqlite")
        assert await storage.recall("x") is None
        await storage.remember("x", "old")
        await storage.remember("x", "new ä漢🙂")
        storage.close(2)

    async def second() -> str | None:
        storage = Storage(tmp_path / "a.sqlite")
        found = await storage.recall("x")
        storage.close(2)
        return found

    run(first())
    assert run(second()) == "new ä漢🙂"


def test_a_file_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()

    async def go() -> None:
        storage = Storage(path)
        with pytest.raises(ProfileError, match="newer version"):
            await storage.recall("x")
        storage.close(2)

    run(go())
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    db.close()


def test_a_migration_that_fails_leaves_the_version_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.sqlite"
    broken = (*MIGRATIONS, "CREATE TABLE further (x); CREATE TABLE staged (x);")

    async def go(says: str | None) -> None:
        storage = Storage(path)
        if says:
            with pytest.raises(ProfileError, match=says):
                await storage.recall("x")
        else:
            await storage.remember("x", "y")
        storage.close(2)

    run(go(None))
    with monkeypatch.context() as patch:
        patch.setattr("crmdesk.engine.storage.MIGRATIONS", broken)
        run(go("cannot be used"))
    run(go(None))
    with sqlite3.connect(path) as db:
        names = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    db.close()
    assert "further" not in names
    assert "staged" in names


def test_a_file_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.mkdir()

    async def go() -> None:
        storage = Storage(path)
        with pytest.raises(ProfileError) as caught:
            await storage.recall("x")
        assert str(path) in caught.value.user_text
        storage.close(2)

    run(go())


def test_a_second_window_is_told_and_the_first_one_keeps_its_claim(tmp_path: Path) -> None:
    async def go(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("crmdesk.engine.storage._CLAIM_S", 0.05)
        one, two, script = (Storage(tmp_path / "a.sqlite") for _ in range(3))
        await one.claim()
        await one.claim()  # it has it already
        with pytest.raises(ProfileError, match="another window"):
            await two.claim()
        await script.remember("from", "the command line, which stages nothing")
        assert await one.recall("from") is not None
        one.close(2)
        await two.claim()
        for storage in (two, script):
            storage.close(2)

    with pytest.MonkeyPatch.context() as patch:
        run(go(patch))


def test_a_claim_ends_with_the_program_however_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    code = (
        "import asyncio, os, sys\nfrom pathlib import Path\nfrom crmdesk.engine.storage import Storage\n"
        "async def go():\n    await Storage(Path(sys.argv[1])).claim()\n    os.kill(os.getpid(), 9)\nasyncio.run(go())"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(path)], timeout=30, check=False)
    assert ended.returncode != 0

    async def go() -> None:
        storage = Storage(path)
        await storage.claim()
        storage.close(2)

    run(go())


def test_a_file_of_the_first_version_keeps_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"

    async def go(what: str) -> list[tuple[object, ...]]:
        storage = Storage(path)
        found = await storage.write(lambda db: db.execute(what).fetchall())
        storage.close(2)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmdesk.engine.storage.MIGRATIONS", MIGRATIONS[:1])
        run(go("INSERT INTO batch VALUES (7, '2026-01-01T00:00:00+00:00', NULL, 'ada', 'fake', 'A', 3)"))
        change = '{"op":"create","temp_id":"new:1","module":"Accounts","values":{}}'
        after = '{"id":["Accounts","11x9"],"values":{},"labels":{},"version":null}'
        run(go(f"INSERT INTO entry VALUES (7, 0, '{change}', 'A', 'x', 'applied', NULL, NULL, '{after}')"))
    assert run(go("SELECT undoes, record, key FROM entry")) == [(3, "11x9", "new:1")]


def test_a_transaction_is_whole_or_not_at_all(tmp_path: Path) -> None:
    def half(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO remembered VALUES ('a', '1', '')")
        raise ZeroDivisionError

    async def go() -> None:
        storage = Storage(tmp_path / "a.sqlite")
        with pytest.raises(ZeroDivisionError):
            await storage.write(half)
        assert await storage.recall("a") is None
        await storage.remember("a", "2")
        assert await storage.recall("a") == "2"
        storage.close(2)

    run(go())


def test_a_full_disk_is_a_sentence_and_what_was_there_stays(tmp_path: Path) -> None:
    def full(db: sqlite3.Connection) -> None:
        pages = int(db.execute("PRAGMA page_count").fetchone()[0])
        db.execute(f"PRAGMA max_page_count = {pages}")

    async def go() -> None:
        storage = Storage(tmp_path / "a.sqlite")
        await storage.remember("x", "old")
        await storage.read(full)
        for _ in range(3):
            with pytest.raises(ProfileError, match="disk has room"):
                await storage.remember("x", "new" * 10_000)
            assert await storage.recall("x") == "old"
        await storage.read(lambda db: db.execute("PRAGMA max_page_count = 1000000"))
        await storage.remember("x", "new")
        assert await storage.recall("x") == "new"
        storage.close(2)

    run(go())


def test_writes_keep_the_order_in_which_they_were_asked_for(tmp_path: Path) -> None:
    async def go() -> None:
        storage = Storage(tmp_path / "a.sqlite")
        await asyncio.gather(*(storage.remember("n", str(n)) for n in range(50)))
        assert await storage.recall("n") == "49"
        storage.close(2)

    run(go())


def test_close_waits_for_the_write_that_is_under_way(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(db: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait(5)
        db.execute("INSERT INTO remembered VALUES ('slow', 'done', '')")

    async def go() -> None:
        storage = Storage(tmp_path / "a.sqlite")
        writing = asyncio.ensure_future(storage.write(slow))
        await began(begun)
        storage.close()
        with pytest.raises(LanesClosed):
            await storage.recall("x")
        go_on.set()
        await writing
        storage.close(2)
        again = Storage(tmp_path / "a.sqlite")
        assert await again.recall("slow") == "done"
        again.close(2)

    run(go())


def test_two_programs_share_a_file(tmp_path: Path) -> None:
    """The window and a command line on one account."""

    async def go() -> None:
        one, two = Storage(tmp_path / "a.sqlite"), Storage(tmp_path / "a.sqlite")
        await asyncio.gather(
            *(one.remember(f"one {n}", "x") for n in range(20)), *(two.remember(f"two {n}", "x") for n in range(20))
        )
        assert await one.recall("two 19") == await two.recall("one 19") == "x"
        one.close(2)
        two.close(2)

    run(go())
