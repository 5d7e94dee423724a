# SPDX-License-Identifier: MIT
"""The versions of everything that matters in a report of trouble."""

import platform
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version

from crmdesk import __version__

_PACKAGES = ("PySide6-Essentials", "requests", "urllib3", "zeep", "lxml", "keyring", "truststore", "qasync", "openpyxl")


def versions() -> tuple[tuple[str, str], ...]:
    """What -> its version; ours first, then Python, the system, Qt, and the packages where they tell."""
    qt = sys.modules.get("PySide6.QtCore")
    qt_version = str(qt.qVersion()) if qt is not None else ""
    found = [
        ("crmdesk", __version__ + (" (bundle)" if hasattr(sys, "_MEIPASS") else "")),
        ("Python", platform.python_version()),
        ("Qt", qt_version),
        ("System", platform.platform(terse=True)),
        ("Processor", platform.machine()),
        ("SQLite", sqlite3.sqlite_version),
    ]
    return (*(pair for pair in found if pair[1]), *((name, v) for name in _PACKAGES if (v := _installed(name))))


def as_report(pairs: tuple[tuple[str, str], ...]) -> str:
    """One a line."""
    return "".join(f"{name}: {value}\n" for name, value in pairs)


def _installed(name: str) -> str:
    """A bundle carries no metadata of most packages; then the module may tell."""
    try:
        return version(name)
    except PackageNotFoundError:
        return str(getattr(sys.modules.get(name), "__version__", ""))
