# SPDX-License-Identifier: MIT
"""Everything that goes wrong between here and a server: one clear error, nothing lost, and on it goes."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from crmdesk.connectors.port import Endpoint, Reply
from crmdesk.connectors.vendors.opencrm import PLUGIN, line_items, parse
from crmdesk.connectors.vendors.opencrm.connector import OpenCrmConnector
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.dialects.opencrm import passkey_of
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Create
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    Invalid,
    MalformedReply,
    NotACrm,
    NotFound,
    NotPermitted,
    OutcomeUnclear,
    ProfileError,
    ProxyRefused,
    RateLimited,
    Redirected,
    ServerFault,
    SessionExpired,
    TimedOut,
    TooLarge,
    UnknownOperation,
    Unsupported,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from tests.connectors.contract import everything
from tests.connectors.opencrm.support import (
    KEY,
    PASSKEY,
    FakeHttp,
    connect,
    connected,
    demo,
    error,
    named,
    new_connector,
    reply,
)

LEAD, CONTACT = ModuleName("lead"), ModuleName("contact")
NAMES = Query(LEAD, (FieldName("lastname"),))


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with demo(rows=30) as server:
        server.faults.huge_bytes = 3_000_000
        server.faults.drip_ms = 5
        yield server


@pytest.fixture
def connector(server: DemoServer) -> Iterator[OpenCrmConnector]:
    server.faults.clear()
    url = f"http://127.0.0.1:{server.port}/opencrm"
    endpoint = Endpoint(url=url, settings={"owner": "1"}, secrets={"key": KEY, "passkey": passkey_of(KEY)})
    made = PLUGIN.connect(endpoint, HttpClient(proxy="", deadline_s=0.5, limit_bytes=1_000_000))
    assert isinstance(made, OpenCrmConnector)
    made.login()
    made.describe(LEAD)
    yield made
    server.faults.clear()
    made.close()


READS: dict[FaultKind, type[CrmError]] = {
    FaultKind.DELAY: TimedOut,
    FaultKind.HTTP500: ServerFault,
    FaultKind.SESSION_EXPIRED: SessionExpired,
    FaultKind.SESSION_IDLE: SessionExpired,
    FaultKind.SESSION_GONE: SessionExpired,
    FaultKind.HALF_PAGE: MalformedReply,
    FaultKind.HUGE: TooLarge,
    FaultKind.SLOW_DRIP: TimedOut,
    FaultKind.REDIRECT: Redirected,
    FaultKind.HTML_LOGIN: NotACrm,
    FaultKind.PROXY_LOGIN: ProxyRefused,
    FaultKind.UNAVAILABLE: RateLimited,
    FaultKind.PLAIN_TEXT: MalformedReply,
}
HARMLESS = (FaultKind.WRONG_TYPE, FaultKind.HTML_NOISE)


@pytest.mark.parametrize("kind", list(READS), ids=str)
def test_a_read_meets_one_clear_error_and_then_goes_on(
    server: DemoServer, connector: OpenCrmConnector, kind: FaultKind
) -> None:
    server.faults.add(kind, operation="get_lead_list")
    with pytest.raises(CrmError) as caught:
        connector.fetch_page(NAMES, None, 5)
    assert type(caught.value) is READS[kind]
    assert caught.value.user_text.endswith(".")
    assert KEY not in caught.value.detail
    server.faults.clear()
    if isinstance(caught.value, SessionExpired):
        connector.login()
    assert len(connector.fetch_page(NAMES, None, 5).records) == 5


@pytest.mark.parametrize("kind", HARMLESS, ids=str)
def test_noise_around_an_answer_is_passed_over(
    server: DemoServer, connector: OpenCrmConnector, kind: FaultKind
) -> None:
    server.faults.add(kind, operation="get_lead_list")
    assert len(connector.fetch_page(NAMES, None, 5).records) == 5


@pytest.mark.parametrize(
    "kind",
    [FaultKind.HTTP500, FaultKind.HALF_PAGE, FaultKind.DELAY, FaultKind.HTML_LOGIN],
    ids=str,
)
def test_a_write_whose_answer_is_broken_leaves_the_outcome_open(
    server: DemoServer, connector: OpenCrmConnector, kind: FaultKind
) -> None:
    server.faults.add(kind, operation="edit_lead")
    with pytest.raises(CrmError) as caught:
        connector.create(Create("n", LEAD, named({"lastname": "X"})))
    assert caught.value.may_be_done


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '""', "{}", "false", '{"error":"No records found"}', '{"error":"No results"}', "\ufeff[]"],
)
def test_each_spelling_of_nothing_is_an_empty_list(body: str) -> None:
    connector = connect(FakeHttp({"get_lead_list_full": reply(body), "get_lead_list_count": reply(body)}))
    assert connector.fetch_page(Query(LEAD), None, 5).records == ()
    if body not in ("{}", "false"):
        assert connector.count(Query(LEAD)) == 0


@pytest.mark.parametrize(
    "body", ['{"crmid":7,"lastname":"One"}', '[{"crmid":"7","lastname":"One"}]', '{"0":{"id":7,"lastname":"One"}}']
)
def test_one_row_comes_in_three_shapes(body: str) -> None:
    (record,) = connect(FakeHttp({"get_lead_list_full": reply(body)})).fetch_page(Query(LEAD), None, 5).records
    assert (record.id.key, record.values[FieldName("lastname")]) == ("7", "One")


@pytest.mark.parametrize("body", ["[[1]]", '["x"]', "[1]", "7", '"text"', '[{"lastname":"no number"}]', "[{}]"])
def test_rows_that_are_none_are_told_as_such(body: str) -> None:
    with pytest.raises(MalformedReply):
        connect(FakeHttp({"get_lead_list_full": reply(body)})).fetch_page(Query(LEAD), None, 5)


@pytest.mark.parametrize("body", ["[1", '{"crmid":', '"half', "{'crmid': 1}", "[{]}"])
def test_broken_json_is_told_as_such(body: str) -> None:
    with pytest.raises(MalformedReply) as caught:
        connect(FakeHttp({"get_lead": reply(body)})).fetch(RecordId(LEAD, "1"))
    assert caught.value.user_text.endswith("Try again.")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply("", 429, Retry_After="14"), RateLimited),
        (reply("<html>", 429), RateLimited),
        (reply('{"error":"Too many requests"}', 429, retry_after="x"), RateLimited),
        (error("API call limit reached"), RateLimited),
        (reply("<html>Maintenance</html>", 503), RateLimited),
        (reply("<html>", 401), NotPermitted),
        (reply("<html>", 403), NotPermitted),
        (reply("<html>", 404), NotACrm),
        (error("Invalid method", 404), UnknownOperation),
        (error("Record not found", 404), NotFound),
        (error("No permission to this record"), NotPermitted),
        (error("Record does not exist"), NotFound),
        (reply('{"error":{"message":"Record has been deleted"}}'), NotFound),
        (reply('{"error":["odd"]}'), ServerFault),
        (reply('{"Error":"odd"}'), ServerFault),
        (reply("Fatal error: out of memory"), MalformedReply),
        (reply("<!doctype html><html><title>Sign in</title></html>"), NotACrm),
        (reply("<html>", 502), ServerFault),
        (reply(b"\xff\xfe\x00"), MalformedReply),
    ],
)
def test_each_refusal_is_its_own_error(answer: Reply, kind: type[CrmError]) -> None:
    with pytest.raises(CrmError) as caught:
        connect(FakeHttp({"get_lead": answer})).fetch(RecordId(LEAD, "1"))
    assert type(caught.value) is kind
    assert len(caught.value.user_text) > 20


def test_the_pause_is_the_servers_or_a_minute() -> None:
    for answer, pause_s in ((reply("", 429, Retry_After="14"), 14.0), (reply("", 429), 60.0)):
        with pytest.raises(RateLimited) as caught:
            connect(FakeHttp({"get_lead": answer})).fetch(RecordId(LEAD, "1"))
        assert caught.value.retry_after_s == pause_s


def test_a_limit_over_http_is_told_as_such() -> None:
    with demo({"calls_per_minute": 3}, rows=30) as server:
        connector = connected(server)
        connector.login()
        connector.count(Query(LEAD))
        connector.count(Query(LEAD))
        with pytest.raises(RateLimited):
            connector.count(Query(LEAD))
        connector.close()


@pytest.mark.parametrize("body", ["", "[]", "null", "{}", '{"lastname":"","city":null}', '{"products":[]}'])
def test_an_empty_record_is_no_record(body: str) -> None:
    with pytest.raises(NotFound):
        connect(FakeHttp({"get_lead": reply(body)})).fetch(RecordId(LEAD, "1"))


def test_null_everywhere_and_what_nobody_expects_is_read() -> None:
    row: object = {"record_id": 1, "lastname": None, "city": 5, "amount": 1.5, "cf_1": True, "cf_2": {"a": [1]}, "cf_3": [],
           "accountid": "0", "birthday": "soon", "new_thing": "x", "error": "a field of that name"}  # fmt: skip
    record = connect(FakeHttp({"get_contact": row})).fetch(RecordId(CONTACT, "1"))
    told = {str(name): value for name, value in record.values.items()}
    assert told["lastname"] is None
    assert (told["city"], told["cf_1"], told["cf_2"], told["cf_3"]) == ("5", "1", '{"a": [1]}', None)
    assert (told["accountid"], told["birthday"], told["error"]) == (None, "soon", "a field of that name")


def test_another_record_than_asked_is_not_taken_for_it() -> None:
    with pytest.raises(NotFound):
        connect(FakeHttp({"get_lead": {"record_id": "2", "lastname": "x"}})).fetch(RecordId(LEAD, "1"))


@pytest.mark.parametrize("products", ["", None, [], {}, "[]", False])
def test_no_lines_in_every_spelling(products: object) -> None:
    assert line_items.from_rows(products) == ()


@pytest.mark.parametrize("products", ["[", "x", 5, [1], [{"productid": "1"}], [{"lineid": "0"}], {"a": 1}])
def test_lines_that_are_none_are_told_as_such(products: object) -> None:
    """A line without its number could not be kept when saving, so it must not be overlooked."""
    with pytest.raises(MalformedReply):
        line_items.from_rows(products)


def test_lines_as_a_map_one_alone_or_a_text_are_lines() -> None:
    row = {"lineid": 5, "productid": 9, "quantity": "x", "discount": "abc", "listprice1": None}
    for raw in ([row], row, {"5": row}, '[{"lineid":5,"productid":9}]'):
        (line,) = line_items.from_rows(raw)
        assert (line.key, line.quantity, line.discount_percent, line.unit_price) == ("5", Decimal(0), None, Decimal(0))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("yoursystem", "https://yoursystem.opencrm.co.uk/api/rest"),
        ("yoursystem.opencrm.co.uk", "https://yoursystem.opencrm.co.uk/api/rest"),
        ("https://yoursystem.opencrm.co.uk/", "https://yoursystem.opencrm.co.uk/api/rest"),
        ("https://yoursystem.opencrm.co.uk/api/rest/get_contact/key/abc/passkey/def", "https://yoursystem.opencrm.co.uk/api/rest"),
        ("https://yoursystem.opencrm.co.uk/index.php?module=Home", "https://yoursystem.opencrm.co.uk/api/rest"),
        ("http://localhost:8080/opencrm", "http://localhost:8080/opencrm/api/rest"),
    ],
)  # fmt: skip
def test_any_address_of_the_system_will_do(url: str, wanted: str) -> None:
    http = FakeHttp({})
    PLUGIN.connect(Endpoint(url=url, secrets={"key": KEY, "passkey": PASSKEY}), http).login()
    assert http.sent[0].url == f"{wanted}/login"


@pytest.mark.parametrize(
    "url", ["", "ftp://x.example", "https://", "https://user:secret@x.example", "a b", "https://[::1"]
)
def test_an_address_that_is_none_is_told_before_anything_is_sent(url: str) -> None:
    with pytest.raises(ProfileError) as caught:
        PLUGIN.connect(Endpoint(url=url, secrets={"key": KEY, "passkey": PASSKEY}), FakeHttp({}))
    assert caught.value.user_text.endswith(".")


@pytest.mark.parametrize(
    "settings", [{"sign_in": "smoke"}, {"owner": "anna"}, {"reports": "twelve"}, {"time_zone": "Mars/Olympus"}]
)
def test_settings_that_cannot_work_say_so(settings: dict[str, str]) -> None:
    with pytest.raises(ProfileError):
        new_connector(FakeHttp({}), **settings)


@pytest.mark.parametrize("missing", ["key", "passkey"])
def test_a_missing_key_is_told_before_anything_is_sent(missing: str) -> None:
    secrets = {"key": KEY, "passkey": PASSKEY, missing: " "}
    http = FakeHttp({})
    with pytest.raises(ProfileError, match="has no"):
        PLUGIN.connect(Endpoint(url="demo", secrets=secrets), http).login()
    assert http.sent == []


def test_wrong_keys_over_http() -> None:
    with demo(rows=30) as server:
        for style in ("accesskey", "parameters", "headers"):
            with pytest.raises(BadCredentials):
                connected(server, "wrong", sign_in=style).login()


def test_the_users_names_are_no_must() -> None:
    http = FakeHttp({"get_user_list": error("No permission"), "get_lead": {"record_id": "1", "assigned_user_id": "3"}})
    record = connect(http).fetch(RecordId(LEAD, "1"))
    assert record.labels == {}
    http = FakeHttp({"get_user_list": [{"id": 3, "first_name": "Anna", "last_name": "Keller"}],
                     "get_lead": {"record_id": "1", "smownerid": "3"}})  # fmt: skip
    assert connect(http).fetch(RecordId(LEAD, "1")).labels == {"assigned_user_id": "Anna Keller"}


def test_a_report_shows_a_record_twice_and_rows_without_numbers() -> None:
    rows = [{"crmid": 1, "A_b": "x"}, {"crmid": 1, "A_b": "y"}, {"A_b": "z"}]
    connector = connect(FakeHttp({"get_record_list_from_report": rows}), reports="5")
    found = everything(connector, Query(ModuleName("report-5")), 2)
    assert [record.id.key for record in found] == ["1", "1/2", "row-3"]
    assert connector.fetch(found[1].id).values == found[1].values
    assert connector.count(Query(ModuleName("report-5"))) == 3


def test_a_reports_owners_come_as_names_once_its_columns_are_known() -> None:
    http = FakeHttp(
        {"get_record_list_from_report": [{"crmid": 1, "Project_Developer": "3", "Assigned_to": "4", "X_y": "5"}]}
    )
    connector = connect(http, reports="5")
    connector.describe(ModuleName("report-5"))
    connector.fetch_page(Query(ModuleName("report-5")), None, 10)
    told = http.last("get_record_list_from_report").params["change_assignedidtouser"].split(",")
    assert {"Project_Developer", "Assigned_to"} <= set(told)
    assert "X_y" not in told


@pytest.mark.parametrize("answer", ["Success", reply('"success"')])
def test_joining_a_campaign(answer: object) -> None:
    crm = connect(FakeHttp({"add_to_campaign": answer}))
    assert crm.act(RecordId(LEAD, "1"), "add_to_campaign", {"campaignid": "5"}) is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("Invalid campaign", Invalid), (reply(""), OutcomeUnclear), (5, OutcomeUnclear), (error("x"), Invalid)],
)
def test_not_joining_a_campaign_is_told(answer: object, kind: type[CrmError]) -> None:
    with pytest.raises(kind):
        connect(FakeHttp({"add_to_campaign": answer})).act(RecordId(LEAD, "1"), "add_to_campaign", {"campaignid": "5"})


def test_what_is_no_campaign_or_no_action_is_never_sent() -> None:
    http = FakeHttp({"add_to_campaign": "Success"})
    crm = connect(http)
    for given in ({}, {"campaignid": "five"}, {"campaignid": " "}):
        with pytest.raises(Invalid) as told:
            crm.act(RecordId(LEAD, "1"), "add_to_campaign", given)
        assert list(told.value.per_field) == ["campaignid"]
    with pytest.raises(Unsupported):
        crm.act(RecordId(LEAD, "1"), "delete", {})
    assert http.of("add_to_campaign") == []
    assert [one.key for one in crm.list_actions(LEAD)] == ["add_to_campaign"]
    assert crm.list_actions(ModuleName("invoice")) == ()


def test_a_link_refused_half_way_is_told() -> None:
    answers = iter([1, error("No such record")])
    connector = connect(FakeHttp({"edit_record_link": answers}))
    company = RecordId(ModuleName("company"), "1")
    targets = (RecordId(CONTACT, "2"), RecordId(CONTACT, "3"))
    with pytest.raises(CrmError) as caught:
        connector.link(company, connector.list_relations(company)[0], targets)
    assert "1 of 2" in caught.value.user_text
    assert caught.value.may_be_done


def test_counts_that_are_none_are_told_as_such() -> None:
    for answer in ("many", [1, 2], -1):
        with pytest.raises(MalformedReply):
            parse.count_of(answer)
    assert parse.count_of([{"count": "12"}]) == 12


def moved(http: FakeHttp, to: str) -> list[str]:
    """From now on every address is sent on to the one that ``to`` makes of it; the addresses that were asked so."""
    asked: list[str] = []
    straight = http.post_form

    def post(url: str, form: Mapping[str, str], **rest: Any) -> Reply:
        if url.endswith("/"):
            return straight(url[:-1], form, **rest)
        asked.append(url)
        raise Redirected("Sent on.", f"HTTP 301, Location: {to.format(url)}")

    http.post_form = post  # type: ignore[method-assign]
    return asked


def test_a_server_that_wants_a_slash_behind_its_addresses_gets_one() -> None:
    """The guide writes them so; a redirect carries nothing out, and is asked for once."""
    http = FakeHttp({"get_lead": {"record_id": "7", "lastname": "Ek"}})
    asked = moved(http, "{}/")
    connector = connect(http)
    for _ in range(2):
        assert connector.fetch(RecordId(LEAD, "7")).values[FieldName("lastname")] == "Ek"
    assert asked == ["https://demo.opencrm.co.uk/api/rest/login"]


def test_nobody_follows_a_server_elsewhere() -> None:
    http = FakeHttp({})
    moved(http, "https://elsewhere.example/{}/")
    with pytest.raises(Redirected):
        connect(http)
    assert http.sent == []
