# SPDX-License-Identifier: MIT
"""Which columns a table shows, and in which order."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListWidget, QListWidgetItem, QWidget

from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Field, FieldType
from crmdesk.ui.parts import box, button, clearable, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr
from crmdesk.ui.wording import incomplete_hint


class ColumnChooser(Sheet):
    """Tick what to see; shown columns come first and can be dragged, or moved by Alt and the arrows.

    Signals:
        chosen(tuple[FieldName, ...]): the columns wanted, in order; at least one.

    Args:
        is_complete: False where the server may have more fields than are known; a line says so.
    """

    chosen = Signal(object)

    def __init__(self, fields: Sequence[Field], shown: Sequence[FieldName], *, is_complete: bool = True) -> None:
        super().__init__(tr("Columns"), 460)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(tr("Find a field"))
        self._filter.setAccessibleName(tr("Find a field"))
        clearable(self._filter)
        self._filter.textChanged.connect(self._show_matching)
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Columns"))
        self._list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._list.setMinimumHeight(theme().px(380))
        known = {field.name: field for field in fields if field.type is not FieldType.OPAQUE}
        first = [known[name] for name in shown if name in known]
        rest = sorted((f for f in known.values() if f.name not in shown), key=lambda f: f.label.casefold())
        for field in (*first, *rest):
            self._list.addItem(_item(field, field.name in shown))
        self._list.installEventFilter(self)
        self._list.itemChanged.connect(lambda _: self._check())
        self._take = button(tr("Show"), "primary", self._accept)
        moves = (
            button(tr("Up"), "", lambda: self._move(-1), tip="Alt+Up"),
            button(tr("Down"), "", lambda: self._move(1), tip="Alt+Down"),
        )
        hints = () if is_complete else (label(incomplete_hint(), "muted", wrap=True),)
        body: QWidget = box(self._filter, self._list, *hints, vertical=True, margins=(18, 14, 18, 14), spacing=8)
        self.set_content(body, moves, (button(tr("Cancel"), "", self.reject), self._take))

    def wanted(self) -> tuple[FieldName, ...]:
        """What is ticked, in order."""
        items = [self._list.item(row) for row in range(self._list.count())]
        return tuple(
            FieldName(str(item.data(Qt.ItemDataRole.UserRole)))
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        )

    def _accept(self) -> None:
        self.chosen.emit(self.wanted())
        self.accept()

    def _check(self) -> None:
        self._take.setEnabled(bool(self.wanted()))

    def _move(self, step: int) -> None:
        row = self._list.currentRow()
        if 0 <= row + step < self._list.count() and row >= 0:
            self._list.insertItem(row + step, self._list.takeItem(row))
            self._list.setCurrentRow(row + step)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _show_matching(self, text: str) -> None:
        wanted = text.casefold().strip()
        for row in range(self._list.count()):
            item = self._list.item(row)
            name = f"{item.text()} {item.data(Qt.ItemDataRole.UserRole)}".casefold()
            item.setHidden(wanted not in name)


def _item(field: Field, shown: bool) -> QListWidgetItem:
    item = QListWidgetItem(field.label)
    item.setToolTip(str(field.name))
    item.setData(Qt.ItemDataRole.UserRole, str(field.name))
    item.setFlags(
        Qt.ItemFlag.ItemIsEnabled
        | Qt.ItemFlag.ItemIsSelectable
        | Qt.ItemFlag.ItemIsUserCheckable
        | Qt.ItemFlag.ItemIsDragEnabled
    )
    item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
    return item
