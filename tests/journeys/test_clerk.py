# SPDX-License-Identifier: MIT
"""A clerk with a spreadsheet of addresses: pasted, changed her mind, went home in the middle, sent, and took it back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName
from crmdesk.ui.table.paste_sheet import PasteSheet
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, press, program, until
from tests.ui.house import open_sheets

CITY, PHONE = FieldName("bill_city"), FieldName("phone")


async def columns(p: Program, *names: str) -> None:
    """Show these columns, in this order."""
    p.tab.use_columns(tuple(FieldName(name) for name in names))  # what the chooser's sheet tells
    await until(p.table_ready, PATIENCE_S)


def paste(p: Program, row: int, key: str, text: str) -> None:
    p.tab.grid.go_to(row, key)
    p.tab.grid.setFocus()
    QGuiApplication.clipboard().setText(text)
    p.keys("Ctrl+V")


def wishes(p: Program) -> list[dict[str, object]]:
    return [{str(n): v for n, v in s.values.items()} for s in p.account.staged.all()]


@pytest.mark.parametrize("where", ["grid", "form"])
def test_what_is_being_typed_when_the_window_closes_is_there_the_next_day(
    play: Play, tmp_path: Path, server: DemoServer, where: str
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            if where == "grid":
                p.tab.grid.go_to(1, "bill_city")
                p.tab.grid.setFocus()
                QTest.keyClick(p.tab.grid, Qt.Key.Key_F2)
            else:
                await until(lambda: p.space.panel.is_complete, PATIENCE_S)
                p.space.panel.form.row("bill_city").begin()
            editor = p.focused()
            assert isinstance(editor, QLineEdit)
            editor.selectAll()
            QTest.keyClicks(editor, "Espoo")
        async with program(tmp_path, server) as p:
            await p.open()
            assert wishes(p) == [{"bill_city": "Espoo"}]

    play(journey())


def test_closing_a_tab_keeps_what_is_being_typed_in_it(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.tab.grid.go_to(1, "bill_city")
            p.tab.grid.setFocus()
            QTest.keyClick(p.tab.grid, Qt.Key.Key_F2)
            editor = p.focused()
            assert isinstance(editor, QLineEdit)
            editor.selectAll()
            QTest.keyClicks(editor, "Espoo")
            p.space.close_tab()
            await until(lambda: wishes(p) == [{"bill_city": "Espoo"}], PATIENCE_S)
            assert p.told == ""

    play(journey())


def test_a_pasted_range_goes_to_the_server_and_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await columns(p, "account_no", "accountname", "bill_city", "phone")
            ids = [record.id for row in range(3) if (record := p.tab.rows.at(row)) is not None]
            before = [(p.stored(i)["bill_city"], p.stored(i)["phone"]) for i in ids]
            paste(p, 0, "bill_city", '"Haus ""Rose""\nHof"\t+49 30 1\r\nBonn\t\r\n\t+49 30 3\r\n')
            await until(lambda: bool(open_sheets(p.window)), PATIENCE_S)
            sheet = p.sheet(PasteSheet)
            press(sheet, "Paste and keep")
            await until(lambda: len(wishes(p)) == 3, PATIENCE_S)
            assert wishes(p) == [
                {"bill_city": 'Haus "Rose"\nHof', "phone": "+49 30 1"},
                {"bill_city": "Bonn"},
                {"phone": "+49 30 3"},
            ]
            p.keys("Ctrl+Z")
            await until(lambda: wishes(p) == [], PATIENCE_S)
            p.keys("Ctrl+Shift+Z")
            await until(lambda: len(wishes(p)) == 3, PATIENCE_S)
            review = await p.review()
            assert await p.apply(review) == ["applied"] * 3
            press(review, "Close")
            after = [(p.stored(i)["bill_city"], p.stored(i)["phone"]) for i in ids]
            assert after == [('Haus "Rose"\nHof', "+49 30 1"), ("Bonn", before[1][1]), (before[2][0], "+49 30 3")]

    play(journey())
