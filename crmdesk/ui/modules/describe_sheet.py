# SPDX-License-Identifier: MIT
"""A module's fields as a table."""

from crmdesk.domain.schema import Field, Schema
from crmdesk.ui.field_words import field_type_word
from crmdesk.ui.parts import box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.cells import Column, Kind, ListSource, Row
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import incomplete_hint, tr


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="label", title=tr("Label"), kind=Kind.MAIN, width=190),
        Column(key="name", title=tr("Name"), width=170),
        Column(key="type", title=tr("Type"), width=110),
        Column(key="need", title=tr("Needed"), width=80),
        Column(key="more", title=tr("Choices, or what it refers to"), kind=Kind.MUTED, width=320),
    )


class DescribeSheet(Sheet):
    """Read only; copy works as in every table."""

    def __init__(self, schema: Schema) -> None:
        super().__init__(
            tr("Fields of {records} ({name})", records=schema.module.label_plural, name=schema.module.name), 940
        )
        source = ListSource(Row(str(field.name), _cells(field)) for field in schema.fields)
        self._model = RecordTableModel(_columns(), source, self)
        grid = RecordGrid(self._model)
        grid.setAccessibleName(self.windowTitle())
        grid.setMinimumHeight(theme().px(520))
        hints = () if schema.is_complete else (label(incomplete_hint(), "muted", wrap=True),)
        body = box(*(box(hint, margins=(18, 10, 18, 10)) for hint in hints), grid, vertical=True, margins=(0, 0, 0, 0))
        self.set_content(body, (), (button(tr("Close"), "primary", self.accept),))


def _cells(field: Field) -> tuple[str, ...]:
    more = ", ".join(choice.label for choice in field.choices) or ", ".join(field.refers_to)
    need = tr("read only") if field.read_only else tr("required") if field.required else ""
    return field.label, str(field.name), field_type_word(field.type), need, more
