# SPDX-License-Identifier: MIT
"""A child that reads every demo lead: by a bare loop, by the engine, by the window's table, by a lane in a process.

``python -m tests.bench.reading_child <now> <account as JSON> ROUNDS``
"""

import asyncio
import json
import multiprocessing
import pickle
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import qasync
import requests
from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtWidgets import QApplication

from crmdesk.connectors.port import Endpoint
from crmdesk.connectors.registry import find_plugins
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.names import Cursor, ModuleName, VendorName
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.profiles import Profile, unsaved_account_id
from crmdesk.ui.collector import Collector
from crmdesk.ui.formats import Formats, local_zone
from crmdesk.ui.table.table_tab import TableTab
from crmdesk.ui.theme import theme

LEADS = ModuleName("Leads")
_BEAT_MS = 5


class Requests:
    """Notes what the program's client sends, so that a bare loop can send the same."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        original = HttpClient._once

        def noted(client: HttpClient, prepared: Any, *rest: Any, **more: Any) -> Any:
            self.urls.append(str(prepared.url) if prepared.method == "GET" else "")
            return original(client, prepared, *rest, **more)

        HttpClient._once = noted  # type: ignore[method-assign,assignment]  # only looked at

    def kinds(self) -> dict[str, int]:
        """How many of each: the module that a query asks."""
        found: Counter[str] = Counter()
        for url in self.urls:
            text = parse_qs(urlsplit(url).query).get("query", [""])[0]
            words = text.split()
            module = words[words.index("from") + 1].rstrip(";") if "from" in words else "other"
            found[f"{module} count" if "count(*)" in text else module] += 1
        return dict(found)


def bare(urls: list[str]) -> float:
    """The same requests by a bare ``requests.Session``; seconds."""
    session = requests.Session()
    begun = time.perf_counter()
    for url in urls:
        session.get(url).json()
    return time.perf_counter() - begun


async def by_engine(account: Account, expected: int) -> float:
    """Session and feed, nothing shown; every field. Seconds."""
    begun = time.perf_counter()
    feed, read = PageFeed(account.session, Query(LEADS)), 0
    while not feed.exhausted:
        read += len((await feed.next_page(ahead=True)).records)
    _check(read, expected)
    return time.perf_counter() - begun


def _check(read: int, expected: int) -> None:
    if read != expected:
        raise RuntimeError(f"{read} leads were read, not {expected}")


async def by_table(account: Account, expected: int, before: Callable[[], None]) -> tuple[float, list[float]]:
    """The window's table, visible, told to load all that follows its first page.

    Seconds, and the ms between two heartbeats.
    """
    tab = TableTab(account, await account.session.module(LEADS), Formats(QLocale("en_SE"), local_zone()), _raise)
    tab.resize(1440, 900)
    theme().dress(tab)
    tab.show()
    while not tab.rows.read or tab.rows.total is None:
        await asyncio.sleep(0.01)
    beats: list[float] = []
    beat = QTimer(interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    beat.timeout.connect(lambda: beats.append(time.perf_counter()))
    before()
    beat.start()
    begun = time.perf_counter()
    tab.load_all()
    while tab.rows.feed is None or not tab.rows.feed.exhausted:
        await asyncio.sleep(0.02)
    took = time.perf_counter() - begun
    beat.stop()
    _check(tab.rows.read, expected)
    tab.close()
    await tab.aclose()
    tab.deleteLater()
    return took, [(later - earlier) * 1000 for earlier, later in pairwise(beats)]


def _raise(error: BaseException, again: Callable[[], None] | None = None) -> None:
    raise error


# ---- a lane as a process of its own -----------------------------------------------------------------------------------


def serve_pages(pipe: Connection, account: dict[str, Any]) -> None:
    """In the child: one connector; a query comes in, a page goes out, both pickled."""
    plugin = find_plugins()[VendorName(account["vendor"])]
    http = HttpClient()
    connector = plugin.connect(Endpoint(url=account["url"], settings=account["set"], secrets=account["secrets"]), http)
    connector.login()
    pipe.send_bytes(b"ready")
    while asked := pipe.recv_bytes():
        query, after, limit = pickle.loads(asked)
        pipe.send_bytes(pickle.dumps(connector.fetch_page(query, after, limit), protocol=pickle.HIGHEST_PROTOCOL))
    connector.close()


class ChildLane:
    """Answers ``fetch_page`` from another process; one call at a time."""

    def __init__(self, account: dict[str, Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve_pages, args=(theirs, account), daemon=True)
        self._process.start()
        self._pipe.recv_bytes()
        self._one = asyncio.Lock()

    async def fetch_page(self, pushed: Query, after: Cursor | None, limit: int) -> Page:
        """As the session's."""
        async with self._one:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[bytes] = loop.create_future()
            loop.add_reader(self._pipe.fileno(), lambda: answer.set_result(self._pipe.recv_bytes()))
            self._pipe.send_bytes(pickle.dumps((pushed, after, limit)))
            try:
                page: Page = pickle.loads(await answer)
            finally:
                loop.remove_reader(self._pipe.fileno())
            return page

    def close(self) -> None:
        """Let the process end."""
        self._pipe.send_bytes(b"")
        self._process.join(5)


# ---- all of it --------------------------------------------------------------------------------------------------------


async def open_account(told: dict[str, Any], folder: Path) -> Account:
    """The demo's account as the window opens it."""
    desk, vendor = Desk(folder, folder), VendorName(told["vendor"])
    profile = Profile(
        id=unsaved_account_id(vendor, told["url"], "bench"),
        name="Bench",
        vendor=vendor,
        url=told["url"],
        settings=told["set"],
        temporary=True,
    )
    await desk.save(profile, told["secrets"])
    return await desk.open(profile)


async def measured(told: dict[str, Any], rounds: int, folder: Path) -> dict[str, Any]:
    """Everything by turns, so that a busy moment of the machine meets all alike."""
    seen = Requests()
    account = await open_account(told, folder)
    await account.session.modules()
    expected = await account.session.count(Query(LEADS))
    said: dict[str, Any] = {"rows": expected, "engine": [], "bare_engine": [], "table": [], "bare_table": []}
    said |= {"beats": [], "child": [], "child_beats": []}
    await by_engine(account, expected)  # learns the names behind the links, as every later reading may use
    seen.urls.clear()
    await by_engine(account, expected)
    whole, said["kinds"] = list(seen.urls), seen.kinds()
    await by_table(account, expected, seen.urls.clear)
    shown, said["kinds_table"] = [url for url in seen.urls if url], seen.kinds()
    lane, threads = ChildLane(told), account.session.fetch_page
    for _ in range(rounds):
        said["bare_engine"].append(bare(whole))
        said["engine"].append(await by_engine(account, expected))
        said["bare_table"].append(bare(shown))
        took, beats = await by_table(account, expected, lambda: None)
        said["table"].append(took)
        said["beats"] += beats
        account.session.fetch_page = lane.fetch_page  # type: ignore[method-assign]
        took, beats = await by_table(account, expected, lambda: None)
        account.session.fetch_page = threads  # type: ignore[method-assign]
        said["child"].append(took)
        said["child_beats"] += beats
    lane.close()
    account.close(1)
    return said


def main(told: dict[str, Any], rounds: int) -> None:
    """Measure and say it as JSON."""
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme()
    Collector(app)  # as the program runs
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory() as folder, loop:
        said = loop.run_until_complete(measured(told, rounds, Path(folder)))
    print(json.dumps(said))


if __name__ == "__main__":
    main(json.loads(sys.argv[2]), int(sys.argv[3]))
