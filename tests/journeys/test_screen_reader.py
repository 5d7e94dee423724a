# SPDX-License-Identifier: MIT
"""The real window as a screen reader meets it: over AT-SPI, on a screen and a bus of the test's own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READER = Path(__file__).with_name("atspi_reader.py")
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
SYSTEM_PYTHON = "/usr/bin/python3"  # the bindings are the distribution's

_SCRIPT = """
"$LAUNCHER" --launch-immediately & bus=$!
sleep 1
"$OURS" -m crmdesk --demo & program=$!
"$THEIRS" "$READER" crmdesk; done=$?
kill $program; wait $program
kill $bus
exit $done
"""


def _launcher() -> str:
    return next((path for path in LAUNCHERS if Path(path).exists()), "")


def _missing() -> str:
    """What this machine lacks, "" = nothing."""
    lacks = [name for name in ("Xvfb", "xvfb-run", "dbus-run-session", "bash") if shutil.which(name) is None]
    if not _launcher():
        lacks.append("at-spi2-core")
    if (
        not Path(SYSTEM_PYTHON).exists()
        or subprocess.run([SYSTEM_PYTHON, "-c", "import pyatspi"], capture_output=True, check=False).returncode
    ):
        lacks.append("python3-pyatspi")
    return ", ".join(lacks)


@pytest.mark.xvfb
@pytest.mark.slow
def test_a_screen_reader_finds_cells_and_presses_a_button(tmp_path: Path) -> None:
    lacks = _missing()
    if lacks:
        pytest.skip(f"not on this machine: {lacks}")
    environ = {
        **{k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")},
        "LAUNCHER": _launcher(),
        "OURS": sys.executable,
        "THEIRS": SYSTEM_PYTHON,
        "READER": str(READER),
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "XDG_RUNTIME_DIR": str(tmp_path),
        "CRMDESK_LANG": "en",
        "CRMDESK_CONFIG_DIR": str(tmp_path / "config"),
        "CRMDESK_DATA_DIR": str(tmp_path / "data"),
    }
    tmp_path.chmod(0o700)
    done = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", "dbus-run-session", "--", "bash", "-c", _SCRIPT],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert ["table cell", "Äijälä Oy", "Account Name, row 2"] in told["cells"]
    assert {"Account Name", "Billing City"} <= set(told["columns"])
    assert {"Field", "Operator"} <= set(told["opened"])
    assert told["nameless"] == []
