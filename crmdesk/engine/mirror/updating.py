# SPDX-License-Identifier: MIT
"""Bringing a module's copy up to date: first whole, page by page, then by what changed; what is gone goes.

Pages are written together with the place where reading goes on, so whatever breaks off (the server, the program, a full
disk) the next update goes on there. While some are written the next one is asked for already. One request at a
time, on the account's own lanes; where the server asks to wait, it is waited.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import TypeVar

from crmdesk.connectors.port import SyncPage, SyncsChanges
from crmdesk.domain.errors import CrmError, Invalid, MalformedReply, ProfileError, RateLimited, ServerFault, Unsupported
from crmdesk.domain.names import Cursor, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.engine.mirror import choice, tables, writing
from crmdesk.engine.mirror.batches import Batch, changes_job
from crmdesk.engine.mirror.documents_updating import DocumentsUpdater
from crmdesk.engine.mirror.layout import Layout
from crmdesk.engine.mirror.modules import Course, count, course, note, used_bytes
from crmdesk.engine.mirror.shapes import MirrorChange, Phase, Progress, Updated
from crmdesk.engine.mirror.store import MirrorStore, Seat
from crmdesk.engine.mirror.writing import Written
from crmdesk.engine.session import AccountSession

T = TypeVar("T")

COMPARE_AFTER_US = 24 * 3600 * 1_000_000
"""Where a server does not tell what was deleted, ids are compared at least so often, and whenever the count differs."""
_WAITS_S = (1.0, 4.0, 10.0)
_MOST_WAITS = 12
_LONGEST_WAIT_S = 300.0
_TELL_EVERY_S = 0.1
_MISSING_MOST = 50
_AGAIN_MOST = 3


class CopyFull(ProfileError):
    """The copy has reached the size that is allowed."""


@dataclass(slots=True)
class Tally:
    """What was done so far."""

    changed: int = 0
    deleted: int = 0
    left_out: int = 0
    whole: bool = False


@dataclass(slots=True, kw_only=True)
class Updater:
    """Updates one module after another. Owned by a ``Mirror``'s update; used on the loop's thread.

    Attributes:
        most_bytes: tells how far the file may grow now, 0 = no limit. sleep: waits; tests have another.
    """

    store: MirrorStore
    session: AccountSession
    most_bytes: Callable[[], int]
    on_progress: Callable[[Progress], None]
    on_change: Callable[[MirrorChange], None]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    number: int = 1
    modules: int = 1
    _told_s: float = field(default=0.0, init=False)
    _now: Progress | None = field(default=None, init=False)

    async def update(self, module: Module, *, whole: bool = False) -> Updated:
        """Bring one module up to date.

        Raises:
            CrmError: what ended it; what was copied stays.
        """
        name, tally = module.name, Tally()
        schema = await self.patiently(lambda: self.session.schema(name, fresh=True), name)
        fitted = await self.store.write(lambda seat: _fit(seat, schema))
        layout = fitted.layout
        stands = await self._course(name)
        try:
            if whole or fitted.must_copy or not (stands.complete or stands.copying):
                stands = await self._begin_copy(layout, stands)
            if stands.copying:
                await self._copy(layout, stands, tally)
            stands = await self._course(name)
            if not await self._changes(layout, stands, tally) and not tally.whole:
                await self._copy(layout, await self._begin_copy(layout, stands), tally)
            await self._compare(layout, tally)
            await DocumentsUpdater(self, name).update()
            await self.store.write(lambda seat: _finish(seat, layout))
        except CrmError as error:
            text = error.user_text
            await self.store.write(lambda seat: note(seat.db, name, trouble=text))
            raise
        self.tell(Phase.DONE, name, tally.changed, force=True)
        return Updated(
            module=name, changed=tally.changed, deleted=tally.deleted, whole=tally.whole, left_out=tally.left_out
        )

    async def _course(self, module: ModuleName) -> Course:
        stands = await self.store.read(lambda seat: course(seat.db, module))
        if stands is None:
            raise Unsupported(sentence("a local copy of {module}", module=module))
        return stands

    # ---- the whole of it -------------------------------------------------------------------------------------------

    async def _begin_copy(self, layout: Layout, stands: Course) -> Course:
        """The token first: whatever changes from now on is asked for when the copy is done."""
        name = layout.module
        token = await self.patiently(lambda: self._token(name), name)
        begun = replace(
            stands,
            copying=True,
            cursor=None,
            round=stands.round + 1,
            began=self.session.clock.asked(),
            next_token=token,
        )
        await self.store.write(
            lambda seat: note(
                seat.db, name, copying=1, cursor=None, round=begun.round, began=begun.began, next_token=token
            )
        )
        return begun

    async def _token(self, module: ModuleName) -> str:
        if not self.session.offers(SyncsChanges):
            return ""
        try:
            return await self.session.ask_role(SyncsChanges, lambda server: server.sync_token(module))
        except Unsupported:
            return ""

    async def _copy(self, layout: Layout, stands: Course, tally: Tally) -> None:
        name, tally.whole = layout.module, True
        query, size = Query(name), self.session.capabilities.max_page_size
        await self.check_room()
        total = await self._total(query)
        rows = 0 if stands.cursor is None else await self.store.read(lambda seat: count(seat.db, layout))
        self.tell(Phase.COPYING, name, rows, total, force=True)
        batch = Batch(layout, stands, Cursor(stands.cursor) if stands.cursor is not None else None)
        asked, restarts = self.session.clock.asked(), 0
        coming = self._start(partial(self._page, query, batch.cursor, size), name)
        try:
            while True:
                try:
                    page = await coming
                except (Invalid, MalformedReply, ServerFault):
                    if batch.cursor is None or restarts >= _AGAIN_MOST:
                        raise
                    batch.cursor, rows, restarts = (
                        None,
                        0,
                        restarts + 1,
                    )  # the place from another day is not known any more
                    asked = self.session.clock.asked()
                    coming = self._start(partial(self._page, query, None, size), name)
                    continue
                batch.take(page, asked)
                asked = self.session.clock.asked()
                if page.next is not None:
                    coming = self._start(partial(self._page, query, page.next, size), name)
                rows = len(page.records) if page.restarted else rows + len(page.records)
                if batch.is_full or page.next is None:
                    await self._written(batch, tally)
                    batch.begin_writing(self.store)
                self.tell(Phase.COPYING, name, rows, page.total or total)
                if page.next is None:
                    await self._written(batch, tally)
                    return
        except BaseException:
            await self._written(batch, tally)
            if batch.pages:  # what came is kept, whatever ended it
                batch.begin_writing(self.store)
                await self._written(batch, tally)
            raise
        finally:
            coming.cancel()

    async def _written(self, batch: "Batch", tally: Tally) -> None:
        """Wait for the pages that are being written; the next ones have come meanwhile."""
        job, batch.writing = batch.writing, None
        if job is not None:
            self._count(batch.layout, await job, tally)
            await self.check_room()

    async def _total(self, query: Query) -> int | None:
        if not self.session.capabilities.can_count:
            return None
        try:
            return await self.session.ask(lambda server: server.count(query))
        except CrmError:
            return None

    async def _page(self, query: Query, cursor: Cursor | None, size: int) -> Page:
        return await self.session.ask(lambda server: server.fetch_page(query, cursor, size))

    # ---- what changed -----------------------------------------------------------------------------------------------

    async def _changes(self, layout: Layout, stands: Course, tally: Tally) -> bool:
        """Ask for what changed; False where this server, or this module, cannot tell and must be copied again."""
        name, token, seen = layout.module, stands.token, 0
        if not self.session.offers(SyncsChanges):
            return False
        while True:
            asked = self.session.clock.asked()
            self.tell(Phase.CHANGES, name, seen, force=seen == 0)
            try:
                page = await self.patiently(partial(self._changed, name, token), name)
            except Unsupported:
                return False
            except Invalid:
                if not token:
                    raise
                return False  # the mark is not understood any more
            written = await self.store.write(changes_job(layout, page, asked))
            self._count(layout, written, tally)
            seen += len(page.updated) + len(page.deleted)
            if not page.more or page.token == token:
                return True
            token = page.token
            await self.check_room()

    async def _changed(self, module: ModuleName, token: str) -> SyncPage:
        return await self.session.ask_role(SyncsChanges, lambda server: server.changes_since(module, token))

    # ---- what is gone -----------------------------------------------------------------------------------------------

    async def _compare(self, layout: Layout, tally: Tally) -> None:
        """Hold the server's ids against ours, where it does not tell what was deleted and something may have been."""
        name, query = layout.module, Query(layout.module, (layout.schema.title_field,))
        if tally.whole or await self._is_told(name):
            return
        stands, have = await self._course(name), await self.store.read(lambda seat: count(seat.db, layout))
        there, began = await self._total(Query(name)), self.session.clock.asked()
        is_even = there is not None and there - have == stands.gap
        if is_even and began - stands.compared_at < COMPARE_AFTER_US:
            return
        this, cursor, seen = stands.round + 1, None, 0
        lacking: list[str] = []
        size = self.session.capabilities.max_page_size
        while True:
            self.tell(Phase.COMPARING, name, seen, there, force=seen == 0)
            page = await self.patiently(partial(self._page, query, cursor, size), name)
            keys = [record.id.key for record in page.records]
            lacking += await self.store.write(partial(_mark, layout, keys, this))
            seen, cursor = seen + len(keys), page.next
            if cursor is None:
                break
        gone = await self.store.write(lambda seat: _forget_unseen(seat, layout, this, began))
        self._count(layout, Written(deleted=gone), tally)
        if 0 < len(lacking) <= _MISSING_MOST:
            for key in dict.fromkeys(lacking):
                await self._fetch_missing(layout, key, tally)
        left = await self.store.read(lambda seat: count(seat.db, layout))
        gap = 0 if there is None else there - left
        await self.store.write(lambda seat: note(seat.db, name, compared_at=began, gap=gap, round=this))
        if len(lacking) > _MISSING_MOST:
            await self._copy(layout, await self._begin_copy(layout, await self._course(name)), tally)

    async def _is_told(self, module: ModuleName) -> bool:
        return await self.session.ask_role(SyncsChanges, lambda server: server.tells_deleted(module))

    async def _fetch_missing(self, layout: Layout, key: str, tally: Tally) -> None:
        asked = self.session.clock.asked()
        try:
            record = await self.session.ask(lambda server: server.fetch(RecordId(layout.module, key)))
        except CrmError:
            return  # gone meanwhile, or hidden
        self._count(layout, await self.store.write(lambda seat: writing.put(seat.db, layout, (record,), asked)), tally)

    # ---- shared ----------------------------------------------------------------------------------------------------

    def _count(self, layout: Layout, written: Written, tally: Tally) -> None:
        tally.changed += len(written.changed)
        tally.deleted += len(written.deleted)
        tally.left_out += written.left_out
        if written.changed or written.deleted:
            self.on_change(MirrorChange(layout.module, written.changed, written.deleted))

    def _start(self, work: Callable[[], Awaitable[T]], module: ModuleName) -> "asyncio.Task[T]":
        task = asyncio.ensure_future(self.patiently(work, module))
        task.add_done_callback(_heard)
        return task

    async def patiently(self, work: Callable[[], Awaitable[T]], module: ModuleName) -> T:
        """Wait where the server says so; try again where that may help; give up after a while."""
        waited = broken = 0
        while True:
            try:
                return await work()
            except RateLimited as error:
                waited += 1
                if waited > _MOST_WAITS:
                    raise
                pause_s = min(max(error.retry_after_s, 0.05), _LONGEST_WAIT_S)
            except CrmError as error:
                if not error.retryable or broken >= len(_WAITS_S) or self.session.away:
                    raise  # of a server that is known to be away nothing is asked until it is back
                pause_s = _WAITS_S[broken]
                broken += 1
            before = self._now
            self.tell(Phase.WAITING, module, before.rows if before else 0, before.total if before else None, pause_s)
            await self.sleep(pause_s)

    async def check_room(self) -> None:
        """End where the file has grown as large as it may.

        Raises:
            CopyFull.
        """
        if not self.most_bytes():
            return
        used, most = await self.store.read(used_bytes), self.most_bytes()
        if 0 < most < used:
            raise CopyFull(
                sentence(
                    "The local copy has reached its limit of {megabytes} MB. Allow it more room in the settings, or drop a "
                    "module; then update again.",
                    megabytes=most // 1_000_000,
                )
            )

    def tell(
        self,
        phase: Phase,
        module: ModuleName,
        rows: int,
        total: int | None = None,
        wait_s: float = 0.0,
        *,
        force: bool = False,
    ) -> None:
        """Say how far it is; not too often."""
        now = Progress(
            module=module, phase=phase, rows=rows, total=total, wait_s=wait_s,
            module_number=self.number, modules=self.modules,
        )  # fmt: skip
        changed_phase = self._now is None or self._now.phase is not phase
        self._now = now
        if force or changed_phase or monotonic() - self._told_s >= _TELL_EVERY_S:
            self._told_s = monotonic()
            self.on_progress(now)


def _fit(seat: Seat, schema: Schema) -> tables.Fitted:
    return tables.fit(seat.db, schema, seat.layouts().get(schema.module.name))


def _mark(layout: Layout, keys: list[str], of_round: int, seat: Seat) -> list[str]:
    return writing.mark(seat.db, layout, keys, of_round)


def _forget_unseen(seat: Seat, layout: Layout, of_round: int, began: int) -> tuple[str, ...]:
    return writing.remove_unseen(seat.db, layout, of_round, began)


def _finish(seat: Seat, layout: Layout) -> None:
    writing.purge(seat.db, layout)
    note(seat.db, layout.module, trouble="")


def _heard(task: "asyncio.Task[object]") -> None:
    """A page asked for ahead may fail when nobody waits for it any more."""
    if not task.cancelled():
        task.exception()


def wanted_modules(modules: Sequence[Module], names: Sequence[ModuleName]) -> list[Module]:
    """The modules of these names, in their order.

    Raises:
        Invalid: there is none of that name, or it is never copied; the text says why.
    """
    by_name = {module.name: module for module in modules}
    found = []
    for name in names:
        module = by_name.get(name)
        if module is None:
            raise Invalid(sentence("There is no module “{name}” for this user.", name=name))
        if why := choice.why_not(module):
            raise Invalid(why)
        found.append(module)
    return found
