# SPDX-License-Identifier: MIT
"""A lock in the window: what goes out of sight, what waits, what opens it, and what a clock of absence does."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import Invalid
from crmdesk.engine.locking import Idle, Rule
from crmdesk.engine.profiles import Profile
from crmdesk.ui.accounts.account_locks import AccountLocks
from crmdesk.ui.accounts.idle_watch import IdleWatch
from crmdesk.ui.accounts.lock_fields import LockFields
from crmdesk.ui.accounts.lock_page import LockPage
from crmdesk.ui.accounts.profile_dialog import ProfileDialog
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.sheets import Sheet
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, column, press, program, until
from tests.ui.waiting import host

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


class Ticking:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


async def opened(p: Program, **more: object) -> Profile:
    """A saved account, open with its first table."""
    profile = replace(p.profile, temporary=False, **more)  # type: ignore[arg-type]  # fields of a profile
    await p.desk.save(profile, {})
    p.show()
    p.window.accounts.load()
    p.window.run(p.window.open_account(profile), "account")
    await until(p.table_ready, PATIENCE_S)
    return profile


def key_of(p: Program) -> str:
    return str(p.server.account("crmplus")["secrets"]["access_key"])


def page(p: Program) -> LockPage:
    found = p.window.cover
    assert found is not None
    return found


async def unlock(p: Program) -> None:
    line = page(p).line
    await until(lambda: bool(line.accessibleName()))
    QTest.keyClicks(line, key_of(p))
    QTest.keyClick(line, Qt.Key.Key_Return)
    await until(lambda: p.window.cover is None, PATIENCE_S)


def visible_texts(window: QWidget) -> str:
    """Everything that labels and lines of the window show now."""
    labels = [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    lines = [one.text() for one in window.findChildren(QLineEdit) if one.isVisible()]
    return "\n".join([*labels, *lines, window.windowTitle()])


def test_a_lock_covers_everything_and_its_key_brings_it_back(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            profile = await opened(p)
            record = await p.edit(0, "bill_city", "Espoo")
            space, name = p.space, column(p.tab, "accountname")[1]
            p.window.show_error(Invalid(f"{name} is wrong"))
            assert name in visible_texts(p.window)
            p.keys("F12")
            assert p.window.workspace is None
            assert not space.isVisible()
            assert name not in visible_texts(p.window)
            assert "Espoo" not in visible_texts(p.window)
            assert p.window.side.tree.first_module() is None
            assert p.told == ""
            assert "Undo" not in [a.text() for a in p.window.menus.commands()]
            await until(lambda: space.account.session.known_identity is None, PATIENCE_S)
            assert p.window.focusWidget() is page(p).line
            await unlock(p)
            await until(p.table_ready, PATIENCE_S)
            assert p.space is space
            assert p.account.staged.get(record) is not None
            assert name in p.told, "what was said before is said again"
            await until(lambda: p.window.side.tree.first_module() is not None, PATIENCE_S)
            assert not p.desk.locks.is_locked(profile)

    play(journey())


def test_a_wrong_key_opens_nothing(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await opened(p)
            p.keys("F12")
            line = page(p).line
            await until(lambda: line.accessibleName() == "Access key")
            assert line.echoMode() is QLineEdit.EchoMode.Password
            for _ in range(3):
                QTest.keyClicks(line, "guess")
                press(page(p), "Unlock")
                await until(lambda: bool(page(p).trouble.text()) and not line.text(), PATIENCE_S)
            assert "Wait a moment" in page(p).trouble.text()
            assert not line.isEnabled(), "the third wrong one costs a second"
            await until(line.isEnabled, 5)
            await unlock(p)

    play(journey())


def test_open_sheets_go_and_come_back_and_new_ones_wait(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            profile = await opened(p)
            await p.edit(0, "bill_city", "Espoo")
            sheet = await p.review()
            p.window.locks.lock(p.space)
            assert not sheet.isVisible()
            late = Sheet("Nordwind AB has changed")
            late.open_in(p.window)
            assert not late.isVisible(), "what a covered account has to say waits"
            p.window.accounts.edit(profile)
            assert not [s for s in p.window.findChildren(ProfileDialog) if s.isVisible()], "not before it is unlocked"
            p.window.accounts.edit(None)
            adding = p.sheet(ProfileDialog)
            adding.reject()
            await unlock(p)
            await until(sheet.isVisible, PATIENCE_S)
            assert late.isVisible()
            late.reject()
            assert p.sheet(ReviewDialog) is sheet
            sheet.reject()

    play(journey())


def test_a_batch_that_is_sent_stops_behind_the_change_on_its_way(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    """The review is covered while its change comes back, and stands there with what became of it when it is unlocked."""

    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await opened(p)
            edited = [await p.edit(row, "bill_city", f"Espoo {row}") for row in range(12)]
            sheet = await p.review()
            server.faults.latency_ms = 150
            press(sheet, "Apply")
            account = p.account
            await until(lambda: len(sheet.review.outcomes) >= 1, PATIENCE_S)
            p.window.locks.lock(p.space)
            assert p.window.cover is not None
            assert not sheet.isVisible()
            await until(lambda: account.session.known_identity is None, PATIENCE_S)
            assert not account.applier.running
            server.faults.latency_ms = 0
            waiting = [record for record in edited if account.staged.get(record) is not None]
            sent = [record for record in edited if record not in waiting]
            assert waiting, "some of them had not left"
            for number, record in enumerate(edited):
                assert (p.stored(record)["bill_city"] == f"Espoo {number}") == (record in sent), (
                    "sent or safe, never lost"
                )
            await unlock(p)
            await until(sheet.isVisible, PATIENCE_S)
            await until(lambda: "Sending was stopped when the account was locked" in p.told, PATIENCE_S)
            assert len(sheet.review.outcomes) == len(edited)
            assert account.staged.count == len(waiting)
            sheet.reject()

    play(journey())


def test_a_search_of_another_account_finds_nothing_in_a_locked_one(
    play: Play, tmp_path: Path, server: DemoServer
) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await opened(p)
            await p.account.mirror.update(p.account.session, [p.tab.module.name])
            name = column(p.tab, "accountname")[1]
            first = p.space
            other = replace(p.profile_of("Other"), temporary=False)
            await p.desk.save(other, {})
            p.window.run(p.window.open_account(other), "account")
            await until(lambda: p.table_ready() and p.account.profile.id == other.id, PATIENCE_S)
            answer = await p.desk.search.find(name, most_each=5)
            assert {hit.account for hit in answer.hits} == {first.account.profile.id}
            p.window.locks.lock(first)
            assert p.window.workspace is not None, "the account in front is another one"
            await until(lambda: p.desk.locks.is_locked(first.account.profile), PATIENCE_S)
            assert (await p.desk.search.find(name, most_each=5)).hits == ()
            p.window.run(p.window.open_account(first.account.profile), "account")
            await until(lambda: p.window.cover is not None, PATIENCE_S)
            await unlock(p)
            assert (await p.desk.search.find(name, most_each=5)).hits

    play(journey())


def test_how_long_nobody_was_there_is_told_before_a_key_ends_it(qapp: QApplication) -> None:
    clock, told = Ticking(), list[float]()
    with host() as window:
        watch = IdleWatch(window, told.append, Idle(clock))
        watch.begin()
        assert watch.is_on
        clock.at += 240
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
        assert told[0] == 4, "the key that wakes a computer must not pass for work"
        told.clear()
        watch.look()
        assert told == [0]
        clock.at += 600
        QTest.mouseMove(window.windowHandle(), QPoint(20, 20))
        assert told[1] == 10
        watch.end()
        assert not watch.is_on
        told.clear()
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Shift)
        assert told == []


def test_nobody_there_for_the_accounts_minutes_locks_it(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            clock = Ticking()
            vars(p.window)["locks"] = AccountLocks(p.window, p.settings, Idle(clock))  # a cached property
            profile = replace(p.profile, temporary=False, lock_after_min=10)
            await p.desk.save(profile, {})
            p.desk.locks.admit(profile.id)
            await opened(p, lock_after_min=10)
            clock.at += 9 * 60
            await asyncio.sleep(2.2)  # the watch looks every two seconds
            assert p.window.workspace is not None
            clock.at += 60
            await until(lambda: p.window.cover is not None, PATIENCE_S)
            await unlock(p)
            await until(p.table_ready, PATIENCE_S)

    play(journey())


def test_minutes_of_the_account_and_of_the_settings_count(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            profile = await opened(p, lock_after_min=None)
            assert p.window.locks.minutes_of(profile) == 0
            p.window.preferences.choose("lock_after_min", 15)
            assert p.window.locks.minutes_of(profile) == 15
            assert p.window.locks.minutes_of(replace(profile, lock_after_min=5)) == 5
            assert p.window.locks.minutes_of(replace(profile, temporary=True)) is None
            assert p.window.cover is None, "who is here is not locked out by a setting"

    play(journey())


def test_the_next_start_asks_before_it_opens(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            await opened(p)
            p.keys("F12")
            await until(lambda: bool(p.settings.value("locked")), PATIENCE_S)
        async with program(tmp_path, server) as p:
            p.show()
            await p.window.start()
            await until(lambda: p.window.cover is not None, PATIENCE_S)
            assert p.window.workspaces == {}
            await unlock(p)
            await until(p.table_ready, PATIENCE_S)
        async with program(tmp_path, server) as p:
            p.show()
            await p.window.start()
            await until(p.table_ready, PATIENCE_S)

    play(journey())


def test_the_administrators_minutes_are_the_most_that_are_offered(qapp: QApplication) -> None:
    holder = QWidget()
    fields = LockFields(holder)
    words = [fields.after.itemText(at) for at in range(fields.after.count())]
    assert words[:2] == ["As the settings say: never by itself", "Never by itself"]
    fields.use_rule(Rule(15, is_bound=True))
    words = [fields.after.itemText(at) for at in range(fields.after.count())]
    assert words[0] == "As the settings say: after 15 minutes"
    assert words[-1] == "After 15 minutes"
    assert "Never by itself" not in words
    assert "Your administrator allows 15 minutes at most." in fields.after_hint
    assert fields.minutes is None
    fields.fill(5)
    assert fields.minutes == 5
    fields.passphrase.setText("open sesame")
    assert fields.new_passphrase == "open sesame"
    holder.deleteLater()


def test_a_passphrase_is_set_and_removed_in_the_accounts_dialog(play: Play, tmp_path: Path, server: DemoServer) -> None:
    async def journey() -> None:
        async with program(tmp_path, server) as p:
            profile = await opened(p)
            p.window.accounts.edit(profile)
            dialog = p.sheet(ProfileDialog)
            dialog.form.show_network(True)
            key = dialog.form.line_of("field:access_key")
            assert isinstance(key, QLineEdit)
            await until(lambda: "stored" in key.placeholderText())
            QTest.keyClicks(dialog.form.lock.passphrase, "open sesame")
            dialog.form.lock.after.setCurrentIndex(dialog.form.lock.after.findData(10))
            press(dialog, "Save")
            await until(lambda: not dialog.isVisible() or "keychain" in dialog.note_text, PATIENCE_S)
            if dialog.isVisible():
                press(dialog, "Open")
            await until(lambda: p.table_ready() and p.account.profile.lock_after_min == 10, PATIENCE_S)
            p.keys("F12")
            line = page(p).line
            await until(lambda: line.accessibleName() == "Passphrase")
            assert page(p).other.isVisible()
            QTest.keyClicks(line, "open sesame")
            QTest.keyClick(line, Qt.Key.Key_Return)
            await until(lambda: p.window.cover is None, PATIENCE_S)
            p.keys("F12")
            await until(lambda: page(p).other.isVisible())
            press(page(p), "Use the account’s own key: Access key")
            await until(lambda: page(p).line.accessibleName() == "Access key")
            await unlock(p)

    play(journey())
