# SPDX-License-Identifier: MIT
"""The third step of an import: every row of the file, what becomes of it, and why some are left out."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.domain.values import Value, plain, same
from crmdesk.engine.import_cells import Action, ImportRow
from crmdesk.engine.import_plan import ImportPlan
from crmdesk.ui.accounts.choice_buttons import PillChoice
from crmdesk.ui.fixes.import_words import TONES, action_word, counts_of, error_text
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, ProgressBar, box, button, fill, label, show_length
from crmdesk.ui.table.cells import Cell, Column, Kind, ListSource, PagedSource, Row, Segment
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_ALL = "all"
_TOLD_FIELDS = 6


class ImportRows(QWidget):
    """Shows the rows; those in view are put into words, the others wait.

    Signals:
        stop_wanted(): the server need not be asked any further.
    """

    stop_wanted = Signal()

    def __init__(self, schema: Schema, formats: Formats) -> None:
        super().__init__()
        self._schema, self._formats = schema, formats
        self._rows: Sequence[ImportRow] = ()
        self._shown: Sequence[int] = ()
        self._headers: dict[FieldName, str] = {}
        self.filters = {key: PillChoice(key, "", tone) for key, tone in self._keys()}
        self._model = RecordTableModel(self._grid_columns(), ListSource(), self)
        self.grid = RecordGrid(self._model, stretch=True)
        self.grid.setAccessibleName(tr("Rows of the file"))
        self._fields = RecordTableModel(self._field_columns(), ListSource(), self)
        self.detail = RecordGrid(self._fields, stretch=True)
        self.detail.setAccessibleName(tr("Fields of the row"))
        self.detail.setFixedHeight(theme().px(140))
        self.progress = ProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Asking the server"))
        self._progress_words = label("", "muted")
        self.stop = button(tr("Stop"), "", self.stop_wanted.emit)
        self._asking = box(self._progress_words, self.progress, self.stop)
        self.note = Note("", "bad")
        fill(
            self,
            box(*self.filters.values(), None, spacing=6),
            self._asking,
            self.note,
            self.grid,
            self.detail,
            vertical=True,
            spacing=10,
        )
        for choice in self.filters.values():
            choice.toggled.connect(lambda on: self._filter() if on else None)
        self.grid.current_row_changed.connect(self._show_detail)
        self.show_rows((), None)

    def _keys(self) -> list[tuple[str, str]]:
        return [(_ALL, "info"), *((action.value, TONES[action]) for action in Action)]

    def _grid_columns(self) -> tuple[Column, ...]:
        tones = {action_word(action): tone for action, tone in TONES.items()}
        return (
            Column(key="line", title=tr("Row"), kind=Kind.NUMBER, width=64),
            Column(key="action", title="", spoken=tr("What"), kind=Kind.PILL, width=110, tones=tones),
            Column(key="record", title=self._schema.module.label, kind=Kind.MAIN, width=230),
            Column(key="what", title=tr("What changes"), width=520),
        )

    def _field_columns(self) -> tuple[Column, ...]:
        return (
            Column(key="field", title=tr("Field"), kind=Kind.MAIN, width=180),
            Column(key="now", title=tr("Now"), width=200),
            Column(key="then", title=tr("Then"), width=240),
            Column(key="why", title="", spoken=tr("Remarks"), width=300),
        )

    # ---- while the server is asked -------------------------------------------------------------------------------

    def show_asking(self, records: int | None) -> None:
        """So many records are read; None = nobody is asked any more."""
        self._asking.setVisible(records is not None)
        show_length(self.progress, None if records is not None else 1)
        if records is not None:
            self.note.hide()
            self._progress_words.setText(tr("Looking up the records: {0} read…").format(self._formats.count(records)))
            self.grid.set_empty(tr("Every row is held against the server"), tr("Nothing is changed by this."))

    def say(self, text: str) -> None:
        """Why there are no rows; "" = there are."""
        self.note.show_text(text, "bad")
        self.note.setVisible(bool(text))
        self.grid.set_empty(tr("Nothing was compared"), tr("Go back, or try again."))

    # ---- rows ----------------------------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[ImportRow], plan: ImportPlan | None) -> None:
        """What becomes of every row."""
        self._rows = rows
        self._headers = {c.field: c.header for c in plan.columns if c.field} if plan is not None else {}
        self.show_asking(None)
        self.note.hide()
        counts = counts_of(rows)
        for key, choice in self.filters.items():
            count = len(rows) if key == _ALL else counts[Action(key)]
            word = tr("All") if key == _ALL else action_word(Action(key))
            choice.setText(f"{word} {self._formats.count(count)}")
            choice.setAccessibleName(choice.text())
            choice.updateGeometry()
            choice.setVisible(bool(count))
        first = self.filters[_ALL]
        if first.isChecked():
            self._filter()
        else:
            first.setChecked(True)

    def _filter(self) -> None:
        key = next(key for key, choice in self.filters.items() if choice.isChecked())
        if key == _ALL:
            self._shown = range(len(self._rows))
        else:
            wanted = Action(key)
            self._shown = [place for place, row in enumerate(self._rows) if row.action is wanted]
        self._model.restart(PagedSource(len(self._shown), self._give))
        self.detail.setVisible(bool(self._shown))
        if self._shown:
            self._model.source.want(0, 0)
            self.grid.go_to(0, "record")
        self._show_detail(0)

    def _give(self, first: int, count: int) -> None:
        source = self._model.source
        if isinstance(source, PagedSource):
            places = self._shown[first : first + count]
            source.put(first, [self._row(self._rows[place], place) for place in places])

    def _row(self, row: ImportRow, place: int) -> Row:
        cells: tuple[Cell, ...] = (str(row.line), action_word(row.action), self._title(row), self._what(row))
        return Row(str(place), cells)

    def _title(self, row: ImportRow) -> str:
        if row.record is not None:
            return self._formats.title(row.record, self._schema)
        title = plain(row.values.get(self._schema.title_field))
        return title or " + ".join(key for key in row.keys if key)

    def _what(self, row: ImportRow) -> Cell:
        if row.action is Action.REFUSED:
            return (Segment(" ".join(error_text(*one) for one in row.errors.items()), "bad"),)
        if row.action is Action.SAME:
            return (Segment(tr("holds what the server has already"), "muted"),)
        if row.action is Action.DELETE:
            return (Segment(tr("is deleted"), "bad"),)
        segments: list[Segment] = []
        changes = self._changes(row)
        for name, before, after in changes[:_TOLD_FIELDS]:
            segments.append(Segment(self._label(name), "muted"))
            segments += [Segment(before, "strike")] if before else []
            segments.append(Segment(after, "good") if after else Segment(tr("empty"), "muted"))
        return tuple(segments)

    def _changes(self, row: ImportRow) -> list[tuple[FieldName, str, str]]:
        """Field, before, after; of those that differ."""
        held = row.record
        return [
            (name, self._text(held.values.get(name), name, held) if held else "", self._new_text(row, name))
            for name, value in row.values.items()
            if not same(value, held.values.get(name) if held is not None else None)
        ]

    def _new_text(self, row: ImportRow, name: FieldName) -> str:
        field = self._schema.field(name)
        return "" if field is None else self._formats.text(row.values[name], field, row.labels.get(name, ""))

    def _text(self, value: Value, name: FieldName, record: Record) -> str:
        field = self._schema.field(name)
        return "" if field is None else self._formats.text(value, field, record.labels.get(name, ""))

    def _label(self, name: FieldName) -> str:
        field = self._schema.field(name)
        return field.label if field is not None else str(name)

    # ---- one row -------------------------------------------------------------------------------------------------

    def _show_detail(self, at: int) -> None:
        if not 0 <= at < len(self._shown):
            self._fields.restart(ListSource())
            return
        row = self._rows[self._shown[at]]
        changed = {name: (before, after) for name, before, after in self._changes(row)}
        named = {self._headers[name]: name for name in (*changed, *row.values) if name in self._headers}
        found = [
            Row(f"wrong {header}", (header or tr("Line {0}").format(row.line), "", "", (Segment(why, "bad"),)))
            for header, why in row.errors.items()
            if header not in named
        ]
        for name in dict.fromkeys((*changed, *row.values)):
            found.append(self._field_row(row, name, changed.get(name), row.errors.get(self._headers.get(name, ""), "")))
        self._fields.restart(ListSource(found))

    def _field_row(self, row: ImportRow, name: FieldName, change: tuple[str, str] | None, why: str) -> Row:
        note: Cell = (Segment(why, "bad"),) if why else ""
        if change is None:
            held = self._new_text(row, name)
            return Row(str(name), (self._label(name), held, (Segment(held, "muted"),) if held else "", note))
        before, after = change
        then = Segment(after, "good") if after else Segment(tr("empty"), "muted")
        return Row(str(name), (self._label(name), (Segment(before, "strike"),) if before else "", (then,), note))
