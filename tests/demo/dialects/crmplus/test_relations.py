# SPDX-License-Identifier: MIT
"""Relations in the vendor's way and in vtiger's."""

from tests.demo.caller import Caller


def test_all_relations_come_with_labels_and_counts(crm: Caller) -> None:
    lists = {entry["name"]: entry for entry in crm.result("getAllRelations", sourceId="3x17")}
    assert set(lists["Contacts"]) == {"name", "label", "relation"}
    direct = crm.rows("select count(*) from Contacts where account_id = '3x17';")[0]["count"]
    assert lists["Contacts"]["relation"] == int(direct) > 0
    assert "Activities" in lists


def test_related_records_show_a_few_fields_and_three_more(crm: Caller) -> None:
    answer = crm.result("getRelatedRecords", sourceId="3x17", moduleName="Contacts")
    assert set(answer) == {"name", "module", "fields", "relations"}
    names = {field["name"] for field in answer["fields"]}
    assert {"contact_no", "lastname"} <= names
    assert set(answer["relations"][0]) == names | {"id", "createdtime", "modifiedtime", "assigned_user_id"}


def test_adding_a_contact_sets_its_field_and_a_document_makes_a_pair(crm: Caller) -> None:
    contact = crm.done("create", elementType="Contacts", element={"lastname": "N", "assigned_user_id": "19x1"})["id"]
    document = crm.rows("select id from Documents order by id limit 5;")[4]["id"]
    assert crm.done("addRelatedRecord", sourceId="3x17", targetId=[contact, document]) is None
    assert crm.result("retrieve", id=contact)["account_id"] == "3x17"
    related = crm.result("getRelatedRecords", sourceId="3x17", moduleName="Documents")["relations"]
    assert document in [row["id"] for row in related]
    back = crm.result("getRelatedRecords", sourceId=document, moduleName="Accounts")["relations"]
    assert "3x17" in [row["id"] for row in back]


def test_unknown_relation_and_unknown_record_are_refused(crm: Caller) -> None:
    assert crm.code("getRelatedRecords", sourceId="3x17", moduleName="Vendors") == "UNKOWN_ENTITY"
    assert crm.tell("addRelatedRecord", sourceId="3x17", targetId=["4x999999"])["error"]["code"] == "ACCESS_DENIED"


def test_deleted_record_leaves_its_relations(crm: Caller) -> None:
    document = crm.result("getRelatedRecords", sourceId="3x17", moduleName="Documents")["relations"][0]["id"]
    crm.done("delete", id=document)
    rest = crm.result("getRelatedRecords", sourceId="3x17", moduleName="Documents")["relations"]
    assert document not in [row["id"] for row in rest]


def test_vtiger_wants_the_right_label_and_says_yes_to_everything(vtiger: Caller) -> None:
    types = vtiger.result("relatedtypes", elementType="Accounts")
    assert types["information"]["Activities"]["name"] == "Calendar"
    rows = vtiger.result("retrieve_related", id="11x17", relatedType="Contacts", relatedLabel="Contacts")
    assert rows[0]["account_id"] == "11x17"
    assert vtiger.code("retrieve_related", id="11x17", relatedType="Contacts") == "UNKOWN_ENTITY"
    answer = vtiger.done("add_related", sourceRecordId="11x17", relatedRecordId="15x99999", relationIdLabel="Documents")
    assert answer == {"message": "successfull"}
