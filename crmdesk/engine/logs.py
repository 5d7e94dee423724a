# SPDX-License-Identifier: MIT
"""The program's log: one bounded file that rotates, secrets masked before a line is written there or to the terminal."""

import faulthandler
import logging
import traceback
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Final

from crmdesk.connectors.wire.redaction import Redactor

NAME: Final = "crmdesk.log"
NATIVE: Final = "crash.txt"
"""What Python writes when the process is killed by a fault of compiled code."""
COMMANDS: Final = "commands.log"
"""What commands without a window met unexpectedly: a file of its own, as the window's may be open."""
MOST_BYTES: Final = 512_000
OLDER: Final = 3
_TAIL_CHARACTERS: Final = 200_000
_LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Log:
    """Open from the start to the end of a run. Owned by the app.

    Args:
        folder: made where it is not there; without rights to it nothing is logged to disk.

    Attributes:
        redactor: what it knows is masked in every line.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.redactor = folder, Redactor()
        self._native: IO[str] | None = None
        self._handler: RotatingFileHandler | None = None
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handler = RotatingFileHandler(
                folder / NAME, maxBytes=MOST_BYTES, backupCount=OLDER, encoding="utf-8", delay=True
            )
            self._handler.setFormatter(_Masking(self.redactor, logging.Formatter(_LINE)))
            self._handler.setLevel(logging.INFO)
            logging.getLogger().addHandler(self._handler)
            self._native = (folder / NATIVE).open("w", encoding="utf-8")
            faulthandler.enable(self._native)
        # What goes to the terminal ends in files, too: desktops keep what their programs print.
        self._masked = [
            (handler, handler.formatter) for handler in logging.getLogger().handlers if handler is not self._handler
        ]
        for handler, formatter in self._masked:
            handler.setFormatter(_Masking(self.redactor, formatter or logging.Formatter()))

    def close(self) -> None:
        """The end of the run."""
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
        for handler, formatter in self._masked:
            handler.setFormatter(formatter)
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()


def native_crash(folder: Path) -> str:
    """What the last run left when it was killed by a fault, "" = it was not; read before ``Log`` begins anew."""
    with suppress(OSError):
        return (folder / NATIVE).read_text("utf-8", errors="replace")[:_TAIL_CHARACTERS]
    return ""


def note_failure(folder: Path, error: BaseException, redactor: Redactor) -> Path | None:
    """Write a traceback to the log of the commands, secrets masked; where it stands, None = nothing can be written there."""
    path = folder / COMMANDS
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = RotatingFileHandler(path, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        return None
    failed: list[logging.LogRecord] = []
    handler.handleError = failed.append  # type: ignore[method-assign,assignment]  # a full disk must not print what is to be hidden
    handler.setFormatter(_Masking(redactor, logging.Formatter(_LINE)))
    what = "unexpected: %s", ("".join(traceback.format_exception(error)).strip(),)
    handler.handle(logging.LogRecord("crmdesk", logging.ERROR, "", 0, *what, exc_info=None))
    handler.close()
    return None if failed else path


def log_text(folder: Path, name: str = NAME) -> str:
    """The newest lines of a log, the oldest first."""
    texts = []
    for part in (*(f"{name}.{number}" for number in range(OLDER, 0, -1)), name):
        with suppress(OSError):
            texts.append((folder / part).read_text("utf-8", errors="replace"))
    return "".join(texts)[-_TAIL_CHARACTERS:]


class _Masking(logging.Formatter):
    def __init__(self, redactor: Redactor, inner: logging.Formatter) -> None:
        super().__init__()
        self._redactor, self._inner = redactor, inner

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback below it, without secrets."""
        return self._redactor.redacted(self._inner.format(record))
