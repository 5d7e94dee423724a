# SPDX-License-Identifier: MIT
"""Which interface answered last time, kept in the account's folder: a key is not tried again where it was refused."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_FILE = "interface.json"
_LIFE_S = 30 * 86400.0


class Memory:
    """Reads and writes one small file; a folder that is gone is no trouble.

    Args:
        cache_dir: "" = remember nothing. about: what the memory is good for; another address or token asks anew.
    """

    def __init__(self, cache_dir: str, about: str, *, clock: Callable[[], float] = time.time) -> None:
        self._path = Path(cache_dir) / _FILE if cache_dir else None
        self._about, self._clock = about, clock

    def recall(self) -> str:
        """The interface's name; "" = nothing is known."""
        if self._path is None:
            return ""
        try:
            held = json.loads(self._path.read_text(encoding="utf-8"))
            is_fresh = 0 <= self._clock() - float(held["at"]) < _LIFE_S
        except (OSError, ValueError, TypeError, KeyError):
            return ""
        return str(held.get("interface", "")) if is_fresh and held.get("about") == self._about else ""

    def keep(self, interface: str) -> None:
        """This one answered."""
        if self._path is None or self.recall() == interface:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".interface")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"interface": interface, "about": self._about, "at": self._clock()}, file)
            Path(name).replace(self._path)

    def forget(self) -> None:
        """Ask anew next time."""
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
