# SPDX-License-Identifier: MIT
"""Every operation of a server: typed words narrow the list, the arrows choose."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLineEdit, QListView

from crmdesk.connectors.port import OperationInfo
from crmdesk.domain.matching import folded
from crmdesk.ui.form.lines import DATA, Line, LineDelegate, line_item
from crmdesk.ui.parts import box, clearable, fill, label
from crmdesk.ui.translation import told
from crmdesk.ui.wording import plural, tr


class OperationList(QFrame):
    """Signals:
    chosen(OperationInfo): another one is current.
    opened(): Return: on to its form.
    """

    chosen = Signal(object)
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[OperationInfo, ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search operations"))
        self.search.setAccessibleName(tr("Search operations"))
        clearable(self.search)
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.installEventFilter(self)
        self._model = QStandardItemModel(self)
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(LineDelegate(self.view))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(tr("Operations"))
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.view.activated.connect(lambda _index: self.opened.emit())
        self._count = label("", "muted", "small")
        fill(self, box(self.search, margins=(10, 10, 10, 6)), self.view, box(self._count, margins=(12, 4, 10, 6)),
             vertical=True, spacing=0, role="card-flat")  # fmt: skip

    def show_operations(self, operations: Iterable[OperationInfo]) -> None:
        """Show these, by name."""
        self._all = tuple(sorted(operations, key=lambda one: one.name.casefold()))
        self._show()

    def choose(self, name: str) -> None:
        """Make an operation the current one, where the list shows it."""
        for row in range(self._model.rowCount()):
            held = self._model.index(row, 0).data(DATA)
            if isinstance(held, OperationInfo) and held.name == name:
                self.view.setCurrentIndex(self._model.index(row, 0))

    @property
    def names(self) -> list[str]:
        """What is listed now."""
        held = (self._model.index(row, 0).data(DATA) for row in range(self._model.rowCount()))
        return [one.name for one in held if isinstance(one, OperationInfo)]

    @property
    def current(self) -> OperationInfo | None:
        """The operation chosen."""
        held = self.view.currentIndex().data(DATA)
        return held if isinstance(held, OperationInfo) else None

    def _show(self) -> None:
        before = self.current
        words = folded(self.search.text()).split()
        shown = [one for one in self._all if all(word in folded(f"{one.name} {told(one.summary)}") for word in words)]
        self._model.clear()
        for one in shown:
            hint = tr("writes") if one.is_write else ""
            self._model.appendRow(line_item(Line(title=one.name, hint=hint, detail=told(one.summary)), one))
        self._count.setText(plural(len(shown), "{n} operation", "{n} operations"))
        if before is not None and before in shown:
            self.choose(before.name)

    def _on_current(self, index: QModelIndex) -> None:
        held = index.data(DATA)
        if isinstance(held, OperationInfo):
            self.chosen.emit(held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the words into the list."""
        if watched is not self.search or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        onward = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not onward or not self._model.rowCount():
            return False
        if not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._model.index(0, 0))
        self.view.setFocus(Qt.FocusReason.TabFocusReason)
        return True
