# SPDX-License-Identifier: MIT
"""A child that starts the window, or a bare one, and tells when it was painted and when it answered.

``python -m tests.bench.start_child <monotonic seconds at exec> bare|ours|watched``
"""

import json
import os
import sys
import time
from itertools import pairwise
from typing import Any

BEGUN_S = float(sys.argv[1])
_BEAT_MS = 5
SLOW_ROOMS = ("zeep", "requests", "keyring")


def _since_ms() -> float:
    return (time.monotonic() - BEGUN_S) * 1000


def _say_and_go(said: dict[str, Any]) -> None:
    print(json.dumps(said), flush=True)
    os._exit(0)  # what a window does when it closes is not part of its start


def bare() -> None:
    """A main window with a tree and a table of some texts, by PySide6 alone."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtGui import QStandardItem, QStandardItemModel
    from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QTableView, QTreeView

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                painted = _since_ms()
                QTimer.singleShot(0, lambda: _say_and_go({"painted": painted, "answered": _since_ms()}))
            return False

    app = QApplication([])
    window, centre, tree, table = QMainWindow(), QSplitter(), QTreeView(), QTableView()
    modules, records = QStandardItemModel(), QStandardItemModel(40, 9)
    for number in range(20):
        modules.appendRow(QStandardItem(f"Module {number}"))
    for row in range(40):
        for column in range(9):
            records.setItem(row, column, QStandardItem(f"Text {row} {column}"))
    tree.setModel(modules)
    table.setModel(records)
    centre.addWidget(tree)
    centre.addWidget(table)
    window.setCentralWidget(centre)
    window.resize(1440, 900)
    watch = Watch()
    centre.installEventFilter(watch)
    window.show()
    app.exec()


def ours(*, watched: bool) -> None:
    """The program's own start, with a watch on its central widget; its first async work ends it."""
    network: list[str] = []
    if watched:  # hears every audit event, which takes time: never in a run that counts
        sys.addaudithook(lambda name, _: network.append(name) if name.startswith("socket.") else None)

    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtWidgets import QMainWindow, QWidget

    said: dict[str, Any] = {}
    beats: list[float] = []

    class Watch(QObject):
        def eventFilter(self, seen: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                seen.removeEventFilter(self)
                said["painted"] = _since_ms()
                said["slow"] = [room for room in SLOW_ROOMS if room in sys.modules]
                said["network"] = [name for name in network if name != "socket.__new__"]
                QTimer.singleShot(0, lambda: said.setdefault("answered", _since_ms()))
                beat.start()
            return False

    async def begun(*_: object, **__: object) -> None:
        gaps = [later - earlier for earlier, later in pairwise(beats)]
        result = {**said, "ready": _since_ms(), "stall": max(gaps, default=0.0)}
        from crmdesk.engine.places import data_dir

        for mark in (data_dir() / "logs").glob("running-*"):  # else the next start asks about a run that broke off
            mark.unlink()
        _say_and_go(result)

    place = QMainWindow.setCentralWidget

    def watched_place(window: QMainWindow, widget: QWidget) -> None:
        widget.installEventFilter(watch)
        type(window).start = begun  # type: ignore[attr-defined]  # the window's first async work
        place(window, widget)

    QMainWindow.setCentralWidget = watched_place  # type: ignore[method-assign]
    watch = Watch()
    beat = QTimer(interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    beat.timeout.connect(lambda: beats.append(_since_ms()))
    from crmdesk.app import main

    sys.exit(main([]))


if __name__ == "__main__":
    if sys.argv[2] == "bare":
        bare()
    else:
        ours(watched=sys.argv[2] == "watched")
