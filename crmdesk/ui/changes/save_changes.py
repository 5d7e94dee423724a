# SPDX-License-Identifier: MIT
"""Save a review's changes as a file: where to, and what came of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from crmdesk.domain.file_names import safe_name
from crmdesk.engine.change_staging import SURE_ENDING
from crmdesk.engine.change_writing import write_change_file
from crmdesk.ui.changes.review import Review
from crmdesk.ui.wording import error_words, plural, tr


def ask_where(parent: QWidget, name: str, chosen: Callable[[Path], None]) -> None:
    """Open the system's file chooser; it does not block. `chosen` hears the path unless it is cancelled."""
    chooser = QFileDialog(parent, tr("Save changes"), safe_name(name + SURE_ENDING), tr("Changes (*.jsonl)"))
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setDefaultSuffix(SURE_ENDING[1:])
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.fileSelected.connect(lambda path: chosen(Path(path)))
    chooser.open()


async def save_changes(path: Path, review: Review) -> tuple[str, str]:
    """Write what is sent, or would be; a sentence on it and the tone to say it in."""
    positions = review.sent or tuple(at for at in range(len(review.checked)) if at not in review.left_out)
    try:
        checked, decisions = [review.checked[at] for at in positions], dict(review.decisions)
        count = await asyncio.to_thread(write_change_file, path, checked, decisions)
    except OSError as error:
        return error_words(error).text, "bad"
    return plural(count, "{n} change saved in {name}.", "{n} changes saved in {name}.", name=path.name), "good"
