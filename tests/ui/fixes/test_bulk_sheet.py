# SPDX-License-Identifier: MIT
"""Changing many records: chosen, seen, staged, by keys and mouse as a person does it."""

from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.query import Compare, Op
from crmdesk.domain.record import Record
from crmdesk.ui.fixes.bulk_sheet import LISTED, MATCHING, BulkSheet, Offer
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA
from tests.ui.changes.stage import FORMATS, Office
from tests.ui.waiting import Host, host, until

Act = Callable[["Scene"], Coroutine[object, object, None]]


class Scene:
    """An open sheet over an account with five companies."""

    def __init__(self, office: Office, window: Host, where: Compare | None, marked: list[Record]) -> None:
        self.office, self.staged = office, list[int]()
        self.sheet = BulkSheet(office.account, SCHEMA, FORMATS, Offer(marked, where), office.reports.append)
        self.sheet.staged.connect(self.staged.append)
        self.sheet.open_in(window, focus=self.sheet.form.field_combo)

    def combo(self, name: str) -> QComboBox:
        return next(c for c in self.sheet.findChildren(QComboBox) if c.accessibleName() == name)

    def line(self, name: str) -> QLineEdit:
        lines = (c for c in self.sheet.findChildren(QLineEdit) if c.accessibleName().startswith(name))
        return next(line for line in lines if line.isVisible())

    def field(self, text: str) -> None:
        combo = self.combo("Field to change")
        combo.setCurrentIndex(combo.findText(text))

    def what(self, text: str) -> None:
        combo = self.combo("What to do")
        combo.setCurrentIndex(combo.findText(text))

    def type(self, widget: QWidget, text: str) -> None:
        widget.setFocus()
        QTest.keyClicks(widget, text)

    def paste(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.sheet.ids.selectAll()
        QTest.keyClick(self.sheet.ids, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def choose(self, key: str) -> None:
        self.click(self.sheet._whom[key])

    async def counted(self, text: str) -> None:
        await until(lambda: self.sheet.take.text() == text)

    @property
    def rows(self) -> list[list[str]]:
        model = self.sheet.grid.model()
        return [
            [str(model.index(r, c).data() or "") for c in range(model.columnCount())] for r in range(model.rowCount())
        ]


@pytest.fixture
def played(run_async: RunAsync[None], tmp_path: Path) -> Callable[..., Office]:
    def play(act: Act, *, where: Compare | None = None, marked: int = 0) -> Office:
        office = Office(tmp_path)

        async def go() -> None:
            cities = ("Hki", "Turku", "Hki", "Espoo", "Hki")
            records = [
                office.server.add(f"A{n}", accountname=f"Company {n}", bill_city=city, employees=n)
                for n, city in enumerate(cities)
            ]
            await office.account.session.schema(ACCOUNTS)
            with host() as window:
                await act(Scene(office, window, where, records[:marked]))
            await office.scope.aclose()

        run_async(go())
        office.close()
        return office

    return play


def test_the_filters_result_is_changed_and_staged_as_one_step(played: Callable[..., Office]) -> None:
    async def act(scene: Scene) -> None:
        scene.field("City")
        scene.type(scene.line("City"), "Helsinki")
        await scene.counted("Stage 3 changes")
        assert scene.rows[0] == ["Company 0", "Hki", "Helsinki", ""]
        assert scene.sheet.note.text() == "3 records"
        scene.click(scene.sheet.take)
        await until(lambda: scene.staged == [3])
        staged = scene.office.account.staged
        assert staged.undo_text == "Change City of 3 records"
        assert {dict(one.values)[CITY] for one in staged.all()} == {"Helsinki"}
        assert all(one.guards for one in staged.all())

    played(act, where=Compare(CITY, Op.EQ, "Hki"))


def test_marked_rows_come_first_and_what_is_so_already_is_told(played: Callable[..., Office]) -> None:
    async def act(scene: Scene) -> None:
        scene.field("City")
        scene.type(scene.line("City"), "Turku")
        await scene.counted("Stage 1 change")
        assert [row[3] for row in scene.rows] == ["", "is so already"]
        scene.choose(MATCHING)
        await scene.counted("Stage 4 changes")

    played(act, marked=2)


def test_replacing_and_clearing_and_computing(played: Callable[..., Office]) -> None:
    async def act(scene: Scene) -> None:
        scene.field("City")
        scene.what("Replace text")
        scene.type(scene.line("Look for"), "hki")
        scene.type(scene.line("Put instead"), "Helsinki")
        await scene.counted("Stage 3 changes")
        scene.what("Clear")
        await scene.counted("Stage 5 changes")
        assert scene.rows[0][2] == "empty"
        scene.field("Employees")
        scene.what("Compute")
        scene.type(scene.line("Expression"), "12 / employees")
        await scene.counted("Stage 4 changes")
        assert scene.rows[0][3] == "This divides by zero."

    played(act)


def test_an_expression_that_cannot_be_read_is_said_while_one_types(played: Callable[..., Office]) -> None:
    async def act(scene: Scene) -> None:
        scene.field("City")
        scene.what("Compute")
        scene.type(scene.line("Expression"), "upper(nope)")
        await until(lambda: "no field nope" in scene.sheet.note.text())
        assert not scene.sheet.take.isEnabled()
        assert scene.rows == []

    played(act)


def test_a_pasted_list_names_what_is_missing(played: Callable[..., Office]) -> None:
    async def act(scene: Scene) -> None:
        scene.choose(LISTED)
        scene.field("City")
        await until(lambda: scene.sheet.note.text() == "Paste ids, one on each line.")
        scene.paste("A1\nA3\nnope")
        scene.what("Clear")
        await scene.counted("Stage 2 changes")
        assert "1 is not on the server (nope)" in scene.sheet.note.text()
        combo = scene.combo("Listed by")
        combo.setCurrentIndex(combo.findText("Account name"))
        scene.paste("Company 4")
        await scene.counted("Stage 1 change")

    played(act)


def test_a_field_that_must_stay_filled_cannot_be_cleared(played: Callable[..., Office]) -> None:
    async def act(scene: Scene) -> None:
        scene.field("Account name")
        scene.what("Clear")
        await until(lambda: scene.sheet.note.text() == "Account name must stay filled.")

    played(act)


def test_trouble_while_reading_is_a_sentence_and_asking_again_helps(played: Callable[..., Office]) -> None:
    async def act(scene: Scene) -> None:
        scene.office.server.fail("fetch_page", NotReachable("The server cannot be reached."))
        scene.field("City")
        scene.what("Clear")
        await until(lambda: scene.sheet.note.text() == "The server cannot be reached.")
        scene.what("Put after")
        scene.type(scene.line("Text"), "!")
        await scene.counted("Stage 5 changes")

    played(act)


def test_escape_leaves_everything_as_it_was(played: Callable[..., Office]) -> None:
    async def act(scene: Scene) -> None:
        scene.field("City")
        scene.what("Clear")
        await scene.counted("Stage 5 changes")
        QTest.keyClick(scene.sheet, Qt.Key.Key_Escape)
        assert scene.office.account.staged.count == 0

    office = played(act)
    assert office.server.records["A0"].values[NAME] == "Company 0"
    assert office.reports == []


def test_what_is_to_be_done_stays_when_the_rows_are_others(played: Callable[..., Office]) -> None:
    """Elsewhere pasting other rows turned an update into an insert."""

    async def act(scene: Scene) -> None:
        scene.field("City")
        scene.what("Clear")
        await scene.counted("Stage 5 changes")
        scene.choose(LISTED)
        scene.paste("A1\nA2")
        await scene.counted("Stage 2 changes")
        assert scene.combo("What to do").currentText() == "Clear"
        assert scene.combo("Field to change").currentText() == "City"

    played(act)
