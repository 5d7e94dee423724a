# SPDX-License-Identifier: MIT
"""Bulk edits: which records are meant (frozen), what each would hold, and staging it in one step. Nothing is sent here."""

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crmdesk.domain.bulk import BulkEdit, BulkKind, BulkRow, Tally, Verdict, needed_fields, planned, problem, tally_of
from crmdesk.domain.errors import Invalid, NotFound, NotPermitted
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Filter, Op, Query, compares
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain
from crmdesk.engine.crew import each
from crmdesk.engine.expressions import Expression
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.filter_text import format_filter
from crmdesk.engine.reading import Reads
from crmdesk.engine.staged_record import Edit
from crmdesk.engine.staging import NEW, StagedChanges

Progress = Callable[[int], None]
"""Told the records read so far."""

_BREATH = 500
_PARALLEL_READS = 3
_IDS_A_QUERY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The records a bulk edit is meant for. Fixed when it is made: what the server gains later is not among them.

    Attributes:
        where: the filter they came from, None = they were chosen by hand or by a list; at apply, a record that no
            longer matches is left out and listed.
        missing: what was in the list and is not on the server.
    """

    module: ModuleName
    records: tuple[Record, ...]
    where: Filter | None = None
    missing: tuple[str, ...] = ()
    frozen_at: datetime

    @property
    def ids(self) -> tuple[RecordId, ...]:
        """Whom it is meant for."""
        return tuple(record.id for record in self.records)

    def __len__(self) -> int:
        return len(self.records)


class BulkDesk:
    """Makes targets and plans for one account; ``session``: from where its records are read."""

    def __init__(self, session: Reads, staged: StagedChanges) -> None:
        self._session, self._staged = session, staged

    async def selected(
        self,
        module: ModuleName,
        records: Iterable[Record],
        fields: Sequence[FieldName] = (),
        progress: Progress | None = None,
    ) -> Targets:
        """Records chosen by hand. Those that lack a wanted field are read; new ones that wait to be sent are left out.

        Raises:
            CrmError.
        """
        chosen = {record.id: record for record in records if not record.id.key.startswith(NEW)}
        lacking = [i for i, r in chosen.items() if any(name not in r.values for name in fields)]
        found, missing = await self._read(lacking, progress)
        kept = tuple(found.get(i, r) for i, r in chosen.items() if i not in missing)
        return Targets(module=module, records=kept, missing=tuple(i.key for i in missing), frozen_at=datetime.now(UTC))

    async def matching(
        self, query: Query, fields: Sequence[FieldName] = (), progress: Progress | None = None
    ) -> Targets:
        """Every record of a filter's result, read to its end.

        Raises:
            CrmError.
        """
        schema = await self._session.schema(query.module)
        compared = [one.field for one in compares(query.where)]
        asked = tuple(dict.fromkeys((schema.title_field, *fields, *compared)))
        feed = PageFeed(self._session, Query(query.module, asked, query.where))
        records = tuple(await feed.rest(progress))
        return Targets(module=query.module, records=records, where=query.where, frozen_at=datetime.now(UTC))

    async def listed(
        self,
        module: ModuleName,
        text: str,
        by: FieldName | None = None,
        fields: Sequence[FieldName] = (),
        progress: Progress | None = None,
    ) -> Targets:
        """Records of a pasted list, one a line or separated by blanks, commas or semicolons; doubled ones count once.

        Args:
            by: the field whose values are listed, for example the record's number; None = the server's own ids.

        Raises:
            Invalid: the list is empty. CrmError.
        """
        wanted = ids_of(text, by_lines=by is not None)
        if not wanted:
            raise Invalid(sentence("Paste ids first, one on each line."))
        if by is None:
            found, missing = await self._read([RecordId(module, key) for key in wanted], progress)
            records, lost = tuple(found.values()), tuple(i.key for i in missing)
        else:
            records, lost = await self._by_field(module, wanted, by, fields, progress)
        return Targets(module=module, records=records, missing=lost, frozen_at=datetime.now(UTC))

    async def plan(self, targets: Targets, edit: BulkEdit) -> tuple[tuple[BulkRow, ...], Tally]:
        """What each record would hold; asks the server nothing. Counted as the rows are made.

        Raises:
            Invalid: the edit makes no sense in this module.
        """
        schema = await self._session.schema(targets.module)
        computing = expression_of(edit, schema)
        rows: list[BulkRow] = []
        for row in planned(targets.records, edit, schema, computing):
            rows.append(row)
            if len(rows) % _BREATH == 0:
                await asyncio.sleep(0)
        return tuple(rows), tally_of(rows)

    async def stage(self, targets: Targets, edit: BulkEdit, rows: Iterable[BulkRow], label: str = "") -> int:
        """Stage the rows that change, as one step for undo; how many.

        Args:
            label: what to show for a reference that is set.

        Raises:
            ProfileError: the account's file cannot be written; nothing is staged.
        """
        schema = await self._session.schema(targets.module)
        guard = format_filter(targets.where)
        edits = [
            Edit(
                row.record,
                edit.field,
                row.after,
                label,
                title=row.record.shown(schema.title_field),
                guard=guard,
            )
            for row in rows
            if row.verdict is Verdict.CHANGES
        ]
        field = schema.field(edit.field)
        await self._staged.edit(
            edits, sentence("Change {field} of {n} records", field=field.label if field else edit.field, n=len(edits))
        )
        return len(edits)

    async def fields_for(self, module: ModuleName, edit: BulkEdit) -> tuple[FieldName, ...]:
        """The fields that targets must be read with for this edit.

        Raises:
            Invalid: the expression cannot be read.
        """
        schema = await self._session.schema(module)
        expression = Expression(edit.expression, schema) if edit.kind is BulkKind.COMPUTE else None
        return needed_fields(edit, expression.fields if expression else ())

    async def _read(
        self, ids: Sequence[RecordId], progress: Progress | None
    ) -> tuple[dict[RecordId, Record], tuple[RecordId, ...]]:
        """Records one by one, three at a time; which are not there."""

        async def one(wanted: RecordId) -> Record | None:
            try:
                return await self._session.fetch(wanted)
            except (NotFound, NotPermitted, Invalid):
                return None

        read = dict(zip(ids, await each(ids, one, workers=_PARALLEL_READS, progress=progress), strict=True))
        found = {wanted: record for wanted, record in read.items() if record is not None}
        return found, tuple(wanted for wanted in ids if wanted not in found)

    async def _by_field(
        self,
        module: ModuleName,
        wanted: Sequence[str],
        by: FieldName,
        fields: Sequence[FieldName],
        progress: Progress | None,
    ) -> tuple[tuple[Record, ...], tuple[str, ...]]:
        records: dict[RecordId, Record] = {}
        seen: set[str] = set()
        for start in range(0, len(wanted), _IDS_A_QUERY):
            some = tuple(wanted[start : start + _IDS_A_QUERY])
            part = await self.matching(Query(module, (), Compare(by, Op.IN, some)), (by, *fields))
            records |= {record.id: record for record in part.records}
            seen |= {plain(record.values.get(by)).strip().casefold() for record in part.records}
            if progress is not None:
                progress(len(records))
        return tuple(records.values()), tuple(one for one in wanted if one.casefold() not in seen)


def ids_of(text: str, *, by_lines: bool = False) -> tuple[str, ...]:
    """The ids in a pasted text, each once, in order; ``by_lines`` keeps blanks and commas inside."""
    parts = text.splitlines() if by_lines else re.split(r"[\s,;]+", text)
    return tuple(dict.fromkeys(part.strip().strip("\"'") for part in parts if part.strip().strip("\"'")))


def expression_of(edit: BulkEdit, schema: Schema) -> Expression | None:
    """The compiled expression of a COMPUTE; None for the others.

    Raises:
        Invalid: the edit makes no sense, with a sentence.
    """
    if trouble := problem(edit, schema):
        raise Invalid(trouble)
    return Expression(edit.expression, schema) if edit.kind is BulkKind.COMPUTE else None
