# SPDX-License-Identifier: MIT
"""Where a person, or the system, wants no motion nothing moves by itself: no bar runs, no menu slides, nothing blinks."""

import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressBar, QStyle, QTreeView
from pytestqt.qtbot import QtBot

from crmdesk.ui.long_work import LongWork
from crmdesk.ui.parts import show_length
from crmdesk.ui.tabs import Tabs
from crmdesk.ui.theme import theme

UI = Path(__file__).resolve().parents[3] / "crmdesk" / "ui"
_MOVES = re.compile(
    r"QPropertyAnimation|QVariantAnimation|QAnimationGroup|QTimeLine|QMovie|QScroller|setAnimated\(True"
)
_RUNS = re.compile(r"\.setRange\(0, 0")


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    yield
    theme().choose_motion(still=False)


def duration(widget: Tabs | QProgressBar | QTreeView) -> int:
    widget.ensurePolished()
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget)


def test_the_style_animates_nothing(qtbot: QtBot) -> None:
    tabs, bar, tree = Tabs(), QProgressBar(), QTreeView()
    for widget in (tabs, bar, tree):
        qtbot.addWidget(widget)
        theme().dress(widget)
    assert duration(tabs) > 0
    theme().choose_motion(still=True)
    assert [duration(one) for one in (tabs, bar, tree)] == [0, 0, 0]
    theme().choose_motion(still=False)
    assert duration(tabs) > 0


def test_menus_lists_and_tooltips_come_at_once_and_no_cursor_blinks(qapp: QApplication) -> None:
    theme().choose_motion(still=True)
    moving = [effect for effect in Qt.UIEffect if effect is not Qt.UIEffect.UI_General and qapp.isEffectEnabled(effect)]
    assert moving == []
    assert qapp.cursorFlashTime() == 0


def test_a_bar_of_unknown_length_stands(qtbot: QtBot) -> None:
    """Its picture stays the same for as long as one looks; where motion is welcome it does not."""
    work = LongWork("Stop")
    qtbot.addWidget(work)
    theme().dress(work)

    def pictures() -> int:
        work.show_work("Reading", 0, None, "")
        work.resize(300, 30)
        seen = []
        for _ in range(8):
            end = time.monotonic() + 0.05
            while time.monotonic() < end:
                QApplication.processEvents()
            seen.append(work.bar.grab().toImage())
        return sum(one != other for one, other in pairwise(seen))

    theme().choose_motion(still=True)
    assert (work.isVisible(), pictures()) == (False, 0)
    assert work.bar.maximum() == 1
    bar = QProgressBar()
    qtbot.addWidget(bar)
    show_length(bar, None)
    assert bar.maximum() == 1
    theme().choose_motion(still=False)
    show_length(bar, None)
    assert bar.maximum() == 0  # runs to and fro
    show_length(bar, 7)
    assert bar.maximum() == 7


def test_nothing_of_ours_moves_without_asking() -> None:
    """A new animation has to ask ``theme().still`` in its own file; a bar without a length is made by `show_length`."""
    for path in UI.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not _MOVES.search(text) or "theme().still" in text, path.name
        assert not _RUNS.search(text), path.name
