# SPDX-License-Identifier: MIT
"""FixSheet: what the sheets that work on a module's records have in common."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crmdesk.domain.errors import ConnectionFailed
from crmdesk.domain.schema import Schema
from crmdesk.engine.desk import Account
from crmdesk.ui.copies.copy_words import when_words
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Item, Note, box
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import plural, tr

Report = Callable[[BaseException], None]


class FixSheet(Sheet):
    """Nothing is sent: what it does goes to the pending changes, as one step for undo.

    While the server is away it works over the copy and says so at its top; where there is none, it says what is missing.

    Signals:
        staged(int): so many changes were staged.
    """

    staged = Signal(int)

    def __init__(
        self, title: str, width: int, account: Account, schema: Schema, formats: Formats, report: Report
    ) -> None:
        super().__init__(title, width)
        self._account, self._schema, self._formats = account, schema, formats
        self._show_error = report
        self._scope = scope = TaskScope(self._report)  # no child: what is cancelled ends after the sheet is gone
        self.destroyed.connect(lambda: scope.abandon())  # with its window, which asks no sheet
        self.away_note = Note("", "warn")
        self._deaf = account.session.moved.connect(lambda _: self._on_moved())
        self.closed.connect(lambda _: self._deaf())

    def set_content(self, body: QWidget, left: tuple[Item, ...] = (), right: tuple[Item, ...] = ()) -> None:
        """As every sheet, below what is to be said of the server."""
        holder = box(self.away_note, margins=(18, 12, 18, 0))
        self._away_row = holder
        super().set_content(box(holder, body, vertical=True, spacing=0), left, right)
        self._show_away()

    @property
    def is_away(self) -> bool:
        """Whether the server cannot be asked."""
        return self._account.session.away

    def follow_reach(self) -> None:
        """The server went away or came back: what could not be read may be there now; override."""

    def _on_moved(self) -> None:
        self._show_away()
        self.refit()
        self.follow_reach()

    def _show_away(self) -> None:
        self.away_note.show_text(self._away_words(), "warn")
        self._away_row.setVisible(self.is_away)

    def _away_words(self) -> str:
        if not self.is_away:
            return ""
        state = self._account.reading.copy_of(self._schema.module.name)
        label = self._schema.module.label_plural
        if state is None or state.synced_at is None or not state.complete:
            return tr("Offline: there is no whole copy of {module} on this computer, so this has to wait until the server "
                      "answers.", module=label)  # fmt: skip
        return tr("Offline: this works on the copy of {module} of {when}. What changed on the server since is not in it; "
                  "what you stage is compared with the server before anything is sent.",
                  module=label, when=when_words(state.synced_at, self._formats))  # fmt: skip

    def _report(self, error: BaseException) -> None:
        """Show it, unless the sheet says already that the server is away."""
        if not (self.is_away and isinstance(error, ConnectionFailed)):
            self._show_error(error)


def read_words(count: int) -> str:
    """How far the reading is."""
    return plural(count, "1 record read…", "{n} records read…")
