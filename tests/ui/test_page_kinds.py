# SPDX-License-Identifier: MIT
"""What is remembered of tabs: only pages with a kind, and whatever was saved may be anything."""

import json
from pathlib import Path

import pytest

from crmdesk.demo.server import DemoServer
from crmdesk.ui.page_kinds import RESTORED, _views, remembered, reopen
from tests.journeys.conftest import Play
from tests.journeys.program import program

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def test_what_is_remembered_of_tabs_may_be_anything() -> None:
    assert _views(None) == []
    assert _views("") == []
    assert _views("{half") == []
    assert _views('{"module": "A"}') == []
    assert _views('[{"module": "A"}, 7, null, "x"]') == [{"module": "A"}]


def test_tables_come_back_in_their_order_and_what_no_longer_fits_stays_away(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await p.show_module("Leads")
            saved = json.loads(remembered(p.space.pages))
            assert [(view["kind"], view["module"]) for view in saved] == [("table", "Accounts"), ("table", "Leads")]
            while p.space.pages:
                p.space.close_tab()
            gone = [{"kind": "table", "module": "Gone"}, {"kind": "no such kind", "module": "Leads"}]
            reopen(p.space, json.dumps([*reversed(saved), *gone, {"module": "Contacts"}]))
            assert [page.module.name for page in p.space.tables] == ["Leads", "Accounts", "Contacts"]

    play(journey())


def test_every_kind_of_page_that_is_remembered_can_be_opened_again() -> None:
    from crmdesk.ui.calls.call_tab import CallTab
    from crmdesk.ui.changes.journal_tab import JournalTab
    from crmdesk.ui.home.home_tab import HomeTab
    from crmdesk.ui.query.query_tab import QueryTab
    from crmdesk.ui.sales.sales_tab import SalesTab
    from crmdesk.ui.search.search_page import SearchPage
    from crmdesk.ui.table.table_tab import TableTab

    kinds = (CallTab, HomeTab, JournalTab, QueryTab, SalesTab, SearchPage, TableTab)
    assert {page.kind for page in kinds} == set(RESTORED)
