# SPDX-License-Identifier: MIT
"""Everything that goes wrong between here and a server: one clear error, nothing lost, and on it goes."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.connectors.port import Endpoint
from crmdesk.connectors.vendors.sugarsoap import PLUGIN, faults, parse
from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import RawField, described, module
from crmdesk.connectors.vendors.sugarsoap.parse import Reading, RowReader
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.connectors.wire.soap import Decoded
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Create
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    MalformedReply,
    NotACrm,
    ProxyRefused,
    RateLimited,
    Redirected,
    ServerFault,
    SessionExpired,
    TimedOut,
    TooLarge,
)
from crmdesk.domain.names import ModuleName
from crmdesk.domain.query import Query
from tests.connectors.contract import everything
from tests.connectors.sugarsoap.support import PASSWORD, connected, demo, md5, named

LEADS = ModuleName("Leads")


@pytest.fixture(scope="module", params=["soap.asmx", "soap.php"])
def site(request: pytest.FixtureRequest) -> Iterator[tuple[DemoServer, str]]:
    with demo(rows=30) as server:
        server.faults.huge_bytes = 3_000_000
        server.faults.drip_ms = 5
        yield server, request.param


@pytest.fixture
def connector(site: tuple[DemoServer, str]) -> Iterator[SugarSoapConnector]:
    server, entry = site
    server.faults.clear()
    endpoint = Endpoint(
        url=f"http://127.0.0.1:{server.port}/sugarsoap/{entry}",
        settings={"user": "admin"},
        secrets={"password": PASSWORD},
    )
    made = PLUGIN.connect(endpoint, HttpClient(proxy="", deadline_s=1.5, limit_bytes=1_000_000))
    assert isinstance(made, SugarSoapConnector)
    made.login()
    made.fetch_page(Query(LEADS), None, 1)
    yield made
    server.faults.clear()
    made.close()


READS: dict[FaultKind, type[CrmError]] = {
    FaultKind.DROP: TimedOut,
    FaultKind.HTTP500: ServerFault,
    FaultKind.SESSION_EXPIRED: SessionExpired,
    FaultKind.SESSION_GONE: SessionExpired,
    FaultKind.HALF_PAGE: MalformedReply,
    FaultKind.SHORT_BODY: TimedOut,
    FaultKind.HUGE: TooLarge,
    FaultKind.REDIRECT: Redirected,
    FaultKind.HTML_LOGIN: NotACrm,
    FaultKind.PROXY_LOGIN: ProxyRefused,
    FaultKind.UNAVAILABLE: ServerFault,
    FaultKind.PLAIN_TEXT: ServerFault,
}


@pytest.mark.parametrize("kind", list(READS), ids=str)
def test_a_read_meets_one_clear_error_and_then_goes_on(
    site: tuple[DemoServer, str], connector: SugarSoapConnector, kind: FaultKind
) -> None:
    site[0].faults.add(kind, operation="get_entry_list")
    with pytest.raises(CrmError) as caught:
        connector.fetch_page(Query(LEADS), None, 5)
    error = caught.value
    assert isinstance(error, READS[kind]) or (kind is FaultKind.UNAVAILABLE and isinstance(error, RateLimited))
    assert error.user_text.rstrip().endswith(".")
    assert not any(secret in error.user_text + error.detail for secret in (PASSWORD, md5(PASSWORD)))
    site[0].faults.clear()
    if isinstance(error, SessionExpired):
        connector.login()
    assert len(connector.fetch_page(Query(LEADS), None, 5).records) == 5


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.HTTP500_AFTER, FaultKind.HALF_PAGE, FaultKind.HTML_LOGIN], ids=str)  # fmt: skip
def test_a_write_whose_answer_is_broken_leaves_the_outcome_open(
    site: tuple[DemoServer, str], connector: SugarSoapConnector, kind: FaultKind
) -> None:
    connector.describe(LEADS)
    site[0].faults.add(kind, operation="set_entry")
    with pytest.raises(CrmError) as caught:
        connector.create(Create("n", LEADS, named({"last_name": "X"})))
    assert caught.value.may_be_done


def test_a_wrong_password_is_one_refusal_and_never_a_second_request(site: tuple[DemoServer, str]) -> None:
    server, entry = site
    wrong = connected(server, entry, password="not it")
    before = len(server.seen)
    for _ in range(6):
        with pytest.raises(BadCredentials):
            wrong.login()
    assert [one.operation for one in list(server.seen)[before:]].count("login") == 1
    again = connected(server, entry)
    assert again.login().user == "admin"
    again.close()


def test_a_list_is_read_on_after_an_error_in_its_middle(
    site: tuple[DemoServer, str], connector: SugarSoapConnector
) -> None:
    whole = {record.id for record in everything(connector, Query(LEADS), 50)}
    page = connector.fetch_page(Query(LEADS), None, 7)
    site[0].faults.add(FaultKind.HTTP500, operation="get_entry_list")
    with pytest.raises(CrmError):
        connector.fetch_page(Query(LEADS), page.next, 7)
    site[0].faults.clear()
    found, cursor = {record.id for record in page.records}, page.next
    while cursor is not None:
        page = connector.fetch_page(Query(LEADS), cursor, 7)
        found |= {record.id for record in page.records}
        cursor = page.next
    assert found == whole


# Whatever a decoded reply holds: values, or one error of ours.

_NAMES = st.sampled_from(["id", "name", "value", "error", "number", "entry_list", "name_value_list", "modules", "module_fields", "module_fields1", "ids", "field_list", "result_count", "options", "x"])  # fmt: skip
_TEXTS = (
    st.none()
    | st.text(max_size=6)
    | st.sampled_from(["-1", "0", "0001/01/01 00:00:00", "2024/06/01 16:30:15", "1,5", "True", "^a^,^b^"])
)
_REPLIES = st.recursive(
    _TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4), max_leaves=20
)
_KNOWN = described(
    module(ModuleName("Accounts")),
    [RawField("ID", "Guid"), RawField("NAME", "string"), RawField("VALUE", "DateTime"), RawField("NUMBER", "decimal"), RawField("X", "bool")],
    Family.SPLENDID, columns=None, available=(),
)  # fmt: skip


@settings(max_examples=400)
@given(_REPLIES)
def test_any_reply_becomes_values_or_one_error(reply: Decoded) -> None:
    reader = RowReader(_KNOWN, Reading(Family.SPLENDID))

    def rows(told: Decoded) -> object:
        return [reader.record(entry, with_raw=True) for entry in parse.listing(told, "x").entries]

    readings = (
        rows, parse.fields, parse.modules, parse.related_ids, parse.details, lambda told: parse.saved_key(told, "x"), lambda told: faults.of_result(told, "x"),
    )  # fmt: skip
    for read in readings:
        try:
            read(reply)
        except CrmError as error:
            assert error.user_text  # noqa: PT017  every reading may refuse, none may raise anything else


@pytest.mark.parametrize("name", ["user_hash", "API_KEY", "mail_password", "refresh_token"])
def test_a_field_that_holds_a_secret_is_not_in_the_schema(name: str) -> None:
    fields = [RawField("NAME", "string"), RawField(name, "string")]
    known = described(module(ModuleName("Accounts")), fields, Family.SPLENDID, columns=None, available=())
    assert [field.name for field in known.schema.fields] == ["name"]
