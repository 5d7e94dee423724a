# SPDX-License-Identifier: MIT
"""Records that a person saw lately, and those marked as favourites: per account, on disk."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.engine.events import Event
from crmdesk.engine.storage import Storage

MOST_RECENT: Final = 30
MOST_FAVOURITES: Final = 200
_RECENT, _FAVOURITES = "recent-records", "favourite-records"


@dataclass(frozen=True, slots=True)
class Mark:
    """A record as people know it: its title and its module's label when it was seen."""

    record: RecordId
    title: str
    module_label: str


class Remembered:
    """Owned by a workspace; used on the loop's thread.

    Attributes:
        recent: the last seen first. favourites: the first marked first.
        changed: emitted with None when either is different.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.recent: tuple[Mark, ...] = ()
        self.favourites: tuple[Mark, ...] = ()
        self.changed: Event[None] = Event()

    async def load(self) -> None:
        """What earlier visits left; what cannot be read is left out."""
        seen, marked = await self._storage.recall(_RECENT), await self._storage.recall(_FAVOURITES)
        # Something may have been seen while the file was read.
        self.recent = _joined(self.recent, _marks(seen), MOST_RECENT)
        self.favourites = _joined(self.favourites, _marks(marked), MOST_FAVOURITES)
        self.changed.emit(None)

    def is_favourite(self, record: RecordId) -> bool:
        """Whether the person marked it."""
        return any(mark.record == record for mark in self.favourites)

    async def visit(self, mark: Mark) -> None:
        """It was looked at just now; its title may be another one than the last time."""
        self.recent = _joined((mark,), self.recent, MOST_RECENT)
        self.favourites = tuple(mark if one.record == mark.record else one for one in self.favourites)
        await self._keep()

    async def toggle(self, mark: Mark) -> bool:
        """Mark it, or take the mark away; whether it is marked now."""
        if self.is_favourite(mark.record):
            self.favourites = tuple(one for one in self.favourites if one.record != mark.record)
        else:
            self.favourites = (*self.favourites, mark)[-MOST_FAVOURITES:]
        await self._keep()
        return self.is_favourite(mark.record)

    async def forget(self, record: RecordId) -> None:
        """It is gone from the server."""
        self.recent = tuple(one for one in self.recent if one.record != record)
        self.favourites = tuple(one for one in self.favourites if one.record != record)
        await self._keep()

    async def _keep(self) -> None:
        self.changed.emit(None)
        with suppress(ProfileError):  # a full disk keeps nobody from reading
            await self._storage.remember(_RECENT, _text(self.recent))
            await self._storage.remember(_FAVOURITES, _text(self.favourites))


def _joined(first: tuple[Mark, ...], then: tuple[Mark, ...], most: int) -> tuple[Mark, ...]:
    """Each record once, where it stands first."""
    unique = {mark.record: mark for mark in reversed((*first, *then))}
    order = dict.fromkeys(mark.record for mark in (*first, *then))
    return tuple(unique[record] for record in order)[:most]


def _text(marks: tuple[Mark, ...]) -> str:
    return json.dumps([[m.record.module, m.record.key, m.title, m.module_label] for m in marks], ensure_ascii=False)


def _marks(text: str | None) -> tuple[Mark, ...]:
    try:
        data = json.loads(text) if text else []
        rows = [row for row in data if isinstance(row, list) and len(row) == 4 and all(isinstance(s, str) for s in row)]
    except (ValueError, TypeError, RecursionError):
        return ()
    return tuple(Mark(RecordId(ModuleName(module), key), title, label) for module, key, title, label in rows)
