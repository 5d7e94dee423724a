# SPDX-License-Identifier: MIT
"""Hands a file that was opened from outside to a window that runs already: by a note in the folder of the runs' marks."""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from crmdesk.engine.runs import others_run

_NOTES = "open-*.note"


def hand_over(folder: Path, path: Path) -> bool:
    """Ask a running window to open a file; False where none runs, or the note cannot be left."""
    if not others_run(folder):
        return False
    name = f"{uuid4().hex}.note"
    try:
        (folder / f"new-{name}").write_text(str(path.absolute()), "utf-8")
        os.replace(folder / f"new-{name}", folder / f"open-{name}")  # seen whole or not at all
    except OSError:
        return False
    return True


def taken(folder: Path) -> list[Path]:
    """The files that others asked for; each is given to one window only."""
    found = []
    for note in sorted(folder.glob(_NOTES)):
        with suppress(OSError):
            text = note.read_text("utf-8")
            note.unlink()  # whoever takes it away opens it
            found.append(Path(text))
    return found
