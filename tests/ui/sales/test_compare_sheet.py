# SPDX-License-Identifier: MIT
"""Comparing in a sheet: versions are offered, keys reach the list, what differs is counted, shown and copied."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from crmdesk.domain.document_compare import Standing
from crmdesk.domain.errors import NotFound, NotReachable
from crmdesk.domain.names import RecordId
from crmdesk.engine.whole_document import read_whole
from crmdesk.ui.form.lines import DATA
from crmdesk.ui.sales.compare_sheet import CompareSheet
from crmdesk.ui.table.cells import plain
from tests.engine.fake_vendor import ACCOUNTS, MODULE, SCHEMA, FakeServer
from tests.journeys.conftest import Play
from tests.ui.house import House, a_profile, house, press
from tests.ui.sales.desk import ORDER, PRODUCTS, an_order
from tests.ui.waiting import host, until

VERSION, OTHER = RecordId(ACCOUNTS, "o2"), RecordId(ACCOUNTS, "o3")


def a_server() -> FakeServer:
    """The order, its second version (one pump more, training instead of its material), and a stranger."""
    server = FakeServer(schema=replace(SCHEMA, module=replace(MODULE, is_sales_document=True)))
    first = an_order(server)
    pump, seal, _ = first.lines
    material = replace(PRODUCTS[3].line, quantity=Decimal(1))
    server.add_document(
        "o2", replace(pump, quantity=Decimal(4)), seal, material, accountname="Order 1", account_no="SO-2042"
    )
    server.add_document("o3", seal, accountname="Nuts", account_no="SO-9")
    return server


@contextlib.asynccontextmanager
async def comparing(folder: Path, server: FakeServer | None = None) -> AsyncIterator[tuple[House, CompareSheet]]:
    async with house(folder, server=server or a_server()) as rooms:
        account = await rooms.account(a_profile())
        whole = await read_whole(account.session, account.staged, ORDER)
        with host() as window:
            sheet = CompareSheet(account, whole, rooms.formats, rooms.errors.append)
            sheet.told.connect(rooms.told.append)
            sheet.open_in(window, focus=sheet.line)
            yield rooms, sheet
            with contextlib.suppress(RuntimeError):  # it may be gone
                sheet.reject()
            await until(lambda: not sheet._scope.busy)
    assert rooms.errors == []


def offered(sheet: CompareSheet) -> list[RecordId]:
    model = sheet.candidates
    return [model.item(row).data(DATA) for row in range(model.rowCount())]


def shown(sheet: CompareSheet) -> list[tuple[str, ...]]:
    """State and item of each row of the grid."""
    model = sheet.model
    rows = [model.source.row(at) for at in range(model.rowCount())]
    return [tuple(plain(cell) for cell in row.cells[:2]) for row in rows if row is not None]


def test_versions_come_first_and_the_document_itself_is_not_offered(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with comparing(tmp_path) as (_, sheet):
            await until(lambda: bool(offered(sheet)))
            assert offered(sheet) == [VERSION, OTHER]
            assert sheet.windowTitle() == "Compare Account SO-2041"
            assert not sheet.copy.isEnabled()
            assert not any(pill.isVisible() for pill in sheet.pills.values())

    play(go())


def test_arrow_keys_in_the_line_choose_and_return_compares(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with comparing(tmp_path) as (_, sheet):
            await until(lambda: bool(offered(sheet)))
            for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):  # neither end is passed
                QTest.keyClick(sheet.line, key)
            QTest.keyClick(sheet.line, Qt.Key.Key_Return)
            await until(lambda: sheet.comparison is not None)
            assert sheet.comparison is not None
            assert sheet.comparison.right.document.header.id == VERSION
            told = {standing: pill.text() for standing, pill in sheet.pills.items() if pill.isVisible()}
            assert told == {
                Standing.CHANGED: "1 line changed",
                Standing.ONLY_LEFT: "1 only left",
                Standing.ONLY_RIGHT: "1 only right",
                Standing.SAME: "1 the same",
            }
            assert [column.title for column in sheet.model.columns[2:4]] == ["Account SO-2041", "Account SO-2042"]

    play(go())


def test_lines_that_are_the_same_are_shown_on_demand(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with comparing(tmp_path) as (_, sheet):
            assert not sheet.only.isEnabled()
            sheet.choose(VERSION)
            await until(lambda: sheet.comparison is not None)
            lines = [row for row in shown(sheet) if row[0] in ("differs", "only left", "only right", "same")]
            assert ("differs", "Pump housing PX-40") in lines
            assert ("same", "Seal kit, Viton") not in lines
            sheet.only.click()
            assert ("same", "Seal kit, Viton") in shown(sheet)

    play(go())


def test_the_differences_are_copied(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with comparing(tmp_path) as (rooms, sheet):
            sheet.choose(VERSION)
            await until(lambda: sheet.comparison is not None)
            press(sheet, "Copy as text")
            text = QGuiApplication.clipboard().text()
            assert "Pump housing PX-40" in text
            assert "Seal kit" not in text
            assert rooms.told == ["Copied as text."]

    play(go())


def test_what_is_pending_is_compared_and_named(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with house(tmp_path, server=a_server()) as rooms:
            account = await rooms.account(a_profile())
            document = await account.session.fetch_document(ORDER)
            await account.staged.edit_lines(document, lambda lines: lines[:2], "Remove", "Order 1")
            whole = await read_whole(account.session, account.staged, ORDER)
            with host() as window:
                sheet = CompareSheet(account, whole, rooms.formats, rooms.errors.append)
                sheet.open_in(window, focus=sheet.line)
                sheet.choose(VERSION)
                await until(lambda: sheet.comparison is not None)
                assert sheet.pills[Standing.ONLY_LEFT].isHidden()  # that line is to go
                assert sheet.note.text() == "With pending changes: Account SO-2041"
                sheet.reject()
                await until(lambda: not sheet._scope.busy)
        assert rooms.errors == []

    play(go())


def test_typing_narrows_and_nothing_found_is_said(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with comparing(tmp_path) as (_, sheet):
            await until(lambda: len(offered(sheet)) == 2)
            QTest.keyClicks(sheet.line, "Nuts")
            await until(lambda: offered(sheet) == [OTHER])
            sheet.line.selectAll()
            QTest.keyClicks(sheet.line, "Bolts")
            await until(lambda: sheet.found.text() == "No other document is called so.")
            assert offered(sheet) == []
            sheet.line.clear()  # as its cross does
            await until(lambda: len(offered(sheet)) == 2)
            assert sheet.found.text() == ""

    play(go())


@pytest.mark.parametrize("closes", [True, False])
def test_a_document_that_cannot_be_read_is_told_in_the_sheet(play: Play, tmp_path: Path, closes: bool) -> None:
    async def go() -> None:
        server = a_server()
        async with comparing(tmp_path, server) as (_, sheet):
            await until(lambda: bool(offered(sheet)))
            server.fail("fetch_document", NotFound("It is gone."))
            sheet.choose(OTHER)
            if closes:  # the answer comes after the sheet has gone
                sheet.reject()
                return
            await until(lambda: "It is gone." in sheet.note.text())
            assert sheet.comparison is None
            sheet.choose(VERSION)
            await until(lambda: sheet.comparison is not None)
            assert sheet.note.text() == ""

    play(go())


def test_a_search_that_fails_is_told_below_the_list(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        server = a_server()
        async with comparing(tmp_path, server) as (_, sheet):
            await until(lambda: bool(offered(sheet)))
            server.fail("fetch_page", NotReachable("No way there."), times=9)
            QTest.keyClicks(sheet.line, "Nuts")
            await until(lambda: "No way there." in sheet.found.text())

    play(go())
