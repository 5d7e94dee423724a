# SPDX-License-Identifier: MIT
"""The command line as separate processes: the demo server alone, pipes, interrupts, what gets imported."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, start


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A demo server in a process of its own; the options that name its account."""
    server = start("demo-server")
    assert server.stdout is not None
    (one, *_) = json.loads(server.stdout.readline())["accounts"]
    monkeypatch.setenv("DEMO_KEY", one["secrets"]["access_key"])
    yield [
        "--vendor",
        one["vendor"],
        "--url",
        one["url"],
        "--set",
        f"user={one['set']['user']}",
        "--secret-env",
        "DEMO_KEY",
    ]
    server.terminate()
    server.communicate(timeout=10)


def test_query_answers_from_a_server_in_another_process(remote: list[str]) -> None:
    crm = start("query", "Accounts", "--where", "bill_city = 'Helsinki'", "--format", "json", *remote)
    out, err = crm.communicate(timeout=30)
    assert (crm.returncode, err) == (0, "")
    assert {row["bill_city"] for row in json.loads(out)} == {"Helsinki"}


def test_a_reader_that_leaves_early_is_no_error(remote: list[str]) -> None:
    crm = start("query", "Contacts", "--format", "jsonl", *remote)
    assert crm.stdout is not None
    assert crm.stderr is not None
    json.loads(crm.stdout.readline())
    crm.stdout.close()
    assert crm.stderr.read() == ""
    crm.stderr.close()
    assert crm.wait(timeout=30) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals for one process")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("number", "code", "says"), [(signal.SIGINT, 130, "crmdesk: Interrupted.\n"), (signal.SIGTERM, 143, "")]
)
def test_an_interrupt_leaves_no_file(
    remote: list[str], tmp_path: Path, number: signal.Signals, code: int, says: str, form: str
) -> None:
    file = tmp_path / "rows.out"
    crm = start("query", "Contacts", "--format", form, "--output", str(file), *remote)
    until = time.monotonic() + 20
    while not any(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.005)
    os.kill(crm.pid, number)
    out, err = crm.communicate(timeout=30)
    assert (crm.returncode, out, err) == (code, "", says)
    assert list(tmp_path.iterdir()) == []


def test_nothing_heavy_is_loaded_without_need(remote: list[str]) -> None:
    show = "print(*sorted({m.partition('.')[0] for m in sys.modules}))"

    def loaded_by(work: str) -> set[str]:
        program = f"import sys; from crmdesk.cli import build_parser, run; {work}; {show}"
        done = subprocess.run([sys.executable, "-c", program, *options], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return set(done.stdout.splitlines()[-1].split())

    options: list[str] = []
    assert not {"asyncio", "requests", "keyring", "openpyxl", "sqlglot", "PySide6"} & loaded_by("build_parser()")
    options = ["query", "Accounts", "--count", *remote]
    loaded = loaded_by("run(build_parser().parse_args())")
    assert not {"keyring", "openpyxl", "sqlglot", "PySide6", "qasync", "rapidfuzz", "tabulate"} & loaded
