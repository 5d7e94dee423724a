# SPDX-License-Identifier: MIT
"""Duplicates: side by side, chosen by mouse and Space, planned, staged; nothing is sent."""

from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.engine.staging import Kind
from crmdesk.ui.fixes.duplicates_sheet import DuplicatesSheet
from tests.conftest import RunAsync
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA
from tests.ui.changes.stage import FORMATS, Office
from tests.ui.waiting import host, until

PARENT = FieldName("parent")
Act = Callable[[DuplicatesSheet, Office], Coroutine[object, object, None]]


def side(sheet: DuplicatesSheet) -> list[list[str]]:
    model = sheet.side.model()
    return [[str(model.index(r, c).data() or "") for c in range(model.columnCount())] for r in range(model.rowCount())]


def press(sheet: DuplicatesSheet, row: int, column: int) -> None:
    """Space on a cell, as a keyboard user does."""
    sheet.side.setFocus()
    sheet.side.setCurrentIndex(sheet.side.model().index(row, column))
    QTest.keyClick(sheet.side, Qt.Key.Key_Space)


def row_of(sheet: DuplicatesSheet, label: str) -> int:
    return next(n for n, row in enumerate(side(sheet)) if row[0] == label)


@pytest.fixture
def played(run_async: RunAsync[None], tmp_path: Path) -> Callable[[Act], Office]:
    def play(act: Act) -> Office:
        office = Office(tmp_path)

        async def go() -> None:
            office.server.add("A1", accountname="Nordwind Oy", bill_city=None, employees=3, active=True, industry="it")
            office.server.add("A2", accountname="Nordwindt", bill_city="Espoo", employees=9)
            office.server.add("A3", accountname="Nordwind Sales", parent=RecordId(ACCOUNTS, "A2"))
            office.server.add("A4", accountname="Lehto", bill_city="Turku")
            await office.account.session.schema(ACCOUNTS)
            with host() as window:
                sheet = DuplicatesSheet(office.account, SCHEMA, FORMATS, None, office.reports.append)
                sheet.open_in(window, focus=sheet.list)
                await until(lambda: bool(side(sheet)))
                await act(sheet, office)
            await office.scope.aclose()

        run_async(go())
        office.close()
        return office

    return play


def test_a_merge_is_seen_before_it_is_staged(played: Callable[[Act], Office]) -> None:
    async def act(sheet: DuplicatesSheet, office: Office) -> None:
        assert sheet.note.text() == "1 group of records is likely the same."
        assert side(sheet)[0] == ["This one is kept", "kept", "keep"]
        assert not sheet.take.isEnabled()
        QTest.mouseClick(sheet.look, Qt.MouseButton.LeftButton)
        await until(sheet.take.isEnabled)
        told = sheet.told.text()
        assert "Nordwind Oy takes over City." in told
        assert "1 record that refers to the others will refer to Nordwind Oy." in told
        assert "Deleted: Nordwindt." in told
        QTest.mouseClick(sheet.take, Qt.MouseButton.LeftButton)
        await until(lambda: sheet.told.text().startswith("Staged: 3"))
        staged = {one.id.key: one for one in office.account.staged.all()}
        assert dict(staged["A1"].values) == {CITY: "Espoo"}
        assert dict(staged["A3"].values) == {PARENT: RecordId(ACCOUNTS, "A1")}
        assert staged["A2"].kind is Kind.DELETE
        assert sheet.clusters == []

    office = played(act)
    assert "A2" in office.server.records


def test_another_record_and_other_values_are_chosen(played: Callable[[Act], Office]) -> None:
    async def act(sheet: DuplicatesSheet, office: Office) -> None:
        press(sheet, 0, 2)
        assert side(sheet)[0] == ["This one is kept", "keep", "kept"]
        press(sheet, row_of(sheet, "Account name"), 1)
        QTest.mouseClick(sheet.look, Qt.MouseButton.LeftButton)
        await until(sheet.take.isEnabled)
        QTest.mouseClick(sheet.take, Qt.MouseButton.LeftButton)
        await until(lambda: sheet.told.text().startswith("Staged"))
        staged = office.account.staged.get(RecordId(ACCOUNTS, "A2"))
        assert staged is not None
        assert staged.values[NAME] == "Nordwind Oy"
        gone = office.account.staged.get(RecordId(ACCOUNTS, "A1"))
        assert gone is not None
        assert gone.kind is Kind.DELETE

    played(act)


def test_a_choice_after_the_look_asks_for_another_look(played: Callable[[Act], Office]) -> None:
    async def act(sheet: DuplicatesSheet, office: Office) -> None:
        QTest.mouseClick(sheet.look, Qt.MouseButton.LeftButton)
        await until(sheet.take.isEnabled)
        press(sheet, row_of(sheet, "Employees"), 2)
        assert not sheet.take.isEnabled()

    played(act)
