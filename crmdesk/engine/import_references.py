# SPDX-License-Identifier: MIT
"""Other records named in the cells of an import: by id or by name, found out before anything is staged, never guessed."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from crmdesk.domain.errors import Invalid, NotFound, NotPermitted, Unsupported
from crmdesk.domain.matching import folded
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain
from crmdesk.engine.crew import each
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.import_cells import ImportRow
from crmdesk.engine.import_plan import ImportPlan
from crmdesk.engine.reading import Reads

_FEW = 500
"""So many texts are asked for; for more, the modules are read through."""
_AT_ONCE = 50
_PARALLEL_READS = 3
_BREATH = 500
Found = RecordId | str
"""The record that is meant, or why none is."""


class References:
    """Turns texts of reference columns into records, for one import."""

    def __init__(self, session: Reads) -> None:
        self._session = session

    async def settle(
        self, rows: Sequence[ImportRow], plan: ImportPlan, schema: Schema, progress: Callable[[int], None] | None
    ) -> tuple[ImportRow, ...]:
        """The rows with every reference an id that exists; a row whose text names nothing, or several, is refused.

        Raises:
            CrmError.
        """
        for column in plan.columns:
            field = schema.field(column.field or "")
            if field is None or field.type is not FieldType.REFERENCE or column.is_match:
                continue
            texts = {folded(text): text for row in rows if (text := _unsettled(row, field))}
            found = await self._found(field, texts, _told(rows, field), progress) if texts else {}
            rows = await _with(rows, field, found, column.header)
        return tuple(rows)

    async def _found(
        self,
        field: Field,
        texts: Mapping[str, str],
        told: Mapping[str, set[RecordId]],
        progress: Callable[[int], None] | None,
    ) -> dict[str, Found]:
        """Folded text -> what it names: by title first, then as other rows of the server call it, then by id."""
        hits: dict[str, set[RecordId]] = defaultdict(set)
        for module in field.refers_to:
            with suppress(NotPermitted, Unsupported, NotFound):
                async for text, record in self._titled(module, texts, progress):
                    hits[text].add(record)
        found: dict[str, Found] = {}
        for text in texts:
            records = sorted(hits.get(text) or told.get(text) or set(), key=lambda one: one.key)
            if len(records) > 1:
                some = ", ".join(record.key for record in records[:3])
                found[text] = sentence(
                    "{n} records are called “{texts}” ({some}). Write the id instead.",
                    n=len(records),
                    texts=texts[text],
                    some=some,
                )
            elif records:
                found[text] = records[0]
        await self._by_id(field, {text: key for text, key in texts.items() if text not in found}, found)
        return found

    async def _titled(
        self, module: ModuleName, texts: Mapping[str, str], progress: Callable[[int], None] | None
    ) -> AsyncIterator[tuple[str, RecordId]]:
        """The records of a module whose title is one of the texts; where all are read, those whose id is, too."""
        schema = await self._session.schema(module)
        title, written = schema.field(schema.title_field), list(texts.values())
        parts: list[Compare | None] = [None]
        if len(texts) <= _FEW and title is not None and title.type.is_text:
            starts = range(0, len(written), _AT_ONCE)
            parts = [Compare(title.name, Op.IN, tuple(written[at : at + _AT_ONCE])) for at in starts]
        for where in parts:
            feed = PageFeed(self._session, Query(module, (schema.title_field,), where))
            async for page in feed.pages(progress):
                for record in page:
                    called = folded(plain(record.values.get(schema.title_field)).strip())
                    for text in {called, folded(record.id.key)} & texts.keys():
                        yield text, record.id

    async def _by_id(self, field: Field, texts: Mapping[str, str], found: dict[str, Found]) -> None:
        """What is nobody's name may be an id: looked up, since a wrong one would only be refused when it is sent."""
        if not field.refers_to:
            return

        async def one(named: tuple[str, str]) -> None:
            text, key = named
            found[text] = sentence(
                "No record for {field} is called “{key}”, and none has that id.", field=field.label, key=key
            )
            for module in field.refers_to if len(texts) <= _FEW else ():
                with suppress(NotFound, NotPermitted, Invalid, Unsupported):
                    found[text] = (await self._session.fetch(RecordId(module, key))).id
                    return

        await each(tuple(texts.items()), one, workers=_PARALLEL_READS)


def _unsettled(row: ImportRow, field: Field) -> str:
    """The text that may name a record; "" where it is what the record holds already, by id or by name."""
    value = row.values.get(field.name)
    if not isinstance(value, RecordId):
        return ""
    held = row.record.values.get(field.name) if row.record is not None else None
    label = row.record.labels.get(field.name, "") if row.record is not None else ""
    is_held = isinstance(held, RecordId) and (held.key == value.key or folded(label) == folded(value.key))
    return "" if is_held else value.key


def _told(rows: Iterable[ImportRow], field: Field) -> dict[str, set[RecordId]]:
    """Names as the server gave them with the matched records."""
    told: dict[str, set[RecordId]] = defaultdict(set)
    for row in rows:
        if row.record is not None and (label := row.record.labels.get(field.name)):
            value = row.record.values.get(field.name)
            if isinstance(value, RecordId):
                told[folded(label)].add(value)
    return told


async def _with(
    rows: Sequence[ImportRow], field: Field, found: Mapping[str, Found], header: str
) -> tuple[ImportRow, ...]:
    settled = []
    for number, row in enumerate(rows, 1):
        value = row.values.get(field.name)
        settled.append(_settled(row, field, value, found, header) if isinstance(value, RecordId) else row)
        if number % _BREATH == 0:
            await asyncio.sleep(0)
    return tuple(settled)


def _settled(row: ImportRow, field: Field, value: RecordId, found: Mapping[str, Found], header: str) -> ImportRow:
    text = _unsettled(row, field)
    if not text:
        held = row.record.values.get(field.name) if row.record is not None else value
        return row._replace(values={**row.values, field.name: held})
    named = found.get(folded(text), value)
    if isinstance(named, RecordId):
        labels = row.labels if text == named.key else {**row.labels, field.name: text}
        return row._replace(values={**row.values, field.name: named}, labels=labels)
    return row.refused(header, named)
