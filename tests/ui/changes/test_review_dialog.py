# SPDX-License-Identifier: MIT
"""The review: three ways side by side, conflicts decided one by one, and what became of every change."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from crmdesk.domain.errors import Invalid, NotReachable, OutcomeUnclear, RateLimited
from crmdesk.engine.applying import ApplyResult
from crmdesk.engine.profiles import Environment
from crmdesk.ui.changes.review_dialog import ReviewDialog
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME
from tests.ui.changes.stage import FORMATS, INDUSTRY, Office
from tests.ui.waiting import Host, host, until


class Scene:
    """An open review."""

    def __init__(self, office: Office, window: Host) -> None:
        self.office, self.window = office, window
        self.results: list[ApplyResult] = []
        self.open_again()

    def open_again(self) -> None:
        office = self.office
        self.dialog = ReviewDialog(office.account, FORMATS, office.reports.append, office.start, office.told.append)
        self.is_open = True
        self.dialog.closed.connect(lambda _: setattr(self, "is_open", False))
        self.dialog.applied.connect(self.results.append)
        self.dialog.open_in(self.window)

    @property
    def rows(self) -> list[list[str]]:
        model = self.dialog.grid.model()
        return [
            [str(model.index(row, c).data() or "") for c in range(1, model.columnCount())]
            for row in range(model.rowCount())
        ]

    @property
    def results_shown(self) -> list[str]:
        model = self.dialog.grid.model()
        return [str(model.index(row, 0).data() or "") for row in range(model.rowCount())]

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.dialog.findChildren(QPushButton) if b.text().startswith(text) and not b.isHidden())

    def press(self, text: str) -> None:
        button = self.button(text)
        assert button.isEnabled(), text
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def space(self, row: int, column: int) -> None:
        """Space on a cell, as a keyboard user does."""
        grid = self.dialog.grid
        grid.setFocus()
        grid.setCurrentIndex(grid.model().index(row, column))
        QTest.keyClick(grid, Qt.Key.Key_Space)

    async def checked(self) -> None:
        await until(lambda: bool(self.dialog.review.checked) or bool(self.dialog.note_text))

    async def finished(self) -> None:
        await until(lambda: bool(self.results))


Act = Callable[[Scene], Coroutine[object, object, None]]
Prepare = Callable[[Office], object]


class Theatre:
    """Runs scenes."""

    def __init__(self, run_async: RunAsync[None], folder: Path) -> None:
        self._run, self._folder = run_async, folder
        self.environment = Environment.SANDBOX
        self.prepare: Prepare = lambda office: None

    def play(self, act: Act) -> None:
        office = Office(self._folder, self.environment)

        async def run() -> None:
            await office.open()
            self.prepare(office)
            with host() as window:
                scene = Scene(office, window)
                await act(scene)
                if scene.is_open:
                    scene.dialog.reject()
                await until(lambda: not office.scope.busy)
                await asyncio.sleep(0.01)

        try:
            self._run(run())
        finally:
            office.close()


@pytest.fixture
def theatre(run_async: RunAsync[None], tmp_path: Path) -> Theatre:
    return Theatre(run_async, tmp_path)


def conflict(office: Office) -> None:
    office.server.poke("A1", bill_city="Vantaa")


def test_it_shows_who_and_where_and_three_ways(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        assert scene.dialog.windowTitle() == "Review 3 changes in 2 records · Bench (Sandbox)"
        assert scene.dialog._line.text == "fake.invalid · signed in as Ada Admin (admin), asked just now"
        assert scene.rows == [
            ["Aijala Oy", "City", "Helsinki", "Vantaa conflict", "Espoo"],
            ["", "Revenue", "1,250,000.00", "unchanged", "1,400,000.00"],
            ["O'Neill Ltd", "Industry", "Food", "unchanged", "Computers"],
        ]
        assert scene.dialog.note_text == (
            "Aijala Oy was changed on the server after you loaded it. "
            "Choose a value for each field that both of you changed."
        )
        assert "ms, as measured" in scene.dialog.options._window.text()
        assert scene.dialog.options._window.isVisible()

    theatre.prepare = conflict
    theatre.play(act)


def test_apply_waits_for_every_conflict_to_be_decided(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        assert not scene.button("Apply 3 changes").isEnabled()
        scene.space(0, 5)
        assert scene.button("Apply 3 changes").isEnabled()
        scene.press("Apply 3 changes")
        await scene.finished()
        assert scene.office.server.records["A1"].values[CITY] == "Espoo"
        assert scene.results_shown == ["applied", "", "applied"]
        assert scene.dialog.note_text == "2 records applied."
        assert scene.office.account.staged.count == 0
        assert not scene.office.reports

    theatre.prepare = conflict
    theatre.play(act)


def test_their_value_can_win(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.space(0, 4)
        scene.press("Apply 2 changes")
        await scene.finished()
        assert scene.office.server.records["A1"].values[CITY] == "Vantaa"
        assert scene.office.account.staged.count == 0

    theatre.prepare = conflict
    theatre.play(act)


def test_a_record_whose_every_field_they_won_is_no_longer_pending(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.space(2, 4)
        scene.press("Apply 2 changes")
        await scene.finished()
        assert scene.office.account.staged.get(scene.office.second.id) is None
        assert scene.office.server.did("update") == 1

    theatre.prepare = lambda office: office.server.poke("A2", industry="other")
    theatre.play(act)


def test_a_click_on_a_choice_decides(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        grid = scene.dialog.grid
        place = grid.visualRect(grid.model().index(0, 5))
        QTest.mouseClick(
            grid.viewport(),
            Qt.MouseButton.LeftButton,
            pos=QPoint(place.left() + 20, place.center().y()),
        )
        assert scene.dialog.review.undecided == 0

    theatre.prepare = conflict
    theatre.play(act)


def test_a_record_can_be_left_out_and_stays_pending(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.space(0, 0)
        scene.press("Apply 1 change")
        await scene.finished()
        assert scene.rows == [["O'Neill Ltd", "Industry", "Computers", "Computers"]]
        assert scene.office.account.staged.get(scene.office.first.id) is not None
        assert scene.office.server.did("update") == 1

    theatre.play(act)


def test_new_and_deleted_records_are_reviewed_too(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        staged = scene.office.account.staged
        await scene.checked()
        scene.dialog.reject()
        await staged.discard_all()
        await staged.create(ACCOUNTS, {NAME: "Nordwind"})
        await staged.delete([(scene.office.third, "Koch AG")])
        scene.office.server.poke("A3", bill_city="Kiel")
        scene.open_again()
        await scene.checked()
        assert scene.rows == [
            ["Nordwind", "Account name", "", "new record", "Nordwind"],
            ["Koch AG", "", "", "changed since City", "delete"],
        ]
        scene.press("Apply 2 changes")
        await scene.finished()
        assert scene.results_shown == ["applied", "applied"]
        assert scene.rows[1] == ["Koch AG", "", "delete", "gone"]
        assert "A3" not in scene.office.server.records

    theatre.play(act)


def test_a_refusal_stands_at_its_field_and_stays_pending(theatre: Theatre) -> None:
    refusal = Invalid("Industry is not known.", per_field={INDUSTRY: "“Computers” is not in the list."})

    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.space(0, 0)  # only the second record
        scene.press("Apply 1 change")
        await scene.finished()
        assert scene.results_shown == ["refused"]
        assert scene.rows[0][-1] == "“Computers” is not in the list."
        assert scene.dialog.note_text == "1 refused. Refused changes stay pending; the table says why."
        assert scene.office.account.staged.get(scene.office.second.id) is not None

    theatre.prepare = lambda office: office.server.fail("update", refusal)
    theatre.play(act)


def test_an_unknown_outcome_can_be_looked_up(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.press("Apply 3 changes")
        await scene.finished()
        assert scene.results_shown == ["unknown Look up now", "", "applied"]
        assert "Look before you send it again." in scene.dialog.note_text
        assert scene.office.account.staged.get(scene.office.first.id) is not None
        scene.space(0, 0)
        await until(lambda: scene.results_shown[0] == "applied")
        assert scene.office.account.staged.count == 0
        batch = (await scene.office.account.journal.batches())[0]
        assert (batch.applied, batch.unknown) == (2, 0)

    theatre.prepare = lambda office: office.server.fail("update", OutcomeUnclear("It broke down."), done=True)
    theatre.play(act)


def test_an_unknown_outcome_that_was_not_done_is_told(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.press("Apply 3 changes")
        await scene.finished()
        scene.space(0, 0)
        await until(lambda: scene.results_shown[0] == "refused")

    theatre.prepare = lambda office: office.server.fail("update", OutcomeUnclear("It broke down."))
    theatre.play(act)


def test_what_is_stored_differently_and_changed_besides_is_shown(theatre: Theatre) -> None:
    def shout(office: Office) -> None:
        office.server.on_write = lambda wanted: {
            **{n: v.upper() if isinstance(v, str) else v for n, v in wanted.items()},
            NAME: "Renamed",
        }

    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.press("Apply 3 changes")
        await scene.finished()
        assert scene.rows[0] == ["Aijala Oy", "City", "Espoo", "ESPOO stored differently"]
        assert "2 fields are stored differently." in scene.dialog.note_text
        assert len(scene.rows) == 3
        scene.press("▸ The server changed 2 other fields by itself")
        assert ["", "Account name", "by the server", "Aijala Oy → Renamed"] in scene.rows
        scene.press("▾ The server changed 2 other fields by itself")
        assert len(scene.rows) == 3

    theatre.prepare = shout
    theatre.play(act)


def test_a_dry_run_sends_nothing(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.press("Dry run")
        await until(lambda: "Dry run" in scene.dialog.note_text)
        assert scene.dialog.note_text == "Dry run: 2 records would be sent. Nothing was sent."
        assert scene.office.server.did("update") == 0
        assert scene.button("Apply 3 changes").isEnabled()

    theatre.play(act)


def test_a_dry_run_names_what_is_not_decided(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.press("Dry run")
        await until(lambda: "Dry run" in scene.dialog.note_text)
        assert "1 record would be sent. 1 would not: Aijala Oy. Both of you changed" in scene.dialog.note_text

    theatre.prepare = conflict
    theatre.play(act)


def test_closing_does_not_stop_an_apply(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        gate = scene.office.server.hold("update")
        scene.press("Apply 3 changes")
        await until(lambda: scene.office.server.begun["update"].is_set())
        QTest.keyClick(scene.dialog, Qt.Key.Key_Escape)
        assert not scene.is_open
        gate.set()
        await until(lambda: bool(scene.office.told))
        assert scene.office.told == ["2 records applied."]
        assert scene.office.account.staged.count == 0

    theatre.play(act)


def test_what_was_refused_is_tried_again_and_nothing_else(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.press("Apply 3 changes")
        await scene.finished()
        assert scene.results_shown == ["refused", "", "applied"]
        await scene.office.edit(scene.office.third, CITY, "Ulm")  # meanwhile; it is no part of this review
        scene.press("Try the refused again")
        await scene.checked()
        scene.press("Apply 2 changes")
        await until(lambda: len(scene.results) == 2)
        assert scene.results_shown == ["applied", ""]
        assert scene.office.server.did("update") == 3
        assert [one.id for one in scene.office.account.staged.all()] == [scene.office.third.id]

    theatre.prepare = lambda office: office.server.fail("update", Invalid("Too long."))
    theatre.play(act)


def test_stop_takes_effect_between_two_records(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        gate = scene.office.server.hold("update")
        scene.press("Apply 3 changes")
        await until(lambda: scene.office.server.begun["update"].is_set())
        scene.press("Stop")
        gate.set()
        await scene.finished()
        assert scene.results_shown == ["applied", "", "skipped"]
        assert scene.dialog.note_text == "1 record applied · 1 not sent."
        assert scene.office.account.staged.get(scene.office.second.id) is not None

    theatre.play(act)


def test_stop_at_the_first_error(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.dialog.options.stop_first.setChecked(True)
        scene.press("Apply 3 changes")
        await scene.finished()
        assert scene.results_shown == ["refused", "", "skipped"]

    theatre.prepare = lambda office: office.server.fail("update", RateLimited("Too many.", retry_after_s=3))
    theatre.play(act)


def test_workflows_can_be_left_out_where_the_server_has_the_switch(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        assert scene.dialog.options.workflows.isVisible()
        QTest.mouseClick(scene.dialog.options.workflows, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
        scene.press("Apply 3 changes")
        await scene.finished()
        assert scene.office.server.workflow_log[:2] == [False, True]

    theatre.play(act)


def test_a_read_only_account_explains_and_offers_the_file(theatre: Theatre, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await until(lambda: bool(scene.dialog.review.checked))
        assert "read only" in scene.dialog.note_text
        assert not scene.dialog.buttons.apply.isVisible()
        assert not scene.dialog.buttons.dry_run.isVisible()
        scene.dialog.save_file(tmp_path / "changes.jsonl")
        await until(lambda: scene.dialog.note_text == "2 changes saved in changes.jsonl.")

    theatre.environment = Environment.READ_ONLY
    theatre.play(act)


def test_many_changes_in_production_need_their_number_typed(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await until(lambda: len(scene.dialog.review.checked) == 62)
        typed = scene.dialog.options.typed
        assert typed.isVisible()
        assert not scene.button("Apply").isEnabled()
        QTest.keyClicks(typed, "60")
        assert not scene.button("Apply").isEnabled()
        QTest.keyClick(typed, Qt.Key.Key_Backspace)
        QTest.keyClicks(typed, "2")
        assert scene.button("Apply").isEnabled()
        scene.space(0, 0)  # one fewer: the number is another
        assert not scene.button("Apply").isEnabled()

    async def with_many(scene: Scene) -> None:
        await scene.checked()
        scene.dialog.reject()
        for number in range(60):
            record = scene.office.server.add(f"B{number}", accountname=f"B{number}", bill_city="x")
            await scene.office.edit(record, CITY, "y")
        scene.open_again()
        await act(scene)

    theatre.environment = Environment.PRODUCTION
    theatre.play(with_many)


def test_another_user_than_always_cannot_apply(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.dialog.reject()
        scene.office.server.user = "mallory"
        scene.open_again()
        await until(lambda: "mallory" in scene.dialog.note_text)
        assert not scene.dialog.buttons.apply.isEnabled()
        assert scene.dialog._line.text.endswith("who you are there is not confirmed")

    theatre.play(act)


def test_a_check_that_fails_can_be_tried_again(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await until(lambda: "no way" in scene.dialog.note_text)
        assert not scene.dialog.buttons.apply.isEnabled()
        QTest.mouseClick(scene.button("Try again"), Qt.MouseButton.LeftButton)
        await until(lambda: bool(scene.dialog.review.checked))
        assert scene.button("Apply 3 changes").isEnabled()
        assert scene.dialog.note_text == ""

    theatre.prepare = lambda office: office.server.fail("fetch", NotReachable("There is no way."))
    theatre.play(act)


def test_an_apply_that_cannot_begin_returns_to_the_review(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.office.server.user = "mallory"
        scene.press("Apply 3 changes")
        await until(lambda: "mallory" in scene.dialog.note_text)
        assert scene.rows[0][:2] == ["Aijala Oy", "City"]
        assert len(scene.rows[0]) == 5
        assert scene.office.server.did("update") == 0
        assert not scene.office.reports

    theatre.play(act)


def test_the_file_holds_what_would_be_sent(theatre: Theatre, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.space(0, 5)
        path = tmp_path / "changes.jsonl"
        scene.dialog.save_file(path)
        await until(lambda: "saved" in scene.dialog.note_text)
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert lines == [
            {
                "op": "update",
                "module": "Accounts",
                "id": "A1",
                "set": {"bill_city": "Espoo", "revenue": "1400000"},
                "was": {"bill_city": "Vantaa", "revenue": "1250000"},
            },
            {"op": "update", "module": "Accounts", "id": "A2", "set": {"industry": "it"}, "was": {"industry": "food"}},
        ]
        scene.dialog.save_file(tmp_path / "no such folder" / "x.jsonl")
        await until(lambda: "No such file" in scene.dialog.note_text)

    theatre.prepare = conflict
    theatre.play(act)


def test_a_record_that_is_gone_is_left_out(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        assert scene.rows[2][3] == "cannot There is no A2."
        scene.press("Apply 2 changes")
        await scene.finished()
        assert scene.results_shown == ["applied", ""]

    theatre.prepare = lambda office: office.server.records.pop("A2")
    theatre.play(act)


def test_closing_breaks_the_check_off(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await until(lambda: scene.office.server.begun["fetch"].is_set())
        QTest.keyClick(scene.dialog, Qt.Key.Key_Escape)
        assert not scene.is_open
        scene.office.server.gates["fetch"].set()
        await asyncio.sleep(0.03)
        assert not scene.office.reports

    theatre.prepare = lambda office: office.server.hold("fetch")
    theatre.play(act)


def test_a_low_window_makes_the_table_give_way(theatre: Theatre) -> None:
    async def act(scene: Scene) -> None:
        await scene.checked()
        scene.dialog.reject()
        for number in range(30):
            record = scene.office.server.add(f"B{number}", accountname=f"B{number}", bill_city="x")
            await scene.office.edit(record, CITY, "y")
        scene.open_again()
        await until(lambda: len(scene.dialog.review.checked) == 32)
        tall = scene.dialog.grid.height()
        scene.window.resize(1200, 420)
        await until(lambda: scene.dialog.grid.height() < tall)
        assert scene.dialog.height() <= 420
        assert scene.button("Apply").isVisible()

    theatre.play(act)
