# SPDX-License-Identifier: MIT
"""Reads what packaging/lock.py wrote: names, versions, where they are needed, hashes. Standard library alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Pin(NamedTuple):
    """One package of the lock; ``marker`` "" = needed everywhere."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pins(lock: Path) -> tuple[Pin, ...]:
    """Every pin of a lock, in its order.

    Raises:
        OSError: it cannot be read. ValueError: a line is none that lock.py writes, or a pin has no hash.
    """
    found: list[tuple[str, str, str, list[str]]] = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1):
        pin = _PIN.match(line)
        hashes = _HASH.findall(line)
        if pin is not None:
            found.append((pin[1], pin[2], (pin[3] or "").strip(), []))
        elif hashes and found:
            found[-1][3].extend(hashes)
        elif line.strip() and not line.lstrip().startswith("#"):
            raise ValueError(f"{lock.name}, line {number}: {line.strip()}")
    bare = [name for name, _, _, hashes in found if not hashes]
    if bare:
        raise ValueError(f"{lock.name}: no hash for {', '.join(bare)}")
    return tuple(Pin(name, version, marker, tuple(hashes)) for name, version, marker, hashes in found)
