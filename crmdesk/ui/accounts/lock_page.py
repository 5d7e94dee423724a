# SPDX-License-Identifier: MIT
"""LockPage: stands in place of everything that an account shows, and asks for what opens it."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from crmdesk.engine.locking import Proof, Question
from crmdesk.engine.profiles import Profile
from crmdesk.ui import icons
from crmdesk.ui.accounts.secret_line import make_secret
from crmdesk.ui.parts import box, button, fill, label, let_name, letters
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr

_WIDTH = 420


class LockPage(QWidget):
    """One locked account's page. Made and asked by the window's locks; shows nothing of what the account holds.

    Signals:
        tried(str, Proof): what was typed, and what it is.
        other_wanted(): the person would rather show that they may with the account's own key.
    """

    tried = Signal(str, object)
    other_wanted = Signal()

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.profile = profile
        self._proof = Proof.PASSPHRASE
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = label(tr("{name} is locked", name=profile.name), "", "head", wrap=True)
        self.told = label("", "muted", wrap=True)
        self._what = label("", "muted", "small")
        self.line = QLineEdit()
        self.line.setMinimumHeight(theme().px(30))
        make_secret(self.line)
        let_name(self._what, self.line)
        self.line.returnPressed.connect(self._try)
        self.hint = label("", "muted", "small", wrap=True)
        self.trouble = label("", "bad", "small", wrap=True)
        self.go = button(tr("Unlock"), "primary", self._try)
        self.other = button("", "link", self.other_wanted.emit)
        self.other.hide()
        for one in (title, self.told, self.trouble):
            one.setAlignment(Qt.AlignmentFlag.AlignCenter)
        asked = box(self._what, self.line, self.hint, self.trouble, box(self.other, None, self.go), vertical=True)
        self._centre = box(
            self._picture, title, self.told, 8, asked, vertical=True, spacing=6, margins=(24, 22, 24, 18), role="card"
        )
        row = box(None, self._centre, None, margins=(24, 0, 24, 0))
        layout = row.layout()
        assert layout is not None
        fill(self, None, row, None, vertical=True, role="window")
        self._pause = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)  # others end a little early
        self._pause.timeout.connect(lambda: self.set_waiting(False))
        theme().changed.connect(self._dress)
        self.setFocusProxy(self.line)
        self._dress()

    def ask(self, question: Question, other: str = "") -> None:
        """Ask for this; ``other`` names what would do as well, "" = nothing."""
        self._proof = question.proof
        name = told(question.label)
        self._what.setText(letters(name))
        self.line.setAccessibleName(name)
        self.line.clear()
        self.hint.setText(told(question.hint) if question.hint else "")
        self.hint.setVisible(bool(question.hint))
        self.other.setText(tr("Use the account’s own key: {name}", name=other) if other else "")
        self.other.setVisible(bool(other))
        self.say("")

    def say(self, trouble: str) -> None:
        """Why it is still locked, "" = nothing was tried."""
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        self.line.setAccessibleDescription(trouble)

    def tell(self, text: str) -> None:
        """What goes on behind the lock."""
        self.told.setText(text)

    def set_waiting(self, waiting: bool, for_s: float = 0.0) -> None:
        """Whether a try is being looked at, or has to wait; after ``for_s`` the next one counts by itself."""
        for one in (self.line, self.go):
            one.setEnabled(not waiting)
        self._pause.stop()
        if waiting and for_s:
            self._pause.start(int(for_s * 1000) + 1)
        if not waiting and self.isVisible():
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """What was typed is gone."""
        self.line.clear()

    def _try(self) -> None:
        if self.line.text() and self.line.isEnabled():
            self.tried.emit(self.line.text(), self._proof)

    def _dress(self) -> None:
        t = theme()
        self._centre.setFixedWidth(t.px(_WIDTH))
        self._picture.setPixmap(icons.pixmap("lock", t.colours.accent, t.px(34), self.devicePixelRatioF()))
