# SPDX-License-Identifier: MIT
"""Writes what every start would work out anew and is always the same: for the bundle, read there by start_warm.py.

    python packaging/start_cache.py FILE

Run by crmdesk.spec in the build's own environment. It starts the window without a screen up to its first picture, and
keeps two things: the code objects of Qt for Python's support modules, which PySide6 carries as source and compiles at each
import, and the programs of regular expressions, which Python works out at each start. Together they are a sixth of a start.
"""

from __future__ import annotations

import builtins
import marshal
import os
import re
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

SUPPORT = "shibokensupport/"
_compiler: Any = re._compiler  # type: ignore[attr-defined]  # what `re` itself is made of, in the version that is bundled


class Listener:
    """Hears what is compiled while a block runs.

    Attributes:
        codes: file name -> (checksum of the source, code). patterns: arguments of `_sre.compile`, with the key before them.
    """

    def __init__(self) -> None:
        self.codes: dict[str, tuple[int, CodeType]] = {}
        self.patterns: list[tuple[Any, ...]] = []
        self._compile, self._sre, self._work_out = builtins.compile, _compiler._sre, _compiler.compile

    def __enter__(self) -> Listener:
        builtins.compile = self._heard_compile
        _compiler.compile = self._heard_pattern
        return self

    def __exit__(self, *_: object) -> None:
        builtins.compile = self._compile
        _compiler.compile, _compiler._sre = self._work_out, self._sre

    def _heard_compile(self, source: Any, filename: Any, *rest: Any, **named: Any) -> Any:
        code = self._compile(source, filename, *rest, **named)
        if isinstance(filename, str) and filename.startswith(SUPPORT) and isinstance(source, bytes):
            self.codes[filename] = zlib.crc32(source), code
        return code

    def _heard_pattern(self, pattern: Any, flags: int = 0) -> Any:
        """`re` asks for a pattern that it has not kept; the last thing done for it is `_sre.compile`."""
        heard: list[tuple[Any, ...]] = []
        _compiler._sre = _Ear(self._sre, heard.append)
        try:
            made = self._work_out(pattern, flags)
        finally:
            _compiler._sre = self._sre
        if isinstance(pattern, str) and len(heard) == 1:
            self.patterns.append((int(flags), *heard[0]))
        return made


class _Ear:
    """Stands for the module `_sre` and tells what it is asked to compile."""

    def __init__(self, sre: Any, tell: Callable[[tuple[Any, ...]], None]) -> None:
        self._real, self._tell = sre, tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def compile(self, pattern: Any, flags: int, code: list[int], groups: int, names: Any, order: Any) -> Any:
        self._tell((pattern, int(flags), list(map(int, code)), groups, dict(names), tuple(order)))
        return self._real.compile(pattern, flags, code, groups, names, order)


def to_bytes(heard: Listener) -> bytes:
    """What start_warm.py reads."""
    return marshal.dumps((_compiler._sre.MAGIC, heard.codes, heard.patterns))


def start() -> None:
    """The program's own start, up to the first picture."""
    from crmdesk import app

    application = app.application()
    window, _ = app.build(application, temporary=True)
    window.show()
    window.grab()


def main(argv: list[str]) -> int:
    """Write the file; the exit code."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with Listener() as heard:
        start()
    if not heard.codes:
        print("Qt for Python compiled nothing at its import: start_warm.py is of no use any more.", file=sys.stderr)
    data = to_bytes(heard)
    Path(argv[0]).write_bytes(data)
    print(f"{argv[0]}: {len(heard.codes)} modules, {len(heard.patterns)} patterns, {len(data) / 1000:.0f} kB")
    sys.stdout.flush()
    os._exit(0)  # a window that was never run is not put away


if __name__ == "__main__":
    main(sys.argv[1:])
