# SPDX-License-Identifier: MIT
"""Files that are opened in the window: chosen, dropped, double-clicked, handed over; each to the page that knows its kind."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from crmdesk.domain.errors import Invalid
from crmdesk.engine import views
from crmdesk.engine.change_staging import ENDINGS, SURE_ENDING, is_change_file
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow

TABLES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".jsonl", ".ndjson")
"""Files with a row for each record."""


def is_table(path: Path) -> bool:
    """Whether a file's name is one of tables; some of these may hold changes, which only a look inside tells."""
    return path.suffix.lower() in TABLES and not path.name.lower().endswith(SURE_ENDING)


def is_surely_table(path: Path) -> bool:
    """Whether no look inside is needed."""
    return path.suffix.lower() in TABLES and path.suffix.lower() not in ENDINGS


def opens_anywhere(path: Path) -> bool:
    """Whether it is, by its name, a saved view or what may be changes."""
    return path.suffix.lower() in (views.ENDING, *ENDINGS)


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
    elif await asyncio.to_thread(is_change_file, path):
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
