# SPDX-License-Identifier: MIT
"""The whole program in this process: the real window, engine and HTTP client, over a demo server of the test's own."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QEvent, QLocale, QModelIndex, QSettings, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QWidget

from crmdesk.connectors.port import Http
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import AccountId, RecordId, VendorName
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.formats import Formats
from crmdesk.ui.main_window import MainWindow
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.cells import plain
from crmdesk.ui.table.table_tab import TableTab
from crmdesk.ui.theme import theme
from crmdesk.ui.workspace import Workspace
from tests.ui.house import column, press
from tests.ui.waiting import until

SheetKind = TypeVar("SheetKind", bound=Sheet)
PATIENCE_S = 15.0


class Store(Protocol):
    """What a test asks of the demo's store."""

    def get(self, module: str, number: int) -> dict[str, str] | None:
        """A record as stored."""

    def table(self, module: str) -> Any:
        """A module's table."""


class Program:
    """A window as the app makes it. Made on a running loop.

    Attributes:
        longest_gap_ms: the longest time the Qt thread did not come round to a timer.
    """

    def __init__(
        self,
        folder: Path,
        server: DemoServer,
        *,
        locale: str = "en_SE",
        deadline_s: float = 10,
        environment: Environment = Environment.SANDBOX,
        vendor: str = "crmplus",
    ) -> None:
        self.server = server
        self.vendor = vendor
        self.environment = environment
        self.deadline_s = deadline_s
        self.settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.desk = Desk(folder / "config", folder / "data", make_http=self._http)
        self.formats = Formats(QLocale(locale), UTC)
        self.profile = self.profile_of()
        self.window = MainWindow(lambda: self.desk, lambda: self.formats, self.settings, self._demo)
        self.closed = asyncio.Event()
        self.window.finished.connect(self.closed.set)
        self.longest_gap_ms = 0.0
        self._last = time.monotonic()
        self._heart = QTimer(interval=5)
        self._heart.timeout.connect(self._beat)

    def _http(self, _: Profile) -> Http:
        return HttpClient(deadline_s=self.deadline_s)

    def profile_of(self, name: str = "Demo", user: str | None = None) -> Profile:
        """An account of the server, its key known for this run."""
        given = self.server.account(self.vendor, user)
        profile = Profile(
            id=AccountId(name.lower()),
            name=name,
            vendor=VendorName(self.vendor),
            url=given["url"],
            settings=given["set"],
            environment=self.environment,
            temporary=True,
        )
        for secret, text in given["secrets"].items():
            self.desk.secrets.keep_for_this_run(profile.id, secret, text)
        return profile

    async def _demo(self) -> list[Profile]:
        return [self.profile]

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest_gap_ms = max(self.longest_gap_ms, (now - self._last) * 1000)
        self._last = now

    # ---- opening and closing -----------------------------------------------------------------------------------------

    def show(self) -> None:
        """The window on the screen, nothing opened."""
        theme().choose(Scheme.LIGHT)
        self.window.resize(1440, 900)
        self.window.show()
        self.window.activateWindow()

    async def open(self) -> TableTab:
        """The demo account with its first table and record."""
        self.show()
        self.window.run(self.window.accounts.open_demo(), "account")
        await until(lambda: self.window.workspace is not None and self.table_ready(), PATIENCE_S)
        self.watch()
        return self.tab

    def watch(self) -> None:
        """Begin to measure gaps."""
        self._last, self.longest_gap_ms = time.monotonic(), 0.0
        self._heart.start()

    def table_ready(self) -> bool:
        space = self.window.workspace
        return space is not None and space.current is not None and space.current.rows.read > 0

    async def close(self) -> None:
        """Quit, as the person does, and wait until everything has ended."""
        if not self.closed.is_set():
            self.window.close()
            await asyncio.wait_for(self.closed.wait(), 40)
        self._heart.stop()
        self.desk.close(3)
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    # ---- what is there -----------------------------------------------------------------------------------------------

    @property
    def space(self) -> Workspace:
        space = self.window.workspace
        assert space is not None, self.window.messages.shown_text
        return space

    @property
    def account(self) -> Account:
        return self.space.account

    @property
    def tab(self) -> TableTab:
        page = self.space.current
        assert page is not None
        return page

    @property
    def told(self) -> str:
        """What the message bar says."""
        return self.window.messages.shown_text

    @property
    def store(self) -> Any:
        """The demo's own records."""
        site: Any = self.server.site(self.vendor)
        return site.office.store

    def stored(self, record: RecordId) -> dict[str, str]:
        """A record as the server keeps it; {} = it has none."""
        return dict(self.store.get(str(record.module), int(record.key.partition("x")[2])) or {})

    def change_behind(self, record: RecordId, **values: str) -> None:
        """Somebody else changes a record."""
        with self.store.lock:
            row = self.store.get(str(record.module), int(record.key.partition("x")[2]))
            row.update(values)

    def sheet(self, kind: type[SheetKind]) -> SheetKind:
        """The open sheet of that kind."""
        found = [s for s in self.window.findChildren(kind) if s.isVisible()]
        assert found, f"no {kind.__name__} is open; the bar says {self.told!r}"
        return found[-1]

    # ---- what a person does ------------------------------------------------------------------------------------------

    def keys(self, keys: str | QKeySequence.StandardKey) -> None:
        """Press a key combination where the focus is."""
        target = QApplication.focusWidget() or self.window
        combination = QKeySequence(keys)[0]  # type: ignore[index]  # the stubs forget it
        QTest.keyClick(target, combination.key(), combination.keyboardModifiers())

    async def show_module(self, name: str) -> TableTab:
        """A module's table, its first rows read."""
        module = next(m for m in self.space.modules if m.name == name)
        self.window.open_module(module)
        await until(lambda: self.table_ready() and self.tab.module.name == name, PATIENCE_S)
        return self.tab

    async def edit(self, row: int, key: str, text: str) -> RecordId:
        """Type over a cell and wait until it is staged."""
        tab = self.tab
        record = tab.rows.at(row)
        assert record is not None

        def opened() -> bool:
            """A row that was read a moment ago may not be in the table yet: then once more, as a person would."""
            tab.grid.go_to(row, key)
            tab.grid.setFocus()
            QTest.keyClick(tab.grid, Qt.Key.Key_F2)
            return self.focused() is not tab.grid

        await until(opened, PATIENCE_S)
        editor = self.focused()
        editor.selectAll()  # type: ignore[attr-defined]  # a line edit
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        await until(lambda: key in self._staged_names(record.id), PATIENCE_S)
        return record.id

    def _staged_names(self, record: RecordId) -> set[str]:
        staged = self.account.staged.get(record)
        return {str(name) for name in staged.values} if staged is not None else set()

    def focused(self) -> QWidget:
        """Where typing goes."""
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    async def close_sheets(self) -> None:
        """Esc until no sheet is open."""
        for _ in range(5):
            sheets = [s for s in self.window.findChildren(Sheet) if s.isVisible()]
            if not sheets:
                return
            QTest.keyClick(QApplication.focusWidget() or sheets[-1], Qt.Key.Key_Escape)
            await asyncio.sleep(0.01)

    async def review(self) -> ReviewDialog:
        """The review, everything compared."""
        self.space.review()
        sheet = self.sheet(ReviewDialog)
        await until(lambda: bool(sheet.review.checked) or bool(sheet.note_text), PATIENCE_S)
        return sheet

    async def apply(self, sheet: ReviewDialog) -> list[str]:
        """Press Apply and wait for the end; the words of the results in order."""
        press(sheet, "Apply")
        await self.applied(sheet)
        return results(sheet)

    async def applied(self, sheet: ReviewDialog) -> None:
        """Until an apply has ended."""
        await until(lambda: bool(sheet.review.sent) and not self.account.applier.running, PATIENCE_S)
        await until(lambda: len(sheet.review.outcomes) == len(sheet.review.sent), PATIENCE_S)
        await until(lambda: not sheet._applying, PATIENCE_S)  # private, but its buttons wait for it too


def menu_of(view: QAbstractItemView, index: QModelIndex) -> QMenu:
    """Right click on a row; the menu that comes."""
    view.scrollTo(index)
    at = view.visualRect(index).center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), asked)
    return view.findChildren(QMenu)[-1]


def results(sheet: ReviewDialog) -> list[str]:
    """What stands in the result column, empty lines left out."""
    model = sheet.grid.records
    at = model.column_at("result")
    return [text for row in range(model.rowCount()) if (text := cell_text(sheet, row, at))]


def cell_text(sheet: ReviewDialog, row: int, column_at: int) -> str:
    """A cell of a review, pieces joined."""
    cell, _ = sheet.grid.records.shown(row, column_at)
    if isinstance(cell, tuple):
        return " | ".join(segment.text for segment in cell)
    return plain(cell) if cell is not None else ""


def texts(sheet: ReviewDialog, key: str) -> list[str]:
    """A whole column of a review."""
    model = sheet.grid.records
    return [cell_text(sheet, row, model.column_at(key)) for row in range(model.rowCount())]


@contextlib.asynccontextmanager
async def program(folder: Path, server: DemoServer, **options: Any) -> AsyncIterator[Program]:
    """A program for the time of a block."""
    made = Program(folder, server, **options)
    try:
        yield made
    finally:
        await made.close()


__all__ = ["PATIENCE_S", "Program", "cell_text", "column", "menu_of", "press", "program", "results", "texts", "until"]
