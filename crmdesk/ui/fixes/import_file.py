# SPDX-License-Identifier: MIT
"""The first step of an import: the file, how it is read, and its first rows."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QSpinBox, QWidget

from crmdesk.domain.values import Conventions
from crmdesk.engine.import_columns import written
from crmdesk.engine.sheets import SEPARATORS, FileKind, Format, Look, SheetRow, encodings, letters
from crmdesk.ui.chips import FlowLayout
from crmdesk.ui.fixes.import_words import DATE_ORDERS, decimal_word, order_word, separator_word
from crmdesk.ui.form.choice_editors import CalmCombo
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, box, button, fill, label, set_role
from crmdesk.ui.table.cells import Column, Kind, ListSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr

_SHOWN_COLUMNS = 40
_MOST_TEXT = 200


class ImportFile(QWidget):
    """Shows what it is told and says what the person wants; reads nothing itself.

    Signals:
        file_chosen(Path): another file.
        form_changed(Format): the same file, read otherwise.
        ways_changed(Conventions): dates or numbers are written otherwise.
    """

    file_chosen = Signal(object)
    form_changed = Signal(object)
    ways_changed = Signal(object)

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._form: Format | None = None
        self._ways = formats.conventions
        self._name = label(tr("No file is chosen yet."), "muted", "bold")
        self.choose = button(tr("Choose a file…"), "primary", self._ask)
        self._hint = label(tr("CSV, XLSX or JSON lines; it can also be dropped here."), "muted", "small")
        self.encoding, self.separator, self.sheet = _combo(tr("Encoding")), _combo(tr("Separator")), _combo(tr("Sheet"))
        self.dates, self.decimals = _combo(tr("Dates")), _combo(tr("Decimals"))
        self.header = QSpinBox(minimum=1, maximum=200)
        self.header.setAccessibleName(tr("Names stand in row"))
        self._settings = QWidget()
        self._flow = FlowLayout(self._settings)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._parts: dict[str, QWidget] = {}
        for name, words, widget in (
            ("encoding", tr("Encoding"), self.encoding),
            ("separator", tr("Separator"), self.separator),
            ("sheet", tr("Sheet"), self.sheet),
            ("header", tr("Names stand in row"), self.header),
            ("dates", tr("Dates"), self.dates),
            ("decimals", tr("Decimals"), self.decimals),
        ):
            self._parts[name] = box(label(words, "muted"), widget, spacing=6)
            self._flow.addWidget(self._parts[name])
        self.notes = Note("", "warn")
        self.trouble = Note("", "bad")
        self.samples: QLabel = label("", "muted", wrap=True)
        self._model = RecordTableModel(())
        self.grid = RecordGrid(self._model)
        self.grid.setAccessibleName(tr("First rows"))
        self.grid.set_empty(tr("Choose a file"), tr("Its first rows are shown here."))
        fill(
            self,
            box(self._name, None, self._hint, self.choose),
            self._settings,
            self.samples,
            self.notes,
            self.trouble,
            self.grid,
            vertical=True,
            spacing=10,
        )
        self._fill_choices()
        self._connect()
        for part in (self._settings, self.notes, self.trouble, self.samples):
            part.hide()

    def _fill_choices(self) -> None:
        for codec, name in encodings().items():
            self.encoding.addItem(name, codec)
        for mark in SEPARATORS:
            self.separator.addItem(separator_word(mark), mark)
        for order in DATE_ORDERS:
            self.dates.addItem(order_word(order), order)
        for point in (".", ","):
            self.decimals.addItem(decimal_word(point), point)

    def _connect(self) -> None:
        for combo in (self.encoding, self.separator, self.sheet):
            combo.currentIndexChanged.connect(lambda _: self._on_form())
        self.header.valueChanged.connect(lambda _: self._on_form())
        for combo in (self.dates, self.decimals):
            combo.currentIndexChanged.connect(lambda _: self._on_ways())

    # ---- what is shown -------------------------------------------------------------------------------------------

    def show_file(self, path: Path, form: Format | None) -> None:
        """A file, and how it is read; None while that is being found out."""
        self._name.setText(path.name)
        self._name.setToolTip(str(path))
        set_role(self._name, "")
        self.choose.setText(tr("Choose another…"))
        set_role(self.choose, "")
        self._form = form
        self._settings.setVisible(form is not None)
        self.trouble.hide()
        if form is None:
            self._show_notes(())
            self.samples.hide()
            self._model.restart(ListSource(), ())
            return
        blocked = [QSignalBlocker(one) for one in (self.encoding, self.separator, self.sheet, self.header)]
        self.sheet.clear()
        for name in form.sheets:
            self.sheet.addItem(name, name)
        for combo, value in (
            (self.encoding, form.encoding),
            (self.separator, form.separator),
            (self.sheet, form.sheet),
        ):
            combo.setCurrentIndex(combo.findData(value))
        self.header.setValue(form.header_row)
        del blocked
        self._parts["encoding"].setVisible(form.kind is not FileKind.XLSX)
        self._parts["separator"].setVisible(form.kind is FileKind.CSV)
        self._parts["sheet"].setVisible(form.kind is FileKind.XLSX)
        self._parts["header"].setVisible(form.kind is not FileKind.JSON_LINES)

    def show_look(self, look: Look) -> None:
        """What the file holds, or as far as it can be read."""
        form = self._form
        if form is None:
            return
        self._show_notes((*form.notes, *(look.sheet.notes if look.sheet is not None else ())))
        self.say(look.trouble)
        if form.kind is FileKind.JSON_LINES:
            self._show_rows(look.head, look.sheet.headers if look.sheet is not None else ())
        else:
            self._show_rows(look.head)

    def say(self, trouble: str) -> None:
        """Why it cannot go on; "" = it can."""
        self.trouble.show_text(trouble, "bad")
        self.trouble.setVisible(bool(trouble))

    def show_progress(self, rows: int) -> None:
        """So many rows are read."""
        self.grid.set_empty(tr("Reading the file…"), tr("{0} rows").format(self._formats.count(rows)))

    def show_ways(self, ways: Conventions) -> None:
        """How dates and numbers are taken to be written."""
        self._ways = ways
        with QSignalBlocker(self.dates), QSignalBlocker(self.decimals):
            self.dates.setCurrentIndex(self.dates.findData(ways.date_order))
            self.decimals.setCurrentIndex(self.decimals.findData(ways.decimal_point))

    def show_samples(self, text: str) -> None:
        """What the first dates and numbers are taken for, so that a person can say no."""
        self.samples.setText(tr("Read as: {0}").format(text))
        self.samples.setVisible(bool(text))

    def _show_notes(self, notes: Sequence[str]) -> None:
        self.notes.show_text("\n".join(map(told, notes)), "warn")
        self.notes.setVisible(bool(notes))

    def _show_rows(self, rows: Sequence[SheetRow], headers: Sequence[str] = ()) -> None:
        """As they stand in the file, under the letters of a spreadsheet; the row of names is bold."""
        wide = min(_SHOWN_COLUMNS, max((len(row.cells) for row in rows), default=0))
        columns = [Column(key="line", title="", spoken=tr("Line"), kind=Kind.MUTED, width=44)]
        for place in range(wide):
            title = headers[place] if place < len(headers) else letters(place)
            columns.append(Column(key=f"c{place}", title=title, width=130))
        names = 0 if headers else self.header.value()
        shown = [
            Row(str(number), (str(row.line), *(self._cell(row, place) for place in range(wide))))
            for number, row in enumerate(rows, 1)
        ]
        self._model.restart(ListSource(shown), columns)
        self.grid.columns.fit()
        if 0 < names <= len(rows):
            self.grid.go_to(names - 1, "c0")

    def _cell(self, row: SheetRow, place: int) -> str:
        cell = row.cells[place] if place < len(row.cells) else None
        return "" if cell is None else str(cell)[:_MOST_TEXT]

    # ---- what the person wants -----------------------------------------------------------------------------------

    def _on_form(self) -> None:
        if self._form is None:
            return
        wanted = replace(
            self._form,
            encoding=self.encoding.currentData() or self._form.encoding,
            separator=self.separator.currentData() or self._form.separator,
            sheet=self.sheet.currentData() or self._form.sheet,
            header_row=self.header.value(),
        )
        if wanted.encoding != self._form.encoding:
            wanted = replace(wanted, is_certain=True, notes=())
        if wanted != self._form:
            self._form = wanted
            self.form_changed.emit(wanted)

    def _on_ways(self) -> None:
        ways = replace(self._ways, date_order=self.dates.currentData())
        self._ways = written(ways, self.decimals.currentData())
        self.ways_changed.emit(self._ways)

    def _ask(self) -> None:
        chooser = QFileDialog(
            self, tr("Import"), "", tr("Tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.jsonl);;All files (*)")
        )
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: self.file_chosen.emit(Path(path)))
        chooser.open()


def _combo(name: str) -> CalmCombo:
    combo = CalmCombo()
    combo.setAccessibleName(name)
    combo.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToContents)
    combo.setMaximumWidth(theme().px(270))
    return combo
