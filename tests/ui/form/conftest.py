# SPDX-License-Identifier: MIT
"""A schema with every type of field, and a panel on a real desk over the demo server."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Applied, Outcome
from crmdesk.domain.names import AccountId, FieldName, ModuleName, RecordId, VendorName
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.engine.secrets import Secrets
from crmdesk.ui.form.record_form import RecordForm
from crmdesk.ui.form.record_panel import RecordPanel
from crmdesk.ui.formats import Formats
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme

COLOURS = (Choice("r", "Red"), Choice("g", "Green"), Choice("b", "Blue"))


def a_field(name: str, kind: FieldType = FieldType.TEXT, **more: Any) -> Field:
    """A field labelled as it is named."""
    more.setdefault("label", name.capitalize())
    return Field(name=FieldName(name), type=kind, **more)


def a_schema(*fields: Field) -> Schema:
    """A module of these fields; the first is its title."""
    return Schema(Module(name=ModuleName("Things"), label="Thing", label_plural="Things"), fields, fields[0].name)


def a_record(**values: Any) -> Record:
    """A record of that module."""
    return Record(RecordId(ModuleName("Things"), "1x1"), {FieldName(name): value for name, value in values.items()})


def focused() -> QWidget:
    """The widget that keys go to."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.fixture
def formats() -> Formats:
    """Decimal commas, days first."""
    return Formats(QLocale("de_DE"), UTC)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings of the test's own."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def shown(qapp: QApplication, qtbot: QtBot) -> Callable[[QWidget], QMainWindow]:
    """Put a widget in a dressed window that has the focus."""

    def show(widget: QWidget) -> QMainWindow:
        theme().choose(Scheme.LIGHT)
        window = QMainWindow()
        window.setCentralWidget(widget)
        theme().dress(window)
        window.resize(360, 700)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        return window

    return show


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    """One server for this folder; tests that write use records of their own or take back."""
    with DemoServer(rows=20) as server:
        yield server


class Bench:
    """A panel in a window, over an account of the demo server.

    Attributes:
        errors: what was reported. notices: what `info` said. wanted: records asked for.
    """

    def __init__(self, desk: Desk, account: Account, panel: RecordPanel, window: QMainWindow) -> None:
        self.desk, self.account, self.panel, self.window = desk, account, panel, window
        self.errors: list[BaseException] = []
        self.notices: list[str] = []
        self.wanted: list[tuple[RecordId, bool]] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        panel.info.connect(self.notices.append)
        panel.record_wanted.connect(lambda record, apart: self.wanted.append((record, apart)))

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """The account's scope."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    def _on_done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.errors.append(error)

    async def until(self, holds: Callable[[], object], seconds: float = 5.0) -> None:
        """Wait until something holds."""
        for _ in range(int(seconds / 0.01)):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it never came to hold")

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        await asyncio.sleep(0)
        await self.until(lambda: not self.panel.busy and not self._tasks)
        await asyncio.sleep(0)

    async def record(self, module: str, field: str, text: str) -> Record:
        """The first record whose field contains a text."""
        query = Query(ModuleName(module), (), Compare(FieldName(field), Op.CONTAINS, text))
        plan = await self.account.session.plan(query)
        page = await self.account.session.fetch_page(plan.pushed, None, 50)
        return next(one for one in page.records if text in str(one.values.get(FieldName(field))))

    async def show(self, record: Record, *, row: bool = True) -> None:
        """Show a record and wait until it is read."""
        self.panel.show_record(self.account, record.id, record if row else None)
        await self.idle()

    async def apply(self) -> None:
        """Send everything that is staged."""
        applier = self.account.applier
        outcomes: list[Outcome] = []
        checked = await applier.check(self.account.staged.all())
        await applier.apply(checked, {}, ApplyOptions(), lambda _position, outcome: outcomes.append(outcome))
        assert all(isinstance(outcome, Applied) for outcome in outcomes), outcomes
        await self.idle()

    async def close(self) -> None:
        """As the window does it."""
        await self.idle()
        await self.panel.aclose()
        self.desk.close()


def type_into(qtbot: QtBot, form: RecordForm, name: str, text: str) -> None:
    """Type into a field of a form and press Return."""
    form.row(name).begin()
    QTest.keyClicks(focused(), text)
    QTest.keyClick(focused(), Qt.Key.Key_Return)


def sheet_button(bench: Bench, text: str) -> QPushButton:
    """A button of the sheet that is open."""
    sheets = [sheet for sheet in bench.window.findChildren(Sheet) if sheet.isVisible()]
    return next(one for one in sheets[-1].findChildren(QPushButton) if one.text() == text)


def has_sheet(bench: Bench) -> bool:
    """Whether a sheet is open."""
    return any(sheet.isVisible() for sheet in bench.window.findChildren(Sheet))


Open = Callable[..., Coroutine[Any, Any, Bench]]


@pytest.fixture
def bench(
    demo: DemoServer, tmp_path: Path, formats: Formats, settings: QSettings, shown: Callable[[QWidget], QMainWindow]
) -> Open:
    """Open a desk and a panel; await it, and `close` at the end."""
    gc.collect()  # the loop of an earlier test has Qt timers; a lane's thread must not be the one that collects it

    async def open_bench(environment: Environment = Environment.SANDBOX) -> Bench:
        one = demo.account("crmplus")
        secrets = Secrets()
        account_id = AccountId("bench")
        for name, secret in one["secrets"].items():
            secrets.keep_for_this_run(account_id, name, secret)
        desk = Desk(tmp_path / "settings", tmp_path / "data", secrets=secrets)
        profile = Profile(
            id=account_id,
            name="Bench",
            vendor=VendorName("crmplus"),
            url=one["url"],
            settings=one["set"],
            environment=environment,
            temporary=True,
        )
        account = await desk.open(profile)
        made: list[Bench] = []
        panel = RecordPanel(
            formats,
            lambda error: made[0].errors.append(error),
            lambda work: made[0].start(work),
            settings=settings,
        )
        made.append(Bench(desk, account, panel, shown(panel)))
        return made[0]

    return open_bench
