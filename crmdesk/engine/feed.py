# SPDX-License-Identifier: MIT
"""PageFeed: one query read page by page. It keeps its place after an error, and never gives a row twice."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import cmp_to_key

from crmdesk.domain.errors import Unsupported
from crmdesk.domain.matching import folded, matches
from crmdesk.domain.names import Cursor
from crmdesk.domain.planning import Plan
from crmdesk.domain.query import Compare, Op, Order, Query, compares
from crmdesk.domain.record import Page, Record
from crmdesk.domain.values import Value, plain
from crmdesk.engine.reading import Reads

PAGES_PER_REQUEST = 5


@dataclass(frozen=True, slots=True)
class Rows:
    """What one request gave.

    Attributes:
        records: matching rows, in order; may be empty though more will come.
        scanned: rows the server has sent for this query so far.
        paused: much was read and little matched; ask again to go on.
    """

    records: tuple[Record, ...]
    scanned: int
    paused: bool = False


class PageFeed:
    """Owned by one tab or command; used on the loop's thread, one request at a time.

    Attributes:
        plan: who filters what, known after the first page.
        exhausted: no more rows will come.
        scanned: rows the server sent so far.
    """

    def __init__(self, session: Reads, query: Query) -> None:
        self.query = query
        self.plan: Plan | None = None
        self.exhausted = False
        self.scanned = 0
        self._session = session
        self._after: Cursor | None = None
        self._seen: set[str] = set()
        self._busy = self._reads_ahead = False
        self._ahead: asyncio.Future[Page] | None = None  # the page behind ``_after``, on its way
        self._found: list[Record] = []  # arrived but not given yet: a later page of the same request failed

    async def next_page(self, *, progress: Callable[[int], None] | None = None, ahead: bool = False) -> Rows:
        """The next rows. After an error the same call goes on where it was.

        Args:
            progress: told the rows scanned so far, when all must be read before the first can be shown.
            ahead: ask for the page after this one at once, so that the server works while these rows are shown.

        Raises:
            CrmError.
        """
        if self._busy:
            raise RuntimeError("next_page() was called while one is under way")
        self._busy, self._reads_ahead = True, ahead
        try:
            if self.plan is None:
                self.plan = await self._session.plan(self.query)
            if self.plan.local_order:
                return await self._next_sorted(self.plan, progress)
            return await self._next(self.plan)
        finally:
            self._busy = False

    async def pages(self, progress: Callable[[int], None] | None = None) -> AsyncGenerator[tuple[Record, ...], None]:
        """What is left, page by page to the end; the next one is on its way while these rows are worked on.

        Args:
            progress: told the rows scanned so far.

        Raises:
            CrmError.
        """
        try:
            while not self.exhausted:
                rows = await self.next_page(progress=progress, ahead=True)
                if progress is not None:
                    progress(rows.scanned)
                yield rows.records
        finally:
            self.forget_ahead()

    async def rest(self, progress: Callable[[int], None] | None = None) -> list[Record]:
        """All rows that are left; arguments and errors as those of ``pages``."""
        return [record async for page in self.pages(progress) for record in page]

    def forget_ahead(self) -> None:
        """Break off the page asked for ahead; it is asked for again if somebody wants it."""
        asked, self._ahead = self._ahead, None
        if asked is not None:
            asked.cancel()

    async def total(self) -> int | None:
        """How many rows the whole query has; None where only reading them all would tell."""
        if self.plan is None:
            self.plan = await self._session.plan(self.query)
        if self.plan.rest is not None or not self._session.capabilities.can_count:
            return None
        if any(_may_find_more(one) for one in compares(self.plan.pushed.where)):
            return None
        try:
            return await self._session.count(self.plan.pushed)
        except Unsupported:
            return None  # this server counts, but not what this filter means

    async def _next(self, plan: Plan) -> Rows:
        """Read on until a page is full, the end is reached, or enough was read for one request."""
        size, full = self._session.capabilities.max_page_size, False
        for _ in range(PAGES_PER_REQUEST):
            self._found += await self._read(plan, size)
            full = len(self._found) >= size or (plan.rest is None and bool(self._found))
            if self.exhausted or full:
                break
        found, self._found = self._found, []
        return Rows(tuple(found), self.scanned, paused=not (self.exhausted or full))

    async def _read(self, plan: Plan, size: int) -> list[Record]:
        """One server page; the place moves on only when it arrived."""
        asked, self._ahead = self._ahead, None
        page = await (asked or self._session.fetch_page(plan.pushed, self._after, size))
        if page.restarted:
            self.scanned = 0
        fresh = [r for r in page.records if r.id.key not in self._seen]
        self._seen.update(r.id.key for r in fresh)
        self.scanned += len(page.records)
        self._after = page.next
        self.exhausted = page.next is None
        if self._reads_ahead and not self.exhausted:
            self._ahead = asyncio.ensure_future(self._session.fetch_page(plan.pushed, self._after, size))
            self._ahead.add_done_callback(_heard)
        return [r for r in fresh if matches(plan.check, r.values)]

    async def _next_sorted(self, plan: Plan, progress: Callable[[int], None] | None) -> Rows:
        """The server cannot sort this: read everything, sort here, give it all."""
        while not self.exhausted:
            self._found += await self._read(plan, self._session.capabilities.max_page_size)
            if progress is not None:
                progress(self.scanned)
        records, self._found = sort_records(self._found, plan.local_order), []
        return Rows(tuple(records), self.scanned)


def _may_find_more(one: Compare) -> bool:
    """Whether servers commonly find more than asked: ``%``, ``_`` and backslash are SQL's own in LIKE, and many
    databases compare without trailing blanks. The rows are held against the filter once more, a count cannot be."""
    texts = [t for t in (one.value if isinstance(one.value, tuple) else (one.value,)) if isinstance(t, str)]
    if one.op in (Op.CONTAINS, Op.STARTS_WITH):
        return any(mark in text for text in texts for mark in "%_\\")
    return any(text != text.strip() for text in texts)


def _heard(asked: "asyncio.Future[Page]") -> None:
    """An error met ahead is told by the next ``next_page``, or by nobody where none comes."""
    if not asked.cancelled():
        asked.exception()


def sort_records(records: list[Record], order: tuple[Order, ...]) -> list[Record]:
    """Sorted by every key; empty values last whichever way; equal rows stay in the order they came."""

    def compare(left: Record, right: Record) -> int:
        for key in order:
            step = _compare(_sort_value(left, key), _sort_value(right, key))
            if step:
                empty = _sort_value(left, key) is None or _sort_value(right, key) is None
                return -step if key.descending and not empty else step
        return 0

    return sorted(records, key=cmp_to_key(compare))


def _sort_value(record: Record, key: Order) -> object:
    """What a person sees sorts: labels for references, folded text, amounts as they are."""
    value: Value = record.values.get(key.field)
    label = record.labels.get(key.field)
    if (label and isinstance(value, (str, tuple))) or hasattr(value, "key"):
        return folded(label or plain(value))
    if isinstance(value, (str, tuple)):
        return folded(plain(value)) or None
    return value


def _compare(left: object, right: object) -> int:
    """Empty is more than anything."""
    if left is None or right is None:
        return (left is None) - (right is None)
    if type(left) is not type(right) and isinstance(left, str) + isinstance(right, str) == 1:
        left, right = str(left), str(right)
    return int(left > right) - int(left < right)  # type: ignore[operator]  # values of one field compare
