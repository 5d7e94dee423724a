# SPDX-License-Identifier: MIT
"""Taxes are chosen by name and percentage from what the server knows; a bare number of one's own is refused."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.domain.line_edit import OWN, TAX
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import Tax
from crmdesk.domain.schema import Choice, Field, FieldType
from crmdesk.ui.sales.tax_choices import class_field
from tests.engine.fake_vendor import FakeServer
from tests.journeys.conftest import Play
from tests.ui.sales.desk import Bench, an_order, sales, staged
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
RATES = {"VAT": (Decimal(0), Decimal("7.5"), Decimal(19), Decimal(24))}
CLASS = FieldName("taxclass")


def with_rates() -> FakeServer:
    server = FakeServer()
    an_order(server)
    server.shape = replace(server.shape, rates=RATES)
    return server


def with_classes() -> FakeServer:
    """Lines name a class, and the server tells its percentage beside."""
    server = FakeServer()
    order = an_order(server)
    field = Field(name=CLASS, label="Tax class", type=FieldType.CHOICE, choices=(Choice("std", "Standard"),))
    server.shape = replace(server.shape, taxes={}, fields=(field,), shown=(CLASS,), tax_field=CLASS)
    taxed = (("std", "24"), ("low", "7.5"), ("old", "22"))
    lines = tuple(
        replace(line, taxes=(Tax(name, Decimal(percent)),), extras={CLASS: name})
        for line, (name, percent) in zip(order.lines, taxed, strict=True)
    )
    server.documents["o1"] = replace(order, lines=lines)
    return server


def choices(b: Bench, row: int, key: str) -> list[str]:
    """What the cell's editor offers."""
    parts, line = b.tab.edits.parts, b.tab.edits.line_at(row)
    assert parts is not None
    assert line is not None
    field = parts.field(key)
    classes = b.tab.edits._classes(parts.shape)
    return [c.label for c in class_field(field, classes, parts.formats).choices] if field is not None else []


def choose(b: Bench, row: int, key: str, text: str) -> None:
    """Open the cell's list and pick by typing, as a person does."""
    b.go(row, key)
    QTest.keyClick(b.tab.grid, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not None
    assert editor is not b.tab.grid, "no editor opened"
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def test_a_rate_the_server_does_not_know_is_refused(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path, server=with_rates()) as b:
            parts = b.tab.edits.parts
            assert parts is not None
            b.tab.model.edit_requested.emit(0, "tax:VAT", "33,333")  # as pasting and typing come
            await until(lambda: bool(b.told))
            assert b.told[-1] == "VAT is one of these there: 0 %, 7,5 %, 19 %, 24 %."
            assert b.tab.account.staged.count == 0
            assert parts.read("tax:VAT", "7,5 %") == ("tax:VAT", Decimal("7.5"))

    play(journey())


def test_a_rate_is_chosen_with_the_keys(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path, server=with_rates()) as b:
            choose(b, 0, "tax:VAT", "19")
            await b.staged(1)
            assert staged(b, 0)(f"{TAX}VAT") == 19
            assert b.sent == "line 1 · vat  24 % → 19 %"

    play(journey())


def test_a_tax_class_comes_with_its_percentage(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path, server=with_classes()) as b:
            assert choices(b, 0, f"{OWN}{CLASS}") == ["Standard · 24 %", "low · 7,5 %", "old · 22 %"]
            choose(b, 0, f"{OWN}{CLASS}", "low")
            await until(lambda: b.tab.wanted[0].taxes == (Tax("low", Decimal("7.5")),))
            assert b.column("taxes")[0] == "7,5 %"

    play(journey())


def test_a_class_that_is_gone_stays_in_its_line_whatever_else_is_edited(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path, server=with_classes()) as b:
            b.type(2, "quantity", "5")
            await b.staged(1)
            line = b.tab.wanted[2]
            assert (line.extras[CLASS], line.taxes) == ("old", (Tax("old", Decimal(22)),))
            assert b.column(f"{OWN}{CLASS}")[2] == "old"
            assert b.sent == "line 3 · quantity  2 → 5"

    play(journey())
