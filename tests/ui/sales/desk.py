# SPDX-License-Identifier: MIT
"""A sales tab over the fake vendor, in a window, and what a person does with it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.domain.line_edit import part
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.sales import LineItem, LineShape, ProductHit, SalesDocument, Tax
from crmdesk.domain.schema import Choice, Field, FieldType
from crmdesk.ui.sales.sales_tab import SalesTab
from crmdesk.ui.table.cells import plain
from tests.engine.fake_vendor import ACCOUNTS, FakeServer
from tests.ui.house import House, a_profile, house
from tests.ui.waiting import host, until

ORDER = RecordId(ACCOUNTS, "o1")
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
HINT = "Type a product name or number…"
SHAPE = LineShape(
    has_amount=True,
    quantity_places=1,
    text_label="Comment",
    taxes={"VAT": "VAT"},
    fields=(
        Field(name=FieldName("note"), label="Note"),
        Field(
            name=FieldName("block"),
            label="Block",
            type=FieldType.CHOICE,
            choices=(Choice("a", "Main"), Choice("b", "Options")),
        ),
        Field(name=FieldName("stock"), label="In stock", type=FieldType.DECIMAL, read_only=True),
    ),
    shown=(FieldName("note"), FieldName("block")),
)


def product(key: str, name: str, number: str, price: str) -> ProductHit:
    line = LineItem(
        key=None,
        position=0,
        product=RecordId(ACCOUNTS, key),
        name=name,
        unit_price=Decimal(price),
        taxes=(Tax("VAT", Decimal(24)),),
    )
    return ProductHit(line, number, "pcs")


PRODUCTS = [
    product("p1", "Pump housing PX-40", "PRO1", "1180"),
    product("p2", "Seal kit, Viton", "PRO2", "38.50"),
    product("p3", "Training", "SER1", "920"),
    product("p4", "Training material", "PRO4", "14.90"),
]


def an_order(server: FakeServer) -> SalesDocument:
    """Three lines: pump, seal kit, training."""
    server.shape, server.products = SHAPE, list(PRODUCTS)
    lines = (
        replace(PRODUCTS[0].line, quantity=Decimal(3), text="painted", extras={FieldName("stock"): Decimal(7)}),
        replace(PRODUCTS[1].line, quantity=Decimal(12)),
        replace(PRODUCTS[2].line, quantity=Decimal(2), discount_percent=Decimal(5)),
    )
    return server.add_document("o1", *lines, accountname="Order 1", account_no="SO-2041")


class Bench:
    """What a test asks of the tab."""

    def __init__(self, rooms: House, tab: SalesTab) -> None:
        self.house, self.tab = rooms, tab

    @property
    def server(self) -> FakeServer:
        return self.house.server

    def column(self, key: str) -> list[str]:
        """What a column shows, top down."""
        model = self.tab.model
        at = model.column_at(key)
        shown = []
        for row in range(model.rowCount()):
            cell, staged = model.shown(row, at)
            shown.append(staged.text if staged is not None else plain(cell or ""))
        return shown

    def amber(self) -> set[tuple[int, str]]:
        """Cells with something staged over them."""
        model = self.tab.model
        return {
            (row, model.columns[at].key)
            for row in range(model.rowCount())
            for at in range(model.columnCount())
            if model.shown(row, at)[1] is not None
        }

    def go(self, row: int, key: str) -> None:
        """Make a cell current, as a click does."""
        self.tab.grid.go_to(row, key)
        self.tab.grid.setFocus()

    def keys(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.tab.grid, key, modifiers)

    def type(self, row: int, key: str, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
        """Type over a cell."""
        self.go(row, key)
        QTest.keyClick(self.tab.grid, Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        assert editor is not None
        assert editor is not self.tab.grid, "no editor opened"
        editor.selectAll()  # type: ignore[attr-defined]  # a line edit
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, end)

    @property
    def told(self) -> list[str]:
        """What the tab said."""
        return self.house.told

    @property
    def sent(self) -> str:
        """The box of what will be sent."""
        return self.tab.view_parts.told.toPlainText()

    async def staged(self, count: int) -> None:
        """Until so many changes are staged and shown."""
        await until(lambda: self.tab.account.staged.count == count)


def staged(bench: Bench, row: int) -> Callable[[str], object]:
    """What is wanted of a part of a line."""
    return lambda name: part(bench.tab.wanted[row], name)


@contextlib.asynccontextmanager
async def sales(folder: Path, *, locale: str = "fi_FI", server: FakeServer | None = None) -> AsyncIterator[Bench]:
    """A shown tab of the order, read."""
    held = server or FakeServer()
    if not held.documents:
        an_order(held)
    async with house(folder, locale, held) as rooms:
        account = await rooms.account(a_profile())
        with host() as window:
            tab = SalesTab(account, ORDER, rooms.formats)
            tab.info.connect(rooms.told.append)
            tab.failed.connect(rooms.errors.append)
            layout = window.layout()
            assert layout is not None
            window.field.hide()
            layout.addWidget(tab)
            try:
                await until(lambda: tab.document is not None and tab.model.rowCount() > 0)
                await until(lambda: not tab.busy)
                tab.grid.setFocus()
                yield Bench(rooms, tab)
            finally:
                await tab.aclose()
                layout.removeWidget(tab)
                tab.setParent(window)
    assert rooms.errors == []
