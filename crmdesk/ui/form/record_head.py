# SPDX-License-Identifier: MIT
"""The head of the record panel: title, where the record comes from, and what can be done with it."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QMenu, QToolButton, QWidget

from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.ui.form.form_content import FormContent
from crmdesk.ui.formats import Formats, short_key
from crmdesk.ui.parts import box, button, fill, icon, label, tool
from crmdesk.ui.wording import tr


class RecordHead(QFrame):
    """Title, subtitle and tools.

    Signals:
        menu_wanted(QMenu): The menu is about to open and is empty; the owner fills it.
        closed(): The cross.
        lines_wanted(): The button of a sales document.
        star_toggled(): The star.
    """

    menu_wanted = Signal(QMenu)
    closed = Signal()
    lines_wanted = Signal()
    star_toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = label("", font="title", wrap=True, select=True)
        self.subtitle = label("", "muted", "small", wrap=True, select=True)
        self.fresh = label("", "muted", "small", select=True)
        self.fresh.hide()
        self.menu_button = tool("dots-three", tr("What can be done with this record"), size=16)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.menu_button)
        self.menu.aboutToShow.connect(self._on_menu)
        self.menu_button.setMenu(self.menu)
        self.close_button = tool("x", tr("Close the record"), self.closed.emit, size=13)
        self.star = tool("star", tr("Mark as a favourite"), self.star_toggled.emit, size=16)
        self.star.hide()
        tools = box(self.star, self.menu_button, self.close_button, None, spacing=2)
        row = box(self.title, tools, spacing=6)
        layout = row.layout()
        if layout is not None:
            layout.setAlignment(tools, layout.alignment())
        policy = self.title.sizePolicy()
        policy.setHorizontalStretch(1)
        self.title.setSizePolicy(policy)
        self.lines_button = button(tr("Edit lines"), "", self.lines_wanted.emit, tip="Ctrl+L")
        self.lines_button.hide()
        fill(self, row, self.subtitle, self.fresh, self.lines_button, vertical=True, margins=(14, 12, 8, 10), spacing=4)

    def show_words(self, title: str, subtitle: str) -> None:
        """Say which record it is."""
        self.title.setText(title)
        self.title.setAccessibleName(title)
        self.subtitle.setText(subtitle)

    def show_fresh(self, text: str, tip: str) -> None:
        """How fresh the record is, "" = not known."""
        self.fresh.setText(text)
        self.fresh.setToolTip(tip)
        self.fresh.setVisible(bool(text))

    def show_star(self, favourite: bool | None) -> None:
        """Whether the record is a favourite; None = there is none that could be."""
        self.star.setVisible(favourite is not None)
        words = tr("A favourite; take the mark away") if favourite else tr("Mark as a favourite")
        self.star.setIcon(icon("star-fill" if favourite else "star", "edge" if favourite else "muted"))
        self.star.setToolTip(f"{words} ({QKeySequence('Ctrl+D').toString(QKeySequence.SequenceFormat.NativeText)})")
        self.star.setAccessibleName(words)

    def _on_menu(self) -> None:
        self.menu.clear()
        self.menu_wanted.emit(self.menu)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())  # a long title must not widen the window


def subtitle(content: FormContent, formats: Formats) -> str:
    """ "Account ACC17 · 3x17 · modified 2026-11-19 16:40 by Anna Koch", as far as it is known."""
    schema, record = content.schema, content.record
    if content.is_new:
        return tr("New {module}, not sent yet", module=schema.module.label)
    number = str(record.values.get(schema.number_field) or "") if schema.number_field else ""
    parts = [f"{schema.module.label} {number}".strip(), short_key(record.id.key)]
    when, who = _modified(schema, record)
    if when is not None:
        moment = formats.text(record.values[when.name], when)
        by = formats.text(record.values[who.name], who, record.labels.get(who.name, "")) if who is not None else ""
        parts.append(tr("modified {when} by {who}", when=moment, who=by) if by else tr("modified {when}", when=moment))
    return " · ".join(parts)


def _modified(schema: Schema, record: Record) -> tuple[Field | None, Field | None]:
    """The fields that say when and by whom a record was changed last: no vendor marks them, so by their words."""

    def words(field: Field) -> str:
        return f"{field.name} {field.label}".casefold()

    held = [field for field in schema.fields if record.values.get(field.name) is not None]
    touched = [field for field in held if any(w in words(field) for w in ("modif", "updated", "changed"))]
    when = next((field for field in touched if field.type is FieldType.DATETIME), None)
    who = next((field for field in touched if field.type in (FieldType.REFERENCE, FieldType.TEXT)), None)
    return when, who
