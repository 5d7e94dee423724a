# SPDX-License-Identifier: MIT
"""The pending changes: what they say, and taking them back."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QVBoxLayout

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.ui.changes.staged_panel import StagedPanel
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME
from tests.ui.changes.stage import FORMATS, Office
from tests.ui.waiting import host, until


class Scene:
    """A panel in a window."""

    def __init__(self, office: Office, panel: StagedPanel) -> None:
        self.office, self.panel = office, panel

    @property
    def rows(self) -> list[list[str]]:
        model = self.panel.model
        return [[model.text(row, c) or "" for c in range(3)] for row in range(model.rowCount())]

    def press(self, text: str) -> None:
        button = next(b for b in self.panel.findChildren(QPushButton) if b.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def select(self, row: int) -> None:
        self.panel.grid.setFocus()
        self.panel.grid.setCurrentIndex(self.panel.model.index(row, 0))

    async def settled(self, rows: int) -> None:
        await until(lambda: self.panel.model.rowCount() == rows)


Play = Callable[[Callable[[Scene], Coroutine[object, object, None]]], None]


@pytest.fixture
def play(run_async: RunAsync[None], tmp_path: Path) -> Iterator[Play]:
    office = Office(tmp_path)

    def go(act: Callable[[Scene], Coroutine[object, object, None]]) -> None:
        async def run() -> None:
            await office.open()
            with host() as window:
                panel = StagedPanel(FORMATS, office.reports.append)
                layout = window.layout()
                assert isinstance(layout, QVBoxLayout)
                layout.addWidget(panel)
                panel.show_account(office.account)
                await act(Scene(office, panel))
                panel.show_account(None)
                await panel.scope.aclose()

        run_async(run())

    yield go
    office.close()


def test_each_field_is_a_row_with_old_and_new(play: Play) -> None:
    async def act(scene: Scene) -> None:
        assert scene.rows == [
            ["Aijala Oy", "City", "Helsinki → Espoo"],
            ["", "Revenue", "1,250,000.00 → 1,400,000.00"],
            ["O'Neill Ltd", "Industry", "Food → Computers"],
        ]
        assert scene.panel.isVisible()
        assert scene.panel._count.text() == "3 in 2 records"

    play(act)


def test_new_and_deleted_records_are_rows_too(play: Play) -> None:
    async def act(scene: Scene) -> None:
        staged = scene.office.account.staged
        await staged.create(ACCOUNTS, {NAME: "Nordwind", CITY: "Kiel"})
        await staged.create(ACCOUNTS, {})
        await staged.delete([(scene.office.third, "Koch AG")])
        await scene.settled(7)
        assert scene.rows[3:] == [
            ["Nordwind", "Account name", "new Nordwind"],
            ["", "City", "new Kiel"],
            ["New Account", "", "new no values yet"],
            ["Koch AG", "", "delete"],
        ]

    play(act)


def test_a_cleared_field_says_empty(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.office.edit(scene.office.third, CITY, None)
        await scene.settled(4)
        assert scene.rows[3] == ["Koch AG", "City", "Bremen → (empty)"]

    play(act)


def test_delete_takes_one_field_back(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.select(1)
        QTest.keyClick(scene.panel.grid, Qt.Key.Key_Delete)
        await scene.settled(2)
        assert scene.rows[0] == ["Aijala Oy", "City", "Helsinki → Espoo"]
        await scene.office.account.staged.undo()
        await scene.settled(3)

    play(act)


def test_discard_takes_everything_back_and_undo_brings_it_again(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.panel.told.connect(scene.office.told.append)
        scene.press("Discard")
        await until(lambda: not scene.panel.isVisible())
        assert scene.office.told == ["3 changes discarded. Undo brings them back."]
        await scene.office.account.staged.undo()
        await until(scene.panel.isVisible)
        assert len(scene.rows) == 3

    play(act)


def test_a_row_opens_its_record_by_double_click_and_return(play: Play) -> None:
    async def act(scene: Scene) -> None:
        wanted: list[RecordId] = []
        scene.panel.record_wanted.connect(wanted.append)
        grid = scene.panel.grid
        place = grid.visualRect(scene.panel.model.index(2, 1)).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
        scene.select(0)
        QTest.keyClick(grid, Qt.Key.Key_Return)
        assert wanted == [scene.office.second.id, scene.office.first.id]

    play(act)


@pytest.mark.qt_log_ignore("does not support grabbing")
def test_the_menu_discards_a_whole_record(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.panel.grid.menu_requested.emit(QPoint(10, 10), 0, "field")
        menu = scene.panel.findChildren(QMenu)[0]
        actions = {a.text(): a for a in menu.actions()}
        assert list(actions) == ["Open the record", "Discard this field", "Discard all changes of this record"]
        actions["Discard all changes of this record"].trigger()
        menu.close()
        await scene.settled(1)

    play(act)


def test_a_check_marks_conflicts(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.office.server.poke("A1", bill_city="Vantaa")
        counted: list[int] = []
        scene.panel.checked.connect(counted.append)
        scene.press("Check for conflicts")
        await until(lambda: bool(counted))
        assert counted == [1]
        assert scene.rows[0][2] == "Helsinki → Espoo conflict on the server now: Vantaa"
        assert scene.panel.hint_text == "1 conflict"
        # Another edit of that record makes the mark old.
        await scene.office.edit(scene.office.first, CITY, "Turku")
        await until(lambda: scene.rows[0][2] == "Helsinki → Turku")

    play(act)


def test_a_check_that_finds_nothing_says_so(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.press("Check for conflicts")
        await until(lambda: scene.panel.hint_text == "checked just now: no conflicts")

    play(act)


def test_a_record_that_is_gone_is_marked(play: Play) -> None:
    async def act(scene: Scene) -> None:
        del scene.office.server.records["A2"]
        scene.press("Check for conflicts")
        await until(lambda: "cannot be applied" in scene.rows[2][2])
        assert scene.panel.hint_text == "1 record cannot be changed"

    play(act)


def test_a_check_can_be_stopped_and_its_failure_is_reported(play: Play) -> None:
    async def act(scene: Scene) -> None:
        gate = scene.office.server.hold("fetch")
        scene.press("Check for conflicts")
        await until(lambda: scene.office.server.begun["fetch"].is_set())
        scene.press("Stop checking")
        assert scene.panel.hint_text == "on this computer, not yet sent"
        gate.set()
        await asyncio.sleep(0.02)
        scene.office.server.fail("fetch", NotReachable("There is no way."), times=9)
        scene.press("Check for conflicts")
        await until(lambda: bool(scene.office.reports))
        assert isinstance(scene.office.reports[0], NotReachable)
        assert any(b.text() == "Check for conflicts" for b in scene.panel.findChildren(QPushButton))

    play(act)


def test_folding_leaves_a_slim_bar(play: Play) -> None:
    async def act(scene: Scene) -> None:
        tall = scene.panel.height()
        scene.panel.toggle_folded()
        QApplication.processEvents()
        assert not scene.panel.grid.isVisible()
        assert scene.panel.height() < tall
        scene.panel.toggle_folded()
        assert scene.panel.grid.isVisible()

    play(act)


def test_without_a_schema_plain_names_are_shown(play: Play) -> None:
    async def act(scene: Scene) -> None:
        office = scene.office
        await office.account.staged.create(ModuleName("Leads"), {CITY: "Kiel"}, "A lead")
        await scene.settled(4)
        assert scene.rows[3] == ["A lead", "bill_city", "new Kiel"]

    play(act)


def test_many_edits_at_once_are_one_rebuild(play: Play) -> None:
    async def act(scene: Scene) -> None:
        resets: list[int] = []
        scene.panel.model.modelReset.connect(lambda: resets.append(1))
        for number in range(50):
            record = scene.office.server.add(f"B{number}", accountname=f"B{number}", bill_city="x")
            await scene.office.edit(record, CITY, "y")
        await scene.settled(53)
        assert len(resets) < 53

    play(act)
