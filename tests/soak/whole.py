# SPDX-License-Identifier: MIT
"""The whole program under a hostile network: a random person in the real window, five accounts, every fault there is.

The server is a process of its own. Nothing typed may be lost: it is staged, sent, or was taken back by the person.
"""

import asyncio
import gc
import os
import random
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.faults import AT_START, FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Create, Update
from crmdesk.domain.errors import CrmError, TlsRefused
from crmdesk.domain.names import AccountId, FieldName, RecordId, VendorName
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.engine.staging import Edit
from crmdesk.ui.changes.review_dialog import ReviewDialog
from tests.journeys.program import Program
from tests.soak.serving import Child
from tests.ui.house import press
from tests.ui.waiting import until

MOST_STALL_MS = 100.0
_PHASE_S, _CALM_S, _ACTION_S = 9.0, 4.0, 8.0
_WARM_S = 120.0
"""Until then everything has been opened once; from then on nothing may grow."""
_MOST_MORE_THREADS, _MOST_MORE_HANDLES, _MOST_MORE_MB = 4, 12, 60.0
_KINDS = tuple(kind for kind in FaultKind if kind not in AT_START)
Cell = tuple[str, RecordId, FieldName]


@dataclass(slots=True)
class Size:
    """What the process holds: threads, open files and sockets, memory in MB (0 = the system does not tell)."""

    threads: int = 0
    handles: int = 0
    memory_mb: float = 0.0


def size_now() -> Size:
    """Measured after a collection."""
    gc.collect()
    if sys.platform != "linux":
        return Size(threading.active_count())
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[1])
    return Size(threading.active_count(), len(os.listdir("/proc/self/fd")), pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


@dataclass(slots=True)
class Result:
    """What came of it.

    Attributes:
        stall_ms: the longest that the Qt thread worked without a look at its events; wall_ms: with what others on
            this computer took from it.
    """

    calls: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    actions: Counter[str] = field(default_factory=Counter)
    typed: int = 0
    applied: int = 0
    refused: int = 0
    unknown: int = 0
    waiting: int = 0
    taken_back: int = 0
    lost: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stall_ms: float = 0.0
    wall_ms: float = 0.0
    start: Size = field(default_factory=Size)
    end: Size = field(default_factory=Size)

    def troubles(self) -> list[str]:
        """Everything that did not hold."""
        found = [*(f"lost: {one}" for one in self.lost[:10]), *(f"error: {one}" for one in self.errors[:10])]
        if self.stall_ms > MOST_STALL_MS:
            found.append(f"the Qt thread worked {self.stall_ms:.0f} ms without a look at its events")
        more = (self.end.threads - self.start.threads, self.end.handles - self.start.handles,
                self.end.memory_mb - self.start.memory_mb)  # fmt: skip
        for what, grown, most in zip(
            ("threads", "handles", "MB"), more, (_MOST_MORE_THREADS, _MOST_MORE_HANDLES, _MOST_MORE_MB), strict=True
        ):
            if grown > most:
                found.append(f"{grown:.0f} {what} more than at the start")
        return found


class _Person(Program):
    """The window, with an account of every vendor."""

    def __init__(self, folder: Path, child: Child) -> None:
        self._child = child
        self._cpu_s = time.thread_time()
        self.worked_ms = 0.0
        self.on_stall: Callable[[float], None] = lambda _: None
        super().__init__(folder, DemoServer(rows=1), deadline_s=3)
        self.desk.close()
        self.desk = Desk(folder / "config", folder / "data", make_http=lambda _: HttpClient(deadline_s=3.0, proxy=""))
        self.profiles = [self._profile(given) for given in child.accounts]
        self.formats = type(self.formats)(QLocale("en_SE"), self.formats.zone)

    def _profile(self, given: dict[str, Any]) -> Profile:
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
        self._cpu_s = time.thread_time()
        self.worked_ms = 0.0

    def _beat(self) -> None:
        super()._beat()
        now = time.thread_time()
        worked_ms = (now - self._cpu_s) * 1000
        self.worked_ms = max(self.worked_ms, worked_ms)
        self._cpu_s = now
        if worked_ms > MOST_STALL_MS:
            self.on_stall(worked_ms)


class Soak:
    """One run: what the person does, and what became of every value typed."""

    def __init__(self, person: _Person, child: Child, draw: random.Random) -> None:
        self.p, self.child, self.draw = person, child, draw
        self.result = Result()
        self.typed: dict[str, Cell] = {}
        self.doing = "start"
        self._number = 0
        self._tried: dict[str, Cell] = {}
        self._actions: tuple[tuple[int, Callable[[], Awaitable[None]]], ...] = (
            (6, self.open_table), (10, self.edit), (6, self.filter), (4, self.search), (5, self.apply), (3, self.undo),
            (2, self.redo), (3, self.switch), (3, self.close_tab), (3, self.open_record), (2, self.reload), (1, self.sort),
        )  # fmt: skip

    async def run(self, minutes: float) -> Result:
        """Act until the time is over, through phases of faults and of calm."""
        self.p.show()
        begun = time.monotonic()
        for profile in self.p.profiles:
            await self._open(profile)
        self.p.watch()
        next_phase, calm, warm = time.monotonic(), True, False
        while time.monotonic() - begun < minutes * 60:
            if time.monotonic() >= next_phase:
                calm = not calm
                await asyncio.to_thread(self._phase, calm)
                next_phase = time.monotonic() + (_CALM_S if calm else _PHASE_S)
            await self._act()
            if not warm and time.monotonic() - begun > min(_WARM_S, minutes * 30):
                await self._tidy()
                warm, self.result.start = True, size_now()
                self.p.watch()  # the collection is no work of the program's
        await asyncio.to_thread(self.child.calm)
        await self._settle()
        await self._tidy()
        return self.result

    async def _tidy(self) -> None:
        """One tab for each account: what grows is not what the person has open."""
        for space in list(self.p.window.workspaces.values()):
            for _ in range(len(space.pages) - 1):
                space.close_tab()
                await asyncio.sleep(0.1)

    def _phase(self, calm: bool) -> None:
        self.child.calm()
        for kind in () if calm else self.draw.sample(_KINDS, 3):
            self.child.fault(kind, self.draw.randint(2, 12))

    async def _act(self) -> None:
        action = self.draw.choices([one for _, one in self._actions], [weight for weight, _ in self._actions])[0]
        self.doing = action.__name__
        self.result.actions[self.doing] += 1
        try:
            await asyncio.wait_for(action(), _ACTION_S)
        except (TimeoutError, AssertionError, CrmError):
            self.result.actions["gave up"] += 1  # a person shrugs and does something else
        except Exception as error:  # noqa: BLE001  nothing else may come out of a window
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            self.result.errors.append(f"{self.doing}: {type(error).__name__}: {error} ({where})"[:300])
        with suppress(AssertionError, RuntimeError):
            await self.p.close_sheets()
        await asyncio.sleep(0.01)

    async def _open(self, profile: Profile) -> None:
        with suppress(CrmError, AssertionError, TimeoutError):
            await asyncio.wait_for(self.p.window.open_account(profile), 20)
            await until(lambda: self.p.table_ready(), 10)

    # ---- what a person does ------------------------------------------------------------------------------------------

    async def switch(self) -> None:
        """Another account to the front."""
        await self._open(self.draw.choice(self.p.profiles))

    async def open_table(self) -> None:
        """A table, sometimes in a tab of its own."""
        modules = [one for one in self.p.space.modules if one.is_listed][:12]
        if modules:
            apart = self.draw.random() < 0.3 and len(self.p.space.pages) < 6
            self.p.space.open_module(self.draw.choice(modules), apart=apart)
            await until(self.p.table_ready, 4)

    async def edit(self) -> None:
        """A text of a visible row."""
        tab, account = self.p.tab, self.p.account
        schema = account.session.known_schema(tab.module.name)
        row = self.draw.randrange(max(1, min(20, tab.rows.read)))
        record = tab.rows.at(row)
        if schema is None or record is None:
            return
        names = [one.name for one in schema.fields if one.type.is_text and not one.read_only and not one.choices
                 and one.name in {str(column.key) for column in tab.model.columns}]  # fmt: skip
        if not names:
            return
        self._number += 1
        name, value = self.draw.choice(names), f"soak {self._number}"
        self._tried[value] = (str(account.profile.id), record.id, name)
        if self.draw.random() < 0.6:
            with suppress(AttributeError):  # a list to choose from, where this person cannot type
                await self.p.edit(row, name, value)
        else:
            await account.staged.edit([Edit(record, name, value)])
        if self._is_staged(account, record.id, name, value):
            self._retype(account, record.id, name)
            self.typed[value] = (str(account.profile.id), record.id, name)
            self.result.typed += 1

    def _is_staged(self, account: Account, record: RecordId, name: FieldName, value: str) -> bool:
        staged = account.staged.get(record)
        return staged is not None and staged.values.get(name) == value

    def _retype(self, account: Account, record: RecordId, name: FieldName) -> None:
        cell = (str(account.profile.id), record, name)
        for value, at in list(self.typed.items()):
            if at == cell and not self._known_to_journal(value):
                del self.typed[value]
                self.result.taken_back += 1

    def _known_to_journal(self, value: str) -> bool:
        return value in self._sent

    _sent: frozenset[str] = frozenset()

    async def filter(self) -> None:
        """A condition on a text, or none."""
        tab = self.p.tab
        if tab.bar is None:
            return
        schema = self.p.account.session.known_schema(tab.module.name)
        names = [one.name for one in schema.fields if one.filterable and one.type.is_text] if schema is not None else []
        from crmdesk.domain.query import Compare, Op

        where = (
            None
            if not names or self.draw.random() < 0.4
            else Compare(self.draw.choice(names), Op.CONTAINS, self.draw.choice("aeiou"))
        )
        tab.bar.show_filter(where)
        tab.bar.filter_changed.emit(where)
        await asyncio.sleep(0.3)

    async def search(self) -> None:
        """Letters in the quick search."""
        tab = self.p.tab
        if tab.bar is not None:
            tab.bar.search.setFocus()
            tab.bar.search.selectAll()
            QTest.keyClicks(tab.bar.search, self.draw.choice(("an", "o", "", "ltd", "x")))
            await asyncio.sleep(0.3)

    async def sort(self) -> None:
        """By a click on a head."""
        header = self.p.tab.grid.horizontalHeader()
        header.sectionClicked.emit(self.draw.randrange(max(1, header.count())))
        await asyncio.sleep(0.1)

    async def open_record(self) -> None:
        """Another row, its details, one of its tabs."""
        tab = self.p.tab
        if not tab.model.columns or not self.p.space.panel.tabs.names():
            return
        tab.grid.go_to(self.draw.randrange(max(1, min(20, tab.rows.read))), tab.model.columns[0].key)
        self.p.space.panel.tabs.choose(self.draw.choice(self.p.space.panel.tabs.names()))
        await asyncio.sleep(0.2)

    async def reload(self) -> None:
        """F5."""
        self.p.space.reload()
        await until(self.p.table_ready, 4)

    async def close_tab(self) -> None:
        """Never the last one."""
        if len(self.p.space.pages) > 1:
            self.p.space.close_tab()
        await asyncio.sleep(0.05)

    async def undo(self) -> None:
        """Take back the last step; what is gone by it was meant to go."""
        account = self.p.account
        before = self._staged_values(account)
        self.p.space.undo()
        await asyncio.sleep(0.05)
        await account.staged.finished()
        await asyncio.sleep(0.1)
        for value in before - self._staged_values(account):
            if value in self.typed and not account.applier.running:
                del self.typed[value]
                self.result.taken_back += 1

    async def redo(self) -> None:
        """And again."""
        account = self.p.account
        before = self._staged_values(account)
        self.p.space.redo()
        await asyncio.sleep(0.15)
        for staged in account.staged.all():
            for name, value in staged.values.items():
                if (
                    isinstance(value, str)
                    and value.startswith("soak ")
                    and value not in before
                    and value not in self.typed
                ):
                    self.typed[value] = (str(account.profile.id), staged.id, name)
                    self.result.taken_back -= 1

    def _staged_values(self, account: Account) -> set[str]:
        return {value for one in account.staged.all() for value in one.values.values() if isinstance(value, str)}

    def _was_retyped(self, value: str, told: dict[str, str], waiting: set[str]) -> bool:
        number, cell = int(value.split()[1]), self.typed[value]
        later = (one for one, at in self._tried.items() if at == cell and int(one.split()[1]) > number)
        return any(one in waiting or one in told for one in later)

    async def apply(self) -> None:
        """Review and send everything; conflicts stay where they are."""
        if not self.p.account.staged.count:
            return
        self.p.space.review()
        sheet = self.p.sheet(ReviewDialog)
        await until(lambda: bool(sheet.review.checked) or bool(sheet.note_text), 6)
        if sheet.review.checked:
            with suppress(StopIteration):
                press(sheet, "Apply")
            await until(lambda: bool(sheet.review.sent) and not self.p.account.applier.running, 6)
        await self._look_up()

    async def _look_up(self) -> None:
        said: set[str] = set()
        for account in self.p.desk.open_accounts:
            said |= set(await journalled(account))
        self._sent = frozenset(said)

    # ---- afterwards --------------------------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """Hold every value typed against what waits and what the journals say."""
        for account in self.p.desk.open_accounts:
            with suppress(AssertionError):
                await until(lambda a=account: not a.applier.running, 20)  # type: ignore[misc]
        told: dict[str, str] = {}
        waiting: set[str] = set()
        for account in self.p.desk.open_accounts:
            told |= await journalled(account)
            waiting |= self._staged_values(account)
        r = self.result
        for value, cell in self.typed.items():
            word = told.get(value, "")
            r.applied += word == "applied"
            r.refused += word == "refused"
            r.unknown += word == "unknown"
            r.waiting += value in waiting
            if word in ("", "refused", "skipped") and value not in waiting and self._was_retyped(value, told, waiting):
                r.taken_back += 1  # the person gave up waiting, and what was typed over it came through all the same
            elif word not in ("applied", "unknown") and value not in waiting:
                r.lost.append(f"{value} of {cell}: journal {word or 'nothing'}, not waiting")


async def journalled(account: Account) -> dict[str, str]:
    """Value -> the strongest word of the account's journal for it."""
    order, found = ("skipped", "refused", "unknown", "applied"), dict[str, str]()
    for batch in await account.journal.batches(1_000_000):
        for entry in await account.journal.entries(batch.id):
            word = entry.outcome or ("unknown" if entry.sent is not None else "skipped")
            if isinstance(entry.change, (Create, Update)):
                for value in entry.change.values.values():
                    if isinstance(value, str):
                        found[value] = max(found.get(value, "skipped"), word, key=order.index)
    return found


async def bad_certificates(person: _Person) -> dict[str, int]:
    """An account whose server shows a certificate that is no good: refused, twice."""
    from crmdesk.assets import resource

    told: dict[str, int] = {}
    for kind in sorted(AT_START):
        with DemoServer(rows=1, certificate=resource("demo", f"{kind}.pem")) as server:
            profile = person._profile(server.account("crmplus"))
            try:
                await person.desk.test(profile, {})
            except TlsRefused:
                told[str(kind)] = 1
    return told


async def work(folder: Path, minutes: float, seed: int) -> Result:
    """The whole run; Qt's loop is running."""
    heard: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, told: heard.append(str(told.get("exception") or told["message"])[:300])
    )
    with Child() as child:
        person = _Person(folder, child)
        soak = Soak(person, child, random.Random(seed))
        slow: Counter[str] = Counter()
        person.on_stall = lambda ms: slow.update({f"{soak.doing} {ms:.0f} ms": 1})
        try:
            refused = await bad_certificates(person)
            result = await soak.run(minutes)
            result.stall_ms, result.wall_ms = person.worked_ms, person.longest_gap_ms
            result.end = size_now()
            result.calls, result.faults = (figures := child.figures())["calls"], {**figures["faults"], **refused}
            result.errors += heard + [f"stall: {one}" for one in slow]
        finally:
            await person.close()
        return result


def heard_from_qt(kind: QtMsgType, text: str) -> None:
    """Qt's complaints, but for those that the offscreen platform makes of itself."""
    if kind != QtMsgType.QtDebugMsg and "This plugin does not support" not in text:
        print(text, file=sys.stderr)


def soak(folder: Path, minutes: float, seed: int) -> Result:
    """Work for so many minutes."""
    import qasync

    from crmdesk.ui.collector import Collector

    app = QApplication.instance() or QApplication(["soak"])
    assert isinstance(app, QApplication)
    from crmdesk.ui.theme import Theme

    Theme(app)
    Collector(app)
    app.setQuitOnLastWindowClosed(False)
    qInstallMessageHandler(lambda kind, _context, text: heard_from_qt(kind, text))
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop:
        result: Result = loop.run_until_complete(work(folder, minutes, seed))
    return result


def lines(r: Result) -> list[str]:
    """The table."""
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(r.faults.items()))
    actions = ", ".join(f"{name} {count}" for name, count in sorted(r.actions.items()))
    return [
        f"calls      {r.calls:,}",
        f"faults     {sum(r.faults.values()):,}: {faults}",
        f"actions    {sum(r.actions.values()):,}: {actions}",
        f"edits      {r.typed:,} typed and on the disk: {r.taken_back:,} taken back, {r.applied:,} applied, {r.refused:,} refused, "
        f"{r.unknown:,} unknown, {r.waiting:,} waiting, {len(r.lost)} lost",
        f"Qt thread  {r.stall_ms:.0f} ms the longest piece of work ({r.wall_ms:.0f} ms on the wall of this computer)",
        f"threads    {r.start.threads} at the start, {r.end.threads} at the end",
        f"handles    {r.start.handles} at the start, {r.end.handles} at the end",
        f"memory     {r.start.memory_mb:.0f} MB at the start, {r.end.memory_mb:.0f} MB at the end",
        *r.troubles(),
    ]
