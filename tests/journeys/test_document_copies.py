# SPDX-License-Identifier: MIT
"""Documents made of documents, compared, aimed and printed: by key in the whole program, against every vendor that can."""

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from crmdesk.demo.server import DemoServer
from crmdesk.domain.aiming import Goal, Lever
from crmdesk.domain.changes import Applied
from crmdesk.domain.document_compare import Standing, compare_lines
from crmdesk.domain.levers import is_of_document
from crmdesk.domain.line_edit import TEXT, changed
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.totals import compute, shown
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.staging import Kind
from crmdesk.ui.calls.write_sheet import WriteSheet
from crmdesk.ui.form.lines import DATA
from crmdesk.ui.sales.aim_sheet import AimSheet
from crmdesk.ui.sales.compare_sheet import CompareSheet
from crmdesk.ui.sales.copy_sheet import CopySheet
from crmdesk.ui.sales.print_sheet import SENDER, PrintSheet
from crmdesk.ui.sheets import Sheet
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, press, program, until
from tests.journeys.test_sales_documents import open_order

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
COPIES = [  # vendor, module, what is made of it, and the field that then names the original
    ("crmplus", "Quotes", "Quotes", ""),
    ("crmplus", "Quotes", "SalesOrder", "quote_id"),
    ("crmplus", "SalesOrder", "Invoice", "salesorder_id"),
    ("opencrm", "quote", "quote", ""),
    ("opencrm", "quote", "salesorder", "quoteid"),
    ("opencrm", "salesorder", "invoice", "salesorderid"),
    ("webcrm", "Deliveries", "Deliveries", ""),
    ("crmservice", "quotes", "sales_orders", "quote_id"),
    ("crmservice", "sales_orders", "sales_orders", ""),
]


async def chosen(p: Program, module: str) -> SalesDocument:
    """A document of several lines, its row chosen in the table."""
    table = await p.show_module(module)
    for row in range(1, table.rows.read):
        record = table.rows.at(row)
        assert record is not None
        document = await p.account.session.fetch_document(record.id)
        if len(document.lines) >= 3:
            table.choose_record(record.id)
            break
    else:
        raise AssertionError("no document is long enough")
    await until(lambda: p.space.panel.shown == document.header.id, PATIENCE_S)
    table.grid.setFocus()
    return document


def is_open(p: Program, kind: type[Sheet]) -> bool:
    return any(sheet.isVisible() for sheet in p.window.findChildren(kind))


async def applied(p: Program) -> Applied:
    """Send everything that is pending, without the review's window."""
    checked = await p.account.applier.check(p.account.staged.all())
    result = await p.account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    (outcome,) = result.outcomes
    assert isinstance(outcome, Applied), getattr(outcome, "error", outcome)
    return outcome


@pytest.mark.parametrize(("vendor", "module", "into", "link"), COPIES)
def test_a_document_is_made_of_another(
    play: Play, tmp_path: Path, server: DemoServer, vendor: str, module: str, into: str, link: str
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor=vendor) as p:
            await p.open()
            source = await chosen(p, module)
            p.keys("Ctrl+U" if into == module else "Ctrl+Shift+U")
            await until(lambda: is_open(p, CopySheet), PATIENCE_S)
            sheet = p.sheet(CopySheet)
            await until(lambda: sheet.plan is not None, PATIENCE_S)
            assert sheet.target.module.name == into
            sheet.title.setFocus()
            sheet.title.selectAll()
            QTest.keyClicks(sheet.title, "Made here")
            await until(lambda: sheet.take.isEnabled(), PATIENCE_S)
            press(sheet, "Stage")
            await until(lambda: bool(p.account.staged.all()), PATIENCE_S)
            (staged,) = p.account.staged.all()
            assert staged.kind is Kind.CREATE
            assert len(staged.lines) == len(source.lines)
            await until(lambda: p.tab.module.name == into, PATIENCE_S)
            outcome = await applied(p)
            assert outcome.differences == ()
            made = outcome.document
            assert made is not None
            assert made.header.id.module == into
            compared = compare_lines(source.lines, made.lines)
            assert [one.standing for one in compared] == [Standing.SAME] * len(source.lines)
            if source.server_totals is not None and source.server_totals.gross is not None:
                assert made.server_totals is not None
                assert made.server_totals.gross is not None
                assert round(made.server_totals.gross, 2) == round(source.server_totals.gross, 2)
            if link:
                held = made.header.values[FieldName(link)]
                assert isinstance(held, RecordId)
                assert held.key == source.header.id.key
            schema = await p.account.session.schema(made.header.id.module)
            assert made.header.values[schema.title_field] == "Made here"

    play(journey())


def test_where_the_vendor_converts_its_own_action_is_offered(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="webcrm") as p:
            await p.open()
            await p.show_module("Opportunities")
            p.keys("Ctrl+Shift+U")
            await until(lambda: is_open(p, CopySheet), PATIENCE_S)
            sheet = p.sheet(CopySheet)
            assert sheet.target.action is not None
            assert "makes it itself" in sheet.note.text_label.text()
            press(sheet, "Convert to a delivery")
            await until(lambda: is_open(p, WriteSheet), PATIENCE_S)
            assert p.account.staged.all() == ()
            await p.close_sheets()

    play(journey())


def test_two_documents_side_by_side(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            source = await chosen(p, "Quotes")
            p.keys("Ctrl+R")
            await until(lambda: is_open(p, CompareSheet), PATIENCE_S)
            sheet = p.sheet(CompareSheet)
            await until(lambda: sheet.candidates.rowCount() > 1, PATIENCE_S)
            assert source.header.id not in [
                sheet.candidates.item(row).data(DATA) for row in range(sheet.candidates.rowCount())
            ]
            QTest.keyClick(sheet.line, Qt.Key.Key_Down)
            QTest.keyClick(sheet.line, Qt.Key.Key_Return)
            await until(lambda: sheet.comparison is not None, PATIENCE_S)
            assert sheet.comparison is not None
            assert sheet.comparison.left.document.header.id == source.header.id
            await until(lambda: sheet.model.rowCount() > 0)
            few = sheet.model.rowCount()
            sheet.only.click()
            assert sheet.model.rowCount() >= few
            press(sheet, "Copy as text")
            assert str(source.header.values[FieldName("quote_no")]) in QGuiApplication.clipboard().text()
            number = "QUO3" if source.header.values[FieldName("quote_no")] != "QUO3" else "QUO4"
            sheet.line.setFocus()
            QTest.keyClicks(sheet.line, number)
            await until(
                lambda: sheet.candidates.rowCount() > 0 and number in sheet.candidates.item(0).accessibleText(),
                PATIENCE_S,
            )
            await p.close_sheets()

    play(journey())


@pytest.mark.parametrize(
    ("vendor", "module", "lever"),
    [
        ("crmplus", "SalesOrder", Lever.DOCUMENT_AMOUNT),
        ("crmplus", "SalesOrder", Lever.DOCUMENT_PERCENT),
        ("crmplus", "SalesOrder", Lever.LINE_PRICE),
        ("opencrm", "salesorder", Lever.LINE_AMOUNT),
        ("webcrm", "Deliveries", Lever.LINE_PERCENT),
        ("crmservice", "sales_orders", Lever.DOCUMENT_PERCENT),
        ("crmservice", "sales_orders", Lever.LINE_PRICE),
    ],
)
def test_what_is_aimed_for_is_what_the_server_then_says(
    play: Play, tmp_path: Path, server: DemoServer, vendor: str, module: str, lever: Lever
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor=vendor) as p:
            await p.open()
            page = await open_order(p, module)
            p.keys("Ctrl+T")
            await until(lambda: is_open(p, AimSheet), PATIENCE_S)
            sheet = p.sheet(AimSheet)
            levers = [sheet.lever.itemData(at) for at in range(sheet.lever.count())]
            assert (Lever.DOCUMENT_PERCENT in levers) == (vendor in ("crmplus", "crmservice"))
            assert (Lever.LINE_AMOUNT in levers) == (vendor in ("crmplus", "opencrm"))
            sheet.goals[Goal.NET].click()
            sheet.lever.setCurrentIndex(levers.index(lever))
            figures = sheet._figures
            wanted = shown((figures.net - figures.discount) * Decimal("0.97"), sheet._rule)
            sheet.wanted.setFocus()
            sheet.wanted.selectAll()
            QTest.keyClicks(sheet.wanted, str(wanted).replace(".", ","))
            assert sheet.take.isEnabled(), sheet.note.text_label.text()
            reached, late = sheet._aim, sheet.late.text() if sheet.late.isVisible() else ""
            assert reached is not None
            QTest.keyClick(sheet.wanted, Qt.Key.Key_Return)
            await until(lambda: p.account.staged.count > 0 and not is_open(p, AimSheet), PATIENCE_S)
            await applied(p)
            held = await p.account.session.fetch_document(page.record)
            rule = p.account.session.plugin.terms
            assert rule is not None
            terms = rule(held)
            assert terms is not None
            ours = compute(held, terms, page._assigned(held))
            assert shown(ours.net - ours.discount, terms.rule) == reached.reached
            if is_of_document(lever) and vendor == "crmplus":  # it counts anew when a line is saved
                assert "when a line is saved next" in late
                key = held.lines[0].key or ""
                await p.account.staged.edit_lines(held, lambda lines: changed(lines, key, TEXT, "Counted anew"))
                await applied(p)
                held = await p.account.session.fetch_document(page.record)
            if held.server_totals is not None and held.server_totals.gross is not None:
                assert shown(held.server_totals.gross, terms.rule) == shown(ours.gross, terms.rule)

    play(journey())


def test_printing_and_text_from_the_lines(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            page = await open_order(p, "SalesOrder")
            document = page.document
            assert document is not None
            QTest.mouseClick(page.view_parts.pdf, Qt.MouseButton.LeftButton)
            await until(lambda: is_open(p, PrintSheet), PATIENCE_S)
            sheet = p.sheet(PrintSheet)
            sheet.address.setFocus()
            QTest.keyClicks(sheet.address, "Nordwind GmbH")
            await until(lambda: "Nordwind GmbH" in sheet.layout_of.toPlainText())
            assert all(line.name in sheet.layout_of.toPlainText() for line in document.lines)
            sheet.save_pdf(tmp_path / "order.pdf")
            assert (tmp_path / "order.pdf").stat().st_size > 5_000
            sheet.save_pdf(tmp_path / "none" / "order.pdf")
            assert sheet.trouble.isVisible()
            assert not sheet.pages.grab().isNull()
            press(sheet, "Copy as text")
            text = QGuiApplication.clipboard().text()
            assert all(line.name.split()[0] in text for line in document.lines)
            await p.close_sheets()
            await until(lambda: not is_open(p, PrintSheet))
            assert await p.account.storage.recall(SENDER) == "Nordwind GmbH"
            QGuiApplication.clipboard().clear()
            p.keys("Ctrl+E")
            await until(lambda: "Sales Order" in QGuiApplication.clipboard().text(), PATIENCE_S)

    play(journey())


def test_without_a_document_it_is_said(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.keys("Ctrl+P")
            assert not is_open(p, PrintSheet)
            texts = {action.text() for action in p.window.menus.commands()}
            assert "Print or PDF…" not in texts  # a table of accounts is in front
            await p.show_module("Quotes")
            p.window.menus.refresh()
            texts = {action.text() for action in p.window.menus.commands()}
            assert {"Print or PDF…", "New sales order of it…", "Duplicate the document…"} <= texts
            document = await chosen(p, "Quotes")
            menu = QMenu()
            p.space.acting.fill_row(menu, p.tab)  # what a right click on a row adds
            entries = [action.text() for action in menu.actions() if action.text()]
            assert entries == ["Duplicate the document…", "Make of it", "Compare with…", "Aim for a total…",
                               "Print or PDF…", "Copy as text"]  # fmt: skip
            below = next(action.menu() for action in menu.actions() if action.text() == "Make of it")
            assert isinstance(below, QMenu)
            assert {"Sales Order…", "Invoice…"} <= {action.text() for action in below.actions()}
            next(action for action in below.actions() if action.text() == "Invoice…").trigger()
            await until(lambda: is_open(p, CopySheet), PATIENCE_S)
            sheet = p.sheet(CopySheet)
            assert sheet.target.module.name == "Invoice"
            assert document.header.id.module == "Quotes"
            await p.close_sheets()
            menu.deleteLater()

    play(journey())
