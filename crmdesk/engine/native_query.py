# SPDX-License-Identifier: MIT
"""Queries in the vendor's own language: run, prefilled from a table's filter, and which records their rows are of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from crmdesk.connectors.port import RunsQueries
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.domain.schema import Module
from crmdesk.engine.session import AccountSession

_SENT_AS = re.compile(r"^(GET|POST|PUT|PATCH|DELETE)\s+/", re.MULTILINE)
_FROM = re.compile(r"\bfrom\s+[\[`\"]?(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class QueryRows:
    """What a query gave.

    Attributes:
        columns: every key that some row has, in the order met.
        module: the module that was read, None where the text does not tell.
        links: column -> module of the records whose keys stand in it.
        may_be_more: the server stopped at the most that it gives to one question.
    """

    rows: tuple[Mapping[str, str], ...]
    columns: tuple[str, ...]
    elapsed_ms: float
    module: Module | None
    links: Mapping[str, ModuleName]
    may_be_more: bool

    def record(self, row: Mapping[str, str], column: str) -> RecordId | None:
        """The record that a cell names, None where it names none."""
        module, key = self.links.get(column), row.get(column, "")
        return RecordId(module, key) if module is not None and key and key != "0" else None


async def run_query(session: AccountSession, text: str) -> QueryRows:
    """Run a query; the connector refuses whatever does not only read.

    Raises:
        CrmError.
    """
    began = monotonic()
    rows = await session.ask_role(RunsQueries, lambda server: server.run_query(text))
    elapsed_ms = (monotonic() - began) * 1000
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    modules = await session.modules()
    module = module_of(text, modules)
    most = session.capabilities.max_page_size
    return QueryRows(
        rows=rows,
        columns=columns,
        elapsed_ms=elapsed_ms,
        module=module,
        links=await _links(session, module, columns),
        may_be_more=bool(rows) and len(rows) % most == 0,
    )


async def query_text(session: AccountSession, query: Query) -> str:
    """The vendor's own text for what the server is asked for a query; what is filtered here is not in it.

    Raises:
        CrmError.
    """
    plan = await session.plan(query)
    return only_query(await session.explain(plan.pushed))


async def example_texts(session: AccountSession, module: Module) -> tuple[str, ...]:
    """Two queries to begin with: some rows of a module, and those whose title begins with a letter.

    Raises:
        CrmError.
    """
    schema = await session.schema(module.name)
    named = [n for n in (schema.title_field, schema.number_field) if n is not None and schema.field(n) is not None]
    more = [field.name for field in schema.fields if field.type.is_text and field.name not in named]
    fields = (*named, *more[:3])
    title = schema.title_field
    queries = (
        Query(module.name, fields),
        Query(module.name, fields, Compare(title, Op.STARTS_WITH, "A"), (Order(title),)),
    )
    return tuple(dict.fromkeys([await query_text(session, query) for query in queries]))


def only_query(explained: str) -> str:
    """A connector's explanation without the lines that say how the query is sent."""
    sent = _SENT_AS.search(explained)
    return (explained[: sent.start()] if sent is not None else explained).strip()


def module_of(text: str, modules: Sequence[Module]) -> Module | None:
    """The module behind the first table that a query names; vendors name tables as the module or one of its records."""
    found = _FROM.search(text)
    if found is None:
        return None
    table = found[1].casefold()
    exact = [m for m in modules if m.name.casefold() == table]
    alike = [m for m in modules if table in (m.label.casefold(), m.label_plural.casefold(), m.name.casefold()[:-1])]
    return next(iter([*exact, *alike]), None)


async def _links(session: AccountSession, module: Module | None, columns: Sequence[str]) -> dict[str, ModuleName]:
    """Columns with keys of records: the record's own, and references to one module."""
    if module is None:
        return {}
    own = {"id", f"{module.name}id".casefold(), f"{module.name[:-1]}id".casefold()}
    links = {column: module.name for column in columns if column.casefold() in own}
    try:
        schema = await session.schema(module.name)
    except CrmError:
        return links  # the rows are there all the same
    for column in columns:
        field = schema.field(FieldName(column))
        if field is not None and len(field.refers_to) == 1:
            links.setdefault(column, field.refers_to[0])
    return links
