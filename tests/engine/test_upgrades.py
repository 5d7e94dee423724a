# SPDX-License-Identifier: MIT
"""An upgrade keeps what people have: accounts, edits that wait, the journal, local copies; from every version that there was.

tests/engine/stores holds files as those versions wrote them, each with the same story in it (stores/__main__.py).
"""

import gzip
import shutil
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.domain.changes import Applied, Create, Update
from crmdesk.domain.names import FieldName
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.mirror import tables
from crmdesk.engine.profiles import Profiles
from crmdesk.engine.staging import Kind
from crmdesk.engine.storage import MIGRATIONS
from crmdesk.engine.undo import Undoer
from tests.engine.bench import Bench, profile_of, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME
from tests.engine.mirror.support import ChangingServer, Desk

STORES = Path(__file__).parent / "stores"
VERSIONS = range(1, len(MIGRATIONS) + 1)
COPIES = range(1, len(tables.MIGRATIONS) + 1)
REVENUE, FOUNDED = FieldName("revenue"), FieldName("founded")
EARLIER = pytest.mark.parametrize(
    "version", [number for number in VERSIONS if (STORES / f"version-{number}.sql").exists()]
)


def restored(folder: Path, version: int) -> Bench:
    """The account as that version left it, opened by the present one; the server as it was then."""
    path = folder / "account.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript((STORES / f"version-{version}.sql").read_text(encoding="utf-8"))
        assert db.execute("PRAGMA user_version").fetchone() == (version,)
    db.close()
    bench = Bench(folder)
    bench.server.add("a", accountname="Aalto", bill_city="Turku", revenue=Decimal("1.50"), founded=date(1999, 1, 2))
    bench.server.add("b", accountname="Berg", bill_city="Oulu")
    bench.server.add("c", accountname="Ceder", bill_city="Vaasa")
    return bench


def test_there_is_a_store_of_every_version_before_this_one() -> None:
    """If this fails, a migration was added: take it out, run ``python -m tests.engine.stores``, put it in again."""
    assert [number for number in VERSIONS[:-1] if not (STORES / f"version-{number}.sql").exists()] == []


@EARLIER
def test_the_file_is_brought_to_the_present_version(tmp_path: Path, version: int) -> None:
    bench = restored(tmp_path, version)

    async def go() -> None:
        assert await bench.storage.recall("note") == "kept ä漢🙂"
        found = await bench.storage.read(lambda db: db.execute("PRAGMA user_version").fetchone()[0])
        assert found == len(MIGRATIONS)
        assert await bench.storage.read(lambda db: db.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"

    run(go())
    bench.close()
    assert bench.storage.kept_aside is None  # an old file is not a damaged one


@EARLIER
def test_every_file_ends_with_the_same_tables(tmp_path: Path, version: int) -> None:
    """An upgraded file and a new one must not differ: later code is only ever tried on one of them."""
    old, new = restored(tmp_path, version), Bench(tmp_path / "new")

    def shape(db: sqlite3.Connection) -> set[tuple[str, str, tuple[str, ...]]]:
        names = db.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        return {
            (kind, name, tuple(str(row[1:]) for row in db.execute(f"PRAGMA table_info({name})")))
            for kind, name in names
        }

    async def go() -> None:
        assert await old.storage.read(shape) == await new.storage.read(shape)

    run(go())
    old.close()
    new.close()


@EARLIER
def test_edits_that_wait_are_there_and_can_be_sent(tmp_path: Path, version: int) -> None:
    bench = restored(tmp_path, version)

    async def go() -> None:
        await bench.staged.load()
        update, create, delete = bench.staged.all()
        assert (update.kind, create.kind, delete.kind) == (Kind.UPDATE, Kind.CREATE, Kind.DELETE)
        assert dict(update.values) == {NAME: "Aalto ä漢🙂", REVENUE: Decimal("12345678901234.56")}
        assert dict(create.values) == {NAME: "Waiting", FOUNDED: date(2026, 2, 28)}
        checked = await bench.applier.check(bench.staged.all())
        result = await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
        assert [type(one) for one in result.outcomes] == [Applied] * 3
        assert bench.server.records["a"].values[REVENUE] == Decimal("12345678901234.56")
        assert "c" not in bench.server.records
        assert result.batch == 3  # numbers go on where they were
        assert bench.staged.all() == ()

    run(go())
    bench.close()


@EARLIER
def test_the_journal_is_whole_and_an_old_batch_can_be_taken_back(tmp_path: Path, version: int) -> None:
    bench = restored(tmp_path, version)

    async def go() -> None:
        refused, applied = await bench.journal.batches()
        assert (applied.id, applied.applied, applied.refused, applied.user) == (1, 2, 0, "admin")
        assert (refused.id, refused.applied, refused.refused) == (2, 0, 1)
        update, create = await bench.journal.entries(1)
        assert isinstance(update.change, Update)
        assert isinstance(create.change, Create)
        assert update.before is not None
        assert update.before.id.module == ACCOUNTS
        (entry,) = await bench.journal.entries(2)
        assert entry.error == "The server knows no such city."
        # The new record by the name it had before the server gave it one: never made twice, also after an upgrade.
        made = await bench.journal.created_before(create.change.temp_id)
        assert made is not None
        bench.server.records[made.id.key] = made
        plan = await Undoer(bench.session, bench.journal, bench.staged).plan(1)
        assert len(plan.restored) == 2
        await Undoer(bench.session, bench.journal, bench.staged).stage(plan)
        checked = await bench.applier.check([one for one in bench.staged.all() if one.title != "Waiting"])
        await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
        assert bench.server.records["a"].values[CITY] == "Espoo"
        assert made.id.key not in bench.server.records
        assert (await bench.journal.batch(1)) is not None

    run(go())
    bench.close()


def test_accounts_of_the_first_version_are_read_and_saved_without_loss(tmp_path: Path) -> None:
    shutil.copy(STORES / "accounts.json", tmp_path)
    (profile,) = Profiles(tmp_path).all()
    assert profile == profile_of()
    Profiles(tmp_path).save(profile)
    assert Profiles(tmp_path).all() == (profile,)


# ---- local copies --------------------------------------------------------------------------------------------------


def test_there_is_a_copy_of_every_version_up_to_this_one() -> None:
    """The present one, too: how values lie in a copy must not change without a new version."""
    assert [number for number in COPIES if not (STORES / f"mirror-{number}.sqlite.gz").exists()] == []


@pytest.mark.parametrize("version", COPIES)
def test_a_copy_is_read_searched_and_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """Without being copied anew: what changed since is asked with the mark that the older version kept."""
    packed = (STORES / f"mirror-{version}.sqlite.gz").read_bytes()
    (tmp_path / "account.mirror.sqlite").write_bytes(gzip.decompress(packed))
    server = ChangingServer()
    for key, name, city in (("a", "Aalto ä漢🙂", "Espoo"), ("b", "Berg", "Turku"), ("c", "Ceder", "Vaasa")):
        server.touch(key, accountname=name, bill_city=city)
    server.touch("b", bill_city="Turku")
    server.remove("c")
    server.touch("d", accountname="Dahl", bill_city="Kotka")
    desk = Desk(tmp_path, server)

    async def go() -> None:
        view = await desk.view()
        held = {record.id.key: record.values for record in view.read(0, len(view))}
        assert sorted(held) == ["a", "b"]
        assert (held["a"][NAME], held["a"][REVENUE]) == ("Aalto ä漢🙂", Decimal("12345678901234.56"))
        assert (held["b"][CITY], held["b"][FOUNDED]) == ("Turku", date(1999, 1, 2))
        assert held["b"][FieldName("tags")] == ("x", "y")
        assert [hit.record.key for hit in await desk.mirror.search("berg", 5)] == ["b"]
        await desk.update()
        assert sorted(await desk.keys()) == ["a", "b", "d"]
        assert server.did("changes_since") > 0
        assert server.did("fetch_page") == 0
        assert [hit.record.key for hit in await desk.mirror.search("dahl", 5)] == ["d"]
        assert (await desk.mirror.status()).kept_aside == ""  # an old file is not a damaged one

    run(go())
    desk.close()
