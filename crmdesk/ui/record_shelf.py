# SPDX-License-Identifier: MIT
"""Recent and favourite records of an account: notes what is looked at, minds the star, offers both to go to."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from crmdesk.domain.names import RecordId
from crmdesk.engine.remembered import Mark, Remembered
from crmdesk.engine.staging import NEW
from crmdesk.ui.modules.module_icons import icon_name
from crmdesk.ui.palette import Hit
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.workspace import Workspace

LOOKED_AT_MS: Final = 1_500
"""How long a record stands there before it counts as looked at: arrow keys pass many."""
_SHOWN: Final = 8  # recent ones while nothing is typed


class RecordShelf(QObject):
    """Owned by a workspace.

    Attributes:
        remembered: the lists themselves.
    """

    def __init__(self, space: "Workspace") -> None:
        super().__init__(space)
        self._space = space
        self.remembered = Remembered(space.account.storage)
        self._timer = QTimer(self, singleShot=True, interval=LOOKED_AT_MS)
        self._timer.timeout.connect(self._on_looked_at)
        space.panel.record_shown.connect(self._on_shown)
        space.panel.head.star_toggled.connect(self.toggle)
        self.remembered.changed.connect(lambda _: self._show_star())
        space.start(self.remembered.load())

    def toggle(self) -> None:
        """Mark the record beside the table as a favourite, or take the mark away."""
        mark = self._mark()
        if mark is not None:
            self._space.start(self._toggle(mark))

    async def _toggle(self, mark: Mark) -> None:
        if await self.remembered.toggle(mark):
            self._space.info.emit(tr("{title} is a favourite now; Ctrl+G lists them.", title=mark.title))
        else:
            self._space.info.emit(tr("{title} is no longer a favourite.", title=mark.title))

    def hits(self, *, everything: bool = False) -> list[Hit]:
        """The last seen and the favourites, to go to."""
        recent = self.remembered.recent if everything else self.remembered.recent[:_SHOWN]
        marked = {mark.record for mark in self.remembered.favourites}
        first = [self._hit(mark, tr("Favourite")) for mark in self.remembered.favourites]
        rest = [self._hit(mark, tr("Recent")) for mark in recent if mark.record not in marked]
        return [*first, *rest] if everything else [*rest, *first]

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _hit(self, mark: Mark, where: str) -> Hit:
        module = next((m for m in self._space.modules if m.name == mark.record.module), None)
        icon = "star" if where == tr("Favourite") else icon_name(module) if module is not None else "clock"
        return Hit("recent", icon, mark.title, mark.module_label, where, mark.record)

    def _on_shown(self, record: RecordId) -> None:
        self._show_star()
        if record.key.startswith(NEW):
            self._timer.stop()
        else:
            self._timer.start()

    def _on_looked_at(self) -> None:
        mark = self._mark()
        if mark is None:
            if self._space.panel.busy:
                self._timer.start()
        elif self._space.panel.isVisible():
            self._space.start(self.remembered.visit(mark))

    def _mark(self) -> Mark | None:
        """The record that is shown, once it was read."""
        panel = self._space.panel
        record = panel.shown
        module = next((one for one in self._space.modules if record is not None and one.name == record.module), None)
        if record is None or module is None or not panel.is_complete or record.key.startswith(NEW):
            return None
        return Mark(record, panel.head.title.text(), module.label)

    def _show_star(self) -> None:
        record = self._space.panel.shown
        if record is None or record.key.startswith(NEW):
            self._space.panel.head.show_star(None)
        else:
            self._space.panel.head.show_star(self.remembered.is_favourite(record))
