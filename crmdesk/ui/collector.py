# SPDX-License-Identifier: MIT
"""Python's cycle collector, kept on the Qt thread: a widget that dies in a lane's thread takes the program with it."""

import gc
from time import monotonic, thread_time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

PAUSE_MS = 1_000
_LONG_S, _APART_S, _AWAY_MS = 0.02, 60.0, 3_000
"""A collection that takes longer puts aside what it found alive; between two looks at everything; before one."""


class Collector(QObject):
    """Switches automatic collection off and collects by a timer instead.

    The collector runs in whatever thread happens to allocate, and lanes allocate most (they decode the replies). Qt
    objects that lie in a cycle would be destroyed there ("Timers cannot be stopped from another thread", then a
    crash). Owned by the application; ``close`` gives Python its own way back.

    What was alive in a long collection is put aside, so that the next one is short however much is open; it is looked
    at again when the person turns to another program and waits for nothing.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self.collect)
        self._limits = gc.get_threshold()
        gc.disable()
        gc.freeze()  # what the start made stays: no later collection needs to look at it
        self._timer.start()
        self._looked_at = monotonic()
        self._away = QTimer(self, interval=_AWAY_MS, singleShot=True)
        self._away.timeout.connect(self.look_at_everything)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._on_state)

    def _on_state(self, state: Qt.ApplicationState) -> None:
        """A window that opens may take the state away for a moment; the person is gone when it stays so."""
        if state is Qt.ApplicationState.ApplicationActive:
            self._away.stop()
        elif monotonic() - self._looked_at > _APART_S:
            self._away.start()

    def look_at_everything(self) -> int:
        """Collect among what was put aside, too: a few tenths of a second; the number of objects found."""
        gc.unfreeze()
        found = gc.collect()
        gc.freeze()
        self._looked_at = monotonic()
        return found

    def collect(self) -> int:
        """Collect the generations that are due, as Python itself would; the number of objects found."""
        due = [
            place
            for place, (count, limit) in enumerate(zip(gc.get_count(), self._limits, strict=True))
            if count > limit
        ]
        if not due:
            return 0
        begun = thread_time()
        found = gc.collect(due[-1])
        if due[-1] == len(self._limits) - 1 and thread_time() - begun > _LONG_S:
            gc.freeze()
        return found

    def close(self) -> None:
        """Collect as Python does by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
