# SPDX-License-Identifier: MIT
"""Addresses to be corrected in a live account by noon, from a workbook as offices keep them: nothing guessed, nothing lost.

The title is merged over the table, a postal code has a leading zero, a row stands there twice, one record is gone, a
colleague works on two others meanwhile, the network drops in the middle; and the boss wants it all back.
"""

import asyncio
import os
from collections import Counter
from pathlib import Path

from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Unknown
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.import_cells import Action
from crmdesk.engine.profiles import Environment
from crmdesk.ui.changes.journal_tab import JournalTab
from crmdesk.ui.changes.journal_undo import UndoSheet
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.changes.review_rows import MINE, THEIRS, Spot
from crmdesk.ui.fixes.import_sheet import END, FILE, ImportSheet
from tests.journeys.conftest import Play
from tests.journeys.program import Program, cell_text, press, program, results, until
from tests.ui.fixes.test_open_import import data_of, drop

COUNT = 60
PATIENCE_S = 60.0
CITY, CODE, COUNTRY = FieldName("bill_city"), FieldName("bill_code"), FieldName("bill_country")


async def picture(p: Program, name: str) -> None:
    """For the eye, where somebody asks for it."""
    folder = os.environ.get("CRMDESK_PICTURES")
    if folder:
        await asyncio.sleep(0.3)
        p.window.grab().save(str(Path(folder) / f"clerk-{name}.png"))


def written(path: Path, records: list[Record]) -> None:
    """As the office has kept it for years."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Addresses to correct, as of today"])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(["id", "Account Name", "Billing City", "Billing Code", "Billing Country", "Remark"])
    for number, record in enumerate(records):
        sheet.append([record.id.key, f"Nobody {number}", f"Dübendorf {number}", f"0{1000 + number}", "  ", "moved"])
    sheet.append([records[0].id.key, "", "Zürich", "08001", None, "again"])
    sheet.append(["3x999999", "", "Köln", "50667", None, "left us"])
    book.save(path)


async def staged(p: Program, path: Path) -> None:
    """From the dropped file to the pending changes, by the buttons."""
    assert drop(p.tab, data_of(path))
    sheet = p.sheet(ImportSheet)
    await until(lambda: sheet.step == FILE and sheet.go.isEnabled() and bool(sheet.columns.checks()), PATIENCE_S)
    assert sheet.file.notes.text_label.text() == (
        "The columns' names are taken from row 3; what stands above it is left out."
    )
    await picture(p, "1-file")
    QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    await until(lambda: len(sheet.columns.checks()) == 5, PATIENCE_S)
    goes = [column.field for column in sheet.columns.columns()]
    assert goes == ["id", "accountname", CITY, CODE, "bill_country", None]
    await picture(p, "2-columns")
    QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    await until(lambda: sheet.rows.grid.records.rowCount() == COUNT + 2, PATIENCE_S)
    await picture(p, "3-rows")
    assert [choice.text() for choice in sheet.rows.filters.values() if choice.isVisible()] == [
        f"All {COUNT + 2}",
        f"Update {COUNT}",
        "Left out 2",
    ]
    QTest.mouseClick(sheet.rows.filters[Action.REFUSED.value], Qt.MouseButton.LeftButton)
    assert sheet.rows.grid.records.rowCount() == 2
    await picture(p, "3-rows-left-out")
    QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    assert sheet.step == END
    await picture(p, "4-end")
    QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    await until(lambda: len(p.account.staged.all()) == COUNT, PATIENCE_S)
    await picture(p, "5-staged")


async def sent(p: Program, review: ReviewDialog) -> Counter[str]:
    """Apply, and what became of the records."""
    press(review, "Apply")
    await picture(p, "8-applying")
    await until(lambda: len(review.review.outcomes) == COUNT and not p.account.applier.running, PATIENCE_S)
    await until(lambda: bool(review.note_text), PATIENCE_S)
    await picture(p, "9-applied")
    return Counter(results(review))


def mine(review: ReviewDialog) -> None:
    """Click my side of the conflict that the review has brought into view."""
    model = review.grid.records
    at = model.column_at(THEIRS)
    (row,) = [row for row in range(model.rowCount()) if "conflict" in cell_text(review, row, at)]
    place = review.grid.visualRect(model.index(row, model.column_at(MINE)))
    assert review.grid.viewport().rect().contains(place.center())
    QTest.mouseClick(review.grid.viewport(), Qt.MouseButton.LeftButton, pos=place.center())


async def taken_back(p: Program) -> None:
    """All of it, from the journal."""
    await until(lambda: not p.window.findChildren(ReviewDialog), PATIENCE_S)  # until it is gone it has the keys
    p.keys("Ctrl+Shift+J")
    journal = p.space.page
    assert isinstance(journal, JournalTab)
    await until(lambda: journal.model.rowCount() == 1 and journal.changes.rowCount() > 0, PATIENCE_S)
    await picture(p, "10-journal")
    journal.undo_batch()
    plan = p.sheet(UndoSheet)
    await until(lambda: plan.plan is not None, PATIENCE_S)
    await picture(p, "11-undo")
    press(plan, "Stage and review")
    await until(lambda: any(s.isVisible() for s in p.window.findChildren(ReviewDialog)), PATIENCE_S)
    review = p.sheet(ReviewDialog)
    await until(lambda: len(review.review.checked) == COUNT, PATIENCE_S)
    QTest.keyClicks(review.options.typed, str(COUNT))
    assert await sent(p, review) == {"applied": COUNT}
    press(review, "Close")
    assert p.window.side.journal.text() == ""  # nothing waits, and the window does not say so


def test_addresses_are_corrected_by_noon(play: Play, tmp_path: Path) -> None:
    server = DemoServer(rows=COUNT).start(warm=False)

    async def journey() -> None:
        async with program(tmp_path, server, environment=Environment.PRODUCTION) as p:
            tab = await p.open()
            records = await PageFeed(p.account.session, Query(tab.module.name, (CITY, CODE, COUNTRY))).rest()
            countries = [record.values[COUNTRY] for record in records]
            before = [p.stored(record.id)["bill_city"] for record in records]
            path = tmp_path / "Adressen.xlsx"
            written(path, records)
            await staged(p, path)
            p.change_behind(records[40].id, bill_city="Colleague town")
            p.change_behind(records[5].id, phone="+41 1")
            review = await p.review()
            await until(lambda: len(review.review.checked) == COUNT, PATIENCE_S)
            await picture(p, "6-review")
            mine(review)
            assert review.review.undecided == 0
            QTest.keyClicks(review.options.typed, str(COUNT))
            await picture(p, "7-typed")
            server.faults.add(FaultKind.DROP_AFTER, operation="update", skip=20, times=2)
            assert await sent(p, review) == {"applied": COUNT - 2, "unknown | Look up now": 2}
            for at, outcome in tuple(review.review.outcomes.items()):
                if isinstance(outcome, Unknown):
                    review.grid.pressed_at.emit(Spot(at, None), "result")
            await until(lambda: Counter(results(review)) == {"applied": COUNT}, PATIENCE_S)
            press(review, "Close")
            held = [p.stored(record.id) for record in records]
            assert [row["bill_code"] for row in held] == [f"0{1000 + n}" for n in range(COUNT)]
            assert [row["bill_city"] for row in held] == [f"Dübendorf {n}" for n in range(COUNT)]
            assert [row["bill_country"] or None for row in held] == countries
            assert held[5]["phone"] == "+41 1"
            await taken_back(p)
            back = [p.stored(record.id)["bill_city"] for record in records]
            assert back == [*before[:40], "Colleague town", *before[41:]]

    try:
        play(journey(), 300)
    finally:
        server.stop()
