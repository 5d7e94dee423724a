# SPDX-License-Identifier: MIT
"""Pasting over lines that are there: an empty cell or row leaves its line, and moves no other value to it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.journeys.conftest import Play
from tests.ui.sales.desk import sales

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups


def test_an_empty_row_leaves_its_line_and_the_next_stays_beside_its_own(play: Play, tmp_path: Path) -> None:
    async def journey() -> None:
        async with sales(tmp_path) as b:
            before = b.column("quantity")[:3]
            QGuiApplication.clipboard().setText("5\n\n7\n")
            b.go(0, "quantity")
            b.keys(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            await b.staged(2)
            assert b.column("quantity")[:3] == ["5", before[1], "7"]

    play(journey())
