# SPDX-License-Identifier: MIT
"""Files with tables, dropped on a table of records to be imported there."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from crmdesk.engine.change_staging import is_change_file
from crmdesk.ui.file_opening import TABLES

_COMING = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


def dropped_file(event: QDropEvent) -> Path | None:
    """The one table that is dropped; None where it is something else, or several."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    is_table = path is not None and path.suffix.lower() in TABLES and not is_change_file(path)
    return path if is_table else None


class FileDrops(QObject):
    """Watches a widget; owned by it.

    Args:
        dropped: told the file, after the drop is over.
    """

    def __init__(self, widget: QWidget, dropped: Callable[[Path], None]) -> None:
        super().__init__(widget)
        self._dropped = dropped
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and (path := dropped_file(event)) is not None:
            event.acceptProposedAction()
            if event.type() not in _COMING:
                self._dropped(path)
            return True
        return False
