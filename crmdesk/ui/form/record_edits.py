# SPDX-License-Identifier: MIT
"""What is typed into a record's form on its way into the staged changes."""

from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import NEW, Edit, Kind
from crmdesk.ui.form.form_content import whole_base
from crmdesk.ui.formats import Formats


def edit_of(record: Record, schema: Schema, formats: Formats, field: Field, value: Value, text: str) -> Edit:
    """A value put into a field; a new record is known by what it will be called, as soon as that is typed."""
    if not record.id.key.startswith(NEW):
        title = formats.title(record, schema)
    else:
        title = formats.text(value, field, text) if field.name == schema.title_field else ""
    return Edit(record, field.name, value, text, title)


async def stage(account: Account, edit: Edit) -> None:
    """On disk first; a change that was begun in a table, from a row with few columns, gets its missing base."""
    staged = account.staged.get(edit.record.id)
    if staged is not None and staged.kind is Kind.UPDATE:
        base = whole_base(edit.record, staged)
        if base is not None:
            await account.staged.rebase(base)
    await account.staged.edit([edit])
