# SPDX-License-Identifier: MIT
"""Breaks real windows, each in a process of its own, and looks at each while it runs and after it is gone."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.canary.crashing import WAYS

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 60.0
_LAST_WORD = {"kill": "ready", "abort": "ready", "again": "restored"}  # else "told"


@dataclass
class Crash:
    """What was seen of one process.

    Attributes:
        printed: its output. seen: arguments and environment of it and its children, as often as they were read.
        memory: the limits and filters of core dumps that it ran under. words: what it said of itself.
    """

    how: str
    printed: str = ""
    seen: list[str] = field(default_factory=list)
    memory: set[tuple[str, str]] = field(default_factory=set)
    words: list[str] = field(default_factory=list)


def break_windows(place: Path, keys: dict[str, str]) -> list[Crash]:
    """One after the other; the last one is the start after a crash.

    Raises:
        AssertionError: a window did not come as far as it was to be broken: nothing would be shown.
    """
    place.mkdir(parents=True, exist_ok=True)
    crashes = [_broken(how, place, keys) for how in WAYS]
    for crash in crashes:
        assert _LAST_WORD.get(crash.how, "told") in crash.words, f"{crash.how}: {crash.words} {crash.printed[-2000:]}"
    return crashes


def _broken(how: str, place: Path, keys: dict[str, str]) -> Crash:
    crash = Crash(how)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.canary.crashing", how, str(place)], cwd=ROOT, text=True, env=dict(os.environ),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    watching = threading.Thread(target=_watch, args=(child, crash), daemon=True)
    watching.start()
    deadline = threading.Timer(LONGEST_S, child.kill)
    deadline.start()
    child.stdin.write(json.dumps(keys) + "\n")
    child.stdin.flush()
    for line in child.stdout:
        crash.printed += line
        crash.words.append(line.strip())
        if how not in ("abort", "again") and line.strip() == _LAST_WORD.get(how, "told"):
            child.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    _, err = child.communicate()
    deadline.cancel()
    watching.join(5)
    crash.printed += err
    return crash


def _watch(child: "subprocess.Popen[str]", crash: Crash) -> None:
    """/proc of a process and of everything below it, until it ends."""
    while child.poll() is None:
        for number in family(child.pid):
            for name in ("cmdline", "environ"):
                with contextlib.suppress(OSError):
                    crash.seen.append(Path(f"/proc/{number}/{name}").read_text("utf-8", "replace"))
        if "ready" in crash.words:
            with contextlib.suppress(OSError):
                limits = Path(f"/proc/{child.pid}/limits").read_text("ascii")
                soft = next(line.split()[4] for line in limits.splitlines() if line.startswith("Max core file size"))
                chosen = Path(f"/proc/{child.pid}/coredump_filter").read_text("ascii").strip()
                if chosen:  # nothing stands there once it is dying
                    crash.memory.add((soft, chosen))
        threading.Event().wait(0.05)


def family(root: int) -> Iterator[int]:
    """A process and everything below it."""
    yield root
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))
