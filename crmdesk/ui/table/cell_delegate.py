# SPDX-License-Identifier: MIT
"""Editors inside the record grid: who makes them, how a text gets in and out. Painting is the grid's own."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex


@runtime_checkable
class CellEditor(Protocol):
    """An editor that knows its text better than Qt's user property does."""

    def set_cell_text(self, text: str) -> None:
        """Begin with this text."""

    def cell_text(self) -> str | None:
        """The text to stage; None = leave the cell as it is."""


@runtime_checkable
class SelfClosing(Protocol):
    """An editor that hands its value over by itself."""

    def finish(self) -> None:
        """Hand over what stands there, and close."""


EditorFactory = Callable[[Column, QWidget, int], QWidget | None]


class CellDelegate(QStyledItemDelegate):
    """Asks the owner for an editor; a line edit where it has none."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.editor_for: EditorFactory | None = None

    def _column(self, index: Index) -> Column:
        model = index.model()
        assert isinstance(model, RecordTableModel)
        return model.columns[index.column()]

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self._column(index)
        made = self.editor_for(column, parent, index.row()) if self.editor_for is not None else None
        if made is None:
            made = QLineEdit(parent)
            if column.far:
                made.setAlignment(Qt.AlignmentFlag.AlignRight)
        theme().set_font(made, "figures")
        made.setAccessibleName(column.title)
        made.setAutoFillBackground(True)
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, CellEditor):
            editor.set_cell_text(text)
        elif isinstance(editor, QComboBox):
            editor.setCurrentText(text)
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, CellEditor):
            text = editor.cell_text()
        elif isinstance(editor, QComboBox):
            text = editor.currentText()
        else:
            super().setModelData(editor, model, index)
            return
        if text is not None:
            model.setData(index, text, Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place = option.rect.adjusted(-1, -1, 0, 0)
        if not isinstance(editor, QLineEdit):
            place.setWidth(max(place.width(), editor.minimumSizeHint().width()))  # a box must show its arrow
        editor.setGeometry(place)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True  # scrolling past an open editor must not change its value
        return super().eventFilter(editor, event)
