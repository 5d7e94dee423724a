# SPDX-License-Identifier: MIT
"""One condition being made or changed: field, operator, value with an editor that suits the field."""

from datetime import UTC, datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from crmdesk.domain.query import Compare, Filter, Not, Op
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import said_by
from crmdesk.domain.values import NotAValue, Value
from crmdesk.engine.filter_text import since
from crmdesk.ui.field_combo import searchable
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, button, fill, label, set_role
from crmdesk.ui.table.filter_words import Ask, ask_of, asks_for, words_of
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr

_LIST_HEIGHT = 168


class FilterRow(QFrame):
    """A small card under the chip it belongs to. Enter takes it, Esc leaves everything as it was.

    Signals:
        accepted(Filter): The condition is whole and wanted.
        cancelled(): Nothing is to change.
    """

    accepted = Signal(object)
    cancelled = Signal()

    def __init__(self, schema: Schema, formats: Formats, start: Filter | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._schema, self._formats, self._overlay = schema, formats, parent
        self._fields = sorted((f for f in schema.fields if f.type is not FieldType.OPAQUE), key=lambda f: f.label)
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self.setAccessibleName(tr("Filter"))
        self._shown: Field | None = None
        self._field = searchable([f.label for f in self._fields], tr("Field"))
        self._ask = QComboBox()
        self._ask.setAccessibleName(tr("Operator"))
        self._line = QLineEdit()
        self._line.setAccessibleName(tr("Value"))
        self._days = QSpinBox()
        self._days.setRange(1, 3650)
        self._days.setValue(30)
        self._days.setAccessibleName(tr("Days"))
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Values"))
        self._list.setFixedHeight(theme().px(_LIST_HEIGHT))
        self._value = QStackedWidget()
        for editor in (self._line, self._days, self._list, QWidget()):
            self._value.addWidget(editor)
        self._problem = label("", "bad", "small", wrap=True)
        self._problem.hide()
        self._build()
        self._field.currentIndexChanged.connect(lambda _: self._show_field())
        self._field.editTextChanged.connect(lambda _: self._on_field_typed())
        self._ask.currentIndexChanged.connect(lambda _: self._show_ask())
        self._list.itemPressed.connect(self._toggle)
        self._begin(start)

    def _build(self) -> None:
        apply = button(tr("Apply"), "primary", self._accept)
        apply.setToolTip(tr("Enter"))
        leave = button(tr("Cancel"), "", self.cancelled.emit)
        leave.setToolTip(tr("Esc"))
        t = theme()
        self._field.setMinimumWidth(t.px(200))
        self._ask.setMinimumWidth(t.px(120))
        self._value.setMinimumWidth(t.px(220))
        row = QFrame()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        for part in (self._field, self._ask, self._value):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        foot = box(self._problem, None, leave, apply)
        fill(self, row, foot, vertical=True, margins=(12, 12, 12, 10), spacing=8)

    def open_under(self, anchor: QWidget) -> None:
        """Show below a chip or button, within the parent."""
        self.adjustSize()
        parent = self._overlay
        at = anchor.mapTo(parent, QPoint(0, anchor.height() + theme().px(4)))
        self.move(max(4, min(at.x(), parent.width() - self.width() - 4)), at.y())
        self.show()
        self.raise_()
        (self._field if not self._field.currentText() else self._editor()).setFocus(Qt.FocusReason.PopupFocusReason)

    # ---- what is shown -------------------------------------------------------------------------------------------

    def _begin(self, start: Filter | None) -> None:
        compare = start.part if isinstance(start, Not) and isinstance(start.part, Compare) else start
        if not isinstance(compare, Compare):
            self._field.setCurrentIndex(-1)
            self._field.setEditText("")
            self._ask.setEnabled(False)
            return
        place = next((i for i, f in enumerate(self._fields) if f.name == compare.field), -1)
        self._field.setCurrentIndex(place)
        self._show_field()
        field = self._current_field()
        if field is None:
            return
        ask = ask_of(start, self._schema) if start is not None else None
        if ask is not None:
            self._ask.setCurrentIndex(asks_for(field).index(ask))
        self._show_ask()
        self._show_value(field, compare)

    def _show_value(self, field: Field, compare: Compare) -> None:
        values = compare.value if compare.op is Op.IN and isinstance(compare.value, tuple) else (compare.value,)
        if self._value.currentWidget() is self._list:
            for row in range(self._list.count()):
                item = self._list.item(row)
                chosen = item.data(Qt.ItemDataRole.UserRole) in values
                item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        else:
            texts = [self._formats.edit_text(value, field) for value in values]  # type: ignore[arg-type]  # single values
            self._line.setText("; ".join(texts))
            self._line.setCursorPosition(0)

    def _current_field(self) -> Field | None:
        """The field whose name stands there whole; half a name is none, whatever was chosen before."""
        typed = self._field.currentText().strip().casefold()
        at = self._field.currentIndex()
        if 0 <= at < len(self._fields) and self._fields[at].label.casefold() == typed:
            return self._fields[at]  # several fields may have one label
        return next((field for field in self._fields if field.label.casefold() == typed), None)

    def _current_ask(self) -> Ask | None:
        field = self._current_field()
        asks = asks_for(field) if field is not None else ()
        at = self._ask.currentIndex()
        return asks[at] if 0 <= at < len(asks) else None

    def _on_field_typed(self) -> None:
        if self._current_field() is not self._shown:
            self._show_field()

    def _show_field(self) -> None:
        field = self._shown = self._current_field()
        self._ask.setEnabled(field is not None)
        if field is None:
            return
        self._ask.blockSignals(True)
        self._ask.clear()
        self._ask.addItems([ask.words for ask in asks_for(field)])
        self._ask.blockSignals(False)
        self._fill_list(field)
        self._show_ask()

    def _fill_list(self, field: Field) -> None:
        self._list.clear()
        choices = [(c.label or tr("(empty)"), c.value) for c in field.choices if c.value]
        for text, value in choices:
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, value)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self._list.addItem(item)

    def _show_ask(self) -> None:
        field, ask = self._current_field(), self._current_ask()
        if field is None or ask is None:
            return
        if ask.op is Op.IS_EMPTY or ask.fixed is not None:
            self._value.setCurrentIndex(3)
        elif ask.relative:
            self._value.setCurrentWidget(self._days)
        elif ask.op is Op.IN and field.choices:
            self._value.setCurrentWidget(self._list)
        else:
            self._value.setCurrentWidget(self._line)
        tall = self._value.currentWidget() is self._list
        self._value.setFixedHeight(theme().px(_LIST_HEIGHT if tall else 30))
        self._line.setPlaceholderText(words_of(field, ask))
        self._complain("")
        self.adjustSize()

    def _editor(self) -> QWidget:
        return self._value.currentWidget() or self._line

    def _toggle(self, item: QListWidgetItem) -> None:
        """A click anywhere on a line ticks it; Qt itself takes only the small box."""
        inside = self._list.visualItemRect(item).left() + theme().px(24)
        if self._list.mapFromGlobal(self.cursor().pos()).x() > inside:
            checked = item.checkState() == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)

    # ---- taking it -----------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        field, ask = self._current_field(), self._current_ask()
        if field is None or ask is None:
            self._complain(tr("Choose a field."))
            self._field.setFocus()
            return
        try:
            made = self._make(field, ask)
        except NotAValue as error:
            self._complain(told(said_by(error)))
            self._editor().setFocus()
            return
        self.accepted.emit(made)

    def _make(self, field: Field, ask: Ask) -> Filter:
        """The condition as it stands.

        Raises:
            NotAValue: with what is missing.
        """
        if ask.op is Op.IS_EMPTY:
            made = Compare(field.name, Op.IS_EMPTY)
        elif ask.fixed is not None:
            made = Compare(field.name, ask.op, ask.fixed)
        elif ask.relative:
            begin: datetime = since(self._days.value(), datetime.now(self._formats.zone)).astimezone(UTC)
            value: Value = begin if field.type is FieldType.DATETIME else begin.astimezone(self._formats.zone).date()
            made = Compare(field.name, Op.GE, value)
        elif ask.op is Op.IN:
            made = Compare(field.name, Op.IN, self._several(field))
        else:
            value = self._formats.read(self._line.text(), field) if not ask.as_text else self._line.text().strip()
            if value in (None, ""):
                raise NotAValue(tr("Type a value, or choose “is empty”."))
            made = Compare(field.name, ask.op, value)
        return Not(made) if ask.negated else made

    def _several(self, field: Field) -> tuple[Value, ...]:
        if self._value.currentWidget() is self._list:
            items = [self._list.item(row) for row in range(self._list.count())]
            values: list[Value] = [
                str(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() == Qt.CheckState.Checked
            ]
        else:
            texts = [text.strip() for text in self._line.text().split(";") if text.strip()]
            values = [self._formats.read(text, field) for text in texts]
        if not values:
            raise NotAValue(tr("Choose at least one value."))
        return tuple(values)

    def _complain(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        set_role(self._line, "bad" if text else "")
        self.adjustSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)
