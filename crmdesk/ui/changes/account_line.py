# SPDX-License-Identifier: MIT
"""AccountLine: which account a review writes to: colour, name, environment, host, and who the server says we are."""

from urllib.parse import urlsplit

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from crmdesk.domain.identity import Identity
from crmdesk.engine.profiles import Profile
from crmdesk.ui.accounts.account_mark import paint_mark
from crmdesk.ui.changes.elided_label import ElidedLabel
from crmdesk.ui.parts import Pill, fill, label, set_role
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import ENVIRONMENT_TONES, environment_word, tr


class _Mark(QWidget):
    """The account's coloured square."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = theme().px(20)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.rect()), self._profile, "small_bold")
        painter.end()


class AccountLine(QFrame):
    """One line; begins with what the profile says and then tells what the server said just now."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._host = urlsplit(profile.url).netloc.rpartition("@")[2] or profile.url
        self._told = ElidedLabel("")
        environment = Pill(environment_word(profile.environment), ENVIRONMENT_TONES[profile.environment])
        fill(self, _Mark(profile), label(profile.name, font="bold"), environment, self._told, spacing=8)
        self._say(self._host, "muted")

    @property
    def text(self) -> str:
        """What it says of server and user."""
        return self._told.text()

    def show_asking(self) -> None:
        """The server is being asked."""
        self._say(tr("{host} · asking who you are …", host=self._host), "muted")

    def show_identity(self, identity: Identity) -> None:
        """The server has answered."""
        who = identity.full_name or identity.user
        if identity.user and identity.user != who:
            who = f"{who} ({identity.user})"
        self._say(tr("{host} · signed in as {who}, asked just now", host=self._host, who=who), "muted")

    def show_failed(self) -> None:
        """The server has not answered, or not as it should."""
        self._say(tr("{host} · who you are there is not confirmed", host=self._host), "bad")

    def _say(self, text: str, role: str) -> None:
        self._told.setText(text)
        set_role(self._told, role)
