# SPDX-License-Identifier: MIT
"""The journal: what was about to be sent, before it was sent, and what became of it. Nothing is ever rewritten."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crmdesk.domain.changes import Applied, Change, Create, Outcome, Refused, Skipped, Unknown, record_of
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.engine.codec import (
    change_from_json,
    change_to_json,
    document_from_json,
    document_to_json,
    dumps,
    loads,
    record_from_json,
    record_to_json,
)
from crmdesk.engine.journal_search import finder
from crmdesk.engine.storage import Storage


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One apply. Counts are changes (records); ``unknown`` were sent and not heard of again.

    Attributes:
        undoes: the batch this one takes back; None where it takes none back, or several.
        taken_back: changes of this batch that a later one took back.
    """

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
    taken_back: int = 0

    @property
    def undone(self) -> bool:
        """Whether any of it was taken back."""
        return self.taken_back > 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a batch.

    Attributes:
        outcome: "applied", "refused", "unknown", "skipped", "" = it was never sent, and nobody said why.
        before, after: the record on the server before and after, where they were seen.
        undoes: the batch whose change this takes back.
        sent: when it left; None = it never did.
        document_before, document_after: the same two with their lines, for a sales document.
    """

    batch: int
    position: int
    change: Change
    title: str
    outcome: str
    error: str
    before: Record | None
    after: Record | None
    undoes: int | None = None
    sent: datetime | None = None
    document_before: SalesDocument | None = None
    document_after: SalesDocument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What of the journal is wanted; the empty search wants everything.

    Attributes:
        text: words that titles, fields, values, reasons or the batch's own line hold, in any case.
        outcome: "applied", "refused", "unknown" or "skipped".
    """

    text: str = ""
    outcome: str = ""


ANYTHING = Search()
_OUTCOMES = {
    "": "1",
    "applied": "e.outcome IS 'applied'",
    "refused": "e.outcome IS 'refused'",
    "unknown": "(e.outcome IS 'unknown' OR (e.outcome IS NULL AND e.sent IS NOT NULL))",
    "skipped": "(e.outcome IS 'skipped' OR (e.outcome IS NULL AND e.sent IS NULL))",
}
_ENTRY = "e.batch, e.position, e.change, e.title, e.outcome, e.error, e.before, e.after, e.sent, e.undoes"
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
                (_now(), user, server, summary, one),
            )
            batch = int(cursor.lastrowid or 0)
            db.executemany(
                "INSERT INTO entry (batch, position, change, title, undoes, record, key) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (batch, i, dumps(change_to_json(change)), title, back, *_names(change))
                    for i, ((change, title), back) in enumerate(zip(changes, each, strict=True))
                ),
            )
            return batch

        return await self._storage.write(job)

    async def sending(self, batch: int, position: int, before: Record | SalesDocument | None) -> None:
        """The change is about to leave; ``before`` is what the server holds now."""
        image = _image(before)
        await self._set(batch, position, "sent = ?, before = ?", (_now(), image))

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
        word, error, after = _describe(outcome)
        image = _image(after)
        held = after.header if isinstance(after, SalesDocument) else after
        key = None if held is None else held.id.key

        def job(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE entry SET outcome = ?, error = ?, after = ?, record = coalesce(?, record) "
                "WHERE batch = ? AND position = ?",
                (word, error, image, key, batch, position),
            )

        return job

    async def end(self, batch: int) -> None:
        """The batch is over."""

        def job(db: sqlite3.Connection) -> None:
            db.execute("UPDATE batch SET ended = ? WHERE id = ?", (_now(), batch))

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
                SELECT b.id, b.began, b.ended, b.user, b.server, b.summary, b.undoes, count(e.position),
                       sum({_OUTCOMES["applied"]}), sum({_OUTCOMES["refused"]}), sum({_OUTCOMES["unknown"]}),
                       (SELECT count(*) FROM entry x WHERE x.undoes = b.id AND x.outcome = 'applied')
                FROM (SELECT * FROM batch b WHERE {" OR ".join(asked)} ORDER BY b.id DESC LIMIT ?) b
                LEFT JOIN entry e ON e.batch = b.id
                GROUP BY b.id ORDER BY b.id DESC
                """,
                (limit,),
            ).fetchall()

        return tuple(_batch(row) for row in await self._storage.read(job))

    async def batch(self, number: int) -> BatchInfo | None:
        """One batch, None where there is none of that number."""

        def job(db: sqlite3.Connection) -> list[tuple[object, ...]]:
            return db.execute(
                f"""
                SELECT b.id, b.began, b.ended, b.user, b.server, b.summary, b.undoes, count(e.position),
                       sum({_OUTCOMES["applied"]}), sum({_OUTCOMES["refused"]}), sum({_OUTCOMES["unknown"]}),
                       (SELECT count(*) FROM entry x WHERE x.undoes = b.id AND x.outcome = 'applied')
                FROM batch b LEFT JOIN entry e ON e.batch = b.id WHERE b.id = ? GROUP BY b.id
                """,
                (number,),
            ).fetchall()

        rows = await self._storage.read(job)
        return _batch(rows[0]) if rows else None

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
            return tuple(_entry(row) for row in rows)  # on the storage's thread: there may be many

        return await self._storage.read(job)

    async def of_record(self, record: RecordId, limit: int = 50) -> tuple[tuple[BatchInfo, Entry], ...]:
        """What this computer did to a record, newest first."""

        def job(db: sqlite3.Connection) -> list[Entry]:
            rows = db.execute(
                f"SELECT {_ENTRY} FROM entry e WHERE e.record = ? AND (e.before IS NOT NULL OR e.after IS NOT NULL) "
                "ORDER BY e.batch DESC, e.position DESC LIMIT ?",
                (record.key, limit),
            )
            return [_entry(row) for row in rows]

        found = await self._storage.read(job)
        infos = {number: await self.batch(number) for number in {entry.batch for entry in found}}
        return tuple((info, entry) for entry in found if (info := infos[entry.batch]) is not None)

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
            return [_entry(row) for row in rows]

        found = await self._storage.read(job)
        return found[0] if found else None

    async def unheard(self) -> tuple[Entry, ...]:
        """Changes that were sent and never heard of again, newest first: what a break left behind."""

        def job(db: sqlite3.Connection) -> tuple[Entry, ...]:
            rows = db.execute(
                f"SELECT {_ENTRY} FROM entry e WHERE {_OUTCOMES['unknown']} ORDER BY e.batch DESC, e.position"
            )
            return tuple(_entry(row) for row in rows)

        return await self._storage.read(job)

    async def _set(self, batch: int, position: int, what: str, values: tuple[object, ...]) -> None:
        def job(db: sqlite3.Connection) -> None:
            db.execute(f"UPDATE entry SET {what} WHERE batch = ? AND position = ?", (*values, batch, position))

        await self._storage.write(job)


def _describe(outcome: Outcome) -> tuple[str, str | None, Record | SalesDocument | None]:
    match outcome:
        case Applied(record=record, document=document, differences=differences):
            note = f"{len(differences)} of its lines are not as they were sent." if differences else None
            return "applied", note, document or record
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


def _names(change: Change) -> tuple[str | None, str | None]:
    """The record's key on the server, and the key by which a new one is never made twice."""
    record = record_of(change)
    if record is None:
        return None, change.temp_id if isinstance(change, Create) else None
    return record.key, None


def _batch(row: tuple[object, ...]) -> BatchInfo:
    number, began, ended, user, server, summary, undoes, changes, applied, refused, unknown, taken_back = row
    return BatchInfo(
        int(str(number)),
        datetime.fromisoformat(str(began)),
        _moment(ended),
        str(user),
        str(server),
        str(summary),
        None if undoes is None else int(str(undoes)),
        int(str(changes)),
        int(str(applied or 0)),
        int(str(refused or 0)),
        int(str(unknown or 0)),
        int(str(taken_back or 0)),
    )


def _entry(row: tuple[object, ...]) -> Entry:
    batch, position, change, title, outcome, error, before, after, sent, undoes = row
    word = str(outcome) if outcome else ("unknown" if sent else "")
    first, last = (None if image is None else loads(str(image)) for image in (before, after))
    return Entry(
        int(str(batch)),
        int(str(position)),
        change_from_json(loads(str(change))),
        str(title),
        word,
        str(error or ""),
        None if first is None else record_from_json(first),
        None if last is None else record_from_json(last),
        None if undoes is None else int(str(undoes)),
        _moment(sent),
        document_from_json(first) if first is not None and "lines" in first else None,
        document_from_json(last) if last is not None and "lines" in last else None,
    )


def _image(held: Record | SalesDocument | None) -> str | None:
    """A document reads as a record, too: its header."""
    if held is None:
        return None
    return dumps(document_to_json(held) if isinstance(held, SalesDocument) else record_to_json(held))


def _moment(text: object) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))
