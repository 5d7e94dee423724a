# SPDX-License-Identifier: MIT
"""Go to anything: ranking, keys, and answers that come late."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.domain.errors import NotReachable
from crmdesk.ui import palette as palette_module
from crmdesk.ui.hit_delegate import bold_parts
from crmdesk.ui.palette import GoToAnything, Hit, rank
from tests.conftest import RunAsync
from tests.ui.collecting import collected_here
from tests.ui.house import state_of
from tests.ui.waiting import Host, host, until

ACCOUNTS = Hit("module", "buildings", "Accounts", "Module", "Nordwind", "Accounts")
CONTACTS = Hit("module", "user", "Contacts", "Module", "Nordwind", "Contacts")
SETTINGS = Hit("command", "gear", "Account settings…", "Command", "Ctrl+,")
REVIEW = Hit("command", "check", "Review and apply…", "Command", "Ctrl+Return")
AIJALA = Hit("record", "buildings", "Äijälä Oy", "Account · Helsinki · +358 9 4242 110", "Nordwind")
KNOWN = (ACCOUNTS, CONTACTS, SETTINGS, REVIEW, AIJALA)


def titles(typed: str) -> list[str]:
    return [hit.title for hit in rank(KNOWN, typed)]


def test_nothing_typed_keeps_the_order() -> None:
    assert titles("  ") == [hit.title for hit in KNOWN]


def test_umlauts_and_case_do_not_count() -> None:
    assert titles("AIJA")[0] == "Äijälä Oy"


def test_every_word_must_fit_somewhere() -> None:
    assert titles("aija 42") == ["Äijälä Oy"]
    assert titles("aija 43") == []


def test_a_module_comes_before_a_command_of_the_same_beginning() -> None:
    assert titles("acc")[:2] == ["Accounts", "Account settings…"]


def test_a_slip_of_a_letter_still_finds() -> None:
    assert titles("acounts")[0] == "Accounts"


def test_nonsense_finds_nothing() -> None:
    assert titles("qqq") == []


@given(st.text(max_size=30), st.lists(st.text(max_size=6), max_size=4))
def test_bold_parts_together_are_the_text(text: str, words: list[str]) -> None:
    assert "".join(part for part, _ in bold_parts(text, words)) == text


def test_bold_parts_mark_what_was_typed() -> None:
    assert bold_parts("Äijälä · 4242", ["aija", "42"]) == [("Äijä", True), ("lä · ", False), ("4242", True)]


class Scene:
    """An open palette and what was chosen."""

    def __init__(self, window: Host, search: Callable[[str], Awaitable[list[Hit]]] | None = None) -> None:
        self.chosen: list[tuple[Hit, bool]] = []
        self.sheet = GoToAnything(lambda: KNOWN, search)
        self.sheet.chosen.connect(lambda hit, new_tab: self.chosen.append((hit, new_tab)))
        self.is_open = True
        self.sheet.closed.connect(lambda _: setattr(self, "is_open", False))
        self.sheet.open_in(window)

    @property
    def titles(self) -> list[str]:
        hits = self.sheet.hits
        return [str(hits.index(row, 0).data()).partition(",")[0] for row in range(hits.rowCount())]

    @property
    def current(self) -> int:
        return self.sheet.list.currentIndex().row()

    def type(self, text: str) -> None:
        QTest.keyClicks(self.sheet.line, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.sheet.line, key, modifier)


Play = Callable[..., None]


@pytest.fixture
def play(run_async: RunAsync[None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    monkeypatch.setattr(palette_module, "DEBOUNCE_MS", 10)

    def go(
        act: Callable[[Scene], Coroutine[object, object, None]],
        search: Callable[[str], Awaitable[list[Hit]]] | None = None,
    ) -> None:
        async def run() -> None:
            with host() as window:
                scene = Scene(window, search)
                await act(scene)
                if scene.is_open:
                    scene.sheet.reject()
                await asyncio.sleep(0.02)

        run_async(run())

    with collected_here():
        yield go


def test_enter_opens_the_first_and_gives_the_focus_back(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.type("cont")
        scene.key(Qt.Key.Key_Return)
        assert scene.chosen == [(CONTACTS, False)]
        assert not scene.is_open

    play(act)


def test_control_enter_opens_in_a_new_tab(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.key(Qt.Key.Key_Down)
        scene.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert scene.chosen == [(CONTACTS, True)]

    play(act)


def test_arrows_go_round_and_pages_stop_at_the_ends(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.key(Qt.Key.Key_Up)
        assert scene.current == len(KNOWN) - 1
        scene.key(Qt.Key.Key_Down)
        assert scene.current == 0
        scene.key(Qt.Key.Key_PageDown)
        assert scene.current == len(KNOWN) - 1
        scene.key(Qt.Key.Key_PageUp)
        assert scene.current == 0
        assert "Accounts" in scene.sheet.line.accessibleDescription()

    play(act)


def test_escape_and_a_click_beside_close_it(play: Play) -> None:
    async def act(scene: Scene) -> None:
        backdrop = scene.sheet.parentWidget()
        assert backdrop is not None
        QTest.mouseClick(backdrop, Qt.MouseButton.LeftButton, pos=backdrop.rect().bottomRight() / 1.01)
        assert not scene.is_open
        assert not scene.chosen

    play(act)


def test_a_click_chooses(play: Play) -> None:
    async def act(scene: Scene) -> None:
        place = scene.sheet.list.visualRect(scene.sheet.hits.index(2, 0)).center()
        QTest.mouseClick(scene.sheet.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert scene.chosen == [(SETTINGS, False)]

    play(act)


def test_records_join_what_is_known_and_the_choice_stays(play: Play) -> None:
    async def search(text: str) -> list[Hit]:
        await asyncio.sleep(0.02)
        return [Hit("record", "user", "Matti Contacto", "Contact", "Nordwind")]

    async def act(scene: Scene) -> None:
        scene.type("co")
        assert state_of(scene.sheet) == "searching records…"
        scene.key(Qt.Key.Key_Down)
        chosen = scene.titles[scene.current]
        await until(lambda: "Matti Contacto" in scene.titles)
        assert scene.titles[scene.current] == chosen
        assert state_of(scene.sheet).endswith("hits")

    play(act, search)


def test_a_record_found_by_a_hidden_field_is_shown(play: Play) -> None:
    async def search(text: str) -> list[Hit]:
        return [Hit("record", "user", "Anna", "Contact", "")]

    async def act(scene: Scene) -> None:
        scene.type("zzz")
        await until(lambda: scene.titles == ["Anna"])

    play(act, search)


def test_one_search_at_a_time_and_late_answers_are_dropped(play: Play) -> None:
    asked: list[str] = []
    cancelled: list[str] = []

    async def search(text: str) -> list[Hit]:
        asked.append(text)
        try:
            await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            cancelled.append(text)
            raise
        return [Hit("record", "user", f"for {text}", "", "")]

    async def act(scene: Scene) -> None:
        scene.type("ab")
        await until(lambda: bool(asked))
        scene.type("cd")
        await until(lambda: "for abcd" in scene.titles)
        assert asked == ["ab", "abcd"]
        assert cancelled == ["ab"]
        assert "for ab" not in scene.titles

    play(act, search)


def test_quick_typing_asks_once(play: Play) -> None:
    asked: list[str] = []

    async def search(text: str) -> list[Hit]:
        asked.append(text)
        return []

    async def act(scene: Scene) -> None:
        scene.type("abcdef")
        await until(lambda: bool(asked))
        await asyncio.sleep(0.03)
        assert asked == ["abcdef"]
        assert state_of(scene.sheet) == "Nothing found. Try fewer letters."

    play(act, search)


def test_a_search_that_fails_says_so_and_keeps_the_rest(play: Play) -> None:
    async def search(text: str) -> list[Hit]:
        raise NotReachable("There is no way to the server.")

    async def act(scene: Scene) -> None:
        scene.type("acc")
        await until(lambda: state_of(scene.sheet) == "There is no way to the server.")
        assert scene.titles[0] == "Accounts"
        scene.type("o")
        assert state_of(scene.sheet) == "searching records…"

    play(act, search)


def test_it_paints_hits_of_any_kind(play: Play) -> None:
    async def act(scene: Scene) -> None:
        scene.type("a")
        assert not scene.sheet.grab().isNull()
        scene.sheet.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        assert not scene.sheet.grab().isNull()

    play(act)


def test_two_searches_join_as_they_answer_and_each_record_is_shown_once(
    run_async: RunAsync[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search of the server's own comes late, after another letter: its answer to the former words is dropped."""

    monkeypatch.setattr(palette_module, "DEBOUNCE_MS", 10)

    async def scene() -> None:
        gates = {"aij": asyncio.Event(), "aija": asyncio.Event()}
        asked: list[str] = []
        mine = Hit("record", "buildings", "Äijälä Oy", "", "Account", "3x17")
        again = Hit("record", "buildings", "Äijälä Oy", "", "Account, found by the server", "3x17")

        async def modules(_: str) -> list[Hit]:
            return [mine]

        async def everywhere(text: str) -> list[Hit]:
            asked.append(text)
            await gates[text].wait()
            return [again, Hit("record", "user", f"Answer to {text}", "", "found by the server", text)]

        with host() as window:
            sheet = GoToAnything(lambda: (), modules, search_everywhere=everywhere)
            sheet.open_in(window)
            QTest.keyClicks(sheet.line, "aij")
            await until(lambda: asked == ["aij"] and sheet.hits.rowCount() == 1)
            assert "searching" in state_of(sheet)  # one has answered, the other not
            QTest.keyClicks(sheet.line, "a")
            await until(lambda: asked == ["aij", "aija"])
            gates["aij"].set()
            gates["aija"].set()
            await until(lambda: sheet.hits.rowCount() == 2)
            shown = [hit.title for row in range(2) if (hit := sheet.hits.hit(row)) is not None]
            assert shown == ["Äijälä Oy", "Answer to aija"]
            first = sheet.hits.hit(0)
            assert first is not None
            assert first.where == "Account"
            assert "searching" not in state_of(sheet)
            sheet.reject()
            await asyncio.sleep(0.02)

    with collected_here():
        run_async(scene())
