# SPDX-License-Identifier: MIT
"""Lists to choose one entry of many from, by typing any part of it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter

from crmdesk.domain.schema import Field


def searchable(texts: Sequence[str], name: str) -> QComboBox:
    """A list in which typing any part of an entry finds it."""
    combo = QComboBox()
    combo.addItems(list(texts))
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setAccessibleName(name)
    line = combo.lineEdit()
    if line is not None:
        line.setPlaceholderText(name)
    completer = QCompleter(combo.model(), combo)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    combo.setCompleter(completer)
    combo.setMaxVisibleItems(16)
    return combo


class FieldCombo:
    """One field of several, by its label; what is typed and is no label is no field.

    Attributes:
        combo: the widget; ``currentIndexChanged`` and ``editTextChanged`` say that something else may be chosen.
    """

    def __init__(self, fields: Sequence[Field], name: str) -> None:
        self._fields = sorted(fields, key=lambda f: f.label.casefold())
        self.combo = searchable([f.label for f in self._fields], name)
        self.combo.setCurrentIndex(-1)

    def field(self) -> Field | None:
        """The field whose label stands there."""
        text = self.combo.currentText().strip().casefold()
        at = self.combo.currentIndex()
        if 0 <= at < len(self._fields) and self._fields[at].label.casefold() == text:
            return self._fields[at]
        return next((f for f in self._fields if f.label.casefold() == text), None)

    def choose(self, name: str) -> None:
        """Show the field of this name, where there is one."""
        self.combo.setCurrentIndex(next((at for at, f in enumerate(self._fields) if f.name == name), -1))
