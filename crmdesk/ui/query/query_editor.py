# SPDX-License-Identifier: MIT
"""The place a query is typed into: fixed width, Ctrl+Return runs it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from crmdesk.ui.form.editor import RETURNS
from crmdesk.ui.parts import set_font
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr


class QueryEditor(QPlainTextEdit):
    """Text only.

    Signals:
        run_wanted(): Ctrl+Return.
        left(): Esc.
    """

    run_wanted = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Query"))
        self.setPlaceholderText("select …")
        self.setProperty("role", "query")
        self.setTabChangesFocus(True)
        self.setMinimumHeight(theme().px(60))
        set_font(self, "mono")

    def wanted(self) -> str:
        """What is to be run: the selection, else everything."""
        chosen = self.textCursor().selectedText().replace("\u2029", "\n").strip()
        return chosen or self.toPlainText().strip()

    def replace(self, text: str) -> None:
        """Put another text in; Ctrl+Z brings the former back."""
        cursor = self.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(cursor.MoveOperation.End)

    def event(self, event: QEvent) -> bool:
        overriding = event.type() == QEvent.Type.ShortcutOverride
        if overriding and isinstance(event, QKeyEvent) and _runs(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _runs(event):
            self.run_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _runs(event: QKeyEvent) -> bool:
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in RETURNS and plain == Qt.KeyboardModifier.ControlModifier
