# SPDX-License-Identifier: MIT
"""How soon a window is on the screen: the bundle beside the same program from its environment, by turns.

    python3 packaging/run.py starts [--rounds N]

Starts each on a virtual screen of its own (Xvfb) and listens to the X server for the first top-level window that is
mapped; no polling, no window manager. sqlitebrowser, where it is installed, takes its turn as a measure of the machine.
The processor time until then is told, too: on a busy machine it says more than the clock.
Exit code 0 if the bundle keeps its bounds, 1 if not, 2 if it cannot be measured here.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import bundle
import stamp

AGAINST_SOURCE = 1.1
AGAINST_PEER = 1.5
_PATIENCE_S = 60
_MAP_NOTIFY = 19  # X.h
_SUBSTRUCTURE_NOTIFY = 1 << 19
_SMALLEST_WINDOW = 200  # pixels; toolkits map helpers of a few pixels first


class _Event(ctypes.Structure):
    """XMapEvent of Xlib.h, padded to the 24 longs of XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("event", ctypes.c_ulong),
        ("window", ctypes.c_ulong),
        ("override_redirect", ctypes.c_int),
        ("pad", ctypes.c_long * 24),
    )


class Start(NamedTuple):
    """One start: milliseconds until the window was there, by the clock and of the processor."""

    clock_ms: float
    processor_ms: float


class Screen:
    """The virtual screen as Xlib tells of it."""

    def __init__(self, name: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(name.encode()))
        if self._display.value is None:
            raise OSError(f"The virtual screen {name} does not answer.")
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        self._x.XSelectInput(self._display, self._root, ctypes.c_long(_SUBSTRUCTURE_NOTIFY))
        self._x.XSync(self._display, 1)

    def forget(self) -> None:
        """Drop what happened so far."""
        self._x.XSync(self._display, 1)

    def first_window_s(self, began_s: float) -> float | None:
        """Wait for a window; return the seconds since `began_s` (monotonic), None where none comes in time."""
        event, handle = _Event(), self._x.XConnectionNumber(self._display)
        while (left_s := began_s + _PATIENCE_S - time.monotonic()) > 0:
            if not self._x.XPending(self._display):
                select.select([handle], [], [], left_s)
                continue
            self._x.XNextEvent(self._display, ctypes.byref(event))
            came_s = time.monotonic() - began_s
            if event.type == _MAP_NOTIFY and self._is_large(event.window):
                return came_s
        return None

    def _is_large(self, window: int) -> bool:
        root, numbers = ctypes.c_ulong(), [ctypes.c_int() for _ in range(2)]
        sizes = [ctypes.c_uint() for _ in range(4)]
        places = [ctypes.byref(value) for value in (root, *numbers, *sizes)]
        known = self._x.XGetGeometry(self._display, ctypes.c_ulong(window), *places)
        return bool(known) and min(sizes[0].value, sizes[1].value) >= _SMALLEST_WINDOW


@contextmanager
def virtual_screen() -> Iterator[str]:
    """A screen that goes with the block; its name for DISPLAY."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def main(argv: list[str]) -> int:
    """Measure; see the top of the file."""
    parser = argparse.ArgumentParser(prog="run.py starts", description="Measure the start of the bundle.")
    parser.add_argument("--rounds", type=int, default=7, help="starts of each, after one that does not count")
    options = parser.parse_args(argv)
    programs = {
        "bundle": [bundle.program()],
        "environment": [stamp.environment_python(bundle.ROOT), "-P", "-m", "crmdesk"],
    }
    if not os.path.exists(programs["bundle"][0]):
        print(f"There is no bundle yet: {bundle.RUN} bundle makes it.", file=sys.stderr)
        return 2
    if sys.platform != "linux" or not shutil.which("Xvfb"):
        print("Skipped: starts are measured on Linux with Xvfb.")
        return 2
    peer = shutil.which("sqlitebrowser")
    if peer:
        programs["sqlitebrowser"] = [peer]
    else:
        print("skipped  sqlitebrowser is not installed, so there is no comparison with it")
    with tempfile.TemporaryDirectory(prefix="crmdesk-starts-") as home, virtual_screen() as name:
        taken = _by_turns(programs, Screen(name), name, home, options.rounds)
    return _told(taken)


def _by_turns(
    programs: dict[str, list[str]], screen: Screen, display: str, home: str, rounds: int
) -> dict[str, list[Start]]:
    """Start each in turn; return the milliseconds until its window was there, without the first of each."""
    taken: dict[str, list[Start]] = {name: [] for name in programs}
    environ = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    environ.update(DISPLAY=display, HOME=home, XDG_RUNTIME_DIR=home, CRMDESK_CONFIG_DIR=home, CRMDESK_DATA_DIR=home)
    environ["PYTHONPATH"] = bundle.ROOT  # for the environment; the bundle does not look at it
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for number in range(rounds + 1):
        for name, command in programs.items():
            screen.forget()
            began_s = time.monotonic()
            running = subprocess.Popen(command, env=environ, cwd=home, stderr=subprocess.DEVNULL)
            window_s = screen.first_window_s(began_s)
            used_ms = _processor_ms(running.pid)
            running.kill()
            running.wait()
            if window_s is None:
                raise SystemExit(f"{name} showed no window within {_PATIENCE_S} s.")
            if number:
                taken[name].append(Start(window_s * 1000, used_ms))
    return taken


def _processor_ms(process: int) -> float:
    """What a process has used of the processors so far, user and system (man 5 proc, fields 14 and 15)."""
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _told(taken: dict[str, list[Start]]) -> int:
    """Print the figures and judge them; return the exit code."""
    medians = {name: statistics.median(one.clock_ms for one in starts) for name, starts in taken.items()}
    for name, starts in taken.items():
        clock = [one.clock_ms for one in starts]
        used = statistics.median(one.processor_ms for one in starts)
        spread = f"{min(clock):.0f} to {max(clock):.0f} in {len(clock)} starts"
        print(f"{name:14} {medians[name]:6.0f} ms   {spread}; processor {used:.0f} ms")
    kept = True
    for name, bound in (("environment", AGAINST_SOURCE), ("sqlitebrowser", AGAINST_PEER)):
        if name in medians:
            ratio = medians["bundle"] / medians[name]
            kept = kept and ratio <= bound
            print(f"{'ok    ' if ratio <= bound else 'FAILED'} bundle / {name}: {ratio:.2f}, at most {bound}")
    return 0 if kept else 1
