# SPDX-License-Identifier: MIT
"""Copies: one account's copy as its tabs, its record and its window see it: may it be shown, is there more, who asks."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.engine.desk import Account
from crmdesk.engine.mirror import Freshness, Mirror, ModuleState
from crmdesk.engine.settings import Settings
from crmdesk.ui.copies.copying import Copying, Report
from crmdesk.ui.copies.reach import Reach

_YOUNG = timedelta(minutes=1)
"""So young a copy needs no look at the server behind it."""


class Copies(QObject):
    """Owned by a workspace; used on the loop's thread. ``begin`` it before the first tab opens.

    Attributes:
        reach: whether the server can be asked. copying: brings the copy up to date.

    Signals:
        reached(): whether the server can be asked is otherwise now.
    """

    reached = Signal()

    def __init__(self, account: Account, settings: Settings, report: Report, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._account, self._settings, self._report = account, settings, report
        self.reach = Reach(account.session, self)
        self.copying = Copying(account, self.reach, settings, report, self)
        self.reach.changed.connect(self._on_reach)
        self._began = False

    @property
    def mirror(self) -> Mirror:
        """The copy itself."""
        return self._account.mirror

    @property
    def has_any(self) -> bool:
        """Whether anything is copied."""
        return bool(self.mirror.known.modules)

    @property
    def is_offline(self) -> bool:
        """Whether the account is shown out of its copy because its server cannot be reached."""
        return self.reach.is_offline and self.has_any

    async def begin(self) -> None:
        """Learn what is copied."""
        try:
            await self.mirror.status()
        except CrmError as error:
            self._report(error)

    def begin_updates(self) -> None:
        """The account is open and its first tabs are asked for: updates may begin by themselves."""
        if not self._began:
            self._began = True
            self.copying.begin()

    def state(self, module: ModuleName) -> ModuleState | None:
        """How the copy of a module stands, None = there is none."""
        return self.mirror.known.state(module)

    def is_alone(self, module: ModuleName) -> bool:
        """Whether the copy is all there is to show: the server is away, or was not heard of yet."""
        state = self.state(module)
        return state is not None and not self.reach.is_online and (self.reach.is_offline or state.complete)

    def is_fresh(self, module: ModuleName, since: datetime | None = None) -> bool:
        """Whether a module's copy is whole and fresh enough to be shown before the server is asked.

        Args:
            since: what was shown was read from the server then; nothing older may replace it.
        """
        state = self.state(module)
        if state is None or not state.complete or state.synced_at is None:
            return False
        age = timedelta(minutes=self._settings.number("mirror_fresh_min"))
        return datetime.now(UTC) - state.synced_at <= age and (since is None or state.synced_at >= since)

    def may_show(self, module: ModuleName, since: datetime | None = None) -> bool:
        """Whether a table shows the copy now."""
        return self.is_alone(module) or self.is_fresh(module, since)

    def look(self, module: ModuleName, *, by_hand: bool = False) -> None:
        """See in the background what changed on the server, unless that was seen just now."""
        state = self.state(module)
        if state is None or not (by_hand or self._settings.flag("mirror_updates")):
            return
        young = state.synced_at is not None and datetime.now(UTC) - state.synced_at < _YOUNG
        if by_hand or not young:
            self.copying.look(module)

    async def schema(self, module: ModuleName) -> Schema:
        """A module's fields: as the server told in this run, else as the copy holds them, else from the server.

        Raises:
            CrmError.
        """
        session = self._account.session
        known = session.known_schema(module)
        if known is None and (self.is_alone(module) or self.is_fresh(module)):
            known = await self.mirror.schema(module)
        return known or await session.schema(module)

    async def record(self, record: RecordId) -> tuple[Record, Schema] | None:
        """A record out of the copy with its fields, None where the copy has none or the server can be asked."""
        if not self.is_alone(record.module):
            return None
        found, schema = await self.mirror.record(record), await self.mirror.schema(record.module)
        return (found, schema) if found is not None and schema is not None else None

    def freshness(self, record: RecordId) -> Freshness:
        """How fresh what is shown of a record is."""
        return self.mirror.freshness(record, self._account.staged.get(record))

    async def aclose(self) -> None:
        """End everything that is asked for here."""
        await self.copying.aclose()
        await self.reach.aclose()

    def _on_reach(self) -> None:
        self.reached.emit()
        if self.reach.is_online and self._began:
            self.copying.update_by_itself()
