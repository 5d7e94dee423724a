# SPDX-License-Identifier: MIT
"""The second step of an import: where each column goes, what its empty cells mean, by which ones records are found."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QWidget

from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.engine.import_columns import ColumnCheck
from crmdesk.engine.import_plan import ID, Blank, ColumnMap, Mode
from crmdesk.engine.sheets import Sheet
from crmdesk.ui.field_combo import searchable
from crmdesk.ui.fixes.import_words import mode_words, verdict
from crmdesk.ui.form.choice_editors import CalmCombo
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, box, fill, label
from crmdesk.ui.table.cells import Cell, Column, Kind, ListSource, Row, Segment
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.translation import tr

_FIRST_CELLS = 3
_TOLD_UNUSED = 4
_MOST_TEXT = 60
_SOON_MS = 20


class ImportColumns(QWidget):
    """A row for each column of the file; edited in place.

    Signals:
        mapped(): columns, what is found by, or what rows become are different now.
        remap_wanted(int): a column goes elsewhere and wants to be judged anew.
        saved_chosen(str): a mapping saved under that name is wanted.
    """

    mapped = Signal()
    remap_wanted = Signal(int)
    saved_chosen = Signal(str)

    def __init__(self, schema: Schema, formats: Formats) -> None:
        super().__init__()
        self._schema, self._formats = schema, formats
        self._columns: list[ColumnMap] = []
        self._firsts: list[str] = []
        self._checks: dict[int, ColumnCheck] = {}
        self._sure: set[int] = set()
        usable = [f for f in schema.fields if not f.read_only or f.name == schema.number_field]
        usable = [f for f in usable if f.type is not FieldType.OPAQUE]
        self._choices: dict[str, FieldName | None] = {tr("do not import"): None, tr("Id of the record"): ID}
        for field in sorted(usable, key=lambda one: one.label.casefold()):
            words = self._field_words(field.name)
            self._choices[words if words not in self._choices else f"{words} ({field.name})"] = field.name
        self._words = {name: words for words, name in self._choices.items()}
        self._model = RecordTableModel(self._grid_columns(), ListSource(), self)
        self.grid = RecordGrid(self._model, stretch=True)
        self.grid.setAccessibleName(tr("Columns"))
        self.grid.set_editor_factory(self._editor)
        self.mode = CalmCombo()
        self.mode.setAccessibleName(tr("What rows become"))
        self.mode.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToContents)
        for mode, words in mode_words(schema.module.operations).items():
            self.mode.addItem(words, mode)
        self.saved = CalmCombo()
        self.saved.setAccessibleName(tr("Saved mappings"))
        self.saved.setSizeAdjustPolicy(CalmCombo.SizeAdjustPolicy.AdjustToContents)
        self._found_by = label("", "muted")
        self.note = Note("", "warn")
        line = box(self.mode, self._found_by, None, self.saved)
        fill(self, self.grid, line, self.note, vertical=True, spacing=10)
        self._connect()
        self.note.hide()
        self.show_saved(())

    def _grid_columns(self) -> tuple[Column, ...]:
        return (
            Column(key="name", title=tr("Column in the file"), kind=Kind.MAIN, width=180),
            Column(key="first", title=tr("First rows"), kind=Kind.MUTED, width=222),
            Column(key="field", title=tr("Goes to"), width=200, editable=True),
            Column(key="match", title=tr("Find by"), width=98),
            Column(key="blank", title=tr("Empty cells"), width=120, editable=True),
            Column(key="verdict", title="", spoken=tr("Remarks"), width=150),
        )

    def _connect(self) -> None:
        # Later: at the time of the signal, the editor and its list are still in the middle of their own events.
        self._model.edit_requested.connect(self._on_edit, Qt.ConnectionType.QueuedConnection)
        self.grid.clicked.connect(self._on_click)
        self.grid.pressed_in.connect(self._on_press)
        self.mode.currentIndexChanged.connect(lambda _: self._show_all())
        self.mode.currentIndexChanged.connect(lambda _: self.mapped.emit())
        self.saved.activated.connect(lambda at: self.saved_chosen.emit(self.saved.itemText(at)) if at > 0 else None)

    # ---- what it says --------------------------------------------------------------------------------------------

    def columns(self) -> tuple[ColumnMap, ...]:
        """Where every column goes."""
        return tuple(self._columns)

    def wanted_mode(self) -> Mode:
        """What rows become."""
        found = self.mode.currentData()
        return found if isinstance(found, Mode) else Mode.UPDATE

    def choose_mode(self, mode: Mode) -> None:
        """Show what rows become, without telling anybody; where it cannot be here, the first that can."""
        with QSignalBlocker(self.mode):
            self.mode.setCurrentIndex(max(0, self.mode.findData(mode)))
        self._show_all()

    def check_of(self, place: int) -> ColumnCheck | None:
        """How the cells of a column are, None = not known yet."""
        return self._checks.get(place)

    def checks(self) -> dict[int, ColumnCheck]:
        """How the cells of the columns are, as far as they were judged."""
        return dict(self._checks)

    # ---- what it shows -------------------------------------------------------------------------------------------

    def show_sheet(self, sheet: Sheet, columns: Sequence[ColumnMap]) -> None:
        """Another file, or another mapping."""
        self._columns = list(columns)
        self._checks.clear()
        self._sure.clear()
        self._firsts = [_first_cells(sheet, place) for place in range(len(columns))]
        self._show_all()
        if self._model.rowCount():
            self.grid.go_to(0, "field")

    def show_check(self, place: int, check: ColumnCheck | None) -> None:
        """How the cells of a column are; None = that is being found out."""
        if check is None:
            self._checks.pop(place, None)
        else:
            self._checks[place] = check
        if place < len(self._columns):
            self._model.replace_row(self._row(place))

    def show_saved(self, names: Sequence[str]) -> None:
        """The names of saved mappings."""
        self.saved.clear()
        self.saved.addItem(tr("Use a saved mapping…"))
        for name in names:
            self.saved.addItem(name)
        self.saved.setVisible(bool(names))

    def say(self, text: str, tone: str = "warn") -> None:
        """What stands in the way, or will be left out; "" = nothing."""
        self.note.show_text(text, tone)
        self.note.setVisible(bool(text))

    def _show_all(self) -> None:
        if self._model.rowCount() == len(self._columns):
            for place in range(len(self._columns)):
                self._model.replace_row(self._row(place))
        else:
            self._model.restart(ListSource(self._row(place) for place in range(len(self._columns))))
        by = [self._words.get(one.field, one.header).rstrip(" *") for one in self._columns if one.is_match]
        finds = self.wanted_mode() is not Mode.CREATE
        said = [tr("Found by {0}").format(" + ".join(by))] if by and finds else []
        unused = [one.header for one in self._columns if one.field is None]
        if unused and len(unused) < len(self._columns):
            some = ", ".join(unused[:_TOLD_UNUSED]) + ("…" if len(unused) > _TOLD_UNUSED else "")
            said.append(tr("Not imported: {columns}", columns=some))
        self._found_by.setText(" · ".join(said))

    def _row(self, place: int) -> Row:
        one = self._columns[place]
        field = self._schema.field(one.field or "")
        goes: Cell = self._words.get(one.field, str(one.field))
        if one.field is None:
            goes = (Segment(tr("do not import"), "muted"),)
        match: Cell = ""
        if one.field is not None and self.wanted_mode() is not Mode.CREATE:
            match = (Segment(tr("yes") if one.is_match else "", "check:on" if one.is_match else "check:off"),)
        pills = verdict(self._checks.get(place), field, self._formats, is_sure=place in self._sure)
        cells = (one.header, self._firsts[place], goes, match, self._blank_word(one, field), pills)
        return Row(str(place), cells)

    def _blank_word(self, one: ColumnMap, field: Field | None) -> str:
        if one.field is None or self.wanted_mode() is Mode.DELETE:
            return ""
        if one.is_match and self.wanted_mode() is not Mode.CREATE:
            return tr("leave row out")
        if field is not None and field.required and not field.default and self.wanted_mode() is not Mode.UPDATE:
            return tr("leave row out")
        if self.wanted_mode() is Mode.CREATE or (field is not None and field.required):
            return tr("leave alone")
        return tr("clear") if one.blank is Blank.CLEAR else tr("leave alone")

    def _field_words(self, name: FieldName) -> str:
        field = self._schema.field(name)
        return "" if field is None else f"{field.label} *" if field.required else field.label

    # ---- editing in place ----------------------------------------------------------------------------------------

    def _editor(self, column: Column, parent: QWidget, row: int) -> QWidget | None:
        one = self._columns[row]
        if column.key == "field":
            combo: QComboBox = searchable(list(self._choices), tr("Goes to"))
            combo.setParent(parent)
            combo.setCurrentIndex(combo.findText(self._words.get(one.field, "")))
        else:
            combo = CalmCombo(parent)
            word = self._blank_word(one, self._schema.field(one.field or ""))
            both = [tr("leave alone"), tr("clear")]
            fixed = word not in both or self.wanted_mode() is Mode.CREATE or self._is_required(one)
            combo.addItems([word] if fixed else both)
        delegate = self.grid.itemDelegate()
        assert isinstance(delegate, QStyledItemDelegate)
        # Not at once: Return makes a choice, too, and is about to close the editor by itself.
        combo.activated.connect(lambda _: QTimer.singleShot(_SOON_MS, combo, lambda: self._close(delegate, combo)))
        return combo

    def _close(self, delegate: QStyledItemDelegate, combo: QComboBox) -> None:
        if not combo.isVisible():
            return  # Return has closed it already
        delegate.commitData.emit(combo)
        delegate.closeEditor.emit(combo, QStyledItemDelegate.EndEditHint.NoHint)

    def _is_required(self, one: ColumnMap) -> bool:
        field = self._schema.field(one.field or "")
        return field is not None and field.required

    def _on_click(self, index: QModelIndex) -> None:
        key = self._model.columns[index.column()].key
        if key not in ("field", "blank"):
            return
        self.grid.edit(index)
        editor = self.grid.findChild(QComboBox)
        if editor is None:
            return
        completer = editor.completer()
        if completer is None:
            QTimer.singleShot(0, editor, editor.showPopup)
            return
        line = editor.lineEdit()
        if line is not None:
            line.selectAll()
        completer.setCompletionPrefix("")
        completer.setMaxVisibleItems(16)
        QTimer.singleShot(0, editor, completer.complete)

    def _on_edit(self, row: int, key: str, text: str) -> None:
        one = self._columns[row]
        if key == "blank":
            self._put(row, replace(one, blank=Blank.CLEAR if text == tr("clear") else Blank.LEAVE))
            return
        found = self._meant(text)
        if not found or found[0] == one.field:
            return
        wanted = found[0]
        for place, other in enumerate(self._columns):  # a field takes one column: the last one chosen
            if wanted is not None and place != row and other.field == wanted:
                self._columns[place] = replace(other, field=None, is_match=False)
                self._checks.pop(place, None)
        self._sure.discard(row)
        self._checks.pop(row, None)
        self._put(row, replace(one, field=wanted, is_match=wanted == ID))
        self.remap_wanted.emit(row)

    def _meant(self, text: str) -> tuple[FieldName | None, ...]:
        """The field of that name, else the first one that holds what was typed; () = none."""
        word = text.strip().casefold().rstrip(" *")
        names = {words.casefold().rstrip(" *"): name for words, name in self._choices.items()}
        if word in names:
            return (names[word],)
        close = sorted((words for words in names if word and word in words), key=lambda words: words.index(word))
        return (names[close[0]],) if close else ()

    def _on_press(self, row: int, key: str, _text: str) -> None:
        one = self._columns[row]
        if key == "match" and one.field is not None:
            # The id names a record alone; beside it, no other column is needed.
            if one.field == ID and not one.is_match:
                self._columns = [replace(other, is_match=False) for other in self._columns]
            elif not one.is_match:
                self._columns = [replace(c, is_match=c.is_match and c.field != ID) for c in self._columns]
            self._put(row, replace(one, is_match=not one.is_match))
        elif key == "verdict":
            self._sure.add(row)
            self._show_all()

    def _put(self, row: int, one: ColumnMap) -> None:
        self._columns[row] = one
        self._show_all()
        self.mapped.emit()


def _first_cells(sheet: Sheet, place: int) -> str:
    some = (row.cells[place] for row in sheet.rows[:_FIRST_CELLS])
    return " · ".join(tr("(empty)") if cell is None else " ".join(str(cell).split())[:_MOST_TEXT] for cell in some)
