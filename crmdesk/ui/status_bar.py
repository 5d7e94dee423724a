# SPDX-License-Identifier: MIT
"""The line at the bottom: connection, rows, what is filtered here, the selection, and long work with its cross."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QStatusBar

from crmdesk.domain.errors import (
    BadCredentials,
    ConnectionFailed,
    MalformedReply,
    NotACrm,
    OutcomeUnclear,
    ProfileError,
    SessionExpired,
)
from crmdesk.ui.parts import box, label, set_role, tool
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr

if TYPE_CHECKING:  # the engine comes after the window's first picture
    from crmdesk.engine.session import Health
    from crmdesk.ui.table.table_status import TableStatus


class StatusBar(QStatusBar):
    """Shows texts; asks nobody.

    Signals:
        stop_wanted(): the cross beside the progress.
    """

    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._dot = QLabel()
        self._dot.setProperty("role", "dot-neutral")
        self._dot.setFixedSize(8, 8)
        self._link, self._rows, self._local, self._chosen = (label("", "muted", "small") for _ in range(4))
        self._link.setText(tr("No account open"))
        self._work = label("", "muted", "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._done = label("", "muted", "small")
        stop = tool("x", tr("Stop loading"), self.stop_wanted.emit, size=11)
        left = box(self._dot, self._link, 12, self._rows, 12, self._local, spacing=6, margins=(10, 0, 0, 0))
        self._long: QFrame = box(self._work, self._bar, self._done, 2, stop, spacing=4, margins=(0, 0, 8, 0))
        self._long.hide()
        self.addWidget(left)
        self.addPermanentWidget(box(self._chosen, margins=(0, 0, 10, 0)))
        self.addPermanentWidget(self._long)
        theme().changed.connect(self._resize)
        self._resize()

    def _resize(self) -> None:
        """As high as its text wants, also after a change of the text size."""
        self._bar.setFixedWidth(theme().px(140))
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

    def show_closed(self) -> None:
        """No account is open."""
        self._link.setText(tr("No account open"))
        set_role(self._dot, "dot-neutral")
        self.show_table(None)

    def show_table(self, status: "TableStatus | None") -> None:
        """What the table in front has to say."""
        self._rows.setText(status.rows if status else "")
        self._local.setText(status.local if status else "")
        self._chosen.setText(status.chosen if status else "")
        loading = status.loading if status else None
        self._long.setVisible(loading is not None)
        if loading is not None:
            work, done, total = loading
            self._work.setText(work)
            self._bar.setRange(0, total or int(theme().still))  # 0 to 0 runs to and fro
            self._bar.setValue(done if total else -1)
            self._done.setText(status.loading_text if status else "")
