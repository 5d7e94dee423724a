# SPDX-License-Identifier: MIT
"""What the server tells in passing: records that the window reads, writes or finds gone go into the copy as well."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import RecordId
from crmdesk.engine.events import Event
from crmdesk.engine.mirror import documents, writing
from crmdesk.engine.mirror.shapes import MirrorChange
from crmdesk.engine.mirror.store import MirrorStore, Seat
from crmdesk.engine.moments import Seen

_MOST_SEEN = 5000


class InPassing:
    """Hears what a session sees, and remembers when each record was seen. Owned by a ``Mirror``; on the loop's thread.

    Args:
        changed: emitted after rows changed on the disk.
    """

    def __init__(self, store: MirrorStore, changed: Event[MirrorChange]) -> None:
        self._store, self._changed = store, changed
        self._seen: OrderedDict[RecordId, datetime] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def seen_at(self, record: RecordId) -> datetime | None:
        """When the server showed the record last in this run, UTC; None = it has not, or long ago."""
        return self._seen.get(record)

    def hear(self, seen: Seen) -> None:
        """Note it now; write it in the background."""
        at = datetime.now(UTC)
        for record in seen.records:
            self._seen[record.id] = at
            self._seen.move_to_end(record.id)
        for gone in seen.gone:
            self._seen.pop(gone, None)
        while len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)
        if self._store.exists:
            self._run(self._take_quietly(seen))

    async def take(self, seen: Seen) -> None:
        """Write it into the copy where there is one.

        Raises:
            ProfileError: the file cannot be used.
        """
        if self._store.exists:
            for change in await self._store.write(lambda seat: _take(seat, seen)):
                self._changed.emit(change)

    async def _take_quietly(self, seen: Seen) -> None:
        with suppress(ProfileError):  # the next update brings it; nobody's save failed
            await self.take(seen)

    def _run(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until all of it is on the disk."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def stop(self) -> None:
        """Forget what is not written yet."""
        for task in tuple(self._tasks):
            task.cancel()


def _take(seat: Seat, seen: Seen) -> list[MirrorChange]:
    changes: list[MirrorChange] = []
    layouts = seat.layouts()
    for module in {record.id.module for record in seen.records} | {gone.module for gone in seen.gone}:
        layout = layouts.get(module)
        if layout is None:
            continue
        records = [record for record in seen.records if record.id.module == module]
        written = writing.put(seat.db, layout, records, seen.asked)
        dead = [one.key for one in seen.gone if one.module == module]
        gone = writing.remove(seat.db, layout, dead, seen.asked)
        documents.remove(seat.db, layout, dead)
        documents.put(seat.db, layout, [(d, seen.asked) for d in seen.documents if d.header.id.module == module])
        if written.changed or gone:
            changes.append(MirrorChange(module, written.changed, gone))
    if changes:
        writing.note_asked(seat.db, seen.asked)
    return changes
