# SPDX-License-Identifier: MIT
"""Application: Qt's own, which also hears of files that macOS asks us to open."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

STYLE_PROPERTY = "style-made-in"
"""Of an application that was made in a style, its name in small letters."""


class Application(QApplication):
    """The one application object.

    macOS does not name a double-clicked file on the command line: it sends an event, at the start before anything could
    be done about it, later at any time. Files wait here until somebody takes them.
    """

    def __init__(self, words: list[str]) -> None:
        super().__init__([*words, "-style", "fusion"])
        self.setProperty(STYLE_PROPERTY, "fusion")
        self._waiting: list[Path] = []
        self._taker: Callable[[Path], object] | None = None

    def take_files(self, taker: Callable[[Path], object]) -> None:
        """Give the files that came, in their order, and from now on each as it comes."""
        self._taker = taker
        waiting, self._waiting = self._waiting, []
        for path in waiting:
            taker(path)

    def event(self, event: QEvent) -> bool:
        """Files are ours, the rest is Qt's. An address that is no file of this computer is nobody's."""
        if not isinstance(event, QFileOpenEvent):
            return super().event(event)
        if not event.file():
            return False
        path = Path(event.file())
        if self._taker is None:
            self._waiting.append(path)
        else:
            self._taker(path)
        return True
