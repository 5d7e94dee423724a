# SPDX-License-Identifier: MIT
"""ReviewOptions: how to apply, and the number that must be typed where much is changed in a live system."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QSizePolicy

from crmdesk.engine.applying import ApplyOptions
from crmdesk.ui.parts import box, fill, label, let_name
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr


class ReviewOptions(QFrame):
    """Workflows, stopping, typed confirmation.

    Signals:
        changed(): The typed number is another one.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.workflows = QCheckBox(tr("Run workflows on the server"))
        self.workflows.setChecked(True)
        self.workflows.hide()
        self.stop_first = QCheckBox(tr("Stop at the first error"))
        kept = label(
            tr("What was there before is kept in the journal, from where it can be taken back."), "muted", wrap=True
        )
        kept.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.typed = QLineEdit()
        self.typed.setFixedWidth(theme().px(90))
        self.typed.textChanged.connect(lambda _text: self.changed.emit())
        self._asked = label("", "warn")
        let_name(self._asked, self.typed)
        self._wanted = 0
        self._window = label("", "muted", "small", wrap=True)
        self._window.hide()
        self._typed_row = box(self._asked, self.typed, None)
        self._typed_row.hide()
        fill(
            self,
            box(self.workflows, self.stop_first, kept, spacing=16),
            self._window,
            self._typed_row,
            vertical=True,
            spacing=10,
        )

    def tell_window(self, text: str) -> None:
        """What remains unnoticed between the last look and the write, "" = nothing does."""
        self._window.setText(text)
        self._window.setVisible(bool(text))

    def ask_to_type(self, count: int) -> None:
        """Want this number typed, 0 = none."""
        self._wanted = count
        self._asked.setText(tr("{n} records in a production account. Type {n} to confirm:", n=count) if count else "")
        self.typed.setAccessibleName(self._asked.text())
        self._typed_row.setVisible(bool(count))

    @property
    def is_typed(self) -> bool:
        """Whether what must be typed is typed."""
        return not self._wanted or self.typed.text().strip() == str(self._wanted)

    def now(self, *, dry_run: bool) -> ApplyOptions:
        """As chosen; a server without a switch runs its workflows anyway."""
        return ApplyOptions(
            workflows=self.workflows.isChecked(),
            stop_at_error=self.stop_first.isChecked(),
            dry_run=dry_run,
            confirmed=self._wanted if self.is_typed else 0,
        )
