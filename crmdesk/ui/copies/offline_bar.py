# SPDX-License-Identifier: MIT
"""OfflineBar: that the server cannot be reached, how old what is shown is, and what is therefore not known."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy

from crmdesk.ui.copies.copies import Copies
from crmdesk.ui.copies.copy_words import when_words
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import button, fill, label
from crmdesk.ui.translation import tr


class OfflineBar(QFrame):
    """Above an account's tabs, hidden while its server answers. Owned by the workspace.

    Signals:
        try_wanted(): somebody wants the server to be asked now.
    """

    try_wanted = Signal()

    def __init__(self, copies: Copies, formats: Formats) -> None:
        super().__init__()
        self._copies, self._formats = copies, formats
        self.head, self.text = label("", "warn", "bold"), label("", "warn", wrap=True, select=True)
        self.again = button(tr("Try now"), "", self.try_wanted.emit, tip="F5")
        words = fill(QFrame(), self.head, self.text, vertical=True, spacing=2)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        fill(self, words, self.again, margins=(12, 8, 12, 8), spacing=12, role="note-warn")
        self.show_now()

    def show_now(self) -> None:
        """Show how it stands."""
        if not self._copies.reach.is_offline:
            self.hide()
            return
        oldest = min((s.synced_at for s in self._copies.mirror.known.modules if s.synced_at), default=None)
        self.head.setText(tr("Offline: the server cannot be reached"))
        self.text.setText(self._words("" if oldest is None else when_words(oldest, self._formats)))
        self.setAccessibleName(f"{self.head.text()}. {self.text.text()}")
        self.show()

    def _words(self, when: str) -> str:
        if not when:
            return tr("Nothing of this account is copied to this computer: what was read stays, and your changes wait here. "
                      "It is tried again by itself.")  # fmt: skip
        unknown = tr("What others changed since, documents, the server's history and modules without a copy are not known "
                     "until it answers; it is tried again by itself. Your changes wait on this computer.")  # fmt: skip
        return tr("You see the copy of {when}. {unknown}", when=when, unknown=unknown)
