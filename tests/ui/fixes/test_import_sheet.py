# SPDX-License-Identifier: MIT
"""Importing a file: read, mapped, checked, staged, by keys and mouse as a person does it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest

from crmdesk.domain.errors import NotReachable
from crmdesk.engine.import_plan import Mode
from crmdesk.engine.staging import Kind
from crmdesk.ui.fixes.import_sheet import COLUMNS, FILE, ROWS
from crmdesk.ui.formats import Formats
from tests.conftest import RunAsync
from tests.engine.fake_vendor import CITY, NAME, STAFF
from tests.ui.changes.stage import Office
from tests.ui.fixes.import_scene import Scene, play_with, texts
from tests.ui.waiting import until

GERMAN = Formats(QLocale(QLocale.Language.German, QLocale.Country.Germany), UTC)
Played = Callable[..., Office]
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard")


@pytest.fixture
def played(run_async: RunAsync[None], tmp_path: Path) -> Played:
    return play_with(run_async, tmp_path / "office")


def written(folder: Path, text: str, name: str = "fair.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_new_records_from_a_file_become_one_step_of_pending_changes(played: Played, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Firma;Ort;Umsatz;Gegründet;Bemerkung\r\n"
        "Koch AG;Bremen;1.250.000,00;03.04.2026;x\r\n"
        ";Oulu;1,50;17.04.2026;y\r\n"
        "Äijälä Oy;;;;z\r\n",
        encoding="cp1252",
    )

    async def act(scene: Scene) -> None:
        sheet = scene.sheet
        await scene.open(path)
        assert "Western (Windows-1252)" in sheet.file.encoding.currentText()
        assert sheet.file.separator.currentText().startswith("semicolon")
        assert "look at names" in sheet.file.notes.text_label.text()
        assert texts(sheet.file.grid)[3][1] == "Äijälä Oy"
        await scene.next()
        assert scene.told() == "No column goes to a field yet."
        for header, field in (
            ("Firma", "account name"),
            ("Ort", "city"),
            ("Umsatz", "revenue"),
            ("Gegründet", "founded"),
        ):
            await scene.map(header, field)
        pills = [row[5] for row in texts(sheet.columns.grid)]
        assert pills == [
            "2 fine 1 empty",
            "2 fine 1 empty",
            "2 fine 1 empty",
            "3 April 2026, is that right? Yes 1 empty",
            "",
        ]
        assert scene.told() == "1 row has no Firma. They stay in the list with their reason and are not staged."
        await scene.next()
        rows = texts(sheet.rows.grid)
        assert [row[1] for row in rows] == ["Create", "Left out", "Create"]
        assert rows[1][3] == "Account name must be filled."
        await scene.next()
        assert "2 new records" in sheet.end._lines.text()
        assert sheet.end.left_out.text_label.text() == "Line 3: Account name must be filled."
        assert sheet.go.text() == "Stage 2 changes"
        await scene.next()
        staged = scene.office.account.staged
        assert scene.staged == [2]
        assert staged.undo_text == "Import fair.csv: 2 records"
        first, second = staged.all()
        assert (first.kind, first.values[NAME], second.values[NAME]) == (Kind.CREATE, "Koch AG", "Äijälä Oy")
        assert sorted(map(str, first.values.values())) == sorted(
            ["Koch AG", "Bremen", str(Decimal("1250000.00")), str(date(2026, 4, 3))]
        )
        assert CITY not in second.values
        await staged.undo()
        assert staged.count == 0

    office = played(act, formats=GERMAN)
    assert office.server.did("create") == 0
    assert office.reports == []


def test_records_found_by_a_column_are_updated_and_the_rest_is_left_out(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "Account name,City,Employees\ncompany 1,Espoo,1\nCompany 2,Hki,2\nNobody,X,3\n")

    async def act(scene: Scene) -> None:
        sheet = scene.sheet
        await scene.open(path)
        await scene.next()
        scene.choose(sheet.columns.mode, "Found: update")
        assert scene.told().startswith("Choose the column by which records are found")
        assert not sheet.go.isEnabled()
        scene.press_cell("Account name", "match")
        assert sheet.columns._found_by.text() == "Found by Account name"
        await scene.next()
        rows = texts(sheet.rows.grid)
        assert [row[1] for row in rows] == ["Update", "Is so already", "Left out"]
        assert rows[0][2:] == ["Company 1", "City Hki Espoo"]
        scene.only("refused")
        assert [row[0] for row in texts(sheet.rows.grid)] == ["4"]
        scene.only("update")
        assert texts(sheet.rows.detail) == [["City", "Hki", "Espoo", ""], ["Employees", "1", "1", ""]]
        await scene.next()
        await scene.next()
        (staged,) = scene.office.account.staged.all()
        assert (staged.title, dict(staged.values)) == ("Company 1", {CITY: "Espoo"})

    played(act)


def test_records_are_found_by_several_columns_together(played: Played, tmp_path: Path) -> None:
    """Each column ticked narrows it; the id stands alone, and unticks the others."""
    path = written(tmp_path, "Account name,City,Employees\nCompany 1,hki,7\nCompany 2,Espoo,7\n")

    async def act(scene: Scene) -> None:
        sheet = scene.sheet
        await scene.open(path)
        await scene.next()
        scene.choose(sheet.columns.mode, "Found: update")
        scene.press_cell("Account name", "match")
        scene.press_cell("City", "match")
        assert sheet.columns._found_by.text() == "Found by Account name + City"
        await scene.next()
        assert [row[1] for row in texts(sheet.rows.grid)] == ["Update", "Left out"]
        await scene.next()
        await scene.next()
        (staged,) = scene.office.account.staged.all()
        assert (staged.title, dict(staged.values)) == ("Company 1", {STAFF: 7})

    played(act)


def test_an_empty_cell_clears_where_the_column_says_so(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "id,City,Employees\nA1,,\n")

    async def act(scene: Scene) -> None:
        await scene.open(path)
        await scene.next()
        assert scene.sheet.columns.wanted_mode() is Mode.UPDATE
        scene.sheet.columns._on_edit(scene.place_of("City"), "blank", "clear")
        assert texts(scene.sheet.columns.grid)[1][4] == "clear"
        await scene.next()
        assert texts(scene.sheet.rows.grid)[0][3] == "City Hki empty"
        await scene.next()
        await scene.next()
        (staged,) = scene.office.account.staged.all()
        assert dict(staged.values) == {CITY: None}

    played(act)


def test_dates_the_other_way_round_are_a_choice_and_a_yes_ends_the_question(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "id,Founded\nA1,03/04/2026\nA2,05/06/2026\n")

    async def act(scene: Scene) -> None:
        sheet = scene.sheet
        await scene.open(path)
        assert sheet.file.samples.text() == "Read as: 03/04/2026 = 3 April 2026 · 05/06/2026 = 5 June 2026"
        scene.choose(sheet.file.dates, "month day")
        await until(lambda: "03/04/2026 = 4 March 2026" in sheet.file.samples.text())
        await scene.next()
        assert texts(sheet.columns.grid)[1][5] == "4 March 2026, is that right? Yes"
        sheet.columns._on_press(1, "verdict", "Yes")
        assert texts(sheet.columns.grid)[1][5] == "2 fine"

    played(act)


def test_dates_that_can_only_be_read_one_way_choose_it(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "id;Founded;Revenue\nA1;12/31/2026;1.250,75\nA2;05/06/2026;3,5\n")

    async def act(scene: Scene) -> None:
        await scene.open(path)
        assert scene.sheet.file.dates.currentText() == "month day year"
        assert scene.sheet.file.decimals.currentText().startswith("comma")

    played(act)


def test_the_mapping_is_remembered_and_can_be_saved_by_name(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "Kunde,Stadt\nCompany 1,Espoo\n")

    async def act(scene: Scene) -> None:
        await scene.open(path)
        await scene.next()
        await scene.map("Kunde", "account name")
        await scene.map("Stadt", "cit")
        scene.choose(scene.sheet.columns.mode, "Found: update")
        scene.press_cell("Kunde", "match")
        scene.click(scene.sheet.maps.save)
        scene.sheet.maps.name.selectAll()
        QTest.keyClicks(scene.sheet.maps.name, "Fairs")
        QTest.keyClick(scene.sheet.maps.name, Qt.Key.Key_Return)
        await until(lambda: scene.sheet.columns.saved.findText("Fairs") > 0)
        await scene.next()
        QTest.keyClick(scene.sheet, Qt.Key.Key_Escape)
        again = Scene(scene.office, scene.window, GERMAN)
        await until(lambda: not again.sheet._scope.busy)
        await again.open(path)
        columns = again.sheet.columns
        assert [(c.field, c.is_match) for c in columns.columns()] == [(NAME, True), (CITY, False)]
        assert columns.wanted_mode() is Mode.UPDATE
        await again.next()
        await again.map("Stadt", "do not import")
        columns.saved.setCurrentIndex(columns.saved.findText("Fairs"))
        columns.saved.activated.emit(columns.saved.findText("Fairs"))
        await until(lambda: columns.columns()[1].field == CITY)

    played(act)


def test_a_failing_server_is_a_sentence_and_trying_again_helps(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "Account name,City\nCompany 1,Espoo\n")

    async def act(scene: Scene) -> None:
        sheet = scene.sheet
        await scene.open(path)
        await scene.next()
        scene.choose(sheet.columns.mode, "Found: update")
        scene.press_cell("Account name", "match")
        scene.office.server.fail("fetch_page", NotReachable("The server cannot be reached."))
        await scene.next()
        assert sheet.rows.note.text_label.text() == "The server cannot be reached."
        assert sheet.go.text() == "Try again"
        scene.click(sheet.go)
        await until(lambda: sheet.rows.grid.records.rowCount() == 1)
        assert sheet.go.text() == "Next"

    played(act)


def test_asking_the_server_can_be_stopped(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "id,City\nA1,Espoo\n")

    async def act(scene: Scene) -> None:
        sheet = scene.sheet
        await scene.open(path)
        await scene.next()
        gate = scene.office.server.hold("fetch")
        scene.click(sheet.go)
        await until(lambda: scene.office.server.begun["fetch"].is_set())
        assert sheet.step == ROWS
        assert sheet.rows.stop.isVisible()
        scene.click(sheet.rows.stop)
        assert sheet.step == COLUMNS
        gate.set()
        del scene.office.server.gates["fetch"]
        await asyncio.sleep(0.05)
        await scene.next()
        assert [row[1] for row in texts(sheet.rows.grid)] == ["Update"]

    played(act)


def test_rows_left_out_are_saved_to_be_mended(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "id,Employees,Note\nA1,many,keep me\nA2,7,x\n")

    async def act(scene: Scene) -> None:
        await scene.open(path)
        await scene.next()
        assert "1 row cannot be read in Employees (line 2: many is not a number" in scene.told()
        await scene.next()
        await scene.next()
        scene.sheet.end.rest_wanted.emit(tmp_path / "rest.csv")
        await until(lambda: "1 row saved in rest.csv." in scene.sheet.end.note.text_label.text())
        head, line = (tmp_path / "rest.csv").read_text("utf-8-sig").splitlines()
        assert head == "id,Employees,Note,Line in the file,Why it was left out"
        assert line.startswith("A1,many,keep me,2,Employees: many is not a number")
        await scene.next()
        assert [dict(one.values) for one in scene.office.account.staged.all()] == [{STAFF: 7}]

    played(act)


def test_a_choice_told_after_the_sheet_has_closed_begins_nothing(played: Played, tmp_path: Path) -> None:
    """An editor in the table tells what was chosen by a queued signal, which may come behind the closing."""
    path = written(tmp_path, "id,City\nA1,Espoo\n")

    async def act(scene: Scene) -> None:
        await scene.open(path)
        await scene.next()
        sheet = scene.sheet
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
        sheet.columns.remap_wanted.emit(1)
        sheet.open_file(path)
        assert not sheet._scope.busy

    assert played(act).reports == []


def test_escape_at_any_step_leaves_everything_as_it_was(played: Played, tmp_path: Path) -> None:
    path = written(tmp_path, "id,City\nA1,Espoo\n")

    async def act(scene: Scene) -> None:
        await scene.open(path)
        await scene.next()
        await scene.next()
        scene.click(scene.sheet.back)
        assert scene.sheet.step == COLUMNS
        scene.click(scene.sheet.back)
        assert scene.sheet.step == FILE
        QTest.keyClick(scene.sheet, Qt.Key.Key_Escape)
        assert scene.office.account.staged.count == 0

    office = played(act)
    assert office.reports == []
