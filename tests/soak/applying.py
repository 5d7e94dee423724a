# SPDX-License-Identifier: MIT
"""Killed while sending to the demo server: no record is made twice, and every change that is unsure is marked so."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.changes import Create, Update
from crmdesk.domain.names import FieldName, ModuleName, VendorName
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value, same
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.profiles import Environment, Profile, unsaved_account_id
from crmdesk.engine.staging import Edit
from tests.demo_process import demo_server
from tests.soak.victims import Teller, run

LEADS, ACCOUNTS = ModuleName("Leads"), ModuleName("Accounts")
LAST, COMPANY, CITY = FieldName("lastname"), FieldName("company"), FieldName("bill_city")
_CREATES, _UPDATES, _LATENCY_MS = 8, 6, 4


@dataclass(slots=True)
class Result:
    """What was seen.

    Attributes:
        twice: records that were made twice. unmarked: changes on the server that the journal does not hold for applied
            or unknown. claimed: changes that the journal holds for applied and the server does not have.
        unknown: changes that a kill left unsure, all of them marked. found: of these, those that a look settled.
    """

    points: int = 0
    killed: int = 0
    changes: int = 0
    applied: int = 0
    unknown: int = 0
    found: int = 0
    twice: int = 0
    unmarked: int = 0
    claimed: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not (self.twice or self.unmarked or self.claimed)


async def _open(given: dict[str, Any], folder: Path) -> Account:
    profile = Profile(
        id=unsaved_account_id(given["vendor"], given["url"], "soak"), name="Soak", vendor=VendorName(given["vendor"]),
        url=given["url"], settings=given["set"], environment=Environment.SANDBOX, temporary=True,
    )  # fmt: skip
    desk = Desk(folder / "config", folder / "data", make_http=lambda _: HttpClient(deadline_s=10))
    for name, secret in given["secrets"].items():
        desk.secrets.keep_for_this_run(profile.id, name, secret)
    return await desk.open(profile)


async def _rows(account: Account, query: Query) -> list[Record]:
    feed, found = PageFeed(account.session, query), list[Record]()
    while not feed.exhausted:
        found += (await feed.next_page()).records
    return found


async def _send(given: dict[str, Any], folder: Path, number: int, tell: Teller) -> None:
    """Stage new leads and edits of companies, then send them."""
    account = await _open(given, folder)
    rows = (await _rows(account, Query(ACCOUNTS, (CITY,))))[:_UPDATES]
    for n in range(_CREATES):
        await account.staged.create(LEADS, {LAST: f"Soak {number}-{n}", COMPANY: "Soak"}, f"lead {n}")
    await account.staged.edit(Edit(row, CITY, f"Town {number}") for row in rows)
    checked = await account.applier.check(account.staged.all())
    tell("go")
    begun = time.monotonic()
    await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    tell(f"{time.monotonic() - begun}")
    account.close(2)


async def _look(given: dict[str, Any], folder: Path, number: int, tell: Teller, done: dict[str, Any]) -> None:
    """What the journal says and what the server holds; then send again what is still staged, and look once more."""
    account = await _open(given, folder)
    (info,) = await account.journal.batches(1) or (None,)
    entries = await account.journal.entries(info.id) if info is not None and info.id > done["batch"] else ()
    before = await _leads(account, number)
    seen = [[entry.outcome, await _is_there(account, entry.change, before)] for entry in entries]
    said: dict[str, Any] = {"entries": seen, "before": before}
    left = account.staged.all()
    if left:
        checked = await account.applier.check(left)
        await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    await account.staged.discard_all()
    if info is not None:
        again = await account.journal.entries(info.id)
        said["settled"] = sum(a.outcome == "unknown" for a in entries) - sum(a.outcome == "unknown" for a in again)
    said["after"] = await _leads(account, number)
    newest = await account.journal.batches(1)
    said["batch"] = newest[0].id if newest else 0
    account.close(2)
    tell(json.dumps(said))


async def _leads(account: Account, number: int) -> list[str]:
    """The last names of this round's leads on the server."""
    prefix: Value = f"Soak {number}-"
    found = await _rows(account, Query(LEADS, (LAST,), Compare(LAST, Op.STARTS_WITH, prefix)))
    return sorted(str(row.values[LAST]) for row in found)


async def _is_there(account: Account, change: object, names: list[str]) -> bool:
    """Whether the server holds what the change asked for."""
    if isinstance(change, Create):
        return change.values[LAST] in names
    assert isinstance(change, Update)
    now = await account.session.fetch(change.before.id)
    return all(same(now.values.get(name), value) for name, value in change.values.items())


def _child(work: Coroutine[object, object, None]) -> None:
    asyncio.run(work)


def soak(folder: Path, points: int, seed: int) -> Result:
    """Kill so many times while sending."""
    draw, result, done = random.Random(seed), Result(), {"batch": 0}
    with demo_server("--latency-ms", str(_LATENCY_MS), "--rows", "60") as given:
        whole = run(lambda tell: _child(_send(given, folder, 0, tell)))
        within_s = float(whole.lines[-1])  # as long as it takes to send everything
        done = json.loads(run(lambda tell: _child(_look(given, folder, 0, tell, done))).lines[-1])
        for number in range(1, 3 * points + 1):  # a run that was quicker than its moment does not count
            if result.killed == points:
                break
            sent = run(
                lambda tell, n=number: _child(_send(given, folder, n, tell)),  # type: ignore[misc]
                within_s=within_s, after="go", draw=draw,
            )  # fmt: skip
            looked = run(lambda tell, n=number, d=done: _child(_look(given, folder, n, tell, d)))  # type: ignore[misc]
            done = json.loads(looked.lines[-1])
            result.points += 1
            result.killed += sent.killed
            _count(done, result)
    return result


def _count(said: dict[str, Any], result: Result) -> None:
    for outcome, there in said["entries"]:
        result.changes += 1
        result.applied += outcome == "applied"
        result.unknown += outcome == "unknown"
        result.unmarked += there and outcome not in ("applied", "unknown")
        result.claimed += outcome == "applied" and not there
    result.found += said.get("settled", 0)
    result.twice += sum(count > 1 for names in (said["before"], said["after"]) for count in Counter(names).values())
