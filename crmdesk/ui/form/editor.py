# SPDX-License-Identifier: MIT
"""FieldEditor: what all editors of values have in common."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain.schema import Field
from crmdesk.domain.values import Value
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import set_font

RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FieldEditor(QWidget):
    """The base of all editors. Made by `make_editor`; owned by a form's row or a table's delegate.

    Attributes:
        field: What is edited.
        inner: The widget that holds the focus.
        wants_lines: Lines of text it likes to show; 1 for most.

    Signals:
        committed(): Return, or a choice that needs no Return; the owner reads `value` and closes the editor.
        cancelled(): Esc; the owner closes the editor and forgets what was typed.
    """

    committed = Signal()
    cancelled = Signal()
    wants_lines = 1

    def __init__(self, field: Field, formats: Formats, parent: QWidget | None, inner: QWidget) -> None:
        super().__init__(parent)
        self.field, self.inner = field, inner
        self._formats = formats
        self._start: Value = None
        self._start_text = ""
        inner.setAccessibleName(field.label)
        inner.installEventFilter(self)
        set_font(inner, "body")
        self.setFocusProxy(inner)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(inner)
        self.setAutoFillBackground(False)

    # ---- what an owner uses ----------------------------------------------------------------------------------------

    def set_value(self, value: Value, label: str = "") -> None:
        """Start with a value; `label` is what people read for a reference."""
        self._start = value
        self._fill(value, label)
        self._start_text = self.text()

    def value(self) -> Value:
        """What is wanted now; None = empty. Unchanged text gives back the very value it began with.

        Raises:
            NotAValue: with a sentence for the person.
        """
        if not self.modified:
            return self._start
        return self._read()

    def label(self) -> str:
        """What to show for a reference instead of its key, "" elsewhere."""
        return ""

    def text(self) -> str:
        """The text as it stands."""
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        """Put a text in as if it were typed."""
        raise NotImplementedError

    def clear(self) -> None:
        """Want nothing."""
        self.set_text("")

    @property
    def modified(self) -> bool:
        """Whether the text differs from what it began with."""
        return self.text() != self._start_text

    def begin(self, key: str = "") -> None:
        """Take the focus, with everything selected; `key` is a typed character that replaces it."""
        self.inner.setFocus(Qt.FocusReason.OtherFocusReason)

    def owns(self, widget: QWidget | None) -> bool:
        """Whether a widget is the editor or one of its popups (which are windows of their own)."""
        while widget is not None:
            if widget is self:
                return True
            widget = widget.parentWidget()
        return False

    # ---- inside ----------------------------------------------------------------------------------------------------

    def _fill(self, value: Value, label: str) -> None:
        self.set_text(self._formats.edit_text(value, self.field, label))

    def _read(self) -> Value:
        return self._formats.read(self.text(), self.field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                return self._on_override(event)
            if event.type() == QEvent.Type.KeyPress:
                return self._on_key(event)
        return False

    def _on_override(self, event: QKeyEvent) -> bool:
        """Esc and Return are ours before the window's; undo is the window's while nothing was typed."""
        if event.key() == Qt.Key.Key_Escape or (event.key() in RETURNS and not event.modifiers()):
            event.accept()
            return True
        undoing = event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
        if undoing and not self.modified:
            event.ignore()
            return True
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return True
        if event.key() in RETURNS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.committed.emit()
            return True
        return False


def place_beside(popup: QWidget, editor: QWidget, *, at_end: bool = False) -> None:
    """Put a popup under its editor, or above it where the screen ends; `at_end`: their far edges agree."""
    left = editor.width() - popup.width() if at_end != editor.isRightToLeft() else 0
    below = editor.mapToGlobal(QPoint(left, editor.height()))
    screen = editor.screen().availableGeometry()
    x = max(screen.left(), min(below.x(), screen.right() - popup.width()))
    above = editor.mapToGlobal(QPoint(0, 0)).y() - popup.height()
    fits = below.y() + popup.height() <= screen.bottom()
    popup.move(x, below.y() if fits or above < screen.top() else above)
