# SPDX-License-Identifier: MIT
"""No text is cut off on any screen of the tour: in each language, and in one whose texts are 40 % longer."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.texts import LONG, Long, cut_texts, stretched

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    "language", ["de", LONG, *(pytest.param(code, marks=pytest.mark.nightly) for code in ("en", "fi", "da"))]
)
def test_no_text_is_cut_off(language: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.texts", language],
        cwd=ROOT,
        env={**os.environ, "CRMDESK_LANG": "en" if language == LONG else language, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {}


def test_a_text_without_room_is_found(qapp: QApplication) -> None:
    window = QWidget()
    roomy, narrow, low = (
        QLabel("All of it", window),
        QLabel("All of this as well", window),
        QLabel("word " * 40, window),
    )
    press, told = QPushButton("Press here", window), QLabel("Told where one points", window)
    roomy.setGeometry(0, 0, 200, 30)
    narrow.setGeometry(0, 40, 40, 30)
    low.setWordWrap(True)
    low.setGeometry(0, 80, 100, 30)
    press.setGeometry(0, 120, 30, 30)
    told.setGeometry(0, 160, 30, 30)
    told.setToolTip(told.text())
    window.resize(300, 200)
    window.show()
    qapp.processEvents()
    found = cut_texts(window)
    assert [entry.partition(" ")[0] for entry in found] == ["QLabel", "QLabel", "QPushButton"]
    assert "All of this as well" in found[0]
    window.close()


def test_the_long_language_keeps_places_and_is_40_percent_longer() -> None:
    said = Long().said("Hello {name}, all your {things} are here")
    assert said.count("{name}") == said.count("{things}") == 1
    assert len(said) >= 1.35 * len("Hello , all your  are here")
    assert stretched("&File").startswith("&F")
