# SPDX-License-Identifier: MIT
"""A child that mends records on the demo server and takes it all back; and one that stages edits and reads them back.

``python -m tests.bench.fixes_child <now> wire <account as JSON> FIXES WORKERS LATENCY_MS``
``python -m tests.bench.fixes_child <now> disk BACK STAGED``
"""

import asyncio
import gc
import json
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests

from crmdesk.connectors.registry import find_plugins
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.changes import Applied
from crmdesk.domain.names import FieldName, ModuleName, RecordId, VendorName
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value, same
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.bulk import BulkDesk
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.profiles import Environment, Profile, unsaved_account_id
from crmdesk.engine.staging import Edit, StagedChanges
from crmdesk.engine.storage import Storage
from crmdesk.engine.undo import Undoer

ACCOUNTS, CITY, PHONE = ModuleName("Accounts"), FieldName("bill_city"), FieldName("phone")
BLANK = FieldName("otherphone")  # which no company of the demo has
_BEAT_S = 0.005
_BARE = 40


class Counting(HttpClient):
    """Counts what is sent."""

    sent = 0

    def _once(self, *given: Any, **named: Any) -> Any:
        Counting.sent += 1
        return super()._once(*given, **named)


class Heart:
    """Beats on the loop, and notes the longest time that the loop's own work kept it from beating.

    The thread's processor time is what counts, so that others on the machine do not; the collector is off, as in the
    window, which collects when nobody is typing.
    """

    def __init__(self) -> None:
        self.gaps_ms: list[float] = []
        gc.collect()
        gc.disable()
        self._task = asyncio.ensure_future(self._beat())

    async def _beat(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(_BEAT_S)
            self.gaps_ms.append((time.thread_time() - before) * 1000)

    def stop(self) -> float:
        """The longest stretch of work, in ms."""
        self._task.cancel()
        gc.enable()
        return max(self.gaps_ms, default=0.0)


class Phase:
    """Measures one phase: seconds, requests, and the seconds that the network alone would take.

    What the network takes is measured as well, by a bare loop on as many threads just before and just after: on a machine
    that others use, an answer 50 ms away takes longer than 50 ms, whoever asks.
    """

    def __init__(self, workers: int, latency_s: float, url: str) -> None:
        self._workers, self._latency_s, self._url = workers, latency_s, url
        self.said: dict[str, Any] = {}

    async def of(self, name: str, work: Any) -> Any:
        """Run and note it."""
        before = await asyncio.to_thread(bare, self._url, self._workers)
        sent, begun, used = Counting.sent, time.perf_counter(), time.process_time()
        result = await work
        seconds, count = time.perf_counter() - begun, Counting.sent - sent
        cpu_s = time.process_time() - used
        each = (before + await asyncio.to_thread(bare, self._url, self._workers)) / 2
        self.said[name] = {
            "s": seconds, "requests": count, "bound_s": count * each / self._workers,
            "ideal_s": count * self._latency_s / self._workers, "cpu_s": cpu_s,
        }  # fmt: skip
        return result


def bare(url: str, threads: int) -> float:
    """Seconds that one answer takes a bare loop on so many threads at once."""

    def ask(_: int) -> None:
        with requests.Session() as session:
            session.get(url)  # opens the connection
            barrier.wait()
            for _again in range(_BARE):
                session.get(url)

    barrier = threading.Barrier(threads + 1)
    with ThreadPoolExecutor(threads) as pool:
        done = [pool.submit(ask, number) for number in range(threads)]
        barrier.wait()
        begun = time.perf_counter()
        for one in done:
            one.result()
    return (time.perf_counter() - begun) / _BARE


async def opened(account: dict[str, Any], folder: Path, workers: int) -> Account:
    """The demo's account, with so many workers."""
    profile = Profile(
        id=unsaved_account_id(account["vendor"], account["url"], "bench"), name="Bench",
        vendor=VendorName(account["vendor"]), url=account["url"], settings=account["set"],
        environment=Environment.SANDBOX, temporary=True,
    )  # fmt: skip
    desk = Desk(folder / "config", folder / "data", make_http=lambda _: Counting())
    plugins = dict(find_plugins())
    plugin = plugins[profile.vendor]
    plugins[profile.vendor] = replace(plugin, capabilities=replace(plugin.capabilities, max_sessions=workers))
    vars(desk)["plugins"] = plugins
    for name, secret in account["secrets"].items():
        desk.secrets.keep_for_this_run(profile.id, name, secret)
    return await desk.open(profile)


async def on_the_wire(account_json: str, fixes: int, workers: int, latency_ms: float, folder: Path) -> dict[str, Any]:
    """Mend, then take back."""
    account = await opened(json.loads(account_json), folder, workers)
    targets = await BulkDesk(account.session, account.staged).matching(Query(ACCOUNTS), (CITY, PHONE, BLANK))
    records = targets.records[:fixes]
    before = {record.id: tuple(record.values[n] for n in (CITY, PHONE, BLANK)) for record in records}
    await asyncio.gather(*(account.session.count(Query(ACCOUNTS)) for _ in range(workers)))  # every lane signs in
    measured = Phase(
        workers, latency_ms / 1000, f"{json.loads(account_json)['url']}/webservice.php?operation=getchallenge"
    )
    heart = Heart()
    await account.staged.edit(_edit(number, record) for number, record in enumerate(records))
    checked = await measured.of("check", account.applier.check(account.staged.all()))
    result = await measured.of("apply", account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None))
    applied = sum(isinstance(one, Applied) for one in result.outcomes)
    assert result.batch is not None
    undoer = Undoer(account.session, account.journal, account.staged)
    plan = await measured.of("plan", undoer.plan(result.batch))
    await undoer.stage(plan)
    again = await measured.of("undo_check", account.applier.check(account.staged.all()))
    await measured.of("undo_apply", account.applier.apply(again, {}, ApplyOptions(), lambda *_: None))
    stall = heart.stop()
    held = await BulkDesk(account.session, account.staged).matching(Query(ACCOUNTS), (CITY, PHONE, BLANK))
    now = {record.id: record for record in held.records}
    wrong = sum(not _as_before(now[i], was) for i, was in before.items())
    blanks = sum(was[number % 3] is None for number, was in enumerate(before.values()))
    account.close(2)
    return {
        **measured.said, "applied": applied, "restored": plan.fields, "left": len(plan.left_out), "wrong": wrong,
        "blanks": blanks, "stall_ms": stall,
    }  # fmt: skip


def _edit(number: int, record: Record) -> Edit:
    """One field of each: another town, the telephone cleared, or a blank filled."""
    wanted: tuple[tuple[FieldName, Value], ...] = ((CITY, f"Town {number}"), (PHONE, None), (BLANK, f"+49 {number}"))
    name, value = wanted[number % 3]
    return Edit(record, name, value, title=record.id.key)


def _as_before(record: Record, was: tuple[Value, ...]) -> bool:
    return all(same(record.values[name], value) for name, value in zip((CITY, PHONE, BLANK), was, strict=True))


async def on_disk(back: int, staged: int, folder: Path) -> dict[str, Any]:
    """Stage in one step, close, and read back."""
    path = folder / "account.sqlite"
    made: dict[str, Any] = {}
    for count, name in ((back, "back"), (staged, "many")):
        path = folder / f"{name}.sqlite"
        storage = Storage(path)
        changes = StagedChanges(storage)
        records = [_record(number) for number in range(count)]
        heart, begun = Heart(), time.perf_counter()
        await changes.edit(Edit(record, CITY, "Turku", title="A company") for record in records)
        made[f"{name}_stage_s"] = time.perf_counter() - begun
        made[f"{name}_stage_gap_ms"] = heart.stop()
        heart, begun = Heart(), time.perf_counter()
        await changes.undo()
        made[f"{name}_undo_s"] = time.perf_counter() - begun
        heart.stop()
        await changes.redo()
        storage.close(10)
        again = Storage(path)
        fresh = StagedChanges(again)
        heart, begun = Heart(), time.perf_counter()
        await fresh.load()
        made[f"{name}_load_s"] = time.perf_counter() - begun
        made[f"{name}_load_gap_ms"] = heart.stop()
        made[f"{name}_found"] = fresh.count
        again.close(10)
    return made


def _record(number: int) -> Record:
    values: dict[FieldName, Value] = {FieldName(f"field_{n}"): f"value {n} of {number}" for n in range(30)}
    return Record(RecordId(ACCOUNTS, f"3x{number}"), {CITY: "Espoo", **values}, version=str(number))


def main() -> None:
    """What was asked for, as JSON."""
    with tempfile.TemporaryDirectory(prefix="crmdesk-fixes-") as folder:
        match sys.argv[2:]:
            case ["wire", account, fixes, workers, latency_ms]:
                work = on_the_wire(account, int(fixes), int(workers), float(latency_ms), Path(folder))
            case ["disk", back, staged]:
                work = on_disk(int(back), int(staged), Path(folder))
            case other:
                raise SystemExit(f"not understood: {other}")
        print(json.dumps(asyncio.run(work)))


if __name__ == "__main__":
    main()
