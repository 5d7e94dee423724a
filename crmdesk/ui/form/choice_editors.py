# SPDX-License-Identifier: MIT
"""Editors for lists of known values: one of them, or several."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from crmdesk.domain.schema import Choice, Field
from crmdesk.domain.values import Value
from crmdesk.ui.form.editor import FieldEditor, place_beside
from crmdesk.ui.formats import Formats
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr

_TICK_ROW = 25  # height of a line to tick, in pixels of the normal text size


class CalmCombo(QComboBox):
    """A combo box whose value the wheel changes only while its list is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setMaxVisibleItems(16)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the form scrolls instead


class ChoiceEditor(FieldEditor):
    """A list. A value the list does not know is kept and shown; an empty entry clears unless the field is required."""

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None) -> None:
        self.combo = CalmCombo()
        super().__init__(field, formats, parent, self.combo)
        if not field.choices:
            self.combo.setEditable(True)  # the server told no list, so people type
            line = self.combo.lineEdit()
            if line is not None:
                line.installEventFilter(self)
                line.setAccessibleName(field.label)
        else:
            self.combo.addItem("", "")
            for choice in field.choices:
                if choice.value:
                    self.combo.addItem(choice.label, choice.value)
        self.combo.activated.connect(lambda _index: self.committed.emit())

    def text(self) -> str:
        if self.combo.isEditable():
            return self.combo.currentText()
        held = self.combo.currentData()
        return held if isinstance(held, str) else ""

    def set_text(self, text: str) -> None:
        if self.combo.isEditable():
            self.combo.setEditText(text)
            return
        at = self.combo.findData(text)
        if at < 0:
            at = next(
                (i for i in range(self.combo.count()) if self.combo.itemText(i).casefold() == text.casefold()), -1
            )
        if at < 0:
            self.combo.addItem(text, text)
            at = self.combo.count() - 1
            self.combo.setItemData(at, tr("The server's list does not have this value."), Qt.ItemDataRole.ToolTipRole)
        self.combo.setCurrentIndex(at)

    def _fill(self, value: Value, label: str) -> None:
        text = value if isinstance(value, str) else ""
        if text and label and not self.combo.isEditable() and self.combo.findData(text) < 0:
            self.combo.addItem(label, text)
        self.set_text(text)

    def _read(self) -> Value:
        return self.text() or None

    def begin(self, key: str = "") -> None:
        super().begin(key)
        if key and not self.combo.isEditable():
            hit = self.combo.findText(key, Qt.MatchFlag.MatchStartsWith)
            if hit >= 0:
                self.combo.setCurrentIndex(hit)

    def open_list(self) -> None:
        """Show the list at once, as a click on a choice expects."""
        self.combo.showPopup()

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Space and not self.combo.isEditable():
            self.combo.showPopup()
            return True
        return super()._on_key(event)


class MultiChoiceEditor(FieldEditor):
    """A line that names the ticked values, and a list to tick them in (Space, a click, or Alt+Down)."""

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None) -> None:
        self.line = QLineEdit()
        self.line.setReadOnly(True)
        super().__init__(field, formats, parent, self.line)
        self._kept: list[str] = []
        self.list = _CheckList(self, field)
        self.list.list.itemChanged.connect(lambda _item: self._on_ticked())

    def text(self) -> str:
        return "; ".join(self._kept)

    def set_text(self, text: str) -> None:
        read = self._formats.read(text, self.field)
        self._keep(list(read) if isinstance(read, tuple) else [])

    def _fill(self, value: Value, label: str) -> None:
        self._keep(list(value) if isinstance(value, tuple) else [])

    def _read(self) -> Value:
        return tuple(self._kept) or None

    def _keep(self, values: list[str]) -> None:
        self._kept = values
        self.list.show_ticks(values)
        self._name()

    def _on_ticked(self) -> None:
        self._kept = self.list.ticked()
        self._name()

    def _name(self) -> None:
        self.line.setText(", ".join(self.field.choice_label(value) for value in self._kept))
        self.line.setCursorPosition(0)

    def open_list(self) -> None:
        """Show the list below the line."""
        self.list.open_below(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self.open_list()
            return True
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_F4):
            self.open_list()
            return True
        return super()._on_key(event)


class _CheckList(QFrame):
    """The list of a MultiChoiceEditor; Return and Esc close it, what is ticked stays."""

    def __init__(self, editor: QWidget, field: Field) -> None:
        super().__init__(editor, Qt.WindowType.Popup)
        self.setAccessibleName(field.label)
        self.setProperty("role", "card")
        self.list = QListWidget()
        self.list.setAccessibleName(field.label)
        for choice in field.choices:
            if choice.value:
                self._add(choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme().px(4),) * 4)
        column.addWidget(self.list)
        self.list.installEventFilter(self)

    def ticked(self) -> list[str]:
        """The stored values that are ticked, in the list's order."""
        items = (self.list.item(i) for i in range(self.list.count()))
        return [str(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() == Qt.CheckState.Checked]

    def show_ticks(self, values: list[str]) -> None:
        """Tick these and no others; values the list does not know are added to it."""
        self.list.blockSignals(True)
        known = {str(self.list.item(i).data(Qt.ItemDataRole.UserRole)) for i in range(self.list.count())}
        for value in values:
            if value not in known:
                self._add(Choice(value, value))
        for i in range(self.list.count()):
            item = self.list.item(i)
            ticked = item.data(Qt.ItemDataRole.UserRole) in values
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)

    def open_below(self, editor: QWidget) -> None:
        """Show the list under the editor, as wide as it."""
        t = theme()
        rows = min(max(self.list.count(), 1), 12)
        height = rows * t.px(_TICK_ROW) + t.px(12)
        self.resize(QSize(max(editor.width(), t.px(180)), height))
        place_beside(self, editor)
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)

    def _add(self, choice: Choice) -> None:
        item = QListWidgetItem(choice.label, self.list)
        item.setData(Qt.ItemDataRole.UserRole, choice.value)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setSizeHint(QSize(theme().px(100), theme().px(_TICK_ROW)))
        item.setCheckState(Qt.CheckState.Unchecked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in done:
            self.close()
            return True
        return False
