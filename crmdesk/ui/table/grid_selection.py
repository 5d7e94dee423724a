# SPDX-License-Identifier: MIT
"""What is selected in a record grid: rows, cells, their text and their sum. Works on ranges, never on cell objects."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QItemSelectionRange, Qt
from PySide6.QtWidgets import QTableView

from crmdesk.ui.table.cells import Column, Exact
from crmdesk.ui.table.clipboard import to_tsv
from crmdesk.ui.table.record_table_model import RecordTableModel

NumberReader = Callable[[str, Column], Decimal | None]
MAX_CELLS = 200_000  # more are neither copied, cleared nor summed in one go


class NotAllRead(Exception):
    """Some of the selected rows are not read yet."""


class TooMany(Exception):
    """More than MAX_CELLS cells are selected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionSummary:
    """Figures for the status bar. `average` and `total` are None without numbers.

    `complete`: False = too many cells or rows not read yet; the figures then hold for none but `cells`.
    """

    cells: int
    numbers: int
    total: Decimal | None
    average: Decimal | None
    complete: bool = True


def number_of(text: str, column: Column) -> Decimal | None:
    """The number that a shown text says with a point or a comma for decimals; None = not a number."""
    if not column.is_number:
        return None
    digits = "".join(text.split()).replace("\u2019", "").replace("\u2212", "-").strip("€$£¥%")
    if "," in digits and "." in digits:
        grouping = "," if digits.rfind(",") < digits.rfind(".") else "."
        digits = digits.replace(grouping, "")
    try:
        number = Decimal(digits.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def selected_ranges(view: QTableView) -> list[QItemSelectionRange]:
    """The ranges a view has selected, as Qt keeps them."""
    selection = view.selectionModel().selection()
    return [selection.at(i) for i in range(selection.count())]


class GridSelection:
    """Reads one view's selection; hidden columns do not count, columns come in the order shown."""

    def __init__(self, view: QTableView, model: RecordTableModel) -> None:
        self._view = view
        self._model = model

    def columns(self) -> list[int]:
        """Model columns touched, in the order shown."""
        header = self._view.horizontalHeader()
        touched = {c for part in self._ranges() for c in range(part[1], part[3] + 1) if not header.isSectionHidden(c)}
        return sorted(touched, key=header.visualIndex)

    def row_spans(self) -> list[tuple[int, int]]:
        """Rows touched as (first, last), ascending, without overlaps."""
        spans: list[tuple[int, int]] = []
        for first, last in sorted((top, bottom) for top, _, bottom, _ in self._ranges()):
            if spans and first <= spans[-1][1] + 1:
                spans[-1] = (spans[-1][0], max(spans[-1][1], last))
            else:
                spans.append((first, last))
        return spans

    def rows(self) -> Iterator[int]:
        """Rows touched, ascending."""
        for first, last in self.row_spans():
            yield from range(first, last + 1)

    def row_count(self) -> int:
        """How many rows are touched."""
        return sum(last - first + 1 for first, last in self.row_spans())

    def _ranges(self) -> list[tuple[int, int, int, int]]:
        return [(p.top(), p.left(), p.bottom(), p.right()) for p in selected_ranges(self._view)]

    def cell_count(self) -> int:
        """How many shown cells are selected."""
        header = self._view.horizontalHeader()
        return sum(
            (bottom - top + 1) * sum(not header.isSectionHidden(c) for c in range(left, right + 1))
            for top, left, bottom, right in self._ranges()
        )

    def cells(self) -> Iterator[tuple[int, int]]:
        """(row, model column) of each selected shown cell, row by row.

        Raises:
            TooMany: At the first step.
        """
        if self.cell_count() > MAX_CELLS:
            raise TooMany
        columns, ranges = self.columns(), self._ranges()
        for row in self.rows():
            for column in columns:
                if any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in ranges):
                    yield row, column

    def editable_cells(self) -> list[tuple[int, str]]:
        """(row, column key) of the selected cells that may be edited. Raises TooMany."""
        flag = Qt.ItemFlag.ItemIsEditable
        return [
            (row, self._model.columns[column].key)
            for row, column in self.cells()
            if self._model.flags(self._model.index(row, column)) & flag
        ]

    def text(self, *, with_header: bool = False) -> str:
        """The selection as tab-separated text.

        Raises:
            TooMany: It is larger than MAX_CELLS.
            NotAllRead: A row is not there; nothing half is ever copied.
        """
        columns = self.columns()
        lines: dict[int, dict[int, str]] = {}
        for row, column in self.cells():
            if row not in lines:
                self._model.source.want(row, row)
            text = self._model.text(row, column)
            if text is None:
                raise NotAllRead
            lines.setdefault(row, {})[column] = text.copied if isinstance(text, Exact) else text
        table = [[cells.get(column, "") for column in columns] for cells in lines.values()]
        if with_header:
            table.insert(0, [self._model.columns[column].title for column in columns])
        return to_tsv(table)

    def summary(self, to_number: NumberReader = number_of) -> SelectionSummary:
        """Count, sum and average; `to_number` reads a shown text in the person's own format."""
        count = self.cell_count()
        numbers: list[Decimal] = []
        try:
            for row, column in self.cells():
                text = self._model.text(row, column)
                if text is None:
                    raise NotAllRead
                number = to_number(text, self._model.columns[column]) if self._model.columns[column].is_number else None
                if number is not None:
                    numbers.append(number)
        except (TooMany, NotAllRead):
            return SelectionSummary(cells=count, numbers=0, total=None, average=None, complete=False)
        total = sum(numbers, Decimal(0)) if numbers else None
        average = total / len(numbers) if total is not None else None
        return SelectionSummary(cells=count, numbers=len(numbers), total=total, average=average)
