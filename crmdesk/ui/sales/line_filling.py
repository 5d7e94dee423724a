# SPDX-License-Identifier: MIT
"""LineFilling: many cells of lines at once, from the clipboard or from the first marked line."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from crmdesk.domain.line_edit import PRODUCT
from crmdesk.domain.values import NotAValue
from crmdesk.ui.sales.line_edits import LineEdits
from crmdesk.ui.sales.line_paste import fill_down_cells, pasted
from crmdesk.ui.sales.product_search import ProductSearch
from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.clipboard import from_tsv
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.wording import tr


class LineFilling(QObject):
    """Between the grid of lines, the clipboard and the edits. Owned by the tab.

    Signals:
        refused(str): why nothing was pasted, in a sentence.
    """

    refused = Signal(str)

    def __init__(self, grid: RecordGrid, edits: LineEdits, search: ProductSearch, scope: TaskScope) -> None:
        super().__init__()
        self._grid, self._edits, self._search, self._scope = grid, edits, search, scope
        grid.paste_requested.connect(self.paste)

    def paste_rows(self) -> None:
        """The clipboard's rows as new lines."""
        last = self._grid.records.rowCount() - 1
        if last >= 0:
            self.paste(last, PRODUCT, from_tsv(QGuiApplication.clipboard().text()))

    def paste(self, row: int, key: str, texts: list[list[str]]) -> None:
        """Rows of texts from a cell on: lines that are there, and new ones behind the last."""
        if self._edits.locked:
            self.refused.emit(self._edits.locked)
            return
        model = self._grid.records
        order = [self._grid.horizontalHeader().logicalIndex(at) for at in range(model.columnCount())]
        columns = [model.columns[at] for at in order]
        first = next((at for at, column in enumerate(columns) if column.key == key), 0)
        self._scope.start(self._paste(row, columns[first:], texts), slot="paste")

    async def _paste(self, row: int, columns: list[Column], texts: list[list[str]]) -> None:
        try:
            found = await pasted(texts, columns, row, self._edits, self._search)
        except NotAValue as error:
            self.refused.emit(tr("Nothing was pasted. {why}", why=error))
            return
        self._edits.take_pasted(found.cells, found.products, found.new)

    def fill_down(self) -> None:
        """What the first selected line holds, in the lines below it."""
        selection = self._grid.selection
        columns = [self._grid.records.columns[at] for at in selection.columns()]
        self._edits.set_cells(fill_down_cells(self._edits, columns, list(selection.rows())), tr("Fill down"))
