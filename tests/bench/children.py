# SPDX-License-Identifier: MIT
"""Fresh processes for the figures: warm bytecode, a home of their own, a virtual screen where there is one."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 300


@dataclass
class Children:
    """Starts measuring children. Made by ``children()``, which puts everything away.

    Attributes:
        platforms: Qt's platforms to measure on: offscreen, and xcb where Xvfb is installed.
    """

    folder: Path
    display: str = ""
    platforms: tuple[str, ...] = ("offscreen",)
    extra: dict[str, str] = field(default_factory=dict)

    def environment(self, platform: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of a child; nothing of the person's own settings is read or written."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CRMDESK_", "XDG_"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)  # a program that was installed has its bytecode
        home = str(self.folder / "home")
        kept |= {
            "HOME": home,
            "USERPROFILE": home,
            "APPDATA": home,
            "LOCALAPPDATA": home,
            "PYTHONPATH": str(_ROOT),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "QT_QPA_PLATFORM": platform,
        }
        if platform == "xcb":
            kept["DISPLAY"] = self.display
        return kept | dict(more or {})

    def run(
        self, module: str, *arguments: str, platform: str = "offscreen", patience_s: int = _PATIENCE_S, **more: str
    ) -> dict[str, Any]:
        """Run ``python -m tests.bench.<module> <now> <arguments>`` and give the JSON object it prints last.

        ``now`` is the monotonic clock, in seconds, just before the process began.

        Raises:
            RuntimeError: the child failed or said nothing.
        """
        command = [sys.executable, "-m", f"tests.bench.{module}", repr(time.monotonic()), *arguments]
        done = subprocess.run(
            command,
            env=self.environment(platform, more),
            cwd=_ROOT,
            capture_output=True,
            text=True,
            timeout=patience_s,
            check=False,
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode or not lines:
            raise RuntimeError(f"{module} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
        said: dict[str, Any] = json.loads(lines[-1])
        return said


@contextlib.contextmanager
def children(*, with_screen: bool = True) -> Iterator[Children]:
    """Children in a temporary folder; a virtual screen beside them where Xvfb is installed."""
    folder = Path(tempfile.mkdtemp(prefix="crmdesk-bench-"))
    (folder / "home").mkdir()
    screen: subprocess.Popen[str] | None = None
    made = Children(folder)
    try:
        if with_screen and shutil.which("Xvfb"):
            screen = subprocess.Popen(
                ["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1200x24", "-nolisten", "tcp"],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            number = screen.stdout.readline().strip() if screen.stdout is not None else ""
            if number:
                made.display, made.platforms = f":{number}", ("offscreen", "xcb")
        yield made
    finally:
        if screen is not None:
            screen.terminate()
            screen.wait(10)
            if screen.stdout is not None:
                screen.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)
