# SPDX-License-Identifier: MIT
"""Exporting records, and bringing the file back in: only what was changed in it is staged."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Op, Order
from crmdesk.domain.record import Record
from crmdesk.engine.exporting import ExportFormat, Looks
from crmdesk.ui.fixes.export_sheet import ALL, MARKED, SHOWN, ExportOffer, ExportSheet
from crmdesk.ui.formats import Formats
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA, STAFF
from tests.ui.changes.stage import Office
from tests.ui.fixes.import_scene import Scene
from tests.ui.waiting import Host, host, until

GERMAN = Formats(QLocale(QLocale.Language.German, QLocale.Country.Germany), ZoneInfo("Europe/Berlin"))
PARENT = FieldName("parent")
OFFER = ExportOffer(marked=(), fields=(NAME, CITY, STAFF), where=None, total=5, whole=5)
Act = Callable[["Desk"], Coroutine[object, object, None]]


class Desk:
    """Five companies and a sheet to export them."""

    def __init__(self, office: Office, folder: Path, window: Host) -> None:
        self.office, self.folder, self.window = office, folder, window

    def sheet(self, offer: ExportOffer = OFFER) -> ExportSheet:
        made = ExportSheet(self.office.account, SCHEMA, GERMAN, offer, self.office.reports.append)
        made.open_in(self.window)
        return made

    async def write(self, sheet: ExportSheet, name: str) -> Path:
        path = self.folder / name
        sheet.write(path)
        await until(lambda: not sheet._running)
        return path


@pytest.fixture
def played(run_async: RunAsync[None], tmp_path: Path) -> Callable[[Act], Office]:
    def play(act: Act) -> Office:
        office = Office(tmp_path / "office")

        async def go() -> None:
            for number in range(5):
                office.server.add(
                    f"00{number}",
                    accountname=f"=Company {number}",
                    account_no=f"ACC{number}",
                    bill_city=("Köln", "line\nbreak", " blank ", "007", "")[number],
                    employees=number,
                    revenue=Decimal("1234567.89") + number,
                    founded=date(2026, 4, 3),
                    modified=datetime(2026, 7, 1, 9, 30, tzinfo=UTC),
                    active=number % 2 == 0,
                    industry="it",
                    tags=("a", "b"),
                )
            first = office.server.records["000"]
            values = {**first.values, PARENT: RecordId(ACCOUNTS, "003")}
            office.server.records["000"] = Record(first.id, values, {PARENT: "Mother AG"})
            await office.account.session.schema(ACCOUNTS)
            with host() as window:
                await act(Desk(office, tmp_path, window))
            await office.scope.aclose()

        run_async(go())
        office.close()
        return office

    return play


@pytest.mark.parametrize("form", list(ExportFormat))
@pytest.mark.parametrize("looks", list(Looks))
def test_what_comes_back_changed_is_all_that_is_staged(
    played: Callable[[Act], Office], form: ExportFormat, looks: Looks
) -> None:
    """All fields of all records, out and in again in every format; one cell is changed in between."""

    async def act(desk: Desk) -> None:
        sheet = desk.sheet()
        for group, key in ((sheet.which, ALL), (sheet.format, form.value), (sheet.looks, looks.value)):
            QTest.mouseClick(group[key], Qt.MouseButton.LeftButton)
        path = await desk.write(sheet, f"all.{form.ending}")
        assert "5 records saved in all." in sheet.note.text_label.text()
        sheet.reject()
        _change(path, form)
        scene = Scene(desk.office, desk.window, GERMAN)
        await scene.open(path)
        await scene.next()
        await scene.next()
        actions = [row.action.value for row in scene.sheet._rows]
        assert actions == ["same", "same", "same", "update", "same"], [dict(r.errors) for r in scene.sheet._rows]
        await scene.next()
        await scene.next()
        (staged,) = desk.office.account.staged.all()
        assert (staged.id.key, dict(staged.values)) == ("003", {CITY: "Bonn"})

    office = played(act)
    assert office.reports == []


def _change(path: Path, form: ExportFormat) -> None:
    """Bonn instead of 007, as a spreadsheet or an editor does it."""
    if form is ExportFormat.XLSX:
        book = load_workbook(path)
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                if cell.value == "007":
                    cell.value = "Bonn"
        book.save(path)
        return
    data = path.read_bytes()
    assert b"007" in data
    path.write_bytes(data.replace(b'"=""007"""', b"Bonn").replace(b'="007"', b"Bonn").replace(b"007", b"Bonn"))


def test_what_the_table_shows_keeps_its_columns_filter_and_order(played: Callable[[Act], Office]) -> None:
    async def act(desk: Desk) -> None:
        sheet = desk.sheet(replace(OFFER, where=Compare(STAFF, Op.GE, 2), order=(Order(STAFF, True),), total=None))
        assert sheet.which[SHOWN].isChecked()
        sheet.format[ExportFormat.CSV.value].setChecked(True)
        sheet.titles["names"].setChecked(True)
        path = await desk.write(sheet, "some.csv")
        lines = path.read_text("utf-8").splitlines()
        assert lines[0] == "id,accountname,bill_city,employees"
        assert [line.partition(",")[0] for line in lines[1:]] == ["004", "003", "002"]

    played(act)


def test_marked_rows_alone_and_a_spreadsheet_of_a_german(played: Callable[[Act], Office]) -> None:
    async def act(desk: Desk) -> None:
        marked = [desk.office.server.records[key] for key in ("001", "003")]
        sheet = desk.sheet(replace(OFFER, marked=marked, fields=(NAME, FieldName("revenue")), pending=2))
        assert "2 pending changes are not in the file." in sheet._hint.text()
        sheet.which[MARKED].setChecked(True)
        sheet.format[ExportFormat.SHEET_CSV.value].setChecked(True)
        path = await desk.write(sheet, "some.csv")
        head, first, second = path.read_text("utf-8-sig").splitlines()
        assert head == "id;Account name;Revenue"
        assert first.endswith(";1234568,89")
        assert second.startswith('"=""003""";"=""=Company 3"""')

    played(act)


def test_a_broken_server_leaves_no_file_and_is_a_sentence(played: Callable[[Act], Office]) -> None:
    async def act(desk: Desk) -> None:
        sheet = desk.sheet()
        desk.office.server.fail("fetch_page", NotReachable("The server cannot be reached."))
        path = await desk.write(sheet, "x.xlsx")
        assert sheet.note.text_label.text() == "The server cannot be reached. No file was written."
        assert not path.exists()
        await desk.write(sheet, "x.xlsx")
        assert path.exists()
        missing = await desk.write(sheet, "nowhere/x.xlsx")
        assert "cannot be written" in sheet.note.text_label.text()
        assert not missing.exists()

    played(act)


def test_stopping_leaves_no_half_file(played: Callable[[Act], Office]) -> None:
    async def act(desk: Desk) -> None:
        sheet = desk.sheet()
        gate = desk.office.server.hold("fetch_page")
        sheet.write(desk.folder / "x.csv")
        await until(lambda: desk.office.server.begun["fetch_page"].is_set())
        assert sheet.stop.isVisible()
        QTest.mouseClick(sheet.stop, Qt.MouseButton.LeftButton)
        await until(lambda: not sheet._running)
        assert sheet.note.text_label.text() == "Stopped. No file was written."
        gate.set()
        await asyncio.sleep(0.05)
        assert [one.name for one in desk.folder.iterdir() if one.is_file()] == []

    played(act)


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_asked(played: Callable[[Act], Office]) -> None:
    async def act(desk: Desk) -> None:
        sheet = desk.sheet(replace(OFFER, total=2_000_000))
        QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
        assert sheet.note.text_label.text().startswith(
            "A sheet holds 1,048,575 records, and there are 2,000,000 Accounts."
        )

    office = played(act)
    assert office.server.did("fetch_page") == 0
