# SPDX-License-Identifier: MIT
"""A block of a form: its heading, and the rows of its fields, of which each is made when it is first shown.

A record of a large module has two hundred fields and a value in thirty of them.
"""

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Field, FieldType
from crmdesk.ui.form.field_row import FieldRow
from crmdesk.ui.parts import label

Make = Callable[[Field, bool], FieldRow]
"""Makes the row of a field; True = without a label, over the whole width."""


class FieldBlock:
    """Owned by a RecordForm; stands in its column as ``layout``."""

    def __init__(self, heading: str, fields: tuple[Field, ...], make_row: Make, parent: QWidget) -> None:
        self.fields, self._make_row = fields, make_row
        self._places = {field.name: place for place, field in enumerate(fields)}
        self._rows: dict[FieldName, FieldRow] = {}
        self._is_wide = len(fields) == 1 and fields[0].type is FieldType.LONG_TEXT
        self.title = label(heading, font="small_bold")
        self.title.setParent(parent)
        self.layout = QVBoxLayout()
        self.layout.addWidget(self.title)

    def __contains__(self, name: FieldName) -> bool:
        return name in self._places

    def get(self, name: FieldName) -> FieldRow | None:
        """The row of a field, None where none was needed so far."""
        return self._rows.get(name)

    def rows(self) -> Iterator[FieldRow]:
        """Those that were made, in the order of the fields."""
        return (self._rows[field.name] for field in self.fields if field.name in self._rows)

    def make(self, name: FieldName) -> FieldRow:
        """The row of a field that has none, at its place; hidden."""
        place = self._places[name]
        row = self._rows[name] = self._make_row(self.fields[place], self._is_wide)
        before = sum(self._places[other] < place for other in self._rows)
        self.layout.insertWidget(before + 1, row)
        return row
