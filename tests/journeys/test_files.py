# SPDX-License-Identifier: MIT
"""Files into the CRM and out of it: 300 addresses mended in a spreadsheet, reviewed, applied, held by the server."""

import csv
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import RecordId
from crmdesk.engine.profiles import Environment
from crmdesk.ui.fixes.export_sheet import ExportSheet
from crmdesk.ui.fixes.import_sheet import END, ROWS, ImportSheet
from tests.journeys.conftest import Play
from tests.journeys.program import Program, press, program, results, until
from tests.ui.fixes.test_open_import import data_of, drop

COUNT = 300
PATIENCE_S = 45.0
"""Hundreds of records at a time, on a machine that may be doing other things."""


async def exported(p: Program, path: Path) -> list[dict[str, str]]:
    """What the table shows, by the sheet's button; the rows as a spreadsheet would give them."""
    assert p.tab.bar is not None
    QTest.mouseClick(p.tab.bar.export, Qt.MouseButton.LeftButton)
    sheet = p.sheet(ExportSheet)
    QTest.mouseClick(sheet.format["csv"], Qt.MouseButton.LeftButton)
    sheet.write(path)
    await until(lambda: not sheet._running, PATIENCE_S)
    assert sheet.note.text_label.text().startswith(f"{COUNT} records saved")
    press(sheet, "Close")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def checked_sheet(p: Program, path: Path) -> ImportSheet:
    """The import of a file that was dropped on the table, at the rows."""
    assert drop(p.tab, data_of(path))
    sheet = p.sheet(ImportSheet)
    await until(lambda: sheet.go.isEnabled() and not sheet._scope.busy, PATIENCE_S)
    QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    assert sheet.go.text() == f"Check {COUNT} rows"
    QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
    assert sheet.step == ROWS
    await until(lambda: len(sheet._rows) == COUNT, PATIENCE_S)
    return sheet


def test_three_hundred_addresses_are_mended_in_a_file(play: Play, tmp_path: Path) -> None:
    server = DemoServer(rows=COUNT).start(warm=False)

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await p.open()
            path = tmp_path / "accounts.csv"
            rows = await exported(p, path)
            with path.open("w", encoding="utf-8", newline="") as file:
                table = csv.DictWriter(file, rows[0])
                table.writeheader()
                table.writerows({**row, "Billing City": f"Espoo {number}"} for number, row in enumerate(rows))
            sheet = await checked_sheet(p, path)
            assert [choice.text() for choice in sheet.rows.filters.values() if choice.isVisible()] == [
                f"All {COUNT}",
                f"Update {COUNT}",
            ]
            QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
            assert sheet.step == END
            press(sheet, f"Stage {COUNT} changes")
            await until(lambda: p.account.staged.count == COUNT, PATIENCE_S)
            assert p.account.staged.undo_text == f"Import accounts.csv: {COUNT} records"
            assert all(set(map(str, one.values)) == {"bill_city"} for one in p.account.staged.all())
            sent = sum(seen.operation in ("update", "revise") for seen in server.seen)
            assert sent == 0
            review = await p.review()
            await until(lambda: len(review.review.checked) == COUNT, 30)
            press(review, "Apply")
            await until(lambda: len(review.review.outcomes) == COUNT and not review._applying, 90)
            assert set(results(review)) == {"applied"}
            press(review, "Close")
            assert p.account.staged.count == 0
            module = p.tab.module.name
            held = {row["id"]: p.stored(RecordId(module, row["id"]))["bill_city"] for row in rows}
            assert held == {row["id"]: f"Espoo {number}" for number, row in enumerate(rows)}
            assert p.told == ""

    try:
        play(journey(), 150)
    finally:
        server.stop()


def test_who_may_not_write_is_told_instead(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server, environment=Environment.READ_ONLY) as p:
            await p.open()
            p.keys("Ctrl+Shift+I")
            assert not [s for s in p.window.findChildren(ImportSheet) if s.isVisible()]
            assert "read only" in p.told
            p.keys("Ctrl+Shift+R")
            p.sheet(ExportSheet).reject()

    play(journey())
