# SPDX-License-Identifier: MIT
"""StagedChanges: edits held back until they are reviewed. Each is on disk before anybody is told of it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from crmdesk.domain.changes import Change
from crmdesk.domain.line_edit import Lines
from crmdesk.domain.line_merge import line_of_field
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.sentence import counted, sentence
from crmdesk.domain.values import Value
from crmdesk.engine.codec import dumps, loads
from crmdesk.engine.events import Event
from crmdesk.engine.staged_lines import rebased_lines, with_lines, without_part
from crmdesk.engine.staged_record import (
    NEW,
    Edit,
    Kind,
    StagedRecord,
    begun_document,
    lines_slot,
    rebased,
    record_of_slot,
    staged_from_json,
    staged_lines,
    staged_to_json,
    with_edit,
)
from crmdesk.engine.storage import Storage

__all__ = ["NEW", "Edit", "Kind", "StagedChanges", "StagedRecord"]

_BREATH = 500  # edits after which the loop may do something else


Along = Callable[[sqlite3.Connection], None]
"""Something else to be written in the same transaction."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What undo puts back and redo puts again; None = nothing was staged."""

    before: Mapping[RecordId, StagedRecord | None]
    after: Mapping[RecordId, StagedRecord | None]
    what: str


class StagedChanges:
    """The edits of one account. Owned by the session's account; used on the loop's thread.

    Attributes:
        changed: emitted with the records touched, after they are on disk.
        made: temporary id -> what the server calls the record by now, as far as this visit sent it.
    """

    def __init__(self, storage: Storage) -> None:
        self.changed: Event[tuple[RecordId, ...]] = Event()
        self.made: dict[RecordId, RecordId] = {}
        self._storage = storage
        self._records: dict[RecordId, StagedRecord] = {}
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._turn = asyncio.Lock()
        self._working: set[asyncio.Future[None]] = set()

    async def load(self) -> None:
        """Read what an earlier run left."""

        def job(db: sqlite3.Connection) -> list[StagedRecord]:
            return [
                staged_from_json(loads(str(row[0]))) for row in db.execute("SELECT data FROM staged ORDER BY position")
            ]

        for record in await self._storage.read(job):
            self._records[record.slot] = record
        if self._records:
            self._tell(self._records)

    # ---- looking ---------------------------------------------------------------------------------------------------

    def all(self) -> tuple[StagedRecord, ...]:
        """Everything staged, in the order records were first touched."""
        return tuple(self._records.values())

    def get(self, record: RecordId) -> StagedRecord | None:
        """What is staged for a record."""
        return self._records.get(record)

    def created(self, module: ModuleName) -> tuple[StagedRecord, ...]:
        """New records of a module that are not sent yet."""
        return tuple(r for r in self._records.values() if r.kind is Kind.CREATE and r.id.module == module)

    def changes(self) -> tuple[Change, ...]:
        """What to send, in order."""
        return tuple(record.change() for record in self._records.values())

    @property
    def count(self) -> int:
        """Changed fields, new records and deletes together."""
        return sum(record.count for record in self._records.values())

    @property
    def undo_text(self) -> str:
        """What undo would take back, "" = nothing."""
        return self._undo[-1].what if self._undo else ""

    @property
    def redo_text(self) -> str:
        """What redo would do again, "" = nothing."""
        return self._redo[-1].what if self._redo else ""

    # ---- changing ---------------------------------------------------------------------------------------------------

    async def edit(self, edits: Iterable[Edit], what: str = "") -> None:
        """Want other values; wanting the loaded value again makes the field clean.

        However many: one transaction, one step for undo; the loop goes on meanwhile, and a generator is read on the way.
        """
        count = 0

        async def after() -> dict[RecordId, StagedRecord | None]:
            nonlocal count
            touched: dict[RecordId, StagedRecord | None] = {}
            for one in edits:
                record, count = one.record.id, count + 1
                now = touched[record] if record in touched else self._records.get(record)
                touched[record] = with_edit(now or StagedRecord(Kind.UPDATE, one.record), one)
                if count % _BREATH == 0:
                    await asyncio.sleep(0)
            return touched

        await self._step(after, lambda: what or _sentence(count))

    async def stage(self, records: Iterable[StagedRecord], what: str) -> None:
        """Stage whole records of any kind in one step: imports, undone batches. They replace what was staged for them."""
        wanted: dict[RecordId, StagedRecord | None] = {record.slot: record for record in records}

        async def after() -> dict[RecordId, StagedRecord | None]:
            return wanted

        await self._step(after, what)

    async def create(self, module: ModuleName, values: Mapping[FieldName, Value], title: str = "") -> RecordId:
        """Stage a new record; the id is temporary."""
        record = RecordId(module, NEW + uuid4().hex[:12])
        await self.stage(
            [StagedRecord(Kind.CREATE, Record(record, {}), dict(values), {}, title)], sentence("New record")
        )
        return record

    async def delete(self, records: Iterable[tuple[Record, str]]) -> None:
        """Stage deletes, given with titles; a record that was never sent is simply dropped."""
        wanted = tuple(records)

        async def after() -> dict[RecordId, StagedRecord | None]:
            return {
                record.id: None if record.id.key.startswith(NEW) else StagedRecord(Kind.DELETE, record, title=title)
                for record, title in wanted
            }

        await self._step(after, sentence("Delete"))

    async def discard(self, record: RecordId, field_name: FieldName | None = None) -> None:
        """Take back one field, or everything of a record."""

        async def after() -> dict[RecordId, StagedRecord | None]:
            staged = self._records.get(record)
            if staged is None:
                return {}
            if field_name is None or staged.kind is Kind.DELETE:
                return {record: None}
            if staged.kind is Kind.LINES or (staged.is_new_document and line_of_field(field_name) is not None):
                return {record: without_part(staged, field_name)}
            rest = {name: value for name, value in staged.values.items() if name != field_name}
            keep = bool(rest) or staged.kind is Kind.CREATE
            return {record: replace(staged, values=rest) if keep else None}

        await self._step(after, sentence("Discard"))

    async def edit_lines(
        self,
        document: SalesDocument,
        edit: Callable[[Lines], Lines],
        what: str = sentence("Edit lines"),
        title: str = "",
    ) -> None:
        """Want other lines in a document; wanting those that were loaded makes it clean.

        Args:
            document: as it was loaded; what is staged already keeps the one it began with. Of a new record, which is
                sent with its lines then: nothing happens where it is not staged any longer.
            edit: the lines wanted so far -> those wanted from now on; new ones carry a key with ``NEW_LINE``.
        """
        slot = lines_slot(document.header.id)

        async def after() -> dict[RecordId, StagedRecord | None]:
            staged = self._records.get(slot)
            if staged is None and slot.key.startswith(NEW):
                return {}
            if staged is None:
                staged = staged_lines(document, document.lines, title)
            elif staged.kind is Kind.CREATE:
                staged = replace(staged, document=begun_document(staged))
            return {slot: with_lines(staged, edit(staged.lines))}

        await self._step(after, what)

    def lines_of(self, record: RecordId) -> StagedRecord | None:
        """What is staged for the lines of a document."""
        staged = self._records.get(lines_slot(record))
        return staged if staged is not None and staged.document is not None else None

    async def rebase_lines(self, document: SalesDocument) -> None:
        """The server holds other lines by now: where nothing is in conflict, the wish stands on them from now on."""
        slot = lines_slot(document.header.id)

        async def work() -> None:
            async with self._turn:
                staged = self._records.get(slot)
                moved = rebased_lines(staged, document) if staged is not None else staged
                if moved == staged:
                    return
                await self._write({slot: moved})
            self._tell({slot: moved})

        await self._whole(work())

    async def discard_all(self) -> None:
        """Take back everything."""

        async def after() -> dict[RecordId, StagedRecord | None]:
            return dict.fromkeys(self._records, None)

        await self._step(after, sentence("Discard everything"))

    async def settle(self, records: Mapping[RecordId, Record | None], along: Along | None = None) -> None:
        """These are sent and stored; what is staged for them goes, and undo no longer reaches behind it.

        Args:
            records: record -> what the server holds now, None = deleted or only to be dropped.
            along: is written in the same transaction.
        """

        async def work() -> None:
            async with self._turn:
                await self._write(dict.fromkeys(records, None), along)
                self.made |= {
                    slot: made.id for slot, made in records.items() if made is not None and slot.key.startswith(NEW)
                }
                self._undo = [s for s in self._undo if not (s.before.keys() | s.after.keys()) & records.keys()]
                self._redo = [s for s in self._redo if not (s.before.keys() | s.after.keys()) & records.keys()]
            self._tell(records)

        await self._whole(work())

    async def rebase(self, record: Record) -> None:
        """The server holds something else by now; wanted values stay, those it has by itself become clean.

        Steps that undo and redo can reach stand on the new record from now on, too.
        """

        def after() -> dict[RecordId, StagedRecord | None]:
            staged = self._records.get(record.id)
            return {} if staged is None else {record.id: rebased(staged, record)}

        async def work() -> None:
            async with self._turn:
                touched = after()
                await self._write(touched)
                self._undo = [s for step in self._undo if (s := _step_on(step, record)) is not None]
                self._redo = [s for step in self._redo if (s := _step_on(step, record)) is not None]
            if touched:
                self._tell(touched)

        await self._whole(work())

    async def undo(self) -> None:
        """Take the last step back."""
        await self._travel("_undo", "_redo", lambda step: step.before)

    async def redo(self) -> None:
        """Do it again."""
        await self._travel("_redo", "_undo", lambda step: step.after)

    def _tell(self, touched: Iterable[RecordId]) -> None:
        """Say what was touched; of a document's lines the record, too."""
        slots = tuple(touched)
        others = [record for slot in slots if (record := record_of_slot(slot)) is not slot]
        self.changed.emit(tuple(dict.fromkeys((*slots, *others))) if others else slots)

    # ---- inside --------------------------------------------------------------------------------------------------------

    async def _step(
        self, after: Callable[[], Awaitable[dict[RecordId, StagedRecord | None]]], what: str | Callable[[], str]
    ) -> None:
        """One change of mind: on disk first, then here, then told. Steps wait for one another."""

        async def work() -> None:
            async with self._turn:
                touched = await after()
                before: dict[RecordId, StagedRecord | None] = {}
                for record in touched:
                    before[record] = self._records.get(record)
                    if len(before) % _BREATH == 0:
                        await asyncio.sleep(0)
                if before == touched:
                    return
                await self._write(touched)
                self._undo.append(_Step(before, touched, what if isinstance(what, str) else what()))
                self._redo.clear()
            self._tell(touched)

        await self._whole(work())

    async def _whole(self, work: Coroutine[object, object, None]) -> None:
        """Do all of it even when the caller is cancelled: disk, memory and undo must not be torn apart."""
        task = asyncio.ensure_future(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        await asyncio.shield(task)

    async def finished(self) -> None:
        """Wait until everything asked for so far is on disk, or has failed; whoever asked is told."""
        await asyncio.sleep(0)  # what was asked for a moment ago begins
        while self._working:
            await asyncio.wait(tuple(self._working))
            await asyncio.sleep(0)  # and what its end leads to
            await asyncio.sleep(0)

    async def _travel(
        self, source: str, target: str, side: Callable[[_Step], Mapping[RecordId, StagedRecord | None]]
    ) -> None:
        async def work() -> None:
            async with self._turn:
                steps: list[_Step] = getattr(self, source)
                if not steps:
                    return
                step = steps[-1]
                await self._write(side(step))
                steps.pop()
                getattr(self, target).append(step)
            self._tell(side(step))

        await self._whole(work())

    async def _write(self, touched: Mapping[RecordId, StagedRecord | None], along: Along | None = None) -> None:
        """On disk, then in memory. The texts are made on the storage's thread: there may be 50,000."""
        gone = [(_key(record),) for record, staged in touched.items() if staged is None]

        def job(db: sqlite3.Connection) -> None:
            if along is not None:
                along(db)
            db.executemany("DELETE FROM staged WHERE key = ?", gone)
            last = int(db.execute("SELECT coalesce(max(position), 0) FROM staged").fetchone()[0])
            db.executemany(
                "INSERT INTO staged VALUES (?, ?, ?) ON CONFLICT(key) DO UPDATE SET data = excluded.data",
                (
                    (_key(record), last + number, dumps(staged_to_json(staged)))
                    for number, (record, staged) in enumerate(touched.items(), 1)
                    if staged is not None
                ),
            )

        await self._storage.write(job)
        for record, staged in touched.items():
            if staged is None:
                self._records.pop(record, None)
            else:
                self._records[record] = staged


def _step_on(step: _Step, record: Record) -> _Step | None:
    """The step over another state of one record, None when nothing is left of it."""

    def side(records: Mapping[RecordId, StagedRecord | None]) -> dict[RecordId, StagedRecord | None]:
        return {i: rebased(s, record) if s is not None and i == record.id else s for i, s in records.items()}

    moved = _Step(side(step.before), side(step.after), step.what)
    return None if moved.before == moved.after else moved


def _sentence(count: int) -> str:
    return counted(count, "Edit", "Edit {n} cells")


def _key(record: RecordId) -> str:
    return f"{record.module}/{record.key}"
