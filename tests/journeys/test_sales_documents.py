# SPDX-License-Identifier: MIT
"""Orders of three vendors: open, change, add, review, apply; a line that the server drops comes back."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.demo.dialects.opencrm import grid
from crmdesk.demo.server import DemoServer
from crmdesk.domain.sales import SalesDocument
from crmdesk.ui.page_kinds import reopen
from crmdesk.ui.sales.sales_tab import SalesTab
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, press, program, results, texts, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
VENDORS = [("crmplus", "SalesOrder", "PRO5"), ("opencrm", "salesorder", "P-0005"), ("webcrm", "Deliveries", "P-0005")]


async def open_order(p: Program, module: str, at_least: int = 3) -> SalesTab:
    """The lines of an order of that many lines, by Ctrl+L."""
    table = await p.show_module(module)
    for row in range(table.rows.read):
        record = table.rows.at(row)
        assert record is not None
        document = await p.account.session.fetch_document(record.id)
        if len(document.lines) >= at_least:
            table.choose_record(record.id)
            break
    else:
        raise AssertionError("no order is long enough")
    await until(lambda: p.space.panel.shown == record.id, PATIENCE_S)
    p.keys("Ctrl+L")
    page = p.space.page
    assert isinstance(page, SalesTab)
    await until(lambda: page.document is not None and page.model.rowCount() > at_least and not page.busy, PATIENCE_S)
    return page


def type_in(page: SalesTab, row: int, key: str, text: str) -> None:
    """Type over a cell and press Return."""
    page.grid.go_to(row, key)
    page.grid.setFocus()
    QTest.keyClick(page.grid, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not None
    assert editor is not page.grid, "no editor opened"
    editor.selectAll()  # type: ignore[attr-defined]  # a line edit
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


async def counted(p: Program, count: int) -> None:
    await until(lambda: p.account.staged.count == count, PATIENCE_S)


def told(document: SalesDocument) -> list[tuple[str, Decimal]]:
    return [(line.name or line.text, line.quantity) for line in document.lines]


@pytest.mark.parametrize(("vendor", "module", "number"), VENDORS)
def test_a_quantity_and_a_new_line_reach_the_server(
    play: Play, tmp_path: Path, server: DemoServer, vendor: str, module: str, number: str
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor=vendor) as p:
            await p.open()
            page = await open_order(p, module)
            document = page.document
            assert document is not None
            before = told(document)
            type_in(page, 1, "quantity", "7,5")
            await counted(p, 1)
            type_in(page, len(before), "product", number)
            await counted(p, 2)
            assert page.totals.figures[-1].is_whole
            grid = p.space.staged.grid.records
            assert grid.text(0, grid.column_at("field")) == "line 2 · quantity"
            sheet = await p.review()
            assert texts(sheet, "field") == ["line 2 · quantity", f"line {len(before) + 1}"]
            assert texts(sheet, "theirs") == ["unchanged", "new line"]
            assert await p.apply(sheet) == ["applied"]
            assert texts(sheet, "stored")[:2] == ["as sent", "as sent"]
            press(sheet, "Close")
            await until(lambda: page.staged is None and not page.busy, PATIENCE_S)
            held = await p.account.session.fetch_document(page.record)
            assert told(held)[:-1] == [before[0], (before[1][0], Decimal("7.5")), *before[2:]]
            assert held.lines[-1].quantity == 1
            assert held.lines[-1].unit_price > 0
            assert not page.banner.isVisible()
            shown = [page.model.text(row, page.model.column_at("quantity")) for row in range(len(held.lines))]
            assert shown == [p.formats.number(line.quantity) for line in held.lines]
            assert p.told == ""

    play(journey())


def test_a_line_the_server_drops_is_told_and_brought_back(
    play: Play, tmp_path: Path, server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenCRM deletes every line that is not named; here one gets lost on the server's side."""
    keep: list[Callable[..., object]] = [grid.replace]

    def losing(call: object, number: int, lines: list[object]) -> None:
        keep[0](call, number, lines[:-1])
        monkeypatch.setattr(grid, "replace", keep[0])

    async def journey() -> None:
        async with program(tmp_path, server, vendor="opencrm") as p:
            await p.open()
            page = await open_order(p, "salesorder")
            document = page.document
            assert document is not None
            before = told(document)
            type_in(page, 0, "quantity", "9")
            await counted(p, 1)
            monkeypatch.setattr(grid, "replace", losing)
            sheet = await p.review()
            await p.apply(sheet)
            assert "1 line is not as it was sent" in sheet.note_text
            press(sheet, "Close")
            await until(page.banner.isVisible, PATIENCE_S)
            assert page.banner.words.text().startswith("Gone: ")
            assert len((await p.account.session.fetch_document(page.record)).lines) == len(before) - 1
            press(page.banner, "Restore")
            await counted(p, 1)
            sheet = await p.review()
            assert texts(sheet, "theirs") == ["new line"]
            assert await p.apply(sheet) == ["applied"]
            press(sheet, "Close")
            held = await p.account.session.fetch_document(page.record)
            assert told(held) == [(before[0][0], Decimal(9)), *before[1:]]
            await until(lambda: not page.busy, PATIENCE_S)
            assert not page.banner.isVisible()

    play(journey())


def test_lines_that_both_changed_are_decided_in_the_review(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            page = await open_order(p, "SalesOrder")
            number = int(page.record.key.partition("x")[2])
            type_in(page, 0, "quantity", "9")
            await counted(p, 1)
            with p.store.lock:
                p.store.lines[number][0]["quantity"] = "4.000"
            sheet = await p.review()
            assert texts(sheet, "theirs") == ["4 | conflict"]
            grid = sheet.grid
            grid.go_to(0, "mine")
            grid.setFocus()
            QTest.keyClick(grid, Qt.Key.Key_Space)
            assert await p.apply(sheet) == ["applied"]
            assert results(sheet) == ["applied"]
            assert p.store.lines[number][0]["quantity"] == "9.000"
            press(sheet, "Close")

    play(journey())


def test_the_tab_is_there_again_and_the_record_has_a_button(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            assert not p.space.panel.head.lines_button.isVisible()
            page = await open_order(p, "SalesOrder")
            view = page.view()
            assert (view["module"], view["key"]) == ("SalesOrder", page.record.key)
            p.space.tabs.choose(p.space.tabs.name_at(1))
            assert p.space.panel.head.lines_button.isVisible()
            QTest.mouseClick(p.space.panel.head.lines_button, Qt.MouseButton.LeftButton)
            assert p.space.page is page  # the one that is open
            p.space.close_tab()
            reopen(p.space, f'[{{"kind": "sales", "module": "SalesOrder", "key": "{page.record.key}"}}]')
            again = p.space.page
            assert isinstance(again, SalesTab)
            assert again.record == page.record
            await until(lambda: again.document is not None, PATIENCE_S)

    play(journey())
