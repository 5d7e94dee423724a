# SPDX-License-Identifier: MIT
"""The rows of one table: new records first, then those of the server or of the copy; kept on disk, shown by pages.

start ──copy may be shown──> view of the copy, all rows known soon ──changed there──> refreshed in place, or opened anew
      └──else, or F5──────> feed, page by page into a result set
"""

import contextlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import monotonic

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.engine.desk import Account
from crmdesk.engine.feed import PageFeed, Rows
from crmdesk.engine.mirror import MirrorChange, MirrorView, ModuleState
from crmdesk.engine.result_set import ResultSet
from crmdesk.engine.staging import StagedRecord
from crmdesk.ui.copies.copies import Copies
from crmdesk.ui.table.cells import PagedSource
from crmdesk.ui.table.kept_rows import Kept, Renewal
from crmdesk.ui.table.record_rows import RowMaker
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.tasks import TaskScope

_JOIN_S = 0.1


class TableRows(QObject):
    """Reads, keeps and hands out the rows of a table. Owned by the tab; works in its scope.

    Attributes:
        query: what is shown, None before the first.
        feed: the query being read from the server, None before the first and while the copy is shown.
        view: the rows of the copy, None while the server's are shown.
        asked_at: when the server's rows were asked for, None = the copy is shown, or nothing.
        renewal: when the copy's newer rows are shown.
        total: rows of the query, None = not known. whole: rows of the module without any filter.
        loading: (rows read, rows in all or None) while everything is being read.
        broken: the last page asked for could not be read. is_closed: nothing more is read.

    Signals:
        changed(): any of it is different now.
        moving(): the rows are about to go or to change places; what is being typed must be taken now.
        renewing(): the same rows come again, newer; whoever looks at one wants to stay there.
        failed(): a page could not be read; the scope has the error.
        arrived(): a page has come.
    """

    changed = Signal()
    failed = Signal()
    moving = Signal()
    renewing = Signal()
    arrived = Signal()

    def __init__(
        self,
        account: Account,
        module: ModuleName,
        model: RecordTableModel,
        scope: TaskScope,
        copies: Copies | None = None,
    ) -> None:
        """`copies`: None = only the server is asked."""
        super().__init__()
        self._session, self._module, self._model, self._scope = account.session, module, model, scope
        self._mirror, self._copies = account.mirror, copies
        self._results = ResultSet()
        self._kept: Kept = self._results
        self._new: list[StagedRecord] = []
        self.maker: RowMaker | None = None
        self.query: Query | None = None
        self.feed: PageFeed | None = None
        self.view: MirrorView | None = None
        self.asked_at: datetime | None = None
        self.total: int | None = None
        self.whole: int | None = None
        self.loading: tuple[int, int | None] | None = None
        self.broken = self.is_closed = False
        self.renewal = Renewal(self)
        self.renewal.due.connect(self._renew)
        self._deaf = account.mirror.changed.connect(self._on_copy) if copies is not None else lambda: None
        model.more_wanted.connect(self.pull)

    # ---- looking ---------------------------------------------------------------------------------------------------

    @property
    def read(self) -> int:
        """Rows read so far."""
        return len(self._kept)

    @property
    def copied(self) -> ModuleState | None:
        """How the module's copy stands, None = it has none."""
        return self._copies.state(self._module) if self._copies is not None else None

    def at(self, row: int) -> Record | None:
        """The record of a row of the table; a new one has no values yet. None beyond the rows."""
        if 0 <= row < len(self._new):
            return self._new[row].base
        return self._kept.record(row - len(self._new))

    def place_of(self, key: str) -> int:
        """The row of a record, -1 where it was not read."""
        place = next((i for i, staged in enumerate(self._new) if staged.id.key == key), -1)
        if place >= 0:
            return place
        found = self._kept.place_of(key)
        return found + len(self._new) if found >= 0 else -1

    # ---- reading ---------------------------------------------------------------------------------------------------

    def start(self, query: Query, *, ask: bool = False) -> None:
        """Show another query from its beginning; the former one is broken off.

        Args:
            ask: the server is asked even where the copy is fresh.
        """
        self.moving.emit()
        self._break_off()
        self.query = query
        if self._copies is not None and self._copies.may_show(self._module, self.asked_at) and not ask:
            self._scope.start(self._open(query), slot="rows")
        else:
            self._ask(query)
            if self._copies is not None:
                self._copies.look(self._module, by_hand=ask)  # so that the next look is into the copy again

    def follow_reach(self) -> None:
        """The server is there or away: what is shown comes from where it can."""
        copies, query = self._copies, self.query
        if copies is None or query is None or self.is_closed:
            return
        if copies.is_offline and self.view is None and copies.state(self._module) is not None:
            if self.broken or self.feed is None or not self.feed.exhausted:  # no more would come
                self.renewing.emit()
                self.start(query)
        elif copies.reach.is_online and self.view is None and self.broken:
            self.pull()  # what could not be read goes on where it stopped
        elif copies.reach.is_online and self.view is not None:
            if copies.is_fresh(self._module):
                copies.look(self._module)
            else:
                self.renewing.emit()
                self.start(query, ask=True)

    def _ask(self, query: Query) -> None:
        self._leave_view()
        self.feed = PageFeed(self._session, query)
        self._results.clear()
        self.asked_at = datetime.now(UTC)
        self.total, self.loading, self.broken = None, None, False
        self._model.restart(self.source())
        self.pull()
        self._scope.start(self._count(self.feed), slot="count")
        self.changed.emit()

    async def _open(self, query: Query) -> None:
        """The copy's rows: the first ones, then the places of all. What stands in the table stays until they come."""
        try:
            view = await self._mirror.view(query)
        except CrmError:
            self._ask(query)  # it was dropped meanwhile, or its file is damaged
            return
        self._scope.cancel("count")
        self._leave_view()
        self.feed, self.view, self._kept = None, view, view
        self.asked_at = None
        self.renewal.forget()
        self.loading, self.broken = None, False
        self._show_view(view)
        await view.rest()
        if view is self.view:
            self._show_view(view, grown=True)
            if self._copies is not None:
                self._copies.look(self._module)

    def _show_view(self, view: MirrorView, *, grown: bool = False) -> None:
        state = self.copied
        self.total = len(view) if view.complete else None
        self.whole = state.rows if state is not None else None
        if not grown:
            self._model.restart(self.source())
        self._model.grow(len(self._new) + len(view), has_more=False)
        self.arrived.emit()
        self.changed.emit()

    def _leave_view(self) -> None:
        view, self.view, self._kept = self.view, None, self._results
        if view is not None:
            view.close()

    def _on_copy(self, change: MirrorChange) -> None:
        """Rows of the copy are different now; those that are shown keep their places as far as they can."""
        if self.view is not None and change.module == self._module:
            before = len(self.view)
            new = self.view.refresh(change)
            moved = bool(new) or change.all_rows or len(self.view) != before
            if len(self.view) != before:
                self.renewing.emit()
                self._model.restart(self.source())  # at once: the model must not ask for rows that are gone
                self._model.grow(len(self._new) + len(self.view), has_more=False)
            self.renewal.note(moved=moved)

    def _renew(self, moved: bool) -> None:
        """What was gathered is shown: in place, or by the query anew where rows came, went or may stand elsewhere."""
        if self.view is None or self.query is None:
            return
        if moved:
            self.renewing.emit()
            self._scope.start(self._open(self.query), slot="rows")
        else:
            self._forget_shown()
            self.changed.emit()

    def _forget_shown(self) -> None:
        source = self._model.source
        if isinstance(source, PagedSource):
            source.forget()
            self._model.rows_arrived(0, source.row_count())

    def rest(self) -> None:
        """Nothing is to be read; what was goes, new records stay."""
        self.moving.emit()
        self._break_off()
        self._leave_view()
        self.feed = self.query = None
        self._results.clear()
        self.total, self.whole, self.loading, self.broken = None, None, None, False
        self._model.restart(self.source())
        self._model.stalled()
        self.changed.emit()

    def pull(self) -> None:
        """One more page; after an error the same rows are asked for again. While all are being read it changes nothing."""
        if self.view is None and not self._scope.running("all"):
            self._scope.start(self._pull(), slot="rows")

    def pull_all(self) -> None:
        """Read every row; ``stop`` ends it."""
        if self.feed is not None and not self.feed.exhausted:
            self._scope.cancel("rows")  # a feed gives one page at a time
            self._scope.start(self._pull_all(self.feed), slot="all")

    def stop(self) -> None:
        """Break reading off; what was read stays."""
        self._break_off()
        self._end_loading()

    def _break_off(self) -> None:
        for slot in ("rows", "all"):
            self._scope.cancel(slot)
        if self.feed is not None:
            self.feed.forget_ahead()

    async def _pull(self) -> None:
        feed = self.feed
        if feed is None or feed.exhausted:
            self._model.stalled()
            return
        try:
            rows = await feed.next_page(progress=self._on_scanned)
        except CrmError:
            self._end_loading()
            self._note_failure()
            raise
        self._take(rows, feed)

    async def _pull_all(self, feed: PageFeed) -> None:
        """Rows are shown joined, some times a second: each time they are, the whole table is painted."""
        shown_s = monotonic()
        try:
            while not feed.exhausted and feed is self.feed:
                rows = await feed.next_page(progress=self._on_scanned, ahead=True)
                self._results.append(rows.records)
                if monotonic() - shown_s >= _JOIN_S:
                    self.broken, self.loading = False, (self.read, self.total)
                    self._show(feed)
                    shown_s = monotonic()
        except CrmError:
            self._note_failure()
            raise
        finally:
            if feed is self.feed:
                self._show(feed)
                self._end_loading()

    def _note_failure(self) -> None:
        self.broken = True
        self.failed.emit()

    def _take(self, rows: Rows, feed: PageFeed) -> None:
        self._results.append(rows.records)
        self.broken = False
        self._show(feed)

    def _show(self, feed: PageFeed) -> None:
        self._model.grow(len(self._new) + self.read, has_more=not feed.exhausted)
        if feed.exhausted:
            self.total, self.loading = self.read, None
        elif not self.read:
            self.pull()  # nothing to scroll yet, so go on by ourselves
        self.arrived.emit()
        self.changed.emit()

    def _on_scanned(self, scanned: int) -> None:
        self.loading = (scanned, self.whole)
        self.changed.emit()

    def _end_loading(self) -> None:
        self.loading = None
        self._model.stalled()
        self.changed.emit()

    async def _count(self, feed: PageFeed) -> None:
        """How many rows there are. What stays unknown is shown as unknown; that is no error to tell anybody."""
        with contextlib.suppress(CrmError):
            total = await feed.total()
            if feed is self.feed and not feed.exhausted:
                self.total = total
                self.changed.emit()
            if feed.query.where is None:
                self.whole = total
            elif self.whole is None and self._session.capabilities.can_count:
                self.whole = await self._session.count(Query(self._module))
            self.changed.emit()

    # ---- changing --------------------------------------------------------------------------------------------------

    def source(self) -> PagedSource:
        """A fresh source over the rows as they are."""
        return PagedSource(len(self._new) + self.read, self._give)

    def _give(self, first: int, count: int) -> None:
        source = self._model.source
        if not isinstance(source, PagedSource) or self.maker is None:
            return
        rows = [self.maker.new_row(staged) for staged in self._new[first : first + count]]
        begin = max(0, first - len(self._new))
        rows += [self.maker.row(record) for record in self._kept.read(begin, count - len(rows))]
        source.put(first, rows)

    def show_new(self, staged: list[StagedRecord]) -> bool:
        """New records stand above the others until they are sent; whether the rows moved."""
        same = [r.id for r in staged] == [r.id for r in self._new]
        if not same:
            self.moving.emit()
        self._new = staged
        if same:
            return False
        more = self._model.has_more or self._model.waiting
        self._model.restart(self.source())
        self._model.grow(len(self._new) + self.read, has_more=more)
        return True

    def reread(self, keys: Sequence[str], when_gone: Callable[[], None]) -> None:
        """Ask the server again for some rows; ``when_gone`` where one cannot be read any more."""
        here = [key for key in keys if self._kept.place_of(key) >= 0]
        if here:
            self._scope.start(self._reread(here, when_gone), slot="reread")

    async def _reread(self, keys: Sequence[str], when_gone: Callable[[], None]) -> None:
        for key in keys:
            try:
                record = await self._session.fetch(RecordId(self._module, key))
            except CrmError:
                when_gone()  # gone, or hidden from us now
                return
            place = self._kept.place_of(key)
            if place >= 0:
                self._kept.replace(place, record)
        self._forget_shown()

    def close(self) -> None:
        """Give the disk back; nothing more is read."""
        self.is_closed = True
        self._deaf()
        self.renewal.stop()
        self._leave_view()
        if self.feed is not None:
            self.feed.forget_ahead()
        self._results.close()
