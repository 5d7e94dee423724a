# SPDX-License-Identifier: MIT
"""FieldRow: one field of a form. It is painted until somebody enters it; only then an editor is made.

reading ──(click, Tab, typing)──> editing ──(Return, focus leaves)──> wish `committed` ──> reading, amber
                                     │ └──(text is no value)──> reading, red, the text kept
                                     └──(Esc)──> reading; a second Esc wishes `taken_back`
"""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from crmdesk.domain.fitting import why_not
from crmdesk.domain.required import is_blank
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.sentence import said_by
from crmdesk.domain.values import NotAValue, Value, same
from crmdesk.ui.form.choice_editors import ChoiceEditor
from crmdesk.ui.form.field_editors import ReferenceSearch, make_editor
from crmdesk.ui.form.field_menu import make_menu
from crmdesk.ui.form.field_state import FieldState
from crmdesk.ui.form.field_view import FieldView
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import tool
from crmdesk.ui.wording import tr


class FieldRow(FieldView):
    """Owned by a RecordForm, reused from record to record of one module.

    Signals:
        committed(Field, Value, str): Want this value; the text is the label of a reference.
        taken_back(Field): Forget the staged change.
        followed(Value, bool): A link was activated; True = in a new tab.
    """

    committed = Signal(object, object, str)
    taken_back = Signal(object)
    followed = Signal(object, bool)

    def __init__(self, field: Field, formats: Formats, parent: QWidget, *, wide: bool = False) -> None:
        super().__init__(field, formats, parent, wide=wide)
        self.search: ReferenceSearch | None = None
        self._entered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # ---- what the form does -----------------------------------------------------------------------------------------

    def show_state(self, state: FieldState) -> None:
        """Show something else; an editor in which nothing was typed follows."""
        if state == self.state:
            self._begin_if_entered()
            return
        self.state = state
        if self.editor is not None:
            if state.reason:
                self.close_editor()
            elif not self.editor.modified:
                self.editor.set_value(state.value, state.label)
        self._place_buttons()
        self._name()
        self.updateGeometry()
        self.update()
        self._begin_if_entered()

    # ---- editing ----------------------------------------------------------------------------------------------------

    def begin(self, key: str = "", *, open_list: bool = False) -> None:
        """Make the editor and give it the focus; a field that cannot be edited only takes the focus."""
        if self.state.reason:
            self._entered = True
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self.editor is None:
            self._make_editor()
        if self.editor is not None:
            self.editor.begin(key)
            if open_list and isinstance(self.editor, ChoiceEditor):
                self.editor.open_list()

    def commit(self) -> bool:
        """End editing and wish for what is typed; False where the text is no value and the row turned red."""
        editor = self.editor
        if editor is None:
            return not self.problem
        if not editor.modified:
            unchanged_draft = self.problem and editor.text() == self.draft
            self.close_editor()
            return not unchanged_draft
        try:
            value, label = editor.value(), editor.label()
        except NotAValue as problem:
            text = editor.text()
            self.close_editor()
            self.show_draft(text, said_by(problem))
            return False
        sentence = "" if same(value, self.state.value) else self._refusal(value)
        if sentence:
            text = editor.text()
            self.close_editor()
            self.show_draft(text, sentence)
            return False
        self.close_editor()
        self.show_draft("", "")
        if not same(value, self.state.value):
            self.committed.emit(self.field, value, label)
        return True

    def close_editor(self) -> None:
        """Read again; what was typed is forgotten."""
        editor, self.editor = self.editor, None
        if editor is None:
            return
        QApplication.instance().focusChanged.disconnect(self._on_focus_changed)  # type: ignore[union-attr]
        held = editor.owns(QApplication.focusWidget())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._entered = False
        if held:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        editor.hide()
        editor.deleteLater()
        self._place_buttons()
        self.updateGeometry()
        self.resized.emit()
        self.update()

    def take_back(self) -> None:
        """Forget what is typed, kept as a draft, or staged."""
        self.close_editor()
        self.show_draft("", "")
        if self.state.staged:
            self.taken_back.emit(self.field)

    def clear_value(self) -> None:
        """Want the field to be empty."""
        self.close_editor()
        if self.field.required:
            self.show_draft("", why_not(None, self.field))
            return
        self.show_draft("", "")
        self.committed.emit(self.field, None, "")

    def _refusal(self, value: Value) -> str:
        """Why a value that can be read is not taken, "" = it is."""
        return "" if self.state.fresh and is_blank(value) else why_not(value, self.field)

    def _make_editor(self) -> None:
        editor = make_editor(self.field, self._formats, self, search=self.search)
        if isinstance(editor.inner, QLineEdit):
            editor.inner.setProperty("role", "field")  # its text stands where the row's stood
        editor.set_value(self.state.value, self.state.label)
        if self.problem and self.draft:
            editor.set_text(self.draft)
        editor.committed.connect(self.commit)
        editor.cancelled.connect(self._on_cancelled)
        self.editor = editor
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # else Shift+Tab would come back to the editor it left
        self._place_buttons()
        self.updateGeometry()
        self.resized.emit()
        self._place_editor()
        editor.show()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        # None = another program has the focus: the person will come back.
        if self.editor is not None and now is not None and now is not self._clear and not self.editor.owns(now):
            self.commit()

    def _on_cancelled(self) -> None:
        editor = self.editor
        if editor is not None and not editor.modified and not self.problem:
            self.take_back()
        else:
            self.close_editor()
            self.show_draft("", "")

    def _begin_if_entered(self) -> None:
        """The field was entered before it could be edited; now it can."""
        if self._entered and self.hasFocus() and not self.state.reason and self.editor is None:
            self.begin()

    # ---- links ------------------------------------------------------------------------------------------------------

    def follow(self, *, new_tab: bool = False) -> None:
        """Open the record, the page, the mail or the call."""
        if self.is_link:
            self.followed.emit(self.state.value, new_tab)

    def _place_buttons(self) -> None:
        """Undo beside a change that is read, clear beside a value that is edited."""
        undo = self.state.edited and self.editor is None
        clear = self.editor is not None and self.field.type is not FieldType.BOOLEAN and self.state.value is not None
        clear = clear and not self.field.required
        if undo and self._undo is None:
            self._undo = tool("arrow-counter-clockwise", "", self.take_back, size=13, role="on_edited")
            self._undo.setParent(self)
            self._undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Esc does it by key
        if clear and self._clear is None:
            self._clear = tool("x", tr("Clear {field}", field=self.field.label), self.clear_value, size=12)
            self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._clear.setParent(self)
        if self._undo is not None:
            was = self.state.old_text(self.field, self._formats) or tr("empty")
            self._undo.setToolTip(tr("Take back the change of {field} (was {was})", field=self.field.label, was=was))
            self._undo.setAccessibleName(self._undo.toolTip())
            self._undo.setVisible(undo)
        if self._clear is not None:
            self._clear.setVisible(clear)
        self._place_editor()

    # ---- events -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # focus comes by the release, which knows what was meant

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at, places = event.position().toPoint(), self.places()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        middle = event.button() == Qt.MouseButton.MiddleButton
        if not self.rect().contains(at) or event.button() == Qt.MouseButton.RightButton:
            return
        if self.is_link and places.text.contains(at) and (control or middle or self.state.reason):
            self.follow(new_tab=control or middle)
        elif self.is_link and places.arrow.contains(at):
            self.follow()
        elif event.button() == Qt.MouseButton.LeftButton:
            inside = places.value.contains(at)
            self.begin(open_list=inside and self.field.type is FieldType.CHOICE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, places = event.position().toPoint(), self.places()
        on_link = self.is_link and (places.arrow.contains(at) or (places.text.contains(at) and bool(self.state.reason)))
        if on_link:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif self.state.reason or not places.value.contains(at):
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.IBeamCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_tab:
            self._entered = True
            if not self.state.reason:
                self.begin()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._entered = self._entered and event.reason() is Qt.FocusReason.ActiveWindowFocusReason
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            mine = event.key() == Qt.Key.Key_Escape and (self.state.edited or bool(self.problem))
            if mine or event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_F2):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if control or self.state.reason:
                self.follow()
            else:
                self.begin()
        elif key in (Qt.Key.Key_F2, Qt.Key.Key_Space):
            self.begin(open_list=key == Qt.Key.Key_Space)
        elif key == Qt.Key.Key_Escape and (self.state.edited or self.problem):
            self.take_back()
        elif key == Qt.Key.Key_Delete and not self.state.reason and self.state.value is not None:
            self.clear_value()
        elif control and key == Qt.Key.Key_C:
            QGuiApplication.clipboard().setText(self.copied)
        elif event.text().isprintable() and event.text() and not control and not self.state.reason:
            self.begin(event.text())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = make_menu(self)
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        menu.popup(self.mapToGlobal(self.rect().center()) if by_key else event.globalPos())


def focused_row(widget: QObject | None) -> FieldRow | None:
    """The row a widget belongs to."""
    while widget is not None:
        if isinstance(widget, FieldRow):
            return widget
        widget = widget.parent()
    return None
