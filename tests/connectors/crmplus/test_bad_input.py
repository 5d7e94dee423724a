# SPDX-License-Identifier: MIT
"""Everything that goes wrong between here and a server, over real HTTP: one clear error, nothing lost, and on it goes."""

from collections.abc import Iterator
from typing import cast

import pytest

from crmdesk.connectors.port import Endpoint
from crmdesk.connectors.vendors.crmplus import PLUGIN
from crmdesk.connectors.vendors.crmplus.connector import CrmPlusConnector
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Create
from crmdesk.domain.errors import (
    CrmError,
    MalformedReply,
    NotACrm,
    OutcomeUnclear,
    ProxyRefused,
    RateLimited,
    Redirected,
    ServerFault,
    SessionExpired,
    TimedOut,
    TooLarge,
    UnknownOperation,
)
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Compare, Op, Query

KEY = "k3y0fTheDemo"
LEADS = ModuleName("Leads")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(rows=30, keys={"admin": KEY}) as server:
        server.faults.huge_bytes = 3_000_000
        server.faults.drip_ms = 5
        yield server


@pytest.fixture
def connector(server: DemoServer) -> Iterator[CrmPlusConnector]:
    server.faults.clear()
    endpoint = Endpoint(
        url=f"http://127.0.0.1:{server.port}/crmplus", settings={"user": "admin"}, secrets={"access_key": KEY}
    )
    made = PLUGIN.connect(endpoint, HttpClient(proxy="", deadline_s=0.5, limit_bytes=1_000_000))
    made.login()
    made.describe(LEADS)
    yield cast(CrmPlusConnector, made)
    server.faults.clear()
    made.close()


READS: dict[FaultKind, type[CrmError]] = {
    FaultKind.DELAY: TimedOut,
    FaultKind.HTTP500: ServerFault,
    FaultKind.SESSION_EXPIRED: SessionExpired,
    FaultKind.SESSION_IDLE: SessionExpired,
    FaultKind.SESSION_GONE: SessionExpired,
    FaultKind.HALF_PAGE: MalformedReply,
    FaultKind.PLAIN_TEXT: UnknownOperation,
    FaultKind.HUGE: TooLarge,
    FaultKind.SLOW_DRIP: TimedOut,
    FaultKind.REDIRECT: Redirected,
    FaultKind.HTML_LOGIN: NotACrm,
    FaultKind.PROXY_LOGIN: ProxyRefused,
    FaultKind.UNAVAILABLE: RateLimited,
}
HARMLESS = (FaultKind.WRONG_TYPE, FaultKind.HTML_NOISE)


@pytest.mark.parametrize("kind", list(READS), ids=str)
def test_a_read_meets_one_clear_error_and_then_goes_on(
    server: DemoServer, connector: CrmPlusConnector, kind: FaultKind
) -> None:
    server.faults.add(kind, operation="query")
    with pytest.raises(CrmError) as caught:
        connector.fetch_page(Query(LEADS, (FieldName("lastname"),)), None, 5)
    assert type(caught.value) is READS[kind]
    assert caught.value.user_text.endswith(".")
    assert KEY not in caught.value.detail
    server.faults.clear()
    if isinstance(caught.value, SessionExpired):
        connector.login()
    assert len(connector.fetch_page(Query(LEADS, (FieldName("lastname"),)), None, 5).records) == 5


@pytest.mark.parametrize("kind", HARMLESS, ids=str)
def test_what_is_only_ugly_is_read(server: DemoServer, connector: CrmPlusConnector, kind: FaultKind) -> None:
    server.faults.add(kind, None)
    assert len(connector.fetch_page(Query(LEADS, (FieldName("lastname"),)), None, 5).records) == 5


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        (FaultKind.HTTP500_AFTER, OutcomeUnclear, 1),
        (FaultKind.DROP_AFTER, TimedOut, 1),
        (FaultKind.HALF_PAGE, MalformedReply, 1),
        (FaultKind.SESSION_EXPIRED, SessionExpired, 0),
        (FaultKind.UNAVAILABLE, RateLimited, 0),
    ],
    ids=str,
)
def test_a_write_tells_whether_it_may_be_done(
    server: DemoServer, connector: CrmPlusConnector, kind: FaultKind, error: type[CrmError], done: int
) -> None:
    name = f"Fault {kind}"
    server.faults.add(kind, operation="create")
    values = {FieldName("lastname"): name, FieldName("company"): "x"}
    with pytest.raises(CrmError) as caught:
        connector.create(Create("t", LEADS, values))
    assert type(caught.value) is error
    assert caught.value.may_be_done == bool(done)
    server.faults.clear()
    connector.login()
    assert connector.count(Query(LEADS, where=Compare(FieldName("lastname"), Op.EQ, name))) == done


@pytest.mark.parametrize(
    "kind", [FaultKind.HTML_LOGIN, FaultKind.PLAIN_TEXT, FaultKind.HTTP500, FaultKind.PROXY_LOGIN], ids=str
)
def test_a_login_meets_one_clear_error(server: DemoServer, connector: CrmPlusConnector, kind: FaultKind) -> None:
    server.faults.add(kind, operation="getchallenge")
    with pytest.raises(CrmError) as caught:
        connector.login()
    assert caught.value.user_text.endswith(".")
    server.faults.clear()
    assert connector.login().user == "admin"


def test_a_list_is_read_to_its_end_through_noise(server: DemoServer, connector: CrmPlusConnector) -> None:
    """PHP's warnings before every answer change nothing."""
    server.faults.add(FaultKind.HTML_NOISE, None)
    page = connector.fetch_page(Query(LEADS), None, 100)
    assert len(page.records) >= 30
    assert page.next is None
