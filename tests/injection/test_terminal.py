# SPDX-License-Identifier: MIT
"""ANSI codes from a server to the command line: a terminal gets text; a pipe gets every character as it is."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmdesk.cli.terminal import Guarded, shown_plain
from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.server import DemoServer
from tests.cli.conftest import ROOT
from tests.injection.texts import CONTROLS

_ACTING = [chr(code) for code in (*range(9), *range(11, 32), *range(127, 160), 0x202E, 0x2066)]
TITLE = "\x1b]0;owned\x07\x1b[31mKoch\x9b2J\u202eOy"


@pytest.mark.parametrize("text", CONTROLS)
def test_ansi_codes_are_spelt_out(text: str) -> None:
    plain = shown_plain(text)
    assert not [letter for letter in _ACTING if letter in plain]
    assert json.loads(f'"{plain}"', strict=False) == text if '"' not in text and "\\" not in text else True


def test_ansi_codes_written_to_a_terminal() -> None:
    under = io.StringIO()
    stream = Guarded(under)
    print("a\x1b[0m\r\n\tb", file=stream)
    stream.writelines(["c\x07\n"])
    assert under.getvalue() == "a\\u001b[0m\n\tb\nc\\u0007\n"
    assert stream.getvalue() == under.getvalue()


def on_a_terminal(arguments: list[str], environment: dict[str, str]) -> str:
    """What a command writes where standard output and standard error are one terminal."""
    import pty

    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "crmdesk", *arguments],
        cwd=ROOT, env={**os.environ, **environment, "TERM": "xterm", "COLUMNS": "200"},
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    parts: list[bytes] = []
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        parts.append(piece)
    os.close(ours)
    child.wait(60)
    return b"".join(parts).decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
def test_ansi_codes_from_a_server_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """Rows as a table, as JSON, as CSV; one record; and an error that quotes the server."""
    with DemoServer(rows=5) as server:
        one = server.account("crmplus")
        site = server.site("crmplus")
        handle = site.handle

        def answer(request: Request) -> Reply:
            reply = handle(request)
            if b"nosuchfield" in request.body or "nosuchfield" in request.query:
                error = {"code": "QUERY_SYNTAX_ERROR", "message": TITLE}
                return Reply(200, json.dumps({"success": False, "error": error}).encode())
            return reply

        site.handle = answer  # type: ignore[method-assign]
        site.warm_up()
        rows = site.office.store.table("Leads").rows  # type: ignore[attr-defined]
        for row in rows.values():
            row["lastname"] = TITLE
        environment = {
            "CRMDESK_CONFIG_DIR": str(tmp_path), "CRMDESK_DATA_DIR": str(tmp_path), "KEY": one["secrets"]["access_key"],
        }  # fmt: skip
        account = [
            "--vendor",
            "crmplus",
            "--url",
            one["url"],
            "--set",
            f"user={one['set']['user']}",
            "--secret-env",
            "KEY",
        ]
        for more in (
            ["query", "Leads", "--limit", "2", "--format", "table"],
            ["query", "Leads", "--limit", "2", "--format", "json"],
            ["query", "Leads", "--limit", "2", "--format", "csv"],
            ["query", "--verbose", "--native", "select nosuchfield from Leads;"],
        ):
            said = on_a_terminal([more[0], *account, *more[1:]], environment)
            assert "Koch" in said, said
            assert not [letter for letter in _ACTING if letter != "\r" and letter in said], said
            assert "\r" not in said.replace("\r\n", "")
