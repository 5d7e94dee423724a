# SPDX-License-Identifier: MIT
"""Putting rows into the grid of lines so that the person's place and an editor that is open survive."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView

from crmdesk.domain.line_edit import PRODUCT
from crmdesk.ui.table.cells import Column, ListSource, Row, StagedCell
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.wording import tr


class LineView(QObject):
    """Owned by a sales tab.

    Args:
        refresh: shows the lines again; asked for when an editor that was in the way is closed.
    """

    def __init__(self, grid: RecordGrid, refresh: Callable[[], object]) -> None:
        super().__init__(grid)
        self._grid, self._model, self._refresh = grid, grid.records, refresh
        self._place: tuple[str, str] | None = None
        self._is_late = False
        grid.itemDelegate().closeEditor.connect(lambda *_: self._on_editor_closed())

    def want_place(self, key: str, column: str) -> None:
        """Go to that line once it is shown; "" = in the same column."""
        self._place = (key, column)

    def show_rows(
        self, columns: tuple[Column, ...], rows: list[Row], overlay: dict[str, dict[str, StagedCell]]
    ) -> None:
        """Other words in the same rows are put in place, so that an editor that is open keeps what is typed in it."""
        model, source = self._model, self._model.source
        same = [c.key for c in columns] == [c.key for c in model.columns]
        held = [source.row(at) for at in range(source.row_count())]
        if same and [one.key for one in held if one is not None] == [row.key for row in rows]:
            for row, old in zip(rows, held, strict=True):
                if row != old:
                    model.replace_row(row)
            model.set_overlay(overlay)
            self._go_back(self._here())
            return
        if self._grid.state() == QAbstractItemView.State.EditingState:
            self._is_late = True  # shown when the editor closes
            return
        here = self._here()
        model.restart(ListSource(rows), None if same else columns)
        model.set_overlay(overlay)
        self._grid.set_empty(tr("This document has no lines"))
        self._go_back(here)

    def _on_editor_closed(self) -> None:
        if self._is_late:
            self._is_late = False
            QTimer.singleShot(0, self, self._refresh)

    def _here(self) -> tuple[str, str, int]:
        index = self._grid.currentIndex()
        if not index.isValid():
            return "", "", 0
        return self._model.row_key(index.row()) or "", self._model.columns[index.column()].key, index.row()

    def _go_back(self, here: tuple[str, str, int]) -> None:
        """To where the person goes on, else to where they were, else to the first line."""
        key, column, row = here
        if self._place is None and self._model.source.index_of(key) == row:
            return
        if self._place is not None and self._model.source.index_of(self._place[0]) >= 0:
            (key, wanted), self._place = self._place, None
            column = wanted or column
        at = self._model.source.index_of(key)
        last = self._model.rowCount() - 1
        if last >= 0:
            shown = column if self._model.column_at(column) >= 0 else PRODUCT
            self._grid.go_to(at if at >= 0 else min(row, last), shown)
