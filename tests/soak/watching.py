# SPDX-License-Identifier: MIT
"""A demo server under watch: who read and wrote what, in which order; and what of that was lost without a word.

Every value written in a soak is written once only, ours begin with "o", the other writer's with "f": so a value tells
who wrote it, and its place in the order of events tells whether it was seen before it was overwritten.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from time import perf_counter

from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.server import DemoServer
from tests.soak.worlds import OTHERS, World

Place = tuple[str, str]
"""Record key and field."""
State = dict[Place, str]
OURS, THEIRS = "o", "f"


@dataclass(frozen=True, slots=True)
class Event:
    """One request that read or changed watched records.

    Attributes:
        is_ours: else the second writer's. read: the record that was read, "" = none. changes: old and new values.
    """

    when_s: float
    is_ours: bool
    read: str
    changes: Mapping[Place, tuple[str, str]]


class Watch:
    """Stands before one site; requests are handled one after the other, as their order is what is to be known.

    Attributes:
        meddle: called after a request of ours was handled and before it is answered, with the record that it read
            ("" = it wrote); on the server's thread.
    """

    def __init__(self, server: DemoServer, world: World) -> None:
        self.events: list[Event] = []
        self.meddle: Callable[[str], None] = lambda _: None
        self._site, self._world = server.site(world.vendor), world
        self._handle = self._site.handle
        self._lock = RLock()
        self._keys: tuple[str, ...] = ()
        self._pattern = re.compile("$^")
        self._state: State = {}
        self._site.handle = self.handle  # type: ignore[method-assign]

    def over(self, keys: Iterable[str]) -> None:
        """Watch these records from now on."""
        self._keys = tuple(keys)
        inner = "|".join(re.escape(key) for key in self._keys)
        self._pattern = re.compile(rf"(?<![\w-])(?:{inner})(?![\w-])")
        self._state = self.state()

    def state(self) -> State:
        """What the server holds of the watched records now."""
        with self._lock:
            rows = self._world.held(self._site)
            return {
                (key, name): str(rows[key].get(column) or "")
                for key in self._keys
                for name, column in self._world.fields.items()
            }

    def titled(self, prefix: str) -> list[str]:
        """The titles of the module's records that begin like this."""
        with self._lock:
            titles = (str(row.get(self._world.title[1]) or "") for row in self._world.held(self._site).values())
            return sorted(title for title in titles if title.startswith(prefix))

    def handle(self, request: Request) -> Reply:
        """Answer, and keep what it did."""
        is_ours = OTHERS not in request.headers
        with self._lock:
            reply = self._handle(request)
            read = self._world.key_read(self._site.operation(request), request, self._pattern)
            now = self._state if read or not self._keys else self.state()
            changes = {at: (old, now[at]) for at, old in self._state.items() if now[at] != old}
            self._state = now
            if read or changes:
                self.events.append(Event(perf_counter(), is_ours, read, changes))
        if is_ours and (read or changes):
            self.meddle(read)
        return reply


@dataclass(slots=True)
class Findings:
    """What the order of events says.

    Attributes:
        windows_ms: from each last look at a record to the write of ours that came on it.
        silent: values of others that were overwritten though nobody had seen them, before our last look.
        in_window: the same, written after our last look: no client can see these without the server's help.
        own: values of ours that a write of ours took away though it was not meant to.
    """

    windows_ms: list[float] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    in_window: int = 0
    own: list[str] = field(default_factory=list)

    def quantile_ms(self, share: float) -> float:
        """A quantile of the windows, 0 where there was none."""
        ordered = sorted(self.windows_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def judged(events: list[Event], known: Mapping[str, frozenset[str]]) -> Findings:
    """Hold every write of ours against what came before it.

    Args:
        known: for each value of ours, the values of others that the person knew of when it was sent.
    """
    found = Findings()
    looked: dict[str, tuple[int, float]] = {}
    written: dict[tuple[Place, str], int] = {}
    for at, event in enumerate(events):
        if event.is_ours and event.read:
            looked[event.read] = (at, event.when_s)
        for key in dict.fromkeys(key for key, _ in event.changes) if event.is_ours else ():
            if key in looked:
                found.windows_ms.append((event.when_s - looked[key][1]) * 1000)
        for place, (old, new) in event.changes.items():
            is_again, is_meant = (place, new) in written, new in known
            written[place, new] = at
            if not event.is_ours:
                continue
            if old.startswith(OURS) and (is_again or not is_meant):
                found.own.append(f"{place}: {old} gave way to {new}")
            if not old.startswith(THEIRS) or (is_meant and old in known[new]):
                continue
            if written.get((place, old), -1) > looked.get(place[0], (-1, 0.0))[0]:
                found.in_window += 1
            else:
                found.silent.append(f"{place}: {old} gave way to {new}")
    return found
