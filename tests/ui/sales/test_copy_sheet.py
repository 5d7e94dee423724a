# SPDX-License-Identifier: MIT
"""Making one document of another: what is told before it is staged."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from crmdesk.connectors.port import RecordAction
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sales import LineShape
from crmdesk.engine.document_copy import Target
from crmdesk.engine.whole_document import read_whole
from crmdesk.ui.sales.copy_sheet import CopySheet
from tests.engine.fake_vendor import ACCOUNTS, MODULE, NAME, SCHEMA, FakeServer
from tests.journeys.conftest import Play
from tests.ui.house import House, a_profile, house, press
from tests.ui.sales.desk import ORDER, an_order
from tests.ui.waiting import host, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
DOCUMENTS = replace(MODULE, is_sales_document=True)
DELIVERIES = replace(DOCUMENTS, name=ModuleName("Deliveries"), label="Delivery", label_plural="Deliveries")
CONVERT = RecordAction(
    key="convert", label="Convert it", question="The server makes a delivery.", makes=DELIVERIES.name
)


@contextlib.asynccontextmanager
async def asking(
    folder: Path, targets: Sequence[Target], shape: LineShape | None = None
) -> AsyncIterator[tuple[House, CopySheet]]:
    server = FakeServer(schema=replace(SCHEMA, module=DOCUMENTS))
    an_order(server)
    if shape is not None:
        server.shape = shape
    async with house(folder, server=server) as rooms:
        account = await rooms.account(a_profile())
        whole = await read_whole(account.session, account.staged, ORDER)
        with host() as window:
            sheet = CopySheet(account, whole, rooms.formats, targets, rooms.errors.append, date(2026, 11, 22), ACCOUNTS)
            sheet.open_in(window, focus=sheet.title)
            yield rooms, sheet
            with contextlib.suppress(RuntimeError):  # it may be gone
                sheet.reject()
    assert rooms.errors == []


def test_it_is_named_told_and_staged_as_one_step(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with asking(tmp_path, [Target(DOCUMENTS)]) as (_, sheet):
            assert sheet.title.text() == "Order 1 (copy)"
            await until(lambda: sheet.take.isEnabled())
            assert "3 lines" in sheet.note.text_label.text()
            assert "Number: SO-2041" not in sheet.left_out.toPlainText()  # the server gives numbers
            sheet.title.selectAll()
            QTest.keyClicks(sheet.title, "Order 2")
            assert not sheet.take.isEnabled()
            await until(lambda: sheet.take.isEnabled())
            made: list[RecordId] = []
            sheet.staged.connect(made.append)
            account = sheet._account
            press(sheet, "Stage the new account")
            await until(lambda: bool(made))
            staged = account.staged.get(made[0])
            assert staged is not None
            assert staged.values[NAME] == "Order 2"
            assert len(staged.lines) == 3
            assert account.staged.undo_text == "Duplicate Order 1"

    play(go())


def test_lines_that_cannot_be_taken_over_are_named(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        shape = LineShape(has_percent=False)
        async with asking(tmp_path, [Target(DOCUMENTS)], shape) as (_, sheet):
            await until(lambda: sheet.take.isEnabled())
            assert "Line 3: Training (its discount is a percentage, which cannot be there)" in (
                sheet.left_out.toPlainText()
            )

    play(go())


def test_a_vendors_own_way_and_one_that_is_closed(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        invoices = replace(DOCUMENTS, name=ModuleName("Invoices"), label="Invoice", label_plural="Invoices")
        targets = [Target(DOCUMENTS), Target(DELIVERIES, CONVERT), Target(invoices, why_not="You may not.")]
        async with asking(tmp_path, targets) as (_, sheet):
            sheet.choose(invoices.name)
            assert sheet.note.text_label.text() == "You may not."
            assert not sheet.take.isEnabled()
            assert not sheet.title.isVisible()
            sheet.choose(DELIVERIES.name)
            assert sheet.note.text_label.text() == "This CRM makes it itself. The server makes a delivery."
            wanted: list[RecordAction] = []
            sheet.action_wanted.connect(wanted.append)
            account = sheet._account
            press(sheet, "Convert it")
            assert wanted == [CONVERT]
            assert account.staged.all() == ()

    play(go())
