# SPDX-License-Identifier: MIT
"""Python's cycle collector, kept on the Qt thread: a widget that dies in a lane's thread takes the program with it."""

import gc
from time import monotonic, thread_time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.ui import heap

PAUSE_MS = 1_000
_QUIET_S = 0.2
"""This thread worked no longer since the last look: nobody waits for much. What waits longest is most to be freed."""
_DUE, _OVERDUE = 0.3, 0.6
"""Shares of Python's own limit. Beyond the first the oldest generation is looked through in a quiet moment, beyond the
second without one (some 80 s of work): the longer it waits, the longer it takes to free what has gathered."""
_REST = 200
"""After it was looked through, so many times as long as that took it is left alone."""
_LONG_S = 0.03
"""Where it took longer, what is left is put aside as well, so that the next look is a short one: painting may come on top."""
_MANY, _MOST = 30_000, 40_000
"""Objects: so many take some 40 ms, and are put aside unseen; in a quiet second, when less comes on top, a third more. A
start with many accounts makes more at once."""
AWAY_S = 60
"""After so many quiet seconds what the C library keeps for later goes back to the system. Where the program is in the
background by then, nobody is there, and everything is looked through once: what was put aside may be garbage."""
_GONE_S = 900
"""After so many nobody is there, in the background or not."""


class Collector(QObject):
    """Switches automatic collection off and collects by a timer instead.

    The collector runs in whatever thread happens to allocate, and lanes allocate most (they decode the replies). Qt
    objects that lie in a cycle would be destroyed there ("Timers cannot be stopped from another thread", then a
    crash). Owned by the application; ``close`` gives Python its own way back.

    It does not find everything: a lambda that is connected to a signal is held by Qt, out of the collector's sight. Where
    the sender is no child of what the lambda holds, and is held by it, both stay for ever; a bound method does not.

    What the start made is put aside. All that came since is looked through in a quiet second, until that would take as
    long as somebody might feel (five accounts with their modules known): then that is put aside, too. Only the look at
    everything takes longer, some 200 ms, and waits until nobody can see it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=PAUSE_MS)
        self._timer.timeout.connect(self.collect)
        self._limits = gc.get_threshold()
        gc.disable()
        gc.freeze()  # what the start made stays: no later collection needs to look at it
        self._worked_s, self._not_before_s = thread_time(), 0.0
        self._quiet_looks, self._is_stale = 0, True
        self._timer.start()

    def collect(self) -> int:
        """Collect the generations that are due, the oldest when it does not disturb; the number of objects found."""
        now_s = thread_time()
        is_quiet, self._worked_s = now_s - self._worked_s < _QUIET_S, now_s
        self._quiet_looks = self._quiet_looks + 1 if is_quiet else 0
        self._is_stale |= not is_quiet
        if self._quiet_looks == AWAY_S * 1000 // PAUSE_MS:
            heap.give_back()
        elif self._is_stale and self._is_nobody_there() and self._may_look():
            gc.unfreeze()
            self._is_stale = False
            QTimer.singleShot(PAUSE_MS // 2, self, heap.give_back)  # a piece of work of its own
            return self._look_through_all()
        counts, oldest = gc.get_count(), len(self._limits) - 1
        due = [place for place in range(oldest) if counts[place] > self._limits[place]]
        if self._is_time(counts[oldest] / self._limits[oldest], is_quiet):
            return self._look_through_all(_MOST if is_quiet else _MANY)
        return gc.collect(due[-1]) if due else 0

    def _look_through_all(self, most: int | None = None) -> int:
        begun_s = thread_time()
        found = 0
        if most is not None and len(gc.get_objects(2)) > most:
            gc.freeze()
        else:
            found = gc.collect()
        self._worked_s = thread_time()
        took_s = self._worked_s - begun_s
        self._not_before_s = monotonic() + _REST * took_s
        if took_s > _LONG_S:
            gc.freeze()
        return found

    def _is_time(self, share: float, is_quiet: bool) -> bool:
        """Whether the oldest generation's turn has come; ``share`` of its limit."""
        return self._may_look() and (share > _OVERDUE or (is_quiet and share > _DUE))

    def _may_look(self) -> bool:
        return monotonic() >= self._not_before_s

    def _is_nobody_there(self) -> bool:
        quiet_s = self._quiet_looks * PAUSE_MS / 1000
        return quiet_s >= _GONE_S or (quiet_s > AWAY_S and _is_in_background())

    def close(self) -> None:
        """Collect as Python does by itself again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()


def _is_in_background() -> bool:
    """Whether another program is in front, or all our windows are minimised."""
    if QGuiApplication.applicationState() != Qt.ApplicationState.ApplicationActive:
        return True
    return not any(_is_seen(window) for window in QApplication.topLevelWidgets())


def _is_seen(window: QWidget) -> bool:
    """A window goes with the one that owns it."""
    owner = window.parentWidget()
    return window.isVisible() and not window.isMinimized() and (owner is None or _is_seen(owner.window()))
