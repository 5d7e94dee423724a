# SPDX-License-Identifier: MIT
"""Aiming for a total: what is typed, what it gives, what is staged."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.domain.aiming import Goal, Lever
from crmdesk.domain.line_edit import PRICE, part
from crmdesk.engine.profiles import Environment
from crmdesk.ui.sales.aim_sheet import AimSheet
from tests.journeys.conftest import Play
from tests.ui.house import House, a_profile, house, press
from tests.ui.sales.papers import LINES, whole
from tests.ui.waiting import host, until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


@contextlib.asynccontextmanager
async def aiming(
    folder: Path, line: str = "", environment: Environment = Environment.SANDBOX
) -> AsyncIterator[tuple[House, AimSheet]]:
    async with house(folder, "de_DE") as rooms:
        account = await rooms.account(a_profile(environment=environment))
        with host() as window:
            sheet = AimSheet(account, whole(), rooms.formats, rooms.errors.append, line)
            sheet.open_in(window, focus=sheet.wanted)
            yield rooms, sheet
            with contextlib.suppress(RuntimeError):  # it may be gone
                sheet.reject()
    assert rooms.errors == []


def type_sum(sheet: AimSheet, text: str) -> str:
    sheet.wanted.selectAll()
    QTest.keyClicks(sheet.wanted, text)
    return sheet.note.text_label.text()


def levers(sheet: AimSheet) -> list[Lever]:
    return [sheet.lever.itemData(at) for at in range(sheet.lever.count())]


def test_only_levers_of_the_vendor_and_lines_that_can_be_turned(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with aiming(tmp_path, line="Seal kit") as (_, sheet):
            assert levers(sheet) == [Lever.LINE_PERCENT, Lever.LINE_AMOUNT, Lever.LINE_PRICE]
            lines = [sheet.line.itemText(at) for at in range(sheet.line.count())]
            assert lines == ["1 · Pump housing", "3 · Seal kit", "4 · Training"]  # the heading has nothing to turn
            assert sheet.line.currentText() == "3 · Seal kit"

    play(go())


def test_what_is_reached_is_said_and_staged(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with aiming(tmp_path) as (_, sheet):
            sheet.goals[Goal.NET].click()
            sheet.lever.setCurrentIndex(levers(sheet).index(Lever.LINE_PRICE))
            said = type_sum(sheet, "5698,90")
            assert said == "A price of 1.140,00 EUR gives exactly 5.698,90 EUR."
            said = type_sum(sheet, "5698,91")
            assert "the nearest that can be reached: 0,01 EUR off" in said
            told: list[str] = []
            sheet.staged.connect(told.append)
            account = sheet._account
            press(sheet, "Stage")
            await until(lambda: account.staged.count == 1)
            (staged,) = account.staged.all()
            assert part(staged.lines[0], PRICE) == Decimal(1140)
            assert staged.lines[1:] == tuple(replace(one, position=at) for at, one in enumerate(LINES[1:], 2))
            assert account.staged.undo_text == "Aim for 5.698,90 EUR"
            await until(lambda: told == ["Aim for 5.698,90 EUR: staged, not sent yet."])

    play(go())


@pytest.mark.parametrize(("text", "said"), [("many", "not a number"), ("", "Type the sum")])
def test_what_is_no_sum_stages_nothing(play: Play, tmp_path: Path, text: str, said: str) -> None:
    async def go() -> None:
        async with aiming(tmp_path) as (_, sheet):
            sheet.wanted.clear()
            QTest.keyClicks(sheet.wanted, text or "1")
            if not text:
                QTest.keyClick(sheet.wanted, Qt.Key.Key_Backspace)
            assert said in sheet.note.text_label.text()
            assert not sheet.take.isEnabled()

    play(go())


def test_a_read_only_account_may_look(play: Play, tmp_path: Path) -> None:
    async def go() -> None:
        async with aiming(tmp_path, environment=Environment.READ_ONLY) as (_, sheet):
            assert "gives" in type_sum(sheet, "7000")
            assert not sheet.take.isEnabled()

    play(go())
