# SPDX-License-Identifier: MIT
"""The books of a soak: what was typed where, what waits, what the journals say; and the table that is printed of it."""

import gc
import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from crmdesk.demo.faults import FaultKind
from crmdesk.domain.changes import Create, SaveDocument, Update
from crmdesk.domain.names import FieldName
from crmdesk.engine.desk import Account
from crmdesk.engine.staged_steps import Steps, Way
from crmdesk.engine.staging import NEW, StagedRecord
from tests.soak.person import MOST_STALL_MS

MARK = "soak "
"""How every value typed begins; a number follows."""
_MOST_MORE = {"threads": 4, "handles": 12, "MB": 60.0}
_MOST_MORE_LATER = {"threads": 2, "handles": 6, "MB": 20.0}
"""From half way to the end: by then the program has learnt what there is to learn, so that little but a leak grows."""
_THERE = ("applied", "unknown")
"""Words of the journal for what the server has, or may have."""
_MOST_AWAY_MS = 400.0
"""Nobody sees it; who comes back within it waits so long."""
Wish = tuple[str, str, str]
"""Account, record's key ("" = a new one), value typed."""
Cell = tuple[str, str, FieldName]


@dataclass(slots=True)
class Size:
    """What the process holds: threads, open files and sockets, memory in MB (0 = the system does not tell), and what they are."""

    threads: int = 0
    handles: int = 0
    memory_mb: float = 0.0
    names: Counter[str] = field(default_factory=Counter)

    def grown(self, other: "Size", most: Mapping[str, float], when: str) -> list[str]:
        """What there is too much more of, and what that is."""
        more = {
            "threads": self.threads - other.threads,
            "handles": self.handles - other.handles,
            "MB": self.memory_mb - other.memory_mb,
        }
        found = [f"{grown:.0f} {what} more than {when}" for what, grown in more.items() if grown > most[what]]
        return [*found, f"more than {when}: {self.more_than(other)}"] if found else []

    def more_than(self, other: "Size") -> str:
        """What there is more of, by name."""
        more = (self.names - other.names).most_common()
        told = [one for one in more if not one[0].startswith("object ")]
        told += [one for one in more if one[0].startswith("object ")][:20]
        return ", ".join(f"{count}x {name}" for name, count in told)


def size_now() -> Size:
    """As the system sees it: nothing is collected or given back for the measure."""
    if sys.platform != "linux":
        return Size(threading.active_count())
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[1])
    gc.unfreeze()  # what was put aside counts, too
    kinds = Counter(type(one).__name__ for one in gc.get_objects())
    gc.freeze()
    names = Counter({f"object {kind}": count for kind, count in kinds.items() if count > 300})
    names += Counter(f"thread {re.sub(r'[0-9]+', 'N', one.name)}" for one in threading.enumerate())
    names += Counter(f"module {name.partition('.')[0]}" for name in list(sys.modules))
    opened = os.listdir("/proc/self/fd")
    for number in opened:
        with suppress(OSError):
            names[f"handle {re.sub(r'[0-9]+', 'N', os.readlink(f'/proc/self/fd/{number}'))}"] += 1
    return Size(threading.active_count(), len(opened), pages * os.sysconf("SC_PAGE_SIZE") / 1e6, names)


@dataclass(slots=True)
class Result:
    """What came of it.

    Attributes:
        stall_ms: the longest that the Qt thread worked without a look at its events; wall_ms: with what others on
            this computer took from it; held_ms: the longest that it was held up by another thread or the disk; away_ms:
            the longest work while the window was minimised. stalls: where, of each that was too long.
        never: kinds of faults that did not come up; only a long run need meet them all.
    """

    calls: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    never: list[str] = field(default_factory=list)
    actions: Counter[str] = field(default_factory=Counter)
    typed: int = 0
    applied: int = 0
    refused: int = 0
    unknown: int = 0
    waiting: int = 0
    taken_back: int = 0
    lost: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stalls: list[str] = field(default_factory=list)
    stall_ms: float = 0.0
    wall_ms: float = 0.0
    held_ms: float = 0.0
    away_ms: float = 0.0
    start: Size = field(default_factory=Size)
    middle: Size = field(default_factory=Size)
    end: Size = field(default_factory=Size)

    def troubles(self) -> list[str]:
        """Everything that did not hold."""
        found = [*(f"lost: {one}" for one in self.lost[:10]), *(f"error: {one}" for one in self.errors[:10])]
        found += [f"stall: {one}" for one in self.stalls[:20]]
        found += [f"never met: {one}" for one in self.never]
        if self.stall_ms > MOST_STALL_MS:
            found.append(f"the Qt thread worked {self.stall_ms:.0f} ms without a look at its events")
        if self.away_ms > _MOST_AWAY_MS:
            found.append(
                f"the Qt thread worked {self.away_ms:.0f} ms without a look at its events, the window minimised"
            )
        found += self.end.grown(self.start, _MOST_MORE, "at the start")
        found += self.end.grown(self.middle, _MOST_MORE_LATER, "half way")
        return found


def lines(r: Result) -> list[str]:
    """The table."""
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(r.faults.items()))
    actions = ", ".join(f"{name} {count}" for name, count in sorted(r.actions.items()))
    return [
        f"calls      {r.calls:,}",
        f"faults     {sum(r.faults.values()):,}: {faults}",
        f"actions    {sum(r.actions.values()):,}: {actions}",
        f"edits      {r.typed:,} typed and on the disk: {r.taken_back:,} taken back, {r.applied:,} applied, "
        f"{r.unknown:,} unknown, {r.waiting:,} waiting ({r.refused:,} refused before), {len(r.lost)} lost",
        f"Qt thread  {r.stall_ms:.0f} ms the longest piece of work ({r.wall_ms:.0f} ms on the wall of this computer), "
        f"{r.away_ms:.0f} ms while the window was minimised; {r.held_ms:.0f} ms the longest it was held up",
        f"threads    {r.start.threads} at the start, {r.middle.threads} half way, {r.end.threads} at the end",
        f"handles    {r.start.handles} at the start, {r.middle.handles} half way, {r.end.handles} at the end",
        f"memory     {r.start.memory_mb:.0f} MB at the start, {r.middle.memory_mb:.0f} MB half way, "
        f"{r.end.memory_mb:.0f} MB at the end",
        *r.troubles(),
    ]


def counted(faults: dict[str, int]) -> list[str]:
    """The kinds of faults that never came up."""
    return sorted(str(kind) for kind in FaultKind if not faults.get(str(kind)))


def wishes_of(account: Account) -> dict[Wish, Cell]:
    """Every value typed that waits in an account, with its cell."""
    return {
        wish: (wish[0], str(staged.id.key), name)
        for staged in account.staged.all()
        for wish, name in _marked(account, staged)
    }


def _marked(account: Account, staged: StagedRecord) -> Iterable[tuple[Wish, FieldName]]:
    key = "" if staged.id.key.startswith(NEW) else str(staged.id.key)
    for name, value in staged.values.items():
        if isinstance(value, str) and value.startswith(MARK):
            yield (str(account.profile.id), key, value), name


async def journalled(account: Account) -> dict[Wish, str]:
    """The strongest word of the account's journal for each value."""
    order, found = ("skipped", "refused", "unknown", "applied"), dict[Wish, str]()
    for batch in await account.journal.batches(1_000_000):
        for entry in await account.journal.entries(batch.id):
            word = entry.outcome or ("unknown" if entry.sent is not None else "skipped")
            change, key = entry.change, ""
            if isinstance(change, Update):
                key = str(change.before.id.key)
            elif isinstance(change, SaveDocument) and change.before is not None:
                continue  # of lines, in which no such value is typed
            elif not isinstance(change, (Create, SaveDocument)):
                continue
            values = change.after.header.values if isinstance(change, SaveDocument) else change.values
            for value in values.values():
                if isinstance(value, str):
                    wish = (str(account.profile.id), key, value)
                    found[wish] = max(found.get(wish, "skipped"), word, key=order.index)
    return found


class Books:
    """What was typed, and which of it was taken back on purpose.

    Attributes:
        doing: what the person does now, for the story of a value that is lost.
    """

    def __init__(self, result: Result) -> None:
        self.result = result
        self.typed: dict[Wish, Cell] = {}
        self._tried: dict[Wish, Cell] = {}
        self._sent: frozenset[Wish] = frozenset()
        self._left: set[Wish] = set()
        self._walked: set[tuple[str, str]] = set()
        """Account and record's key of what undo and redo were about of late, whatever of it was on its way."""
        self._followed: list[Steps] = []
        self._story: dict[Wish, list[str]] = {}
        self.doing = ""

    def tries(self, wish: Wish, cell: Cell) -> None:
        """It will be typed; it may come through later than the person waits."""
        self._tried[wish] = cell

    def took(self, account: Account) -> None:
        """Whatever waits by now and is not in the books was typed a moment ago; it may stand over what was typed before."""
        for wish, cell in wishes_of(account).items():
            if wish in self.typed or wish in self._left:
                continue
            for old, at in list(self.typed.items()):
                if at == cell and old not in self._sent:
                    self.give_up(old)
            self._tried[wish] = self.typed[wish] = cell
            self.result.typed += 1
            self._note(wish, "typed")

    def gave_up(self, account: Account, before: Iterable[Wish]) -> None:
        """What waited and does not any more was taken back, unless it may have been sent meanwhile and no step was about it."""
        now = wishes_of(account)
        for wish in before:
            if wish not in now and wish in self.typed:
                place = self.typed[wish][:2]
                if place in self._walked or not account.applier.running:
                    self.give_up(wish)

    def follow(self, account: Account) -> None:
        """Listen to undo and redo of this account from now on: what such a step takes away is taken back, sent or not."""
        steps = account.staged._steps  # nobody else can tell what a step took from what was sent in the same moment
        if steps in self._followed:
            return
        self._followed.append(steps)
        walk = steps.walk

        def walked(way: Way) -> None:
            step = steps.next(way)
            walk(way)
            now = wishes_of(account)
            if step is not None:
                self._walked |= {(str(account.profile.id), str(slot.key)) for slot in (*step.before, *step.after)}
                gone = step.before if way is Way.FORTH else step.after
                for staged in filter(None, gone.values()):
                    for wish, _ in _marked(account, staged):
                        if wish in self.typed and wish not in now:
                            self.give_up(wish)

        steps.walk = walked  # type: ignore[method-assign]

    def went(self, before: Iterable[Wish], accounts: Iterable[Account]) -> None:
        """For the story: what waited before something was done and does not any more."""
        now = {wish for account in accounts for wish in wishes_of(account)}
        for wish in before:
            if wish not in now and wish in self.typed:
                self._note(wish, "went")
        self._walked.clear()  # whatever goes in another action is not explained by them

    def came_back(self, account: Account, before: Iterable[Wish]) -> None:
        """What was taken back waits again."""
        known = set(before)
        for wish, cell in wishes_of(account).items():
            if wish not in known and wish not in self.typed:
                self.typed[wish] = cell
                self.result.taken_back -= 1
                self._note(wish, "came back")

    async def read(self, accounts: Iterable[Account]) -> None:
        """What the server has by now, or may have. What it refused is the person's to change, as if it had never left."""
        told = [one for account in accounts for one in (await journalled(account)).items()]
        self._sent = frozenset([wish for wish, word in told if word in _THERE])

    async def close(self, accounts: Iterable[Account]) -> None:
        """Hold every value typed against what waits and what the journals say."""
        told: dict[Wish, str] = {}
        waiting: dict[Wish, Cell] = {}
        for account in accounts:
            told |= await journalled(account)
            waiting |= wishes_of(account)
        r = self.result
        for wish, cell in self.typed.items():
            word, waits = told.get(wish, ""), wish in waiting
            r.applied += word == "applied"
            r.refused += word == "refused"
            r.unknown += word == "unknown"
            r.waiting += waits
            if word in _THERE or waits:
                continue
            if self._was_retyped(wish, told, waiting):
                r.taken_back += 1  # the person gave up waiting, and what was typed over it came through all the same
            else:
                r.lost.append(
                    f"{wish[2]} of {cell}: journal {word or 'nothing'}, not waiting; {', '.join(self._story[wish])}"
                )

    def give_up(self, wish: Wish) -> None:
        """The person does not want it any more."""
        del self.typed[wish]
        self.result.taken_back += 1
        self._note(wish, "given up")

    def left_to_the_server(self, wish: Wish) -> None:
        """The person chose the server's value; what was typed waits until that is applied, and is wanted no more."""
        self._left.add(wish)
        if wish in self.typed:
            self.give_up(wish)

    def _note(self, wish: Wish, what: str) -> None:
        self._story.setdefault(wish, []).append(f"{what} in {self.doing}")

    def _was_retyped(self, wish: Wish, told: dict[Wish, str], waiting: dict[Wish, Cell]) -> bool:
        cell, number = self.typed[wish], _number(wish)
        later = (one for one, at in self._tried.items() if at == cell and _number(one) > number)
        return any(one in waiting or one in told for one in later)


def _number(wish: Wish) -> int:
    return int(wish[2].split()[1])
