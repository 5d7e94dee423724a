# SPDX-License-Identifier: MIT
"""A file opened from outside goes to the window that runs, once; where none runs, nowhere."""

import subprocess
import sys
from pathlib import Path

from crmdesk.engine.hand_over import hand_over, taken

ROOT = Path(__file__).resolve().parents[2]


def test_where_nobody_runs_nothing_is_handed_over(tmp_path: Path) -> None:
    (tmp_path / "running-1").write_bytes(b"1")  # of a run that broke off
    assert not hand_over(tmp_path, Path("a.crmview"))
    assert taken(tmp_path) == []


def test_a_running_window_gets_it_once(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from crmdesk.engine.runs import Run; r = Run(Path(sys.argv[1])); r.begin(); print(1, flush=True); sys.stdin.readline(); r.end()"
    running = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    running.stdout.readline()
    assert hand_over(tmp_path, tmp_path / "ä b.crmview")
    assert taken(tmp_path) == [tmp_path / "ä b.crmview"]
    assert taken(tmp_path) == []
    running.communicate("\n", timeout=60)
