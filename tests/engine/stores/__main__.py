# SPDX-License-Identifier: MIT
"""Writes version-N.sql with the present code: run ``python -m tests.engine.stores`` before adding a migration.

The story is the same for every version, so that tests/engine/test_upgrades.py can ask each for the same things. Nothing
here may use what an earlier version lacked.
"""

import sqlite3
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.profiles import Profiles
from crmdesk.engine.staging import Edit
from crmdesk.engine.storage import MIGRATIONS
from tests.engine.bench import Bench, profile_of, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME

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


def main() -> int:
    """Write the dump of this version; an existing one is never changed."""
    target = HERE / f"version-{len(MIGRATIONS)}.sql"
    if target.exists():
        print(f"{target.name} is there already and stays as it is.")
        return 1
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
