# SPDX-License-Identifier: MIT
"""The journal: what was about to be sent, before it was sent, and what became of it. Nothing is ever rewritten."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from crmdesk.domain.changes import Change, Outcome
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.sentence import joined, packed, unpacked
from crmdesk.engine.codec import change_to_json, dumps
from crmdesk.engine.journal_rows import (
    ANYTHING,
    BatchInfo,
    Entry,
    Search,
    batch_of,
    described,
    entry_of,
    image_of,
    names_of,
)
from crmdesk.engine.journal_search import finder
from crmdesk.engine.storage import Storage

__all__ = ["ANYTHING", "BatchInfo", "Entry", "Journal", "Search"]

_OUTCOMES = {
    "": "1",
    "applied": "e.outcome IS 'applied'",
    "refused": "e.outcome IS 'refused'",
    "unknown": "(e.outcome IS 'unknown' OR (e.outcome IS NULL AND e.sent IS NOT NULL))",
    "skipped": "(e.outcome IS 'skipped' OR (e.outcome IS NULL AND e.sent IS NULL))",
}
_ENTRY = "e.batch, e.position, e.change, e.title, e.outcome, e.error, e.before, e.after, e.sent, e.undoes"
_BATCH = f"""
SELECT b.id, b.began, b.ended, b.user, b.server, b.summary, b.undoes, count(e.position),
       sum({_OUTCOMES["applied"]}), sum({_OUTCOMES["refused"]}), sum({_OUTCOMES["unknown"]}),
       (SELECT count(*) FROM entry x WHERE x.undoes = b.id AND x.outcome = 'applied')
"""
_HAS = "journal_has(e.title, e.error, e.change, e.before, e.after)"


class Journal:
    """One account's journal. Used on the loop's thread."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def begin(
        self,
        changes: Sequence[tuple[Change, str]],
        *,
        user: str,
        server: str,
        summary: str,
        undoes: Sequence[int | None] | int | None = None,
    ) -> int:
        """Note every intent, given with titles, and return the batch's id. When this returns it is on disk.

        Args:
            undoes: the batch that is taken back, or for each change the batch it takes back.
        """
        each = [undoes] * len(changes) if undoes is None or isinstance(undoes, int) else list(undoes)
        whole = set(each) if each else {undoes if isinstance(undoes, int) else None}
        one = whole.pop() if len(whole) == 1 else None

        def job(db: sqlite3.Connection) -> int:
            cursor = db.execute(
                "INSERT INTO batch (began, user, server, summary, undoes) VALUES (?, ?, ?, ?, ?)",
                (_now(), user, server, packed(summary), one),
            )
            batch = int(cursor.lastrowid or 0)
            db.executemany(
                "INSERT INTO entry (batch, position, change, title, undoes, record, key) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (batch, i, dumps(change_to_json(change)), title, back, *names_of(change))
                    for i, ((change, title), back) in enumerate(zip(changes, each, strict=True))
                ),
            )
            return batch

        return await self._storage.write(job)

    async def sending(self, batch: int, position: int, before: Record | SalesDocument | None) -> None:
        """The change is about to leave; ``before`` is what the server holds now."""
        image = image_of(before)
        await self._set(batch, position, "sent = ?, before = ?", (_now(), image))

    async def not_sent(self, batch: int, position: int) -> None:
        """What ``sending`` said did not happen: nothing left."""
        await self._set(batch, position, "sent = ?, before = ?", (None, None))

    async def note(self, batch: int, position: int, outcome: Outcome) -> None:
        """What became of it."""
        await self._storage.write(self.noting(batch, position, outcome))

    async def note_all(self, batch: int, outcomes: Mapping[int, Outcome]) -> None:
        """What became of many, by position, in one transaction."""
        jobs = [self.noting(batch, position, outcome) for position, outcome in outcomes.items()]

        def job(db: sqlite3.Connection) -> None:
            for one in jobs:
                one(db)

        await self._storage.write(job)

    def noting(self, batch: int, position: int, outcome: Outcome) -> Callable[[sqlite3.Connection], None]:
        """What ``note`` writes, for a transaction that writes more."""
        word, why, after = described(outcome)
        error = None if why is None else packed(why)
        image = image_of(after)
        held = after.header if isinstance(after, SalesDocument) else after
        key = None if held is None else held.id.key

        def job(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE entry SET outcome = ?, error = ?, after = ?, record = coalesce(?, record) "
                "WHERE batch = ? AND position = ?",
                (word, error, image, key, batch, position),
            )

        return job

    async def end(self, batch: int, became: str = "") -> None:
        """The batch is over.

        Args:
            became: what became of it, where no entry tells: it is put behind the summary.
        """

        def job(db: sqlite3.Connection) -> None:
            db.execute("UPDATE batch SET ended = ? WHERE id = ?", (_now(), batch))
            if became:
                row = db.execute("SELECT summary FROM batch WHERE id = ?", (batch,)).fetchone()
                told = joined(unpacked(str(row[0])), became, between=" · ")
                db.execute("UPDATE batch SET summary = ? WHERE id = ?", (packed(told), batch))

        await self._storage.write(job)

    async def batches(self, limit: int = 500, wanted: Search = ANYTHING) -> tuple[BatchInfo, ...]:
        """Newest first; those with at least one change that is wanted."""
        asked = ["1"]
        if wanted.text or wanted.outcome:
            has = f"EXISTS (SELECT 1 FROM entry e WHERE e.batch = b.id AND {_OUTCOMES[wanted.outcome]} AND {{}})"
            asked = [has.format("1")] if not wanted.text else [has.format(_HAS)]
            if wanted.text and not wanted.outcome:
                asked.append("journal_has(b.summary, b.user || ' ' || b.server, NULL, NULL, NULL)")

        def job(db: sqlite3.Connection) -> list[tuple[object, ...]]:
            db.create_function("journal_has", 5, finder(wanted.text))
            return db.execute(
                f"""
                {_BATCH} FROM (SELECT * FROM batch b WHERE {" OR ".join(asked)} ORDER BY b.id DESC LIMIT ?) b
                LEFT JOIN entry e ON e.batch = b.id
                GROUP BY b.id ORDER BY b.id DESC
                """,
                (limit,),
            ).fetchall()

        return tuple(batch_of(row) for row in await self._storage.read(job))

    async def batch(self, number: int) -> BatchInfo | None:
        """One batch, None where there is none of that number."""

        def job(db: sqlite3.Connection) -> list[tuple[object, ...]]:
            return db.execute(
                f"{_BATCH} FROM batch b LEFT JOIN entry e ON e.batch = b.id WHERE b.id = ? GROUP BY b.id", (number,)
            ).fetchall()

        rows = await self._storage.read(job)
        return batch_of(rows[0]) if rows else None

    async def entries(
        self, batch: int, wanted: Search = ANYTHING, *, start: int = 0, limit: int | None = None
    ) -> tuple[Entry, ...]:
        """The changes of a batch that are wanted, in order; empty where there is no such batch.

        Args:
            start: leave out those before this position.
            limit: at most so many.
        """

        def job(db: sqlite3.Connection) -> tuple[Entry, ...]:
            db.create_function("journal_has", 5, finder(wanted.text))
            has = _HAS if wanted.text else "1"
            rows = db.execute(
                f"SELECT {_ENTRY} FROM entry e WHERE e.batch = ? AND e.position >= ? AND {_OUTCOMES[wanted.outcome]} "
                f"AND {has} ORDER BY e.position LIMIT ?",
                (batch, start, -1 if limit is None else limit),
            )
            return tuple(entry_of(row) for row in rows)  # on the storage's thread: there may be many

        return await self._storage.read(job)

    async def effects(self, batch: int) -> tuple[tuple[int, ...], ...]:
        """Positions of what was sent and not refused, those of one record together, in order."""

        def job(db: sqlite3.Connection) -> tuple[tuple[int, ...], ...]:
            groups: dict[object, list[int]] = {}
            rows = db.execute(
                "SELECT e.position, coalesce(e.record, e.key, e.position) FROM entry e "
                f"WHERE e.batch = ? AND ({_OUTCOMES['applied']} OR {_OUTCOMES['unknown']}) ORDER BY e.position",
                (batch,),
            )
            for position, name in rows:
                groups.setdefault(name, []).append(int(position))
            return tuple(tuple(group) for group in groups.values())

        return await self._storage.read(job)

    async def entries_at(self, batch: int, positions: Sequence[int]) -> tuple[Entry, ...]:
        """Some changes of a batch, in order."""

        def job(db: sqlite3.Connection) -> tuple[Entry, ...]:
            rows = [
                db.execute(f"SELECT {_ENTRY} FROM entry e WHERE e.batch = ? AND e.position = ?", (batch, at)).fetchone()
                for at in sorted(positions)
            ]
            return tuple(entry_of(row) for row in rows if row is not None)

        return await self._storage.read(job)

    async def of_record(self, record: RecordId, limit: int = 50) -> tuple[tuple[BatchInfo, Entry], ...]:
        """What this computer did to a record, newest first."""

        def job(db: sqlite3.Connection) -> tuple[tuple[BatchInfo, Entry], ...]:
            rows = db.execute(
                f"SELECT {_ENTRY} FROM entry e WHERE e.record = ? AND (e.before IS NOT NULL OR e.after IS NOT NULL) "
                "ORDER BY e.batch DESC, e.position DESC LIMIT ?",
                (record.key, limit),
            )
            found = [entry_of(row) for row in rows]
            numbers = sorted({entry.batch for entry in found})
            marks = ", ".join("?" * len(numbers))
            batches = db.execute(
                f"{_BATCH} FROM batch b LEFT JOIN entry e ON e.batch = b.id WHERE b.id IN ({marks}) GROUP BY b.id",
                numbers,
            )
            infos = {info.id: info for info in map(batch_of, batches)}
            return tuple((infos[entry.batch], entry) for entry in found if entry.batch in infos)

        return await self._storage.read(job)

    async def created_before(self, key: str) -> Record | None:
        """The record a create with this key made on this computer, if it was applied."""
        found = await self.create_of(key)
        return found.after if found is not None and found.outcome == "applied" else None

    async def create_of(self, key: str) -> Entry | None:
        """What became of a create with this key that may have been carried out; None = certainly never."""

        def job(db: sqlite3.Connection) -> list[Entry]:
            rows = db.execute(
                f"SELECT {_ENTRY} FROM entry e WHERE e.key = ? "
                f"AND ({_OUTCOMES['applied']} OR {_OUTCOMES['unknown']}) "
                "ORDER BY e.outcome IS 'applied' DESC, e.batch DESC, e.position DESC LIMIT 1",
                (key,),
            )
            return [entry_of(row) for row in rows]

        found = await self._storage.read(job)
        return found[0] if found else None

    async def unheard(self) -> tuple[Entry, ...]:
        """Changes that were sent and never heard of again, newest first: what a break left behind."""

        def job(db: sqlite3.Connection) -> tuple[Entry, ...]:
            rows = db.execute(
                f"SELECT {_ENTRY} FROM entry e WHERE {_OUTCOMES['unknown']} ORDER BY e.batch DESC, e.position"
            )
            return tuple(entry_of(row) for row in rows)

        return await self._storage.read(job)

    async def _set(self, batch: int, position: int, what: str, values: tuple[object, ...]) -> None:
        def job(db: sqlite3.Connection) -> None:
            db.execute(f"UPDATE entry SET {what} WHERE batch = ? AND position = ?", (*values, batch, position))

        await self._storage.write(job)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
