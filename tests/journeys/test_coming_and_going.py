# SPDX-License-Identifier: MIT
"""Closing, switching and quitting while something is under way; coming back after a crash."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.engine.journal import Journal
from crmdesk.engine.storage import Storage
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, column, press, program, until

ROOT = Path(__file__).resolve().parents[2]


def test_a_tab_closed_while_it_loads(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            server.faults.delay_ms = 3000
            server.faults.add(FaultKind.DELAY, None, operation="query")
            module = next(m for m in p.space.modules if m.name == "Leads")
            p.window.open_module(module)
            await until(lambda: bool(server.faults.seen), PATIENCE_S)
            leaving = p.tab
            began = time.monotonic()
            p.keys("Ctrl+W")
            await until(lambda: len(p.space.tables) == 1)
            assert p.tab.module.name == "Accounts"
            await until(lambda: not leaving._scope.busy)
            assert time.monotonic() - began < 2.5  # not as long as the server takes
            server.faults.clear()
            await p.show_module("Contacts")
            assert p.told == ""

    play(journey())


def test_another_account_while_the_first_loads(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            with DemoServer(rows=40) as slow:
                slow.faults.delay_ms = 3000
                slow.faults.add(FaultKind.DELAY, None)
                home, p.server = p.server, slow
                other = p.profile_of("Other")
                p.server = home
                p.show()
                p.window.run(p.window.open_account(other), "account")
                await until(lambda: bool(slow.faults.seen), PATIENCE_S)
                p.window.run(p.window.open_account(p.profile), "account")
                await until(p.table_ready, PATIENCE_S)
                assert p.account.profile.id == p.profile.id
                assert p.window.windowTitle().startswith("Demo")
                assert p.window.side.tree.first_module() is not None
                assert p.told == ""

    play(journey())


def test_modules_of_one_account_are_never_shown_for_another(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            with DemoServer(rows=40) as broken:
                broken.faults.add(FaultKind.HTTP500, None)
                home, p.server = p.server, broken
                other = p.profile_of("Other")
                p.server = home
                p.window.run(p.window.open_account(other), "account")
                await until(lambda: bool(p.told), PATIENCE_S)
                assert p.window.side.tree.first_module() is None
                assert p.space.tables == ()
                p.window.run(p.window.open_account(p.profile), "account")
                await until(lambda: p.window.side.tree.first_module() is not None, PATIENCE_S)
                assert p.tab.rows.read > 0

    play(journey())


def test_quitting_while_a_request_hangs(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, deadline_s=30) as p:
            tab = await p.open()
            server.faults.delay_ms = 20_000
            server.faults.add(FaultKind.DELAY, None)
            tab.reload()
            await until(lambda: bool(server.faults.seen), PATIENCE_S)
            began = time.monotonic()
            p.keys("Ctrl+Q")
            await asyncio.wait_for(p.closed.wait(), 10)
            assert time.monotonic() - began < 5  # 2 s on an idle machine; the server would take 20
            server.faults.clear()

    play(journey())


def test_quitting_during_an_apply_waits_for_the_write_on_the_wire(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            records = [await p.edit(row, "bill_city", "Espoo") for row in range(8)]
            sheet = await p.review()
            server.faults.delay_ms = 400
            server.faults.add(FaultKind.DELAY, None, operation="update")
            press(sheet, "Apply")
            await until(lambda: any(f.operation == "update" for f in server.faults.seen), PATIENCE_S)
            staged = p.account.staged
            p.window.close()
            await until(lambda: "Finishing" in p.told)
            await asyncio.wait_for(p.closed.wait(), 20)
            done = [record for record in records if p.stored(record)["bill_city"] == "Espoo"]
            assert 1 <= len(done) <= p.account.session.lane_count  # those on the wire, and no more
            assert [r.id for r in staged.all()] == [record for record in records if record not in done]
            storage = Storage(tmp_path / "data" / "accounts" / "demo" / "account.sqlite")
            try:
                entries = await Journal(storage).entries(1)
                assert [entry.outcome for entry in entries].count("applied") == len(done)
                assert [entry.outcome for entry in entries].count("skipped") == len(records) - len(done)
            finally:
                storage.close(2)

    play(journey())


def test_tabs_and_staged_edits_come_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            assert tab.bar is not None
            record = await p.edit(0, "bill_city", "Espoo")
            await p.show_module("Leads")
            p.tab.grid.sort_requested.emit("lastname", False)
            await until(p.table_ready, PATIENCE_S)
        async with program(tmp_path, server) as p:
            await p.open()
            assert [t.module.name for t in p.space.tables] == ["Accounts", "Leads"]
            leads = p.space.tables[1]
            await until(lambda: leads.rows.read > 0, PATIENCE_S)
            assert [mark.key for mark in leads.model.sort_marks] == ["lastname"]
            assert p.account.staged.get(record) is not None
            assert p.space.staged.isVisible()
            accounts = p.space.tables[0]
            await until(lambda: accounts.rows.place_of(record.key) >= 0, PATIENCE_S)
            assert column(accounts, "bill_city")[accounts.rows.place_of(record.key)] == "Espoo"

    play(journey())


_CRASHING = """
import asyncio, os, sys
from pathlib import Path
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication
import qasync
from crmdesk.demo.server import DemoServer
from tests.journeys.program import Program, until
app = QApplication([])
loop = qasync.QEventLoop(app)
asyncio.set_event_loop(loop)
async def go():
    server = DemoServer(rows=40).start()
    p = Program(Path(sys.argv[1]), server)
    await p.open()
    first = await p.edit(0, "bill_city", "Espoo")
    await p.edit(1, "bill_city", "Turku")
    print(first.key, flush=True)
    await asyncio.sleep(60)
loop.run_until_complete(go())
"""


@pytest.mark.slow
def test_staged_edits_survive_a_kill(play: Play, tmp_path: Path, server: DemoServer) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _CRASHING, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        key = child.stdout.readline().strip()
        assert key, "the program died by itself"
    finally:
        child.send_signal(signal.SIGKILL) if os.name == "posix" else child.kill()
        child.wait(10)
        assert child.stdout is not None
        child.stdout.close()

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            assert [next(iter(s.values.values())) for s in p.account.staged.all()] == ["Espoo", "Turku"]
            assert p.account.staged.all()[0].id.key == key
            assert p.space.staged.isVisible()

    play(journey())


def start(*words: str) -> "subprocess.Popen[str]":
    """The program as a process of its own, with this checkout's code."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-m", "crmdesk", *words],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_query_from_the_command_line_against_a_server_of_its_own() -> None:
    server = start("demo-server", "--rows", "40")
    try:
        assert server.stdout is not None
        account = json.loads(server.stdout.readline())["accounts"][0]
        words = ["--vendor", account["vendor"], "--url", account["url"], "--set", f"user={account['set']['user']}"]
        os.environ["JOURNEY_KEY"] = account["secrets"]["access_key"]
        where = ["--where", "bill_city = 'Helsinki'", "--format", "json"]
        asking = start("query", "Accounts", *where, *words, "--secret-env", "JOURNEY_KEY")
        out, err = asking.communicate(timeout=60)
        assert asking.returncode == 0, err
        rows = json.loads(out)
        assert rows
        assert {row["bill_city"] for row in rows} == {"Helsinki"}
    finally:
        os.environ.pop("JOURNEY_KEY", None)
        server.terminate()
        server.communicate(timeout=10)


def visible_windows() -> set[QWidget]:
    return {w for w in QApplication.topLevelWidgets() if w.isVisible()}


def test_no_window_is_left_over(play: Play, tmp_path: Path, server: DemoServer) -> None:
    before = visible_windows()  # a test that broke off may have left some of its own

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            assert visible_windows() - before
        assert not visible_windows() - before

    play(journey())
