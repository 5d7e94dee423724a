# SPDX-License-Identifier: MIT
"""OfferingEditor: a line that offers what fits while one types; what is searched and meant, its subclasses know."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QListView, QWidget

from crmdesk.domain.schema import Field
from crmdesk.ui.form.editor import FieldEditor
from crmdesk.ui.form.lines import DATA, LINE, Line, LineDelegate, line_item
from crmdesk.ui.formats import Formats
from crmdesk.ui.theme import theme

WAIT_MS = 180  # after the last key, so that fast typing asks once
_MOST_SHOWN = 10  # rows of the list that are seen without scrolling


class OfferingEditor(FieldEditor):
    """A line with a list under it. A subclass searches in ``_search_for`` and answers with ``offer``.

    Attributes:
        line: where one types; popup: the list, a window of its own.
        list_width: of the list, at least, in pixels of the normal text size.
    """

    list_width = 300

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None) -> None:
        self.line = QLineEdit()
        super().__init__(field, formats, parent, self.line)
        self._model = QStandardItemModel(self)
        self.completer = QCompleter(self._model, self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.setMaxVisibleItems(_MOST_SHOWN)
        self.completer.setWidget(self.line)
        self.popup = QListView()
        self.popup.setFrameShape(QFrame.Shape.Box)
        self.completer.setPopup(self.popup)
        self.popup.setItemDelegate(LineDelegate(self.popup))
        self.completer.activated[QModelIndex].connect(self._on_activated)  # type: ignore[index]  # stubs: no overloads
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self.open_list)
        self.line.textEdited.connect(lambda _text: self._on_edited())

    # ---- what a subclass knows -------------------------------------------------------------------------------------

    def _search_for(self, text: str) -> None:
        """Ask for what is called so; "" = for anything."""
        raise NotImplementedError

    def _choose(self, hit: object) -> None:
        """This row of the list is meant; None = no longer any, other text was typed."""
        raise NotImplementedError

    # ---- the line --------------------------------------------------------------------------------------------------

    def text(self) -> str:
        return self.line.text()

    def set_text(self, text: str) -> None:
        self._choose(None)
        self.line.setText(text)

    def begin(self, key: str = "") -> None:
        super().begin(key)
        self.line.selectAll()
        if key:
            self.line.insert(key)
            self._on_edited()

    def _on_edited(self) -> None:
        self._choose(None)
        self._timer.start()

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4) and not self.popup.isVisible():
            self.open_list()
            return True
        return super()._on_key(event)

    # ---- the list --------------------------------------------------------------------------------------------------

    def open_list(self) -> None:
        """Search for what is typed now; for anything when the line shows what it began with."""
        self._search_for(self.line.text().strip() if self.modified else "")

    def offer(self, rows: Iterable[tuple[Line, object]], problem: str) -> None:
        """Show rows with what each stands for; where there are none, ``problem`` says why."""
        self._model.clear()
        for line, hit in rows:
            self._model.appendRow(line_item(line, hit))
        if not self._model.rowCount():
            self._model.appendRow(line_item(Line(title=problem, tone="muted"), enabled=False))
        if self.line.hasFocus():
            if not self.popup.styleSheet():
                theme().dress(self.popup)  # a window of its own, which the window's sheet does not reach
            width = max(self.line.width(), theme().px(self.list_width))
            self.completer.complete(QRect(0, 0, width, self.line.height()))

    def _on_activated(self, index: QModelIndex) -> None:
        hit = index.data(DATA)
        if hit is not None:
            self._choose(hit)
            self.line.setText(index.data(LINE).title)
            self.committed.emit()
