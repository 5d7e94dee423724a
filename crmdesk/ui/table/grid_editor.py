# SPDX-License-Identifier: MIT
"""A form's field editor inside a cell: it hands over a value, so that references and labels survive."""

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QHBoxLayout, QStyledItemDelegate, QWidget

from crmdesk.domain.schema import FieldType
from crmdesk.domain.sentence import said_by
from crmdesk.domain.values import NotAValue, Value
from crmdesk.ui.form.editor import FieldEditor
from crmdesk.ui.translation import told

PLAIN_TYPES = (FieldType.TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.URL)
"""For these a cell's plain line is quickest, and enough."""
Take = Callable[[Value, str], None]
Complain = Callable[[str], None]


class GridEditor(QWidget):
    """Closes by Return, Esc, or when the focus goes elsewhere; what cannot be read is said and not taken.

    Args:
        take: gets (value, label) when it differs from what the cell held.
        complain: gets the sentence when the text is no value.
    """

    def __init__(
        self, parent: QWidget, editor: FieldEditor, delegate: QStyledItemDelegate, take: Take, complain: Complain
    ) -> None:
        super().__init__(parent)
        self._editor, self._delegate, self._take, self._complain = editor, delegate, take, complain
        self._over = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(editor)
        self.setFocusProxy(editor)
        editor.committed.connect(lambda: self._end(keep=True))
        editor.cancelled.connect(lambda: self._end(keep=False))
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]  # there is one

    def set_cell_text(self, text: str) -> None:
        """The value was set by the owner already."""
        self._editor.begin()

    def cell_text(self) -> str | None:
        """Nothing for the model to take as text: the value goes its own way."""
        return None

    def finish(self) -> None:
        """Take what stands there, and close."""
        self._end(keep=True)

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and not self._over and not self._editor.owns(now) and self._editor.owns(before):
            self._end(keep=True)

    def _end(self, *, keep: bool) -> None:
        if self._over:
            return
        self._over = True
        if keep and self._editor.modified:
            try:
                self._take(self._editor.value(), self._editor.label())
            except NotAValue as error:
                self._complain(told(said_by(error)))
        self._delegate.closeEditor.emit(self, QStyledItemDelegate.EndEditHint.NoHint)
