# SPDX-License-Identifier: MIT
"""The note that the set-up leaves in `.venv`, and the quick answer to "is everything still as it was?".

`.venv/crmdesk-setup.json` holds:
    ours       true where the set-up made `.venv` itself and so may remake it; an environment found there is never cleared
    locks      profile ("run", "test") -> SHA-256 of the requirement file that was installed for it
    python     the real file behind the environment's Python: it changes when the system's Python does
    checkout   where the checkout lay (an environment does not survive being moved)
    window     whether the libraries of a window were seen
While work is going on `locks` is empty, so that an interrupted set-up is never taken for a complete one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import TypedDict

# Raise it when the set-up itself has to do more than the requirement files tell.
SETUP_VERSION = b"1"


class Stamp(TypedDict):
    """What the note holds; see the top of the file."""

    ours: bool
    locks: dict[str, str]
    python: str
    checkout: str
    window: bool


def is_ready(root: str, profile: str, window: bool) -> bool:
    """Tell whether the environment has what this profile pins, without starting any process (a few milliseconds)."""
    stamp = read(root)
    if stamp is None or stamp["checkout"] != root or (window and not stamp["window"]):
        return False
    try:
        if stamp["locks"].get(profile) != lock_hash(root, profile):
            return False
    except OSError:
        return False
    python = environment_python(root)
    return os.path.exists(python) and os.path.realpath(python) == stamp["python"]


def read(root: str) -> Stamp | None:
    """Return the note, or None where there is none or it cannot be read."""
    try:
        with open(_path(root), encoding="utf-8") as file:
            found = json.load(file)
        return Stamp(
            ours=found["ours"] is True,
            locks={str(profile): str(value) for profile, value in found["locks"].items()},
            python=str(found["python"]),
            checkout=str(found["checkout"]),
            window=found["window"] is True,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write(root: str, stamp: Stamp) -> None:
    """Write the note in one step, so that no half of it is ever read."""
    unfinished = _path(root) + ".new"
    with open(unfinished, "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=1)
    os.replace(unfinished, _path(root))


def lock_path(root: str, profile: str) -> str:
    """Return the requirement file of a profile: "run", "test" or "uv"."""
    return os.path.join(root, "packaging", "requirements", profile + ".txt")


def lock_hash(root: str, profile: str) -> str:
    """Return what the stamp remembers of a requirement file."""
    with open(lock_path(root, profile), "rb") as file:
        return hashlib.sha256(SETUP_VERSION + file.read()).hexdigest()


def environment_path(root: str) -> str:
    """Return where the environment lies."""
    return os.path.join(root, ".venv")


def environment_python(root: str) -> str:
    """Return the environment's Python, which need not exist yet."""
    parts = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    return os.path.join(environment_path(root), *parts)


def _path(root: str) -> str:
    return os.path.join(environment_path(root), "crmdesk-setup.json")
