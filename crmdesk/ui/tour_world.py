# SPDX-License-Identifier: MIT
"""What the tour does to the demo's world before it looks: edits as a clerk makes them, somebody else's, a filter."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from crmdesk.domain.changes import Update
from crmdesk.domain.query import And, Compare, Filter, Not, Op
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import Edit, StagedChanges
from crmdesk.ui.table.table_tab import TableTab


async def stage_edits(staged: StagedChanges, page: TableTab, schema: Schema) -> None:
    """Two edits in the second row, one in the fifth, as somebody mending addresses makes them."""
    second, fifth = page.rows.at(1), page.rows.at(4)
    city, amount, kind = field_like(schema, "city"), _of_type(schema, FieldType.MONEY), field_like(schema, "type")
    for record, field, value in (
        (second, city, "Espoo"),
        (second, amount, Decimal(1_400_000)),
        (fifth, kind, _other_choice(kind, fifth)),
    ):
        if record is not None and field is not None:
            await staged.edit([edit_of(record, field, value, schema)])


async def clash(account: Account) -> None:
    """Somebody else changes a staged field meanwhile, so that the review has something to decide."""
    staged = next((s for s in account.staged.all() if len(s.values) > 1), None)
    if staged is None:
        return
    name = next(iter(staged.values))
    now = await account.session.fetch(staged.id)
    if now.values.get(name) == staged.base.values.get(name):
        await account.session.update(Update(now, {name: "Vantaa"}))


def field_like(schema: Schema, ending: str) -> Field | None:
    """A field of that kind of name which can be edited."""
    return next((f for f in schema.fields if f.name.endswith(ending) and not f.read_only), None)


def _of_type(schema: Schema, kind: FieldType) -> Field | None:
    return next((f for f in schema.fields if f.type is kind and not f.read_only), None)


def edit_of(record: Record, field: Field, value: Value, schema: Schema) -> Edit:
    """A value put into a record, under the record's title."""
    title = str(record.values.get(schema.title_field) or record.id.key)
    return Edit(record, field.name, value, "", title)


def _other_choice(field: Field | None, record: Record | None) -> Value:
    """The first choice that the record does not have, as a mistake would be mended."""
    held = record.values.get(field.name) if record is not None and field is not None else None
    return next((c.value for c in field.choices if c.value and c.value != held), None) if field is not None else None


def filters(schema: Schema, like: Record | None) -> Filter | None:
    """Three conditions, the last of which the server cannot apply."""
    parts: list[Filter] = []
    country, phone = field_like(schema, "country"), _of_type(schema, FieldType.PHONE)
    changed = next((f for f in schema.fields if f.type is FieldType.DATETIME and "modif" in f.name), None)
    if country is not None:
        countries = ("Germany", "Finland", "United Kingdom")
        parts.append(Compare(country.name, Op.IN, countries))
    moment = like.values.get(changed.name) if like is not None and changed is not None else None
    if changed is not None:
        start = moment if isinstance(moment, datetime) else datetime.now(UTC)
        day = (start - timedelta(days=600)).replace(hour=0, minute=0, second=0, microsecond=0)
        parts.append(Compare(changed.name, Op.GE, day))
    if phone is not None:
        parts.append(Not(Compare(phone.name, Op.IS_EMPTY)))
    return And(tuple(parts)) if parts else None
