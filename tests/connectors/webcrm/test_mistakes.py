# SPDX-License-Identifier: MIT
"""The eight things a naive client gets wrong with this vendor; each is a test."""

from dataclasses import replace

import pytest

from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector
from crmdesk.connectors.vendors.webcrm.limiter import BURST, WINDOW_S, Limiter
from crmdesk.connectors.vendors.webcrm.operations import Spec, all_specs
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import BadCredentials, Invalid, OutcomeUnclear, RateLimited, ServerFault, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.values import Value
from tests.connectors.contract import everything
from tests.connectors.webcrm.support import CODE, LOGIN, TOKEN, Office, connector_to, reply, small_office

ORGANISATIONS, LINES = ModuleName("Organisations"), ModuleName("QuotationLines")
PRICES = ModuleName("QuotationLinesLinkedData")
NAME = FieldName("OrganisationName")


@pytest.fixture
def office() -> Office:
    return small_office()


@pytest.fixture
def crm(office: Office) -> WebCrmConnector:
    return connector_to(office)


def test_1_the_code_is_a_form_field_and_a_200_can_be_a_refusal(office: Office) -> None:
    crm = connector_to(office, login=False)
    crm.login()
    sent = office.sent[0]
    assert (str(sent), sent.form, sent.body) == ("POST /Auth/ApiLogin", {"authCode": CODE}, None)
    assert not any("auth" in name.lower() for name in sent.headers)
    for refusal in (
        {"IsError": True, "Error": "invalid_grant"},
        {"IsError": False, "AccessToken": ""},
        {**LOGIN, "IsError": True},
    ):
        office.answers["POST /Auth/ApiLogin"] = [refusal]
        with pytest.raises(BadCredentials):
            crm.login()


@pytest.mark.parametrize("answer", [b"", b"null", 6, "6", {"OrganisationId": 6}, [6]])
def test_2_an_id_may_come_back_or_not(office: Office, answer: object) -> None:
    crm = connector_to(office)
    made = []

    def create(sent: object) -> object:
        made.append(office.add("Organisations", Name="Ny ApS"))
        return reply(answer)

    office.answers["POST /Organisations"] = [create]
    assert crm.create(Create("t", ORGANISATIONS, {NAME: "Ny ApS"})).id.key == str(made[0]) == "6"


def test_3_failures_stand_inside_a_200(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch_document(RecordId(ModuleName("Deliveries"), "158"))
    changed = tuple(replace(line, quantity=line.quantity + 1) for line in before.lines)
    wish = SaveDocument(before, replace(before, lines=changed))
    office.answers["PATCH /QuotationLines"] = [["1", "Line 2: the price is missing"]]
    with pytest.raises(OutcomeUnclear, match="1 of 2 lines were not saved: Line 2: the price is missing"):
        crm.save_document(wish)
    office.answers["PATCH /QuotationLines"] = [["no", "never"]]
    with pytest.raises(ServerFault, match="2 of 2") as caught:
        crm.save_document(wish)
    assert not caught.value.may_be_done
    office.answers["PATCH /Organisations"] = [["17", "Name is missing", "18"]]
    told = crm.call(
        "OrganisationsPatch", {"body": '[{"OrganisationId": 0}, {"OrganisationId": 0}, {"OrganisationId": 0}]'}
    )
    assert told == {"done": ["17", "18"], "failed": ["Name is missing"]}


@pytest.mark.parametrize("can_query", [True, False])
def test_4_reading_ends_at_an_empty_array(office: Office, can_query: bool) -> None:
    for number in range(6, 2502):
        office.add("Organisations", Name=f"Firma {number}")
    office.no_query = frozenset() if can_query else None
    crm = connector_to(office)
    found = everything(crm, Query(ORGANISATIONS, (NAME,)), 1000)
    assert sorted(int(r.id.key) for r in found) == list(range(1, 2502))
    assert all(
        int(one.params["Size"]) <= 1000 and int(one.params["Page"]) >= 1 for one in office.sent if "Size" in one.params
    )


def test_5_the_limit_is_kept_and_a_refusal_tells_its_seconds(office: Office) -> None:
    now, slept = [1000.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    limiter = Limiter(clock=lambda: now[0], sleep=sleep)
    sent = []
    for number in range(600):
        limiter.pass_one(write=number % 3 == 0)
        sent.append(now[0])
    assert all(end - begin > WINDOW_S for begin, end in zip(sent, sent[245:], strict=False))
    assert sent[BURST // 4] - sent[0] < 1.0
    assert max(slept) < 1.0
    limiter.refused(14)
    begin = now[0]
    limiter.pass_one(write=False)
    assert now[0] - begin == pytest.approx(14, abs=0.5)
    limiter.refused(50)
    with pytest.raises(RateLimited) as caught:
        limiter.pass_one(write=False)
    assert caught.value.retry_after_s == pytest.approx(50, abs=0.5)
    crm = connector_to(office)
    told = {"RetryAfterSeconds": 14, "Message": "The request was throttled. …", "Type": "TooManyRequestsException"}
    office.answers["GET /Organisations/1"] = [reply(told, 429, Retry_After="14")]
    with pytest.raises(RateLimited, match="14 seconds") as caught:
        crm.fetch(RecordId(ORGANISATIONS, "1"))
    assert caught.value.retry_after_s == 14
    assert not caught.value.may_be_done


def test_6_orders_are_deliveries_and_linked_data_is_plural_and_never_empty(office: Office) -> None:
    office.linked = True
    crm = connector_to(office)
    values: dict[FieldName, Value] = {
        FieldName("QuotationLineOpportunityId"): RecordId(ModuleName("Deliveries"), "158"),
        FieldName("QuotationLineData1"): "Te",
    }
    made = crm.create(Create("t", LINES, values))
    assert office.lines().index("GET /QuotationLines/LinkedSetup") < office.lines().index(
        "POST /QuotationLines/LinkedData"
    )
    item = office.last("POST /QuotationLines/LinkedData").json
    assert [item[f"QuotationLineLinkedDataItemData{n}"] for n in range(1, 10)] == ["Te", *"--------"]
    assert (item["QuotationLineLinkedDataItemId"], item["QuotationLineLinkedDataItemEntityType"]) == (0, "Product")
    line = office.last("POST /QuotationLines").json
    assert line["QuotationLineOpportunityId"] == 158
    assert line["QuotationLineId"] == 0
    assert line["QuotationLineLinkedDataId"] == 1
    assert "QuotationLineData1" not in line
    assert made.values[FieldName("QuotationLineData1")] == "Te"
    assert made.values[FieldName("QuotationLineData2")] is None
    price = crm.fetch(RecordId(PRICES, "1"))
    crm.update(Update(price, {FieldName("QuotationLineLinkedDataItemData1"): None}))
    assert office.last("PUT /QuotationLines/LinkedData/1").json["QuotationLineLinkedDataItemData1"] == "-"


def test_6_the_error_text_too_tells_that_linked_data_is_on(office: Office) -> None:
    """Where the setup says off, or may not be read, and the server says "Possible quotation not found"."""
    office.linked = True
    office.answers["GET /QuotationLines/LinkedSetup"] = [{}]
    crm = connector_to(office)
    values: dict[FieldName, Value] = {
        FieldName("QuotationLineOpportunityId"): RecordId(ModuleName("Deliveries"), "158"),
        FieldName("QuotationLineData1"): "Te",
    }
    assert crm.create(Create("t", LINES, values)).values[FieldName("QuotationLineData1")] == "Te"
    assert [one for one in office.lines() if one.startswith("POST")] == [
        "POST /QuotationLines",
        "POST /QuotationLines/LinkedData",
        "POST /QuotationLines",
    ]


def test_7_a_put_is_whole_and_the_table_cannot_be_wiped(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch(RecordId(ORGANISATIONS, "2"))
    crm.update(Update(before, {FieldName("OrganisationCity"): "Aalborg"}))
    sent = office.last("PUT /Organisations/2").json
    held = {name: value for name, value in office.rows["Organisations"][2].items() if value is not None}
    assert sent == held
    with pytest.raises(ValueError, match="one record"):
        Spec("DELETE", "/QuotationLines/LinkedData")
    assert not any(one.verb == "DELETE" and not one.places for one in all_specs().values())
    with pytest.raises(Unsupported):
        crm.call("QuotationLinesLinkedDataDelete", {})
    wipe = all_specs()["quotationlineslinkeddatabyiddelete"]
    for key in ("", " ", ".", "..", "%20", "/", "1/2", "*"):
        with pytest.raises(Invalid):
            wipe.filled({"id": key})
        with pytest.raises(Invalid):
            crm.call(wipe.name, {"id": key})
    blank = crm.fetch(RecordId(LINES, "1"))
    with pytest.raises(Invalid):
        crm.delete(Delete(replace(blank, id=RecordId(PRICES, ""))))
    with pytest.raises(Invalid):
        crm.run_query("DELETE FROM Person")
    with pytest.raises(Invalid):
        crm.call("QueriesGet", {"script": "SELECT 1; DROP TABLE Person"})
    assert not any(one.verb == "DELETE" for one in office.sent)


def test_8_custom_fields_are_text(office: Office) -> None:
    def told(number: int, label: str, shown: str, *choices: str) -> dict[str, object]:
        data = [{"Text": text, "Value": text} for text in choices]
        return {
            "FieldMetadataFriendlyFieldName": f"OrganisationCustom{number}", "FieldMetadataLabel": label,
            "FieldMetadataDisplayType": shown, "FieldMetadataDropdownListData": data,
        }  # fmt: skip

    office.metadata["Organisation"] = [
        told(1, "Newsletter", "C"), told(2, "Class", "L", "Gold", "gold-plus"), told(3, "Employees", "I"), told(4, "Share", "D"),
    ]  # fmt: skip
    crm = connector_to(office)
    names = [FieldName(f"OrganisationCustom{n}") for n in range(1, 5)]
    before = crm.fetch(RecordId(ORGANISATIONS, "2"))
    from decimal import Decimal

    after = crm.update(Update(before, dict(zip(names, (True, "Gold", 12, Decimal("2.50")), strict=True))))
    sent = office.last("PUT").json
    assert [sent[name] for name in names] == ["Yes", "Gold", "12", "2.5"]
    assert [after.values[name] for name in names] == [True, "Gold", 12, Decimal("2.5")]
    crm.update(Update(after, {names[0]: False}))
    assert office.last("PUT").json[names[0]] == "No"
    with pytest.raises(Invalid, match="Gold"):
        crm.update(Update(after, {names[1]: "gold"}))
    assert TOKEN not in str(office.last("PUT").json)
