# SPDX-License-Identifier: MIT
"""The columns of a record grid as they stand on the screen: widths that fit, and a layout that can be kept."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHeaderView, QTableView

from crmdesk.ui.metrics import CELL_PAD, HEADER
from crmdesk.ui.table.cell_painter import KIND_LOOKS
from crmdesk.ui.table.cells import Column, Kind, plain
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import Theme
from crmdesk.ui.theme import theme as the_theme

_WIDEST = 320  # px that a column is given at most
_TITLE_WIDTH, _TEXT_WIDTH = 168, 136  # px that a column keeps at least where the room is short
_STEP = 16  # px that a key makes a column wider
_SAMPLE = 60  # rows that are looked at for what is wide enough


def fitting_widths(model: RecordTableModel, theme: Theme, sample: int) -> list[int]:
    """Widths in pixels that titles and the first `sample` rows need in the fonts in use."""
    rows = [row for n in range(min(sample, model.rowCount())) if (row := model.source.row(n)) is not None]
    widths = []
    for i, column in enumerate(model.columns):
        metrics, extra = theme.metrics(KIND_LOOKS[column.kind].font), theme.px(16 if column.kind is Kind.PILL else 0)
        texts = max((metrics.horizontalAdvance(plain(row.cells[i])) for row in rows), default=0) + extra
        title = _title_width(f"{column.title} ▴1", theme) + theme.px(4)
        widths.append(min(max(texts + 2 * theme.px(CELL_PAD), title), theme.px(_WIDEST)))
    return widths


def _title_width(title: str, theme: Theme) -> int:
    """Pixels that a title needs in the font in use."""
    return theme.metrics("small_bold").horizontalAdvance(title) + 2 * theme.px(CELL_PAD)


class GridColumns(QObject):
    """The columns of one grid, which owns it.

    Signals:
        changed(): columns were moved, resized, hidden or shown.
    """

    changed = Signal()

    def __init__(self, grid: QTableView, model: RecordTableModel) -> None:
        super().__init__(grid)
        self._grid, self._model = grid, model
        self._scale = the_theme().px(100)
        self._known: tuple[str, ...] = ()
        self._hidden_widths: dict[str, int] = {}  # at normal text size; Qt says 0 for a hidden section
        header = grid.horizontalHeader()
        for signal in (header.sectionMoved, header.sectionResized):
            signal.connect(lambda *_: self.changed.emit())

    def fit(self, sample: int = _SAMPLE) -> None:
        """Make all as wide as titles and first rows need, so that any font and text size fits."""
        for i, width in enumerate(fitting_widths(self._model, the_theme(), sample)):
            self._grid.setColumnWidth(i, width)

    def fit_one(self, key: str) -> None:
        """Make one column so."""
        column = self._model.column_at(key)
        if column >= 0:
            self._grid.setColumnWidth(column, fitting_widths(self._model, the_theme(), _SAMPLE)[column])

    def widen(self, key: str, steps: int) -> None:
        """Make a column wider, or narrower with less than 0."""
        column = self._model.column_at(key)
        if column >= 0:
            wide = self._grid.columnWidth(column) + steps * the_theme().px(_STEP)
            self._grid.setColumnWidth(column, max(wide, self._grid.horizontalHeader().minimumSectionSize()))

    def hide(self, key: str, *, hidden: bool = True) -> None:
        """Hide or show a column; nothing happens for an unknown key."""
        column, header = self._model.column_at(key), self._grid.horizontalHeader()
        if column >= 0 and header.isSectionHidden(column) != hidden:
            if hidden:
                self._hidden_widths[key] = round(header.sectionSize(column) * 1000 / the_theme().px(1000))
            header.setSectionHidden(column, hidden)
            self.changed.emit()

    def state(self) -> list[dict[str, object]]:
        """The columns in the order shown: [{"key", "width" (px at normal text size), "hidden"}], for JSON."""
        header, state = self._grid.horizontalHeader(), list[dict[str, object]]()
        for i in sorted(range(len(self._model.columns)), key=header.visualIndex):
            column, hidden = self._model.columns[i], header.isSectionHidden(i)
            kept = self._hidden_widths.get(column.key, column.width)
            width = kept if hidden else round(header.sectionSize(i) * 1000 / the_theme().px(1000))
            state.append({"key": column.key, "width": width, "hidden": hidden})
        return state

    def restore(self, state: Sequence[Mapping[str, object]]) -> None:
        """Bring back what `state` gave; unknown keys are skipped, new columns stay behind the known ones."""
        header, place = self._grid.horizontalHeader(), 0
        for entry in state:
            column = self._model.column_at(str(entry.get("key", "")))
            if column >= 0:
                width = entry.get("width")
                if isinstance(width, int) and width > 0:
                    header.resizeSection(column, the_theme().px(width))
                self.hide(self._model.columns[column].key, hidden=entry.get("hidden") is True)
                header.moveSection(header.visualIndex(column), place)
                place += 1

    def follow_model(self) -> None:
        """Other columns than before stand as wide as they ask for, and as their titles need in the font in use."""
        keys = tuple(column.key for column in self._model.columns)
        if keys != self._known:
            self._known = keys
            self._hidden_widths = {}
            for i, column in enumerate(self._model.columns):
                self._grid.setColumnHidden(i, False)
                wide = the_theme().px(column.width)
                self._grid.setColumnWidth(i, max(wide, _title_width(column.title, the_theme())))

    def follow_theme(self) -> None:
        """As much wider as the text is larger."""
        scale = the_theme().px(100)
        if scale != self._scale:
            self._grid.horizontalHeader().setFixedHeight(the_theme().px(HEADER))
            for i in range(self._model.columnCount()):
                if not self._grid.isColumnHidden(i):  # a width of 0 would be remembered
                    self._grid.setColumnWidth(i, round(self._grid.columnWidth(i) * scale / self._scale))
            self._scale = scale


def narrow(header: QHeaderView, columns: Sequence[Column], room: int) -> None:
    """Where the columns do not fit into so many pixels, long texts give way before short ones are out of sight."""
    too_wide = header.length() - room
    for at in sorted(range(len(columns)), key=lambda at: -header.sectionSize(at)):
        least = the_theme().px(_TITLE_WIDTH if columns[at].kind is Kind.MAIN else _TEXT_WIDTH)
        give = min(too_wide, header.sectionSize(at) - least)
        if give > 0 and not columns[at].is_number:
            header.resizeSection(at, header.sectionSize(at) - give)
            too_wide -= give
