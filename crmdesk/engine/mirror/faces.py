# SPDX-License-Identifier: MIT
"""What is searched of a record: its title, its number, and what people tell one record from another by. Pure."""

from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import plain
from crmdesk.engine.mirror.fold import stored_form, title_form
from crmdesk.engine.mirror.layout import Layout

Face = tuple[str, str, str]
"""Head, front, rest: the title from its beginning; title and number by words; everything else by words."""


def searched_text(record: Record, one: Field) -> str:
    """A field's text as a search sees it: of a reference what it is called."""
    value = record.values.get(one.name)
    if isinstance(value, RecordId):
        return record.labels.get(one.name, "")
    return plain(value)


def title_of(record: Record, layout: Layout) -> str:
    """How people know a record: its title, behind a person's first name; else its number, else its id."""
    schema, first = layout.schema, layout.first_name
    title = record.labels.get(schema.title_field) or plain(record.values.get(schema.title_field)).strip()
    if first is not None and title:
        return f"{plain(record.values.get(first.name)).strip()} {title}".strip()
    number = plain(record.values.get(schema.number_field)).strip() if schema.number_field else ""
    return title or number or record.id.key


class Faces:
    """Makes faces of one module's records. Made for a batch of them."""

    def __init__(self, layout: Layout) -> None:
        schema = layout.schema
        head = {schema.title_field, schema.number_field}
        self._layout, self._title = layout, schema.title_field
        self._fields = [(f.name, f.type is FieldType.PHONE, f.name in head) for f in layout.searched]

    def of(self, record: Record) -> Face:
        """What a search looks through."""
        front: list[str] = []
        rest: list[str] = []
        values = record.values
        if self._layout.first_name is not None:
            front.append(stored_form(title_of(record, self._layout)))
        for name, is_phone, is_head in self._fields:
            value = values.get(name)
            if value is None:
                continue
            if type(value) is not str:
                value = record.labels.get(name, "") if isinstance(value, RecordId) else plain(value)
            (front if is_head else rest).append(stored_form(value, is_phone))
        title = values.get(self._title)
        return title_form(title if type(title) is str else plain(title)), "".join(front), "".join(rest)
