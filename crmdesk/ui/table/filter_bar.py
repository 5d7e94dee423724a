# SPDX-License-Identifier: MIT
"""The bar above a table: chips for its filters or the same filter as text, quick search, and the table's buttons."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.planning import pushed_among, why_local
from crmdesk.domain.query import And, Compare, Filter, Op, Or, all_of
from crmdesk.domain.schema import FieldType, Operation, Schema
from crmdesk.engine.filter_text import format_filter, parse_filter
from crmdesk.ui.chips import Chip, FlowLayout
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import button, clearable, fill, label, set_role
from crmdesk.ui.table.filter_row import FilterRow
from crmdesk.ui.table.filter_words import can_show, describe
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr, within

_SEARCH_PAUSE_MS = 350


class FilterBar(QFrame):
    """Emits the whole filter whenever it changes; asks nobody for rows.

    Signals:
        filter_changed(Filter | None): chips, text or quick search changed.
        columns_wanted(), export_wanted(), new_wanted(): a button was pressed.
        left(): Down or Return in the search field: the table may take the focus.
    """

    filter_changed = Signal(object)
    columns_wanted = Signal()
    export_wanted = Signal()
    new_wanted = Signal()
    left = Signal()

    def __init__(self, schema: Schema, can: Callable[[], Capabilities], formats: Formats, overlay: QWidget) -> None:
        """`overlay`: the widget over which the condition's card may lie."""
        super().__init__()
        self._schema, self._can, self._formats, self._overlay = schema, can, formats, overlay
        self._parts: list[Filter] = []
        self._chips: list[Chip] = []
        self._row: FilterRow | None = None
        self.setProperty("role", "window")
        plural, single = schema.module.label_plural, schema.module.label
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search in {records}", records=plural))
        self.search.setAccessibleName(self.search.placeholderText())
        clearable(self.search)
        self.search.setFixedWidth(theme().px(180))
        self.search.installEventFilter(self)
        self._pause = QTimer(self, singleShot=True, interval=_SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._emit)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.add = button(tr("+ Filter"), "", lambda: self._edit(None), tip="Ctrl+Shift+L")
        self.as_text = button(tr("As text"), "", self._toggle_text)
        self.as_text.setCheckable(True)
        self.as_text.setToolTip(tr("Show and edit the same filter as text"))
        self.columns = button(tr("Columns"), "", self.columns_wanted.emit)
        self.export = button(tr("Export"), "", self.export_wanted.emit, tip="Ctrl+Shift+R")
        self.new = button(tr("New {record}", record=within(single)), "primary", self.new_wanted.emit, tip="Ctrl+N")
        self._may_add = Operation.CREATE in schema.module.operations
        self._text = QLineEdit()
        self._text.setAccessibleName(tr("Filter as text"))
        self._text.setPlaceholderText("bill_city = 'Helsinki' and employees > 10")
        self._text.returnPressed.connect(self._take_text)
        self._problem = label("", "bad", "small", wrap=True)
        self._chip_box, self._text_box = QFrame(), QFrame()
        self._flow = FlowLayout(self._chip_box)
        for part in self._buttons():
            self._flow.addWidget(part)
        fill(self._text_box, self._text, self._problem, vertical=True, margins=(12, 10, 12, 0), spacing=4)
        self._text_box.hide()
        self._problem.hide()
        fill(self, self._text_box, self._chip_box, vertical=True, spacing=0)

    def _buttons(self) -> tuple[QWidget, ...]:
        parts = (self.add, self.search, self.as_text, self.columns, self.export)
        return (*parts, self.new) if self._may_add else parts

    # ---- what the owner says and asks ----------------------------------------------------------------------------

    def where(self) -> Filter | None:
        """The whole filter, quick search included."""
        return all_of(*self._parts, self.searched())

    def conditions(self) -> Filter | None:
        """The filter without the quick search, as a saved view keeps it."""
        return all_of(*self._parts)

    def show_filter(self, where: Filter | None) -> None:
        """Show another filter, without telling anybody."""
        self._parts = list(where.parts) if isinstance(where, And) else [] if where is None else [where]
        self._show_chips()

    def searched(self) -> Filter | None:
        """What the quick search asks: the text in any of the module's speaking fields."""
        text = self.search.text().strip()
        parts = tuple(Compare(name, Op.CONTAINS, text) for name in search_fields(self._schema)) if text else ()
        return None if not parts else parts[0] if len(parts) == 1 else Or(parts)

    def local_count(self) -> int:
        """How many conditions are applied on this computer."""
        whole = [p for p in (*self._parts, self.searched()) if p is not None]
        return pushed_among(whole, self._can(), self._schema).count(False)

    @property
    def count(self) -> int:
        """How many conditions there are."""
        return len(self._parts) + bool(self.search.text().strip())

    def chips(self) -> tuple[Chip, ...]:
        """The chips as they stand."""
        return tuple(self._chips)

    def focus_search(self) -> None:
        """Ctrl+F."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def add_filter(self) -> None:
        """Begin a new condition."""
        self._edit(None)

    def close_row(self) -> bool:
        """Close the condition's card; whether there was one."""
        if self._row is None:
            return False
        self._row.hide()
        self._row.deleteLater()
        self._row = None
        return True

    # ---- chips ---------------------------------------------------------------------------------------------------

    def _show_chips(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.deleteLater()
        self._chips = []
        pushed = pushed_among(self._parts, self._can(), self._schema)
        for place, part in enumerate(self._parts):
            field, condition = describe(part, self._schema, self._formats)
            chip = Chip(field, condition, "" if pushed[place] else told(why_local(part, self._can(), self._schema)))
            chip.edit_wanted.connect(lambda place=place: self._edit(place))
            chip.removed.connect(lambda place=place: self._remove(place))
            self._chips.append(chip)
            self._flow.insertWidget(place, chip)
            chip.show()
        self._text.setText(format_filter(self.conditions()))
        self._problem.hide()
        self._chip_box.updateGeometry()

    def _edit(self, place: int | None) -> None:
        self.close_row()
        start = self._parts[place] if place is not None else None
        if start is not None and not can_show(start, self._schema):
            self.as_text.setChecked(True)
            self._toggle_text()
            return
        anchor: QWidget = self._chips[place] if place is not None else self.add
        self._row = FilterRow(self._schema, self._formats, start, self._overlay)
        self._row.accepted.connect(lambda made: self._take(place, made))
        self._row.cancelled.connect(lambda: (self.close_row(), anchor.setFocus()))
        self._row.open_under(anchor)

    def _take(self, place: int | None, made: Filter) -> None:
        self.close_row()
        if place is None:
            self._parts.append(made)
        else:
            self._parts[place] = made
        self._show_chips()
        self._emit()

    def _remove(self, place: int) -> None:
        self.close_row()
        del self._parts[place]
        self._show_chips()
        near: QWidget = self._chips[min(place, len(self._chips) - 1)] if self._chips else self.add
        near.setFocus(Qt.FocusReason.OtherFocusReason)
        self._emit()

    # ---- text ----------------------------------------------------------------------------------------------------

    def _toggle_text(self) -> None:
        self._text_box.setVisible(self.as_text.isChecked())
        if self.as_text.isChecked():
            self._text.setText(format_filter(self.conditions()))
            self._text.setFocus()
            self._text.setCursorPosition(0)

    def _take_text(self) -> None:
        try:
            where = self._read(self._text.text())
        except Invalid as error:
            self._problem.setText(told(error.user_text))
            self._problem.show()
            set_role(self._text, "bad")
            return
        set_role(self._text, "")
        self.show_filter(where)
        self._emit()

    def _read(self, text: str) -> Filter | None:
        """Values as this text is written by us, plain; else as the person writes numbers and dates.

        Raises:
            Invalid: it can be read neither way.
        """
        try:
            return parse_filter(text, self._schema)
        except Invalid:
            return parse_filter(text, self._schema, self._formats.conventions)

    # ---- search --------------------------------------------------------------------------------------------------

    def _emit(self) -> None:
        self._pause.stop()
        self.filter_changed.emit(self.where())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress:
            key = event.key()  # type: ignore[attr-defined]  # a key event
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self._pause.isActive():
                    self._emit()
                self.left.emit()
                return True
            if key == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)


def search_fields(schema: Schema) -> tuple[FieldName, ...]:
    """The fields a quick search looks into: title, number, e-mail, phone, city; at most six."""
    wanted = [schema.title_field, schema.number_field]
    names: list[FieldName] = [name for name in wanted if name is not None and schema.field(name) is not None]
    for kind in (FieldType.EMAIL, FieldType.PHONE):
        names += [f.name for f in schema.fields if f.type is kind and f.filterable][:1]
    names += [f.name for f in schema.fields if f.type is FieldType.TEXT and f.name.endswith(("firstname", "city"))][:2]
    return tuple(dict.fromkeys(names))
