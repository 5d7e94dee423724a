# SPDX-License-Identifier: MIT
"""What goes to a terminal: text only. A server's data could otherwise move the cursor, turn letters or run commands.

Pipes and files get every character as it is; a program reads them.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

# C0 but tab and line feed, DEL and C1 (0x9B begins a command by itself), marks that turn the direction of letters.
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown_plain(text: str) -> str:
    """The text with what a terminal would act upon spelt out, as JSON spells it: ``\\u001b``."""
    return _ACTING.sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)


class Guarded:
    """A terminal's stream that lets text through only.

    Attributes:
        beneath: the stream itself, for what this program means to be acted upon.
    """

    def __init__(self, beneath: TextIO) -> None:
        self.beneath = beneath

    def write(self, text: str) -> int:
        """Write; line ends may be CR LF."""
        self.beneath.write(shown_plain(text.replace("\r\n", "\n")))
        return len(text)

    def writelines(self, lines: "list[str]") -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


def beneath(stream: TextIO) -> TextIO:
    """The stream that acts upon what it is given, for our own cursor."""
    return stream.beneath if isinstance(stream, Guarded) else stream


@contextmanager
def guarded_terminal() -> Iterator[None]:
    """Guard standard output and standard error where they are terminals."""
    before = sys.stdout, sys.stderr
    try:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if stream is not None and stream.isatty() and not isinstance(stream, Guarded):
                setattr(sys, name, cast("TextIO", Guarded(stream)))
        yield
    finally:
        sys.stdout, sys.stderr = before
