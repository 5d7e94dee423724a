# SPDX-License-Identifier: MIT
"""What an update writes at once: some pages of a copy, or one page of changes, with the place where reading goes on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic

from crmdesk.connectors.port import SyncPage
from crmdesk.domain.names import Cursor
from crmdesk.domain.record import Page, Record
from crmdesk.engine.mirror import writing
from crmdesk.engine.mirror.layout import Layout
from crmdesk.engine.mirror.modules import Course, note
from crmdesk.engine.mirror.store import MirrorStore, Seat
from crmdesk.engine.mirror.writing import Written

_BATCH_ROWS, _BATCH_S = 1000, 1.0


@dataclass(slots=True)
class Batch:
    """Pages that are written together: a transaction for each would cost more than its rows.

    Attributes:
        cursor: where reading goes on behind them. pages: their records, and when they were asked for.
        writing: the batch before, on its way to the disk.
    """

    layout: Layout
    stands: Course
    cursor: Cursor | None
    pages: list[tuple[tuple[Record, ...], int]] = field(default_factory=list)
    since_s: float = 0.0
    writing: "asyncio.Future[Written] | None" = None

    def begin_writing(self, store: MirrorStore) -> None:
        """Write what there is while the next pages come; one batch at a time."""
        self.writing = asyncio.ensure_future(store.write(self.job()))
        self.pages.clear()

    def take(self, page: Page, asked: int) -> None:
        """One page more."""
        if not self.pages:
            self.since_s = monotonic()
        self.pages.append((page.records, asked))
        self.cursor = page.next

    @property
    def is_full(self) -> bool:
        """Whether it is time to write."""
        enough = sum(len(records) for records, _ in self.pages) >= _BATCH_ROWS
        return enough or monotonic() - self.since_s >= _BATCH_S

    def job(self) -> Callable[[Seat], Written]:
        """Writes them, with the place where reading goes on; after the last page the copy is whole."""
        layout, stands, cursor, pages = self.layout, self.stands, self.cursor, tuple(self.pages)

        def write(seat: Seat) -> Written:
            changed: list[str] = []
            left_out = 0
            for records, asked in pages:
                written = writing.put(seat.db, layout, records, asked, of_round=stands.round)
                changed += written.changed
                left_out += written.left_out
                writing.note_asked(seat.db, asked)
            gone: tuple[str, ...] = ()
            if cursor is not None:
                note(seat.db, layout.module, cursor=cursor)
            else:
                gone = writing.remove_unseen(seat.db, layout, stands.round, stands.began)
                note(
                    seat.db, layout.module,
                    copying=0, cursor=None, complete=1, token=stands.next_token, synced_at=stands.began,
                    compared_at=stands.began, gap=0,
                )  # fmt: skip
            return Written(tuple(changed), gone, left_out)

        return write


def changes_job(layout: Layout, page: SyncPage, asked: int) -> Callable[[Seat], Written]:
    """Writes a page of changes, with the token behind it."""

    def job(seat: Seat) -> Written:
        written = writing.put(seat.db, layout, page.updated, asked)
        gone = writing.remove(seat.db, layout, [record.key for record in page.deleted], asked)
        writing.note_asked(seat.db, asked)
        note(seat.db, layout.module, token=page.token, **({} if page.more else {"synced_at": asked}))
        return replace(written, deleted=gone)

    return job
