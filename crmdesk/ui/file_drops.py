# SPDX-License-Identifier: MIT
"""One file dropped on a widget. It is told by its name: nothing is read while it is dragged about."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

_COMING = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


class FileDrops(QObject):
    """Watches a widget; owned by it.

    Args:
        dropped: told the file, after the drop is over.
        takes: whether a file of this name is wanted here; others are left to what lies around the widget.
    """

    def __init__(self, widget: QWidget, dropped: Callable[[Path], object], takes: Callable[[Path], bool]) -> None:
        super().__init__(widget)
        self._dropped, self._takes = dropped, takes
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and (path := _one_file(event)) is not None and self._takes(path):
            event.acceptProposedAction()
            if event.type() not in _COMING:
                self._dropped(path)
            return True
        return False


def _one_file(event: QDropEvent) -> Path | None:
    """None where it is something else, or several."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
