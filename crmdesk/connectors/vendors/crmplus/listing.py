# SPDX-License-Identifier: MIT
"""Lists: a filter cut to what an address holds, each part read page by page, its rows as records."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo

from crmdesk.connectors.vendors.crmplus import parse
from crmdesk.connectors.vendors.crmplus import query as filters
from crmdesk.connectors.vendors.crmplus.catalog import Catalog
from crmdesk.connectors.vendors.crmplus.meta import USERS
from crmdesk.connectors.vendors.crmplus.paging import Ask, Place, Reader
from crmdesk.connectors.vendors.crmplus.session import Session
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.names import Cursor
from crmdesk.domain.query import Filter, Query
from crmdesk.domain.record import Page


class Listing:
    """Owned by one connector, used on its thread only."""

    def __init__(self, session: Session, catalog: Catalog, zone: tzinfo) -> None:
        self._session = session
        self._catalog = catalog
        self._zone = zone
        self._reader = Reader(self.rows, self._number)

    def page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query; a page may be empty although more follow."""
        place, parts = place_of(Place, after), self._parts(query)
        part = min(place.part, len(parts) - 1) if place else 0
        page = self._reader.page(self._ask(replace(query, where=parts[part])), place, limit)
        reader = self._catalog.reader(query.module)
        records = [reader.record(row) for row in page.rows]
        goes_on = page.after
        if len(parts) > 1:
            records = [record for record in records if filters.part_of(record.values, parts) == part]
            if goes_on is None and part + 1 < len(parts):
                goes_on = Place(part=part + 1)
            elif goes_on is not None:
                goes_on = replace(goes_on, part=part)
        return Page(self._catalog.with_names(records), cursor_of(goes_on), restarted=page.restarted)

    def count(self, query: Query) -> int:
        """Rows the server counts; rows that a restricted user may not see can be among them."""
        return sum(self._number(_counting(self._ask(replace(query, where=part)))) for part in self._parts(query))

    def explain(self, query: Query, limit: int) -> str:
        """The query text of the first page; for a descending order also the count it begins with."""
        parts = self._parts(query)
        ask = self._ask(replace(query, where=parts[0]))
        more = (
            f"\n(and {len(parts) - 1} more like this: the list is too long for one address)" if len(parts) > 1 else ""
        )
        if ask.terms.dropped:
            more += f"\n({ask.terms.dropped} conditions are too long to be sent and are applied here)"
        if ask.descending:
            head = _counting(ask)
            text = _render(ask, limit).removesuffix(f" limit {limit};")
            return f"{head}\n{text} limit N-{limit}, {limit};\n(N is the count: read from the end, because the server sorts downwards by one key only)"
        return _render(ask, limit) + more

    def rows(self, text: str) -> tuple[Mapping[str, object], ...]:
        """The rows of a query's text."""
        return parse.rows(self._session.call("query", {"query": text}), "query")

    def _parts(self, asked: Query) -> tuple[Filter | None, ...]:
        """The filter cut to what an address holds; an order needs one query."""
        if asked.order:
            return (asked.where,)
        return filters.split(asked.where, self._catalog.described(asked.module).schema, self._zone)

    def _ask(self, asked: Query) -> Ask:
        found = self._catalog.described(asked.module)
        order = tuple(key.field for key in asked.order)
        explicit = found.has_line_columns or asked.module == USERS
        return Ask(
            module=asked.module,
            columns=filters.columns(asked.fields, order, found.schema, all_explicit=explicit),
            terms=filters.conditions(asked.where, found.schema, self._zone),
            order=order,
            descending=any(key.descending for key in asked.order),
        )

    def _number(self, text: str) -> int:
        return parse.count_of(self._session.call("query", {"query": text}))


def _counting(ask: Ask) -> str:
    return filters.counting(ask.module, ask.terms)


def _render(ask: Ask, limit: int) -> str:
    order = (*ask.order, "id") if ask.order else ("id",)
    return filters.render(ask.module, ask.columns, ask.terms, order=order, limit=min(limit, filters.MAX_PAGE))
