# SPDX-License-Identifier: MIT
"""A run that broke off is noticed by the next one; one that still runs, or ended well, is not."""

import subprocess
import sys
from pathlib import Path

from crmdesk.engine.runs import Run

ROOT = Path(__file__).resolve().parents[2]
CODE = "import sys, os; from pathlib import Path; from crmdesk.engine.runs import Run; r = Run(Path(sys.argv[1])); print(r.begin(), flush=True); "


def other(folder: Path, then: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CODE + then, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_run_that_ended_well_leaves_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path / "logs")
    assert not run.begin()
    assert list((tmp_path / "logs").iterdir()) != []
    run.end()
    run.end()
    assert list((tmp_path / "logs").iterdir()) == []


def test_a_run_that_was_killed_is_noticed_once(tmp_path: Path) -> None:
    killed = other(tmp_path, "os._exit(9)")
    told, _ = killed.communicate(timeout=60)
    assert told == "False\n"
    run = Run(tmp_path)
    assert run.begin()
    run.end()
    again = Run(tmp_path)
    assert not again.begin()
    again.end()


def test_a_window_that_still_runs_is_no_broken_run(tmp_path: Path) -> None:
    running = other(tmp_path, "sys.stdin.readline(); r.end()")
    assert running.stdout is not None
    assert running.stdout.readline() == "False\n"
    run = Run(tmp_path)
    assert not run.begin()
    run.end()
    running.communicate("\n", timeout=60)
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = Run(tmp_path / "file")
    assert not run.begin()
    run.end()
