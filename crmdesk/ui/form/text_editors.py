# SPDX-License-Identifier: MIT
"""Editors that are typed into, and the tick."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import Value
from crmdesk.ui.form.editor import RETURNS, FieldEditor
from crmdesk.ui.formats import Formats
from crmdesk.ui.wording import tr


class TextEditor(FieldEditor):
    """One line: text, numbers, e-mail, telephone, web address."""

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None) -> None:
        self.line = QLineEdit()
        super().__init__(field, formats, parent, self.line)
        self.line.setMaxLength(_LONGEST)  # what is too long for the server is said when it is taken, never cut
        if field.type.is_number:
            self.line.setAlignment(Qt.AlignmentFlag.AlignLeading)
        self.line.setPlaceholderText(_HINTS.get(field.type, ""))

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        self.line.setText(text)

    def _fill(self, value: Value, label: str) -> None:
        text = self._formats.edit_text(value, self.field, label)
        self.line.setText(text)
        self.line.setCursorPosition(0)

    def _read(self) -> Value:
        read = super()._read()
        return read.strip() if isinstance(read, str) and self.field.type in _TRIMMED else read

    def begin(self, key: str = "") -> None:
        super().begin(key)
        self.line.selectAll()
        if key:
            self.line.insert(key)


_LONGEST = 10_000_000  # characters; Qt's own limit is 32,767
_TRIMMED = (FieldType.EMAIL, FieldType.PHONE, FieldType.URL)
_HINTS = {FieldType.TIME: "14:30", FieldType.URL: "https://"}


class LongTextEditor(FieldEditor):
    """Several lines; Return makes a new one, Ctrl+Return is done, Tab goes on."""

    wants_lines = 6

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None) -> None:
        self.area = QPlainTextEdit()
        self.area.setTabChangesFocus(True)
        super().__init__(field, formats, parent, self.area)
        self.area.setToolTip(tr("Ctrl+Return: done"))

    def text(self) -> str:
        return self.area.toPlainText()

    def set_text(self, text: str) -> None:
        self.area.setPlainText(text)

    def begin(self, key: str = "") -> None:
        super().begin(key)
        if key:
            self.area.selectAll()
            self.area.insertPlainText(key)

    def _on_override(self, event: QKeyEvent) -> bool:
        if event.key() in RETURNS:
            event.accept()
            return True
        return super()._on_override(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in RETURNS:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.committed.emit()
                return True
            return False
        return super()._on_key(event)


class BooleanEditor(FieldEditor):
    """A tick. A field that holds nothing starts half ticked, so that looking at it does not answer it."""

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None) -> None:
        self.tick = QCheckBox()
        super().__init__(field, formats, parent, self.tick)
        self.tick.clicked.connect(self._on_clicked)

    def text(self) -> str:
        return {Qt.CheckState.Checked: "1", Qt.CheckState.Unchecked: "0"}.get(self.tick.checkState(), "")

    def set_text(self, text: str) -> None:
        self.tick.setTristate(not text)
        state = {"1": Qt.CheckState.Checked, "0": Qt.CheckState.Unchecked}.get(text, Qt.CheckState.PartiallyChecked)
        self.tick.setCheckState(state)
        self._name()

    def _fill(self, value: Value, label: str) -> None:
        self.set_text("" if value is None else "1" if value else "0")

    def _read(self) -> Value:
        return {"1": True, "0": False}.get(self.text())

    def _on_clicked(self) -> None:
        self.tick.setTristate(False)
        self._name()
        self.committed.emit()

    def _name(self) -> None:
        self.tick.setText({"1": tr("Yes"), "0": tr("No")}.get(self.text(), ""))
