# SPDX-License-Identifier: MIT
"""A child that makes a mirror of so many records, searches and sorts it: ``mirror_child <now> ROWS FIELDS FOLDER``."""

import asyncio
import json
import sys
import time
from itertools import islice
from pathlib import Path

from crmdesk.domain.names import AccountId, FieldName, VendorName
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.engine.mirror import Figure, Mirror, Step, tables, writing
from crmdesk.engine.mirror.modules import note
from crmdesk.engine.mirror.store import MirrorStore, Seat
from crmdesk.engine.moments import now_us
from crmdesk.engine.profiles import Profile
from tests.bench.memory import rss_mb
from tests.bench.mirror_made import ACCOUNTS, records, schema_of

_BATCH = 2000
TYPED = (
    "müller", "nordwind", "jyväskylä", "acc17345", "0401234", "groß gmbh", "anna.müller", "virtanen oy", "+358 55", "ørsted",
    "holzbau", "kivi", "straße 17", "zzyzx", "bau weiss", "00100", "aarhus",
)  # fmt: skip


def main() -> None:
    """Make it where it is not there yet, then measure; prints one JSON object."""
    rows, fields, folder = int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    print(json.dumps(asyncio.run(measured(rows, fields, folder))))


async def measured(rows: int, fields: int, folder: Path) -> dict[str, object]:
    """Every figure of one mirror."""
    path = folder / f"made-{rows}-{fields}.mirror.sqlite"
    made_s = 0.0
    if not path.exists():
        made_s = await make(path, rows, fields)
    profile = Profile(id=AccountId("bench"), name="Bench", vendor=VendorName("fake"), url="http://fake.invalid")
    mirror = Mirror(profile, path)
    status = await mirror.status()
    keys, slowest = [], ("", 0.0)
    for text in TYPED:
        for length in range(1, len(text) + 1):
            begun = time.perf_counter()
            await mirror.search(text[:length])
            took = (time.perf_counter() - begun) * 1000
            keys.append(took)
            slowest = max(slowest, (text[:length], took), key=lambda one: one[1])
    sorts = {}
    for name, order in (("indexed", "modifiedtime"), ("indexed text", "accountname"), ("number", "employees"), ("text", "bill_street"), ("reference", "parent"), ("late text", f"cf_{fields - 1}")):  # fmt: skip
        begun, cpu = time.perf_counter(), time.process_time()
        view = await mirror.view(Query(ACCOUNTS, (), None, (Order(FieldName(order), descending=True),)))
        view.read(0, 50)
        sorts[name] = [(time.perf_counter() - begun) * 1000, (time.process_time() - cpu) * 1000]
        begun = time.perf_counter()
        await view.rest()
        sorts[name].append((time.perf_counter() - begun) * 1000)
    where = Compare(FieldName("bill_city"), Op.EQ, "jyvaskyla")
    begun = time.perf_counter()
    filtered = await mirror.view(Query(ACCOUNTS, (), where))
    filter_ms = (time.perf_counter() - begun) * 1000
    begun = time.perf_counter()
    await mirror.figure(
        Figure(module=ACCOUNTS, by=FieldName("createdtime"), step=Step.MONTH, total=FieldName("annual_revenue"))
    )
    figure_ms = (time.perf_counter() - begun) * 1000
    pages = []
    whole = await mirror.view(Query(ACCOUNTS))
    await whole.rest()
    for at in range(0, len(whole) - 60, max(1, len(whole) // 300)):
        begun = time.perf_counter()
        whole.read(at, 60)
        pages.append((time.perf_counter() - begun) * 1000)
    said = {
        "rows": rows, "fields": fields, "made_s": made_s, "mb": status.used_bytes / 1e6, "keys": keys, "slowest": slowest,
        "sorts": sorts, "filter_ms": filter_ms, "filtered": len(filtered), "figure_ms": figure_ms, "pages": pages,
        "rss_mb": rss_mb(),
    }  # fmt: skip
    mirror.close(1)
    return said


async def make(path: Path, rows: int, fields: int) -> float:
    """Write the records as an update would; seconds."""
    begun = time.perf_counter()
    store, schema = MirrorStore(path), schema_of(fields)
    layout = (await store.write(lambda seat: tables.fit(seat.db, schema, None))).layout
    source = records(rows, schema)
    while batch := list(islice(source, _BATCH)):

        def job(seat: Seat, batch: list[object] = batch) -> object:  # type: ignore[assignment]
            return writing.put(seat.db, layout, batch, now_us(), of_round=1)  # type: ignore[arg-type]

        await store.write(job)
    await store.write(lambda seat: note(seat.db, ACCOUNTS, complete=1, synced_at=now_us()))
    store.close(5)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
