# SPDX-License-Identifier: MIT
"""Products found while one types, and what they bring into a line."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.ui.sales.product_editor import ProductEditor
from tests.engine.fake_vendor import FakeServer
from tests.journeys.conftest import Play
from tests.ui.sales.desk import HINT, an_order, sales
from tests.ui.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def test_a_product_is_found_while_one_types_and_brings_price_and_tax(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            QTest.mouseClick(b.tab.view_parts.add, Qt.MouseButton.LeftButton)
            line = QApplication.focusWidget()
            assert line is not None
            QTest.keyClicks(line, "pump")
            finder = b.tab.grid.findChild(ProductEditor)
            assert finder is not None
            await until(lambda: finder.popup.isVisible())
            QTest.keyClick(finder.popup, Qt.Key.Key_Down)
            QTest.keyClick(finder.popup, Qt.Key.Key_Return)
            await b.staged(1)
            assert b.column("product")[3:] == ["Pump housing PX-40", HINT]
            assert b.column("place")[3] == "4 +"
            assert (b.column("unit_price")[3], b.column("tax:VAT")[3]) == ("1\u00a0180,00", "24 %")
            here = b.tab.grid.currentIndex()
            assert (here.row(), b.tab.model.columns[here.column()].key) == (3, "quantity")
            assert b.server.did("find_products") == 1
            assert b.sent.startswith("line 4  new: 1 × Pump housing PX-40")

    play(journey())


def test_a_number_and_return_are_enough_even_before_the_list_comes(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(3, "product", "PRO4")
            await b.staged(1)
            assert b.column("product")[3] == "Training material"
            b.type(4, "product", "training")
            await b.staged(2)  # two hold the word, one is called so
            assert b.column("product")[4] == "Training"
            b.type(5, "product", "tra")
            await until(lambda: "No single product is called “tra”" in "".join(b.told))
            assert b.tab.account.staged.count == 2

    play(journey())


def test_what_was_asked_once_is_remembered(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(3, "product", "PRO4")
            await b.staged(1)
            b.type(4, "product", "pro4")
            await b.staged(2)
            assert b.server.did("find_products") == 1

    play(journey())


def test_another_product_keeps_quantity_and_discount(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            b.type(2, "product", "PRO1")
            await until(lambda: b.column("product")[2] == "Pump housing PX-40")
            line = b.tab.wanted[2]
            assert (line.key, line.quantity, line.discount_percent) == ("L3", Decimal(2), Decimal(5))
            assert b.amber() == {(2, "product"), (2, "unit_price")}

    play(journey())


def test_a_product_whose_list_tells_too_little_is_read_whole(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        server = FakeServer()
        an_order(server)
        server.products[3] = replace(server.products[3], is_whole=False)
        async with sales(tmp_path, server=server) as b:
            asked = b.server.did("known_products")
            b.type(3, "product", "PRO4")
            await b.staged(1)
            assert b.server.did("known_products") == asked + 1

    play(journey())
