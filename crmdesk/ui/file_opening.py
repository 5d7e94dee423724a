# SPDX-License-Identifier: MIT
"""Files that are opened in the window: chosen, dropped, double-clicked, handed over; each to the page that knows its kind."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from crmdesk.domain.errors import Invalid
from crmdesk.engine import views
from crmdesk.engine.change_staging import is_change_file
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow

TABLES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".jsonl", ".ndjson")
"""Files with a row for each record."""
_COMING = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


def choose_file(window: "MainWindow") -> None:
    """Ask for a file and open it."""
    kinds = tr("Saved views, changes and tables") + " ("
    kinds += " ".join(f"*{ending}" for ending in (views.ENDING, *TABLES)) + ");;" + tr("All files (*)")
    dialog = QFileDialog(window, tr("Open a file"), "", kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: window.run(open_in_window(window, Path(name))))
    dialog.open()


async def open_in_window(window: "MainWindow", path: Path) -> None:
    """Show a saved view, let changes wait for the review, or import a table into the module in front.

    Raises:
        CrmError: it cannot be opened, and why.
    """
    if path.suffix.lower() == views.ENDING:
        from crmdesk.ui.views.view_shelf import open_view

        await open_view(window, path)
    elif is_change_file(path):
        from crmdesk.ui.changes.open_changes import open_changes

        await open_changes(window, path)
    elif path.suffix.lower() in TABLES:
        from crmdesk.ui.fixes.open_fixes import import_file

        space = window.workspace
        if space is None or space.current is None:
            raise Invalid(tr("Open the module that {name} belongs to, then open the file again.", name=path.name))
        import_file(space, path)
    else:
        raise Invalid(tr("crmdesk opens saved views, files of changes and tables; {name} is none.", name=path.name))


class WindowDrops(QObject):
    """Takes saved views and files of changes that are dropped anywhere on the window. Owned by it."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only drops of one such file are ours."""
        if isinstance(event, QDropEvent) and (path := _dropped(event)) is not None:
            event.acceptProposedAction()
            if event.type() not in _COMING:
                self._window.run(open_in_window(self._window, path))
            return True
        return False


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and (path.suffix.lower() == views.ENDING or is_change_file(path)) else None
