# SPDX-License-Identifier: MIT
"""The window of a soak with an account of every vendor, and a watch over its Qt thread that names what held it up."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from PySide6.QtCore import QLocale
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.call_log import LoggedHttp
from crmdesk.engine.desk import Desk
from crmdesk.engine.profiles import Environment, Profile
from tests.journeys.program import Program
from tests.soak.serving import Child

MOST_STALL_MS = 100.0
_LOOK_S, _DEEP = 0.01, 14


class Watcher:
    """Looks at a thread from beside while it has worked for long without a look at its events.

    Attributes:
        seen: the innermost of our own frames, as often as they were seen since ``fresh``.
    """

    def __init__(self, *, after_ms: float = 50) -> None:
        self.seen: dict[str, int] = {}
        self._ident, self._after_s = threading.get_ident(), after_ms / 1000
        self._clock = time.pthread_getcpuclockid(self._ident) if hasattr(time, "pthread_getcpuclockid") else None
        self._begun = self._worked()
        self._over = threading.Event()
        threading.Thread(target=self._look, name="soak-watcher", daemon=True).start()

    def fresh(self) -> None:
        """The thread has come round."""
        self._begun = self._worked()
        if self.seen:
            self.seen = {}

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def told(self) -> str:
        """Where it was most often."""
        ordered = sorted(self.seen.items(), key=lambda one: -one[1])
        return "; ".join(f"{count}x {place}" for place, count in ordered[:3])

    def _worked(self) -> float:
        return time.clock_gettime(self._clock) if self._clock is not None else 0.0

    def _look(self) -> None:
        while not self._over.wait(_LOOK_S):
            if self._worked() - self._begun < self._after_s:
                continue
            frame = sys._current_frames().get(self._ident)  # the only way to see another thread's place
            place = _place(frame)
            self.seen[place] = self.seen.get(place, 0) + 1


def _place(frame: FrameType | None) -> str:
    """The innermost frames, those of the program by file and line."""
    found: list[str] = []
    while frame is not None and len(found) < _DEEP:
        path = frame.f_code.co_filename.replace("\\", "/")
        if "/crmdesk/" in path or "/tests/" in path or not found:
            found.append(f"{Path(path).name}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(found)


async def type_letters(widget: QWidget, text: str) -> None:
    """Letter by letter: no hand is so fast that the program cannot look at its events between two."""
    for letter in text:
        if isValid(widget):
            QTest.keyClicks(widget, letter)
        await asyncio.sleep(0.02)


def _queued_s() -> float:
    """How long this thread has waited for a processor that somebody else had; 0 where the system does not tell."""
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class Person(Program):
    """The window, with an account of every vendor.

    Attributes:
        worked_ms: the longest work of the Qt thread between two looks at its events; away_ms: the same while
            ``is_away``, when nobody sees it. held_ms: the longest time between two looks in which it did not work
            though it had a processor: held up by another thread of ours or by the disk.
        on_stall: told (ms, where) of each that was too long.
    """

    def __init__(self, folder: Path, child: Child) -> None:
        self._child = child
        self._cpu_s = time.thread_time()
        self.worked_ms = self.away_ms = self.held_ms = 0.0
        self.is_away = False
        self._queued = _queued_s()
        self.on_stall: Callable[[float, str], None] = lambda _ms, _where: None
        self._watcher = Watcher()
        super().__init__(folder, DemoServer(rows=1), deadline_s=3)
        self.desk.close()
        self.desk = Desk(folder / "config", folder / "data", make_http=self._noted_http)
        self.profiles = [self.profile_for(given) for given in child.accounts]
        self.formats = type(self.formats)(QLocale("en_SE"), self.formats.zone)
        self.folder = folder

    def _noted_http(self, profile: Profile) -> LoggedHttp:
        """As the program makes it: what is said is noted, with its secrets masked."""
        return LoggedHttp(HttpClient(deadline_s=3.0, proxy=""), self.desk.clients.calls, profile.name)

    def profile_for(self, given: dict[str, Any]) -> Profile:
        """An account as the demo tells it, its secrets known for this run."""
        profile = Profile(
            id=AccountId(f"soak-{given['vendor']}"), name=given["vendor"], vendor=VendorName(given["vendor"]),
            url=given["url"], settings=given["set"], environment=Environment.SANDBOX, temporary=True,
        )  # fmt: skip
        for name, text in given["secrets"].items():
            self.desk.secrets.keep_for_this_run(profile.id, name, text)
        return profile

    def profile_of(self, name: str = "Demo", user: str | None = None) -> Profile:
        """The base class asks for one of its own server, which this one has not."""
        given = self._child.accounts[0]
        return Profile(
            id=AccountId("x"), name=name, vendor=VendorName(given["vendor"]), url=given["url"], temporary=True
        )

    def watch(self) -> None:
        """Measure this thread's own work beside the time on the wall."""
        super().watch()
        self._cpu_s, self._queued = time.thread_time(), _queued_s()
        self.worked_ms = self.held_ms = 0.0
        self._watcher.fresh()

    def skip(self) -> None:
        """What this thread did until now was the test's own."""
        self._cpu_s, self._last, self._queued = time.thread_time(), time.monotonic(), _queued_s()
        self._watcher.fresh()

    async def close(self) -> None:
        """As the base class; nobody looks any more."""
        self._watcher.stop()
        await super().close()

    def _beat(self) -> None:
        gap_ms, last = self.longest_gap_ms, self._last
        super()._beat()
        now, queued = time.thread_time(), _queued_s()
        worked_ms = (now - self._cpu_s) * 1000
        held_ms = (self._last - last - (queued - self._queued)) * 1000 - worked_ms - self._heart.interval()
        self._cpu_s, self._queued = now, queued
        if self.is_away:
            self.away_ms, self.longest_gap_ms = max(self.away_ms, worked_ms), gap_ms
            return
        self.worked_ms, self.held_ms = max(self.worked_ms, worked_ms), max(self.held_ms, held_ms)
        if worked_ms > MOST_STALL_MS:
            self.on_stall(worked_ms, self._watcher.told())
        self._watcher.fresh()
