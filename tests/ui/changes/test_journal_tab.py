# SPDX-License-Identifier: MIT
"""The journal's tab and its undo: found, shown, looked up, exported, planned, staged."""

import json
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from crmdesk.domain.errors import NotReachable, OutcomeUnclear
from crmdesk.domain.names import RecordId
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.profiles import Environment
from crmdesk.ui.changes.journal_rows import ACTION
from crmdesk.ui.changes.journal_tab import JournalTab
from crmdesk.ui.changes.journal_undo import UndoSheet
from crmdesk.ui.table.cells import plain
from crmdesk.ui.table.record_table_model import RecordTableModel
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME
from tests.ui.changes.stage import FORMATS, REVENUE, Office
from tests.ui.waiting import Host, host, until


class Scene:
    """A journal with two batches: three edits, then one record made and one refused."""

    def __init__(self, office: Office, window: Host) -> None:
        self.office, self.window = office, window
        self.tab = JournalTab(office.account, FORMATS)
        self.told: list[str] = []
        self.wanted: list[tuple[RecordId, bool]] = []
        self.reviews = 0
        self.tab.info.connect(self.told.append)
        self.tab.record_wanted.connect(lambda *one: self.wanted.append(one))
        self.tab.review_wanted.connect(lambda: setattr(self, "reviews", self.reviews + 1))
        self.tab.failed.connect(office.reports.append)
        layout = window.layout()
        assert layout is not None
        layout.addWidget(self.tab)

    async def shown(self) -> None:
        await until(lambda: not self.tab._scope.busy)

    @property
    def batches(self) -> list[list[str]]:
        return _texts(self.tab.model)

    @property
    def changes(self) -> list[list[str]]:
        return _texts(self.tab.changes)

    def sheet(self) -> UndoSheet:
        return self.window.findChildren(UndoSheet)[-1]

    async def planned(self) -> UndoSheet:
        self.tab.undo_batch()
        await until(lambda: bool(self.window.findChildren(UndoSheet)))
        sheet = self.sheet()
        await until(lambda: sheet.plan is not None)
        return sheet


def _texts(model: object) -> list[list[str]]:
    rows, columns = model.rowCount(), model.columnCount()  # type: ignore[attr-defined]
    return [[plain(model.text(row, at) or "") for at in range(columns)] for row in range(rows)]  # type: ignore[attr-defined]


def press(sheet: UndoSheet, text: str) -> None:
    found = next(b for b in sheet.findChildren(QPushButton) if b.text().startswith(text))
    assert found.isEnabled(), text
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


async def apply(office: Office) -> None:
    account = office.account
    checked = await account.applier.check(account.staged.all())
    await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)


Act = Callable[[Scene], Coroutine[object, object, None]]
Play = Callable[..., None]


@pytest.fixture
def play(run_async: RunAsync[None], tmp_path: Path) -> Play:
    def played(act: Act, environment: Environment = Environment.SANDBOX, *, unknown: bool = False) -> None:
        office = Office(tmp_path, environment)

        async def run() -> None:
            await office.open()
            if environment is not Environment.READ_ONLY:
                if unknown:
                    office.server.fail("update", OutcomeUnclear("It broke down."), done=True)
                await apply(office)
                await office.account.staged.discard_all()
                await office.account.staged.create(ACCOUNTS, {NAME: "Neu", CITY: "Bonn"}, "Neu")
                await office.account.staged.create(ACCOUNTS, {CITY: "Bonn"}, "Nameless")
                await apply(office)
                await office.account.staged.discard_all()
            with host() as window:
                scene = Scene(office, window)
                await scene.shown()
                await act(scene)
                await scene.tab.aclose()
            await until(lambda: not office.scope.busy)
            assert not office.reports

        try:
            run_async(run())
        finally:
            office.close()

    return played


def test_batches_newest_first_and_the_changes_of_the_one_in_front(play: Play) -> None:
    async def act(scene: Scene) -> None:
        assert [row[1:] for row in scene.batches] == [
            ["admin", "Neu and 1 more", "1", "1", "", "Undo…", "fake 1.0 at fake.invalid"],
            ["admin", "Aijala Oy and 1 more", "2", "", "", "Undo…", "fake 1.0 at fake.invalid"],
        ]
        assert scene.changes[0] == ["Neu", "Account name", "(empty)", "Neu", "Neu ✓", ""]
        assert scene.changes[2][0] == "Nameless"
        assert scene.changes[2][5].startswith("refused The name is missing.")
        scene.tab.grid.go_to(1, "time")
        await scene.shown()
        assert [row[:5] for row in scene.changes] == [
            ["Aijala Oy", "City", "Helsinki", "Espoo", "Espoo ✓"],
            ["", "Revenue", "1,250,000.00", "1,400,000.00", "1,400,000.00 ✓"],
            ["O'Neill Ltd", "Industry", "Food", "Computers", "Computers ✓"],
        ]
        scene.tab.entry_grid.opened.emit(2)
        assert scene.wanted == [(scene.office.second.id, True)]
        status = scene.tab.status()
        assert status is not None
        assert status.rows == "2 batches"

    play(act)


def test_it_is_searched_by_words_and_outcome(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.tab.search.setFocus()
        QTest.keyClicks(scene.tab.search, "helsinki espoo")
        await until(lambda: len(scene.batches) == 1)
        await scene.shown()
        assert [row[0] for row in scene.changes] == ["Aijala Oy", ""]
        scene.tab.search.clear()
        scene.tab.outcome.setCurrentIndex(2)
        await until(lambda: len(scene.batches) == 1)
        await scene.shown()
        assert [row[0] for row in scene.changes] == ["Nameless"]
        scene.tab.search.setText("nowhere at all")
        await until(lambda: scene.batches == [])
        await scene.shown()
        assert scene.changes == []
        assert not scene.tab.undo_button.isEnabled()
        assert scene.tab.view() == {"text": "nowhere at all"}

    play(act)


def test_undo_shows_the_plan_and_stages_it(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.tab.grid.go_to(1, "time")
        await scene.shown()
        scene.office.server.poke("A1", revenue=None)
        sheet = await scene.planned()
        assert sheet.note.text_label.text() == (
            "2 changes go back in 2 records. 1 field was changed since by somebody else and stays as it is."
        )
        rows = _texts(sheet.model)
        assert rows[0][:4] == ["left out", "Aijala Oy", "Revenue", "(empty)"]
        assert rows[0][4] == "changed since: this batch wrote 1,400,000.00"
        assert rows[1] == ["back", "Aijala Oy", "City", "Espoo", "Helsinki"]
        assert scene.office.account.staged.all() == ()
        press(sheet, "Stage")
        await until(lambda: scene.office.account.staged.count == 2)
        await until(lambda: bool(scene.told))
        assert scene.told == ["2 changes are pending. Review and apply them when you like."]
        assert scene.reviews == 0
        assert scene.office.account.staged.undo_text == "Undo of batch 1"
        await apply(scene.office)
        scene.tab.reload_changed()
        await until(lambda: len(scene.batches) == 3)
        assert scene.batches[0][6] == "Undo… took batch 1 back"
        assert scene.batches[2][6] == "undone"
        assert scene.office.server.records["A1"].values[CITY] == "Helsinki"
        assert scene.office.server.records["A1"].values[REVENUE] is None

    play(act)


def test_stage_and_review(play: Play) -> None:
    async def act(scene: Scene) -> None:
        sheet = await scene.planned()
        assert _texts(sheet.model)[0][:3] == ["delete", "Neu", "whole record"]
        press(sheet, "Stage and review")
        await until(lambda: scene.reviews == 1)
        assert scene.office.account.staged.count == 1

    play(act)


def test_a_plan_shows_how_far_it_is_can_be_broken_off_and_tried_again(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.tab.grid.go_to(1, "time")
        await scene.shown()
        gate = scene.office.server.hold("fetch")
        scene.tab.undo_batch()
        await until(lambda: scene.office.server.begun["fetch"].is_set())
        sheet = scene.sheet()
        assert sheet._told.text() == "0 of 2 records"
        press(sheet, "Cancel")
        gate.set()
        scene.office.server.gates.clear()
        await scene.shown()
        scene.office.server.fail("fetch", NotReachable("There is no way."))
        scene.tab.undo_batch()
        sheet = scene.sheet()
        await until(lambda: "There is no way." in sheet.note.text_label.text())
        press(sheet, "Try again")
        await until(lambda: sheet.plan is not None)
        assert sheet.plan is not None
        assert len(sheet.plan.restored) == 2

    play(act)


def test_unknown_changes_are_looked_up(play: Play) -> None:
    async def act(scene: Scene) -> None:
        assert scene.batches[1][3:] == ["1", "", "1", "Look up 1", "fake 1.0 at fake.invalid"]
        scene.tab._on_pressed(1, "action", "Look up 1")
        await until(lambda: bool(scene.told))
        await scene.shown()
        assert scene.told == ["1 was done."]
        assert scene.batches[1][6] == "Undo…"

    play(act, unknown=True)


@pytest.mark.parametrize("done", [True, False])
def test_a_person_can_say_what_became_of_an_unknown_change(play: Play, done: bool) -> None:
    async def act(scene: Scene) -> None:
        (entry,) = (e for e in await scene.office.account.journal.entries(1) if e.outcome == "unknown")
        scene.tab.mark(entry, done=done)
        await scene.shown()
        assert scene.batches[1][3:6] == (["2", "", ""] if done else ["1", "1", ""])

    play(act, unknown=True)


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_what_is_found_is_exported(play: Play, tmp_path: Path, ending: str) -> None:
    async def act(scene: Scene) -> None:
        path = tmp_path / f"journal.{ending}"
        scene.tab.export(path, scene.tab._batches)
        await until(lambda: bool(scene.told))
        assert scene.told == [f"4 changes written to journal.{ending}."]
        text = path.read_text("utf-8-sig")
        if ending == "jsonl":
            lines = [json.loads(line) for line in text.splitlines()]
            assert [one["batch"] for one in lines] == [1, 1, 2, 2]
            assert lines[0]["fields"]["bill_city"] == {"before": "Helsinki", "asked": "Espoo", "stored": "Espoo"}
        else:
            assert text.splitlines()[0].startswith("batch,time,user")
            assert ",bill_city,Helsinki,Espoo,Espoo" in text
        scene.tab.export(tmp_path / "no" / "folder.csv", scene.tab._batches)
        await until(lambda: len(scene.told) == 2)

    play(act)


def test_a_read_only_account_looks_and_does_not_undo(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.office.account.journal.begin([], user="ada", server="s", summary="x")
        scene.tab.reload()
        await until(lambda: len(scene.batches) == 1)
        scene.tab.undo_batch()
        assert not scene.window.findChildren(UndoSheet)

    play(act, Environment.READ_ONLY)


def test_a_screen_reader_hears_what_became_of_each_change(play: Play) -> None:
    """Column, row, value and state of every cell: pills and colours are words there."""

    async def act(scene: Scene) -> None:
        tab = scene.tab

        def said(model: RecordTableModel, row: int, key: str) -> str:
            index = model.index(row, model.column_at(key))
            return str(index.data(Qt.ItemDataRole.AccessibleDescriptionRole))

        assert said(tab.model, 0, "what") == "What, row 1, 1 applied, 1 refused"
        assert said(tab.model, 1, ACTION) == "Actions, row 2, 2 applied"
        states = [said(tab.changes, row, "field").rpartition(", ")[2] for row in range(tab.changes.rowCount())]
        assert states[0] == "applied"
        assert states[-1] == "refused"
        sheet = await scene.planned()
        assert sheet.plan is not None
        await sheet_undone(scene, sheet)
        assert "undone" in said(tab.model, 1, "what")

    play(act)


async def sheet_undone(scene: Scene, sheet: UndoSheet) -> None:
    """Stage what the sheet plans and send it."""
    press(sheet, "Stage")
    await until(lambda: bool(scene.office.account.staged.all()))
    await apply(scene.office)
    scene.tab.search.setText(" ")
    await until(lambda: scene.tab.model.rowCount() == 3)


def test_a_screen_reader_hears_of_an_unknown_outcome(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.tab.grid.go_to(1)
        await scene.shown()
        model = scene.tab.changes
        said = [
            str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole)) for row in range(model.rowCount())
        ]
        assert any(one.endswith("unknown") for one in said)

    play(act, unknown=True)
