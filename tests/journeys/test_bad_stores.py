# SPDX-License-Identifier: MIT
"""What may be wrong with what waits on the disk or with what it is about: each is one sentence, and nothing is lost."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.connectors.port import Connector
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.engine.storage import MIGRATIONS
from crmdesk.ui.changes.review_dialog import ReviewDialog
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, cell_text, press, program, until

CITY = FieldName("bill_city")


def store_of(folder: Path) -> Path:
    return folder / "data" / "accounts" / "demo" / "account.sqlite"


async def refused_to_open(p: Program) -> None:
    p.show()
    p.window.run(p.window.accounts.open_demo(), "account")
    await until(lambda: p.told != "", PATIENCE_S)


async def damaged_schema(monkeypatch: pytest.MonkeyPatch, p: Program, **changes: object) -> None:
    """From now on the server tells something else of the city."""
    session = p.account.session
    (module,) = (m for m in p.space.modules if m.name == "Accounts")
    answered = session.ask

    async def ask(work: Callable[[Connector], object]) -> object:
        found = await answered(work)
        if not isinstance(found, Schema):
            return found
        fields = (replace(f, **changes) if f.name == CITY else f for f in found.fields)  # type: ignore[arg-type]
        return replace(found, fields=tuple(f for f in fields if changes or f.name != CITY))

    monkeypatch.setattr(session, "ask", ask)
    await session.schema(module.name, fresh=True)


def everything(sheet: ReviewDialog) -> str:
    """All that a review says in its rows."""
    model = sheet.grid.records
    return " / ".join(cell_text(sheet, row, at) for row in range(model.rowCount()) for at in range(len(model.columns)))


def test_a_store_of_a_newer_version_is_left_alone(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.edit(0, "bill_city", "Espoo")
        with closing(sqlite3.connect(store_of(tmp_path))) as db:
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
            db.commit()
        before = store_of(tmp_path).read_bytes()
        async with program(tmp_path, server) as p:
            await refused_to_open(p)
            assert "newer version" in p.told
            assert p.window.workspace is None
        assert store_of(tmp_path).read_bytes() == before
        with closing(sqlite3.connect(store_of(tmp_path))) as db:
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            db.commit()
        async with program(tmp_path, server) as p:
            await p.open()
            assert [dict(s.values) for s in p.account.staged.all()] == [{CITY: "Espoo"}]

    play(journey())


def test_a_store_held_by_another_window_is_said(
    play: Play, tmp_path: Path, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmdesk.engine.storage._CLAIM_S", 0.05)

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.edit(0, "bill_city", "Espoo")
            async with program(tmp_path, server) as other:
                await refused_to_open(other)
                assert "another window" in other.told
                assert other.window.workspace is None
            p.window.raise_()
            p.window.activateWindow()
            await until(p.window.isActiveWindow)
            await p.edit(1, "bill_city", "Turku")
            assert p.account.staged.count == 2

    play(journey())


def test_a_full_disk_takes_no_edit_and_says_so(play: Play, tmp_path: Path, server: DemoServer) -> None:
    """The cell is not painted amber, since it would not be there after a crash; with room again it is taken."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.edit(0, "bill_city", "Espoo")
            await p.account.storage.read(lambda db: db.execute("PRAGMA query_only = ON").fetchall())
            p.tab.grid.go_to(1, "bill_city")
            p.tab.grid.setFocus()
            QTest.keyClicks(p.tab.grid, "T")
            QTest.keyClick(p.focused(), Qt.Key.Key_Return)
            await until(lambda: "disk has room" in p.told, PATIENCE_S)
            record = p.tab.rows.at(1)
            assert record is not None
            assert p.account.staged.get(record.id) is None
            assert p.tab.model.staged(record.id.key) == {}
            await p.account.storage.read(lambda db: db.execute("PRAGMA query_only = OFF").fetchall())
            await p.edit(1, "bill_city", "Turku")
            assert p.account.staged.count == 2

    play(journey())


def test_a_record_that_is_gone_is_told_and_the_rest_is_sent(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            gone = await p.edit(0, "bill_city", "Espoo")
            there = await p.edit(1, "bill_city", "Turku")
            with p.store.lock:
                p.store.remove(str(gone.module), int(gone.key.partition("x")[2]), "1")
            sheet = await p.review()
            await p.apply(sheet)
            assert p.stored(there)["bill_city"] == "Turku"
            assert [s.id for s in p.account.staged.all()] == [gone]
            press(sheet, "Close")

    play(journey())


@pytest.mark.parametrize(
    ("changes", "said"),
    [({}, "has no field bill_city any more"), ({"type": FieldType.DATE}, "takes a date by now")],
    ids=["vanished", "another type"],
)
def test_a_field_that_is_not_what_it_was_is_refused_by_name(
    play: Play,
    tmp_path: Path,
    server: DemoServer,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    said: str,
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            odd = await p.edit(0, "bill_city", "Espoo")
            other = await p.edit(1, "phone", "+358 9 1")
            await damaged_schema(monkeypatch, p, **changes)
            sheet = await p.review()
            assert said in everything(sheet)
            await p.apply(sheet)
            assert p.stored(other)["phone"] == "+358 9 1"
            assert p.stored(odd)["bill_city"] != "Espoo"
            assert [s.id for s in p.account.staged.all()] == [odd]
            press(sheet, "Close")

    play(journey())
