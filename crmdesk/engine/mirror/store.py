# SPDX-License-Identifier: MIT
"""The mirror's file beside the account's own: its threads, its versions, its lock, and what the disk complains about.

A file of its own, so that a bulk load never stands before an edit's commit, and a damaged or unwanted copy is thrown
away without touching edits. WAL: any number of windows read while one writes. ``synchronous=NORMAL``: a power cut may
take the last seconds of a copy, which the next update brings again.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.matching import folded
from crmdesk.domain.names import ModuleName
from crmdesk.domain.sentence import sentence
from crmdesk.engine.codec import UNREADABLE
from crmdesk.engine.damage import check, is_damage, keep_aside
from crmdesk.engine.lanes import Lanes
from crmdesk.engine.mirror.layout import Layout
from crmdesk.engine.mirror.tables import MIGRATIONS, layouts, layouts_number
from crmdesk.engine.storage import give_back

T = TypeVar("T")

_BUSY_S, _CLAIM_S, _JOIN_S = 10, 0.5, 2.0
_CACHE_KB, _CACHE_WRITES_KB, _CACHE_HERE_KB = 8_000, 16_000, 1_000
_STATEMENTS = 16  # kept by a connection: Python's 128 are many megabytes where each writes hundreds of rows
_SIDES = ("", "-wal", "-shm")


@dataclass(slots=True)
class Seat:
    """One thread's connection, with the tables' layouts as it knows them."""

    db: sqlite3.Connection
    number: int = -1
    known: dict[ModuleName, Layout] = field(default_factory=dict)

    def layouts(self) -> dict[ModuleName, Layout]:
        """The modules' tables as they are now; another window may have changed them."""
        number = layouts_number(self.db)
        if number != self.number:
            self.known, self.number = layouts(self.db), number
        return self.known


class MirrorStore:
    """One account's mirror file. Every method may be awaited from the loop's thread; nothing blocks it but ``here``.

    Args:
        path: the file; it is made when something is first written.

    Attributes:
        kept_aside: a damaged file was found here and put under this name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept_aside: Path | None = None
        self._ready = False
        self._preparing = asyncio.Lock()
        self._claim: sqlite3.Connection | None = None
        self._here: Seat | None = None
        self._lanes = self._new_lanes()

    def _new_lanes(self) -> dict[str, Lanes[Seat]]:
        def rest(seat: Seat) -> None:
            give_back(seat.db)

        return {
            "write": Lanes(lambda: self._seat(writes=True), _leave, count=1, name="mirror-write", rest=rest),
            "read": Lanes(self._seat, _leave, count=2, name="mirror-read", interrupt=_interrupt, rest=rest),
            "search": Lanes(self._seat, _leave, count=1, name="mirror-search", interrupt=_interrupt, rest=rest),
        }

    @property
    def exists(self) -> bool:
        """Whether there is anything to read."""
        return self._ready or self.path.exists()

    async def read(self, job: Callable[[Seat], T], *, lane: str = "read") -> T:
        """Run ``job`` on a thread that reads; cancelling breaks a long query off. Call it only where ``exists``.

        Raises:
            ProfileError: the file cannot be used, or what stands in it cannot be read. Whatever else ``job`` raises.
        """
        await self.ready()

        def reading(seat: Seat) -> T:
            try:
                return job(seat)
            except UNREADABLE as error:  # the file is sound and what stands there is not
                raise ProfileError(self._damaged(), f"{type(error).__name__}: {error}") from error

        return await self._lanes[lane].call(lambda seat: self._told(lambda: reading(seat)))

    async def write(self, job: Callable[[Seat], T]) -> T:
        """Run ``job`` in a transaction on the thread that writes.

        Raises:
            ProfileError: the file cannot be used or the disk is full; nothing was written. Whatever ``job`` raises.
        """
        await self.ready()

        def transaction(seat: Seat) -> T:
            seat.db.execute("BEGIN IMMEDIATE")
            try:
                result = job(seat)
                seat.db.execute("COMMIT")
            except BaseException:
                seat.number = -1  # what was known of the tables may just have been taken back
                if seat.db.in_transaction:  # a full disk has ended it already
                    seat.db.execute("ROLLBACK")
                raise
            return result

        return await self._lanes["write"].call(lambda seat: self._told(lambda: transaction(seat)), abandon=False)

    async def outside(self, job: Callable[[Seat], T]) -> T:
        """Run ``job`` on the thread that writes, without a transaction: what SQLite wants to do by itself."""
        await self.ready()
        return await self._lanes["write"].call(lambda seat: self._told(lambda: job(seat)), abandon=False)

    def here(self) -> Seat:
        """A connection for the loop's own thread, for what takes a millisecond. After ``ready``.

        Raises:
            ProfileError.
        """
        if self._here is None:
            self._here = self._told(lambda: Seat(_connected(self.path, cache_kb=_CACHE_HERE_KB)))
        return self._here

    async def ready(self) -> None:
        """Look through the file, bring it up to date, put a damaged one aside; once.

        Raises:
            ProfileError: it was written by a newer crmdesk, or cannot be used.
        """
        if self._ready:
            return
        async with self._preparing:
            if not self._ready:
                await self._lanes["write"].call(lambda _: None, abandon=False)  # entering prepares it
                self._ready = True

    async def claim(self) -> None:
        """Be the only one who updates this mirror until ``release``.

        Raises:
            ProfileError: another window, or a command, updates it.
        """

        def take(_: Seat) -> None:
            if self._claim is None:
                self._claim = self._told(lambda: _locked(self.path.with_suffix(".lock")))

        await self._lanes["write"].call(take, abandon=False)

    async def release(self) -> None:
        """Let others update it."""

        def give(_: Seat) -> None:
            if self._claim is not None:
                self._claim.close()
                self._claim = None

        await self._lanes["write"].call(give, abandon=False)

    async def destroy(self) -> None:
        """Delete the file and all that belongs to it.

        Raises:
            ProfileError: it is open elsewhere, or cannot be deleted.
        """
        await self._stop()
        try:
            for path in (*(Path(f"{self.path}{side}") for side in _SIDES), self.path.with_suffix(".lock")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise ProfileError(
                sentence("The local copy could not be deleted: {path}. Close other windows first.", path=self.path),
                str(error),
            ) from error
        finally:
            self._lanes = self._new_lanes()

    def close(self, wait_s: float = 0.0) -> None:
        """Close the file; block at most ``wait_s`` for what is under way."""
        for lanes in self._lanes.values():
            lanes.close()
        for lanes in self._lanes.values():
            lanes.join(wait_s)
        self._forget_here()

    async def _stop(self) -> None:
        """Everybody goes home; the next call opens anew."""
        self.close()
        until = monotonic() + _JOIN_S
        while any(lanes.alive for lanes in self._lanes.values()) and monotonic() < until:
            await asyncio.sleep(0.005)
        self._ready = False

    def _forget_here(self) -> None:
        if self._here is not None:
            self._here.db.close()
            self._here = None

    # ---- opening ----------------------------------------------------------------------------------------------------

    def _seat(self, *, writes: bool = False) -> Seat:
        return self._told(lambda: Seat(self._prepared() if writes else _connected(self.path)))

    def _prepared(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        marker = self._marker()
        if not marker.exists():
            try:
                return _up_to_date(self.path)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
        self.kept_aside = keep_aside(self.path) if self.path.exists() else None
        marker.unlink(missing_ok=True)
        return _up_to_date(self.path)

    def _marker(self) -> Path:
        """Says that the file is damaged, where that was found out in the middle of its use."""
        return self.path.with_suffix(".damaged")

    def _damaged(self) -> str:
        """Remember that it is, and say so."""
        with contextlib.suppress(OSError):
            self._marker().touch()
        return sentence(
            "The local copy is damaged: {path}. It is put aside when crmdesk starts next; update it then. "
            "Your pending changes are in another file and are not touched.",
            path=self.path,
        )

    def _told(self, work: Callable[[], T]) -> T:
        """What SQLite and the disk complain about, as a sentence."""
        try:
            return work()
        except sqlite3.DatabaseError as error:
            text: str
            if is_damage(error):
                text = self._damaged()
            elif _code(error) == sqlite3.SQLITE_FULL:
                text = sentence(
                    "There is no room left on the disk for the local copy. What was copied so far stays; make room and "
                    "update again."
                )
            elif _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                text = sentence("The local copy is busy in another window. Try again in a moment.")
            else:
                text = _unusable(self.path)
            raise ProfileError(text, str(error)) from error
        except OSError as error:
            raise ProfileError(_unusable(self.path), str(error)) from error


def _unusable(path: Path) -> str:
    return sentence(
        "The file of the local copy cannot be used: {path}. Check that the disk has room and that you may write there.",
        path=path,
    )


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _connected(path: Path, *, writes: bool = False, cache_kb: int = _CACHE_KB) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_S, cached_statements=_STATEMENTS)
    try:
        db.create_function("folded", 1, _folded, deterministic=True)
        db.execute(f"PRAGMA cache_size=-{cache_kb}")
        if not writes:
            db.execute("PRAGMA query_only=ON")
    except BaseException:
        db.close()
        raise
    return db


def _folded(text: object) -> str | None:
    return folded(text) if isinstance(text, str) else None


def _up_to_date(path: Path) -> sqlite3.Connection:
    """The file, looked through and with the newest tables; an older one is kept beside it before it is changed.

    Raises:
        ProfileError: it was written by a newer crmdesk. sqlite3.Error, among them damage. OSError.
    """
    db = _connected(path, writes=True, cache_kb=_CACHE_WRITES_KB)
    try:
        check(db)
        have = _version(db)
        if have > len(MIGRATIONS):
            raise ProfileError(
                sentence(
                    "The local copy was written by a newer version of crmdesk. Install that version, or delete the copy: "
                    "{path}. Your pending changes are in another file.",
                    path=path,
                )
            )
        if 0 < have < len(MIGRATIONS):
            _keep_copy(db, path.with_name(f"{path.stem}.before-v{len(MIGRATIONS)}{path.suffix}"))
        if have == 0:
            db.execute("PRAGMA page_size=8192")
            db.execute("PRAGMA auto_vacuum=INCREMENTAL")
        _use_wal(db)
        db.execute("PRAGMA synchronous=NORMAL")
        _migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _migrate(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")  # another program may be at the same work: one does it, the other finds it done
    try:
        have = _version(db)
        for step in MIGRATIONS[have:]:
            step(db)
        if have < len(MIGRATIONS):
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _keep_copy(db: sqlite3.Connection, beside: Path) -> None:
    """The file as it is, under another name; one that an earlier try left is the better one, since nothing was lost
    before it."""
    if beside.exists():
        return
    part = beside.with_suffix(".part")
    part.unlink(missing_ok=True)
    db.execute("VACUUM INTO ?", (str(part),))
    part.replace(beside)


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _use_wal(db: sqlite3.Connection) -> None:
    """While another program does the same, SQLite refuses at once instead of waiting."""
    for _ in _tries():
        try:
            db.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            last = error
    raise last


def _tries() -> Iterator[int]:
    for attempt in range(100):
        yield attempt
        sleep(0.02)


def _locked(path: Path) -> sqlite3.Connection:
    """A lock that the system takes back when this program ends, however it ends."""
    lock = sqlite3.connect(path, isolation_level=None, timeout=_CLAIM_S, check_same_thread=False)
    try:
        lock.execute("PRAGMA journal_mode=MEMORY")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        if _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        raise ProfileError(
            sentence("Another window of crmdesk, or a command, is updating this local copy. Let it finish first."),
            str(error),
        ) from error
    return lock


def _leave(seat: Seat) -> None:
    seat.db.close()


def _interrupt(seat: Seat) -> None:
    seat.db.interrupt()
