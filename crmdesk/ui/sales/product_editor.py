# SPDX-License-Identifier: MIT
"""Choosing a product inside a cell: search as you type, by name or number."""

from PySide6.QtCore import QModelIndex, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QListView, QWidget

from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import ProductHit
from crmdesk.domain.schema import Field
from crmdesk.domain.values import Value
from crmdesk.ui.form.editor import FieldEditor
from crmdesk.ui.form.lines import DATA, Line, LineDelegate, line_item
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.product_search import FoundProducts, ProductSearch
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr

WAIT_MS = 180  # after the last key, so that fast typing asks once
_WIDTH = 460  # of the list, at least, in pixels of the normal text size
_FIELD = Field(name=FieldName("product"), label="")


class ProductEditor(FieldEditor):
    """A line that offers products while one types. Its value is the text typed; what that means, ``hit`` tells."""

    def __init__(self, formats: Formats, parent: QWidget | None, search: ProductSearch) -> None:
        self.line = QLineEdit()
        super().__init__(_FIELD, formats, parent, self.line)
        self.line.setAccessibleName(tr("Product"))
        self.line.setPlaceholderText(tr("Type a product name or number…"))
        self._search = search
        self._chosen: ProductHit | None = None
        self._hits: tuple[ProductHit, ...] = ()
        self._asked = ""
        self._model = QStandardItemModel(self)
        self.completer = QCompleter(self._model, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(10)
        self.completer.setWidget(self.line)
        self.popup = QListView()
        self.popup.setFrameShape(QFrame.Shape.Box)
        self.completer.setPopup(self.popup)
        self.popup.setItemDelegate(LineDelegate(self.popup))
        self.completer.activated[QModelIndex].connect(self._on_activated)  # type: ignore[index]  # stubs: no overloads
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.line.textEdited.connect(self._on_edited)
        self.destroyed.connect(search.stop)

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        self._chosen = None
        self.line.setText(text)

    @property
    def hit(self) -> ProductHit | None:
        """The product that is meant: the one chosen, or the only one that the text can mean."""
        if self._chosen is not None:
            return self._chosen
        text = self.line.text().strip().casefold()
        if not text:
            return None
        same = [h for h in self._hits if text in (h.name.casefold(), h.number.casefold(), h.detail.casefold())]
        if len(same) == 1:
            return same[0]
        return self._hits[0] if len(self._hits) == 1 and self._asked == text else None

    def _fill(self, value: Value, label: str) -> None:
        self._chosen = None
        self.line.setText(label)

    def _read(self) -> Value:
        return self.line.text().strip()

    def begin(self, key: str = "") -> None:
        super().begin(key)
        self.line.selectAll()

    def open_list(self) -> None:
        """Search for what is typed now; for anything when the line shows what it began with."""
        self._ask()

    def _on_edited(self, _text: str) -> None:
        self._chosen = None
        self._timer.start()

    def _ask(self) -> None:
        text = self.line.text().strip() if self.modified else ""
        self._search.ask(text, lambda found: self._on_found(text, found))

    def _on_found(self, text: str, found: FoundProducts) -> None:
        self._hits, self._asked = found.hits, text.casefold()
        self._model.clear()
        for hit in found.hits:
            price = self._formats.number(hit.line.unit_price, 2)
            detail = " · ".join(part for part in (hit.number, hit.detail, hit.unit) if part)
            self._model.appendRow(line_item(Line(title=hit.name, hint=price, detail=detail), hit))
        if not found.hits:
            self._model.appendRow(line_item(Line(title=found.problem, tone="muted"), enabled=False))
        if self.line.hasFocus():
            if not self.popup.styleSheet():
                theme().dress(self.popup)  # a window of its own, which the window's sheet does not reach
            width = max(self.line.width(), theme().px(_WIDTH))
            self.completer.complete(QRect(0, 0, width, self.line.height()))

    def _on_activated(self, index: QModelIndex) -> None:
        hit = index.data(DATA)
        if isinstance(hit, ProductHit):
            self._chosen = hit
            self.line.setText(hit.name)
            self.committed.emit()

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4) and not self.popup.isVisible():
            self.open_list()
            return True
        return super()._on_key(event)
