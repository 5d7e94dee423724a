# SPDX-License-Identifier: MIT
"""Writes version-N.sql and mirror-N.sqlite.gz with the present code: run ``python -m tests.engine.stores`` before adding a
migration to either.

The story is the same for every version, so that tests/engine/test_upgrades.py can ask each for the same things. Nothing
here may use what an earlier version lacked.
"""

import gzip
import sqlite3
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.mirror import tables
from crmdesk.engine.profiles import Profiles
from crmdesk.engine.staging import Edit
from crmdesk.engine.storage import MIGRATIONS
from tests.engine.bench import Bench, profile_of, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME
from tests.engine.mirror.support import ChangingServer, Desk

HERE = Path(__file__).parent


async def _apply(bench: Bench) -> None:
    """Send everything staged."""
    checked = await bench.applier.check(bench.staged.all())
    await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)


async def _live(bench: Bench) -> None:
    """A batch sent, one refused; edits of three records wait."""
    server, staged = bench.server, bench.staged
    server.add("a", accountname="Aalto", bill_city="Espoo", revenue=Decimal("1.50"), founded=date(1999, 1, 2))
    server.add("b", accountname="Berg", bill_city="Oulu")
    server.add("c", accountname="Ceder", bill_city="Vaasa")
    await staged.edit([Edit(server.records["a"], CITY, "Turku", title="Aalto")])
    await staged.create(ACCOUNTS, {NAME: "Neu"}, "Neu")
    await _apply(bench)
    server.fail("update", Invalid("The server knows no such city."))
    await staged.edit([Edit(server.records["b"], CITY, "Nowhere", title="Berg")])
    await _apply(bench)
    await staged.discard_all()
    edit = Edit(server.records["a"], NAME, "Aalto ä漢🙂", title="Aalto")
    money = Edit(server.records["a"], FieldName("revenue"), Decimal("12345678901234.56"), title="Aalto")
    await staged.edit([edit, money])
    await staged.create(ACCOUNTS, {NAME: "Waiting", FieldName("founded"): date(2026, 2, 28)}, "Waiting")
    await staged.delete([(server.records["c"], "Ceder")])
    await bench.storage.remember("note", "kept ä漢🙂")


async def _copy(desk: Desk) -> None:
    """A whole copy of three records, one of which was changed and one deleted on the server afterwards."""
    server = desk.server
    assert isinstance(server, ChangingServer)
    server.touch("a", accountname="Aalto ä漢🙂", bill_city="Espoo", revenue=Decimal("12345678901234.560"))
    server.touch("b", accountname="Berg", bill_city="Oulu", founded=date(1999, 1, 2), tags=("x", "y"))
    server.touch("c", accountname="Ceder", bill_city="Vaasa")
    await desk.update()
    server.touch("b", bill_city="Turku")
    server.remove("c")
    await desk.update()


def main() -> int:
    """Write the files of this version; an existing one is never changed."""
    written = [_account(HERE / f"version-{len(MIGRATIONS)}.sql")]
    written.append(_mirror(HERE / f"mirror-{len(tables.MIGRATIONS)}.sqlite.gz"))
    return 0 if any(written) else 1


def _account(target: Path) -> bool:
    if _is_there(target):
        return False
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        run(_live(bench))
        bench.close()
        Profiles(Path(folder)).save(profile_of())
        accounts = Path(folder, "accounts.json")
        if not (HERE / "accounts.json").exists():
            (HERE / "accounts.json").write_bytes(accounts.read_bytes())
        db = sqlite3.connect(Path(folder, "account.sqlite"))
        lines = [*db.iterdump(), f"PRAGMA user_version = {len(MIGRATIONS)};"]
        db.close()
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{target.name} written.")
    return True


def _mirror(target: Path) -> bool:
    """As the file it is: its index of search has tables of its own, which a dump does not bring back."""
    if _is_there(target):
        return False
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), ChangingServer())
        run(_copy(desk))
        desk.close()
        db = sqlite3.connect(Path(folder, "account.mirror.sqlite"))
        db.execute("PRAGMA journal_mode=DELETE")
        db.execute("VACUUM")
        db.close()
        target.write_bytes(gzip.compress(Path(folder, "account.mirror.sqlite").read_bytes(), 9, mtime=0))
    print(f"{target.name} written.")
    return True


def _is_there(target: Path) -> bool:
    if target.exists():
        print(f"{target.name} is there already and stays as it is.")
    return target.exists()


if __name__ == "__main__":
    sys.exit(main())
