# SPDX-License-Identifier: MIT
"""StagedChanges: edits held back until they are reviewed. Each is on disk before anybody is told of it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from uuid import uuid4

from crmdesk.domain.changes import Change
from crmdesk.domain.line_edit import Lines
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.sentence import counted, sentence
from crmdesk.domain.values import Value
from crmdesk.engine.events import Event
from crmdesk.engine.on_the_way import OnTheWay
from crmdesk.engine.staged_lines import left_of, rebased_lines, with_lines
from crmdesk.engine.staged_record import (
    NEW,
    Edit,
    Kind,
    StagedRecord,
    begun_document,
    besides,
    lines_slot,
    rebased,
    record_of_slot,
    staged_lines,
    with_edit,
)
from crmdesk.engine.staged_steps import Slots, Step, Steps, Way
from crmdesk.engine.staged_store import read_staged, write_staged
from crmdesk.engine.storage import Storage

__all__ = ["NEW", "Edit", "Kind", "StagedChanges", "StagedRecord"]

_BREATH = 500  # edits after which the loop may do something else
Along = Callable[[sqlite3.Connection], None]
"""Something else to be written in the same transaction."""


class StagedChanges:
    """The edits of one account. Owned by the session's account; used on the loop's thread.

    Attributes:
        changed: emitted with the records touched, after they are on disk.
        wanted_back: emitted where a step asks for what was there before something that is with the server already.
        made: temporary id -> what the server calls the record by now, as far as this visit sent it.
    """

    def __init__(self, storage: Storage) -> None:
        self.changed: Event[tuple[RecordId, ...]] = Event()
        self.wanted_back: Event[None] = Event()
        self.made: dict[RecordId, RecordId] = {}
        self._storage = storage
        self._records: dict[RecordId, StagedRecord] = {}
        self._steps = Steps()
        self._on_the_way = OnTheWay()
        self._turn = asyncio.Lock()
        self._working: set[asyncio.Future[None]] = set()

    async def load(self) -> None:
        """Read what an earlier run left."""
        for record in await self._storage.read(read_staged):
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
        return self._steps.text(Way.BACK)

    @property
    def redo_text(self) -> str:
        """What redo would do again, "" = nothing."""
        return self._steps.text(Way.FORTH)

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
                touched[record] = with_edit(
                    now or StagedRecord(Kind.UPDATE, one.record), one, self._on_the_way.fields(record)
                )
                if count % _BREATH == 0:
                    await asyncio.sleep(0)
            return touched

        await self._step(after, lambda: what or counted(count, "Edit", "Edit {n} cells"))

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
        """Take back one field, or everything of a record. What is on its way already is taken back by another edit."""

        async def after() -> dict[RecordId, StagedRecord | None]:
            staged = self._records.get(record)
            return {} if staged is None else {record: self._on_the_way.discarded(staged, field_name)}

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
            return {slot: with_lines(staged, edit(staged.lines), kept=slot in self._on_the_way)}

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
        """Take back everything. What is on its way already is taken back by other edits."""

        async def after() -> dict[RecordId, StagedRecord | None]:
            return {slot: self._on_the_way.discarded(staged) for slot, staged in self._records.items()}

        await self._step(after, sentence("Discard everything"))

    def leaves(self, sent: StagedRecord) -> None:
        """It is on its way to the server: from now on wanting the loaded value again is a wish of its own."""
        self._on_the_way.leave(sent)

    def unheard(self, sent: StagedRecord) -> None:
        """Nobody knows what became of it: whoever discards it now leaves it to the server."""
        self._on_the_way.lose(sent)

    async def stays(self, sent: StagedRecord) -> None:
        """It was not carried out; what is wanted of it differs from what was loaded, as ever."""

        async def work() -> None:
            async with self._turn:
                if not self._on_the_way.settle(sent.slot) or (held := self._records.get(sent.slot)) is None:
                    return
                now = with_lines(held, held.lines) if held.kind is Kind.LINES else rebased(held, held.base)
                if now == held:
                    return
                await self._write({sent.slot: now})
            self._tell((sent.slot,))

        await self._whole(work())

    async def carried_out(
        self,
        sent: StagedRecord,
        record: Record | None,
        document: SalesDocument | None = None,
        along: Along | None = None,
    ) -> None:
        """It was sent and stored; what is staged for it goes, but for what was asked while it was on its way.

        Undo no longer reaches behind it. Edits and this wait for one another, so that none falls between.

        Args:
            record: what the server holds now, None = deleted or not read. document: the same with its lines.
            along: is written in the same transaction.
        """
        slot = sent.slot

        async def work() -> None:
            async with self._turn:
                held = self._records.get(slot)
                left = left_of(held, sent, record, document) if held is not None else {}
                await self._write(left, along)
                self._on_the_way.settle(slot)
                if record is not None and slot.key.startswith(NEW):
                    self.made[slot] = record.id
                if record is not None and left.get(slot) is not None:
                    self._steps.stand_on(record)
                else:
                    self._steps.forget(slot)
            if left:
                self._tell(left)

        await self._whole(work())

    async def give_way(self, checked: StagedRecord) -> None:
        """Take back what somebody left to the server, but for what was asked since it was held against that."""

        async def after() -> dict[RecordId, StagedRecord | None]:
            self._on_the_way.settle(checked.slot)
            held = self._records.get(checked.slot)
            if held is None or held.kind is not checked.kind:
                return {}
            if held.kind is not Kind.UPDATE:
                return {checked.slot: None} if held == checked else {}
            return {checked.slot: besides(held, replace(checked, base=held.base), held.base)}

        await self._step(after, sentence("Discard"))

    async def rebase(self, record: Record) -> None:
        """The server holds something else by now; wanted values stay, those it has by itself become clean.

        Steps that undo and redo can reach stand on the new record from now on, too.
        """

        def after() -> dict[RecordId, StagedRecord | None]:
            staged = self._records.get(record.id)
            return {} if staged is None else {record.id: rebased(staged, record, self._on_the_way.fields(record.id))}

        async def work() -> None:
            async with self._turn:
                await self._write(touched := after())
                self._steps.stand_on(record)
            if touched:
                self._tell(touched)

        await self._whole(work())

    async def undo(self) -> None:
        """Take the last step back."""
        await self._travel(Way.BACK)

    async def redo(self) -> None:
        """Do it again."""
        await self._travel(Way.FORTH)

    def _tell(self, touched: Iterable[RecordId]) -> None:
        """Say what was touched; of a document's lines the record, too."""
        slots = tuple(touched)
        others = [record for slot in slots if (record := record_of_slot(slot)) is not slot]
        self.changed.emit(tuple(dict.fromkeys((*slots, *others))) if others else slots)

    def _tell_step(self, before: Slots, after: Slots) -> None:
        """Say what a change of mind touched, and whether it came too late for some of it."""
        self._tell(after)
        if self._on_the_way.is_wanted_back(before, after):
            self.wanted_back.emit(None)

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
                self._steps.take(Step(before, touched, what if isinstance(what, str) else what()))
            self._tell_step(before, touched)

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

    async def _travel(self, way: Way) -> None:
        async def work() -> None:
            async with self._turn:
                if (step := self._steps.next(way)) is None:
                    return
                side = {slot: self._on_the_way.walked(slot, left) for slot, left in step.side(way).items()}
                before = {slot: self._records.get(slot) for slot in side}
                await self._write(side)
                self._steps.walk(way)
            self._tell_step(before, side)

        await self._whole(work())

    async def _write(self, touched: Mapping[RecordId, StagedRecord | None], along: Along | None = None) -> None:
        """On disk, then in memory. The texts are made on the storage's thread: there may be 50,000."""

        def job(db: sqlite3.Connection) -> None:
            if along is not None:
                along(db)
            write_staged(db, touched)

        await self._storage.write(job)
        for record, staged in touched.items():
            if staged is None:
                self._records.pop(record, None)
            else:
                self._records[record] = staged
