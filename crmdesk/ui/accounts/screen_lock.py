# SPDX-License-Identifier: MIT
"""ScreenLock: hears that the person's screen was locked, where the desktop tells it (D-Bus: GNOME, KDE, Xfce, others)."""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from PySide6.QtCore import SLOT, QObject, Slot

_TOLD_BY: Final = (
    # (object, interface): freedesktop's idle inhibition service, which most desktops have, and GNOME's own.
    ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
    ("/ScreenSaver", "org.freedesktop.ScreenSaver"),
    ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"),
)
_SIGNAL: Final = "ActiveChanged"
_SLOT: Final = SLOT("on_active(bool)")


class ScreenLock(QObject):
    """Owned by the window's locks. Without such a desktop it hears nothing, and nothing is wrong.

    Args:
        locked: told when the screen is covered; never when it is free again.

    Attributes:
        listens: whether there is a bus to hear from.
    """

    def __init__(self, parent: QObject, locked: Callable[[], None]) -> None:
        super().__init__(parent)
        self._locked = locked
        self.listens = False
        if sys.platform not in ("win32", "darwin"):
            with suppress(ImportError):  # a bundle may go without
                self.listens = self._listen()

    def _listen(self) -> bool:
        from PySide6.QtDBus import QDBusConnection

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return False
        heard = [
            bus.connect("", path, interface, _SIGNAL, self, _SLOT)  # type: ignore[call-overload]  # the stubs say bytes
            for path, interface in _TOLD_BY
        ]
        return any(heard)

    @Slot(bool)
    def on_active(self, active: bool) -> None:
        """The screen is covered, or free again."""
        if active:
            self._locked()
