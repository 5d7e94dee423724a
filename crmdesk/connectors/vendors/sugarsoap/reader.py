# SPDX-License-Identifier: MIT
"""Reading lists: pages of a query, counts, what links to a record, what changed."""

import json
from datetime import UTC, datetime

from crmdesk.connectors.port import SyncPage
from crmdesk.connectors.vendors.sugarsoap import catalog, paging, parse, sync
from crmdesk.connectors.vendors.sugarsoap import query as filters
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.faults import refuses_query
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.paging import Window
from crmdesk.connectors.vendors.sugarsoap.parse import Entry
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.connectors.wire.text import to_int
from crmdesk.domain.errors import MalformedReply, ServerFault
from crmdesk.domain.matching import matches
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Order, Query, compares
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sentence import sentence

_COUNTING = 500
_LOOK_THROUGH = 200
"""Rows in one window where related records are looked for."""


class Reader:
    """Everything that comes by get_entry_list. Owned by one connector."""

    def __init__(self, session: Session, modules: Modules) -> None:
        self._session = session
        self._modules = modules

    def page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query; a condition the database does not take is applied here alone from then on."""
        try:
            return self._page(query, after, limit)
        except ServerFault as error:
            if query.where is None or query.order or not refuses_query(error):
                raise
            self._modules.forget_column(query.module, [one.field for one in compares(query.where)])
            return self._page(query, after, limit)

    def _page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        self._modules.described(query.module)
        part = paging.read(self._window(query), place_of(paging.Place, after), max(1, limit))
        reader = self._modules.reader(query.module)
        records = self._modules.with_names([reader.record(row) for row in part.rows])
        return Page(records, cursor_of(part.after), restarted=part.restarted)

    def _window(self, query: Query) -> Window:
        text, order = self._texts(query)
        asked = self._asked_fields(query)

        def window(offset: int, limit: int) -> tuple[Entry, ...]:
            found = self._modules.listing(
                query.module, query=text, order_by=order, offset=offset, max_results=limit, fields=asked
            )
            return found.entries

        return window

    def _texts(self, query: Query) -> tuple[str, str]:
        """``query`` and ``order_by``."""
        if query.where is None:
            asking = filters.Asking(self._modules.described(query.module), self._session.clock)
        else:
            asking = self._modules.asking(query.module)
        return filters.condition(query.where, asking).text, filters.order_by(query.order, asking)

    def _asked_fields(self, query: Query) -> tuple[str, ...]:
        """SplendidCRM sends every column whatever is asked for; SuiteCRM what is asked for, names of links beside it."""
        if self._session.family is Family.SPLENDID or not query.fields:
            return ()
        known = self._modules.described(query.module).schema
        named = [f.name for f in known.fields if f.name in query.fields]
        partners = [f"{name.removesuffix('_id')}_name" for name in named if name.endswith("_id")]
        more = [catalog.ID, catalog.MODIFIED, *partners]
        if catalog.PARENT_ID in named:
            more.append(catalog.PARENT_TYPE)
        return tuple(dict.fromkeys((*named, *(name for name in more if known.field(name) is not None))))

    def count(self, query: Query) -> int:
        """Rows the server counts; counted here where it finds more than is meant."""
        if query.where is not None and not filters.is_exact(query.where, self._modules.asking(query.module)):
            return self._count_here(query)
        text, _ = self._texts(query)
        result = self._session.read(
            "get_entries_count", {"module_name": query.module, "query": text, "deleted": 0}
        )  # fmt: skip
        number = to_int(parse.text_of(parse.group(result, "get_entries_count").get("result_count")))
        if number is None:
            raise MalformedReply(sentence("The server's count is not a number. Try again."), where="get_entries_count")
        return number

    def _count_here(self, query: Query) -> int:
        keys: set[str] = set()
        cursor: Cursor | None = None
        while True:
            page = self.page(query, cursor, _COUNTING)
            if page.restarted:
                keys.clear()
            keys |= {record.id.key for record in page.records if matches(query.where, record.values)}
            cursor = page.next
            if cursor is None:
                return len(keys)

    def explain(self, query: Query, limit: int) -> str:
        """The first page's get_entry_list, without the session."""
        text, order = self._texts(query)
        told = {"module_name": query.module, "query": text, "order_by": order, "offset": 0, "max_results": limit + 1}
        return (
            "get_entry_list("
            + ", ".join(f"{name}={json.dumps(v, ensure_ascii=False)}" for name, v in told.items())
            + ")"
        )

    def holding(self, module: ModuleName, field: FieldName, target: RecordId, most: int) -> tuple[Record, ...]:
        """The records of a module whose link leads to a record."""
        known = self._modules.described(module)
        if known.schema.field(field) is None:
            return ()
        where = Compare(field, Op.EQ, target)
        found: dict[RecordId, Record] = {}
        cursor: Cursor | None = None
        looked = 0
        while looked < most:
            page = self.page(Query(module, where=where), cursor, _LOOK_THROUGH)
            if page.restarted:
                found.clear()
            found |= {one.id: one for one in page.records if matches(where, one.values)}
            looked += len(page.records)
            cursor = page.next
            if cursor is None:
                return tuple(found.values())
        raise ServerFault(
            sentence(
                "The server does not filter {module} by this record, and there are too many to look through. Filter their own list instead.",
                module=module,
            )
        )

    def changes_since(self, module: ModuleName, token: str, only_own: bool = False) -> SyncPage:
        """One page of what changed, the deleted ones behind the others; a record may come twice."""
        asking = self._modules.asking(module)
        order = filters.order_by((Order(catalog.MODIFIED),), asking)
        mine = RecordId(catalog.USERS, self._session.user_id)
        owner = filters.condition(Compare(catalog.ASSIGNED, Op.EQ, mine), asking).text if only_own else ""

        def window_of(since: datetime | None, gone: bool) -> Window:
            parts = [owner, filters.since(since.astimezone(UTC), asking) if since else ""]
            text = " and ".join(f"({part})" for part in parts if part)

            def window(offset: int, limit: int) -> tuple[Entry, ...]:
                found = self._modules.listing(
                    module, query=text, order_by=order, offset=offset, max_results=limit, deleted=gone
                )
                return found.entries

            return window

        return sync.changes_since(window_of, self._modules.reader(module), module, token)
