# SPDX-License-Identifier: MIT
"""A few kills in every run of the tests; ``python -m tests.soak kill`` does hundreds."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="children are forked")
def test_ten_kills_lose_nothing_and_make_nothing_twice() -> None:
    """In a process of its own: forking needs one without threads."""
    command = [sys.executable, "-m", "tests.soak", "kill", "--points", "10", "--sending", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert ", 0 lost, 0 stores unreadable" in done.stdout
    assert " 0 made twice, 0 unmarked, 0 wrongly held for applied" in done.stdout
