# SPDX-License-Identifier: MIT
"""After a break: reads the server to learn whether a change was carried out. Nothing is sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crmdesk.domain.changes import Applied, Create, Delete, Outcome, Refused, SaveDocument, Unknown, Update
from crmdesk.domain.errors import NotFound, NotPermitted, OutcomeUnclear, Unsupported
from crmdesk.domain.names import FieldName
from crmdesk.domain.overtaken import overtaken
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import same
from crmdesk.engine import applying_lines
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.journal import Entry
from crmdesk.engine.session import AccountSession

SETTLING = timedelta(seconds=90)
"""As long after a create was sent, not finding it proves nothing: the server may still be at work."""
_MOST_ALIKE = 25
_TEXTS = (FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE)


def unheard(entry: Entry) -> Unknown:
    """An entry of the journal whose outcome is not known, as an outcome; over what the last look before it saw."""
    said = entry.error or sentence("The program ended before the answer came.")
    change = entry.change
    if isinstance(change, Update) and entry.before is not None:
        change = replace(change, before=entry.before)
    return Unknown(change, OutcomeUnclear(said))


async def look_up(session: AccountSession, unknown: Unknown, sent: datetime | None = None) -> Outcome:
    """Read the server to learn what became of a change.

    Args:
        sent: when it left, None = just now.

    Returns:
        Applied, Refused (it was not, send it again if you like) or the same Unknown: nothing there tells, or somebody
        else wrote the same field since.

    Raises:
        CrmError: the server cannot be read.
    """
    change = unknown.change
    if isinstance(change, Create):
        return await _look_for(session, unknown, change, sent)
    if isinstance(change, SaveDocument) and change.before is None:
        return await _look_for_document(session, unknown, change, sent)
    if isinstance(change, SaveDocument):
        return await applying_lines.look_up(session, unknown, change)
    before = change.before
    try:
        now = await session.fetch(before.id)
    except (NotFound, NotPermitted):
        return Applied(change, None, before) if isinstance(change, Delete) else unknown
    if isinstance(change, Delete):
        return Refused(change, unknown.error)
    if all(same(now.values.get(n), v) for n, v in change.values.items()):
        return Applied(change, now, before)
    if overtaken(change, now.values):
        return unknown  # somebody wrote there since: over ours, or over what was there before
    return Refused(change, unknown.error)


async def _look_for(session: AccountSession, unknown: Unknown, change: Create, sent: datetime | None) -> Outcome:
    """A new record is found by what it holds: one that holds it all is it, none with its title = it was not made.

    Several, or one that holds something else, only a person can tell apart.
    """
    schema = await session.schema(change.module)
    name = _telling(schema, change)
    if name is None:
        return unknown
    try:
        alike = await _alike(session, schema, name, change)
    except Unsupported:
        return unknown
    if not alike:
        settled = sent is not None and datetime.now(UTC) - sent > SETTLING
        return Refused(change, unknown.error) if settled else unknown
    twins = [r for r in alike if all(same(r.values.get(n), v) for n, v in change.values.items() if n in r.values)]
    return Applied(change, twins[0]) if len(alike) == len(twins) == 1 else unknown


async def _look_for_document(
    session: AccountSession, unknown: Unknown, change: SaveDocument, sent: datetime | None
) -> Outcome:
    """The same for a document that was to come with its lines; lines that are missing are differences of its own."""
    header = change.after.header
    made = Create(header.id.key, header.id.module, header.values)
    found = await _look_for(session, unknown, made, sent)
    if isinstance(found, Applied) and found.record is not None:
        held = await session.fetch_document(found.record.id)
        return applying_lines.saved(change, held, await applying_lines.settable(session, change))
    return Refused(change, unknown.error) if isinstance(found, Refused) else unknown


def _telling(schema: Schema, change: Create) -> FieldName | None:
    """The field by which to look: the title, else a text that must be there."""
    named = [schema.title_field, *(f.name for f in schema.fields if f.required and f.type in _TEXTS)]
    for name in named:
        value = change.values.get(name)
        if isinstance(value, str) and value.strip():
            return name
    return None


async def _alike(session: AccountSession, schema: Schema, name: FieldName, change: Create) -> list[Record]:
    wanted = str(change.values[name]).strip()
    feed = PageFeed(session, Query(schema.module.name, where=Compare(name, Op.EQ, wanted)))
    found: list[Record] = []
    while not feed.exhausted and len(found) < _MOST_ALIKE:
        found += (await feed.next_page()).records
    if len(found) == 1:  # a row of a list may lack fields
        found = [await session.fetch(found[0].id)]
    return found
