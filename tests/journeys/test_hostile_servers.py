# SPDX-License-Identifier: MIT
"""What bad answers get: one clear sentence with the next step, nothing lost, the window alive, and a way on."""

import asyncio
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.engine.profiles import Profile
from tests.connectors.wire.rawserver import RawServer, Script, Visit, answering
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, column, press, program, texts, until

LONGEST_GAP_MS = 1_500  # a window that hangs does so for the whole deadline; this machine may stutter


@dataclass(frozen=True)
class Bad:
    """A fault while rows are read: words that the sentence must hold, and whether trying again is offered."""

    kind: FaultKind
    words: tuple[str, ...]


BAD_READS = (
    Bad(FaultKind.HTTP500, ("again",)),
    Bad(FaultKind.PLAIN_TEXT, ()),
    Bad(FaultKind.HALF_PAGE, ()),
    Bad(FaultKind.SHORT_BODY, ("broke", "again")),
    Bad(FaultKind.HUGE, ("longer than 16 MB",)),
    Bad(FaultKind.REDIRECT, ("another server", "elsewhere.invalid", "address")),
    Bad(FaultKind.HTML_LOGIN, ()),
    Bad(FaultKind.PROXY_LOGIN, ("proxy", "login", "user:password@")),
    Bad(FaultKind.UNAVAILABLE, ()),
    Bad(FaultKind.SLOW_DRIP, ("has not answered within 1 seconds", "again")),
    Bad(FaultKind.DROP, ("again",)),
)


def alive(p: Program) -> None:
    """The Qt thread came round all the time."""
    assert p.longest_gap_ms < LONGEST_GAP_MS


def one_sentence(p: Program) -> str:
    """Exactly one message, of a whole sentence, without the machine's own words."""
    assert p.window.messages.waiting == 1, p.window.messages._stack
    told = p.told
    assert told.endswith("."), told
    for word in ("Traceback", "Exception", "NoneType", "JSON", "None"):
        assert word not in told, told
    return told


@pytest.mark.parametrize("bad", BAD_READS, ids=[bad.kind.value for bad in BAD_READS])
def test_a_bad_answer_to_a_read(play: Play, tmp_path: Path, server: DemoServer, bad: Bad) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, deadline_s=1) as p:
            tab = await p.open()
            await settle(p)
            record = await p.edit(0, "bill_city", "Espoo")
            rows = tab.rows.read
            server.faults.add(bad.kind, None, operation="query")
            p.keys("F5")
            await until(lambda: bool(p.told), PATIENCE_S)
            await settle(p)
            told = one_sentence(p)
            for word in bad.words:
                assert word in told, told
            assert p.account.staged.get(record) is not None
            assert p.space.staged.isVisible()
            alive(p)
            server.faults.clear()
            press(p.window, "Try again")
            await until(lambda: tab.rows.read == rows, PATIENCE_S)
            assert column(tab, "bill_city")[tab.rows.place_of(record.key)] == "Espoo"
            assert p.told == ""

    play(journey())


@pytest.mark.parametrize("kind", [FaultKind.WRONG_TYPE, FaultKind.HTML_NOISE])
def test_noise_around_a_good_answer_is_no_trouble(
    play: Play, tmp_path: Path, server: DemoServer, kind: FaultKind
) -> None:
    async def journey() -> None:
        server.faults.add(kind, None)
        async with program(tmp_path, server) as p:
            tab = await p.open()
            assert column(tab, "accountname")
            assert p.told == ""

    play(journey())


@pytest.mark.parametrize(
    "kind", [FaultKind.SESSION_EXPIRED, FaultKind.SESSION_IDLE, FaultKind.SESSION_GONE], ids=lambda k: str(k.value)
)
def test_a_session_that_ends_in_the_middle_is_not_noticed(
    play: Play, tmp_path: Path, server: DemoServer, kind: FaultKind
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            await settle(p)
            record = await p.edit(0, "bill_city", "Espoo")
            server.faults.add(kind, 3)
            p.keys("F5")
            await until(lambda: tab.rows.read > 0, PATIENCE_S)
            await settle(p)
            assert p.told == ""
            sheet = await p.review()
            server.faults.add(kind, 1, operation="update")
            assert await p.apply(sheet) == ["applied"]
            assert p.stored(record)["bill_city"] == "Espoo"

    play(journey())


def test_every_session_of_the_server_is_dead(play: Play, tmp_path: Path, server: DemoServer) -> None:
    """Somebody restarts the server: a dead session name must not be sent along with getchallenge."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            await settle(p)
            site: Any = server.site("crmplus")
            site.office.sessions._sessions.clear()
            p.keys("F5")
            await until(lambda: tab.rows.read > 0, PATIENCE_S)
            await settle(p)
            assert p.told == ""

    play(journey())


BAD_WRITES = (FaultKind.HTTP500_AFTER, FaultKind.DROP_AFTER, FaultKind.HTTP500)


@pytest.mark.parametrize("kind", BAD_WRITES, ids=[kind.value for kind in BAD_WRITES])
def test_a_write_whose_outcome_is_unknown(play: Play, tmp_path: Path, server: DemoServer, kind: FaultKind) -> None:
    done = kind is not FaultKind.HTTP500

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            record = await p.edit(0, "bill_city", "Espoo")
            sheet = await p.review()
            server.faults.add(kind, 1, operation="update")
            assert await p.apply(sheet) == ["unknown | Look up now"]
            assert sum(seen.operation == "update" for seen in server.seen) == 1  # never sent again by itself
            assert p.account.staged.get(record) is not None
            sheet.grid.pressed_in.emit(0, "result", "Look up now")
            wanted = ["applied"] if done else ["refused"]
            await until(lambda: texts(sheet, "result") == wanted, PATIENCE_S)
            assert (p.account.staged.get(record) is None) == done
            assert sum(seen.operation == "update" for seen in server.seen) == 1
            entries = await p.account.journal.entries(1)
            assert [entry.outcome for entry in entries] == wanted

    play(journey())


def test_a_server_killed_during_a_write(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, deadline_s=3) as p:
            await p.open()
            record = await p.edit(0, "bill_city", "Espoo")
            sheet = await p.review()
            server.faults.delay_ms = 400
            server.faults.add(FaultKind.DELAY, 1, operation="update")
            press(sheet, "Apply")
            await until(lambda: bool(server.faults.seen), PATIENCE_S)
            for connection in list(server._connections):
                connection.shutdown(socket.SHUT_RDWR)
            server.stop()
            await p.applied(sheet)
            assert texts(sheet, "result") == ["unknown | Look up now"]
            assert p.account.staged.get(record) is not None
            sheet.grid.pressed_in.emit(0, "result", "Look up now")
            await until(lambda: "refuses the connection" in sheet.note_text, PATIENCE_S)
            alive(p)

    play(journey())


def test_a_server_that_is_gone_and_comes_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, deadline_s=3) as p:
            tab = await p.open()
            await settle(p)
            record = await p.edit(0, "bill_city", "Espoo")
            port = server.port
            server.stop()
            p.keys("F5")
            await until(lambda: bool(p.told), PATIENCE_S)
            await settle(p)
            assert "refuses the connection" in one_sentence(p)
            again = DemoServer(rows=60, port=port, keys=server.keys).start()
            try:
                press(p.window, "Try again")
                await until(lambda: tab.rows.read > 0, PATIENCE_S)
                assert p.told == ""
                assert p.account.staged.get(record) is not None
            finally:
                again.stop()

    play(journey())


# ---- accounts that cannot be opened ----------------------------------------------------------------------------------


async def failing(p: Program, profile: Profile) -> str:
    """Open an account that fails; what the window says."""
    p.show()
    p.watch()
    p.window.run(p.window.open_account(profile), "account")
    await until(lambda: bool(p.told), PATIENCE_S)
    await settle(p)
    alive(p)
    return one_sentence(p)


def test_a_wrong_key(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            right = server.keys["admin"]
            p.desk.secrets.keep_for_this_run(p.profile.id, "access_key", "wrong")
            told = await failing(p, p.profile)
            assert "key" in told
            assert "wrong" not in told.split("key")[0]
            assert p.window.status._link.text() != "Connecting…"
            p.desk.secrets.keep_for_this_run(p.profile.id, "access_key", right)

    play(journey())


def test_an_unknown_user(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            told = await failing(p, replace(p.profile, settings={"user": "nobody"}))
            assert "user" in told.lower()

    play(journey())


def _mail_server(visit: Visit) -> None:
    if visit.read():
        visit.send(b"220 mail.example ESMTP\r\n")


RAW: tuple[tuple[str, Script, tuple[str, ...]], ...] = (
    ("a web page", answering(b"<html><body><h1>It works!</h1></body></html>", "200 OK", "Content-Type: text/html"), ()),
    ("not found", answering(b"nothing here", "404 Not Found", "Content-Type: text/plain"), ()),
    ("other json", answering(b'{"hello": "world"}', "200 OK", "Content-Type: application/json"), ()),
    ("empty", answering(b""), ()),
    ("no http", _mail_server, ("HTTP",)),
    ("binary", answering(bytes(range(256)) * 40, "200 OK", "Content-Type: application/octet-stream"), ()),
)


@pytest.mark.parametrize(("name", "script", "words"), RAW, ids=[one[0] for one in RAW])
def test_what_answers_is_no_crm(
    play: Play, tmp_path: Path, server: DemoServer, name: str, script: Script, words: tuple[str, ...]
) -> None:
    async def journey() -> None:
        with RawServer(script) as raw:
            async with program(tmp_path, server, deadline_s=3) as p:
                told = await failing(p, replace(p.profile, url=raw.url))
                assert "127.0.0.1" in told or "address" in told or "Try again" in told
                for word in words:
                    assert word in told

    play(journey())


def test_a_certificate_nobody_knows(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        with RawServer(answering(b"{}"), certificate="self_signed") as raw:
            async with program(tmp_path, server, deadline_s=3) as p:
                told = await failing(p, replace(p.profile, url=raw.url))
                assert "certificate" in told
                assert raw.requests == []

    play(journey())


def test_a_failed_opening_can_be_tried_again(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            server.faults.add(FaultKind.HTTP500, None)
            told = await failing(p, p.profile)
            assert told
            server.faults.clear()
            press(p.window.messages, "Try again")
            await until(p.table_ready, PATIENCE_S)
            assert p.told == ""

    play(journey())


async def settle(p: Program) -> None:
    """Until nothing is asked of the server any more."""
    quiet = 0
    while quiet < 8:
        await asyncio.sleep(0.02)
        space = p.window.workspace
        quiet = quiet + 1 if space is None or not space.account.session.busy else 0
