# SPDX-License-Identifier: MIT
"""Looking for the document to compare another one with: versions of it first, then what was changed last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crmdesk.domain.document_compare import likeness
from crmdesk.domain.errors import CrmError
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Filter, Op, Order, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType, Module, Schema
from crmdesk.domain.values import plain
from crmdesk.engine.crew import each
from crmdesk.engine.session import AccountSession

MOST = 40
_A_PAGE = 20
_SHORTEST = 4  # a title of fewer letters is no sign of a version
_CHANGED = ("modif", "updat", "chang")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A document that can be compared with.

    Attributes:
        changed: None where the server does not tell. is_version: it is called as the document is, or names it.
    """

    record: RecordId
    title: str
    number: str
    kind: str
    changed: datetime | None = None
    is_version: bool = False


class DocumentSearch:
    """Looks through the modules of sales documents of one account. Used on the loop's thread."""

    def __init__(self, session: AccountSession) -> None:
        self._session = session

    async def find(self, of: Record, text: str = "") -> tuple[Candidate, ...]:
        """Documents whose title or number holds the text; without one, versions and what was changed last.

        Raises:
            CrmError: no module could be asked.
        """
        modules = [one for one in await self._session.modules() if one.is_sales_document]
        modules.sort(key=lambda one: one.name != of.id.module)
        schema = await self._session.schema(of.id.module)
        title = plain(of.values.get(schema.title_field)).strip()
        troubles: list[CrmError] = []

        async def ask(module: Module) -> Mapping[RecordId, Candidate]:
            try:
                return await self._of_module(module, of, title, text.strip())
            except CrmError as error:
                troubles.append(error)
                return {}

        found = {
            record: one
            for part in await each(modules, ask, workers=self._session.lane_count)
            for record, one in part.items()
            if record != of.id
        }
        if troubles and len(troubles) == len(modules):
            raise troubles[0]
        return tuple(sorted(found.values(), key=lambda one: _rank(one, title))[:MOST])

    async def _of_module(self, module: Module, of: Record, title: str, text: str) -> Mapping[RecordId, Candidate]:
        schema = await self._session.schema(module.name)
        names = [n for n in (schema.title_field, schema.number_field) if n and schema.field(n) is not None]
        asked: list[Filter | None] = [Compare(name, Op.CONTAINS, text) for name in names if text] or [None]
        if not text and len(title) >= _SHORTEST:
            asked.insert(0, Compare(schema.title_field, Op.CONTAINS, title))
        found: dict[RecordId, Candidate] = {}
        for where in asked:
            for record in await self._rows(schema, names, where):
                found.setdefault(record.id, _candidate(record, schema, of, title))
        return found

    async def _rows(self, schema: Schema, names: list[FieldName], where: Filter | None) -> list[Record]:
        changed = _changed_field(schema)
        order = (Order(changed, descending=True),) if changed is not None else ()
        links = [f.name for f in schema.fields if f.type is FieldType.REFERENCE]
        wanted = (*names, *links, *((changed,) if changed is not None else ()))
        planned = await self._session.plan(Query(schema.module.name, wanted, where, order))
        page = await self._session.fetch_page(planned.pushed, None, _A_PAGE)
        return [record for record in page.records if matches(planned.check, record.values)]


def _changed_field(schema: Schema) -> FieldName | None:
    moments = (f for f in schema.fields if f.type is FieldType.DATETIME and f.read_only)
    return next((f.name for f in moments if any(word in f.name.casefold() for word in _CHANGED)), None)


def _candidate(record: Record, schema: Schema, of: Record, title: str) -> Candidate:
    name = plain(record.values.get(schema.title_field)).strip()
    changed_by = _changed_field(schema)
    changed = record.values.get(changed_by) if changed_by is not None else None
    is_linked = of.id in record.values.values() or record.id in of.values.values()
    is_called_so = len(title) >= _SHORTEST and title.casefold() in name.casefold()
    return Candidate(
        record=record.id,
        title=name or record.id.key,
        number=plain(record.values.get(schema.number_field)) if schema.number_field else "",
        kind=schema.module.label,
        changed=changed if isinstance(changed, datetime) else None,
        is_version=is_linked or is_called_so,
    )


def _rank(one: Candidate, title: str) -> tuple[bool, int, float, str]:
    moment = one.changed.timestamp() if one.changed is not None else 0.0
    return (not one.is_version, -likeness(one.title, title), -moment, one.title.casefold())
