# SPDX-License-Identifier: MIT
"""What desktops write down about motion."""

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from crmdesk.ui.settings.motion import system_wants_stillness


@pytest.mark.skipif(sys.platform != "linux", reason="desktops of Linux")
@pytest.mark.parametrize(
    ("name", "text", "still"),
    [
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n", True),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0.5\n", False),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n", True),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations = false\n", True),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=true\n", False),
        ("other", "", False),
    ],
)
def test_the_desktops_own_notes(qapp: QApplication, tmp_path: Path, name: str, text: str, still: bool) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    assert system_wants_stillness(tmp_path) is still
