# SPDX-License-Identifier: MIT
"""A locked screen is heard of over a bus of the test's own; without a bus nothing is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_CODE = """
import subprocess, sys
from PySide6.QtCore import QCoreApplication, QTimer
from crmdesk.ui.accounts.screen_lock import ScreenLock
app, told = QCoreApplication([]), []
screen = ScreenLock(app, lambda: told.append(True))
def tell(place, interface, value):
    subprocess.run(["dbus-send", "--session", "--type=signal", place, interface + ".ActiveChanged", "boolean:" + value])
def tell_all():
    tell("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "false")
    tell("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "true")
    tell("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", "true")
    tell("/org/freedesktop/ScreenSaver", "org.freedesktop.Other", "true")
    QTimer.singleShot(500, app.quit)
QTimer.singleShot(0, tell_all if screen.listens else app.quit)
app.exec()
print(screen.listens, len(told))
"""


def _said(*before: str, **environment: str) -> str:
    kept = {name: text for name, text in os.environ.items() if name not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY")}
    done = subprocess.run(
        [*before, sys.executable, "-c", _CODE], cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.skipif(not (shutil.which("dbus-run-session") and shutil.which("dbus-send")), reason="no D-Bus here")
def test_a_locked_screen_is_heard_of() -> None:
    assert _said("dbus-run-session", "--") == "True 2"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="nobody is asked there")
def test_without_a_bus_nothing_is_wrong() -> None:
    assert _said(DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent") == "False 0"
