# SPDX-License-Identifier: MIT
"""FieldView: one field as it is read: painted, named for screen readers, laid out. FieldRow adds the editing."""

from PySide6.QtCore import QEvent, QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain.names import RecordId
from crmdesk.domain.schema import Field, FieldType
from crmdesk.ui.form import field_paint
from crmdesk.ui.form.editor import FieldEditor
from crmdesk.ui.form.field_paint import LINKS, Look, Places
from crmdesk.ui.form.field_state import FieldState, said
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.record_rows import tone_of
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

_LONG = FieldType.LONG_TEXT


class FieldView(QWidget):
    """The painted half of a row.

    Attributes:
        draft: text that was typed and is no value. problem: the sentence that says why; "" = there is no draft.
        editor: what covers the value while it is edited.

    Signals:
        resized(): It wants another height.
    """

    resized = Signal()

    def __init__(self, field: Field, formats: Formats, parent: QWidget, *, wide: bool = False) -> None:
        """`wide`: without a label, over the whole width (a block of one long text)."""
        super().__init__(parent)
        self.field, self.wide = field, wide
        self.state = FieldState()
        self.draft = self.problem = ""
        self.editor: FieldEditor | None = None
        self._formats = formats
        states = (tone_of(choice.value) for choice in field.choices)
        self._has_states = field.type is FieldType.CHOICE and any(tone != "neutral" for tone in states)
        self._undo: QWidget | None = None
        self._clear: QWidget | None = None
        self._over = False
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self._name()

    def show_draft(self, text: str, problem: str) -> None:
        """Keep a text that is no value; both empty = there is none."""
        problem = told(problem)
        if (text, problem) != (self.draft, self.problem):
            self.draft, self.problem = text, problem
            self._name()
            self.updateGeometry()
            self.update()
            self.resized.emit()

    @property
    def text(self) -> str:
        """What a person reads in the row."""
        return self.draft if self.problem else self.state.text(self.field, self._formats)

    @property
    def copied(self) -> str:
        """What goes to the clipboard."""
        state = self.state
        return self.draft if self.problem else self._formats.copied(state.value, self.field, state.label)

    def look(self) -> Look:
        """All that painting needs."""
        state, was = self.state, ""
        if state.edited:
            old = state.old_text(self.field, self._formats)
            was = tr("was {value}", value=old) if old else tr("was empty")
        theirs = tr("Changed on the server since: {value}", value=state.theirs) if state.theirs else ""
        return Look(
            field=self.field,
            text=self.text,
            was=was,
            edited=state.edited,
            cleared=state.edited and state.value is None,
            problem=self.problem or theirs,
            invalid=bool(self.problem),
            read_only=bool(state.reason),
            wanted=state.wanted,
            hovered=self._over and not state.reason,
            focused=self.hasFocus(),
            fresh=state.fresh,
            wide=self.wide,
            tone=self._tone(),
            undo_width=self._undo.width() if self._undo is not None and not self._undo.isHidden() else 0,
        )

    def _tone(self) -> str:
        """As the table's pills: only a list in which some value says something good or bad has states."""
        if not self._has_states or not isinstance(self.state.value, str):
            return ""
        return tone_of(self.state.value)

    @property
    def is_link(self) -> bool:
        """Whether there is something to follow."""
        if self.state.value is None or self.problem or self.field.type not in LINKS:
            return False
        value = self.state.value
        return not (isinstance(value, RecordId) and not value.module)

    # ---- geometry ---------------------------------------------------------------------------------------------------

    def places(self) -> Places:
        """Where everything is at the present size."""
        return field_paint.places(self.look(), self.width(), self.isRightToLeft(), self._editor_lines())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self.editor is None and not self.problem and not self.state.theirs and self.field.type is not _LONG:
            return field_paint.plain_height(width, wide=self.wide)  # most rows; a layout asks a dozen times
        return field_paint.places(self.look(), width, self.isRightToLeft(), self._editor_lines()).height

    def sizeHint(self) -> QSize:
        width = max(self.width(), theme().px(260))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), theme().px(field_paint.LINE))

    def _editor_lines(self) -> int:
        return self.editor.wants_lines if self.editor is not None else 0

    def _place_editor(self) -> None:
        if self.editor is None and self._undo is None and self._clear is None:
            return
        places = self.places()
        room = QRect(places.value)
        if self._clear is not None and not self._clear.isHidden():
            beside = self._clear.width() + theme().px(2)
            room.adjust(beside if self.isRightToLeft() else 0, 0, 0 if self.isRightToLeft() else -beside, 0)
        if self.editor is not None:
            self.editor.setGeometry(room)
        for one in (self._undo, self._clear):
            if one is not None:
                gap = (theme().px(field_paint.LINE) - one.height()) // 2
                left = (
                    places.value.left() + gap if self.isRightToLeft() else places.value.right() - one.width() - gap + 1
                )
                one.move(left, places.value.top() + gap)
                one.raise_()

    def _name(self) -> None:
        """What a screen reader says, and the tool tip."""
        marks = list(said(self.state, self.field, self._formats, self.problem))
        name = tr("{field}, required", field=self.field.label) if self.field.required else self.field.label
        self.setAccessibleName(name)
        self.setAccessibleDescription(". ".join([self.text or tr("empty"), *marks]))
        lines = [self.field.label, *([self.text] if len(self.text) > 24 else []), *marks]
        self.setToolTip("\n".join(lines) if len(lines) > 1 or len(self.field.label) > 18 else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            field_paint.paint(painter, self.look(), self.places(), editing=self.editor is not None, link=self.is_link)
        finally:
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_editor()

    def enterEvent(self, event: QEvent) -> None:
        self._over = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = False
        self.update()
