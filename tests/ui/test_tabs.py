# SPDX-License-Identifier: MIT
"""Tabs are known by name, whatever their place and title."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from crmdesk.ui.form.pane_tabs import PaneTabs
from crmdesk.ui.tabs import Tabs
from crmdesk.ui.theme import theme


@pytest.fixture
def tabs(qtbot: QtBot) -> Tabs:
    made = Tabs()
    qtbot.addWidget(made)
    for name, title in (("a", "Accounts"), ("s", "Sales & Orders"), ("o", "SO-2041")):
        made.add(name, title)
    made.resize(600, 30)
    made.show()
    return made


def test_names_follow_moves_and_removals(tabs: Tabs) -> None:
    tabs.moveTab(0, 2)
    assert tabs.names() == ("s", "o", "a")
    tabs.remove("o")
    tabs.remove("o")
    assert tabs.names() == ("s", "a")
    tabs.choose("s")
    assert tabs.current == "s"
    with pytest.raises(ValueError):
        tabs.add("a", "again")


def test_chosen_tells_the_name_once(qtbot: QtBot) -> None:
    made = Tabs(quiet=True)
    qtbot.addWidget(made)
    told: list[str] = []
    made.chosen.connect(told.append)
    made.add("d", "Details")
    made.add("r", "Related")
    made.choose("r")
    made.remove("r")
    made.remove("d")
    assert told == ["d", "r", "d", ""]
    assert made.current == ""


def test_cross_and_middle_button_wish_to_close(tabs: Tabs, qtbot: QtBot) -> None:
    told: list[str] = []
    tabs.close_wanted.connect(told.append)
    holder = tabs.tabButton(1, QTabBar.ButtonPosition.RightSide)
    assert holder is not None
    cross = holder.findChild(QToolButton)
    assert cross is not None
    assert cross.accessibleName() == "Close Sales & Orders"
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    QTest.mouseClick(tabs, Qt.MouseButton.MiddleButton, pos=tabs.tabRect(2).center())
    assert told == ["s", "o"]
    assert tabs.count() == 3


def test_title_with_ampersand_is_shown_whole(tabs: Tabs) -> None:
    assert tabs.tabText(1) == "Sales && Orders"
    tabs.retitle("o", "SO-2041 •")
    assert tabs.tabText(2) == "SO-2041 •"


def test_right_to_left_the_cross_stands_on_the_left_without_touching(tabs: Tabs) -> None:
    tabs.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert tabs.property("role") == "mirrored"
    holder = tabs.tabButton(0, QTabBar.ButtonPosition.RightSide)
    assert holder is not None
    layout = holder.layout()
    assert layout is not None
    assert layout.contentsMargins().left() > 0


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("make", [Tabs, PaneTabs])
def test_no_tab_moves_when_another_is_chosen(qtbot: QtBot, make: type[Tabs], scale: float) -> None:
    theme().set_text_scale(scale)
    try:
        made = make()
        qtbot.addWidget(made)
        for title in ("Verknüpft", "Dokumente", "R & D", "Sales Orders"):
            made.add(title, title)
        theme().dress(made)
        made.resize(900, 40)
        made.show()
        places = set()
        for name in made.names():
            made.choose(name)
            QApplication.processEvents()
            places.add(tuple(made.tabRect(at).right() for at in range(made.count())))
        assert len(places) == 1
    finally:
        theme().set_text_scale(1.0)
