# SPDX-License-Identifier: MIT
"""The journal: what was about to be sent, before it was sent, and what became of it. Nothing is ever rewritten."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crmdesk.domain.changes import Applied, Change, Outcome, Refused, Skipped, Unknown
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.codec import change_from_json, change_to_json, dumps, loads, record_from_json, record_to_json
from crmdesk.engine.storage import Storage


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One apply. Counts are changes (records); ``open`` were intended and never heard of again."""

    id: int
    began: datetime
    ended: datetime | None
    user: str
    server: str
    summary: str
    undoes: int | None
    changes: int
    applied: int
    refused: int
    unknown: int
    undone: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a batch.

    Attributes:
        outcome: "applied", "refused", "unknown", "skipped", "" = no outcome was noted.
        before, after: the record on the server before and after, where they were seen.
    """

    batch: int
    position: int
    change: Change
    title: str
    outcome: str
    error: str
    before: Record | None
    after: Record | None


class Journal:
    """One account's journal. Used on the loop's thread."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def begin(
        self, changes: Sequence[tuple[Change, str]], *, user: str, server: str, summary: str, undoes: int | None = None
    ) -> int:
        """Note every intent, given with titles, and return the batch's id. When this returns it is on disk."""
        rows = [(i, dumps(change_to_json(change)), title) for i, (change, title) in enumerate(changes)]

        def job(db: sqlite3.Connection) -> int:
            cursor = db.execute(
                "INSERT INTO batch (began, user, server, summary, undoes) VALUES (?, ?, ?, ?, ?)",
                (_now(), user, server, summary, undoes),
            )
            batch = int(cursor.lastrowid or 0)
            db.executemany(
                "INSERT INTO entry (batch, position, change, title) VALUES (?, ?, ?, ?)",
                [(batch, *row) for row in rows],
            )
            return batch

        return await self._storage.write(job)

    async def sending(self, batch: int, position: int, before: Record | None) -> None:
        """The change is about to leave; ``before`` is what the server holds now."""
        image = None if before is None else dumps(record_to_json(before))
        await self._set(batch, position, "sent = ?, before = ?", (_now(), image))

    async def note(self, batch: int, position: int, outcome: Outcome) -> None:
        """What became of it."""
        word, error, after = _describe(outcome)
        image = None if after is None else dumps(record_to_json(after))
        await self._set(batch, position, "outcome = ?, error = ?, after = ?", (word, error, image))

    async def end(self, batch: int) -> None:
        """The batch is over."""

        def job(db: sqlite3.Connection) -> None:
            db.execute("UPDATE batch SET ended = ? WHERE id = ?", (_now(), batch))

        await self._storage.write(job)

    async def batches(self, limit: int = 500) -> tuple[BatchInfo, ...]:
        """Newest first."""

        def job(db: sqlite3.Connection) -> list[tuple[object, ...]]:
            return db.execute(
                """
                SELECT b.id, b.began, b.ended, b.user, b.server, b.summary, b.undoes, count(e.position),
                       sum(e.outcome IS 'applied'), sum(e.outcome IS 'refused'),
                       sum(e.outcome IS 'unknown' OR (e.outcome IS NULL AND e.sent IS NOT NULL)),
                       EXISTS (SELECT 1 FROM batch u JOIN entry x ON x.batch = u.id
                               WHERE u.undoes = b.id AND x.outcome = 'applied')
                FROM batch b LEFT JOIN entry e ON e.batch = b.id
                GROUP BY b.id ORDER BY b.id DESC LIMIT ?
                """,
                (limit,),
            ).fetchall()

        return tuple(_batch(row) for row in await self._storage.read(job))

    async def entries(self, batch: int) -> tuple[Entry, ...]:
        """The changes of a batch, in order; empty where there is no such batch."""

        def job(db: sqlite3.Connection) -> list[tuple[object, ...]]:
            return db.execute(
                "SELECT batch, position, change, title, outcome, error, before, after, sent "
                "FROM entry WHERE batch = ? ORDER BY position",
                (batch,),
            ).fetchall()

        return tuple(_entry(row) for row in await self._storage.read(job))

    async def of_record(self, record: RecordId, limit: int = 50) -> tuple[tuple[BatchInfo, Entry], ...]:
        """What this computer did to a record, newest first."""
        found = []
        for info in await self.batches():
            for entry in await self.entries(info.id):
                images = (entry.before, entry.after)
                if any(image is not None and image.id.key == record.key for image in images):
                    found.append((info, entry))
            if len(found) >= limit:
                break
        return tuple(found[:limit])

    async def created_before(self, key: str) -> Record | None:
        """The record a create with this key made on this computer, if it was applied."""

        def job(db: sqlite3.Connection) -> list[tuple[str, str]]:
            return db.execute(
                "SELECT change, after FROM entry WHERE outcome = 'applied' AND after IS NOT NULL "
                "AND json_extract(change, '$.op') = 'create' AND json_extract(change, '$.temp_id') = ?",
                (key,),
            ).fetchall()

        rows = await self._storage.read(job)
        return record_from_json(loads(rows[-1][1])) if rows else None

    async def _set(self, batch: int, position: int, what: str, values: tuple[object, ...]) -> None:
        def job(db: sqlite3.Connection) -> None:
            db.execute(f"UPDATE entry SET {what} WHERE batch = ? AND position = ?", (*values, batch, position))

        await self._storage.write(job)


def _describe(outcome: Outcome) -> tuple[str, str | None, Record | None]:
    match outcome:
        case Applied(record=record):
            return "applied", None, record
        case Refused(error=error):
            return "refused", _reason(error), None
        case Unknown(error=error):
            return "unknown", _reason(error), None
        case Skipped(reason=reason):
            return "skipped", reason, None


def _reason(error: CrmError) -> str:
    return error.user_text


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _batch(row: tuple[object, ...]) -> BatchInfo:
    number, began, ended, user, server, summary, undoes, changes, applied, refused, unknown, undone = row
    return BatchInfo(
        int(str(number)),
        datetime.fromisoformat(str(began)),
        None if ended is None else datetime.fromisoformat(str(ended)),
        str(user),
        str(server),
        str(summary),
        None if undoes is None else int(str(undoes)),
        int(str(changes)),
        int(str(applied or 0)),
        int(str(refused or 0)),
        int(str(unknown or 0)),
        bool(undone),
    )


def _entry(row: tuple[object, ...]) -> Entry:
    batch, position, change, title, outcome, error, before, after, sent = row
    word = str(outcome) if outcome else ("unknown" if sent else "")
    return Entry(
        int(str(batch)),
        int(str(position)),
        change_from_json(loads(str(change))),
        str(title),
        word,
        str(error or ""),
        None if before is None else record_from_json(loads(str(before))),
        None if after is None else record_from_json(loads(str(after))),
    )
