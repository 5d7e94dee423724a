# SPDX-License-Identifier: MIT
"""Pages, single records, create, put, bulk patch, delete, documents, notes, moves, conversions, hooks, fields."""

import base64
import time
from typing import Any

import pytest

from crmdesk.demo.dialects.webcrm.catalogue import RESOURCES, shape_of
from tests.demo.conftest import Clock
from tests.demo.dialects.webcrm.conftest import Caller, Open

SILENT = ("Organisations", "Events", "Relations", "Users")
WRITABLE = [resource for resource in RESOURCES.values() if "C" in resource.verbs]


def _new(crm: Caller, path: str, **values: Any) -> Any:
    resource = RESOURCES[path.lower()]
    first: dict[str, Any] = (
        {"QuotationLineOpportunityId": 1, "QuotationLineLinkedDataId": 1} if path == "QuotationLines" else {}
    )
    first |= {"PersonOrganisationId": 1} if path == "Persons" else {}
    first |= {"DocumentFile": "YQ=="} if path == "Documents" else {}
    return crm.ok("POST", f"/{path}", {f"{resource.entity}Id": 0, **first, **values})


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda r: r.path)
def test_pages_end_with_an_empty_array_and_tell_no_total(reader: Caller, resource: Any) -> None:
    rows: list[dict[str, Any]] = []
    for page in range(1, 100):
        found = reader.rows(f"/{resource.path}", 60, page)
        rows += found
        if not found:
            break
    ids = [row[f"{resource.entity}Id"] for row in rows]
    assert ids == sorted(set(ids))
    assert reader.get(f"/{resource.path}/{ids[0]}") == rows[0]
    assert set(shape_of(resource).kinds) <= set(rows[0])


def test_size_above_a_thousand_is_capped_or_refused(opened: Open) -> None:
    crm = opened(rows=1100)
    assert len(crm.rows("/PersonsB2C", 5000)) == 1000
    assert len(crm.rows("/PersonsB2C", 1000, 2)) == 100
    assert len(crm.get("/PersonsB2C")) == 100
    assert opened(oversized="refused").refusal("GET", "/Persons?Page=1&Size=1001")[0] == 400
    assert crm.refusal("GET", "/Persons?Page=0&Size=10")[0] == 400
    assert crm.refusal("GET", "/Persons?Page=x&Size=10")[0] == 400


@pytest.mark.parametrize("resource", WRITABLE, ids=lambda r: r.path)
def test_create_answers_a_bare_number_or_nothing(crm: Caller, resource: Any) -> None:
    before = len(crm.rows(f"/{resource.path}"))
    answer = _new(crm, resource.path)
    rows = crm.rows(f"/{resource.path}")
    assert len(rows) == before + 1
    assert answer == (None if resource.path in SILENT else rows[-1][f"{resource.entity}Id"])
    assert crm.refusal("POST", f"/{resource.path}", {f"{resource.entity}Id": 7})[0] == 400


def test_put_clears_what_is_missing_or_null(crm: Caller) -> None:
    before = crm.get("/Organisations/2")
    assert crm.send(
        "PUT", "/Organisations/2", {"OrganisationId": 2, "OrganisationName": "N", "OrganisationCity": None}
    ) == (200, b"")
    after = crm.get("/Organisations/2")
    assert (after["OrganisationName"], after["OrganisationCity"], after["OrganisationAddress"]) == ("N", "", "")
    assert after["OrganisationCreatedAt"] == before["OrganisationCreatedAt"]
    assert after["OrganisationUpdatedAt"] > before["OrganisationUpdatedAt"]


def test_put_may_keep_instead(opened: Open) -> None:
    crm = opened(omitted="kept")
    before = crm.get("/Organisations/2")
    crm.ok("PUT", "/Organisations/2", {"OrganisationId": 2, "OrganisationName": "N", "OrganisationCity": None})
    after = crm.get("/Organisations/2")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"OrganisationName", "OrganisationUpdatedAt", "OrganisationUpdatedBy"}


def test_whole_record_put_back_changes_nothing_but_the_stamp(crm: Caller) -> None:
    for path in (
        "Organisations",
        "Persons",
        "PersonsB2C",
        "Opportunities",
        "Deliveries",
        "QuotationLines",
        "Activities",
    ):
        entity = RESOURCES[path.lower()].entity
        number = crm.rows(f"/{path}", 1)[0][f"{entity}Id"]
        before = crm.get(f"/{path}/{number}")
        crm.ok("PUT", f"/{path}/{number}", before)
        after = crm.get(f"/{path}/{number}")
        assert {n for n in before if before[n] != after[n]} <= {f"{entity}UpdatedAt", f"{entity}UpdatedBy"}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"PersonStatus": "active"}, "Error converting value"),
        ({"PersonOrganisationId": "1"}, "to int"),
        ({"PersonBlockMassEmail": "Yes"}, "to bool"),
        ({"PersonBirthday": "x", "PersonMemberStartDate": "20.11.2026"}, "to DateTime"),
        ({"PersonCustom2": "cold call"}, "is not valid for PersonCustom2"),
        ({"PersonCustom3": "true"}, "is not valid for PersonCustom3"),
        ({"PersonFirstName": "x" * 51}, "is not valid for PersonFirstName"),
        ({"PersonCustom1": 5}, "to text"),
    ],
)
def test_values_of_a_wrong_kind_are_refused(reader: Caller, values: dict[str, Any], words: str) -> None:
    status, message = reader.refusal("PUT", "/Persons/1", {"PersonId": 1, **values})
    assert status == 400
    assert words in message


def test_custom_fields_take_yes_no_exact_lists_and_numbers_as_text(crm: Caller) -> None:
    _new(crm, "Organisations", OrganisationCustom1="a", OrganisationCustom2="Yes", OrganisationCustom3="12", OrganisationCustom4="2.5", OrganisationCustom6="Pumps,Newsletter")  # fmt: skip
    for name, value in (("1", "D"), ("2", "yes"), ("3", "1.5"), ("4", "two"), ("6", "pumps")):
        assert (
            crm.refusal("POST", "/Organisations", {"OrganisationId": 0, f"OrganisationCustom{name}": value})[0] == 400
        )


def test_put_wants_its_own_id_and_json(reader: Caller) -> None:
    assert reader.refusal("PUT", "/Persons/1", {"PersonId": 2})[0] == 400
    assert reader.refusal("PUT", "/Persons/1", [1])[0] == 400
    assert reader.raw("PUT", "/Persons/1", "{", {"Authorization": f"Bearer {reader.token}"})[0] == 400


def test_bulk_patch_answers_ids_and_errors_inside_a_200(crm: Caller) -> None:
    items = [
        {"PersonId": 1, "PersonTitle": "Chief"},
        {"PersonId": 999999, "PersonTitle": "x"},
        {"PersonId": 0, "PersonOrganisationId": 1, "PersonLastName": "New"},
        {"PersonId": 2, "PersonStatus": "nosuch"},
        {"PersonTitle": "x"},
    ]
    before = crm.get("/Persons/1")
    answer = crm.ok("PATCH", "/Persons", items)
    assert answer[0] == "1"
    assert answer[2].isdigit()
    assert answer[1] == "Person with id 999999 was not found"
    assert not any(answer[n].isdigit() for n in (1, 3, 4))
    after = crm.get("/Persons/1")
    assert {n for n in before if before[n] != after[n]} == {"PersonTitle", "PersonUpdatedAt", "PersonUpdatedBy"}


@pytest.mark.parametrize("path", ["QuotationLines", "Products", "Documents"])
def test_delete_exists_for_three(crm: Caller, path: str) -> None:
    assert crm.send("DELETE", f"/{path}/1") == (200, b"")
    assert crm.refusal("GET", f"/{path}/1")[0] == 404
    assert crm.refusal("DELETE", f"/{path}/1")[0] == 404


def test_sub_lists_hold_what_belongs_to_the_record(reader: Caller) -> None:
    person = reader.get("/Persons/1")
    home = person["PersonOrganisationId"]
    assert person in reader.rows(f"/Organisations/{home}/Persons")
    assert all(row["PersonOrganisationId"] == home for row in reader.rows(f"/Organisations/{home}/Persons"))
    activity = reader.rows("/Activities", 1)[0]
    user = activity["ActivityAssignedTo"]
    assert activity in reader.rows(f"/Users/{user}/Activities")
    assert reader.rows(f"/Users/{user}/Activities") == reader.rows(f"/Activities/ByResponsible/{user}")
    assert reader.refusal("GET", "/Organisations/999999/Persons?Page=1&Size=1")[0] == 404


def test_lists_by_status_level_and_channel(reader: Caller) -> None:
    assert {row["DeliveryStatus"] for row in reader.rows("/Deliveries/ByStatus/Planned")} == {"Planned"}
    assert {row["OpportunityLevel"] for row in reader.rows("/Opportunities/ByPipelineLevel/4")} == {4}
    assert {row["SupportCaseChannel"] for row in reader.rows("/SupportCases/ByChannel/2")} == {2}
    assert "Closed" not in {row["SupportCaseStatus"] for row in reader.rows("/SupportCases/AllActive")}
    assert len(reader.rows("/Users/AllActive")) == 4
    assert reader.refusal("GET", "/Deliveries/ByStatus/planned?Page=1&Size=1")[0] == 400


def test_dates_in_the_path_include_the_start_and_not_the_end(crm: Caller) -> None:
    moment = crm.get("/Organisations/3")["OrganisationUpdatedAt"]
    path = "/Organisations/FindByUpdateDates"
    later = moment[:-2] + f"{min(int(moment[-2:]) + 1, 59):02d}"
    assert 3 in [row["OrganisationId"] for row in crm.rows(f"{path}/{moment}/2099-01-01")]
    assert 3 not in [row["OrganisationId"] for row in crm.rows(f"{path}/2000-01-01/{moment}")]
    assert 3 in [row["OrganisationId"] for row in crm.rows(f"{path}/2000-01-01/{later}Z")]
    assert crm.refusal("GET", f"{path}/yesterday/today?Page=1&Size=1")[0] == 400


def test_security_info_comes_when_asked_for(reader: Caller) -> None:
    assert reader.get("/Activities/1")["ActivitySecurityInfo"] is None
    assert reader.get("/Activities/1?include=SecurityInfo")["ActivitySecurityInfo"] == {"CanEdit": True}
    assert reader.get("/Events?include=SecurityInfo&Page=1&Size=1")[0]["EventSecurityInfo"] == {"CanEdit": True}


def test_documents_are_uploaded_as_base64_and_downloaded_as_bytes(crm: Caller) -> None:
    content = "Größe\r\n".encode()
    sent = {
        "DocumentFileName": "a.txt",
        "DocumentFile": base64.b64encode(content).decode(),
        "DocumentLinkedEntityType": "Person",
    }
    number = crm.ok("POST", "/Documents", {"DocumentId": 0, **sent})
    assert crm.send("GET", f"/Documents/{number}/Download") == (200, content)
    assert crm.headers["content-type"] == "text/plain"
    assert 'filename="a.txt"' in crm.headers["content-disposition"]
    one = crm.get(f"/Documents/{number}")
    assert (one["DocumentFile"], one["DocumentFileSize"], one["DocumentFileExtension"]) == ("", len(content), "txt")
    crm.ok("PUT", f"/Documents/{number}", {**one, "DocumentDescription": "said"})
    assert crm.send("GET", f"/Documents/{number}/Download")[1] == content
    assert crm.refusal("POST", "/Documents", {"DocumentId": 0})[0] == 400
    assert crm.refusal("POST", "/Documents", {"DocumentId": 0, "DocumentFile": "%"})[0] == 400


def test_notes_come_newest_first_and_the_newest_can_go(crm: Caller, opened: Open) -> None:
    for text in ("one", "two"):
        assert crm.send("POST", "/Activities/1/Notes", {"Comment": text}) == (204, b"")
    assert [note["Comment"] for note in crm.rows("/Activities/1/Notes")] == ["two", "one"]
    assert crm.send("DELETE", "/Activities/1/NewestNote") == (204, b"")
    assert [note["Comment"] for note in crm.rows("/Activities/1/Notes")] == ["one"]
    assert crm.refusal("POST", "/Activities/1/Notes", {"Comment": ""})[0] == 400
    other = opened(notes_as_object=True)
    other.ok("POST", "/Activities/1/Notes", {"Comment": "x"})
    assert other.get("/Activities/1/Notes?Page=1&Size=1")["Comment"] == "x"


@pytest.mark.parametrize("path", ["Activities", "Opportunities", "Deliveries"])
def test_moves_change_the_organisation(crm: Caller, path: str) -> None:
    entity = RESOURCES[path.lower()].entity
    number = crm.rows(f"/{path}", 1)[0][f"{entity}Id"]
    assert crm.send("POST", f"/{path}/{number}/Move", {"NewOrganisationId": 7}) == (204, b"")
    assert crm.get(f"/{path}/{number}")[f"{entity}OrganisationId"] == 7
    assert crm.refusal("POST", f"/{path}/{number}/Move", {"NewOrganisationId": 999999})[0] == 404


def test_conversion_keeps_number_and_lines_and_can_be_undone(crm: Caller) -> None:
    line = crm.rows("/QuotationLines", 1)[0]
    number = line["QuotationLineOpportunityId"]
    old = crm.get(f"/Opportunities/{number}")
    assert crm.ok("POST", f"/Opportunities/{number}/ConvertToDelivery") == number
    assert crm.refusal("GET", f"/Opportunities/{number}")[0] == 404
    assert crm.get(f"/Deliveries/{number}")["DeliveryDescription"] == old["OpportunityDescription"]
    assert line in crm.rows(f"/Deliveries/{number}/QuotationLines")
    assert crm.ok("POST", f"/Deliveries/{number}/ConvertToOpportunity/3") == number
    assert crm.get(f"/Opportunities/{number}")["OpportunityLevel"] == 3


def test_two_deliveries_with_one_number_cannot_be_edited_until_one_changes(crm: Caller) -> None:
    one = crm.rows("/Deliveries", 1)[0]
    other = crm.ok("POST", "/Deliveries", {"DeliveryId": 0, "DeliveryNumber": one["DeliveryNumber"]})
    assert crm.refusal("PUT", f"/Deliveries/{one['DeliveryId']}", one)[0] == 400
    crm.ok("PUT", f"/Deliveries/{other}", {"DeliveryId": other, "DeliveryNumber": "free"})
    crm.ok("PUT", f"/Deliveries/{one['DeliveryId']}", one)


def test_creates_may_fail_now_and_then(opened: Open) -> None:
    crm = opened(creates_fail_every=2)
    assert crm.send("POST", "/Organisations", {"OrganisationId": 0})[0] == 200
    assert crm.refusal("POST", "/Organisations", {"OrganisationId": 0})[0] == 500
    assert crm.send("POST", "/Organisations", {"OrganisationId": 0})[0] == 200


def test_replies_may_hold_more_nulls_zones_and_enumerations_than_described(opened: Open, crm: Caller) -> None:
    assert "DeliveryOpportunityPersonId" in crm.rows("/Deliveries", 1)[0]
    odd = opened(nulls=True, unknown_enums=True, zone_suffix="Z", extra_properties=False)
    assert odd.get("/Persons/3")["PersonStatus"] == "Deceased"
    assert odd.get("/Persons/1")["PersonSkype"] is None
    assert odd.get("/Persons/1")["PersonCreatedAt"].endswith("Z")
    assert "DeliveryOpportunityPersonId" not in odd.rows("/Deliveries", 1)[0]


def test_hooks_are_kept(crm: Caller) -> None:
    sent = {"Id": 0, "IsEnabled": True, "TargetUrl": "https://hook.example", "EventType": "Create", "Filter": ["All"]}
    number = crm.ok("POST", "/Persons/Hooks", sent)
    assert crm.get(f"/Persons/Hooks/{number}")["TargetUrl"] == "https://hook.example"
    crm.ok("PUT", f"/Persons/Hooks/{number}", {**sent, "IsEnabled": False})
    assert crm.rows("/Persons/Hooks")[0]["IsEnabled"] is False
    crm.ok("DELETE", f"/Persons/Hooks/{number}")
    assert crm.rows("/Persons/Hooks") == []


def test_fields_metadata_names_custom_fields_lists_and_the_unused(reader: Caller) -> None:
    found = {f["FieldMetadataFriendlyFieldName"]: f for f in reader.get("/FieldsMetadata/Organisation")}
    assert found["OrganisationCustom1"]["FieldMetadataDisplayType"] == "L"
    assert [c["Value"] for c in found["OrganisationCustom1"]["FieldMetadataDropdownListData"]] == ["A", "B", "C", "a"]
    assert found["OrganisationCustom2"]["FieldMetadataDisplayType"] == "C"
    assert found["OrganisationCustom9"]["FieldMetadataDisplayType"] == "NONE"
    assert found["OrganisationName"]["FieldMetadataTextFieldMaxLength"] == 200
    orders = [f["FieldMetadataSortOrder"] for f in found.values()]
    assert len(set(orders)) == len(orders)
    assert len(reader.get("/FieldsMetadata")) == len(reader.get("/FieldsMetadata/All")) > len(found)
    assert reader.refusal("GET", "/FieldsMetadata/Nosuch")[0] == 400


def test_thousand_rows_come_in_a_few_milliseconds(opened: Open, clock: Clock) -> None:
    crm = opened(rows=1200)
    crm.rows("/PersonsB2C")
    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert crm.send("GET", "/PersonsB2C?Page=1&Size=1000")[0] == 200
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05
