# SPDX-License-Identifier: MIT
"""A demo server for this folder, and the command line as a function."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crmdesk.cli import build_parser, run
from crmdesk.demo.server import DemoServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    """One server for every test of this folder; they only read, or use faults that strike once."""
    with DemoServer() as server:
        yield server


@pytest.fixture
def account(demo: DemoServer, monkeypatch: pytest.MonkeyPatch, _own_home: Path) -> list[str]:
    """The options that name the demo's CRM+ account, its key in the environment, all folders the test's own."""
    one = demo.account("crmplus")
    monkeypatch.setenv("CRMDESK_CONFIG_DIR", str(_own_home / "settings"))
    monkeypatch.setenv("CRMDESK_DATA_DIR", str(_own_home / "accounts"))
    monkeypatch.setenv("DEMO_KEY", one["secrets"]["access_key"])
    return [
        "--vendor",
        "crmplus",
        "--url",
        one["url"],
        "--set",
        f"user={one['set']['user']}",
        "--secret-env",
        "DEMO_KEY",
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command did."""

    code: int
    out: str
    err: str


Crm = Callable[..., Answer]


@pytest.fixture
def crm(capsys: pytest.CaptureFixture[str]) -> Crm:
    """Run a command in this process; a wrong command line ends with code 2 as argparse does it."""

    def command(*words: str) -> Answer:
        try:
            arguments: argparse.Namespace = build_parser().parse_args(words)
            code = run(arguments)
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return command


def start(*words: str) -> "subprocess.Popen[str]":
    """A process of its own, with this checkout's code."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.Popen(
        [sys.executable, "-m", "crmdesk", *words],
        cwd=Path(environ["HOME"]),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture
def own(_own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    """A server of one's own, for tests that write; its account is ``mine``."""
    monkeypatch.setenv("CRMDESK_CONFIG_DIR", str(_own_home / "settings"))
    monkeypatch.setenv("CRMDESK_DATA_DIR", str(_own_home / "accounts"))
    with DemoServer(rows=400) as server:
        yield server


@pytest.fixture
def mine(own: DemoServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that name the account of ``own``."""
    one = own.account("crmplus")
    monkeypatch.setenv("OWN_KEY", one["secrets"]["access_key"])
    user = f"user={one['set']['user']}"
    return ["--vendor", "crmplus", "--url", one["url"], "--set", user, "--secret-env", "OWN_KEY"]
