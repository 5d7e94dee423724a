# SPDX-License-Identifier: MIT
"""Python's cycle collector, kept on the Qt thread: a widget that dies in a lane's thread takes the program with it."""

import gc

from PySide6.QtCore import QObject, QTimer

PAUSE_MS = 1_000


class Collector(QObject):
    """Switches automatic collection off and collects by a timer instead.

    The collector runs in whatever thread happens to allocate, and lanes allocate most (they decode the replies). Qt
    objects that lie in a cycle would be destroyed there ("Timers cannot be stopped from another thread", then a
    crash). Owned by the application; ``close`` gives Python its own way back.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self.collect)
        self._limits = gc.get_threshold()
        gc.disable()
        gc.freeze()  # what the start made stays: no later collection needs to look at it
        self._timer.start()

    def collect(self) -> int:
        """Collect the generations that are due, as Python itself would; the number of objects found."""
        due = [
            place
            for place, (count, limit) in enumerate(zip(gc.get_count(), self._limits, strict=True))
            if count > limit
        ]
        return gc.collect(due[-1]) if due else 0

    def close(self) -> None:
        """Collect as Python does by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
