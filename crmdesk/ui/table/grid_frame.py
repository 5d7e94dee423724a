# SPDX-License-Identifier: MIT
"""Paints what is visible of a record grid: grounds, lines, cells, selection and the current cell, in that order."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QTableView

from crmdesk.ui.metrics import mix
from crmdesk.ui.table.cell_painter import CellPainter
from crmdesk.ui.table.cells import Row, StagedCell
from crmdesk.ui.table.grid_selection import selected_ranges
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The rows and columns that one painting touches. `columns`: (model column, x, width) in the order shown."""

    first: int
    last: int
    top: int
    height: int
    columns: tuple[tuple[int, int, int], ...]
    rows: tuple[Row | None, ...]

    @property
    def left(self) -> int:
        return min(x for _, x, _ in self.columns)

    @property
    def right(self) -> int:
        """One pixel behind the last column."""
        return max(x + width for _, x, width in self.columns)

    def y(self, row: int) -> int:
        return self.top + (row - self.first) * self.height


def visible_rows(view: QTableView) -> tuple[int, int]:
    """First and last row on the screen; (0, -1) when there are none."""
    count = view.model().rowCount()
    first = view.rowAt(0) if count else -1
    if first < 0:
        return 0, -1
    last = view.rowAt(view.viewport().height() - 1)
    return first, count - 1 if last < 0 else last


def _columns_in(view: QTableView, rect: QRect) -> tuple[tuple[int, int, int], ...]:
    header = view.horizontalHeader()
    ends = header.visualIndexAt(rect.left()), header.visualIndexAt(rect.right())
    first, last = (ends[1], ends[0]) if view.isRightToLeft() else ends
    visuals = range(max(first, 0), (last if last >= 0 else header.count() - 1) + 1)
    sections = [header.logicalIndex(visual) for visual in visuals]
    return tuple(
        (section, header.sectionViewportPosition(section), header.sectionSize(section))
        for section in sections
        if not header.isSectionHidden(section)
    )


class FramePainter:
    """Paints one grid; owned by it, used inside its paintEvent only."""

    def __init__(self, view: QTableView, model: RecordTableModel, cells: CellPainter, theme: Theme) -> None:
        self._view = view
        self._model = model
        self._cells = cells
        self._theme = theme

    def paint(self, painter: QPainter, rect: QRect, hover: int) -> None:
        """Paint the part of the viewport within `rect`; `hover` is the row under the mouse or -1."""
        painter.fillRect(rect, self._theme.colours.card)
        first, last = visible_rows(self._view)
        if last >= first:
            self._model.source.want(first, last)
        frame = self._frame(rect)
        if frame is None:
            return
        self._cells.ratio = self._view.devicePixelRatioF()
        self._cells.mirrored = self._view.isRightToLeft()
        staged = [self._model.staged(row.key) if row is not None else {} for row in frame.rows]
        self._paint_rows(painter, frame, hover)
        for row, changes in enumerate(staged, frame.first):
            if changes:
                for column, x, width in frame.columns:
                    if column in changes:
                        ground = self._theme.colours.of(self._cells.ground_of(changes[column]))
                        painter.fillRect(x, frame.y(row), width, frame.height, ground)
        left, wide, line = frame.left, frame.right - frame.left, self._theme.colours.line
        for y in range(frame.top + frame.height - 1, frame.y(frame.last + 1), frame.height):
            painter.fillRect(left, y, wide, 1, line)  # quicker than lines
        none: list[StagedCell | None] = [None] * len(frame.rows)
        touched = {column for changes in staged for column in changes}
        for column, x, width in frame.columns:
            cells = [row.cells[column] if row is not None else None for row in frame.rows]
            special = [changes.get(column) for changes in staged] if column in touched else none
            place = QRect(x, frame.top, width, frame.height)
            self._cells.paint_column(painter, self._model.columns[column], place, cells, special)
        for row, found in enumerate(frame.rows, frame.first):
            if found is None:
                column, x, width = frame.columns[0]
                self._cells.paint_waiting(painter, QRect(x, frame.y(row), width, frame.height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_outlines(painter, frame)

    def _frame(self, rect: QRect) -> _Frame | None:
        view, count = self._view, self._model.rowCount()
        first = view.rowAt(max(rect.top(), 0)) if count else -1
        columns = _columns_in(view, rect) if first >= 0 else ()
        if not columns:
            return None
        last = view.rowAt(rect.bottom())
        last = count - 1 if last < 0 else last
        source = self._model.source
        return _Frame(
            first=first,
            last=last,
            top=view.rowViewportPosition(first),
            height=view.verticalHeader().defaultSectionSize(),
            columns=columns,
            rows=tuple(source.row(number) for number in range(first, last + 1)),
        )

    def _paint_rows(self, painter: QPainter, frame: _Frame, hover: int) -> None:
        """Grounds: the row under the mouse, the current row, what is selected."""
        colours, current, width = self._theme.colours, self._view.currentIndex(), frame.right - frame.left
        if frame.first <= hover <= frame.last:
            painter.fillRect(frame.left, frame.y(hover), width, frame.height, mix(colours.card, colours.header, 0.6))
        if current.isValid() and frame.first <= current.row() <= frame.last:
            painter.fillRect(frame.left, frame.y(current.row()), width, frame.height, colours.selection)
        for part in selected_ranges(self._view):
            top, bottom = max(part.top(), frame.first), min(part.bottom(), frame.last)
            if top <= bottom and part.width() * part.height() > 1:
                for column, x, width in frame.columns:
                    if part.left() <= column <= part.right():
                        tall = (bottom - top + 1) * frame.height
                        painter.fillRect(x, frame.y(top), width, tall, colours.selection)

    def _paint_outlines(self, painter: QPainter, frame: _Frame) -> None:
        """A range wears a line around it: the current row has the same ground, and text must stay readable on both."""
        current, accent = self._view.currentIndex(), self._theme.colours.accent
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(accent, 1))
        for part in selected_ranges(self._view):
            if part.width() * part.height() > 1 and part.width() < self._model.columnCount():
                top, bottom = max(part.top(), frame.first - 1), min(part.bottom(), frame.last + 1)
                if top <= bottom:
                    for x, width in self._runs(part.left(), part.right()):
                        tall = (bottom - top + 1) * frame.height
                        painter.drawRect(x, frame.y(top) - 1, width - 1, tall)
        if current.isValid() and self._view.hasFocus():
            ring = self._view.visualRect(QModelIndex(current))
            painter.setPen(QPen(accent, 2))
            painter.drawRect(ring.adjusted(1, 1, -1, -1))

    def _runs(self, left: int, right: int) -> list[tuple[int, int]]:
        """The model columns left..right as they stand on the screen: (x, width) of each unbroken stretch."""
        header, runs = self._view.horizontalHeader(), list[tuple[int, int]]()
        places = sorted(
            (header.sectionViewportPosition(c), header.sectionSize(c))
            for c in range(left, right + 1)
            if not header.isSectionHidden(c)
        )
        for x, width in places:
            if runs and runs[-1][0] + runs[-1][1] == x:
                runs[-1] = (runs[-1][0], runs[-1][1] + width)
            else:
                runs.append((x, width))
        return runs
