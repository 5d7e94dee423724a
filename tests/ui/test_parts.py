# SPDX-License-Identifier: MIT
"""The small pieces: plain text stays plain, roles and fonts hold, names reach the screen reader."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.metrics import Scheme
from crmdesk.ui.parts import (
    Link,
    Note,
    Pill,
    ProgressBar,
    box,
    button,
    empty,
    fill,
    icon,
    label,
    rule,
    set_role,
    splitter,
    tool,
)
from crmdesk.ui.theme import theme


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme().choose(Scheme.LIGHT)


def test_label_never_reads_markup(qtbot: QtBot) -> None:
    made = label("<b>Äijälä</b> & Co", "muted", "bold")
    qtbot.addWidget(made)
    assert made.textFormat() == Qt.TextFormat.PlainText
    assert made.font().weight() == 600


def test_role_change_keeps_a_font_set_by_hand(qtbot: QtBot) -> None:
    made = label("words", "muted", "huge")
    qtbot.addWidget(made)
    theme().dress(made)
    made.show()
    size = made.font().pixelSize()
    set_role(made, "bad")
    assert made.font().pixelSize() == size
    assert made.palette().windowText().color() == theme().colours.bad


def test_link_takes_the_colour_of_the_scheme(qtbot: QtBot) -> None:
    made = Link('<a href="doc">Read</a> or <a>not</a>')
    qtbot.addWidget(made)
    assert theme().colours.accent.name() in made.text()
    theme().choose(Scheme.DARK)
    assert theme().colours.accent.name() in made.text()
    assert 'href="doc"' in made.text()
    assert 'href="#"' in made.text()


def test_buttons_press_by_mouse_and_key(qtbot: QtBot) -> None:
    pressed: list[str] = []
    push, small = (
        button("Go", "primary", lambda: pressed.append("push")),
        tool("x", "Close", lambda: pressed.append("small")),
    )
    holder = box(push, small, 8, None, rule(), rule(vertical=True), vertical=True, role="pane")
    qtbot.addWidget(holder)
    holder.show()
    QTest.mouseClick(push, Qt.MouseButton.LeftButton)
    QTest.keyClick(small, Qt.Key.Key_Space)
    assert pressed == ["push", "small"]
    assert small.accessibleName() == "Close"
    assert not push.hasFocus()


def test_fill_returns_the_widget_it_filled(qtbot: QtBot) -> None:
    holder = fill(QLabel(), QLineEdit(), None, spacing=4, margins=(1, 2, 3, 4))
    qtbot.addWidget(holder)
    assert isinstance(holder, QLabel)
    assert holder.layout() is not None


def test_icon_of_an_unknown_name_fails() -> None:
    with pytest.raises(KeyError):
        icon("no-such-glyph")


def test_pill_paints_its_tone_and_fits_its_text(qtbot: QtBot) -> None:
    made = Pill("Customer", "good")
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    narrow = made.sizeHint().width()
    ground = made.grab().toImage().pixelColor(4, made.height() // 2)
    assert ground == theme().colours.good_wash
    made.show_state("Customer since long ago", "bad")
    assert made.sizeHint().width() > narrow
    made.resize(made.sizeHint())
    assert made.grab().toImage().pixelColor(4, made.height() // 2) == QColor(theme().colours.bad_wash)


def test_note_says_its_text_to_the_screen_reader(qtbot: QtBot) -> None:
    made = Note("Saved", "good")
    qtbot.addWidget(made)
    made.show_text("Refused", "bad")
    assert (made.accessibleName(), made.property("role")) == ("Refused", "note-bad")


def test_splitter_has_one_pixel_handles(qtbot: QtBot) -> None:
    made = splitter(QLabel(), QLabel(), sizes=(100, 200), vertical=True)
    qtbot.addWidget(made)
    assert isinstance(made, QSplitter)
    assert made.handleWidth() == 1
    assert not made.childrenCollapsible()


def test_an_emptied_layout_holds_and_shows_nothing(qtbot: QtBot) -> None:
    first, holder = QLabel("first"), QFrame()
    fill(holder, first, None, QLabel("second"))
    qtbot.addWidget(holder)
    holder.show()
    layout = holder.layout()
    assert layout is not None
    assert first.isVisible()
    empty(layout)
    assert layout.count() == 0
    assert not first.isVisible()


def test_a_bar_that_moves_paints_nothing_else_at_once(qtbot: QtBot) -> None:
    class Neighbour(QWidget):
        painted = 0

        def paintEvent(self, event: QPaintEvent) -> None:
            self.painted += 1

    neighbour, bar = Neighbour(), ProgressBar()
    neighbour.setFixedSize(50, 20)
    row = box(neighbour, bar)
    qtbot.addWidget(row)
    row.resize(400, 40)
    row.show()
    qtbot.waitExposed(row)
    QApplication.processEvents()
    before = neighbour.painted
    for value in range(100):
        neighbour.update()
        bar.setValue(value)
    assert neighbour.painted == before
    qtbot.waitUntil(lambda: neighbour.painted == before + 1)
    assert bar.value() == 99
