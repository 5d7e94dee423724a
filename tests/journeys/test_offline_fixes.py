# SPDX-License-Identifier: MIT
"""A clerk without a server: 300 addresses changed at once, written to a file, compared; then the server is back."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.ui.accounts.choice_buttons import PillChoice
from crmdesk.ui.fixes.bulk_sheet import BulkSheet
from crmdesk.ui.fixes.duplicates_sheet import DuplicatesSheet
from crmdesk.ui.fixes.export_sheet import ExportSheet
from crmdesk.ui.fixes.import_sheet import ROWS, ImportSheet
from crmdesk.ui.table.cells import plain
from crmdesk.ui.table.record_grid import RecordGrid
from tests.journeys.conftest import Play
from tests.journeys.outage import Outage, copied, counting, noticed, steady
from tests.journeys.program import PATIENCE_S, Program, press, program, results, texts, until
from tests.ui.fixes.test_open_import import data_of, drop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
COUNT = 300


async def written(p: Program, path: Path) -> list[dict[str, str]]:
    """What the table shows, in a file."""
    assert p.tab.bar is not None
    QTest.mouseClick(p.tab.bar.export, Qt.MouseButton.LeftButton)
    sheet = p.sheet(ExportSheet)
    assert "is written from the copy of" in sheet.away_note.text_label.text()
    QTest.mouseClick(sheet.format["csv"], Qt.MouseButton.LeftButton)
    sheet.write(path)
    await until(lambda: sheet.note.text_label.text() != "", PATIENCE_S)
    assert sheet.note.text_label.text().startswith(f"{COUNT} records saved")
    press(sheet, "Close")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def typed(sheet: BulkSheet, text: str) -> None:
    """A value for the field that was in front."""
    line = next(one for one in sheet.form.findChildren(QLineEdit) if one.isVisible() and not one.placeholderText())
    line.setFocus()
    QTest.keyClicks(line, text)


async def changed_all(p: Program, text: str) -> None:
    """One city for all records, by the sheet of bulk edits."""
    p.tab.grid.go_to(0, "bill_city")
    p.tab.grid.setFocus()
    p.keys("Ctrl+Shift+M")
    sheet = p.sheet(BulkSheet)
    assert "this works on the copy of" in sheet.away_note.text_label.text()
    whom = next(one for one in sheet.findChildren(PillChoice) if one.text().startswith("All "))
    QTest.mouseClick(whom, Qt.MouseButton.LeftButton)
    typed(sheet, text)
    await until(sheet.take.isEnabled, PATIENCE_S)
    assert sheet.take.text() == f"Stage {COUNT} changes"
    QTest.mouseClick(sheet.take, Qt.MouseButton.LeftButton)
    await until(lambda: p.account.staged.count == COUNT, PATIENCE_S)


def test_three_hundred_addresses_are_mended_without_the_server_and_sent_when_it_is_back(
    play: Play, tmp_path: Path
) -> None:
    async def journey(server: DemoServer) -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await copied(p, "Accounts")
            outage = Outage(server)
            tab = await noticed(p)
            assert tab.model.rowCount() == COUNT
            rows = await written(p, tmp_path / "accounts.csv")
            assert len(rows) == COUNT
            await changed_all(p, "Kuhmoinen")
            everybody = [one.id for one in map(tab.rows.at, range(COUNT)) if one is not None]
            met = tab.rows.at(7)
            assert met is not None
            await until(lambda: p.told.startswith(f"{COUNT} changes are pending"), PATIENCE_S)
            assert p.stored(met.id)["bill_city"] != "Kuhmoinen"
            p.change_behind(met.id, bill_city="Vaasa")
            await outage.ended(p)
            await until(lambda: "what others changed" in p.told, PATIENCE_S)
            assert p.told.startswith("The server answers again. 1 of your")
            review = await p.review()
            row = texts(review, "theirs").index("Vaasa | conflict")
            review.grid.pressed_in.emit(row, "theirs", "Vaasa")
            press(review, "Apply")
            await until(lambda: len(review.review.outcomes) == COUNT, 60)
            await p.applied(review)
            outcome = results(review)
            assert sorted(set(outcome)) == ["applied", "skipped"]
            assert outcome.count("applied") == COUNT - 1
            press(review, "Close")
            assert p.stored(met.id)["bill_city"] == "Vaasa"
            cities = [p.stored(one)["bill_city"] for one in everybody]
            assert cities.count("Kuhmoinen") == COUNT - 1
            await until(lambda: p.account.staged.count == 0, PATIENCE_S)

    with steady(COUNT) as server:
        play(journey(server), 120)


def test_duplicates_are_found_and_a_file_is_matched_without_the_server(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def journey(server: DemoServer) -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            await copied(p, "Accounts")
            Outage(server)
            tab = await noticed(p)
            asked = counting(p, monkeypatch)
            p.keys("F8")
            sheet = p.sheet(DuplicatesSheet)
            await until(lambda: bool(sheet.clusters) and sheet.side.model().rowCount() > 0, PATIENCE_S)
            assert "this works on the copy of" in sheet.away_note.text_label.text()
            assert not sheet.look.isEnabled()
            assert "a merge waits until it answers" in sheet.told.text()
            press(sheet, "Close")
            record, other = tab.rows.at(3), tab.rows.at(4)
            assert record is not None
            assert other is not None
            path = tmp_path / "addresses.csv"
            path.write_text(f"id,bill_city\n{record.id.key},Inari\n{other.id.key},Utsjoki\n3x999999,Nowhere\n", "utf-8")
            assert drop(tab, data_of(path))
            file = p.sheet(ImportSheet)
            await until(file.go.isEnabled, PATIENCE_S)
            QTest.mouseClick(file.go, Qt.MouseButton.LeftButton)
            await until(lambda: file.go.isEnabled() and file.go.text() == "Check 3 rows", PATIENCE_S)
            QTest.mouseClick(file.go, Qt.MouseButton.LeftButton)
            await until(lambda: file.step == ROWS and file.go.isEnabled() and file.go.text() == "Next", PATIENCE_S)
            assert shows(file.rows, "The copy on this computer has no such record.")
            QTest.mouseClick(file.go, Qt.MouseButton.LeftButton)
            assert file.go.text() == "Stage 2 changes"
            QTest.mouseClick(file.go, Qt.MouseButton.LeftButton)
            await until(lambda: p.account.staged.count == 2, PATIENCE_S)
            assert asked() == 0

    with steady() as server:
        play(journey(server))


def shows(widget: QWidget, text: str) -> bool:
    """Whether a table in it says so anywhere."""
    models = [grid.records for grid in widget.findChildren(RecordGrid)]
    cells = (
        model.shown(row, at)[0]
        for model in models
        for row in range(model.rowCount())
        for at in range(len(model.columns))
    )
    return any(
        text in (" ".join(s.text for s in cell) if isinstance(cell, tuple) else plain(cell or "")) for cell in cells
    )
