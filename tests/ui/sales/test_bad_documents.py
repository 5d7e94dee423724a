# SPDX-License-Identifier: MIT
"""What goes wrong with documents, as the person at the window meets it: a clear sentence, and nothing typed is lost."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.domain.changes import Applied, Outcome, Refused, Unknown
from crmdesk.domain.errors import OutcomeUnclear
from crmdesk.domain.line_edit import PRICE, QUANTITY, changed, without
from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import Totals
from crmdesk.engine.applying import ApplyOptions
from tests.engine.fake_vendor import ACCOUNTS, FakeServer
from tests.journeys.conftest import Play
from tests.ui.sales.desk import CTRL, SHIFT, Bench, an_order, sales, staged
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


async def applied(b: Bench) -> list[Outcome]:
    """Review and send everything, then the tab reads again."""
    account = b.tab.account
    checked = await account.applier.check(account.staged.all())
    result = await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    b.tab.reload_changed()
    await until(lambda: not b.tab.busy)
    return list(result.outcomes)


def test_a_line_deleted_meanwhile_is_a_question_and_the_edit_stays(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(1, "quantity", "13")
            await b.staged(1)
            b.server.poke_lines("o1", lambda lines: without(lines, ["L2"]))
            b.tab.reload()
            await until(lambda: not b.tab.busy)
            assert b.column("quantity")[1] == "13"  # still as it was typed
            (outcome,) = await applied(b)
            assert isinstance(outcome, Refused)
            assert "Both of you changed the lines" in outcome.error.user_text
            assert b.tab.account.staged.count == 1
            assert [line.key for line in b.server.documents["o1"].lines] == ["L1", "L3"]

    play(journey())


def test_a_document_changed_meanwhile_keeps_what_each_did(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "quantity", "9")
            await b.staged(1)
            b.server.poke_lines("o1", lambda lines: changed(lines, "L3", PRICE, Decimal(1)))
            (outcome,) = await applied(b)
            assert isinstance(outcome, Applied)
            lines = b.server.documents["o1"].lines
            assert (lines[0].quantity, lines[2].unit_price) == (Decimal(9), Decimal(1))
            assert b.column("unit_price")[2] == "1,00"

    play(journey())


def test_a_save_that_half_succeeded_says_so_and_keeps_what_was_typed(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "quantity", "9")
            await b.staged(1)
            b.type(1, "quantity", "13")
            await b.staged(2)
            b.server.on_save = lambda lines: (lines[0], replace(lines[1], quantity=Decimal(12)), lines[2])
            b.server.fail("save_document", OutcomeUnclear("A part of the document was saved. Reload it."), done=True)
            (outcome,) = await applied(b)
            assert isinstance(outcome, Unknown)
            assert "A part of the document was saved" in outcome.error.user_text
            assert b.amber() == {(1, "quantity")}  # the first half is the server's by now, the other still waits
            assert staged(b, 1)(QUANTITY) == Decimal(13)

    play(journey())


def test_a_product_nobody_knows_is_told_and_no_line_is_made(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.keys(Qt.Key.Key_N, CTRL)
            editor = QApplication.focusWidget()
            assert editor is not None
            QTest.keyClicks(editor, "no such thing")
            QTest.keyClick(editor, Qt.Key.Key_Return)
            await until(lambda: bool(b.told))
            assert "No single product is called “no such thing”" in b.told[-1]
            assert b.tab.account.staged.count == 0

    play(journey())


def test_a_line_of_a_deleted_product_is_shown_and_edited_as_ever(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        server = FakeServer()
        order = an_order(server)
        ghost = replace(order.lines[1], product=RecordId(ACCOUNTS, "gone"), name="Old pump")
        server.documents["o1"] = replace(order, lines=(order.lines[0], ghost, order.lines[2]))
        async with sales(tmp_path, server=server) as b:
            assert b.column("product")[1] == "Old pump"
            assert b.column("number")[1] == ""
            b.type(1, "quantity", "5")
            await b.staged(1)
            (outcome,) = await applied(b)
            assert isinstance(outcome, Applied)
            assert server.documents["o1"].lines[1].product == RecordId(ACCOUNTS, "gone")

    play(journey())


def test_six_decimals_are_kept_and_shown(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "unit_price", "1,234567")
            await b.staged(1)
            assert staged(b, 0)(PRICE) == Decimal("1.234567")
            assert b.column("unit_price")[0] == "1,234567"
            assert b.sent.endswith("→ 1,234567")
            (outcome,) = await applied(b)
            assert isinstance(outcome, Applied)
            assert b.server.documents["o1"].lines[0].unit_price == Decimal("1.234567")

    play(journey())


@pytest.mark.parametrize(("text", "kept"), [("-2", "-2"), ("0", "0")])
def test_negative_and_zero_quantities_are_taken_as_typed(play: Play, tmp_path: Path, text: str, kept: str) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "quantity", text)
            await b.staged(1)
            assert staged(b, 0)(QUANTITY) == Decimal(kept)

    play(journey())


@pytest.mark.parametrize(
    ("currency", "total", "shown"),
    [("KWD", "1234.567", "1\u00a0234,567 KWD"), ("JPY", "118", "118 JPY"), ("JPY", "118.4", "118,4 JPY"),
     ("EUR", "118", "118,00 EUR")],
)  # fmt: skip
def test_money_has_the_decimals_of_its_currency(
    play: Play, tmp_path: Path, currency: str, total: str, shown: str
) -> None:
    async def journey() -> None:
        server = FakeServer()
        order = an_order(server)
        told = replace(order, currency=currency, server_totals=Totals(gross=Decimal(total)))
        server.documents["o1"] = replace(told, lines=(replace(order.lines[0], total=Decimal(total)), *order.lines[1:]))
        async with sales(tmp_path, server=server) as b:
            assert [figure.amount for figure in b.tab.totals.figures if figure.is_whole] == [shown]
            assert f"{b.column('total')[0]} {currency}" == shown

    play(journey())


def test_rows_fill_and_paste_by_keys_alone(play: Play, tmp_path: Path) -> None:
    """A spreadsheet's cells on the clipboard, Ctrl+V on the row of new lines; then one price down the column."""

    async def journey() -> None:
        async with sales(tmp_path) as b:
            QApplication.clipboard().setText("PRO2\t\t4\nPRO1\t\t2,5")
            at = b.tab.model.column_at("product")
            b.go(3, "product")
            assert b.tab.model.columns[at].key == "product"
            b.keys(Qt.Key.Key_V, CTRL)
            await until(lambda: len(b.tab.wanted) == 5)
            b.go(3, "discount")
            b.type(3, "discount", "5%")
            await until(lambda: b.column("discount")[3] == "5 %")
            b.go(3, "discount")
            b.tab.grid.extend_to(b.tab.model.index(4, b.tab.model.column_at("discount")))
            b.keys(Qt.Key.Key_Y, CTRL | SHIFT)
            await until(lambda: b.column("discount")[4] == "5 %")

    play(journey())


def test_a_rate_of_a_third_keeps_all_its_decimals(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "tax:VAT", "33,333")
            await b.staged(1)
            assert staged(b, 0)("tax:VAT") == Decimal("33.333")
            assert b.column("tax:VAT")[0] == "33,333 %"
            (outcome,) = await applied(b)
            assert isinstance(outcome, Applied)
            assert b.server.documents["o1"].lines[0].taxes[0].percent == Decimal("33.333")

    play(journey())


@pytest.mark.parametrize(("text", "kept"), [("1 234,5", "1234.5"), ("1234,50", "1234.50"), ("-99,90", "-99.90")])
def test_a_price_is_typed_as_people_here_write_it(play: Play, tmp_path: Path, text: str, kept: str) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(0, "unit_price", text)
            await b.staged(1)
            assert staged(b, 0)(PRICE) == Decimal(kept)

    play(journey())


@pytest.mark.parametrize(("key", "text"), [("unit_price", "12,3,4"), ("quantity", "three"), ("discount", "100,5 %")])
def test_what_is_no_number_is_told_and_the_line_stays(play: Play, tmp_path: Path, key: str, text: str) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            before = b.tab.wanted
            b.type(0, key, text)
            await until(lambda: bool(b.told))
            assert b.tab.wanted == before
            assert b.tab.account.staged.count == 0

    play(journey())
