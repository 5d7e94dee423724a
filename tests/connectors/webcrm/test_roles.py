# SPDX-License-Identifier: MIT
"""What this vendor has beside records: lists, files, notes, lines, queries, and operations by name."""

from dataclasses import replace
from decimal import Decimal

import pytest

from crmdesk.connectors.port import CallsDocumented, RelatesRecords, RunsQueries, StoresDocuments, SyncsChanges
from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import CrmError, Invalid, NotFound, OutcomeUnclear, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument, Tax
from crmdesk.domain.values import Value
from tests.connectors.webcrm.support import Office, connector_to, reply, small_office

DELIVERY = RecordId(ModuleName("Deliveries"), "158")
HOME = RecordId(ModuleName("Organisations"), "2")
ACTIVITY = RecordId(ModuleName("Activities"), "1")
NOTES = ModuleName("ActivityNotes")
COMMENT = FieldName("Comment")


@pytest.fixture
def office() -> Office:
    return small_office()


@pytest.fixture
def crm(office: Office) -> WebCrmConnector:
    return connector_to(office)


def test_the_roles_are_those_it_can_hold(crm: WebCrmConnector) -> None:
    for role in (RelatesRecords, StoresDocuments, RunsQueries, CallsDocumented):
        assert isinstance(crm, role)
    assert isinstance(crm, SyncsChanges)
    assert not crm.tells_deleted(ModuleName("Organisations"))


# Lists


def related(crm: WebCrmConnector, record: RecordId, label: str) -> tuple[Record, ...]:
    relation = next(one for one in crm.list_relations(record) if one.label == label)
    return crm.list_related(record, relation)


def test_lists_of_an_organisation(crm: WebCrmConnector) -> None:
    assert [r.id.key for r in related(crm, HOME, "Persons")] == ["1"]
    assert [r.id.key for r in related(crm, HOME, "Deliveries")] == ["158"]
    assert [r.id.key for r in related(crm, HOME, "Activities")] == ["1"]
    assert related(crm, HOME, "Revenues") == ()


def test_lines_of_a_delivery_point_to_it(crm: WebCrmConnector) -> None:
    lines = related(crm, DELIVERY, "Quotation lines")
    assert [r.values[FieldName("QuotationLineOpportunityId")] for r in lines] == [DELIVERY, DELIVERY]


def test_linking_moves_what_can_be_moved_and_changes_the_rest(crm: WebCrmConnector, office: Office) -> None:
    other = RecordId(ModuleName("Organisations"), "3")
    for relation in crm.list_relations(other):
        if relation.label == "Deliveries":
            crm.link(other, relation, (DELIVERY,))
        if relation.label == "Persons":
            crm.link(other, relation, (RecordId(ModuleName("Persons"), "1"),))
        if relation.label == "Revenues":
            with pytest.raises(Unsupported):
                crm.link(other, relation, (RecordId(relation.module, "1"),))
    assert "POST /Deliveries/158/Move" in office.lines()
    assert office.rows["Deliveries"][158]["DeliveryOrganisationId"] == 3
    assert office.rows["Persons"][1]["PersonOrganisationId"] == 3
    with pytest.raises(Unsupported):
        crm.unlink(other, crm.list_relations(other)[0], DELIVERY)


# Files


@pytest.mark.parametrize("can_query", [True, False])
def test_files_up_and_down(office: Office, can_query: bool) -> None:
    office.no_query = frozenset() if can_query else None
    crm = connector_to(office)
    made = crm.upload("Tegning", "tegning å.PDF", "application/pdf", b"%PDF\x00\xff", DELIVERY)
    sent = office.last("POST /Documents").json
    assert (sent["DocumentId"], sent["DocumentLinkedEntityType"], sent["DocumentLinkedEntityId"]) == (
        0,
        "Delivery",
        158,
    )
    crm.upload("Other", "b.txt", "", b"b", RecordId(ModuleName("Opportunities"), "158"))
    (own,) = crm.list_attachments(DELIVERY)
    assert (own.record, own.title, own.file_name, own.size_bytes) == (made.id, "Tegning", "tegning å.PDF", 6)
    assert crm.download(own) == b"%PDF\x00\xff"
    assert "JVBERg" not in made.raw or len(made.raw) < 5000
    office.files.clear()
    with pytest.raises(NotFound):
        crm.download(own)


def test_no_file_hangs_on_a_line(crm: WebCrmConnector, office: Office) -> None:
    line = RecordId(ModuleName("QuotationLines"), "1")
    with pytest.raises(Invalid):
        crm.upload("x", "x.txt", "", b"x", line)
    assert crm.list_attachments(line) == ()
    assert "POST /Documents" not in office.lines()


# Notes


def test_notes_are_read_added_and_the_newest_removed(crm: WebCrmConnector, office: Office) -> None:
    for text in ("first", "second"):
        values: dict[FieldName, Value] = {FieldName("ActivityId"): ACTIVITY, COMMENT: text}
        made = crm.create(Create("t", NOTES, values))
        assert crm.fetch(made.id).values[COMMENT] == text
    newest, oldest = related(crm, ACTIVITY, "Notes")
    assert (newest.values[COMMENT], oldest.values[COMMENT]) == ("second", "first")
    with pytest.raises(Invalid, match="newest"):
        crm.delete(Delete(oldest))
    crm.delete(Delete(newest))
    assert [note["Comment"] for note in office.notes[1]] == ["first"]
    with pytest.raises(Invalid) as caught:
        crm.create(Create("t", NOTES, {COMMENT: " "}))
    assert set(caught.value.per_field) == {COMMENT, FieldName("ActivityId")}
    with pytest.raises(Unsupported):
        crm.update(Update(oldest, {COMMENT: "x"}))


# Sales documents


def wish(before: SalesDocument, *lines: LineItem) -> SaveDocument:
    return SaveDocument(before, replace(before, lines=lines))


def test_a_document_with_its_lines(crm: WebCrmConnector) -> None:
    """450 × 10 less 10 % is 4050, as the official client recorded it."""
    document = crm.fetch_document(DELIVERY)
    first = document.lines[0]
    assert (first.key, first.position, first.text) == ("1", 1, "Te 1")
    assert [first.quantity, first.unit_price, first.discount_percent, first.total] == [10, 450, 10, 4050]
    assert first.taxes == (Tax("VAT", Decimal(25)),)
    assert document.currency == "DKK"
    with pytest.raises(Unsupported):
        crm.fetch_document(HOME)


def test_lines_are_changed_added_and_removed(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch_document(DELIVERY)
    office.rows["QuotationLines"][1]["QuotationLineGrown"] = "kept"
    one, two = before.lines
    new = LineItem(key=None, position=2, text="Kaffe", quantity=Decimal(3), unit_price=Decimal("19.99"))
    after = crm.save_document(wish(before, replace(one, quantity=Decimal(2)), new))
    sent = office.last("PUT /QuotationLines/1").json
    assert (sent["QuotationLineQuantity"], sent["QuotationLinePrice"], sent["QuotationLineGrown"]) == (2, 810.0, "kept")
    made = office.last("POST /QuotationLines").json
    assert (made["QuotationLineOpportunityId"], made["QuotationLineOrganisationId"]) == (158, 2)
    assert (made["QuotationLinePrice"], made["QuotationLineSortOrder"]) == (59.97, 20)
    assert f"DELETE /QuotationLines/{two.key}" in office.lines()
    assert [line.text for line in after.lines] == ["Te 1", "Kaffe"]


def test_several_lines_travel_together(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch_document(DELIVERY)
    crm.save_document(wish(before, *(replace(line, discount_percent=None) for line in before.lines)))
    assert [one for one in office.lines() if not one.startswith("GET")] == ["PATCH /QuotationLines"]
    assert [body["QuotationLinePrice"] for body in office.last("PATCH").json] == [4500.0, 4500.0]


def test_a_header_edit_sends_no_lines(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch_document(DELIVERY)
    header = replace(before.header, values={**before.header.values, FieldName("DeliveryNote"): "new"})
    after = crm.save_document(SaveDocument(before, replace(before, header=header)))
    assert after.header.values[FieldName("DeliveryNote")] == "new"
    assert [one for one in office.lines() if not one.startswith("GET")] == ["PUT /Deliveries/158"]


def test_lines_of_others_stay_and_a_lost_one_stops_the_save(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch_document(DELIVERY)
    office.add("QuotationLines", Data1="of a colleague", OpportunityId=158, SortOrder=99)
    after = crm.save_document(wish(before, *(replace(line, text="x") for line in before.lines)))
    assert [line.text for line in after.lines] == ["x", "x", "of a colleague"]
    del office.rows["QuotationLines"][2]
    office.sent.clear()
    with pytest.raises(NotFound, match="Line 2 is gone"):
        crm.save_document(wish(before, *(replace(line, text="y") for line in before.lines)))
    assert not any(one.write for one in office.sent)


def test_a_half_saved_document_is_said(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch_document(DELIVERY)
    office.answers["POST /QuotationLines"] = [reply({"Message": "no room"}, 400)]
    new = LineItem(key=None, position=3, text="Kaffe")
    with pytest.raises(OutcomeUnclear, match=r"part of the document was saved.*no room"):
        crm.save_document(wish(before, replace(before.lines[0], text="x"), before.lines[1], new))
    with pytest.raises(Invalid):
        crm.save_document(wish(before, *before.lines, new))  # nothing came before it: refused as a whole


@pytest.mark.parametrize(
    "change",
    [
        {"discount_amount": Decimal(5), "discount_percent": None},
        {"discount_percent": Decimal(101)},
        {"taxes": (Tax("a", Decimal(1)), Tax("b", Decimal(2)))},
        {"product": RecordId(ModuleName("Products"), "1")},
        {"text": "a\x00b"},
    ],
)
def test_lines_that_cannot_be_are_refused(crm: WebCrmConnector, office: Office, change: dict[str, object]) -> None:
    before = crm.fetch_document(DELIVERY)
    with pytest.raises(Invalid):
        crm.save_document(wish(before, replace(before.lines[0], **change), before.lines[1]))  # type: ignore[arg-type]
    assert not any(one.write for one in office.sent)


def test_a_line_from_the_price_list(crm: WebCrmConnector, office: Office) -> None:
    office.linked = True
    item = office.add("QuotationLinesLinkedData", Data1="Te", Data2="-", Price=450.0)
    prices = crm.fetch_page(Query(ModuleName("QuotationLinesLinkedData")), None, 10).records
    before = crm.fetch_document(DELIVERY)
    new = LineItem(key=None, position=3, product=prices[0].id, unit_price=Decimal(450))
    after = crm.save_document(wish(before, *before.lines, new))
    assert office.last("POST").json["QuotationLineLinkedDataId"] == item
    assert after.lines[-1].text == "Te"


def test_a_price_list_that_is_off_is_not_used(crm: WebCrmConnector, office: Office) -> None:
    before = crm.fetch_document(DELIVERY)
    new = LineItem(key=None, position=3, product=RecordId(ModuleName("QuotationLinesLinkedData"), "1"))
    with pytest.raises(Invalid, match="linked data is off"):
        crm.save_document(wish(before, *before.lines, new))
    assert not any(one.write for one in office.sent)


# Actions


def test_an_opportunity_becomes_a_delivery_and_back(crm: WebCrmConnector, office: Office) -> None:
    made = crm.act(RecordId(ModuleName("Opportunities"), "1"), "ConvertToDelivery", {})
    assert made is not None
    assert made.module == "Deliveries"
    assert int(made.key) in office.rows["Deliveries"]
    assert office.last("POST").body is None
    back = crm.act(DELIVERY, "ConvertToOpportunity", {"level": " 2 "})
    assert back is not None
    assert back.module == "Opportunities"
    assert office.last("POST").path == "/Deliveries/158/ConvertToOpportunity/2"


def test_records_move_to_another_organisation(crm: WebCrmConnector, office: Office) -> None:
    for module, key in (("Opportunities", "1"), ("Deliveries", "158"), ("Activities", "1")):
        assert crm.act(RecordId(ModuleName(module), key), "Move", {"NewOrganisationId": "3"}) is None
        assert office.last("POST").path == f"/{module}/{key}/Move"
        assert office.last("POST").json == {"NewOrganisationId": 3}


def test_each_action_names_what_it_needs(crm: WebCrmConnector, office: Office) -> None:
    told = {
        module: [
            (one.key, [part.name for part in one.parts if part.required])
            for one in crm.list_actions(ModuleName(module))
        ]
        for module in ("Opportunities", "Deliveries", "Activities", "Persons")
    }
    moving = ("Move", ["NewOrganisationId"])
    assert told == {
        "Opportunities": [("ConvertToDelivery", []), moving],
        "Deliveries": [("ConvertToOpportunity", ["level"]), moving],
        "Activities": [moving],
        "Persons": [],
    }
    assert office.sent == []


@pytest.mark.parametrize(
    ("record", "action", "given", "error"),
    [
        (DELIVERY, "ConvertToOpportunity", {}, Invalid),
        (DELIVERY, "ConvertToOpportunity", {"level": "high"}, Invalid),
        (DELIVERY, "ConvertToOpportunity", {"level": "-1"}, Invalid),
        (DELIVERY, "Move", {}, Invalid),
        (DELIVERY, "Move", {"NewOrganisationId": "0"}, Invalid),
        (DELIVERY, "ConvertToDelivery", {}, Unsupported),
        (HOME, "Move", {"NewOrganisationId": "3"}, Unsupported),
    ],
)
def test_actions_that_cannot_be_are_refused_before_sending(
    crm: WebCrmConnector, office: Office, record: RecordId, action: str, given: dict[str, str], error: type[CrmError]
) -> None:
    with pytest.raises(error):
        crm.act(record, action, given)
    assert office.sent == []


@pytest.mark.parametrize("answer", [None, "done", 0, []])
def test_a_conversion_that_names_nothing_is_told(crm: WebCrmConnector, office: Office, answer: object) -> None:
    office.answers["POST /Opportunities/1/ConvertToDelivery"] = [reply(answer)]
    with pytest.raises(OutcomeUnclear):
        crm.act(RecordId(ModuleName("Opportunities"), "1"), "ConvertToDelivery", {})


# Queries and operations by name


def test_conversions_are_called_by_name(crm: WebCrmConnector, office: Office) -> None:
    made = crm.call("OpportunitiesByIdConvertToDeliveryPost", {"id": "1"})
    assert made in office.rows["Deliveries"]
    assert office.last("POST").body is None
    back = crm.call("deliveriesbyidconverttoopportunitybylevelpost", {"id": "158", "level": "2"})
    assert back in office.rows["Opportunities"]
    assert office.last("POST").path == "/Deliveries/158/ConvertToOpportunity/2"


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("no such operation", {}),
        ("AuthApiLoginPost", {"authCode": "x"}),
        ("ActivitiesHooksGet", {}),
        ("OrganisationsLinkedDataDelete", {}),
        ("PersonsByIdGet", {}),
        ("PersonsByIdGet", {"id": "x"}),
        ("PersonsByIdGet", {"id": "1", "limit": "2"}),
        ("PersonsGet", {"Page": "0"}),
        ("PersonsPost", {"body": "{"}),
        ("PersonsPost", {"body": "7"}),
        ("PersonsPost", {}),
        ("QueriesGet", {"script": "UPDATE Person SET x = 1"}),
        ("QueriesGet", {}),
    ],
)
def test_calls_that_cannot_be_are_refused_before_sending(
    crm: WebCrmConnector, office: Office, operation: str, given: dict[str, str]
) -> None:
    with pytest.raises(CrmError) as caught:
        crm.call(operation, given)
    assert isinstance(caught.value, (Invalid, Unsupported))
    assert office.sent == []


def test_calls_answer_plainly_and_without_secrets(crm: WebCrmConnector, office: Office) -> None:
    office.rows["Users"][1]["UserPassword"] = "geheim"
    told = crm.call("UsersGet", {})
    assert isinstance(told, list)
    assert told[0]["UserPassword"] == "•••"
    dates = {"startDate": "2026-01-01T00:00:00Z", "endDate": "2026-02-01T00:00:00Z"}
    crm.call("OrganisationsFindByUpdateDatesByStartDateByEndDateGet", dates)
    assert office.last("GET").path == (
        "/Organisations/FindByUpdateDates/2026-01-01T00%3A00%3A00Z/2026-02-01T00%3A00%3A00Z"
    )
    office.files[1] = b"abc"
    office.add("Documents", FileName="a")
    assert crm.call("DocumentsByIdDownloadGet", {"id": "1"}) == {"content_base64": "YWJj"}
    changes = crm.operations()
    assert {one.name for one in changes if one.is_write} & {"OrganisationsPatch", "ActivitiesByIdMovePost"}
    assert not any(one.is_write for one in changes if one.name.endswith("Get"))


def test_queries_are_run_to_their_end(crm: WebCrmConnector) -> None:
    rows = crm.run_query("SELECT OrganisationName FROM Organisation WHERE OrganisationId < 3")
    assert rows == ({"OrganisationName": "Firma 1"}, {"OrganisationName": "Firma 2"})
