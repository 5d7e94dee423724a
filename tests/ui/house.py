# SPDX-License-Identifier: MIT
"""A desk over the fake vendor, and its tables in a window: what the tests of rooms with an account stand on."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from crmdesk.domain.names import AccountId, VendorName
from crmdesk.domain.schema import Module
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.ui.formats import Formats
from crmdesk.ui.palette import GoToAnything
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.table_tab import TableTab
from tests.engine.fake_vendor import MODULE, FakeHttp, FakeServer, plugin_of
from tests.ui.waiting import host, until

CITIES = ("Helsinki", "Leeds", "Lyon")


def a_profile(name: str = "Bench", environment: Environment = Environment.SANDBOX) -> Profile:
    """An account of the fake vendor."""
    return Profile(
        id=AccountId(name.lower()),
        name=name,
        vendor=VendorName("fake"),
        url="http://fake.invalid",
        settings={"user": "admin"},
        environment=environment,
    )


def filled(count: int = 25) -> FakeServer:
    """A server with so many accounts, a0 first."""
    server = FakeServer()
    for i in range(count):
        server.add(
            f"a{i}",
            "1",
            accountname=f"Company {i:02}",
            account_no=f"ACC{i}",
            bill_city=CITIES[i % 3],
            employees=i,
            revenue=Decimal(i) * 1000,
            founded=date(2000 + i % 20, 1, 15),
            modified=datetime(2026, 1, 1, 12, 0, tzinfo=UTC),
            active=i % 2 == 0,
            industry="it" if i % 2 else "food",
        )
    return server


class House:
    """One desk on one fake server. Made on a running loop; `close` when done."""

    def __init__(self, folder: Path, locale: str = "en_SE", server: FakeServer | None = None) -> None:
        self.server = server or filled()
        self.formats = Formats(QLocale(locale), UTC)
        self.errors: list[BaseException] = []
        self.told: list[str] = []
        self.desk = Desk(folder / "config", folder / "data", make_http=lambda _: FakeHttp())
        vars(self.desk)["plugins"] = {VendorName("fake"): plugin_of(self.server)}  # a cached property

    async def account(self, profile: Profile | None = None) -> Account:
        """An open account, its secrets known."""
        wanted = profile or a_profile()
        for name in ("key", "pin"):
            self.desk.secrets.keep_for_this_run(wanted.id, name, "s3cret")
        return await self.desk.open(wanted)

    def _report(self, error: BaseException, _again: object = None) -> None:
        self.errors.append(error)

    def close(self) -> None:
        """Everything closed."""
        for gate in self.server.gates.values():
            gate.set()
        self.desk.close(2)

    @contextlib.asynccontextmanager
    async def table(
        self, view: dict[str, Any] | None = None, *, profile: Profile | None = None, module: Module = MODULE
    ) -> AsyncIterator[TableTab]:
        """A shown table with its first page read (or its failure told)."""
        account = await self.account(profile)
        with host() as window:
            tab = TableTab(account, module, self.formats, self._report, view=view)
            tab.info.connect(self.told.append)
            layout = window.layout()
            assert layout is not None
            window.field.hide()
            layout.addWidget(tab)
            try:
                await until(lambda: tab.rows.read > 0 or bool(self.errors) or not module.can_be_listed)
                tab.grid.setFocus()
                yield tab
            finally:
                await tab.aclose()
                layout.removeWidget(tab)


@contextlib.asynccontextmanager
async def house(folder: Path, locale: str = "en_SE", server: FakeServer | None = None) -> AsyncIterator[House]:
    """A house for the time of a block."""
    made = House(folder, locale, server)
    try:
        yield made
    finally:
        made.close()


def column(tab: TableTab, key: str) -> list[str]:
    """What a column shows, top down."""
    at = tab.model.column_at(key)
    tab.model.source.want(0, tab.model.rowCount() - 1)
    return [tab.model.text(row, at) or "" for row in range(tab.model.rowCount())]


def go(tab: TableTab, row: int, key: str) -> None:
    """Make a cell current, as a click does."""
    tab.model.source.want(row, row)  # as painting does
    tab.grid.go_to(row, key)
    tab.grid.setFocus()


def type_in(tab: TableTab, row: int, key: str, text: str) -> None:
    """Type over a cell and press Return."""
    go(tab, row, key)
    QTest.keyClicks(tab.grid, text[0])
    editor = QApplication.focusWidget()
    assert editor is not None
    assert editor is not tab.grid, "no editor opened"
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)


def press(within: QWidget, words: str) -> None:
    """Click the visible button that says so."""
    found = [b for b in within.findChildren(QPushButton) if b.text().startswith(words) and b.isVisibleTo(within)]
    assert found, f"no button {words!r}"
    assert found[-1].isEnabled(), f"the button {words!r} is disabled"
    QTest.mouseClick(found[-1], Qt.MouseButton.LeftButton)


def state_of(sheet: GoToAnything) -> str:
    """What the foot of "Go to anything" says: the number of hits, "searching…", or what went wrong."""
    (foot,) = [one for one in sheet.findChildren(QWidget) if one.property("role") == "foot"]
    return foot.findChildren(QLabel)[0].text()


def open_sheets(window: QWidget) -> list[Sheet]:
    """The sheets that lie over a window, the topmost last."""
    return [sheet for sheet in window.findChildren(Sheet) if sheet.isVisible()]


def without(module: Module, *names: str) -> Module:
    """The module without some operations."""
    return replace(module, operations=frozenset(o for o in module.operations if o.value not in names))
