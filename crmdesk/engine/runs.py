# SPDX-License-Identifier: MIT
"""Whether the last run ended as it should: each run holds a locked file, and takes it away at its end."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Run:
    """This process's mark, from ``begin`` to ``end``. A lock dies with its process, so nobody's number is looked up.

    Args:
        folder: where the marks lie; several windows may run at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"running-{os.getpid()}"
        self._file: IO[bytes] | None = None

    def begin(self) -> bool:
        """Leave the mark; whether a former run ended without taking its own away. False where nothing can be written."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            broken = [path for path in self._folder.glob("running-*") if _is_left(path)]
            for path in broken:
                path.unlink(missing_ok=True)
            self._file = self._path.open("wb")
            self._file.write(b"1")
            self._file.flush()
            _lock(self._file)
            return bool(broken)
        return False

    def end(self) -> None:
        """The run ended as it should."""
        if self._file is not None:
            self._file.close()
            self._file = None
            with suppress(OSError):
                self._path.unlink()


def others_run(folder: Path) -> bool:
    """Whether a window of somebody's runs now."""
    return any(not _is_left(path) for path in folder.glob("running-*"))


def _is_left(path: Path) -> bool:
    """Whether nobody holds it any longer."""
    try:
        with path.open("r+b") as file:
            _lock(file)
    except OSError:
        return False
    return True


def _lock(file: IO[bytes]) -> None:
    """Hold the file, or raise OSError at once where somebody does."""
    file.seek(0)
    if sys.platform == "win32":
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
