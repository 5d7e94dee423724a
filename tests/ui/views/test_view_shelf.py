# SPDX-License-Identifier: MIT
"""Saved views in the window: kept, found, shared, dropped; what does not fit is told."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from crmdesk.demo.server import DemoServer
from crmdesk.engine.views import of_tab, read, write
from crmdesk.ui.go_to import static_hits
from crmdesk.ui.views.views_sheet import ViewsSheet
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, column, press, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
COLUMNS = ["accountname", "bill_city"]


async def narrowed(p: Program) -> None:
    """A table with two columns and a filter."""
    await p.open()
    assert p.tab._schema is not None
    p.space.open_module(
        p.tab.module,
        apart=True,
        view={"columns": COLUMNS, "filter": "bill_city != 'Nowhere'", "order": [["bill_city", True]]},
    )
    await until(p.table_ready, PATIENCE_S)


def test_a_view_is_saved_found_shared_and_opened(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await narrowed(p)
            shown = column(p.tab, "bill_city")
            p.keys("Ctrl+Shift+V")
            sheet = p.sheet(ViewsSheet)
            sheet.name.setText("By city")
            press(sheet, "Save this view")
            await until(lambda: sheet.list.count() == 1, PATIENCE_S)
            sheet.share(tmp_path / "city.crmview")
            assert read(tmp_path / "city.crmview").columns == ("accountname", "bill_city")
            sheet.reject()
            p.space.close_tab()
            hit = next(hit for hit in static_hits(p.window, p.space) if hit.kind == "view")
            assert hit.title == "By city"
            count = len(p.space.pages)
            assert callable(hit.payload)
            hit.payload()
            await until(lambda: len(p.space.pages) == count + 1 and p.table_ready(), PATIENCE_S)
            assert column(p.tab, "bill_city") == shown
            p.keys("Ctrl+Shift+V")
            sheet = p.sheet(ViewsSheet)
            press(sheet, "Remove")
            await until(lambda: sheet.list.count() == 0, PATIENCE_S)
            sheet.reject()

    play(journey())


def drop(p: Program, path: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    middle, left, none = QPointF(300, 300), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(middle.toPoint(), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(p.window, enter)
    event = QDropEvent(middle, Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(p.window, event)
    return enter.isAccepted() and event.isAccepted()


def test_a_dropped_file_opens_and_says_what_does_not_exist_here(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            tab = {"module": "Accounts", "columns": ["accountname", "cf_999"], "filter": "", "order": []}
            write(tmp_path / "a.crmview", of_tab("Theirs", "crmplus", tab))
            assert drop(p, tmp_path / "a.crmview")
            await until(lambda: len(p.space.pages) == 2 and p.table_ready(), PATIENCE_S)
            assert [c.key for c in p.tab.model.columns] == ["accountname"]
            assert "Keep it among your own" in p.window.messages.shown_text
            press(p.window, "Keep it")
            await until(lambda: [view.name for view in p.space.saved.views.all] == ["Theirs"], PATIENCE_S)
            assert "cf_999" in p.window.messages.shown_text
            assert not drop(p, tmp_path / "other.pdf")

    play(journey())


@pytest.mark.parametrize(
    ("tab", "vendor", "words"),
    [
        ({"module": "Accounts", "filter": "cf_999 = 'x'"}, "crmplus", "cf_999"),
        ({"module": "Nowhere"}, "crmplus", "does not have"),
        ({"module": "Accounts"}, "webcrm", "webcrm"),
    ],
)
def test_a_view_that_does_not_fit_is_told_in_the_sheet(
    play: Play, tmp_path: Path, server: DemoServer, tab: dict[str, object], vendor: str, words: str
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            write(tmp_path / "a.crmview", of_tab("Theirs", vendor, tab))
            p.keys("Ctrl+Shift+V")
            sheet = p.sheet(ViewsSheet)
            sheet.bring_in(tmp_path / "a.crmview")
            await until(lambda: words in sheet.note.accessibleName(), PATIENCE_S)
            assert sheet.isVisible()
            await asyncio.sleep(0)
            assert len(p.space.pages) == 1
            sheet.reject()

    play(journey())
