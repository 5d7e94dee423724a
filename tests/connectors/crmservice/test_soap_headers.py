# SPDX-License-Identifier: MIT
"""Changing the header of an order over SOAP, where the whole record is sent: its lines stay what they are."""

from collections.abc import Iterator
from copy import deepcopy

import pytest

from crmdesk.connectors.port import Connector
from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Update
from crmdesk.domain.errors import OutcomeUnclear
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.planning import plan
from crmdesk.domain.query import Query
from crmdesk.domain.sales import SalesDocument
from tests.soak.worlds import WORLDS, second_writer, serving

WORLD = next(world for world in WORLDS if world.name == "crmservice/soap")
ORDERS, SUBJECT = ModuleName("SalesOrder"), FieldName("subject")


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with serving(WORLD) as server:
        yield server


@pytest.fixture
def connector(server: DemoServer) -> Iterator[Connector]:
    connector = second_writer(WORLD, server)
    yield connector
    connector.close()


def an_order(connector: Connector) -> SalesDocument:
    asked = plan(Query(ORDERS), connector.capabilities, connector.describe(ORDERS))
    rows = connector.fetch_page(asked.pushed, None, 20).records
    return next(one for row in rows if len((one := connector.fetch_document(row.id)).lines) > 1)


def test_lines_are_not_sent_and_keep_their_ids(server: DemoServer, connector: Connector) -> None:
    order, site = an_order(connector), server.site("crmservice")
    before = deepcopy(WORLD.lines(site))
    after = connector.update(Update(connector.fetch(order.header.id), {SUBJECT: "Newer"}))
    assert after.values[SUBJECT] == "Newer"
    assert WORLD.lines(site) == before
    sent = [seen.request.body for seen in server.seen if seen.operation.endswith("updatesalesorder")]
    assert len(sent) == 1
    assert b"<rows" not in sent[0]


def test_a_server_that_drops_lines_which_are_not_sent_is_found_out(server: DemoServer, connector: Connector) -> None:
    order, site = an_order(connector), server.site("crmservice")
    handle = site.handle

    def dropping(request: Request) -> Reply:
        reply = handle(request)
        if site.operation(request).endswith("updatesalesorder"):
            rows = WORLD.lines(site)
            for key in [key for key, row in rows.items() if str(row["entity_id"]) == order.header.id.key]:
                del rows[key]
            site.office.changed()  # type: ignore[attr-defined]
        return reply

    site.handle = dropping  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnclear, match=f"{len(order.lines)} lines before and has 0 now"):
        connector.update(Update(connector.fetch(order.header.id), {SUBJECT: "Newer"}))
