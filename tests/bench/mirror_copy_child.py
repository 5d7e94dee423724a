# SPDX-License-Identifier: MIT
"""A child that copies every demo lead, repeats the same requests bare, and follows a hundred changes.

``python -m tests.bench.mirror_copy_child <now> <account as JSON> ROUNDS``
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from crmdesk.domain.changes import Update
from crmdesk.domain.names import FieldName, VendorName
from crmdesk.domain.query import Query
from crmdesk.engine.crew import each
from crmdesk.engine.desk import Desk
from crmdesk.engine.profiles import Profile, unsaved_account_id
from tests.bench.reading_child import LEADS, Requests, bare

_CHANGES = 100


def main() -> None:
    """Copy, repeat, follow; prints one JSON object."""
    told, rounds = json.loads(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(asyncio.run(measured(told, rounds, Path(folder)))))


async def measured(told: dict[str, object], rounds: int, folder: Path) -> dict[str, object]:
    """Seconds of every round, by turns."""
    asked = Requests()
    vendor, url = str(told["vendor"]), str(told["url"])
    profile = Profile(
        id=unsaved_account_id(vendor, url, "bench"), name="Bench", vendor=VendorName(vendor), url=url,
        settings=told["set"], temporary=True,  # type: ignore[arg-type]
    )  # fmt: skip
    desk = Desk(folder / "settings", folder / "data")
    for name, secret in told["secrets"].items():  # type: ignore[attr-defined]
        desk.secrets.keep_for_this_run(profile.id, name, secret)
    account = await desk.open(profile)
    await account.session.schema(LEADS)
    copies, bares, cpus, bare_cpus = [], [], [], []
    for _ in range(rounds):
        await account.mirror.drop(LEADS)
        asked.urls.clear()
        begun, cpu = time.perf_counter(), time.process_time()
        (done,) = await account.mirror.update(account.session, [LEADS])
        copies.append(time.perf_counter() - begun)
        cpus.append(time.process_time() - cpu)
        if done.trouble or not done.changed:
            raise RuntimeError(f"the copy ended with {done}")
        cpu = time.process_time()
        bares.append(await asyncio.to_thread(bare, [url for url in asked.urls if url]))
        bare_cpus.append(time.process_time() - cpu)
    view = await account.mirror.view(Query(LEADS))
    records = view.read(0, _CHANGES)
    changing = Desk(folder / "settings", folder / "other")
    for name, secret in told["secrets"].items():  # type: ignore[attr-defined]
        changing.secrets.keep_for_this_run(profile.id, name, secret)
    other = await changing.open(profile)
    city = FieldName("city")
    await each(records, lambda r: other.session.update(Update(r, {city: "Followed"})), workers=2)
    begun = time.perf_counter()
    (done,) = await account.mirror.update(account.session, [LEADS])
    follow = time.perf_counter() - begun
    rows = await account.mirror.count(LEADS)
    changing.close(1)
    desk.close(1)
    return {
        "copy": copies,
        "bare": bares,
        "copy_cpu": cpus,
        "bare_cpu": bare_cpus,
        "follow": follow,
        "changed": done.changed,
        "rows": rows,
    }


if __name__ == "__main__":
    main()
