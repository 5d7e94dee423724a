# SPDX-License-Identifier: MIT
"""LockFields: after how long an account is locked, and the passphrase that opens it again."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from crmdesk.engine.locking import Rule
from crmdesk.ui.accounts.secret_line import make_secret
from crmdesk.ui.parts import box, button
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import plural, tr

_OFFERED = (1, 5, 10, 15, 30, 60, 120)


class LockFields(QObject):
    """The rows' widgets; the form lays them out and owns this.

    Signals:
        edited(): Something changed.
        submitted(): Return was pressed.
    """

    edited = Signal()
    submitted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rule = Rule()
        self._stored = self._forgotten = False
        self.after = QComboBox()
        self.after.setMinimumHeight(theme().px(28))
        self.after.currentIndexChanged.connect(lambda _: self.edited.emit())
        self.passphrase = make_secret(QLineEdit())
        self.passphrase.setMinimumHeight(theme().px(28))
        self.passphrase.setAccessibleName(tr("Passphrase of the lock"))
        self.passphrase.textEdited.connect(lambda _: self.edited.emit())
        self.passphrase.returnPressed.connect(self.submitted)
        self.drop = button(tr("Remove"), "", self._forget, tip=tr("Open the lock with the account’s own key again"))
        self.drop.hide()
        self.passphrase_row = box(self.passphrase, self.drop)
        self.fill(None)

    @property
    def after_hint(self) -> str:
        """What the choice means."""
        text = tr("Without key or mouse for so long, or by F12: crmdesk signs out and shows nothing of the account.")
        if self._rule.is_bound and self._rule.minutes:
            limit = plural(
                self._rule.minutes,
                "Your administrator allows {n} minute at most.",
                "Your administrator allows {n} minutes at most.",
            )
            return f"{text} {limit}"
        return text

    @property
    def passphrase_hint(self) -> str:
        """What it is for."""
        return tr("Only for the lock of this program. Without one the account’s own password or key is asked for.")

    @property
    def minutes(self) -> int | None:
        """As a profile keeps it: 0 = never, None = as the settings say."""
        value = self.after.currentData()
        return value if isinstance(value, int) else None

    @property
    def new_passphrase(self) -> str | None:
        """What was typed, "" = there is to be none any more, None = it stays as it is."""
        return self.passphrase.text() or ("" if self._forgotten else None)

    def fill(self, minutes: int | None) -> None:
        """Show what a profile holds."""
        offered = sorted({*_OFFERED, *([minutes] if minutes else [])})
        if self._rule.is_bound and self._rule.minutes:
            offered = [one for one in offered if one <= self._rule.minutes]
        self.after.blockSignals(True)
        self.after.clear()
        self.after.addItem(self._as_settings(), "settings")
        if not (self._rule.is_bound and self._rule.minutes):
            self.after.addItem(tr("Never by itself"), 0)
        for one in offered:
            self.after.addItem(plural(one, "After {n} minute", "After {n} minutes"), one)
        self.after.setCurrentIndex(max(0, self.after.findData(minutes)) if minutes is not None else 0)
        self.after.blockSignals(False)

    def use_rule(self, rule: Rule) -> None:
        """What counts for accounts that say nothing themselves."""
        self._rule = rule
        self.fill(self.minutes)

    def mark_stored(self, stored: bool) -> None:
        """Whether the keychain has a passphrase: empty means unchanged."""
        self._stored = stored
        words = tr("stored in the keychain; leave empty to keep it") if stored else ""
        self.passphrase.setPlaceholderText(words)
        self.drop.setVisible(stored)

    def _forget(self) -> None:
        self._forgotten = True
        self.passphrase.clear()
        self.mark_stored(False)
        self.edited.emit()

    def _as_settings(self) -> str:
        if not self._rule.minutes:
            return tr("As the settings say: never by itself")
        return plural(
            self._rule.minutes, "As the settings say: after {n} minute", "As the settings say: after {n} minutes"
        )
