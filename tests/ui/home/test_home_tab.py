# SPDX-License-Identifier: MIT
"""The home page on the demo: it invites to copy, shows the figures, and its bars, links and rows lead to the records."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.usual import usual_kind
from crmdesk.engine.home import ChartKind
from crmdesk.ui.copies.copies_sheet import CopiesSheet
from crmdesk.ui.home.cards import ChartCard
from crmdesk.ui.home.home_tab import HomeTab
from crmdesk.ui.parts import Link
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program
from tests.ui.waiting import until


async def _copied(p: Program) -> HomeTab:
    """The page over copies of the usual modules, opened by its key."""
    await p.open()
    space = p.space
    await space.account.mirror.update(space.account.session, [m.name for m in space.modules if usual_kind(m)])
    p.keys("Alt+Home")
    page = space.page
    assert isinstance(page, HomeTab)
    await until(lambda: bool(page.homes and page.homes[0].charts), PATIENCE_S)
    return page


def test_without_copies_it_offers_to_make_them(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            p.keys("Alt+Home")
            page = p.space.page
            assert isinstance(page, HomeTab)
            await until(lambda: bool(page.homes), PATIENCE_S)
            assert page.homes[0].missing
            (make,) = [b for b in page.findChildren(QPushButton) if b.text() == "Copy what is missing…"]
            make.click()
            p.sheet(CopiesSheet).reject()

    play(journey())


def test_a_bar_opens_exactly_its_records(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            page = await _copied(p)
            cards = {card.chart.kind: card for card in page.findChildren(ChartCard)}
            assert set(cards) == set(ChartKind)
            view, bar = cards[ChartKind.PIPELINE].view, cards[ChartKind.PIPELINE].chart.bars[0]
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view._bands()[0].center().toPoint())
            await until(lambda: p.space.page is not page and p.table_ready(), PATIENCE_S)
            p.tab.load_all()
            await until(lambda: p.tab.rows.read == bar.count, PATIENCE_S)

    play(journey())


def test_a_chart_is_a_table_too(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            page = await _copied(p)
            card = next(c for c in page.findChildren(ChartCard) if c.chart.kind is ChartKind.ORDERS)
            card.switch.click()
            assert card.table.isVisible()
            assert card.table.model().rowCount() == 12
            card.table.setFocus()
            card.table.go_to(11, "name")
            QTest.keyClick(card.table, Qt.Key.Key_Return)
            await until(lambda: p.space.page is not page and p.table_ready(), PATIENCE_S)

    play(journey())


def test_names_lead_to_records_and_numbers_to_tables(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            page = await _copied(p)
            home = page.homes[0]
            assert home.quotes is not None
            shown = [one.text() for one in page.findChildren(QLabel)]
            assert p.formats.count(home.quotes.count) in shown
            links = [link for link in page.findChildren(Link) if home.recent[0].title in link.text()]
            links[0].linkActivated.emit("#")
            await until(lambda: p.space.panel.shown == home.recent[0].record, PATIENCE_S)

    play(journey())


def test_it_needs_no_server_and_says_of_when_it_is(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            page = await _copied(p)
            server.faults.add(FaultKind.HTTP500, None)
            page.homes = ()
            page.all.click()
            await until(lambda: bool(page.homes), PATIENCE_S)
            status = page.status()
            assert status is not None
            assert status.rows.startswith("From the copy on this computer, ")
            assert page.view() == {"every": True}

    play(journey())
