# SPDX-License-Identifier: MIT
"""WebCrmConnector against a small office: login, lists, records, and what it sends for each."""

from datetime import UTC, datetime

import pytest

from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector
from crmdesk.domain.changes import Create, Delete, Update
from crmdesk.domain.errors import Invalid, NotFound, OutcomeUnclear, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.planning import plan
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from tests.connectors.contract import everything
from tests.connectors.webcrm.support import WITHOUT_ID, Office, connector_to, reply, small_office

ORGANISATIONS, PERSONS, DELIVERIES = ModuleName("Organisations"), ModuleName("Persons"), ModuleName("Deliveries")
NAME, CITY = FieldName("OrganisationName"), FieldName("OrganisationCity")


@pytest.fixture
def office() -> Office:
    return small_office()


@pytest.fixture
def crm(office: Office) -> WebCrmConnector:
    return connector_to(office)


def first(crm: WebCrmConnector, module: str) -> Record:
    return crm.fetch_page(Query(ModuleName(module)), None, 1).records[0]


def test_login_tells_who_we_are(office: Office) -> None:
    identity = connector_to(office, login=False).login()
    assert identity.user == "Iris Integration"
    assert identity.server == "webCRM (api.webcrm.com)"


def test_every_module_is_described_and_read(crm: WebCrmConnector) -> None:
    for module in crm.list_modules():
        schema = crm.describe(module.name)
        assert schema.field(schema.title_field) is not None
        crm.fetch_page(Query(module.name), None, 5)


def test_rows_by_id_never_by_place(crm: WebCrmConnector, office: Office) -> None:
    """A row that goes between two pages hides no other one."""
    page = crm.fetch_page(Query(ORGANISATIONS, (NAME,)), None, 2)
    del office.rows["Organisations"][1]
    rest = crm.fetch_page(Query(ORGANISATIONS, (NAME,)), page.next, 10)
    assert [r.id.key for r in (*page.records, *rest.records)] == ["1", "2", "3", "4", "5"]
    asked = [one.params["script"] for one in office.sent if one.path == "/Queries"]
    assert (
        "SELECT OrganisationId, OrganisationName FROM Organisation WHERE OrganisationId > 2 ORDER BY OrganisationId ASC"
        in asked
    )


def test_sorted_rows_begin_anew_where_the_list_moved(crm: WebCrmConnector, office: Office) -> None:
    asked = Query(ORGANISATIONS, (NAME,), order=(Order(NAME, descending=True),))
    page = crm.fetch_page(asked, None, 2)
    assert [r.values[NAME] for r in page.records] == ["Firma 5", "Firma 4"]
    del office.rows["Organisations"][5]
    again = crm.fetch_page(asked, page.next, 2)
    assert again.restarted
    assert [r.values[NAME] for r in again.records] == ["Firma 4", "Firma 3"]


def test_without_queries_the_lists_are_read(office: Office) -> None:
    office.no_query = None
    crm = connector_to(office)
    assert [r.id.key for r in everything(crm, Query(ORGANISATIONS), 2)] == ["1", "2", "3", "4", "5"]
    field = crm.describe(ORGANISATIONS).field(NAME)
    assert field is not None
    assert not field.filterable
    assert not field.sortable


def test_names_of_linked_records_come_along(crm: WebCrmConnector) -> None:
    person = crm.fetch(RecordId(PERSONS, "1"))
    assert person.labels[FieldName("PersonOrganisationId")] == "Firma 2"
    organisation = first(crm, "Organisations")
    assert organisation.labels[FieldName("OrganisationOwner")] == "Susi Vertrieb"


def test_a_state_is_read_from_its_own_list(crm: WebCrmConnector, office: Office) -> None:
    where = Compare(FieldName("DeliveryStatus"), Op.EQ, "new")
    planned = plan(Query(DELIVERIES, where=where), crm.capabilities, crm.describe(DELIVERIES))
    assert planned.rest is None
    assert [r.id.key for r in crm.fetch_page(planned.pushed, None, 10).records] == ["158"]
    assert office.last("GET /Deliveries/ByStatus/New").params["Page"] == "1"
    assert crm.explain(planned.pushed, 10) == "GET /Deliveries/ByStatus/New?Page=1&Size=10"


def test_an_update_sends_the_whole_record(crm: WebCrmConnector, office: Office) -> None:
    office.rows["Organisations"][2]["OrganisationGrownSince2019"] = "kept"
    before = crm.fetch(RecordId(ORGANISATIONS, "2"))
    office.rows["Organisations"][2]["OrganisationState"] = "changed by somebody meanwhile"
    after = crm.update(Update(before, {CITY: "Aalborg", FieldName("OrganisationOwner"): None}))
    assert after.values[CITY] == "Aalborg"
    body = office.last("PUT /Organisations/2").json
    assert body["OrganisationName"] == "Firma 2"
    assert body["OrganisationGrownSince2019"] == "kept"
    assert body["OrganisationState"] == "changed by somebody meanwhile"
    assert body["OrganisationOwner"] == 0
    assert None not in body.values()


def test_texts_are_cleared_with_an_empty_text(crm: WebCrmConnector, office: Office) -> None:
    after = crm.update(Update(crm.fetch(RecordId(ORGANISATIONS, "2")), {CITY: None}))
    assert after.values[CITY] is None
    assert office.last("PUT").json["OrganisationCity"] == ""


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("queried", [True, False])
def test_a_create_without_an_id_is_found_again(office: Office, told: bool, queried: bool) -> None:
    office.tells_ids = told
    office.no_query = frozenset() if queried else None
    crm = connector_to(office)
    made = crm.create(Create("t", ORGANISATIONS, {NAME: "O'Brien", CITY: "Cork"}))
    assert made.id.key == "6"
    assert made.values[NAME] == "O'Brien"


@pytest.mark.parametrize("module", WITHOUT_ID)
def test_all_creates_without_an_id(office: Office, module: str) -> None:
    crm = connector_to(office)
    one = crm.describe(ModuleName(module))
    values: dict[FieldName, Value] = {
        f.name: f.choices[1].value if f.choices else "Some text"
        for f in one.fields
        if f.required and not f.type.is_moment
    }
    moments: dict[FieldName, Value] = {
        f.name: datetime(2026, 1, 1, tzinfo=UTC) for f in one.fields if f.required and f.type.is_moment
    }
    comment = FieldName(f"{module[:-1]}Comment")
    more: dict[FieldName, Value] = {comment: "our own words"} if one.field(comment) else {}
    made = crm.create(Create("t", ModuleName(module), {**values, **moments, **more}))
    assert made.id.key == str(max(office.rows[module]))


def test_an_equal_one_is_not_taken_for_the_new_one(crm: WebCrmConnector) -> None:
    made = crm.create(Create("t", ORGANISATIONS, {NAME: "Firma 2"}))
    assert made.id.key == "6"


def test_two_that_cannot_be_told_apart_are_an_unclear_outcome(crm: WebCrmConnector, office: Office) -> None:
    def somebody_else_too(sent: object) -> None:
        if str(sent) == "POST /Organisations":
            office.add("Organisations", Name="Twin")

    office.before = somebody_else_too
    with pytest.raises(OutcomeUnclear) as caught:
        crm.create(Create("t", ORGANISATIONS, {NAME: "Twin"}))
    assert caught.value.may_be_done


def test_a_create_that_answers_its_id(crm: WebCrmConnector, office: Office) -> None:
    values: dict[FieldName, Value] = {
        FieldName("PersonOrganisationId"): RecordId(ORGANISATIONS, "2"),
        FieldName("PersonLastName"): "Ny",
    }
    made = crm.create(Create("t", PERSONS, values))
    assert made.id == RecordId(PERSONS, "2")
    assert office.last("POST /Persons").json == {"PersonId": 0, "PersonOrganisationId": 2, "PersonLastName": "Ny"}


def test_what_must_be_filled_is_said_before_sending(crm: WebCrmConnector, office: Office) -> None:
    with pytest.raises(Invalid) as caught:
        crm.create(Create("t", ORGANISATIONS, {CITY: "Cork"}))
    assert NAME in caught.value.per_field
    assert not any(one.write for one in office.sent)


def test_a_missing_record_is_not_found(crm: WebCrmConnector, office: Office) -> None:
    with pytest.raises(NotFound):
        crm.fetch(RecordId(ORGANISATIONS, "99"))
    for nothing in (b"", b"null", {"OrganisationId": 0}):
        office.answers["GET /Organisations/98"] = [nothing]
        with pytest.raises(NotFound):
            crm.fetch(RecordId(ORGANISATIONS, "98"))


def test_what_the_api_cannot_remove_is_not_offered(crm: WebCrmConnector, office: Office) -> None:
    with pytest.raises(Unsupported):
        crm.delete(Delete(crm.fetch(RecordId(ORGANISATIONS, "1"))))
    crm.delete(Delete(crm.fetch(RecordId(ModuleName("QuotationLines"), "1"))))
    assert 1 not in office.rows["QuotationLines"]


def test_orders_are_called_by_their_name(crm: WebCrmConnector) -> None:
    with pytest.raises(NotFound, match="Deliveries"):
        crm.describe(ModuleName("Orders"))


def test_moving_to_another_organisation_is_an_operation_of_its_own(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch(RecordId(DELIVERIES, "158"))
    home = FieldName("DeliveryOrganisationId")
    changes: dict[FieldName, Value] = {home: RecordId(ORGANISATIONS, "3"), FieldName("DeliveryNote"): "moved"}
    after = crm.update(Update(before, changes))
    assert office.last("POST /Deliveries/158/Move").json == {"NewOrganisationId": 3}
    assert after.values[home] == RecordId(ORGANISATIONS, "3")
    assert after.values[FieldName("DeliveryNote")] == "moved"


def test_a_move_without_its_change_is_said(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch(RecordId(DELIVERIES, "158"))
    office.answers["PUT /Deliveries/158"] = [reply({"Message": "locked"}, 400)]
    home = FieldName("DeliveryOrganisationId")
    with pytest.raises(OutcomeUnclear, match="moved, but not changed"):
        crm.update(Update(before, {home: RecordId(ORGANISATIONS, "3"), FieldName("DeliveryNote"): "x"}))


def test_closing_never_raises(crm: WebCrmConnector, office: Office) -> None:
    crm.close()
    crm.close()
    assert office.is_closed
