# SPDX-License-Identifier: MIT
"""The window on a server that describes nothing, deletes nothing and takes one condition: OpenCRM's demo."""

import os
from pathlib import Path

from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Op
from crmdesk.ui.table.column_chooser import ColumnChooser
from crmdesk.ui.wording import incomplete_hint
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, column, press, program, texts, until

CITY, NAME = FieldName("city"), FieldName("accountname")


def _picture(p: Program, name: str) -> None:
    """A picture for the eye, where a folder for them is named."""
    folder = os.environ.get("CRMDESK_PICTURES")
    if folder:
        p.window.grab().save(str(Path(folder) / f"{name}.png"))


def test_filter_edit_review_apply_and_what_cannot_be_done(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="opencrm") as p:
            p.window.resize(1500, 900)
            await p.open()
            assert {"report-11", "report-custom-1"} <= {m.name for m in p.space.modules if m.group == "reports"}
            tab = await p.show_module("company")
            assert tab.bar is not None
            city = next(text for text in column(tab, "city") if text.isascii() and len(text) > 3)
            parts = (Compare(NAME, Op.CONTAINS, "a"), Compare(CITY, Op.EQ, city))
            tab.bar.show_filter(And(parts))
            tab.show_query()
            await until(lambda: bool(tab.rows.read) and set(column(tab, "city")) == {city}, PATIENCE_S)
            assert tab.bar.local_count() == 1  # one of the two is the server's
            record = await p.edit(0, "city", "Espoo")
            kept = dict(p.store.get("company", int(record.key)))
            sheet = await p.review()
            assert texts(sheet, "mine") == ["Espoo"]
            assert await p.apply(sheet) == ["applied"]
            press(sheet, "Close")
            now = dict(p.store.get("company", int(record.key)))
            assert {name for name in now if now[name] != kept.get(name)} - {"modifiedtime"} == {"city"}
            await until(lambda: not p.space.staged.isVisible())
            _picture(p, "company")
            tab.choose_columns()
            chooser = p.sheet(ColumnChooser)
            assert any(getattr(w, "text", lambda: "")() == incomplete_hint() for w in chooser.findChildren(object))  # type: ignore[type-var]
            await p.close_sheets()
            assert p.told == ""

    play(journey())


def test_reports_and_sales_documents_are_tables_too(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, vendor="opencrm") as p:
            p.window.resize(1500, 900)
            await p.open()
            for name in ("report-12", "report-custom-1", "user", "salesorder", "ticket"):
                tab = await p.show_module(name)
                assert tab.rows.read > 0, name
                _picture(p, name)
            assert p.told == ""

    play(journey())
