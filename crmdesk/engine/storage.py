# SPDX-License-Identifier: MIT
"""The account's SQLite file: its tables, how older files are brought up to date, and its one writer.

Staged edits, the journal and what is remembered of the server live here. One thread owns the connection, so writes
happen in the order they were asked for; ``synchronous=FULL`` means that what was awaited is on the disk.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import TypeVar

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.sentence import sentence
from crmdesk.engine.codec import UNREADABLE
from crmdesk.engine.damage import check, is_damage, keep_aside, salvage
from crmdesk.engine.lanes import Lanes

T = TypeVar("T")

# Each entry brings a file from the version before to its own; never change one that was shipped, add another.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE staged (
        key TEXT PRIMARY KEY,           -- module and record, or the temporary id of a new record
        position INTEGER NOT NULL,      -- order in which records were first touched
        data TEXT NOT NULL              -- engine/staging.py: one staged record as JSON
    );
    CREATE TABLE batch (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        began TEXT NOT NULL,            -- ISO 8601, UTC
        ended TEXT,
        user TEXT NOT NULL,
        server TEXT NOT NULL,
        summary TEXT NOT NULL,
        undoes INTEGER                  -- the batch this one takes back
    );
    CREATE TABLE entry (
        batch INTEGER NOT NULL REFERENCES batch(id),
        position INTEGER NOT NULL,
        change TEXT NOT NULL,           -- the intent, written before the call
        title TEXT NOT NULL,
        sent TEXT,                      -- when it left
        outcome TEXT,                   -- applied, refused, unknown, skipped; NULL = no answer was ever noted
        error TEXT,
        before TEXT,                    -- record on the server just before
        after TEXT,                     -- record as read back
        PRIMARY KEY (batch, position)
    ) WITHOUT ROWID;
    CREATE TABLE remembered (
        name TEXT PRIMARY KEY,          -- for example schema:Accounts
        data TEXT NOT NULL,
        saved TEXT NOT NULL
    );
    """,
    """
    ALTER TABLE entry ADD COLUMN undoes INTEGER;    -- the batch whose change this takes back
    ALTER TABLE entry ADD COLUMN record TEXT;       -- the record's key on the server, once it has one
    ALTER TABLE entry ADD COLUMN key TEXT;          -- of a new record: its name here, by which it is never made twice
    UPDATE entry SET
        undoes = (SELECT b.undoes FROM batch b WHERE b.id = entry.batch),
        record = coalesce(json_extract(after, '$.id[1]'), json_extract(before, '$.id[1]'),
                          json_extract(change, '$.before.id[1]')),
        key = json_extract(change, '$.temp_id');
    CREATE INDEX entry_undoes ON entry (undoes) WHERE undoes IS NOT NULL;
    CREATE INDEX entry_record ON entry (record);
    CREATE INDEX entry_key ON entry (key) WHERE key IS NOT NULL;
    CREATE INDEX staged_position ON staged (position);
    """,
)
_BUSY_S = 10
_CLAIM_S = 2  # another window that is just closing lets go within this time


class Storage:
    """One account's file. Every method may be awaited from the Qt thread; nothing blocks it.

    Args:
        path: the file; its folder is made if need be.

    Attributes:
        kept_aside: a damaged file was found here, put under this name, and what could be read of it taken over.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept_aside: Path | None = None
        self._claim: sqlite3.Connection | None = None
        self._lanes: Lanes[sqlite3.Connection] = Lanes(self._open, self._leave, count=1, name="storage", rest=give_back)

    async def claim(self) -> None:
        """Be the only one who stages edits here until ``close``; the journal stays open to others.

        Raises:
            ProfileError: another window of crmdesk has this account open.
        """

        def take(_: sqlite3.Connection) -> None:
            if self._claim is None:
                self._claim = self._told(lambda: _locked(self.path.with_suffix(".lock")))

        await self._lanes.call(take, abandon=False)

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``job`` on the file.

        Raises:
            ProfileError: the file cannot be used, or an entry in it cannot be read. Whatever else ``job`` raises.
        """

        def reading(db: sqlite3.Connection) -> T:
            try:
                return job(db)
            except UNREADABLE as error:  # the file is sound and what stands there is not
                raise ProfileError(
                    sentence(
                        "An entry in {path} cannot be read. Nothing was changed; rename that file to begin anew.",
                        path=self.path,
                    ),
                    f"{type(error).__name__}: {error}",
                ) from error

        return await self._lanes.call(lambda db: self._told(lambda: reading(db)), abandon=False)

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``job`` in a transaction; when this returns, it is on the disk.

        Raises:
            ProfileError: the file cannot be used, the disk is full; nothing was written. Whatever ``job`` raises.
        """

        def transaction(db: sqlite3.Connection) -> T:
            db.execute("BEGIN IMMEDIATE")
            try:
                result = job(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # a full disk has ended it already
                    db.execute("ROLLBACK")
                raise
            return result

        return await self._lanes.call(lambda db: self._told(lambda: transaction(db)), abandon=False)

    async def recall(self, name: str) -> str | None:
        """A remembered text, None where there is none."""

        def job(db: sqlite3.Connection) -> str | None:
            row = db.execute("SELECT data FROM remembered WHERE name = ?", (name,)).fetchone()
            return None if row is None else str(row[0])

        return await self.read(job)

    async def remember(self, name: str, data: str) -> None:
        """Keep a text under a name."""

        def job(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO remembered VALUES (?, ?, datetime('now')) "
                "ON CONFLICT(name) DO UPDATE SET data = excluded.data, saved = excluded.saved",
                (name, data),
            )

        await self.write(job)

    async def forget(self, *names: str) -> None:
        """Drop remembered texts; writes nothing where there is none."""

        def job(db: sqlite3.Connection) -> None:
            db.executemany("DELETE FROM remembered WHERE name = ?", [(name,) for name in names])

        marks = ", ".join("?" * len(names))
        if await self.read(
            lambda db: db.execute(f"SELECT 1 FROM remembered WHERE name IN ({marks})", names).fetchone()
        ):
            await self.write(job)

    def close(self, wait_s: float = 0.0) -> None:
        """Close the file after what is under way; block at most ``wait_s`` until that is done."""
        self._lanes.close()
        self._lanes.join(wait_s)

    def _told(self, work: Callable[[], T]) -> T:
        """What SQLite and the disk complain about, as a sentence."""
        try:
            return work()
        except (OSError, sqlite3.Error) as error:
            raise ProfileError(
                sentence(
                    "The file that keeps your pending changes cannot be used: {path}. Check that the disk has room and that you may write there.",
                    path=self.path,
                ),
                str(error),
            ) from error

    def _open(self) -> sqlite3.Connection:
        return self._told(self._opened)

    def _leave(self, db: sqlite3.Connection) -> None:
        db.close()
        if self._claim is not None:
            self._claim.close()

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return _connected(self.path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        self.kept_aside = keep_aside(self.path)  # never overwritten: somebody may know how to read more of it
        db = _connected(self.path)
        salvage(self.kept_aside, db)
        return db


def _connected(path: Path) -> sqlite3.Connection:
    """The file, open and up to date.

    Raises:
        ProfileError: it was written by a newer crmdesk. sqlite3.Error, among them damage.
    """
    db = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_S)
    try:
        check(db)
        _prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def _locked(path: Path) -> sqlite3.Connection:
    """A lock that the system takes back when this program ends, however it ends; SQLite knows how on every system."""
    lock = sqlite3.connect(path, isolation_level=None, timeout=_CLAIM_S, check_same_thread=False)
    try:
        lock.execute("PRAGMA journal_mode=MEMORY")  # nothing is ever written, and no file appears beside it
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise ProfileError(
            sentence(
                "This account is open in another window of crmdesk. Close it there first: two windows would overwrite each other's pending changes."
            ),
            str(error),
        ) from error
    return lock


def _prepare(db: sqlite3.Connection) -> None:
    """Settings, then the newest tables.

    Raises:
        ProfileError: the file was written by a newer crmdesk. sqlite3.Error.
    """
    if _version(db) > len(MIGRATIONS):  # before anything is changed
        raise ProfileError(
            sentence("This account's file was written by a newer version of crmdesk. Install that version.")
        )
    _use_wal(db)
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA foreign_keys=ON")
    db.execute("BEGIN IMMEDIATE")  # another program may be at the same work: one does it, the other finds it done
    try:
        have = _version(db)
        for script in MIGRATIONS[have:]:
            for statement in _statements(script):
                db.execute(statement)
        if have < len(MIGRATIONS):
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def give_back(db: sqlite3.Connection) -> None:
    """Free the pages that a connection read; five accounts and their copies would come to a hundred MB. Never raises."""
    with suppress(sqlite3.Error):
        db.execute("PRAGMA shrink_memory")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _use_wal(db: sqlite3.Connection) -> None:
    """Switch on the write-ahead log; while another program does the same, SQLite refuses at once instead of waiting."""
    for attempt in range(100):
        try:
            db.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
            sleep(0.02)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: ``executescript`` would end the transaction it runs in."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):  # a semicolon in a comment ends nothing
            yield statement
            statement = ""
