# SPDX-License-Identifier: MIT
"""Damaged text: found, ticked by mouse and Space, staged."""

from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.domain.errors import NotReachable
from crmdesk.engine.text_repair import Damage
from crmdesk.ui.fixes.damage_sheet import DamageSheet
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA
from tests.ui.changes.stage import FORMATS, Office
from tests.ui.waiting import host, until

Act = Callable[[DamageSheet, Office], Coroutine[object, object, None]]


def shown(sheet: DamageSheet) -> list[list[str]]:
    model = sheet.grid.model()
    return [[str(model.index(r, c).data() or "") for c in range(1, 5)] for r in range(model.rowCount())]


@pytest.fixture
def played(run_async: RunAsync[None], tmp_path: Path) -> Callable[..., Office]:
    def play(act: Act, prepare: Callable[[Office], object] = lambda office: None) -> Office:
        office = Office(tmp_path)

        async def go() -> None:
            office.server.add("A1", accountname="MÃ¼ller ", bill_city=" Köln")
            office.server.add("A2", accountname="O&#039;Neill", bill_city="Leeds")
            office.server.add("A3", accountname="L\ufffdhto", bill_city="Turku")
            office.server.add("A4", accountname="Whole Oy", bill_city="Oulu")
            await office.account.session.schema(ACCOUNTS)
            prepare(office)
            with host() as window:
                sheet = DamageSheet(office.account, SCHEMA, FORMATS, None, office.reports.append)
                sheet.open_in(window)
                await act(sheet, office)
            await office.scope.aclose()

        run_async(go())
        office.close()
        return office

    return play


async def found(sheet: DamageSheet) -> None:
    await until(lambda: "damaged" in sheet.note.text())


def test_what_is_damaged_is_shown_beside_its_repair_and_staged(played: Callable[..., Office]) -> None:
    async def act(sheet: DamageSheet, office: Office) -> None:
        await found(sheet)
        assert sheet.note.text().startswith("4 damaged texts were found. They are in 3 records. Names")
        assert shown(sheet)[0] == ["MÃ¼ller ", "Account name", "MÃ¼ller·", "Müller"]
        assert shown(sheet)[1][2:] == ["·Köln", "Köln"]
        assert shown(sheet)[3][3] == "cannot be told"
        assert sheet.take.text() == "Stage 3 repairs"
        QTest.mouseClick(sheet.take, Qt.MouseButton.LeftButton)
        await until(lambda: office.account.staged.count == 3)
        assert office.account.staged.undo_text == "Repair 3 texts"
        staged = {one.id.key: dict(one.values) for one in office.account.staged.all()}
        assert staged == {"A1": {NAME: "Müller", CITY: "Köln"}, "A2": {NAME: "O'Neill"}}

    played(act)


def test_a_tick_is_taken_away_by_space_and_all_by_the_button(played: Callable[..., Office]) -> None:
    async def act(sheet: DamageSheet, office: Office) -> None:
        await found(sheet)
        sheet.grid.setFocus()
        sheet.grid.setCurrentIndex(sheet.grid.model().index(0, 0))
        QTest.keyClick(sheet.grid, Qt.Key.Key_Space)
        assert sheet.take.text() == "Stage 2 repairs"
        QTest.mouseClick(sheet.all, Qt.MouseButton.LeftButton)
        assert not sheet.take.isEnabled()
        assert sheet.all.text() == "Tick all"
        QTest.mouseClick(sheet.all, Qt.MouseButton.LeftButton)
        assert sheet.take.text() == "Stage 3 repairs"

    played(act)


def test_one_kind_of_damage_can_be_left_out(played: Callable[..., Office]) -> None:
    async def act(sheet: DamageSheet, office: Office) -> None:
        await found(sheet)
        sheet._kinds[Damage.ENTITIES].click()
        assert [row[0] for row in shown(sheet)] == ["MÃ¼ller ", "MÃ¼ller ", "L\ufffdhto"]
        assert "1" in sheet._kinds[Damage.ENTITIES].text()

    played(act)


def test_trouble_is_a_sentence(played: Callable[..., Office]) -> None:
    async def act(sheet: DamageSheet, office: Office) -> None:
        await until(lambda: sheet.note.text() == "The server is away.")
        assert len(office.reports) == 1

    played(act, lambda office: office.server.fail("fetch_page", NotReachable("The server is away.")))
