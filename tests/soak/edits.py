# SPDX-License-Identifier: MIT
"""Random edits through the whole engine while somebody else writes to the same records: nothing is lost without a word."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crmdesk.connectors.port import Connector
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Applied, Create, Outcome, Refused, Skipped, Unknown, Update
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.applying import ApplyOptions, Checked, Decision, Decisions
from crmdesk.engine.codec import loads
from crmdesk.engine.desk import Account
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.staged_record import staged_from_json
from crmdesk.engine.staging import Edit, Kind
from tests.soak.watching import OURS, THEIRS, Findings, Place, Watch, judged
from tests.soak.worlds import World, opened, second_writer, serving

_RECORDS, _AT_ONCE = 40, (10, 26)
_MEDDLES, _AFTER_WRITES = 0.12, 0.04  # how often the second writer comes right behind a request of ours
FAULTS = (
    FaultKind.DELAY, FaultKind.DROP, FaultKind.DROP_AFTER, FaultKind.HTTP500, FaultKind.HTTP500_AFTER,
    FaultKind.SESSION_EXPIRED, FaultKind.SESSION_IDLE, FaultKind.SESSION_GONE, FaultKind.HALF_PAGE, FaultKind.UNAVAILABLE,
)  # fmt: skip


@dataclass(slots=True)
class Result:
    """What was seen in one world.

    Attributes:
        edits: cells typed. applied, refused, unknown, skipped: outcomes of records, as the journal has them.
        theirs, retyped: edits that gave way, to a decision or to a later edit of the same cell. staged: still waiting.
        lost: edits that are none of these. wrong: outcomes that the server's true state belies.
        creates: new records wanted. made: of these on the server. twice: made more than once.
        others: values written by the second writer.
    """

    world: str
    edits: int = 0
    applied: int = 0
    refused: int = 0
    conflicts: int = 0
    unknown: int = 0
    skipped: int = 0
    theirs: int = 0
    retyped: int = 0
    staged: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    creates: int = 0
    made: int = 0
    twice: int = 0
    others: int = 0
    faults: int = 0
    seconds: float = 0.0
    findings: Findings = field(default_factory=Findings)

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        found = self.findings
        return not (self.lost or self.wrong or self.twice or found.silent or found.own)


class Other:
    """The second writer: a session of its own, on a thread of its own."""

    def __init__(self, world: World, server: DemoServer, draw: random.Random) -> None:
        self._world, self._draw = world, draw
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="other")
        self._connector: Connector = self._thread.submit(second_writer, world, server).result()
        self.written = 0

    def write(self, key: str) -> "Future[None]":
        """Write one or two fields of a record, on its own thread."""
        names = self._draw.sample(self._world.names, self._draw.randint(1, 2))
        values = {}
        for name in names:
            self.written += 1
            values[name] = f"{THEIRS}{self.written}"
        return self._thread.submit(self._write, key, values)

    def _write(self, key: str, values: dict[FieldName, str]) -> None:
        with suppress(CrmError):  # a fault may hit it, and one server refuses what was changed meanwhile
            held = self._connector.fetch(self._world.record(key))
            self._connector.update(Update(held, dict(values)))

    def close(self) -> None:
        """Sign out."""
        self._thread.submit(self._connector.close).result()
        self._thread.shutdown()


class Soak:
    """One account at work. Used on the loop's thread, but for ``_meddle``, which the server's threads call."""

    def __init__(
        self, world: World, account: Account, server: DemoServer, watch: Watch, draw: random.Random, faults: bool
    ) -> None:
        self.world, self.account, self.server, self.watch, self.draw = world, account, server, watch, draw
        self.result = Result(world.name)
        self.known: dict[str, frozenset[str]] = {}
        self._faults = faults
        self._other = Other(world, server, random.Random(draw.random()))
        self._bases: dict[str, Record] = {}
        self._typed: dict[str, tuple[Place, str]] = {}  # value -> where, and what became of it
        self._moments = random.Random(draw.random())
        self._needed: dict[FieldName, Value] = {}  # what a new record cannot do without

    # ---- the run -----------------------------------------------------------------------------------------------------

    async def run(self, count: int) -> None:
        """Type so many edits, sending them in between; then look at everything."""
        feed = PageFeed(self.account.session, Query(ModuleName(self.world.module)))
        keys: list[str] = []
        while len(keys) < _RECORDS and not feed.exhausted:
            keys += [row.id.key for row in (await feed.next_page()).records]
        keys = keys[:_RECORDS]
        for key in keys:
            self._bases[key] = await self.account.session.fetch(self.world.record(key))
        schema, first = await self.account.session.schema(ModuleName(self.world.module)), self._bases[keys[0]]
        self._needed = {f.name: first.values.get(f.name) for f in schema.fields if f.required and not f.read_only}
        self.watch.over(keys)
        self.watch.meddle = self._meddle
        while self.result.edits < count:
            await self._round()
        self.server.faults.clear()
        self.watch.meddle = lambda _: None
        self._other.close()
        await self._account_for()

    async def _round(self) -> None:
        draw = self.draw
        await self._type(draw.randint(*_AT_ONCE))
        if draw.random() < (0.5 if self._faults else 0.2):
            self.result.creates += 1
            values = {**self._needed, FieldName(self.world.title[0]): f"Soak {self.result.creates}."}
            await self.account.staged.create(ModuleName(self.world.module), values)
        if self._faults:
            for _ in range(draw.randint(0, 3)):
                self.server.faults.add(draw.choice(FAULTS), 1, skip=draw.randint(0, 120))
        try:
            checked = await self.account.applier.check(self.account.staged.all())
            decisions = self._decide(checked)
            typing = asyncio.ensure_future(self._type(draw.randint(0, 4)))
            try:
                result = await self.account.applier.apply(checked, decisions, ApplyOptions(), lambda *_: None)
            finally:
                await typing  # a send that fails at once does not stop who types; what is counted must be done
        except CrmError as error:
            if not self._faults:
                raise AssertionError("a check failed though nothing was in its way") from error
            return  # nothing was sent; what is staged waits for the next round
        assert result.batch is not None
        for at, outcome in enumerate(result.outcomes):
            await self._settled(result.batch, at, checked[at], outcome)
        await self._read_again([one.staged.id.key for one in checked if one.staged.kind is Kind.UPDATE])

    async def _type(self, count: int) -> None:
        """Edits of random cells, over records as they were last read."""
        for _ in range(count):
            key, name = self.draw.choice(list(self._bases)), self.draw.choice(self.world.names)
            self.result.edits += 1
            value = f"{OURS}{self.result.edits}"
            held = self.account.staged.get(self.world.record(key))
            if held is not None and isinstance(old := held.values.get(name), str):
                self._typed[old] = self._typed[old][0], "retyped"
            self._typed[value] = (key, name), "staged"
            await self.account.staged.edit([Edit(self._bases[key], name, value)])

    def _decide(self, checked: tuple[Checked, ...]) -> Decisions:
        """Conflicts go one way or the other, or are left; what the person saw is kept."""
        found: dict[object, Decision] = {}
        for one in checked:
            for merge in one.merges:
                if isinstance(merge.mine, str):
                    saw = frozenset(v for v in (merge.base, merge.theirs) if isinstance(v, str))
                    self.known[merge.mine] = self.known.get(merge.mine, frozenset()) | saw
                if merge.is_conflict:
                    self.result.conflicts += 1
                    decision = self.draw.choice((Decision.MINE, Decision.MINE, Decision.THEIRS, None))
                    if decision is not None:
                        found[one.staged.id, merge.field] = decision
        return found  # type: ignore[return-value]

    async def _settled(self, batch: int, at: int, one: Checked, outcome: Outcome) -> None:
        """As the review does: an unknown is looked up, what gave way everywhere is dropped."""
        if isinstance(outcome, Unknown):
            self.result.unknown += 1
            with suppress(CrmError):
                outcome = await self.account.applier.resolve(outcome, batch, at, one.staged)
        staged = self.account.staged.get(one.staged.slot)
        sent = outcome.change.values if isinstance(outcome.change, Update) else {}
        if isinstance(outcome, Applied):
            self.result.applied += 1
            for name, value in one.staged.values.items():
                self._became(value, "applied" if name in sent else "theirs")
        elif isinstance(outcome, Skipped):
            self.result.skipped += 1
            if staged == one.staged and one.staged.kind is Kind.UPDATE:
                for value in one.staged.values.values():
                    self._became(value, "theirs")
                await self.account.staged.give_way(one.staged)
        elif isinstance(outcome, Refused):
            self.result.refused += 1

    def _became(self, value: object, state: str) -> None:
        if isinstance(value, str) and value in self._typed:
            self._typed[value] = self._typed[value][0], state

    async def _read_again(self, keys: list[str]) -> None:
        """Half of the records are read anew; the others grow old."""
        for key in dict.fromkeys(keys):
            if self.draw.random() < 0.5:
                with suppress(CrmError):
                    self._bases[key] = await self.account.session.fetch(self.world.record(key))

    def _meddle(self, read: str) -> None:
        """Right behind a request of ours, before its answer leaves: sometimes somebody else writes, mostly to that record."""
        chance = self._moments.random()
        if read and chance < _MEDDLES:
            self._other.write(read).result()
        elif chance < _AFTER_WRITES:
            self._other.write(self._moments.choice(list(self._bases)))

    # ---- afterwards --------------------------------------------------------------------------------------------------

    async def _account_for(self) -> None:
        """Hold what was typed against the journal, the staging file and the server's true history."""
        result, there = self.result, defaultdict[Place, set[str]](set)
        for event in self.watch.events:
            for place, (_, new) in event.changes.items():
                there[place].add(new)
        on_disk = await self._on_disk()
        said = await self._journalled()
        for value, (place, state) in self._typed.items():
            was_there, waits = value in there[place], on_disk.get(place) == value
            if state == "staged" and not waits:
                result.lost.append(f"{place} {value}: neither sent nor staged")
            if state == "applied" and not (was_there and said.get(value) == "applied"):
                result.wrong.append(f"{place} {value}: applied, there {was_there}, journal {said.get(value)}")
            if was_there and said.get(value) not in ("applied", "unknown"):
                result.wrong.append(f"{place} {value}: on the server, but {state}, journal {said.get(value)}")
        states = Counter(state for _, state in self._typed.values())
        result.theirs, result.retyped, result.staged = states["theirs"], states["retyped"], states["staged"]
        titles = Counter(self.watch.titled("Soak "))
        result.made, result.twice = len(titles), sum(count > 1 for count in titles.values())
        result.others = self._other.written
        result.findings = judged(self.watch.events, self.known)

    async def _on_disk(self) -> dict[Place, str]:
        def job(db: object) -> list[str]:
            return [str(row[0]) for row in db.execute("SELECT data FROM staged")]  # type: ignore[attr-defined]

        found: dict[Place, str] = {}
        for text in await self.account.storage.read(job):
            staged = staged_from_json(loads(text))
            for name, value in staged.values.items():
                found[staged.id.key, name] = str(value)
        return found

    async def _journalled(self) -> dict[str, str]:
        """For each value that was ever sent, the strongest word of the journal for it."""
        order, found = ("skipped", "refused", "unknown", "applied"), dict[str, str]()
        made = Counter[str]()
        for batch in await self.account.journal.batches(1_000_000):
            for entry in await self.account.journal.entries(batch.id):
                word = entry.outcome or ("unknown" if entry.sent is not None else "skipped")
                values = entry.change.values if isinstance(entry.change, (Create, Update)) else {}
                for value in values.values():
                    if isinstance(value, str):
                        found[value] = max(found.get(value, "skipped"), word, key=order.index)
                        made[value] += word == "applied"
        for title in self.watch.titled("Soak "):
            if found.get(title) not in ("applied", "unknown"):
                self.result.wrong.append(f"{title} is on the server; the journal says {found.get(title)}")
        self.result.wrong += [f"{value} applied {n} times" for value, n in made.items() if n > 1]
        return found


async def _work(world: World, folder: Path, count: int, seed: int, faults: bool, latency_ms: float) -> Result:
    with serving(world, latency_ms) as server:
        server.faults.delay_ms = 60.0
        watch = Watch(server, world)
        account = await opened(world, server, folder)
        try:
            one = Soak(world, account, server, watch, random.Random(f"{seed} {world.name}"), faults)
            await one.run(count)
        finally:
            await asyncio.to_thread(account.close, 2)
        one.result.faults = sum(seen.fault is not None for seen in server.seen)
        return one.result


def soak(world: World, folder: Path, count: int, seed: int, *, faults: bool = False, latency_ms: float = 0) -> Result:
    """Work in one world until so many edits are typed."""
    begun = time.monotonic()
    result = asyncio.run(_work(world, folder / world.name.replace("/", "-"), count, seed, faults, latency_ms))
    result.seconds = time.monotonic() - begun
    return result


HEAD = (
    f"{'vendor':<19}{'edits':>7}{'applied':>8}{'refused':>8}{'conflicts':>10}{'unknown':>8}{'theirs':>7}{'retyped':>8}"
    f"{'waiting':>8}{'others':>7}{'lost':>5}{'wrong':>6}{'twice':>6}{'silent':>7}{'window':>7}{'p50 ms':>7}{'p95 ms':>7}{'s':>6}"
)


def line(r: Result) -> str:
    """One row under ``HEAD``; "window" = values overwritten that were written behind our last look."""
    f = r.findings
    return (
        f"{r.world:<19}{r.edits:>7}{r.applied:>8}{r.refused:>8}{r.conflicts:>10}{r.unknown:>8}{r.theirs:>7}{r.retyped:>8}"
        f"{r.staged:>8}{r.others:>7}{len(r.lost):>5}{len(r.wrong) + len(f.own):>6}{r.twice:>6}{len(f.silent):>7}"
        f"{f.in_window:>7}{f.quantile_ms(0.5):>7.1f}{f.quantile_ms(0.95):>7.1f}{r.seconds:>6.0f}"
    )


def troubles(r: Result) -> list[str]:
    """The first of everything that did not hold."""
    named = (("lost", r.lost), ("wrong", r.wrong), ("silent", r.findings.silent), ("own", r.findings.own))
    return [f"  {r.world} {name}: {one}" for name, found in named for one in found[:5]]
