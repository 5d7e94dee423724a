# SPDX-License-Identifier: MIT
"""What may come instead of what should: each ends in a sentence, none in a crash or in lost data."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector
from crmdesk.connectors.vendors.webcrm.dto import properties
from crmdesk.connectors.vendors.webcrm.parse import Reading, day_of, moment
from crmdesk.domain.changes import Create, Update
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    Invalid,
    MalformedReply,
    NotACrm,
    NotFound,
    NotPermitted,
    OutcomeUnclear,
    RateLimited,
    ServerFault,
    SessionExpired,
    UnknownOperation,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from tests.connectors.webcrm.support import CODE, LOGIN, TOKEN, Office, connector_to, reply, small_office

ORGANISATIONS, PERSONS = ModuleName("Organisations"), ModuleName("Persons")
HOME = RecordId(ORGANISATIONS, "1")
CITY = FieldName("OrganisationCity")


@pytest.fixture
def office() -> Office:
    office = small_office()
    office.no_query = None
    return office


@pytest.fixture
def crm(office: Office) -> WebCrmConnector:
    return connector_to(office)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply({"IsError": True, "Error": "invalid", "ErrorDescription": "Unknown token"}), BadCredentials),
        (reply({"Message": "no"}, 401), BadCredentials),
        (reply(b"", 403), BadCredentials),
        (reply({"AccessToken": None, "IsError": None}), BadCredentials),
        (reply(b""), NotACrm),
        (reply(b"null"), NotACrm),
        (reply(b"<html>Welcome</html>"), NotACrm),
        (reply("67b91fd819c4"), NotACrm),
        (reply([]), NotACrm),
        (reply({}), NotACrm),
        (reply(b"", 404), UnknownOperation),
        (reply(b"oops", 500), ServerFault),
        (reply({"RetryAfterSeconds": 7}, 429), RateLimited),
    ],
)
def test_logins_that_are_none(office: Office, answer: object, error: type[CrmError]) -> None:
    office.answers["POST /Auth/ApiLogin"] = [answer]
    with pytest.raises(error) as caught:
        connector_to(office)
    assert CODE not in caught.value.user_text + caught.value.detail
    assert not caught.value.may_be_done or error is NotACrm


@pytest.mark.parametrize("life", [None, 0, -5, "3600", "soon", 10])
def test_a_token_lives_as_long_as_it_says(office: Office, life: object) -> None:
    office.answers["POST /Auth/ApiLogin"] = [{**LOGIN, "ExpiresIn": life, "Unknown": {"a": []}}]
    connector_to(office).fetch(HOME)


def test_who_am_i_may_say_anything(office: Office) -> None:
    answers: list[object] = [b"", b"null", [], "x", {"a": None}, {"AccessToken": TOKEN}, reply(b"no", 500), b"<html>"]
    for answer in answers:
        office.answers["GET /Auth"] = [reply(answer) if isinstance(answer, bytes) else answer]
        identity = connector_to(office, login=False).login()
        assert identity.user == "Application token"
        assert TOKEN not in str(identity)


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"RetryAfterSeconds": 14, "Message": "m", "Type": "TooManyRequestsException"}, {"Retry_After": "14"}, 14),
        ({"RetryAfterSeconds": 14}, {}, 14),
        (b"", {"retry_after": "9"}, 9),
        (b"", {}, 60),
        ({"RetryAfterSeconds": "soon"}, {"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
        ({"RetryAfterSeconds": -1}, {}, 60),
        ({"RetryAfterSeconds": 10**9}, {}, 60),
        ([], {}, 60),
    ],
)
def test_429_with_and_without_its_seconds(
    crm: WebCrmConnector, office: Office, body: object, headers: dict[str, str], seconds: float
) -> None:
    office.answers["GET /Organisations/1"] = [reply(body, 429, **headers)]
    with pytest.raises(RateLimited) as caught:
        crm.fetch(HOME)
    assert caught.value.retry_after_s == seconds
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"Message": "Name too long", "Type": "ApiException"}, Invalid),
        (400, {"errors": {"$.OrganisationCity": ["too long"]}, "title": "One or more errors"}, Invalid),
        (401, b"", SessionExpired),
        (403, b"", NotPermitted),
        (404, b"", NotFound),
        (405, b"", UnknownOperation),
        (409, b"taken", Invalid),
        (418, b"tea", ServerFault),
        (500, b"<html>oops</html>", OutcomeUnclear),
        (503, b"", OutcomeUnclear),
    ],
)
def test_writes_that_fail(
    crm: WebCrmConnector, office: Office, status: int, body: object, error: type[CrmError]
) -> None:
    before = crm.fetch(HOME)
    office.answers["PUT /Organisations/1"] = [reply(body, status)]
    with pytest.raises(error) as caught:
        crm.update(Update(before, {CITY: "x"}))
    assert type(caught.value) is error
    assert caught.value.may_be_done == (status >= 500)
    if isinstance(body, dict) and "errors" in body:
        assert isinstance(caught.value, Invalid)
        assert caught.value.per_field == {CITY: "too long"}


def test_a_failure_inside_a_200(crm: WebCrmConnector, office: Office) -> None:
    """ "REST APIs often return a different JSON when they fail." """
    office.answers["GET /Organisations/1"] = [{"Message": "Database is down", "Type": "SqlException"}]
    with pytest.raises(ServerFault, match="Database is down"):
        crm.fetch(HOME)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{", b"7", b'"x"', b'[1, "a"]', b"[null]", b"\xff\xfe", b"NaN", b"[" * 100_000]
)
def test_lists_that_are_none(crm: WebCrmConnector, office: Office, body: bytes) -> None:
    office.answers["GET /Organisations"] = [reply(body)]
    with pytest.raises(MalformedReply):
        crm.fetch_page(Query(ORGANISATIONS), None, 10)


@pytest.mark.parametrize("answer", [[], reply(b"null"), reply(b"", 204)])
def test_lists_that_are_empty(crm: WebCrmConnector, office: Office, answer: object) -> None:
    office.answers["GET /Organisations"] = [answer]
    page = crm.fetch_page(Query(ORGANISATIONS), None, 10)
    assert (page.records, page.next) == ((), None)


def test_one_row_may_come_as_an_object(crm: WebCrmConnector, office: Office) -> None:
    office.answers["GET /Organisations/1/Persons"] = [{"PersonId": 3, "PersonName": "Ada"}, []]
    persons = next(one for one in crm.list_relations(HOME) if one.module == PERSONS)
    assert [r.id.key for r in crm.list_related(HOME, persons)] == ["3"]


def test_a_server_that_takes_no_notice_of_pages_does_not_keep_us(crm: WebCrmConnector, office: Office) -> None:
    office.answers["GET /Organisations/1/Persons"] = [[{"PersonId": 3}]]
    persons = next(one for one in crm.list_relations(HOME) if one.module == PERSONS)
    assert len(crm.list_related(HOME, persons)) == 1


def test_rows_without_an_id(crm: WebCrmConnector, office: Office) -> None:
    office.answers["GET /Organisations"] = [[{"OrganisationName": "x"}]]
    with pytest.raises(MalformedReply):
        crm.fetch_page(Query(ORGANISATIONS), None, 10)


@pytest.mark.parametrize(
    "module", ["Organisations", "Persons", "Deliveries", "Events", "Documents", "Users", "QuotationLines"]
)
def test_null_everywhere(crm: WebCrmConnector, office: Office, module: str) -> None:
    one = crm.describe(ModuleName(module))
    entity = module.removesuffix("ies") + "y" if module.endswith("ies") else module.removesuffix("s")
    row = {**{p.name: None for p in properties(entity)}, f"{entity}Id": 5}
    office.rows.setdefault(module, {})[5] = row
    record = crm.fetch(RecordId(ModuleName(module), "5"))
    assert {name for name, value in record.values.items() if value is not None} == {f"{entity}Id"}
    field = next(f for f in one.fields if not f.read_only and f.type.is_text and not f.choices)
    crm.update(Update(record, {field.name: "x"}))
    assert office.last("PUT").json == {f"{entity}Id": 5, field.name: "x"}


def test_values_of_unknown_kinds_are_kept(crm: WebCrmConnector, office: Office) -> None:
    """An unknown choice, a property nobody knows, a number where a text should be and the other way round."""
    office.rows["Persons"][1] |= {
        "PersonStatus": "OnParentalLeave", "PersonGrown": {"a": [1]}, "PersonTitle": 7, "PersonSortOrder": "third",
        "PersonBlockMassEmail": "perhaps", "PersonUpdatedAt": "yesterday", "PersonMemo": ["a"],
    }  # fmt: skip
    record = crm.fetch(RecordId(PERSONS, "1"))
    told = {name.removeprefix("Person"): value for name, value in record.values.items()}
    assert told["Status"] == "OnParentalLeave"
    assert told["Title"] == "7"
    assert told["SortOrder"] == "third"
    assert told["BlockMassEmail"] == "perhaps"
    assert told["UpdatedAt"] == "yesterday"
    assert told["Memo"] == '["a"]'
    crm.update(Update(record, {FieldName("PersonSkype"): "ada", FieldName("PersonStatus"): "OnParentalLeave"}))
    sent = office.last("PUT /Persons/1").json
    assert sent["PersonStatus"] == "OnParentalLeave"
    assert sent["PersonGrown"] == {"a": [1]}
    assert sent["PersonTitle"] == 7


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2018-06-28T08:32:08+02:00", datetime(2018, 6, 28, 6, 32, 8, tzinfo=UTC)),
        ("2018-06-28T08:32:08.1234567Z", datetime(2018, 6, 28, 8, 32, 8, 123456, tzinfo=UTC)),
        ("2018-06-28T08:32:08", datetime(2018, 6, 28, 8, 32, 8, tzinfo=UTC)),
        ("28-06-2018 08:32", datetime(2018, 6, 28, 8, 32, tzinfo=UTC)),
        ("28.06.2018 08:32:08", datetime(2018, 6, 28, 8, 32, 8, tzinfo=UTC)),
        ("06/28/2018", datetime(2018, 6, 28, tzinfo=UTC)),
        ("2018/06/28", datetime(2018, 6, 28, tzinfo=UTC)),
        ("0001-01-01T00:00:00+00:00", None),
        ("0001-01-01T01:00:00+01:00", None),
        ("31-02-2018", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (43853.45, None),
    ],
)
def test_moments_in_any_order(text: object, found: datetime | None) -> None:
    assert moment(text, Reading()) == found


def test_days_in_both_orders() -> None:
    assert day_of("05-10-2018", Reading()) == date(2018, 10, 5)
    assert day_of("05-10-2018", Reading(day_first=False)) == date(2018, 5, 10)
    assert day_of("25-10-2018", Reading(day_first=False)) == date(2018, 10, 25)
    assert day_of("2018-10-05", Reading()) == date(2018, 10, 5)


@pytest.mark.parametrize(
    "raw",
    ["2018-06-12T02:00:00+02:00", "2018-06-12T00:00:00+02:00", "2018-06-12T00:00:00Z", "2018-06-12", "12-06-2018"],
)
def test_a_day_is_that_day_on_every_clock(crm: WebCrmConnector, office: Office, raw: str) -> None:
    office.rows["Deliveries"][158]["DeliveryOrderDate"] = raw
    record = crm.fetch(RecordId(ModuleName("Deliveries"), "158"))
    assert record.values[FieldName("DeliveryOrderDate")] == date(2018, 6, 12)


def test_moments_are_sent_in_the_servers_own_way(crm: WebCrmConnector, office: Office) -> None:
    name = FieldName("OrganisationXDate1")
    for held, sent in (
        ("2018-06-12T08:00:00", "2026-02-03T00:00:00"),
        ("2018-06-12T08:00:00+02:00", "2026-02-03T00:00:00Z"),
    ):
        office.rows["Organisations"][1]["OrganisationCreatedAt"] = held
        crm.update(Update(crm.fetch(HOME), {name: date(2026, 2, 3)}))
        assert office.last("PUT").json[name] == sent


@pytest.mark.parametrize("answer", [True, "no", 1.5, -3, {"a": 1}, [1, 2], {"PersonId": "x"}])
def test_a_create_that_answers_nonsense_is_unclear(crm: WebCrmConnector, office: Office, answer: object) -> None:
    office.answers["POST /Persons"] = [answer]
    with pytest.raises((MalformedReply, OutcomeUnclear)) as caught:
        crm.create(Create("t", PERSONS, {FieldName("PersonOrganisationId"): HOME}))
    assert caught.value.may_be_done


def test_an_id_may_be_text(crm: WebCrmConnector, office: Office) -> None:
    office.answers["POST /Persons"] = ["1"]
    assert crm.create(Create("t", PERSONS, {FieldName("PersonOrganisationId"): HOME})).id.key == "1"


def test_a_write_that_cannot_be_read_back_is_unclear(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch(HOME)
    office.answers["GET /Organisations/1"] = [office.rows["Organisations"][1], reply(b"", 500)]
    with pytest.raises(OutcomeUnclear, match="saved, but reading it back failed"):
        crm.update(Update(before, {CITY: "x"}))


def test_amounts_keep_their_digits(crm: WebCrmConnector, office: Office) -> None:
    body = b'{"DeliveryId": 158, "DeliveryOrganisationId": 2, "DeliveryOrderValue": 1234567890.123456789, "DeliveryNote": ""}'
    office.answers["GET /Deliveries/158"] = [reply(body)]
    record = crm.fetch(RecordId(ModuleName("Deliveries"), "158"))
    assert record.values[FieldName("DeliveryOrderValue")] == Decimal("1234567890.123456789")
    crm.update(Update(record, {FieldName("DeliveryNote"): "x"}))
    assert b'"DeliveryOrderValue": 1234567890.123456789' in (office.last("PUT").body or b"")


def test_secrets_show_up_nowhere(crm: WebCrmConnector, office: Office) -> None:
    office.rows["Users"][1] |= {
        "UserPassword": "geheim123",
        "UserAuthenticationCode": "geheim456",
        "UserTicket": "geheim789",
    }
    user = crm.fetch(RecordId(ModuleName("Users"), "1"))
    assert "geheim" not in str(user)
    office.answers["GET /Users/1"] = [reply({"Message": f"bad token {TOKEN}"}, 400)]
    with pytest.raises(Invalid) as caught:
        crm.fetch(RecordId(ModuleName("Users"), "1"))
    assert TOKEN not in caught.value.user_text + caught.value.detail
