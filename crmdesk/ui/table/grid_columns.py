# SPDX-License-Identifier: MIT
"""The columns of a record grid as they stand on the screen: widths that fit, and a layout that can be kept."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHeaderView

from crmdesk.ui.metrics import CELL_PAD
from crmdesk.ui.table.cell_painter import KIND_LOOKS
from crmdesk.ui.table.cells import Column, Kind, plain
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import Theme
from crmdesk.ui.theme import theme as the_theme

_WIDEST = 320  # px that a column is given at most
_TITLE_WIDTH, _TEXT_WIDTH = 168, 136  # px that a column keeps at least where the room is short


def fitting_widths(model: RecordTableModel, theme: Theme, sample: int) -> list[int]:
    """Widths in pixels that titles and the first `sample` rows need in the fonts in use."""
    rows = [row for n in range(min(sample, model.rowCount())) if (row := model.source.row(n)) is not None]
    widths = []
    for i, column in enumerate(model.columns):
        metrics, extra = theme.metrics(KIND_LOOKS[column.kind].font), theme.px(16 if column.kind is Kind.PILL else 0)
        texts = max((metrics.horizontalAdvance(plain(row.cells[i])) for row in rows), default=0) + extra
        title = theme.metrics("small_bold").horizontalAdvance(f"{column.title} ▴1") + theme.px(4)
        widths.append(min(max(texts, title) + 2 * theme.px(CELL_PAD), theme.px(_WIDEST)))
    return widths


def layout_of(
    header: QHeaderView, model: RecordTableModel, theme: Theme, hidden_widths: Mapping[str, int]
) -> list[dict[str, object]]:
    """Key, width at normal text size, and whether hidden, in the order shown."""
    state: list[dict[str, object]] = []
    for i in sorted(range(len(model.columns)), key=header.visualIndex):
        column, hidden = model.columns[i], header.isSectionHidden(i)
        # Qt says 0 for a hidden section.
        kept = hidden_widths.get(column.key, column.width)
        width = kept if hidden else round(header.sectionSize(i) * 1000 / theme.px(1000))
        state.append({"key": column.key, "width": width, "hidden": hidden})
    return state


def narrow(header: QHeaderView, columns: Sequence[Column], room: int) -> None:
    """Where the columns do not fit into so many pixels, long texts give way before short ones are out of sight."""
    too_wide = header.length() - room
    for at in sorted(range(len(columns)), key=lambda at: -header.sectionSize(at)):
        least = the_theme().px(_TITLE_WIDTH if columns[at].kind is Kind.MAIN else _TEXT_WIDTH)
        give = min(too_wide, header.sectionSize(at) - least)
        if give > 0 and not columns[at].is_number:
            header.resizeSection(at, header.sectionSize(at) - give)
            too_wide -= give
