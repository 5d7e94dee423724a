# SPDX-License-Identifier: MIT
"""The message bar: errors stay and are counted, infos go, nobody's focus is taken."""

import asyncio

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout
from pytestqt.qtbot import QtBot

from crmdesk.domain.errors import NotReachable, ProfileError, RateLimited
from crmdesk.ui import messages as messages_module
from crmdesk.ui.messages import Messages
from tests.ui.waiting import Host


class Bar:
    """A window with a message bar in it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.host = Host()
        qtbot.addWidget(self.host)
        self.messages = Messages()
        layout = self.host.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(self.messages)

    def button(self, text: str) -> QPushButton:
        found = [b for b in self.messages.findChildren(QPushButton) if b.text() == text and b.isVisible()]
        assert found, f"no button {text!r}"
        return found[0]

    def click(self, text: str) -> None:
        QTest.mouseClick(self.button(text), Qt.MouseButton.LeftButton)

    @property
    def cross(self) -> QToolButton:
        return self.messages.findChildren(QToolButton)[0]


@pytest.fixture
def bar(qtbot: QtBot) -> Bar:
    return Bar(qtbot)


def offline() -> NotReachable:
    return NotReachable("There is no server named x. Check the address.", "gaierror -2")


def test_an_error_is_shown_without_taking_the_focus(bar: Bar) -> None:
    bar.host.field.setFocus()
    bar.messages.show_error(offline())
    assert bar.messages.isVisible()
    assert bar.host.focusWidget() is bar.host.field
    assert bar.messages.accessibleName() == (
        "The server cannot be reached. There is no server named x. Check the address."
    )


def test_a_cancelled_task_is_no_error(bar: Bar) -> None:
    bar.messages.show_error(asyncio.CancelledError())
    assert not bar.messages.isVisible()


def test_the_same_error_again_is_counted(bar: Bar) -> None:
    for _ in range(3):
        bar.messages.show_error(offline())
    assert bar.messages.waiting == 1
    assert any(w.text() == "× 3" for w in bar.messages.findChildren(type(bar.messages._times)) if w.isVisible())


def test_the_newest_is_on_top_and_closing_shows_the_older(bar: Bar) -> None:
    bar.messages.show_error(offline())
    bar.messages.show_error(ProfileError("Give the account a name."))
    assert "name." in bar.messages.shown_text
    QTest.mouseClick(bar.cross, Qt.MouseButton.LeftButton)
    assert "no server" in bar.messages.shown_text
    assert bar.messages.dismiss()
    assert not bar.messages.isVisible()
    assert not bar.messages.dismiss()


def test_retry_closes_the_message_and_runs(bar: Bar) -> None:
    ran: list[int] = []
    bar.messages.show_error(offline(), lambda: ran.append(bar.messages.waiting))
    bar.click("Try again")
    assert ran == [0]


def test_details_fold_out_and_can_be_copied(bar: Bar) -> None:
    bar.messages.show_error(offline())
    detail = bar.messages.findChildren(QPlainTextEdit)[0]
    assert not detail.isVisible()
    bar.click("Details")
    assert detail.isVisible()
    assert detail.toPlainText() == "gaierror -2"
    bar.click("Copy")
    assert QGuiApplication.clipboard().text().splitlines() == [
        "The server cannot be reached",
        "",
        "There is no server named x. Check the address.",
        "",
        "gaierror -2",
    ]
    bar.click("Hide details")
    assert not detail.isVisible()


def test_an_error_without_details_offers_none(bar: Bar) -> None:
    bar.messages.show_error(ProfileError("Give the account a name."))
    assert not any(b.text() == "Details" and b.isVisible() for b in bar.messages.findChildren(QPushButton))


def test_escape_on_a_button_of_the_bar_closes_it(bar: Bar) -> None:
    bar.messages.show_error(offline())
    bar.cross.setFocus()
    QTest.keyClick(bar.cross, Qt.Key.Key_Escape)
    assert not bar.messages.isVisible()


def test_infos_go_by_themselves_and_errors_stay(bar: Bar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages_module, "INFO_MS", 10)
    bar.messages.show_error(offline())
    bar.messages.show_info("Saved.")
    assert bar.messages.shown_text == "Saved."
    qtbot.waitUntil(lambda: "no server" in bar.messages.shown_text, timeout=2000)
    qtbot.wait(40)
    assert "no server" in bar.messages.shown_text


def test_an_info_waits_while_somebody_is_at_it(bar: Bar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages_module, "ACTION_MS", 10)
    ran: list[str] = []
    bar.messages.show_info("3 changes discarded.", ("Undo", lambda: ran.append("undo")))
    bar.host.activateWindow()
    bar.button("Undo").setFocus()
    qtbot.wait(40)
    assert bar.messages.isVisible()
    bar.click("Undo")
    assert ran == ["undo"]
    assert not bar.messages.isVisible()


def test_text_of_a_server_is_never_markup(bar: Bar) -> None:
    bar.messages.show_info("<b>bold</b>")
    assert bar.messages._text.textFormat() == Qt.TextFormat.PlainText


def test_a_long_word_does_not_widen_the_window(bar: Bar) -> None:
    bar.messages.show_info("x" * 2000)
    assert bar.host.minimumSizeHint().width() < 900


def test_only_the_last_messages_are_kept(bar: Bar) -> None:
    for number in range(50):
        bar.messages.show_info(f"info {number}")
    assert bar.messages.waiting == 20
    bar.messages.clear()
    assert not bar.messages.isVisible()
    assert not any(timer.isActive() for timer in bar.messages.findChildren(QTimer))
    QApplication.processEvents()


def test_an_error_whose_trouble_is_over_goes_and_others_stay(bar: Bar) -> None:
    bar.messages.show_error(ProfileError("Fill in the key."))
    bar.messages.show_error(offline())
    bar.messages.show_error(offline())
    bar.messages.forget(offline())
    assert bar.messages.waiting == 1
    assert "Fill in the key" in bar.messages.shown_text
    bar.messages.forget(offline())  # it is gone already
    bar.messages.forget(ProfileError("Fill in the key."))
    assert not bar.messages.isVisible()


def test_a_pause_the_server_asks_for_is_counted_down_and_then_it_is_tried_again(
    bar: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, tried = [100.0], list[int]()
    monkeypatch.setattr("crmdesk.ui.messages.monotonic", lambda: now[0])
    bar.messages.show_error(RateLimited("Too many requests.", retry_after_s=3.0), lambda: tried.append(1))
    button = next(b for b in bar.messages.findChildren(QPushButton) if "again" in b.text())
    assert button.text() == "Try again in 3 s"
    now[0] += 2
    bar.messages._count_down()
    assert button.text() == "Try again in 1 s"
    assert not tried
    assert button.isEnabled()  # whoever knows better need not wait
    now[0] += 1
    bar.messages._count_down()
    assert tried == [1]
    assert bar.messages.waiting == 0


def test_a_click_does_not_wait_for_the_pause(bar: Bar) -> None:
    tried = list[int]()
    bar.messages.show_error(RateLimited("Too many requests.", retry_after_s=60.0), lambda: tried.append(1))
    button = next(b for b in bar.messages.findChildren(QPushButton) if "again" in b.text())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert tried == [1]
    assert bar.messages.waiting == 0
    bar.messages._count_down()
    assert tried == [1]
