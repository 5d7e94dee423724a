# SPDX-License-Identifier: MIT
"""The theme in use: choice, text size, sheet and fonts follow."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from crmdesk.ui.metrics import Scheme
from crmdesk.ui.theme import Theme, theme


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Theme]:
    made = theme()
    made.choose(Scheme.LIGHT)
    yield made
    made.choose(Scheme.SYSTEM)
    made.set_text_scale(1.0)


def test_there_is_one_theme(look: Theme) -> None:
    assert theme() is look


def test_choosing_a_scheme_changes_palette_and_sheets(look: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    look.dress(window)
    light = window.styleSheet()
    with qtbot.waitSignal(look.changed):
        look.choose(Scheme.DARK)
    assert look.dark
    assert window.styleSheet() != light
    assert look.colours.window.name() in window.styleSheet()
    assert QApplication.palette().color(QPalette.ColorRole.Base) == look.colours.card


def test_sheet_has_no_open_names_and_no_rule_for_bare_tables(look: Theme) -> None:
    assert "$" not in look.sheet
    rules = re.sub(r"/\*.*?\*/", "", look.sheet, flags=re.DOTALL)
    selectors = [part.strip() for head in re.findall(r"([^{}]+)\{", rules) for part in head.split(",")]
    assert len(selectors) > 100
    assert not {"QTableView", "QAbstractItemView", "QAbstractScrollArea"} & set(selectors)


def test_text_scale_reaches_fonts_lengths_and_sheet(look: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    named = QLabel("words", window)
    QVBoxLayout(window).addWidget(named)
    look.set_font(named, "bold")
    look.dress(window)
    before, sheet, row = named.font().pixelSize(), look.sheet, look.px(27)
    look.set_text_scale(2.0)
    assert named.font().pixelSize() == pytest.approx(2 * before, abs=1)
    assert look.px(27) > 1.5 * row
    assert look.sheet != sheet
    assert "1px solid" in look.sheet  # hairlines stay


def test_a_dressed_window_may_go(look: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    look.dress(window)
    window.deleteLater()
    qtbot.waitUntil(lambda: not isValid(window))
    look.choose(Scheme.DARK)
    assert look.dark


def test_unknown_tone_is_neutral(look: Theme) -> None:
    assert look.tone("no such tone") == look.tone("neutral")


def test_system_change_is_followed_only_when_chosen(look: Theme, qtbot: QtBot) -> None:
    hints = QApplication.styleHints()
    look.choose(Scheme.DARK)
    with qtbot.assertNotEmitted(look.changed, wait=30):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    look.choose(Scheme.SYSTEM)
    with qtbot.waitSignal(look.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.scheme is Scheme.LIGHT  # offscreen knows no scheme: what Qt says when asked counts
