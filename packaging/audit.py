# SPDX-License-Identifier: MIT
"""Looks up the locked packages in the database of known weaknesses: ``python3 packaging/run.py audit``.

Offline it checks what can be checked without a network (every package is pinned and has its hashes) and says that the
database could not be asked. Exit codes: 0 nothing known, 1 something is, or the lock is broken; 3 it could not be asked.

``--lock FILE`` checks another lock, ``--offline`` asks nobody.
"""

from __future__ import annotations

import json
import sys
import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from lockfile import Pin, pins

_DATABASE = "https://api.osv.dev/v1/querybatch"
_WITHIN_S = 20.0
"""For the whole question: looking the name up, connecting, every part of the answer."""
_LOCKS = ("run", "test", "bundle", "uv")
COULD_NOT = 3


def main(argv: list[str]) -> int:
    """Check and ask; return the exit code."""
    if "--help" in argv or "-h" in argv:
        print(__doc__)
        return 0
    folder = Path(__file__).resolve().parent / "requirements"
    given = [Path(argv[at + 1]) for at, word in enumerate(argv[:-1]) if word == "--lock"]
    wanted: dict[tuple[str, str], Pin] = {}
    for lock in given or [folder / f"{name}.txt" for name in _LOCKS]:
        try:
            listed = pins(lock)
        except (OSError, ValueError) as error:
            print(f"audit: {error}")
            return 1
        print(f"{lock.name}: {len(listed)} packages, each pinned with its hashes")
        wanted |= {(pin.name, pin.version): pin for pin in listed}
    if "--offline" in argv:
        print("audit: the database of known weaknesses was not asked (--offline)")
        return COULD_NOT
    return _told(list(wanted))


def _told(packages: list[tuple[str, str]]) -> int:
    try:
        known = in_time(packages)
    except (OSError, ValueError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        print(f"audit: the database of known weaknesses could not be asked: {reason}. Try again with a network.")
        return COULD_NOT
    for (name, version), found in known.items():
        print(f"{name} {version}: {', '.join(found)}  https://osv.dev/{found[0]}")
    print(f"audit: {len(packages)} packages asked about, {len(known)} with known weaknesses")
    return 1 if known else 0


def in_time(packages: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """``ask``, given up after a while: a name server or a proxy that stays silent has no limit of its own.

    Raises:
        As ``ask``.
    """
    answers: SimpleQueue[dict[tuple[str, str], list[str]] | Exception] = SimpleQueue()

    def work() -> None:
        try:
            answers.put(ask(packages))
        except (OSError, ValueError, HTTPException) as error:
            answers.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        answer = answers.get(timeout=_WITHIN_S)
    except Empty:
        raise TimeoutError(f"no answer within {_WITHIN_S:.0f} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def ask(packages: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """Package -> what is known against it; packages without anything are left out.

    Raises:
        OSError, HTTPException: nobody answers. ValueError: the answer is none.
    """
    queries = [{"package": {"ecosystem": "PyPI", "name": name}, "version": version} for name, version in packages]
    request = urllib.request.Request(
        _DATABASE, json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=_WITHIN_S) as reply:
        return read(packages, json.load(reply))


def read(packages: list[tuple[str, str]], told: Any) -> dict[tuple[str, str], list[str]]:
    """The answer to ``ask``.

    Raises:
        ValueError: it is none.
    """
    results = told.get("results") if isinstance(told, dict) else None
    if not isinstance(results, list) or len(results) != len(packages):
        raise ValueError("the answer makes no sense")
    found = {
        package: sorted(str(one["id"]) for one in result.get("vulns") or ())
        for package, result in zip(packages, results, strict=True)
    }
    return {package: ids for package, ids in found.items() if ids}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
