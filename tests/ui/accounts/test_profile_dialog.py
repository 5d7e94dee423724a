# SPDX-License-Identifier: MIT
"""The account dialog: built from what vendors ask, tests and saves what is typed, says what went wrong where."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from crmdesk.domain.errors import BadCredentials, NotReachable
from crmdesk.engine.desk import TestResult as Connected
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.ui.accounts.choice_buttons import Card
from crmdesk.ui.accounts.profile_dialog import ProfileDialog
from tests.conftest import RunAsync
from tests.ui.accounts.vendors import ScriptedDesk, saved
from tests.ui.waiting import Host, host, until


class Stage:
    """An open dialog and what it told."""

    def __init__(self, window: Host, desk: ScriptedDesk, profile: Profile | None = None) -> None:
        self.desk, self.window = desk, window
        self.reports: list[BaseException] = []
        self.saved: list[Profile] = []
        self.dialog = ProfileDialog(desk, self.reports.append, profile)
        self.dialog.saved.connect(self.saved.append)
        self.is_open = True
        self.dialog.closed.connect(lambda _: setattr(self, "is_open", False))
        self.dialog.open_in(window)

    def line(self, key: str) -> QLineEdit:
        found = self.dialog.form.line_of(key)
        assert isinstance(found, QLineEdit)
        return found

    def type(self, key: str, text: str) -> None:
        line = self.line(key)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)

    def press(self, text: str) -> None:
        button = next(b for b in self.dialog.findChildren(QPushButton) if b.text() == text and b.isVisible())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def card(self, title: str) -> Card:
        return next(c for c in self.dialog.findChildren(Card) if c.text() == title)

    def shows(self, text: str) -> bool:
        return any(text in w.text() for w in self.dialog.findChildren(type(self.dialog._title)) if w.isVisible())

    def fill(self) -> None:
        self.type("address", "crm.nordwind.example")
        self.type("field:user", "anna.k")
        self.type("field:key", "s3cret")


Scene = Callable[[Stage], Coroutine[object, object, None]]


@pytest.fixture
def play(run_async: RunAsync[None], tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Run a scene on an open dialog."""
    desk = ScriptedDesk(tmp_path)

    def go(scene: Scene, profile: Profile | None = None, prepare: Callable[[ScriptedDesk], None] | None = None) -> None:
        async def run() -> None:
            if prepare is not None:
                prepare(desk)
            with host() as window:
                stage = Stage(window, desk, profile)
                await scene(stage)
                if stage.is_open:
                    stage.dialog.reject()
                await asyncio.sleep(0.02)
                assert not stage.reports

        run_async(run())

    yield go
    desk.close()


def test_fields_are_what_the_vendor_asks(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        assert [c.text() for c in stage.dialog.findChildren(Card)] == ["Plus", "Minus", "Demo"]
        assert stage.line("field:user").placeholderText() == "admin"
        assert stage.shows("Under My Preferences.")
        assert stage.shows("Note (optional)")
        region = stage.dialog.form.line_of("field:region")
        assert isinstance(region, QComboBox)
        assert region.currentText() == "America"
        assert stage.line("field:key").echoMode() == QLineEdit.EchoMode.Password
        assert stage.line("address").placeholderText() == "https://plus.example.com"

    play(scene)


def test_another_vendor_keeps_what_both_ask(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.fill()
        QTest.mouseClick(stage.card("Minus"), Qt.MouseButton.LeftButton)
        assert stage.line("field:user").text() == "anna.k"
        assert stage.line("address").text() == "crm.nordwind.example"
        assert stage.line("field:token").text() == ""
        assert stage.dialog.vendor == "minus"

    play(scene)


def test_a_test_tells_time_modules_user_and_clock(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.fill()
        stage.press("Test connection")
        await until(lambda: stage.dialog.note_text.startswith("✓"))
        assert stage.dialog.note_text == (
            "✓ Connected in 212 ms · 34 modules · signed in as Anna Koch · server clock 2 s ahead"
        )
        profile, secrets = stage.desk.tested[0]
        assert profile.url == "https://crm.nordwind.example"
        assert profile.settings == {"user": "anna.k", "region": "us", "note": ""}
        assert secrets == {"key": "s3cret"}

    play(scene)


def test_return_tests_first_and_saves_then(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.fill()
        QTest.keyClick(stage.line("field:key"), Qt.Key.Key_Return)
        await until(lambda: stage.dialog.note_text.startswith("✓"))
        QTest.keyClick(stage.line("field:key"), Qt.Key.Key_Return)
        await until(lambda: bool(stage.saved))
        assert not stage.is_open
        assert stage.saved[0].name == "Nordwind Plus"  # from the host
        assert stage.desk.profiles.all() == tuple(stage.saved)
        assert stage.desk.keys.read(stage.saved[0].id, "key") == "s3cret"

    play(scene)


def test_a_change_after_the_test_must_be_tested_again(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.fill()
        stage.press("Test connection")
        await until(lambda: stage.dialog.note_text.startswith("✓"))
        stage.type("field:user", "jonas.b")
        assert stage.dialog.note_text == ""
        QTest.keyClick(stage.line("field:user"), Qt.Key.Key_Return)
        await until(lambda: len(stage.desk.tested) == 2)
        assert stage.desk.tested[1][0].settings["user"] == "jonas.b"

    play(scene)


def test_a_failure_names_cause_and_next_step(play: Callable[..., None]) -> None:
    def refuse() -> Connected:
        raise BadCredentials("The server does not know this key. Copy it anew from My Preferences.")

    async def scene(stage: Stage) -> None:
        stage.desk.answer = refuse
        stage.fill()
        stage.press("Test connection")
        await until(lambda: "wrong" in stage.dialog.note_text)
        assert stage.dialog.note_text == (
            "User name or key is wrong. The server does not know this key. Copy it anew from My Preferences."
        )
        assert stage.is_open

    play(scene)


def test_a_test_can_be_stopped(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.desk.gate = asyncio.Event()
        stage.fill()
        stage.press("Test connection")
        await until(lambda: bool(stage.desk.tested))
        stage.press("Stop the test")
        assert stage.dialog.note_text == "Stopped."
        stage.desk.gate.set()
        await asyncio.sleep(0.02)
        assert stage.dialog.note_text == "Stopped."  # a late answer is not shown

    play(scene)


def test_closing_breaks_a_test_off(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.desk.gate = asyncio.Event()
        stage.fill()
        stage.press("Test connection")
        await until(lambda: bool(stage.desk.tested))
        QTest.keyClick(stage.line("address"), Qt.Key.Key_Escape)
        assert not stage.is_open
        stage.desk.gate.set()
        await asyncio.sleep(0.02)

    play(scene)


def test_what_is_missing_is_said_beside_its_field(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.press("Save and open")
        assert stage.shows("Give the account a name")
        assert stage.shows("Fill in the address")
        assert stage.shows("User name is needed to sign in.")
        assert stage.line("name").property("role") == "invalid"
        assert stage.window.focusWidget() is stage.line("name")
        stage.fill()
        stage.press("Save and open")
        await until(lambda: bool(stage.saved))

    play(scene)


def test_a_test_needs_no_name(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.fill()
        stage.type("name", "")
        stage.press("Test connection")
        await until(lambda: stage.dialog.note_text.startswith("✓"))

    play(scene)


def test_a_name_of_ones_own_is_not_overwritten(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.type("name", "Main CRM")
        stage.fill()
        assert stage.line("name").text() == "Main CRM"

    play(scene)


def test_an_unencrypted_address_is_warned_of(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.type("address", "http://crm.nordwind.example")
        assert stage.shows("not encrypted")
        stage.type("address", "https://crm.nordwind.example")
        assert not stage.shows("not encrypted")

    play(scene)


def test_without_a_keychain_it_says_how_long_the_key_lasts(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.desk.keys.works = False
        stage.fill()
        stage.press("Save and open")
        await until(lambda: "keychain" in stage.dialog.note_text)
        assert stage.dialog.note_text.startswith("This system offers no keychain.")
        assert "this run only" in stage.dialog.note_text
        assert not stage.saved
        await asyncio.sleep(0.01)
        stage.type("field:user", "jonas.b")  # thought better of it: saved anew
        stage.press("Save and open")
        await until(lambda: "keychain" in stage.dialog.note_text)
        stage.press("Open")
        assert stage.saved[0].settings["user"] == "jonas.b"
        assert stage.desk.profiles.all() == tuple(stage.saved)
        assert len(stage.saved) == 1

    play(scene)


def test_editing_shows_what_is_saved_and_keeps_the_secret(play: Callable[..., None]) -> None:
    profile = saved("Nordwind", Environment.SANDBOX, "orange")

    def prepare(desk: ScriptedDesk) -> None:
        desk.profiles.save(profile)
        desk.keys.keep_for_this_run(profile.id, "key", "old")

    async def scene(stage: Stage) -> None:
        assert [c.text() for c in stage.dialog.findChildren(Card)] == ["Plus"]
        assert stage.line("field:user").text() == "anna.k"
        await until(lambda: "stored in the keychain" in stage.line("field:key").placeholderText())
        stage.type("field:user", "jonas.b")
        stage.press("Save and open")
        await until(lambda: bool(stage.saved))
        kept = stage.saved[0]
        assert (kept.id, kept.settings["user"], kept.settings["region"]) == (profile.id, "jonas.b", "eu")
        assert (kept.environment, kept.colour) == (Environment.SANDBOX, "orange")
        assert stage.desk.keys.read(profile.id, "key") == "old"

    play(scene, profile, prepare)


def test_a_secret_the_keychain_has_lost_is_asked_for(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        await asyncio.sleep(0.05)
        stage.press("Save and open")
        assert stage.shows("Access key is needed to sign in.")

    play(scene, saved("Nordwind"))


def test_environment_and_colour_go_together_until_one_is_chosen(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        form = stage.dialog.form
        stage.fill()
        QTest.mouseClick(form.environment[Environment.READ_ONLY], Qt.MouseButton.LeftButton)
        assert form.colour["orange"].isChecked()
        QTest.mouseClick(form.colour["red"], Qt.MouseButton.LeftButton)
        QTest.mouseClick(form.environment[Environment.SANDBOX], Qt.MouseButton.LeftButton)
        assert form.colour["red"].isChecked()
        stage.press("Save and open")
        await until(lambda: bool(stage.saved))
        assert (stage.saved[0].environment, stage.saved[0].colour) == (Environment.SANDBOX, "red")

    play(scene)


def test_proxy_and_certificates_unfold_and_are_checked(play: Callable[..., None], tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.fill()
        network = stage.dialog.form.network
        assert not network.proxy.isVisible()
        before = stage.dialog.height()
        stage.press("Lock, proxy, certificates…")
        assert network.proxy.isVisible()
        assert stage.dialog.height() >= before
        network.kind.setCurrentIndex(2)
        QTest.keyClicks(network.proxy, "http://anna:pw@proxy:3128")
        broken = tmp_path / "broken.pem"
        broken.write_text("nothing")
        QTest.keyClicks(network.ca_file, str(broken))
        stage.press("Save and open")
        assert stage.shows("holds no certificate")
        broken.write_text("-----BEGIN CERTIFICATE-----\n")
        stage.press("Save and open")
        await until(lambda: bool(stage.saved))
        assert stage.saved[0].proxy == "http://anna@proxy:3128"  # the keychain has the rest
        assert stage.saved[0].ca_file == str(broken)

    play(scene)


def test_a_certificate_is_accepted_after_its_fingerprint_was_shown(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        async def certificate(profile: Profile) -> str:
            assert profile.url.startswith("https://")
            return "ab" * 32

        stage.desk.certificate = certificate  # type: ignore[method-assign]
        stage.fill()
        stage.press("Lock, proxy, certificates…")
        network = stage.dialog.form.network
        assert not network.pin_drop.isVisible()
        stage.press("Accept what the server shows…")
        await until(lambda: bool(network.pin_value))
        assert ":".join(["AB"] * 32) in stage.dialog.note_text
        assert ":".join(["AB"] * 32) in network.pin_text.text()
        stage.press("Accept no longer")
        assert network.pin_value == ""
        stage.press("Accept what the server shows…")
        await until(lambda: bool(network.pin_value))
        stage.press("Save and open")
        await until(lambda: bool(stage.saved))
        assert stage.saved[0].pinned == "ab" * 32

    play(scene)


def test_the_demo_card_opens_the_demo(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        wanted: list[bool] = []
        stage.dialog.demo_wanted.connect(lambda: wanted.append(True))
        QTest.mouseClick(stage.card("Demo"), Qt.MouseButton.LeftButton)
        assert not stage.line("address").isVisible()
        stage.press("Open the demo")
        assert wanted == [True]
        assert not stage.is_open

    play(scene)


def test_the_eye_shows_a_secret(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        stage.type("field:key", "s3cret")
        line = stage.line("field:key")
        eye = line.findChildren(QPushButton)[0]
        QTest.mouseClick(eye, Qt.MouseButton.LeftButton)
        assert line.echoMode() == QLineEdit.EchoMode.Normal
        assert eye.accessibleName() == "Hide what is typed"

    play(scene)


def test_tab_goes_from_top_to_bottom(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        form = stage.dialog.form
        stage.window.activateWindow()
        stage.line("name").setFocus()
        seen: list[QWidget | None] = []
        for _ in range(4):
            focused: QWidget | None = stage.window.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, Qt.Key.Key_Tab)
            seen.append(stage.window.focusWidget())
        production = form.environment[Environment.PRODUCTION]  # one stop for the three
        assert seen[:3] == [production, stage.line("address"), stage.line("field:user")]

    play(scene)


def test_a_mistake_of_the_program_is_reported_outside(run_async: RunAsync[None], tmp_path: Path) -> None:
    desk = ScriptedDesk(tmp_path)

    def broken() -> Connected:
        raise KeyError("oops")

    async def go() -> None:
        desk.answer = broken
        with host() as window:
            stage = Stage(window, desk)
            stage.fill()
            stage.press("Test connection")
            await until(lambda: bool(stage.reports))
            assert isinstance(stage.reports[0], KeyError)
            stage.press("Test connection")  # it can be tried again
            await until(lambda: len(stage.reports) == 2)
            stage.dialog.reject()

    run_async(go())
    desk.close()


def test_not_reachable_has_its_own_title(play: Callable[..., None]) -> None:
    def away() -> Connected:
        raise NotReachable("There is no server named crm.nordwind.example. Check the address and the network.")

    async def scene(stage: Stage) -> None:
        stage.desk.answer = away
        stage.fill()
        stage.press("Test connection")
        await until(lambda: stage.dialog.note_text.startswith("The server cannot be reached."))

    play(scene)


def test_arrows_choose_within_a_group(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        form = stage.dialog.form
        production = form.environment[Environment.PRODUCTION]
        await until(stage.window.isActiveWindow)
        production.setFocus()
        QTest.keyClick(production, Qt.Key.Key_Right)
        assert form.environment[Environment.SANDBOX].isChecked()
        assert stage.window.focusWidget() is form.environment[Environment.SANDBOX]

    play(scene)


def test_arrows_choose_a_vendor(play: Callable[..., None]) -> None:
    async def scene(stage: Stage) -> None:
        await until(stage.window.isActiveWindow)
        stage.card("Plus").setFocus()
        QTest.keyClick(stage.card("Plus"), Qt.Key.Key_Down)
        assert stage.dialog.vendor == "minus"
        assert stage.shows("Token")

    play(scene)
