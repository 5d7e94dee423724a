# SPDX-License-Identifier: MIT
"""Files that macOS asks us to open: before anybody can take them, and after."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_STORY = """
from pathlib import Path
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from crmdesk.ui.application import Application

app, got = Application(["crmdesk"]), []
for name in ("/a b/one.crmview", "/a b/two.jsonl"):
    assert app.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile(name)))
app.take_files(got.append)
assert got == [Path("/a b/one.crmview"), Path("/a b/two.jsonl")], got
assert app.sendEvent(app, QFileOpenEvent("/later.crmview"))
assert got[2:] == [Path("/later.crmview")], got
app.sendEvent(app, QFileOpenEvent(QUrl("https://example.org/x.crmview")))
assert len(got) == 3, got
print("all of it")
"""


def test_files_wait_until_somebody_takes_them() -> None:
    """In a process of its own: there is one application object, and a test run has its own already."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", _STORY], env=environ, capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.returncode) == ("all of it", 0), done.stderr
