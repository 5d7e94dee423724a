# SPDX-License-Identifier: MIT
"""A mistake of ours on the command line: one line for people, the traceback in the log, no secret in either."""

import os
from pathlib import Path

import pytest

from crmdesk.cli import reading
from crmdesk.engine.logs import COMMANDS
from tests.cli.conftest import Crm

pytestmark = pytest.mark.allow_log


async def _broken(*_: object) -> int:
    raise RecursionError(f"too deep\nwith {os.environ['DEMO_KEY']} and password=hunter2")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "get", _broken)


@pytest.mark.usefixtures("broken")
def test_an_unexpected_error_is_one_line_and_its_traceback_is_in_the_log(crm: Crm, account: list[str]) -> None:
    done = crm("get", *account, "Leads", "1")
    log = Path(os.environ["CRMDESK_DATA_DIR"]) / "logs" / COMMANDS
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("crmdesk: Something unexpected went wrong: RecursionError: too deep with ")
    assert done.err.endswith(f"The details are in {log}.\n")
    assert done.err.count("\n") == 1
    text = log.read_text("utf-8")
    assert "Traceback (most recent call last)" in text
    for told in (done.err, text):
        assert os.environ["DEMO_KEY"] not in told
        assert "hunter2" not in told


@pytest.mark.usefixtures("broken")
def test_where_no_log_can_be_written_the_line_says_what_it_was(
    crm: Crm, account: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data folder is there, and a file stands where the logs' folder would be."""
    monkeypatch.setenv("CRMDESK_DATA_DIR", str(tmp_path))
    (tmp_path / "logs").write_text("")
    done = crm("get", *account, "Leads", "1")
    assert done.code == 1
    assert done.err.startswith("crmdesk: Something unexpected went wrong: RecursionError: too deep")
    assert "details" not in done.err
