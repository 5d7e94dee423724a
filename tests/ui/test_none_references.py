# SPDX-License-Identifier: MIT
"""PySide6 6.12 on Python 3.11 loses a reference to None at each call and the process dies after some thousands."""

import subprocess
import sys

from PySide6.QtWidgets import QApplication, QComboBox, QLabel

CALLS = 1_000


def test_calls_that_return_none_keep_its_references(qapp: QApplication) -> None:
    label, combo = QLabel(), QComboBox()
    before = sys.getrefcount(None)
    for i in range(CALLS):
        label.setText(str(i))
        combo.addItem("x")
    assert abs(sys.getrefcount(None) - before) < CALLS / 10  # immortal from 3.12: always flat there


def test_process_survives_many_calls() -> None:
    code = (
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication(['x', '-platform', 'offscreen'])\n"
        "label = QLabel()\n"
        "for i in range(20_000): label.setText(str(i))\n"
        "print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr
