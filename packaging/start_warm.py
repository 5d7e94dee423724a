# SPDX-License-Identifier: MIT
"""Runs early in the frozen program: hands Python what start_cache.py has worked out when the bundle was made.

WORKAROUND PySide6 6.11: its support modules lie in its library as source and are compiled at each start
(libshiboken/embed/signature_bootstrap.py, EmbeddableZipImporter.exec_module); remove when they are kept compiled. A source
of another checksum is compiled as ever, and so is everything where the file does not fit this Python.
"""

import builtins
import marshal
import os
import re
import sys
import zlib
from typing import Any


def _warm(path: str) -> None:
    import _sre  # type: ignore[import-not-found]  # of Python itself, without a stub

    try:
        with open(path, "rb") as file:
            magic, codes, patterns = marshal.loads(file.read())
    except (OSError, ValueError, EOFError, TypeError):
        return
    if magic != _sre.MAGIC:
        return
    for key, pattern, flags, code, groups, names, order in patterns:
        re._cache[str, pattern, key] = _sre.compile(pattern, flags, code, groups, names, order)  # type: ignore[attr-defined]
    real = builtins.compile

    def compiled(source: Any, filename: Any, *rest: Any, **named: Any) -> Any:
        known = codes.pop(filename, None) if isinstance(filename, str) else None
        if not codes:
            builtins.compile = real
        if known is not None and isinstance(source, bytes) and zlib.crc32(source) == known[0]:
            return known[1]
        return real(source, filename, *rest, **named)

    if codes:
        builtins.compile = compiled


# Commands load no Qt; the window and its pictures do.
if all(word.startswith("-") for word in sys.argv[1:2]) and hasattr(sys, "_MEIPASS"):
    _warm(os.path.join(sys._MEIPASS, "start.cache"))
