# SPDX-License-Identifier: MIT
"""Copying: brings an account's copy up to date, one wish after another, by hand and by itself."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.connectors.port import SyncsChanges
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import ModuleName
from crmdesk.engine.desk import Account
from crmdesk.engine.mirror import Mirror, Progress, Updated
from crmdesk.engine.settings import Settings
from crmdesk.ui.copies.copy_words import updated_words
from crmdesk.ui.copies.reach import Reach
from crmdesk.ui.tasks import TaskScope

EVERY_MS = 10 * 60 * 1000
Report = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """One update that is wanted.

    Attributes:
        modules: None = all that are copied. by_hand: somebody asked for it and wants to hear how it went.
    """

    modules: tuple[ModuleName, ...] | None = None
    by_hand: bool = False
    whole: bool = False


class Copying(QObject):
    """Owned by the account's copies. Never more than one update at a time; wishes wait in line.

    Attributes:
        progress: how far the update under way is, None = none is, or it has only begun.

    Signals:
        changed(): the copy or the progress is different now.
        told(str): how an update went that somebody asked for.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(self, account: Account, reach: Reach, settings: Settings, report: Report, parent: QObject) -> None:
        super().__init__(parent)
        self._account, self._reach, self._settings = account, reach, settings
        self._scope = TaskScope(report, self)
        self._line: list[Wish] = []
        self._now: Wish | None = None
        self._one = asyncio.Lock()  # what was broken off has to end before the next one begins
        self._scope.tasks_changed.connect(self.changed)
        self.progress: Progress | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(EVERY_MS)
        self._clock.timeout.connect(self.update_by_itself)
        mirror = account.mirror
        self._deaf = (
            mirror.progress.connect(self._on_progress),
            mirror.stands.connect(lambda _: self.changed.emit()),
        )

    @property
    def mirror(self) -> Mirror:
        """The copy itself."""
        return self._account.mirror

    @property
    def busy(self) -> bool:
        """Whether an update is under way."""
        return self._scope.running("update")

    def begin(self) -> None:
        """The account is open: update by itself now and then, where that is wanted."""
        self._clock.start()
        self.update_by_itself()

    def update_by_itself(self) -> None:
        """Everything that is copied, unless the person does not want it or the server cannot be asked."""
        if self._settings.flag("mirror_updates") and self.mirror.known.modules and not self._reach.is_offline:
            self._want(Wish())

    def update(self, modules: Sequence[ModuleName] | None = None, *, whole: bool = False) -> None:
        """Somebody asks for it. A module that is not copied yet is from now on; None = all that are."""
        self._want(Wish(None if modules is None else tuple(modules), by_hand=True, whole=whole))

    async def keep_lines(self, module: ModuleName, wanted: bool) -> None:
        """Whether the lines of a module's documents are copied, too; where they are, that begins now.

        Raises:
            CrmError.
        """
        await self.mirror.lines.want(module, wanted=wanted)
        await self.mirror.status()
        self.changed.emit()
        if wanted and not self._reach.is_offline:
            self.update([module])

    def look(self, module: ModuleName) -> None:
        """See in the background what changed in a module; nothing where that means copying it anew."""
        if self._account.session.offers(SyncsChanges) and not self._reach.is_offline:
            self._want(Wish((module,)))

    def stop(self) -> None:
        """Break the update off, and what waits behind it; what was copied stays and the next one goes on there."""
        self._line.clear()
        self._now = None
        self._scope.cancel("update")

    async def drop(self, module: ModuleName) -> None:
        """Forget a module's copy; an update under way is broken off first.

        Raises:
            CrmError.
        """
        await self._stopped()
        await self.mirror.drop(module)

    async def drop_all(self) -> None:
        """Forget the whole copy.

        Raises:
            CrmError.
        """
        await self._stopped()
        await self.mirror.drop_all()

    async def aclose(self) -> None:
        """End everything; the copy itself is the desk's."""
        self._clock.stop()
        self._line.clear()
        await self._scope.aclose()
        for deaf in self._deaf:
            deaf()

    async def _stopped(self) -> None:
        self.stop()
        async with self._one:
            pass

    def _want(self, wish: Wish) -> None:
        if any(_holds(one, wish) for one in (*self._line, *([self._now] if self._now is not None else []))):
            return
        self._line.append(wish)
        if not self.busy:
            self._scope.start(self._work(), slot="update")

    async def _work(self) -> None:
        async with self._one:
            try:
                while self._line:
                    self._now, self.progress = self._line.pop(0), None
                    await self._carry_out(self._now)
            finally:
                self._now = self.progress = None

    async def _carry_out(self, wish: Wish) -> None:
        try:
            done = await self.mirror.update(self._account.session, wish.modules, whole=wish.whole)
        except CrmError:
            if wish.by_hand:
                raise
            return  # another window updates, or there is no room: the sheet of copies tells it
        if wish.by_hand:
            self._tell(done)

    def _tell(self, done: Sequence[Updated]) -> None:
        labels = {one.module: one.label for one in self.mirror.known.modules}
        self.told.emit(updated_words(done, labels))

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()


def _holds(one: Wish, other: Wish) -> bool:
    """Whether carrying out the one is carrying out the other."""
    if other.whole and not one.whole:
        return False
    if other.by_hand and not one.by_hand:
        return False
    return one.modules is None or (other.modules is not None and set(other.modules) <= set(one.modules))
