# SPDX-License-Identifier: MIT
"""Sales documents: a header and the records of its rows, read and brought to a wanted state.

A row is a record of its own that points to its document. Rows that others added meanwhile stay; one to be changed that
is gone stops the save before anything is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from crmdesk.connectors.vendors.crmservice.rest import line_items as li
from crmdesk.connectors.vendors.crmservice.rest import paging, payload, products, query, relations
from crmdesk.connectors.vendors.crmservice.rest.catalog import Catalog
from crmdesk.connectors.vendors.crmservice.rest.session import RestSession, place
from crmdesk.connectors.vendors.crmservice.totals import totals_of
from crmdesk.connectors.wire.behind_write import in_part, partly
from crmdesk.domain.changes import Create, SaveDocument, Update, diff
from crmdesk.domain.errors import CrmError, Invalid, NotFound, OutcomeUnclear, Unsupported
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Filter, Query
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain

_CURRENCIES = ("currency", "currency_code", "currency_id")


@dataclass(frozen=True, slots=True)
class LineDesk:
    """What saving documents needs of the connector."""

    session: RestSession
    catalog: Catalog
    fetch: Callable[[RecordId], Record]
    create: Callable[[Create], Record]
    update: Callable[[Update], Record]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one kind of document."""

    module: ModuleName
    schema: Schema
    names: li.LineNames

    @property
    def products(self) -> frozenset[ModuleName]:
        """Where products are chosen from; empty = not told."""
        known = self.schema.field(self.names.product)
        return frozenset(known.refers_to if known is not None else ())


def _rows_of(desk: LineDesk, module: ModuleName) -> _Rows:
    name = desk.catalog.rows_module(module) if desk.catalog.has(module) else None
    if name is None:
        raise Unsupported(sentence("lines in this kind of record"))
    schema = desk.catalog.schema(name)
    return _Rows(name, schema, li.names_in(schema))


def shape_of(desk: LineDesk, module: ModuleName) -> LineShape:
    """What the lines of a module's documents can hold.

    Raises:
        Unsupported: its records have no lines.
    """
    rows = _rows_of(desk, module)
    return products.shape(rows.schema, rows.names)


def find_products(desk: LineDesk, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
    """Products with these words in name or number."""
    rows = _rows_of(desk, module)
    of = _products_of(desk, rows)
    if of is None:
        return ()
    schema = desk.catalog.schema(of)
    return products.find(words, limit, schema, rows.names, lambda where, most: _matching(desk, of, where, most))


def known_products(desk: LineDesk, wanted: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
    """Products by their ids; what cannot be read is left out."""
    found: list[ProductHit] = []
    for module in dict.fromkeys(one.module for one in wanted):
        if not desk.catalog.has(module):
            continue
        schema, keys = desk.catalog.schema(module), [one.key for one in wanted if one.module == module]
        where: query.Expression = {"$in": ["id", keys[: query.MAX_PAGE]]}
        told = query.parameters(module, asked=where, size=query.MAX_PAGE)
        reader, path = desk.catalog.reader(module), place(module)
        rows = paging.listed(desk.session.get(path, told), path, query.MAX_PAGE).rows
        names = li.names_in(schema)
        found += [products.hit(reader.record(row), schema, names) for row in rows]
    return tuple(found)


def _products_of(desk: LineDesk, rows: _Rows) -> ModuleName | None:
    names = (*rows.products, ModuleName("products"))
    return next((name for name in names if desk.catalog.has(name)), None)


def _matching(desk: LineDesk, module: ModuleName, where: Filter, most: int) -> tuple[Record, ...]:
    """The server may find more than is meant; what it finds too much is taken out."""
    terms = desk.catalog.terms(Query(module, where=where))
    reader, path = desk.catalog.reader(module), place(module)
    told = query.parameters(module, asked=terms.asked, size=query.MAX_PAGE)
    rows = paging.listed(desk.session.get(path, told), path, query.MAX_PAGE).rows
    made = (reader.record(row) for row in rows)
    return tuple(one for one in made if matches(where, one.values))[:most]


def fetch(desk: LineDesk, record: RecordId) -> SalesDocument:
    """A document with its lines.

    Raises:
        Unsupported: such records have none. NotFound, NotPermitted.
    """
    rows = _rows_of(desk, record.module)
    header = desk.fetch(record)
    currency = next((text for name in _CURRENCIES if (text := _shown(header, name))), "")
    lines = li.lines_of(_records(desk, rows, record), rows.names)
    return SalesDocument(
        header=header,
        lines=lines,
        currency=currency,
        tax_mode="individual" if rows.names.tax else "",
        server_totals=totals_of(header),
    )


def _shown(header: Record, name: str) -> str:
    key = FieldName(name)
    return header.labels.get(key) or plain(header.values.get(key))


def _records(desk: LineDesk, rows: _Rows, record: RecordId) -> tuple[Record, ...]:
    """By the rows' own module and ``entity_id``, the vendor's way; a document's rows may be of several modules' ids."""
    reader = desk.catalog.reader(rows.module)
    asked = relations.search_of(record, rows.names.parent)
    path = place(rows.module)
    include = desk.catalog.includes(rows.module, (rows.names.product,))

    def ask(_last: str, offset: int, size: int) -> paging.Listed:
        told = query.parameters(rows.module, asked=asked, offset=offset, size=size, include=include)
        return paging.listed(desk.catalog.get(path, rows.module, told), path, size)

    if not rows.names.parent:
        found = relations.resources_of(desk.session, record, "rows")
    else:
        found = paging.everything(ask)
    made = [reader.record(row) for row in found]
    return tuple(one for one in made if not rows.names.parent or _is_of(one, rows, record))


def _is_of(row: Record, rows: _Rows, record: RecordId) -> bool:
    held = row.values.get(rows.names.parent)
    return held is None or plain(held) == record.key


def save(desk: LineDesk, change: SaveDocument) -> SalesDocument:
    """Bring header and lines to ``change.after``.

    Raises:
        Invalid: before anything is sent. OutcomeUnclear: after a part of it was.
    """
    after = change.after
    record = after.header.id
    rows = _rows_of(desk, record.module)
    _check(after, rows)
    if change.before is None or not record.key:
        values = {name: value for name, value in after.header.values.items() if value is not None}
        made = desk.create(Create("document", record.module, values)).id
        in_part(lambda: _save_lines(desk, rows, made, (), after.lines))
        return in_part(lambda: fetch(desk, made))
    before = change.before
    now = {one.id.key for one in _records(desk, rows, record)} if before.lines else set()
    _check_still_there(before.lines, after.lines, now, rows)
    changed = diff(before.header.values, after.header.values)
    if changed:
        desk.update(Update(before.header, {one.field: one.after for one in changed}))
        in_part(lambda: _save_lines(desk, rows, record, before.lines, after.lines))
    else:
        _save_lines(desk, rows, record, before.lines, after.lines)
    return in_part(lambda: fetch(desk, record))


T = TypeVar("T")


def _check(document: SalesDocument, rows: _Rows) -> None:
    if not rows.names.can_be_written:
        raise Unsupported(sentence("changing lines: the server does not say what their fields are called"))
    for line in document.lines:
        why = li.problem(line, rows.names, rows.products)
        if why:
            raise Invalid(sentence("Line {position}: {why}. Nothing was sent.", position=line.position, why=why))


def _check_still_there(before: tuple[LineItem, ...], after: tuple[LineItem, ...], now: set[str], rows: _Rows) -> None:
    wanted = {line.key: line for line in after if line.key}
    for old in before:
        new = wanted.get(old.key or "")
        if new is not None and old.key not in now and li.changes(old, new, rows.names, rows.schema):
            raise NotFound(
                sentence(
                    "Line {position} is gone: somebody removed it meanwhile. Reload the document.",
                    position=old.position,
                )
            )


def _save_lines(
    desk: LineDesk, rows: _Rows, record: RecordId, before: tuple[LineItem, ...], after: tuple[LineItem, ...]
) -> None:
    old = {line.key: line for line in before if line.key}
    kept = {line.key for line in after if line.key}
    done = 0
    try:
        for line in after:
            if line.key in old and line.key is not None:
                values = li.changes(old[line.key], line, rows.names, rows.schema)
                if values:
                    row = RecordId(rows.module, line.key)
                    body = payload.change(row, values)
                    desk.session.write("PATCH", place(row.module, row.key), body, names_one=True)
                    done += 1
        for line in (one for one in after if one.key not in old):
            values = li.attributes_of(line, rows.names, rows.schema, record)
            desk.session.write("POST", place(rows.module), payload.new(rows.module, values))
            done += 1
        for key in (key for key in old if key and key not in kept):
            desk.session.write("DELETE", place(rows.module, key), None, names_one=True)
            done += 1
    except CrmError as error:
        if done and not isinstance(error, OutcomeUnclear):
            raise partly(error) from error
        raise
