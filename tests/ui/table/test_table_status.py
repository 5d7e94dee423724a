# SPDX-License-Identifier: MIT
"""What the status bar says of a table: never more than is known."""

from datetime import UTC
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QLocale

from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Compare, Op
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.grid_selection import SelectionSummary
from crmdesk.ui.table.table_status import table_status
from tests.conftest import RunAsync
from tests.ui.house import filled, house
from tests.ui.waiting import until


def test_rows_filters_selection_and_progress(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def play() -> None:
        async with house(tmp_path, "fi_FI", server=filled(40)) as home, home.table() as tab:
            formats = Formats(QLocale("fi_FI"), UTC)
            one = SelectionSummary(cells=1, numbers=1, total=Decimal(3), average=Decimal(3))
            said = table_status(tab.rows, tab.bar, one, "Accounts", formats)
            assert (said.chosen, said.local, said.loading) == ("", "", None)
            many = SelectionSummary(cells=1200, numbers=2, total=Decimal("3.5"), average=Decimal("1.755"))
            said = table_status(tab.rows, tab.bar, many, "Accounts", formats)
            assert said.chosen == "1\u00a0200 cells · sum 3,5 · average 1,76"
            texts = SelectionSummary(cells=4, numbers=0, total=None, average=None)
            assert table_status(tab.rows, tab.bar, texts, "Accounts", formats).chosen == "4 cells"
            tab.rows.loading = (1200, 4000)
            said = table_status(tab.rows, tab.bar, one, "Accounts", formats)
            assert said.loading == ("Loading Accounts", 1200, 4000)
            assert said.loading_text == "1\u00a0200 of 4\u00a0000"
            tab.rows.loading = (7, None)
            assert table_status(tab.rows, tab.bar, one, "Accounts", formats).loading_text == "7"
            tab.rows.loading = None
            assert tab.bar is not None
            tab.bar.show_filter(Compare(FieldName("employees"), Op.GE, 39))
            tab.show_query()
            await until(lambda: tab.rows.read == 1 and tab.rows.whole == 40)
            said = table_status(tab.rows, tab.bar, one, "Accounts", formats)
            assert said.rows == "1 row (filtered from 40)"
            assert said.local == "1 of 1 filters applied here, not by the server"

    run_async(play())
