# SPDX-License-Identifier: MIT
"""Whatever the server can do: the feed gives exactly the rows a filter means, in the order that was asked, each once."""

import asyncio
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.matching import matches
from crmdesk.domain.names import Cursor, FieldName, RecordId
from crmdesk.domain.planning import Plan, plan
from crmdesk.domain.query import Filter, Op, Order, Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.values import Value
from crmdesk.engine.feed import PageFeed, sort_records
from crmdesk.engine.session import AccountSession
from tests.engine.fake_vendor import ACCOUNTS, FIELDS, SCHEMA, FakeConnector, FakeHttp, FakeServer
from tests.engine.values import BY_TYPE, filters

ROWS = st.lists(
    st.fixed_dictionaries({}, optional={f.name: st.none() | BY_TYPE[f.type] for f in FIELDS if f.type in BY_TYPE}),
    max_size=30,
)
ABILITIES = st.builds(
    Capabilities,
    filters=st.frozensets(st.sampled_from(list(Op))),
    can_or=st.booleans(),
    can_not=st.booleans(),
    can_nest=st.booleans(),
    orders_text=st.booleans(),
    max_order_fields=st.integers(0, 2),
    can_mix_directions=st.booleans(),
    max_page_size=st.integers(1, 7),
    can_count=st.booleans(),
)
ORDERS = st.lists(
    st.builds(Order, st.sampled_from([f.name for f in FIELDS if f.type in BY_TYPE]), st.booleans()),
    max_size=2,
    unique_by=lambda key: key.field,
).map(tuple)


class DirectSession:
    """What a feed needs of a session, without threads and files."""

    def __init__(self, server: FakeServer) -> None:
        self.capabilities = server.capabilities
        self._connector = FakeConnector(server, FakeHttp())
        self._connector.login()

    async def plan(self, query: Query) -> Plan:
        return plan(query, self.capabilities, SCHEMA)

    async def fetch_page(self, pushed: Query, after: Cursor | None, limit: int) -> Page:
        return self._connector.fetch_page(pushed, after, limit)

    async def count(self, pushed: Query) -> int:
        return self._connector.count(pushed)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.none() | filters(), ORDERS, ABILITIES)
def test_rows_order_and_total(
    rows: list[dict[FieldName, Value]], where: Filter | None, order: tuple[Order, ...], can: Capabilities
) -> None:
    server = FakeServer(capabilities=can)
    for number, values in enumerate(rows):
        server.records[f"r{number:02}"] = Record(RecordId(ACCOUNTS, f"r{number:02}"), values)
    meant = sort_records([r for r in server.records.values() if matches(where, r.values)], order)

    async def go() -> None:
        feed = PageFeed(cast(AccountSession, DirectSession(server)), Query(ACCOUNTS, where=where, order=order))
        total = await feed.total()
        found: list[str] = []
        while not feed.exhausted:
            found += [record.id.key for record in (await feed.next_page()).records]
        assert found == [record.id.key for record in meant]
        assert total is None or total == len(found)
        assert feed.scanned >= len(found)

    asyncio.run(go())
