# SPDX-License-Identifier: MIT
"""Where the window stood and how wide its panes were, from one run to the next."""

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from crmdesk.ui.theme import theme


class WindowPlaces:
    """Reads and writes the settings of one window; what cannot be read is as if it were not there."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def sizes(self, name: str, otherwise: list[int]) -> list[int]:
        """The panes' remembered widths, else ``otherwise`` (px at normal text size)."""
        saved = self._settings.value(f"sizes/{name}")
        whole = isinstance(saved, list) and all(str(size).isdecimal() for size in saved)
        sizes = [int(size) for size in saved] if isinstance(saved, list) and whole else []
        return [theme().px(size) for size in otherwise] if len(sizes) != len(otherwise) else sizes

    def restore(self, window: QMainWindow) -> None:
        """Put the window where it was."""
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)

    def save(self, window: QMainWindow, side: QSplitter | None, record: QSplitter | None) -> None:
        """Remember the window's place and the panes that are shown."""
        self._settings.setValue("geometry", window.saveGeometry())
        for name, panes in (("side", side), ("record", record)):
            if panes is not None and all(panes.sizes()):
                self._settings.setValue(f"sizes/{name}", panes.sizes())
