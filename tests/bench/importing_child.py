# SPDX-License-Identifier: MIT
"""A child that imports a file of many rows by the window's own sheet, up to the preview of every row.

``python -m tests.bench.importing_child <now> create|update|xlsx ROWS``
"""

import asyncio
import csv
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import qasync
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from crmdesk.domain.names import Cursor
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page
from crmdesk.engine.desk import Account
from crmdesk.engine.import_plan import Mode
from crmdesk.engine.mirror import Mirror
from crmdesk.ui.collector import Collector
from crmdesk.ui.fixes.import_sheet import ImportSheet
from crmdesk.ui.formats import Formats
from crmdesk.ui.theme import theme
from tests.engine.bench import Bench, profile_of
from tests.engine.fake_vendor import ACCOUNTS, CAPABILITIES, SCHEMA, FakeConnector, FakeServer

_BEAT_MS = 10
_LOOK_S = 0.02
_HEADS = ("id", "Account name", "City", "Employees", "Revenue", "Founded", "Active", "Industry", "Tags", "Note")


class Server:
    """A fake server that gives everything in one page, and the processor's seconds it takes for it."""

    def __init__(self, rows: int) -> None:
        self.spent_s = 0.0
        self.fake = FakeServer(capabilities=replace(CAPABILITIES, max_page_size=1_000_000))
        for number in range(rows):
            self.fake.add(f"A{number}", accountname=f"Company {number}", bill_city="Turku", employees=number)
        original = FakeConnector.fetch_page

        def timed(connector: FakeConnector, query: Query, after: Cursor | None, limit: int) -> Page:
            begun = time.thread_time()
            try:
                return original(connector, query, after, limit)
            finally:
                self.spent_s += time.thread_time() - begun

        FakeConnector.fetch_page = timed  # type: ignore[method-assign,assignment]  # only looked at


def written(folder: Path, kind: str, rows: int) -> Path:
    """A file as a spreadsheet program saves it."""
    lines = (
        (
            f"A{n}", f"Company {n}", f"City {n % 500}", str(n % 900), f"{n}.50", f"{n % 28 + 1:02}/03/2026",
            "yes" if n % 2 else "no", "Food" if n % 3 else "", "a; b", f"some words about company {n}",
        )
        for n in range(rows)
    )  # fmt: skip
    if kind == "xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("Companies")
        sheet.append(_HEADS)
        for line in lines:
            sheet.append(line)
        book.save(path := folder / "companies.xlsx")
        return path
    path = folder / "companies.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(_HEADS)
        table.writerows(lines)
    return path


class Pulse:
    """The longest time that the Qt thread did not come round; and that it worked without coming round."""

    def __init__(self) -> None:
        self.longest_ms = self.longest_work_ms = 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(interval=_BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000 - _BEAT_MS)
        self.longest_work_ms = max(self.longest_work_ms, (worked - self._worked) * 1000)
        self._last, self._worked = now, worked


async def measured(kind: str, rows: int, folder: Path) -> dict[str, float]:
    """Open the file, go to the rows, and say what that took."""
    server = Server(rows if kind == "update" else 0)
    bench = Bench(folder / "office", server.fake)
    mirror = Mirror(profile_of(), bench.path / "account.mirror.sqlite")
    account = Account(profile_of(), bench.session, bench.storage, bench.staged, bench.journal, bench.applier, mirror)
    await account.session.schema(ACCOUNTS)
    path = written(folder, kind, rows)
    formats = Formats(QLocale("en_GB"), UTC)
    window = QMainWindow()
    window.resize(1440, 900)
    window.show()
    sheet = ImportSheet(account, SCHEMA, formats, _raise)
    sheet.open_in(window)
    await asyncio.sleep(0.2)
    pulse = Pulse()
    begun, used = time.perf_counter(), time.process_time()
    sheet.open_file(path)
    while not sheet.go.isEnabled() or sheet._scope.busy:
        await asyncio.sleep(_LOOK_S)
    read_s = time.perf_counter() - begun
    sheet.columns.choose_mode(Mode.UPDATE if kind == "update" else Mode.CREATE)
    sheet.go.click()
    begun = time.perf_counter()
    sheet.go.click()
    while not sheet.rows.grid.records.rowCount():
        assert sheet.rows.isVisible(), sheet.columns.note.text_label.text()
        await asyncio.sleep(_LOOK_S)
    window.repaint()
    check_s = time.perf_counter() - begun
    assert sheet.rows.grid.records.rowCount() == rows
    return {
        "read_s": read_s,
        "check_s": check_s,
        "server_s": server.spent_s,
        "own_s": time.process_time() - used - server.spent_s,
        "stall_ms": pulse.longest_ms,
        "work_ms": pulse.longest_work_ms,
    }


def _raise(error: BaseException) -> None:
    raise error


def run() -> None:
    """Measure on a loop as the window has it."""
    app = QApplication([])
    theme()
    collector = Collector(app)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory(prefix="crmdesk-import-") as folder:
        said = loop.run_until_complete(measured(sys.argv[2], int(sys.argv[3]), Path(folder)))
        print(json.dumps(said), flush=True)
        del collector
        os._exit(0)


if __name__ == "__main__":
    run()
