# SPDX-License-Identifier: MIT
"""ReviewTable: the grid of a review; knows what each of its rows is about."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal

from crmdesk.ui.changes.review_rows import Spot, review_columns
from crmdesk.ui.table.cells import Column, ListSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme

_ROWS = 11  # before it scrolls
_LEAST_ROWS = 3
Line = tuple[Row, Spot]


class ReviewTable(RecordGrid):
    """Rows of a review or of its result.

    Signals:
        pressed_at(Spot, str column_key): A tick, a choice or a button, by mouse or Space.
    """

    pressed_at = Signal(object, str)

    def __init__(self) -> None:
        self._rows = RecordTableModel(review_columns(), ListSource())
        super().__init__(self._rows, stretch=True)
        self._spots: list[Spot] = []
        self.setFixedHeight(theme().px(110))
        self.pressed_in.connect(self._on_pressed_in)

    def show_lines(self, lines: Iterable[Line], columns: Sequence[Column]) -> None:
        """Show other rows; widths set by hand stay where the columns are the same. The height follows."""
        pairs = list(lines)
        self._spots = [spot for _, spot in pairs]
        same = [column.key for column in self._rows.columns] == [column.key for column in columns]
        here = self.currentIndex()
        self._rows.restart(ListSource(row for row, _ in pairs), None if same else columns)
        if same and 0 <= here.row() < len(pairs):
            self.setCurrentIndex(self._rows.index(here.row(), here.column()))
        self.give_way(0)

    def give_way(self, too_high_px: int) -> None:
        """Show as many rows as there are, fewer where the window is too low for them; then it scrolls."""
        lacking = -(-max(0, too_high_px) // self.verticalHeader().defaultSectionSize())
        self.fit_rows(max(_LEAST_ROWS, min(_ROWS, self._rows.rowCount()) - lacking))

    def update_lines(self, lines: Iterable[Line]) -> None:
        """Show some rows anew, known by their keys."""
        for row, _ in lines:
            self._rows.replace_row(row)

    def bring_into_view(self, position: int | None) -> None:
        """Scroll to all rows of a record, if there is one."""
        rows = [row for row, spot in enumerate(self._spots) if spot.position == position]
        for row in reversed(rows):
            self.scrollTo(self._rows.index(row, 0))

    def _on_pressed_in(self, row: int, column: str, _text: str) -> None:
        if 0 <= row < len(self._spots):
            self.pressed_at.emit(self._spots[row], column)
