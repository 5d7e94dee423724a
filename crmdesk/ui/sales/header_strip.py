# SPDX-License-Identifier: MIT
"""The head of a sales document: who, what, when, in three columns; its fields are edited in the record's form."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy

from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.engine.staging import StagedRecord
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Pill, box, button, empty, fill, label, let_name, set_role
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr

_MOST = 9
_COLUMNS = 3
_OWNERS = ("assigned", "owner", "modified", "created")


def head_fields(schema: Schema, record: Record) -> list[Field]:
    """The fields by which people know a document: title, whom it is for, its state, its dates, where it goes."""
    held = [f for f in schema.fields if record.values.get(f.name) not in (None, "", ())]

    def rank(field: Field) -> int | None:
        words = f"{field.name} {field.label}".casefold()
        if field.name == schema.title_field:
            return 0
        if any(word in words for word in _OWNERS):
            return None
        if field.type is FieldType.REFERENCE:
            return 1
        if field.type is FieldType.CHOICE:
            return 2 if any(word in words for word in ("status", "stage", "level")) else 4
        if field.type is FieldType.DATE:
            return 3
        return 5 if any(word in words for word in ("street", "city")) and "2" not in words else None

    ranked = [(at, place, field) for place, field in enumerate(held) if (at := rank(field)) is not None]
    chosen: list[Field] = []
    for at, _, field in sorted(ranked, key=lambda one: one[:2]):
        if sum(rank(other) == at for other in chosen) < 3:
            chosen.append(field)
    return chosen[:_MOST]


class HeaderStrip(QFrame):
    """Owned by the sales tab.

    Signals:
        edit_wanted(): The person wants to change the document's own fields.
    """

    edit_wanted = Signal()

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._cells = QFrame()
        self._grid = QGridLayout(self._cells)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme().px(14))
        self._grid.setVerticalSpacing(theme().px(6))
        self.edit = button(tr("Edit fields"), "link", self.edit_wanted.emit, tip=tr("In the record’s form"))
        self._cells.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        fill(self, self._cells, box(self.edit, None, vertical=True), margins=(20, 12, 16, 10), role="card-flat")

    def show_document(self, document: SalesDocument, schema: Schema, staged: StagedRecord | None) -> None:
        """Show what the header holds; staged values lie over it."""
        empty(self._grid)
        fields = head_fields(schema, document.header)
        rows = -(-len(fields) // _COLUMNS)
        for at, field in enumerate(fields):
            column, row = divmod(at, max(rows, 1))
            name = label(field.label, "muted", "small")
            value = self._value(field, schema, document.header, staged)
            let_name(name, value)
            self._grid.addWidget(name, row, column * 2, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(value, row, column * 2 + 1, Qt.AlignmentFlag.AlignLeft)
            self._grid.setColumnStretch(column * 2 + 1, 1)

    def _value(self, field: Field, schema: Schema, header: Record, staged: StagedRecord | None) -> QLabel:
        value, text = header.values.get(field.name), header.labels.get(field.name, "")
        is_staged = staged is not None and field.name in staged.values
        if staged is not None and is_staged:
            value, text = staged.values[field.name], staged.labels.get(field.name, "")
        shown = self._formats.text(value, field, text)
        if field.type is FieldType.CHOICE and not is_staged:
            return Pill(shown, "info")
        made = label(shown, "accent" if field.type is FieldType.REFERENCE else "", select=True)
        if field.name == schema.title_field:
            theme().set_font(made, "bold")
        if is_staged:
            set_role(made, "edited")
            made.setToolTip(tr("Changed, not yet sent"))
        made.setAccessibleName(f"{field.label}: {shown}")
        return made
