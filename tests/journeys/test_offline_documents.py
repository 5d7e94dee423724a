# SPDX-License-Identifier: MIT
"""Orders without a server: their lines out of the copy, edited and staged, products found, compared when it is back."""

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from crmdesk.demo.server import DemoServer
from crmdesk.ui.copies.copies_sheet import CopiesSheet
from crmdesk.ui.sales.sales_tab import SalesTab
from tests.journeys.conftest import Play
from tests.journeys.outage import Outage, copied, counting, noticed, steady
from tests.journeys.program import PATIENCE_S, Program, press, program, texts, until
from tests.journeys.test_sales_documents import told, type_in

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


async def kept_with_lines(p: Program) -> int:
    """The sheet of copies keeps the orders' lines, too; of how many."""
    p.keys("F4")
    sheet = p.sheet(CopiesSheet)
    assert sheet.lines.isVisible()
    assert not sheet.lines.isChecked()
    QTest.mouseClick(sheet.lines, Qt.MouseButton.LeftButton, pos=QPoint(8, sheet.lines.height() // 2))
    await until(lambda: p.space.copies.copying.busy, PATIENCE_S)
    await until(lambda: not p.space.copies.copying.busy, PATIENCE_S)
    state = p.account.mirror.known.modules[0]
    assert state.lines
    assert state.documents == state.rows > 0
    assert f"{state.rows} with lines" in str(sheet.model.text(0, 3))
    press(sheet, "Close")
    return state.rows


@pytest.mark.parametrize(("vendor", "module", "number"), [("crmplus", "SalesOrder", "PRO5")])
def test_lines_are_edited_without_the_server_and_sent_when_it_is_back(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vendor: str, module: str, number: str
) -> None:
    async def journey(server: DemoServer) -> None:
        async with program(tmp_path, server, vendor=vendor) as p:
            await p.open()
            await p.show_module(module)
            await copied(p, module)
            assert await kept_with_lines(p)
            outage = Outage(server)
            table = await noticed(p)
            asked = counting(p, monkeypatch)
            page = await opened(p)
            document = page.document
            assert document is not None
            before = told(document)
            note = page.view_parts.away.text_label
            assert note.isVisible()
            assert "these lines are as on the server at" in note.text()
            type_in(page, 0, "quantity", "7")
            await until(lambda: p.account.staged.count == 1, PATIENCE_S)
            type_in(page, len(before), "product", number)
            await until(lambda: len(page.wanted) == len(before) + 1, PATIENCE_S)
            assert page.wanted[-1].unit_price > 0
            assert page.totals.figures[-1].is_whole
            assert asked() == 0
            p.space.show_page(table)
            await outage.ended(p)
            await until(lambda: "still fit" in p.told, PATIENCE_S)
            await until(lambda: not note.isVisible() and not page.busy, PATIENCE_S)
            review = await p.review()
            assert texts(review, "field") == ["line 1 · quantity", f"line {len(before) + 1}"]
            assert await p.apply(review) == ["applied"]
            press(review, "Close")
            held = await p.account.session.fetch_document(page.record)
            assert held.lines[0].quantity == Decimal(7)
            assert len(held.lines) == len(before) + 1

    with steady(30) as server:
        play(journey(server), 90)


async def opened(p: Program) -> SalesTab:
    """The lines of a document that has two at least, by Ctrl+L."""
    table = p.tab
    records = [one.id for one in map(table.rows.at, range(table.rows.read)) if one is not None]
    for row, wanted in enumerate(records):
        found = await p.account.mirror.lines.document(wanted)
        if found is not None and len(found.document.lines) >= 2:
            table.grid.go_to(row)
            break
    await until(lambda: p.space.panel.shown == wanted and p.space.panel.is_complete, PATIENCE_S)
    table.grid.setFocus()
    p.keys("Ctrl+L")
    page = p.space.page
    assert isinstance(page, SalesTab)
    await until(lambda: page.document is not None and not page.busy, PATIENCE_S)
    return page
