# SPDX-License-Identifier: MIT
"""The account box: what it says, and its list."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import VendorName
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.ui.accounts.account_list import AccountBox
from crmdesk.ui.accounts.account_mark import mark_colour, mark_icon
from tests.ui.accounts.vendors import saved

pytestmark = pytest.mark.qt_log_ignore("does not support grabbing")

ONE, TWO = saved("Nordwind CRM+"), saved("Vertrieb & Co", Environment.SANDBOX, "blue")


@pytest.fixture
def box(qtbot: QtBot) -> AccountBox:
    made = AccountBox()
    qtbot.addWidget(made)
    made.resize(220, made.sizeHint().height())
    made.set_accounts([ONE, TWO], {VendorName("plus"): "Plus"})
    made.show()
    return made


def test_it_says_account_environment_and_user(box: AccountBox) -> None:
    box.show_account(ONE, "anna.k")
    assert (box.name_text, box.detail_text) == ("Nordwind CRM+", "Production · anna.k")
    assert box.accessibleName() == "Account Nordwind CRM+, Production · anna.k. Switch account"
    assert not box.grab().isNull()  # it paints


def test_it_says_when_there_is_none(box: AccountBox) -> None:
    box.show_account(None, "")
    assert box.name_text == "No account open"
    assert not box.grab().isNull()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Down])
def test_keys_open_the_list(box: AccountBox, key: Qt.Key) -> None:
    QTest.keyClick(box, key)
    assert box._menu is not None
    assert box._menu.isVisible()
    box._menu.close()


def test_the_list_offers_every_account_and_what_to_do(box: AccountBox, qtbot: QtBot) -> None:
    box.show_account(ONE, "anna.k")
    heard: list[tuple[str, object]] = []
    box.account_chosen.connect(lambda profile: heard.append(("open", profile)))
    box.add_wanted.connect(lambda: heard.append(("add", None)))
    box.edit_wanted.connect(lambda profile: heard.append(("edit", profile)))
    box.remove_wanted.connect(lambda profile: heard.append(("remove", profile)))
    menu = box.open_menu()
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == [
        "Nordwind CRM+   —   Production · Plus",
        "Vertrieb && Co   —   Sandbox · Plus",
        "Add an account…",
        "Edit Nordwind CRM+…",
        "Remove Nordwind CRM+…",
    ]
    for action in list(actions.values())[1:]:
        action.trigger()
    assert heard == [("open", TWO), ("add", None), ("edit", ONE), ("remove", ONE)]
    menu.close()


def test_the_demo_cannot_be_edited(box: AccountBox) -> None:
    box.show_account(replace(ONE, temporary=True), "admin")
    menu = box.open_menu()
    assert [a.isEnabled() for a in menu.actions() if a.text()] == [True, True, True, False, False]
    menu.close()


def test_an_unknown_colour_is_grey(qapp: object) -> None:
    odd: Profile = replace(ONE, colour="mauve")
    assert mark_colour(odd) == mark_colour(None)
    assert not mark_icon(odd, 2.0).isNull()
