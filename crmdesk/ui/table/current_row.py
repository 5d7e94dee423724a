# SPDX-License-Identifier: MIT
"""CurrentRow: where a person is in a table, and how they stay there while its rows come anew."""

from PySide6.QtCore import QObject, Signal

from crmdesk.domain.names import RecordId
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.table_rows import TableRows


class CurrentRow(QObject):
    """Owned by a table's tab.

    Signals:
        chosen(RecordId | None, Record | None): the current row is another one.
    """

    chosen = Signal(object, object)

    def __init__(self, grid: RecordGrid, rows: TableRows) -> None:
        super().__init__()
        self._grid, self._rows = grid, rows
        self._wanted_key = ""
        grid.current_row_changed.connect(self._on_row)
        rows.renewing.connect(self.keep)

    @property
    def record(self) -> RecordId | None:
        """The record of the current row."""
        record = self._rows.at(self._grid.currentIndex().row())
        return record.id if record is not None else None

    def tell(self) -> None:
        """Say which row it is."""
        self._on_row(self._grid.currentIndex().row())

    def keep(self) -> None:
        """The same rows come again: stay where the person is."""
        current = self.record
        self._wanted_key = current.key if current is not None else ""

    def stay(self, record: RecordId | None) -> None:
        """Rows moved: be on this record again, unless another one is waited for already."""
        self._wanted_key = self._wanted_key or (record.key if record is not None else "")
        self.settle()

    def choose(self, record: RecordId) -> None:
        """Go to a record where it is among the rows read, or as soon as it is."""
        self._wanted_key = record.key
        self.settle()

    def settle(self) -> None:
        """Rows have come: go to the record that is waited for, else to the first one where there is no current row."""
        if not self._wanted_key:
            if self._grid.currentIndex().row() < 0:
                self.go_to(0)
            return
        place = self._rows.place_of(self._wanted_key)
        if place >= 0:
            self._wanted_key = ""
            self.go_to(place)

    def go_to(self, row: int) -> None:
        """Make a row the current one and bring it into view."""
        if 0 <= row < self._grid.records.rowCount():
            self._grid.go_to(row)

    def step(self, step: int) -> None:
        """The row so many further."""
        self.go_to(self._grid.currentIndex().row() + step)

    def _on_row(self, row: int) -> None:
        record = self._rows.at(row)
        if record is not None and record.id.key != self._wanted_key:
            self._wanted_key = ""  # somebody went elsewhere; a page that comes late does not pull them away
        self.chosen.emit(record.id if record is not None else None, record)
