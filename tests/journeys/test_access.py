# SPDX-License-Identifier: MIT
"""Every screen of the tour is there for all hands and eyes: names, keys, focus, contrast, 200 % text, two pixels a point."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from crmdesk.ui.chips import Chip
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.parts import button, label
from crmdesk.ui.theme import theme
from tests.sight import focus_pixels, pale_texts
from tests.touch import nameless, out_of_reach

ROOT = Path(__file__).resolve().parents[2]


def walk(*words: str, dots: str = "1") -> dict[str, list[str]]:
    """What the walk finds, screen by screen."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.access", *words],
        cwd=ROOT,
        env={**os.environ, "CRMDESK_LANG": "en", "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": dots},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def _also(*schemes: Scheme) -> list[object]:
    """Schemes whose walk is left to the night: a walk takes a minute, and every run may take a quarter of an hour."""
    return [pytest.param(scheme, marks=pytest.mark.nightly) for scheme in schemes]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", [Scheme.LIGHT, *_also(Scheme.DARK, Scheme.CONTRAST)])
def test_names_keys_and_focus_of_every_control(scheme: Scheme) -> None:
    assert walk("hands", "focus", "--scheme", scheme) == {}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", [Scheme.DARK, *_also(Scheme.LIGHT, Scheme.CONTRAST)])
def test_texts_stand_out_at_two_pixels_a_point(scheme: Scheme) -> None:
    assert walk("pale", "cut", "--scheme", scheme, dots="2") == {}


@pytest.mark.slow
def test_everything_has_room_at_200_percent() -> None:
    assert walk("cut", "--scale", "2.0", "--size", "1280x800") == {}


# ---- the walk itself finds what is wrong ---------------------------------------------------------------------------


@pytest.fixture
def window(qapp: QApplication) -> QWidget:
    theme().choose(Scheme.LIGHT)
    made = QWidget()
    QVBoxLayout(made)
    made.resize(400, 300)
    return made


def shown(window: QWidget, *parts: QWidget) -> QWidget:
    layout = window.layout()
    assert layout is not None
    for part in parts:
        layout.addWidget(part)
    theme().dress(window)
    window.show()
    window.activateWindow()
    QApplication.processEvents()
    return window


def test_a_control_without_a_name_is_found(window: QWidget) -> None:
    named, bare = QToolButton(), QToolButton()
    named.setAccessibleName("Close")
    named.setToolTip("Close")
    assert len(nameless(shown(window, named, bare))) == 2  # no name, no tooltip


def test_a_control_without_a_key_is_found(window: QWidget) -> None:
    reached, not_reached, trap = button("Press"), QPushButton("Click"), QPlainTextEdit()
    not_reached.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    found = out_of_reach(shown(window, reached, not_reached, trap))
    assert [one.partition(" QP")[0] for one in found] == ["no key:", "Tab stays in"]


def test_a_pale_text_is_found(window: QWidget) -> None:
    fine, pale = label("Words that can be read"), QLabel("Words that cannot be read")
    pale.setStyleSheet("color: #cfd3da")
    found = pale_texts(shown(window, fine, pale))
    assert len(found) == 1
    assert "cannot" in found[0]


def test_a_focus_that_does_not_show_is_found(window: QWidget) -> None:
    plain, bare = button("Press"), QPushButton("Press")
    bare.setStyleSheet("QPushButton, QPushButton:focus { border: 1px solid gray; outline: 0; }")
    shown(window, plain, bare)
    assert focus_pixels(plain, window) > 100
    assert focus_pixels(bare, window) == 0


def test_the_cross_of_a_chip_has_a_key(window: QWidget) -> None:
    """Named by `key_of` as the way to a cross that Tab passes."""
    chip, removed = Chip("City", "is Espoo"), []
    chip.removed.connect(lambda: removed.append(True))
    shown(window, chip)
    assert out_of_reach(window) == []
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    assert removed == [True]
