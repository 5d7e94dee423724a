# SPDX-License-Identifier: MIT
"""What a table's rows are read from, and when rows of the copy that changed are shown."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain.record import Record

_GATHER_MS = 250
"""Changes of the copy come in batches; so long they are gathered before the table shows them."""


class Kept(Protocol):
    """Rows by place: what the server gave, or a view of the copy."""

    def __len__(self) -> int:
        """Rows known so far."""

    def read(self, first: int, count: int) -> list[Record]:
        """So many rows from a place on."""

    def record(self, place: int) -> Record | None:
        """One row, None where there is none."""

    def place_of(self, key: str) -> int:
        """Where a record is, -1 where it is not."""

    def replace(self, place: int, record: Record) -> None:
        """Put another record in a row's place."""


class Renewal(QObject):
    """Gathers changes of the copy, and waits while rows may not move. Owned by a table's rows.

    Attributes:
        may: whether rows may move now.

    Signals:
        due(bool): show what was gathered; True = rows came or went, or may stand elsewhere.
    """

    due = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.may: Callable[[], bool] = lambda: True
        self._moved = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self._tell)

    def note(self, *, moved: bool) -> None:
        """Something changed."""
        self._moved = self._moved or moved
        self._timer.start()

    def forget(self) -> None:
        """What is shown is new."""
        self._moved = False

    def stop(self) -> None:
        """Tell nothing more."""
        self._timer.stop()

    def _tell(self) -> None:
        if self.may():
            self.due.emit(self._moved)
        else:
            self._timer.start()
