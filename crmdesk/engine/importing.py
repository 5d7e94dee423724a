# SPDX-License-Identifier: MIT
"""From the rows of a file to staged changes: which records they are about, what becomes of each, staged in one step.

sheet ── suggest ──> plan ── read_cells ──> rows with errors ── Importer.match ──> rows with records ── Importer.stage
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import TypeVar
from uuid import uuid4

from crmdesk.domain.errors import Invalid, NotFound, NotPermitted
from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, key_text, plain, same
from crmdesk.engine.crew import each
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.import_cells import Action, ImportRow, as_new
from crmdesk.engine.import_plan import ID, ImportPlan, Mode
from crmdesk.engine.import_references import References
from crmdesk.engine.reading import Reads, is_copied
from crmdesk.engine.staged_record import Edit, Kind, StagedRecord, with_edit
from crmdesk.engine.staging import NEW, StagedChanges

T = TypeVar("T")

_PARALLEL_READS = 3
_BREATH, _BREATH_S = 100, 0.012
"""So many rows are done in one go, and so long; then the loop may do something else."""
_FEW_IDS = 500
"""Up to so many records are read one by one; for more, the module is read through."""


class Importer:
    """Finds the records of an import and stages it, for one account."""

    def __init__(self, session: Reads, staged: StagedChanges) -> None:
        self._session, self._staged = session, staged

    async def match(
        self, rows: Sequence[ImportRow], plan: ImportPlan, progress: Callable[[int], None] | None = None
    ) -> tuple[ImportRow, ...]:
        """Every row with the record it is about, and what becomes of it; asks the server, changes nothing.

        Raises:
            CrmError.
        """
        schema = await self._session.schema(plan.module)
        references = References(self._session)
        if plan.mode is Mode.CREATE:
            return await references.settle(rows, plan, schema, progress)
        wanted: dict[tuple[str, ...], tuple[str, ...]] = {}
        keys: list[tuple[str, ...]] = []
        async for piece in _calmly(rows):
            for row in piece:
                keys.append(tuple([folded(part) for part in row.keys]))
                if "" not in row.errors:
                    wanted[keys[-1]] = row.keys
        if plan.match_fields == (ID,):
            found = await self._by_id(plan.module, {key: named[0] for (key,), named in wanted.items()}, plan, progress)
        else:
            found = await self._by_fields(plan, wanted, schema, progress)
        matched: list[ImportRow] = []
        async for piece in _calmly(rows):
            at = len(matched)
            matched += [self._matched(row, found.get(keys[n], ()), plan, schema) for n, row in enumerate(piece, at)]
        if plan.mode is Mode.DELETE:
            return tuple(matched)
        settled = await references.settle(matched, plan, schema, progress)
        return tuple([_judged(row) async for piece in _calmly(settled) for row in piece])

    def _matched(self, row: ImportRow, hits: Sequence[Record], plan: ImportPlan, schema: Schema) -> ImportRow:
        if "" in row.errors:
            return row
        if len(hits) > 1:
            some = ", ".join(record.id.key for record in hits[:3])
            return row.refused("", sentence("{n} records have this: {hits}.", n=len(hits), hits=some))
        if not hits:
            return self._unmatched(row, plan, schema)
        (record,) = hits
        if plan.mode is Mode.DELETE:
            return row._replace(record=record, action=Action.DELETE)
        values = row.values
        if plan.mode is Mode.UPSERT:  # only then are the columns by which records are found written as well
            by = plan.match_fields
            values = {n: v for n, v in values.items() if not (n in by and _found_by(v, record.values.get(n)))}
        action = Action.REFUSED if row.errors else Action.UPDATE
        return ImportRow(row.line, row.keys, values, row.errors, {}, record, action)

    def _unmatched(self, row: ImportRow, plan: ImportPlan, schema: Schema) -> ImportRow:
        """The row's record is not there; whether it is to be made only the server can say."""
        copied = is_copied(self._session, plan.module)
        if plan.mode is Mode.UPSERT and not copied:
            return as_new(row, schema)
        if plan.mode is Mode.UPSERT:
            why = sentence("The copy has no such record. Whether the server has one by now is known when it answers.")
        elif copied:
            why = sentence("The copy on this computer has no such record.")
        else:
            why = sentence("There is no such record on the server.")
        return row.refused("", why)

    async def _by_id(
        self, module: ModuleName, ids: Mapping[str, str], plan: ImportPlan, progress: Callable[[int], None] | None
    ) -> dict[tuple[str, ...], list[Record]]:
        if len(ids) > _FEW_IDS:
            fields = tuple(c.field for c in plan.columns if c.field not in (None, ID))
            records = await self._all(Query(module, tuple(f for f in fields if f)), progress)
            return {
                (key,): [one] async for piece in _calmly(records) for one in piece if (key := folded(one.id.key)) in ids
            }
        found: dict[tuple[str, ...], list[Record]] = {}

        async def one(key: str) -> None:
            with suppress(NotFound, NotPermitted, Invalid):
                found[(folded(key),)] = [await self._session.fetch(RecordId(module, key))]

        await each(tuple(ids.values()), one, workers=_PARALLEL_READS, progress=progress)
        return found

    async def _by_fields(
        self,
        plan: ImportPlan,
        wanted: Mapping[tuple[str, ...], tuple[str, ...]],
        schema: Schema,
        progress: Callable[[int], None] | None,
    ) -> dict[tuple[str, ...], list[Record]]:
        """By the values of columns: the server is asked for the first text column's, fifty at a time; for many, for all."""
        names = plan.match_fields
        fields = tuple(
            dict.fromkeys((schema.title_field, *(c.field for c in plan.columns if c.field not in (None, ID))))
        )
        asked = tuple(f for f in fields if f)
        place = next(
            (i for i, name in enumerate(names) if (f := schema.field(name)) is not None and f.type.is_text), -1
        )
        values = list(dict.fromkeys(keys[place] for keys in wanted.values()))
        records: dict[RecordId, Record] = {}
        if place < 0 or len(values) > _FEW_IDS:
            for record in await self._all(Query(plan.module, asked), progress):
                records[record.id] = record
        else:
            for start in range(0, len(values), 50):
                where = Compare(names[place], Op.IN, tuple(values[start : start + 50]))
                for record in await self._all(Query(plan.module, asked, where), None):
                    records[record.id] = record
                if progress is not None:
                    progress(min(len(values), start + 50))
        found: dict[tuple[str, ...], list[Record]] = defaultdict(list)
        async for piece in _calmly(list(records.values())):
            for record in piece:
                key = tuple([_matched_text(record, name, schema) for name in names])
                if key in wanted:
                    found[key].append(record)
        return dict(found)

    async def _all(self, query: Query, progress: Callable[[int], None] | None) -> list[Record]:
        return await PageFeed(self._session, query).rest(progress)

    async def stage(self, rows: Iterable[ImportRow], plan: ImportPlan, name: str) -> int:
        """Stage the rows that change something, as one step for undo; how many.

        Args:
            name: of the file, for the undo's words.

        Raises:
            ProfileError: the account's file cannot be written; nothing is staged.
        """
        found = await self.wishes(rows, plan)
        await self._staged.stage(found, sentence("Import {name}: {n} records", name=name, n=len(found)))
        return len(found)

    async def wishes(self, rows: Iterable[ImportRow], plan: ImportPlan) -> list[StagedRecord]:
        """What the rows that change something would stage, joined to what is staged already."""
        schema = await self._session.schema(plan.module)
        found: list[StagedRecord] = []
        async for piece in _calmly(list(rows)):
            found += [wish for row in piece if (wish := self._wish(row, plan, schema)) is not None]
        return found

    def _wish(self, row: ImportRow, plan: ImportPlan, schema: Schema) -> StagedRecord | None:
        if row.action is Action.CREATE:
            values = {n: v for n, v in row.values.items() if not is_blank(v)}
            fresh = RecordId(plan.module, f"{NEW}{uuid4().hex[:12]}")
            title = plain(values.get(schema.title_field))
            labels = {n: text for n, text in row.labels.items() if n in values}
            return StagedRecord(Kind.CREATE, Record(fresh, {}), values, labels, title)
        if row.record is None or row.action not in (Action.DELETE, Action.UPDATE):
            return None
        title = row.record.shown(schema.title_field)
        if row.action is Action.DELETE:
            return StagedRecord(Kind.DELETE, row.record, title=title)
        staged = self._staged.get(row.record.id) or StagedRecord(Kind.UPDATE, row.record)
        for name, value in row.values.items():
            edit = Edit(row.record, name, value, row.labels.get(name, ""), title)
            staged = with_edit(staged, edit) or StagedRecord(Kind.UPDATE, row.record)
        return staged if staged.values else None


async def _calmly(items: Sequence[T]) -> AsyncIterator[Sequence[T]]:
    """The items, some at a time, with the loop free in between: there may be 200,000."""
    since = monotonic()
    for start in range(0, len(items), _BREATH):
        yield items[start : start + _BREATH]
        if monotonic() - since >= _BREATH_S:
            await asyncio.sleep(0)
            since = monotonic()


def _judged(row: ImportRow) -> ImportRow:
    """A row to update is the same where nothing differs."""
    if row.action is not Action.UPDATE or row.record is None:
        return row
    held = row.record.values
    for name, value in row.values.items():
        if not same(value, held.get(name)):
            return row
    return row._replace(action=Action.SAME)


def _found_by(wanted: Value, held: Value) -> bool:
    """A record found blind to case must not be renamed by that."""
    return folded(key_text(wanted)) == folded(key_text(held))


def _matched_text(record: Record, name: FieldName, schema: Schema) -> str:
    if name == ID:
        return folded(record.id.key)
    value = record.values.get(name)
    known = schema.field(name)
    label = record.labels.get(name) if known is not None and known.type is FieldType.REFERENCE else None
    return folded(label.strip() if label else key_text(value))
