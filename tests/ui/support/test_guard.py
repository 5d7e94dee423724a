# SPDX-License-Identifier: MIT
"""Unexpected errors of every origin become one dialog, with what is saved and the report; a broken run asks at the start."""

import asyncio
import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtCore import QTimer

from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import NotReachable
from crmdesk.engine.logs import log_text
from crmdesk.engine.runs import Run
from crmdesk.engine.views import of_tab, write
from crmdesk.ui.support.bundle_sheet import BundleSheet
from crmdesk.ui.support.crash_sheet import CrashSheet, RestoreSheet
from crmdesk.ui.support.guard import Guard
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, press, program, until
from tests.ui.house import open_sheets

pytestmark = [pytest.mark.allow_log, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


@asynccontextmanager
async def guarded(folder: Path, server: DemoServer) -> AsyncIterator[tuple[Program, Guard]]:
    async with program(folder, server) as p:
        guard = Guard(p.window, folder / "logs")
        guard.install()
        guard.watch(asyncio.get_running_loop())
        try:
            await p.open()
            yield p, guard
        finally:
            guard.leave()
            asyncio.get_running_loop().set_exception_handler(None)


def broken(*_: object) -> None:
    raise ZeroDivisionError("a mistake of ours")


@pytest.mark.parametrize("origin", ["slot", "task", "thread", "callback", "scope"])
def test_an_error_of_any_origin_is_one_dialog(play: Play, tmp_path: Path, server: DemoServer, origin: str) -> None:
    async def fails() -> None:
        broken()

    async def journey() -> None:
        async with guarded(tmp_path, server) as (p, _):
            await p.edit(0, "bill_city", "Espoo")
            if origin == "slot":
                sys.excepthook(*_raised())  # as PySide does for what a slot raises
            elif origin == "task":
                task = asyncio.ensure_future(fails())
                await asyncio.sleep(0.02)
                del task
                import gc

                gc.collect()
            elif origin == "thread":
                thread = threading.Thread(target=broken)
                thread.start()
                thread.join()
            elif origin == "callback":
                asyncio.get_running_loop().call_soon(broken)
            else:
                p.window.run(fails())
            await until(lambda: bool(p.window.findChildren(CrashSheet)), PATIENCE_S)
            sheet = p.sheet(CrashSheet)
            texts = " ".join(label.text() for label in sheet.findChildren(type(sheet._title)))
            assert "1 change of Demo is safe" in texts
            assert "ZeroDivisionError: a mistake of ours" in sheet.detail.toPlainText()
            assert "a mistake of ours" in log_text(tmp_path / "logs")
            press(sheet, "Go on")
            assert p.account.staged.count == 1

    play(journey())


def _raised() -> tuple[type[BaseException], BaseException, TracebackType | None]:
    try:
        broken()
    except ZeroDivisionError as error:
        return type(error), error, error.__traceback__
    raise AssertionError


def test_many_errors_are_one_dialog_that_counts_and_a_bounded_log(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with guarded(tmp_path, server) as (p, guard):
            for _ in range(200):
                guard.note(ZeroDivisionError("again"))
            await until(lambda: bool(p.window.findChildren(CrashSheet)), PATIENCE_S)
            await asyncio.sleep(0.05)
            assert len(open_sheets(p.window)) == 1
            assert "200" in p.sheet(CrashSheet)._more.text()
            assert log_text(tmp_path / "logs").count("unexpected:") == 50
            p.sheet(CrashSheet).reject()

    play(journey())


def test_what_a_server_says_stays_in_the_bar(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with guarded(tmp_path, server) as (p, _):
            p.window.show_error(NotReachable("There is no server."))
            await asyncio.sleep(0.05)
            assert not p.window.findChildren(CrashSheet)
            assert "There is no server." in p.window.messages.shown_text

    play(journey())


def test_the_report_shows_the_last_calls_without_records_or_keys(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with guarded(tmp_path, server) as (p, _):
            log = p.window.desk.clients.calls
            http = p.window.desk.clients.make(p.profile)
            secret = server.account("crmplus")["secrets"]["access_key"]
            http.add_secret(secret)
            http.get(p.profile.url + "/webservice.php", {"operation": "getchallenge", "username": secret})
            assert len(log.all()) == 1
            logging.getLogger("crmdesk").error("seen %s", secret)
            p.keys("Shift+F1")
            sheet = p.sheet(BundleSheet)
            names = [sheet.list.item(row).text() for row in range(sheet.list.count())]
            assert names[:4] == ["versions.txt", "settings.txt", "accounts.txt", "calls.txt"]
            assert all(not part.holds_records for part in sheet.chosen())
            assert secret not in "".join(part.text for part in sheet._parts)
            assert "webservice.php" in next(part.text for part in sheet._parts if part.name == "calls.txt")
            for row in range(sheet.list.count()):
                sheet.list.setCurrentRow(row)
                assert sheet.text.toPlainText() == sheet._parts[row].text
            sheet.save(tmp_path / "report.zip")
            assert (tmp_path / "report.zip").exists()
            assert "Saved as" in sheet.note.accessibleName()
            sheet.save(tmp_path / "no" / "report.zip")
            assert "could not be written" in sheet.note.accessibleName()
            sheet.reject()
            http.close()

    play(journey())


@pytest.mark.parametrize(("words", "wanted"), [("Open as it was", True), ("Start page", False)])
def test_after_a_broken_run_it_asks(play: Play, tmp_path: Path, server: DemoServer, words: str, wanted: bool) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "running-1").write_bytes(b"1")

    async def journey() -> None:
        async with guarded(tmp_path, server) as (p, guard):
            assert guard.broke_off
            QTimer.singleShot(50, p.window, lambda: press(p.sheet(RestoreSheet), words))
            assert await guard.ask_restore() is wanted
        run = Run(tmp_path / "logs")
        assert not run.begin()
        run.end()

    play(journey())


def test_a_file_from_outside_opens_in_the_window_that_runs(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with guarded(tmp_path, server) as (p, guard):
            first, second = (tmp_path / f"{name}.crmview" for name in ("one", "two"))
            for path in (first, second):
                write(path, of_tab(path.stem, "crmplus", {"module": "Accounts", "columns": ["accountname"]}))
            guard.await_files(first)
            await until(lambda: len(p.space.pages) == 2 and p.table_ready(), PATIENCE_S)
            (tmp_path / "logs" / "open-1.note").write_text(str(second))
            await until(lambda: len(p.space.pages) == 3 and p.table_ready(), PATIENCE_S)

    play(journey())
