# SPDX-License-Identifier: MIT
"""The line at the bottom: connection, rows, what is filtered here, the selection, and long work with its cross."""

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar

from crmdesk.domain.errors import (
    BadCredentials,
    ConnectionFailed,
    MalformedReply,
    NotACrm,
    OutcomeUnclear,
    ProfileError,
    SessionExpired,
)
from crmdesk.ui.changes.elided_label import ElidedLabel
from crmdesk.ui.long_work import LongWork
from crmdesk.ui.parts import box, set_font, set_role
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr

if TYPE_CHECKING:  # the engine comes after the window's first picture
    from crmdesk.engine.session import Health
    from crmdesk.ui.table.table_status import TableStatus


class StatusBar(QStatusBar):
    """Shows texts; asks nobody.

    Signals:
        stop_wanted(): the cross beside the loading of a table. stop_copying_wanted(): that beside a copy's update.
    """

    stop_wanted = Signal()
    stop_copying_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._dot = QLabel()
        self._dot.setProperty("role", "dot-neutral")
        self._dot.setFixedSize(8, 8)
        self._link, self._rows, self._local, self._chosen = (_told() for _ in range(4))
        self._link.setText(tr("No account open"))
        self._clear = _told()
        self._clear.setText(tr("Not encrypted"))
        set_role(self._clear, "warn")
        self._clear.hide()
        self._long, self.copying = LongWork(tr("Stop loading")), LongWork(tr("Stop updating the copy"))
        self._long.stop_wanted.connect(self.stop_wanted)
        self.copying.stop_wanted.connect(self.stop_copying_wanted)
        left = box(
            self._dot, self._link, self._clear, 12, self._rows, 12, self._local, spacing=6, margins=(10, 0, 0, 0)
        )
        self.addWidget(left)
        self.addPermanentWidget(box(self._chosen, margins=(0, 0, 10, 0)))
        self.addPermanentWidget(self.copying)
        self.addPermanentWidget(self._long)
        theme().changed.connect(self._resize)
        self._resize()

    def _resize(self) -> None:
        """As high as its text wants, also after a change of the text size."""
        self.setMinimumHeight(max(theme().px(26), theme().metrics("small").height() + theme().px(8)))

    def show_health(self, health: "Health | None") -> None:
        """How the last exchange went; None = nothing was asked yet."""
        if health is None:
            self._link.setText(tr("Connecting…"))
            set_role(self._dot, "dot-neutral")
        elif isinstance(health.error, (BadCredentials, SessionExpired)):
            self._link.setText(tr("Not signed in"))
            set_role(self._dot, "dot-bad")
        elif isinstance(health.error, (ConnectionFailed, NotACrm, ProfileError)):
            self._link.setText(tr("No connection"))
            set_role(self._dot, "dot-bad")
        elif isinstance(health.error, (OutcomeUnclear, MalformedReply)):
            self._link.setText(tr("The server has trouble"))
            set_role(self._dot, "dot-bad")
        else:  # it answered, be it with a no
            self._link.setText(tr("Connected · {n} ms", n=round(health.latency_ms)))
            set_role(self._dot, "dot")
        self._link.setToolTip("" if health is None or health.error is None else told(health.error.user_text))

    def show_way(self, url: str) -> None:
        """Say beside the connection that what is sent to an account's address can be read on the way."""
        from crmdesk.engine.network import IN_THE_CLEAR, is_in_the_clear

        self._clear.setToolTip(told(IN_THE_CLEAR))
        self._clear.hide()
        with suppress(ValueError):  # no address: opening it says so
            self._clear.setVisible(is_in_the_clear(url))

    def show_closed(self) -> None:
        """No account is open."""
        self._link.setText(tr("No account open"))
        set_role(self._dot, "dot-neutral")
        self._clear.hide()
        self.show_table(None)

    def show_table(self, status: "TableStatus | None") -> None:
        """What the table in front has to say."""
        self._rows.setText(status.rows if status else "")
        self._local.setText(status.local if status else "")
        self._chosen.setText(status.chosen if status else "")
        loading = status.loading if status else None
        self._long.setVisible(loading is not None)
        if status is not None and loading is not None:
            self._long.show_work(*loading, status.loading_text)


def _told() -> ElidedLabel:
    """A text as wide as it is, that gives way where the window is narrow."""
    made = ElidedLabel("")
    set_font(made, "small")
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    return made
