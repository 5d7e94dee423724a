# SPDX-License-Identifier: MIT
"""Sheets open inside the window, keep the keyboard, close once, and give the focus back."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from crmdesk.ui.parts import Note, box, button, label
from crmdesk.ui.sheets import Backdrop, Sheet
from crmdesk.ui.theme import theme

ESCAPE = Qt.Key.Key_Escape


class Hold(Sheet):
    """A sheet that will not go while it writes."""

    writing = True

    def may_close(self) -> bool:
        return not self.writing


class Bench:
    """A window with one field behind the sheet."""

    def __init__(self, qtbot: QtBot) -> None:
        self.behind = QLineEdit()
        self.window = box(self.behind, None, vertical=True, role="window")
        qtbot.addWidget(self.window)
        self.window.resize(900, 600)
        theme().dress(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.behind.setFocus()

    def sheet(self, kind: type[Sheet] = Sheet) -> Sheet:
        made = kind("Add an account", 400)
        self.name, self.apply, self.cancel = QLineEdit(), QPushButton("&Apply"), button("Cancel")
        self.apply.clicked.connect(made.accept)
        self.cancel.clicked.connect(made.reject)
        made.set_content(box(label("Name"), self.name, margins=(18, 14, 18, 14)), right=(self.cancel, self.apply))
        return made


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_opens_centred_with_focus_inside(bench: Bench) -> None:
    sheet = bench.sheet()
    sheet.open_in(bench.window)
    assert bench.window.focusWidget() is bench.name
    place = sheet.geometry()
    assert abs(place.center().x() - 449) <= 1
    assert abs(place.center().y() - 299) <= 1
    assert place.width() == theme().px(400)
    assert not sheet.isWindow()
    bench.window.resize(700, 500)
    assert abs(sheet.geometry().center().x() - 349) <= 1


def test_screen_reader_meets_a_dialog_with_a_name(bench: Bench) -> None:
    sheet = bench.sheet()
    sheet.open_in(bench.window)
    face = QAccessible.queryAccessibleInterface(sheet)
    assert face is not None
    assert face.role() == QAccessible.Role.Dialog
    assert face.text(QAccessible.Text.Name) == "Add an account"


def test_escape_closes_once_and_gives_the_focus_back(bench: Bench, qtbot: QtBot) -> None:
    sheet = bench.sheet()
    told: list[bool] = []
    sheet.closed.connect(told.append)
    sheet.open_in(bench.window)
    QTest.keyClick(bench.name, ESCAPE)
    sheet.reject()
    assert told == [False]
    assert bench.window.focusWidget() is bench.behind
    qtbot.waitUntil(lambda: not isValid(sheet))
    assert not bench.window.findChildren(Backdrop)


def test_tab_goes_round_inside(bench: Bench, qtbot: QtBot) -> None:
    bench.sheet().open_in(bench.window)
    seen: list[QWidget | None] = []
    for _ in range(4):
        focus = bench.window.focusWidget()
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == [bench.name, bench.cancel, bench.apply, bench.name]
    QTest.keyClick(bench.window.focusWidget(), Qt.Key.Key_Backtab)
    assert bench.window.focusWidget() is bench.name


def test_what_python_holds_of_the_window_outlives_a_sheet_that_tab_went_through(bench: Bench, qtbot: QtBot) -> None:
    """Python's widgets hang on one another as they are asked for; one that goes takes along what hangs on it."""
    tree = QTreeWidget()
    bench.window.layout().addWidget(tree)  # type: ignore[union-attr]  # it has one
    held = tree.header(), tree.viewport(), tree.verticalScrollBar()
    sheet = bench.sheet()
    sheet.open_in(bench.window)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        QTest.keyClick(bench.window.focusWidget(), key)
    backdrop = sheet.parentWidget()
    sheet.reject()
    qtbot.waitUntil(lambda: not isValid(backdrop))
    assert all(isValid(one) for one in held)


def test_shortcuts_behind_are_silent_but_own_letters_work(bench: Bench, qtbot: QtBot) -> None:
    told: list[bool] = []
    shortcut = QShortcut(QKeySequence("Ctrl+K"), bench.window)
    shortcut.activated.connect(lambda: told.append(False))
    sheet = bench.sheet()
    sheet.closed.connect(told.append)
    sheet.open_in(bench.window)
    QTest.keyClick(bench.name, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert told == []
    QTest.keyClick(bench.name, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: told == [True])  # a button shows itself pressed for a moment


def test_sheet_over_sheet_closes_only_the_upper(bench: Bench, qtbot: QtBot) -> None:
    lower = bench.sheet()
    lower.open_in(bench.window)
    name = bench.name
    upper = bench.sheet()
    upper.open_in(bench.window)
    QTest.keyClick(bench.name, ESCAPE)
    qtbot.waitUntil(lambda: not isValid(upper))
    assert lower.isVisible()
    assert bench.window.focusWidget() is name


def test_click_outside_closes_only_light_sheets(bench: Bench, qtbot: QtBot) -> None:
    sheet = bench.sheet()
    sheet.open_in(bench.window, top=40)
    backdrop = sheet.parentWidget()
    assert backdrop is not None
    assert sheet.y() == theme().px(40)
    QTest.mouseClick(backdrop, Qt.MouseButton.LeftButton, pos=backdrop.rect().bottomLeft())
    assert sheet.isVisible()
    sheet.closes_outside = True
    with qtbot.waitSignal(sheet.closed):
        QTest.mouseClick(backdrop, Qt.MouseButton.LeftButton, pos=backdrop.rect().bottomLeft())


def test_a_writing_sheet_holds_on(bench: Bench, qtbot: QtBot) -> None:
    sheet = bench.sheet(Hold)
    sheet.open_in(bench.window)
    QTest.keyClick(bench.name, ESCAPE)
    sheet.close()
    assert sheet.isVisible()
    assert isinstance(sheet, Hold)
    sheet.writing = False
    with qtbot.waitSignal(sheet.closed):
        QTest.keyClick(bench.name, ESCAPE)


def test_focus_may_have_gone_meanwhile(bench: Bench, qtbot: QtBot) -> None:
    sheet = bench.sheet()
    sheet.open_in(bench.window)
    bench.behind.deleteLater()
    qtbot.waitUntil(lambda: not isValid(bench.behind))
    with qtbot.waitSignal(sheet.closed):
        sheet.reject()


@pytest.mark.parametrize("accept", [True, False])
def test_ask_answers(bench: Bench, run_async: Callable[[Coroutine[object, object, bool]], bool], accept: bool) -> None:
    async def go() -> bool:
        sheet = bench.sheet()
        loop = asyncio.get_running_loop()
        loop.call_later(0.02, sheet.accept if accept else sheet.reject)
        return await sheet.ask_in(bench.window)

    assert run_async(go()) is accept


def test_cancelled_ask_closes_the_sheet(
    bench: Bench, run_async: Callable[[Coroutine[object, object, None]], None]
) -> None:
    async def go() -> None:
        sheet = bench.sheet()
        task = asyncio.get_running_loop().create_task(sheet.ask_in(bench.window))
        await asyncio.sleep(0.02)
        assert sheet.isVisible()
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0.02)
        assert not isValid(sheet)

    run_async(go())


def test_tall_content_stays_within_the_window(bench: Bench) -> None:
    sheet = Sheet("Tall", 2000)
    body = box(*(label(f"line {i}") for i in range(10)), vertical=True)
    sheet.set_content(body)
    sheet.open_in(bench.window)
    assert bench.window.rect().contains(sheet.geometry())
    QApplication.processEvents()
    assert sheet.grab().toImage().pixelColor(sheet.width() // 2, sheet.height() // 2).isValid()


def test_words_that_wrap_deep_inside_make_it_higher_at_once(bench: Bench) -> None:
    """A sentence in a box in a box grew to several lines: nothing else may give way for it."""
    note, field = Note("Short.", "info"), QLineEdit()
    sheet = Sheet("Tall", 360)
    body = box(box(field, box(note, vertical=True), vertical=True), vertical=True, margins=(18, 14, 18, 14))
    sheet.set_content(body, right=(button("Close", "", sheet.reject),))
    sheet.open_in(bench.window)
    before, line_px = sheet.height(), field.height()
    note.show_text("This is said at such length that it cannot stand in one line. " * 4, "warn")
    sheet.refit()
    QApplication.sendPostedEvents()
    assert sheet.height() > before
    assert note.height() >= note.heightForWidth(note.width())
    assert field.height() == line_px
