# SPDX-License-Identifier: MIT
"""The mirror's file: older, newer, damaged, full, gone; and never in the way of the account's own."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.domain.errors import ProfileError
from crmdesk.engine.mirror import tables
from crmdesk.engine.mirror.reading import fetch_one
from crmdesk.engine.mirror.store import MirrorStore, Seat
from tests.engine.bench import run
from tests.engine.mirror.support import filled, record


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MirrorStore]:
    made = MirrorStore(tmp_path / "a.mirror.sqlite")
    yield made
    made.close(2)


def names(store: MirrorStore) -> list[str]:
    """The modules in it."""
    return run(store.read(lambda seat: [str(name) for name in seat.layouts()]))


def again(store: MirrorStore) -> MirrorStore:
    """The same file in another program."""
    store.close(2)
    return MirrorStore(store.path)


def test_an_older_file_is_brought_up_to_date_with_a_copy_kept(
    store: MirrorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(filled(store, [record("1", accountname="Firm")]))

    def newer(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE crmdesk_later (x)")

    store.close(2)
    now = len(tables.MIGRATIONS)
    monkeypatch.setattr("crmdesk.engine.mirror.store.MIGRATIONS", (*tables.MIGRATIONS, newer))
    fresh = MirrorStore(store.path)
    try:
        assert names(fresh) == ["Accounts"]
        assert run(fresh.read(lambda seat: seat.db.execute("PRAGMA user_version").fetchone()[0])) == now + 1
    finally:
        fresh.close(2)
    kept = store.path.with_name(f"a.mirror.before-v{now + 1}.sqlite")
    with sqlite3.connect(kept) as old:
        assert old.execute("PRAGMA user_version").fetchone()[0] == now
        assert old.execute('SELECT count(*) FROM "Accounts"').fetchone()[0] == 1
    old.close()


def test_a_newer_file_is_refused_and_not_touched(store: MirrorStore) -> None:
    run(filled(store, []))
    store.close(2)
    db = sqlite3.connect(store.path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = store.path.read_bytes()
    fresh = MirrorStore(store.path)
    with pytest.raises(ProfileError, match="newer version"):
        names(fresh)
    fresh.close(2)
    assert store.path.read_bytes() == before


def test_a_damaged_file_is_put_aside(store: MirrorStore) -> None:
    run(filled(store, [record(str(n), accountname="x" * 500) for n in range(200)]))
    store.close(2)
    content = bytearray(store.path.read_bytes())
    content[:100] = b"\xff" * 100
    store.path.write_bytes(content)
    fresh = MirrorStore(store.path)
    assert names(fresh) == []
    assert fresh.kept_aside is not None
    assert fresh.kept_aside.read_bytes() == bytes(content)
    fresh.close(2)


def test_damage_found_in_the_middle_is_put_aside_at_the_next_start(store: MirrorStore) -> None:
    run(filled(store, [record("1")]))

    def break_down(seat: Seat) -> None:
        error = sqlite3.DatabaseError("malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    with pytest.raises(ProfileError, match="damaged"):
        run(store.read(break_down))
    fresh = again(store)
    assert names(fresh) == []
    assert fresh.kept_aside is not None
    fresh.close(2)


def test_a_full_disk_loses_nothing_that_was_written(store: MirrorStore) -> None:
    layout = run(filled(store, [record("1", accountname="Firm")]))

    def limit(seat: Seat) -> None:
        pages = seat.db.execute("PRAGMA page_count").fetchone()[0]
        seat.db.execute(f"PRAGMA max_page_count={pages}").fetchone()

    async def work() -> None:
        await store.outside(limit)
        with pytest.raises(ProfileError, match="no room"):
            await filled_more(store)
        assert await store.read(lambda seat: fetch_one(seat.db, layout, "1")) is not None
        await store.outside(lambda seat: seat.db.execute("PRAGMA max_page_count=1000000").fetchone())
        await filled_more(store)

    run(work())


async def filled_more(store: MirrorStore) -> None:
    """Many records more, in one go."""
    from crmdesk.engine.mirror import writing

    rows = [record(f"m{n}", accountname=f"Firm {n}", bill_city="Espoo " * 40) for n in range(300)]
    await store.write(lambda seat: writing.put(seat.db, next(iter(seat.layouts().values())), rows, 5))


def test_only_one_may_update_and_the_lock_goes_with_its_holder(store: MirrorStore) -> None:
    other = MirrorStore(store.path)

    async def work() -> None:
        await store.ready()
        await store.claim()
        await store.claim()
        with pytest.raises(ProfileError, match="Another window"):
            await other.claim()
        await store.release()
        await other.claim()

    try:
        run(work())
    finally:
        other.close(2)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = MirrorStore(tmp_path / "file" / "a.sqlite")
    with pytest.raises(ProfileError, match="cannot be used"):
        run(store.ready())
    store.close(2)


def test_readers_cannot_write(store: MirrorStore) -> None:
    run(filled(store, []))
    with pytest.raises(ProfileError):
        run(store.read(lambda seat: seat.db.execute("DELETE FROM crmdesk_module")))


@pytest.mark.parametrize("lane", ["read", "search", "write"])
def test_pages_are_given_back_when_nobody_reads(store: MirrorStore, monkeypatch: pytest.MonkeyPatch, lane: str) -> None:
    monkeypatch.setattr("crmdesk.engine.lanes.REST_S", 0.05)
    said: list[str] = []
    run(filled(store, [record("1", accountname="Firm")]))

    def listen(seat: Seat) -> None:
        seat.db.set_trace_callback(said.append)

    async def go() -> None:
        await (store.outside(listen) if lane == "write" else store.read(listen, lane=lane))
        for _ in range(500):
            if "PRAGMA shrink_memory" in said:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("nothing was given back")

    run(go())
    assert names(store) == ["Accounts"]


def test_the_connections_of_all_threads_share_what_follows_from_the_schema(store: MirrorStore) -> None:
    run(filled(store, [record("1", accountname="Firm")]))

    async def seen() -> set[int]:
        lanes = [await store.read(lambda seat: list(seat.layouts().values()), lane=lane) for lane in ("read", "search")]
        return {id(one) for layouts in (*lanes, list(store.here().layouts().values())) for one in layouts}

    assert len(run(seen())) == 1
