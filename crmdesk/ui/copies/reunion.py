# SPDX-License-Identifier: MIT
"""Reunion: what a workspace does when its server goes away and when it is there again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from crmdesk.domain.errors import ConnectionFailed, CrmError
from crmdesk.engine.checking import Checked
from crmdesk.engine.staged_record import StagedRecord
from crmdesk.ui.copies.reach import Standing
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import plural, tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace

_TRIES = 4  # as many as an account has connections


class Reunion(QObject):
    """Owned by the workspace."""

    def __init__(self, space: "Workspace", scope: TaskScope) -> None:
        super().__init__(space)
        self._space, self._scope = space, scope
        self._was = Standing.UNSURE
        space.copies.reached.connect(self._on_reached)
        space.copies.copying.changed.connect(space.offline.show_now)
        space.copies.copying.changed.connect(space.status_changed)

    def _on_reached(self) -> None:
        space, was, now = self._space, self._was, self._space.copies.reach.standing
        self._was = now
        space.offline.show_now()
        for page in space.pages:
            page.follow_reach()
        space.panel.follow_reach()
        space.status_changed.emit()
        if was is Standing.OFFLINE and now is Standing.ONLINE and space.copies.has_any:
            self._scope.start(self._check(), slot="reunion")

    async def _check(self) -> None:
        """Hold what was staged meanwhile against the server, as the review does; tell, decide nothing."""
        space = self._space
        staged = space.account.staged.all()
        found = await self._checked(staged) if staged else ()
        if not found:
            space.info.emit(tr("The server answers again."))
            return
        bad = sum(_is_touched(one) for one in found)
        fine = plural(len(found), "The server answers again. Your pending change still fits.",
                      "The server answers again. Your {n} pending changes still fit.")  # fmt: skip
        met = plural(bad, "The server answers again. 1 of your pending changes meets what others changed: the review shows it.",
                     "The server answers again. {n} of your pending changes meet what others changed: the review shows them.")  # fmt: skip
        space.info.emit(met if bad else fine)

    async def _checked(self, staged: Sequence[StagedRecord]) -> tuple[Checked, ...]:
        """Empty where it cannot be done now; the review checks in any case. A server that has just come back may stumble."""
        for _ in range(_TRIES):
            try:
                return await self._space.account.applier.check(staged)
            except ConnectionFailed:
                continue  # a connection of before it went away
            except CrmError:
                break
        return ()


def _is_touched(one: Checked) -> bool:
    return bool(one.conflicts) or one.error is not None
