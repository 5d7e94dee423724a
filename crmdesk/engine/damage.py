# SPDX-License-Identifier: MIT
"""An account's file that is damaged: found out, put aside under another name, and read as far as it goes."""

import contextlib
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

_CHECKED_BYTES = 64 * 1024 * 1024  # a larger file takes too long at each start; its damage shows when it is read
_SIDES = ("", "-wal", "-shm")
_TABLES = {"staged": "rowid", "batch": "rowid", "entry": "batch", "remembered": "rowid"}  # in their order on the disk


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is broken, as against a full disk or another program's lock."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def check(db: sqlite3.Connection) -> None:
    """Look through a file that is about to be used.

    Raises:
        sqlite3.DatabaseError: it is damaged (``is_damage``).
    """
    pages, size = (int(db.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    if pages * size > _CHECKED_BYTES:
        return
    (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        error = sqlite3.DatabaseError(str(said))
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def keep_aside(path: Path) -> Path:
    """Give the file, with what belongs to it, a name of its own.

    Returns:
        The new name.

    Raises:
        OSError: it cannot be renamed, for example since another program has it open.
    """
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    tries = (path.with_name(f"{path.stem}.damaged-{moment}{more}{path.suffix}") for more in ("", "-2", "-3", "-4"))
    aside = next(name for name in tries if not name.exists())
    for side in _SIDES:
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{side}", f"{aside}{side}")
    return aside


def salvage(aside: Path, db: sqlite3.Connection) -> int:
    """Copy every row that can still be read into a new file.

    Returns:
        How many there were.
    """
    try:
        old = sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return 0
    saved = 0
    db.execute("BEGIN IMMEDIATE")
    db.execute("PRAGMA defer_foreign_keys=ON")
    with contextlib.closing(old):
        for table, order in _TABLES.items():
            for way in ("ASC", "DESC"):  # from the other end, too: damage in the middle hides what is behind it
                saved += _copied(old, db, table, f"{order} {way}")
    db.execute("DELETE FROM entry WHERE batch NOT IN (SELECT id FROM batch)")
    db.execute("COMMIT")
    return saved


def _copied(old: sqlite3.Connection, db: sqlite3.Connection, table: str, order: str) -> int:
    saved = 0
    try:
        there = [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
        had = [str(row[1]) for row in old.execute(f"PRAGMA table_info({table})")]
        names = ", ".join(name for name in had if name in there)
        if not names:
            return 0
        into = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({', '.join('?' * (names.count(',') + 1))})"
        for row in old.execute(f"SELECT {names} FROM {table} ORDER BY {order}"):
            with contextlib.suppress(sqlite3.IntegrityError):
                saved += max(0, db.execute(into, row).rowcount)
    except sqlite3.Error:
        return saved  # as far as it goes
    return saved
