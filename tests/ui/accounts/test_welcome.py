# SPDX-License-Identifier: MIT
"""The first page: two doors and the saved accounts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from crmdesk.engine.profiles import Environment, Profile
from crmdesk.ui.accounts.welcome import WelcomePage
from crmdesk.ui.parts import Link
from tests.ui.accounts.vendors import saved


@pytest.fixture
def page(qtbot: QtBot) -> WelcomePage:
    made = WelcomePage(["Plus", "Minus"])
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made


def test_both_doors_open(page: WelcomePage, qtbot: QtBot) -> None:
    doors = {b.text(): b for b in page.findChildren(QPushButton)}
    with qtbot.waitSignal(page.demo_wanted):
        QTest.mouseClick(doors["Open the demo"], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.add_wanted):
        QTest.keyClick(doors["Add an account…"], Qt.Key.Key_Space)


def test_the_guide_is_one_click_away(page: WelcomePage, qtbot: QtBot) -> None:
    (guide,) = [b for b in page.findChildren(QPushButton) if b.text() == "User guide"]
    with qtbot.waitSignal(page.guide_wanted):
        QTest.keyClick(guide, Qt.Key.Key_Space)


def test_the_second_door_names_what_can_be_added(page: WelcomePage) -> None:
    assert any("Plus, Minus. You need" in text.text() for text in page.findChildren(QLabel))


def test_accounts_are_listed_and_open_by_keyboard(page: WelcomePage, qtbot: QtBot) -> None:
    profiles = [saved("Nordwind"), saved("<b>Test & Co</b>", Environment.SANDBOX)]
    page.set_accounts(profiles)
    lines = [line for line in page.findChildren(Link) if line.accessibleName()]
    assert [line.accessibleName() for line in lines] == ["Nordwind · Production", "<b>Test & Co</b> · Sandbox"]
    assert "<b>" not in lines[1].text()  # a name is never markup
    chosen: list[Profile] = []
    page.account_chosen.connect(chosen.append)
    lines[1].setFocus()
    QTest.keyClick(lines[1], Qt.Key.Key_Tab)
    lines[1].linkActivated.emit("1")
    assert chosen == [profiles[1]]


def test_no_account_yet_is_said(page: WelcomePage, qtbot: QtBot) -> None:
    page.set_accounts([saved("Nordwind")])
    page.set_accounts([])
    qtbot.waitUntil(lambda: any("None yet" in t.text() for t in page.findChildren(QLabel) if t.isVisible()))


def test_a_narrow_window_keeps_the_page_inside(page: WelcomePage) -> None:
    page.resize(500, 700)
    QTest.qWait(10)
    assert page._centre.width() <= 500
