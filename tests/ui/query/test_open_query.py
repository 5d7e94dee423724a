# SPDX-License-Identifier: MIT
"""Query tabs in the whole window, on the demo: by key, from a table's filter, after a restart, and where there are none."""

from pathlib import Path

import pytest

from crmdesk.demo.server import DemoServer
from crmdesk.domain.query import And, Compare, Not, Op
from crmdesk.ui.query.query_tab import QueryTab
from crmdesk.ui.table.table_tab import TableTab
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, column, program, until
from tests.ui.test_menus import enabled, words

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


async def opened_on(p: Program, module: str) -> TableTab:
    """The demo with a module's table, its roles known."""
    await p.open()
    await until(lambda: "Query" in enabled(p.window), PATIENCE_S)
    return await p.show_module(module)


def query_tab(p: Program) -> QueryTab:
    page = p.space.page
    assert isinstance(page, QueryTab)
    return page


def test_ask_the_server_and_open_a_row_beside_it(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            leads = await opened_on(p, "Leads")
            city = next(text for text in column(leads, "city") if text and "'" not in text)
            p.keys("Ctrl+Shift+Q")
            page = query_tab(p)
            assert page.editor.hasFocus()
            assert p.space.current is None
            assert "New" not in enabled(p.window)
            page.editor.setPlainText(f"select lastname, city from Leads where city = '{city}';")
            page.run()
            await until(lambda: page.result is not None, PATIENCE_S)
            assert page.result is not None
            assert {row["city"] for row in page.result.rows} == {city}
            assert p.space.tabs.tabText(p.space.tabs.currentIndex()) == "Query: Leads"
            page.grid.opened.emit(0)
            await until(lambda: p.space.panel.is_complete and p.space.panel.shown is not None, PATIENCE_S)
            shown = p.space.panel.shown
            assert shown is not None
            assert shown.key == page.result.rows[0]["id"]
            assert p.space.page is page
            p.keys("Ctrl+W")
            assert p.space.current is not None

    play(journey())


def test_a_table_becomes_a_query_without_what_is_filtered_here(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            tab = await p.open()
            assert tab.bar is not None
            schema = await p.account.session.schema(tab.module.name)
            city = next(f.name for f in schema.fields if f.name == "bill_city")
            phone = next(f.name for f in schema.fields if f.name == "phone")
            tab.bar.show_filter(And((Compare(city, Op.EQ, "Helsinki"), Not(Compare(phone, Op.IS_EMPTY)))))
            tab.show_query()
            await until(lambda: tab.rows.feed is not None and tab.rows.feed.plan is not None, PATIENCE_S)
            p.keys("Ctrl+Shift+Y")
            await until(lambda: isinstance(p.space.page, QueryTab), PATIENCE_S)
            page = query_tab(p)
            assert "bill_city = 'Helsinki'" in page.editor.toPlainText()
            assert "not in the query" in p.told
            page.run()
            await until(lambda: page.result is not None, PATIENCE_S)
            assert page.result is not None
            assert page.result.rows

    play(journey())


def test_the_text_is_there_at_the_next_start(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await until(lambda: "Query" in enabled(p.window), PATIENCE_S)
            p.keys("Ctrl+Shift+Q")
            query_tab(p).editor.setPlainText("select * from Leads;")
            p.space.tabs.choose(p.space.tabs.name_at(0))
        async with program(tmp_path, server) as p:
            p.show()
            p.window.run(p.window.accounts.open_demo(), "account")
            await until(lambda: p.window.workspace is not None and len(p.space.pages) == 2, PATIENCE_S)
            found = next(page for page in p.space.pages if isinstance(page, QueryTab))
            assert found.editor.toPlainText() == "select * from Leads;"

    play(journey())


def test_where_a_server_takes_no_queries_nothing_offers_them(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="opencrm") as p:
            await p.open()
            await until(lambda: bool(p.account.session.roles), PATIENCE_S)
            p.window.menus.refresh()
            for action in p.window.actions():
                if words(action) in ("Query", "Edit as query…"):
                    assert not action.isVisible()
            p.keys("Ctrl+Shift+Q")
            assert p.space.current is not None

    play(journey())
