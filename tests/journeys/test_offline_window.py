# SPDX-License-Identifier: MIT
"""The window without its server: started so, kept waiting by one that never answers, and what each screen says."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Query
from crmdesk.ui.accounts.choice_buttons import PillChoice
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.fixes.bulk_sheet import BulkSheet
from crmdesk.ui.form.reference_picker import ReferenceEditor
from tests.journeys.conftest import Play
from tests.journeys.outage import Outage, copied, noticed, steady
from tests.journeys.program import PATIENCE_S, Program, press, program, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def said(p: Program, page: str) -> str:
    """What a tab of the record says."""
    widget = p.space.panel.pages.stack.currentWidget()
    assert widget is not None
    assert type(widget).__name__.lower().startswith(page)
    return labels(widget)


async def on_page(p: Program, name: str, words: str) -> None:
    """Choose a tab of the record and wait for its words."""
    p.space.panel.tabs.choose(name)
    start = {"documents": "document"}.get(name, name)
    await until(lambda: words in said(p, start), PATIENCE_S)


def test_started_without_its_server_the_window_reads_searches_and_edits(play: Play, tmp_path: Path) -> None:
    async def first(server: DemoServer) -> None:
        async with program(tmp_path, server) as p:
            p.profile = replace(p.profile, temporary=False)
            p.desk.profiles.save(p.profile)
            await p.open()
            await copied(p, "Accounts", "Contacts")
            await p.show_module("Contacts")
            await p.show_module("Accounts")

    async def second(server: DemoServer) -> None:
        p = Program(tmp_path, server)
        outage = Outage(server)
        try:
            p.show()
            p.window.run(p.window.start(), "start")
            await until(p.table_ready, PATIENCE_S)
            await until(lambda: p.space.offline.isVisible() and p.space.panel.is_complete, PATIENCE_S)
            assert p.told == ""
            await on_page(p, "related", "these lists are out of the copies on this computer")
            tree = p.space.panel.pages.related.tree
            assert "Contacts" in [tree.model().index(row, 0).data() for row in range(tree.model().rowCount())]
            await on_page(p, "documents", "documents are not copied to this computer")
            await on_page(p, "history", "what others did to this record is known when the server answers again")
            await on_page(p, "raw", "not the reply they came in")
            p.space.panel.tabs.choose("details")
            p.tab.grid.go_to(0, "bill_city")
            p.tab.grid.setFocus()
            p.keys("Ctrl+Shift+M")  # the fields are known though nobody signed in
            sheet = p.sheet(BulkSheet)
            await until(lambda: sheet.form.field() is not None, PATIENCE_S)
            await p.close_sheets()
            contacts = await p.show_module("Contacts")
            await until(lambda: contacts.rows.view is not None, PATIENCE_S)
            contacts.grid.go_to(1)
            await until(
                lambda: p.space.panel.shown is not None and p.space.panel.shown.module == "Contacts", PATIENCE_S
            )
            await until(lambda: p.space.panel.is_complete, PATIENCE_S)
            await reference_is_found(p)
            leads = next(one for one in p.space.modules if one.name == "Leads")
            p.window.open_module(leads)
            page = p.tab
            await until(lambda: "on the server only" in labels(page.grid), PATIENCE_S)
            assert p.told == ""
            await outage.ended(p)
            await until(lambda: page.rows.read > 0, PATIENCE_S)
            assert not p.space.offline.isVisible()
        finally:
            await p.close()

    with steady() as server:
        play(first(server))
        play(second(server))


def labels(widget: QWidget) -> str:
    """All that is to be read in it now."""
    return " ".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


async def reference_is_found(p: Program) -> None:
    """A company for a person, out of the copy of companies."""
    company = (await p.account.reading.some(Query(ModuleName("Accounts")), 3))[2]
    title = str(company.values[FieldName("accountname")])
    row = p.space.panel.form.row("account_id")
    row.begin()
    editor = row.findChild(ReferenceEditor)
    assert isinstance(editor, ReferenceEditor)
    editor.line.selectAll()
    QTest.keyClicks(editor.line, title[:6])

    def offered() -> list[str]:
        model = editor.popup.model()
        return [str(model.index(at, 0).data()) for at in range(model.rowCount())]

    await until(lambda: any(title in one for one in offered()), PATIENCE_S)
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)


def test_a_server_that_takes_calls_and_says_nothing_is_offline_after_the_deadline(play: Play, tmp_path: Path) -> None:
    async def journey(server: DemoServer) -> None:
        async with program(tmp_path, server, deadline_s=1.5) as p:
            await p.open()
            await copied(p, "Accounts")
            outage = Outage(server, silent=True)
            p.watch()
            tab = await noticed(p)
            assert tab.model.rowCount() > 20
            record = await p.edit(1, "bill_city", "Inari")
            assert p.longest_gap_ms < 400, p.longest_gap_ms
            assert bar_is_quiet(p)
            await outage.ended(p)
            await until(lambda: "still fits" in p.told, PATIENCE_S)
            review = await p.review()
            assert await p.apply(review) == ["applied"]
            press(review, "Close")
            assert p.stored(record)["bill_city"] == "Inari"

    with steady() as server:
        play(journey(server))


def bar_is_quiet(p: Program) -> bool:
    """No error stands in the bar of messages: the bar above the tabs says that the server is away."""
    return "reached" not in p.told and "answer" not in p.told


def test_what_is_under_way_when_the_server_goes_is_not_lost(play: Play, tmp_path: Path) -> None:
    async def journey(server: DemoServer) -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await copied(p, "Accounts")
            tab = p.tab
            tab.reload()  # the rows of the server are shown, page by page
            await until(lambda: tab.rows.view is None and tab.rows.read > 0, PATIENCE_S)
            record = await p.edit(0, "bill_city", "Inari")
            tab.grid.go_to(1, "bill_city")
            p.keys("Ctrl+Shift+M")
            sheet = p.sheet(BulkSheet)
            outage = Outage(server)
            whom = next(one for one in sheet.findChildren(PillChoice) if one.text().startswith("All "))
            QTest.mouseClick(whom, Qt.MouseButton.LeftButton)
            line = next(o for o in sheet.form.findChildren(QLineEdit) if o.isVisible() and not o.placeholderText())
            QTest.keyClicks(line, "Utsjoki")
            await until(sheet.take.isEnabled, PATIENCE_S)  # it went on by itself, over the copy
            assert "this works on the copy of" in sheet.away_note.text_label.text()
            assert sheet.take.text() == "Stage 60 changes"
            press(sheet, "Cancel")
            assert p.account.staged.get(record) is not None
            review = p.space.review
            review()
            dialog = p.sheet(ReviewDialog)
            await until(lambda: "You are offline: nothing can be compared" in dialog.note_text, PATIENCE_S)
            await p.close_sheets()
            assert p.account.staged.count == 1
            assert p.space.offline.isVisible()
            await outage.ended(p)
            await until(lambda: "still fits" in p.told, PATIENCE_S)
            assert not p.space.offline.isVisible()

    with steady() as server:
        play(journey(server))
