# SPDX-License-Identifier: MIT
"""A child that opens the demo in the whole window and times what a person does there.

``python -m tests.bench.whole_child <now>``
"""

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from crmdesk.app import main
from tests.bench.memory import rss_mb

BEGUN_S = float(sys.argv[1])
_ROUNDS, _PATIENCE_S = 5, 60


class Visit:
    """Waits for the first rows, does each thing some times, says what it took, and ends the process."""

    def __init__(self, window: Any) -> None:
        self._window, self._said = window, dict[str, Any]()
        QTimer.singleShot(20, window, self._look)

    def _look(self) -> None:
        space = self._window.workspace
        if space is None or space.current is None or not space.current.rows.read:
            if time.monotonic() - BEGUN_S > _PATIENCE_S:
                os._exit(3)
            QTimer.singleShot(20, self._window, self._look)
            return
        self._said["rows_shown_ms"] = (time.monotonic() - BEGUN_S) * 1000
        QTimer.singleShot(3000, self._window, self._measured)  # counts and names arrive meanwhile

    def _measured(self) -> None:
        try:
            self._measure()
        except Exception:  # noqa: BLE001  Qt would go on, and nobody would end the process
            traceback.print_exc()
            os._exit(3)

    def _measure(self) -> None:
        window, said = self._window, self._said
        said["rss_mb"] = rss_mb()
        from crmdesk.ui.accounts.profile_dialog import ProfileDialog

        said["account"] = self._opened(lambda: ProfileDialog(window.desk, window.messages.show_error).open_in(window))
        said["go_to"] = self._opened(window.go_to_anything)
        said["columns"] = self._opened(window.workspace.current.choose_columns)
        said["scheme"] = [self._took(window.at_work.toggle_dark) for _ in range(2 * _ROUNDS)]
        said["whole"] = [self._took(window.repaint) for _ in range(_ROUNDS)]
        print(json.dumps(said), flush=True)
        os._exit(0)

    def _opened(self, act: Callable[[], object]) -> list[float]:
        took = []
        for _ in range(_ROUNDS):
            took.append(self._took(act))
            from crmdesk.ui.sheets import Sheet

            for sheet in self._window.findChildren(Sheet):
                sheet.reject()
            QApplication.processEvents()
        return took

    def _took(self, act: Callable[[], object]) -> float:
        begun = time.perf_counter()
        act()
        for _ in range(3):
            QApplication.processEvents()
        return (time.perf_counter() - begun) * 1000


def run() -> None:
    """Start the program on its demo and visit it."""
    place = QMainWindow.setCentralWidget

    def noted(window: QMainWindow, widget: QWidget) -> None:
        place(window, widget)
        visits.append(Visit(window))

    visits: list[Visit] = []
    QMainWindow.setCentralWidget = noted  # type: ignore[method-assign]
    sys.exit(main(["--demo"]))


if __name__ == "__main__":
    run()
