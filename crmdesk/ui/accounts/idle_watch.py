# SPDX-License-Identifier: MIT
"""IdleWatch: whether somebody uses the program's windows, and since when nobody does."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow

from crmdesk.engine.locking import Idle

_LOOK_MS = 2000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Owned by the window's locks. It listens where input enters a window, not to every event of every widget.

    Args:
        due: told the minutes without key or mouse, every two seconds and before a touch ends them.
    """

    def __init__(self, parent: QObject, due: Callable[[float], None], idle: Idle | None = None) -> None:
        super().__init__(parent)
        self._due, self._idle = due, idle or Idle()
        self._clock = QTimer(self, interval=_LOOK_MS)
        self._clock.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._clock.timeout.connect(self.look)

    @property
    def is_on(self) -> bool:
        """Whether anybody is watched."""
        return self._clock.isActive()

    def begin(self) -> None:
        """From now on; what was before does not count."""
        if self.is_on:
            return
        self._idle.touched()
        self._clock.start()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._on_window)
        for window in QGuiApplication.topLevelWindows():
            self._on_window(window)

    def end(self) -> None:
        """No account has a time any more."""
        if not self.is_on:
            return
        self._clock.stop()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.disconnect(self._on_window)
        for window in QGuiApplication.allWindows():
            window.removeEventFilter(self)

    def look(self) -> None:
        """Tell how long nobody was here."""
        self._due(self._idle.minutes)

    def _on_window(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)  # twice is once

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.look()  # the key that wakes a computer comes before the clock: it must not pass for work
            self._idle.touched()
        return False
