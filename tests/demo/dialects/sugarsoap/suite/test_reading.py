# SPDX-License-Identifier: MIT
"""Lists, entries, counts and fields of soap.php."""

from typing import Any

import pytest

from tests.demo.dialects.sugarsoap.caller import Soap, values
from tests.demo.dialects.sugarsoap.conftest import Open
from tests.demo.dialects.sugarsoap.replay import recorded


def _list(caller: Soap, query: str = "", **more: Any) -> Any:
    sent = {
        "module_name": "Accounts",
        "query": query,
        "order_by": "",
        "offset": 0,
        "select_fields": [],
        "max_results": 5,
        "deleted": 0,
    }
    return caller.ask("get_entry_list", **sent | more)


def test_list_says_all_fields_and_only_selected_values(suite_reader: Soap) -> None:
    page = _list(suite_reader, select_fields=["website", "nope", "id", "name"])
    assert len(page["field_list"]) == 43
    assert [list(values(entry)) for entry in page["entry_list"]] == [["id", "name", "website"]] * 5
    whole = _list(suite_reader, max_results=1)
    assert list(values(whole["entry_list"][0]))[:4] == ["assigned_user_name", "modified_by_name", "created_by_name", "id"]  # fmt: skip


@pytest.mark.parametrize(("note", "module"), [("fields", "Accounts"), ("a contact", "Contacts")])
def test_fields_are_the_recorded_ones(suite_reader: Soap, note: str, module: str) -> None:
    theirs = next(one for one in recorded("suitecrm", "legacy_soap_php_plugin") if one.note == note).body
    for field in suite_reader.ask("get_module_fields", module_name=module)["module_fields"]:
        said = f'>{field["name"]}</name><type xsi:type="xsd:string">{field["type"]}</type>'
        assert said in theirs, field["name"]
        required = theirs.partition(said)[2].partition("<required")[2][:40]
        assert f">{field['required']}<" in required, field["name"]


def test_required_and_options_are_said(suite_reader: Soap) -> None:
    found = suite_reader.ask("get_module_fields", module_name="Contacts")
    assert found["error"] == {"number": None, "name": None, "description": None}
    fields = {field["name"]: field for field in found["module_fields"]}
    assert (fields["last_name"]["required"], fields["first_name"]["required"]) == ("1", "0")
    assert {"name": "Mr.", "value": "Mr."} in fields["salutation"]["options"]
    assert fields["do_not_call"]["default_value"] == "0"
    assert fields["date_entered"]["options"][0] == {"name": "=", "value": "Equals"}


def test_paging_takes_anything(suite_reader: Soap) -> None:
    assert (_list(suite_reader, offset=2, max_results=2)["next_offset"], _list(suite_reader, offset=-1)["next_offset"]) == ("4", "5")  # fmt: skip
    assert _list(suite_reader, max_results=0)["result_count"] == _list(suite_reader, max_results=-99)["result_count"] == "20"  # fmt: skip
    past = _list(suite_reader, offset=9999)
    assert (past["result_count"], past["next_offset"], past["entry_list"], past["field_list"]) == ("0", "9999", [], [])


def test_order_knows_descending_and_bare_names_only(suite_reader: Soap) -> None:
    up = [row["name"] for row in suite_reader.rows("Accounts", order_by="name")]
    assert [row["name"] for row in suite_reader.rows("Accounts", order_by="name desc")] == up[::-1]
    assert suite_reader.rows("Accounts", order_by="accounts.name desc") == suite_reader.rows("Accounts")
    both = suite_reader.rows("Accounts", order_by="account_type asc, name desc")
    customers = [row["name"] for row in both if row["account_type"] == "Customer"]
    assert customers == [name for name in up[::-1] if name in customers]


@pytest.mark.parametrize("query", ["1=1; drop table accounts", "accounts.id in (select id from users)", "1=1 or (SELECT 1)"])  # fmt: skip
def test_semicolons_and_sub_selects_are_denied(suite_reader: Soap, query: str) -> None:
    page = _list(suite_reader, query)
    assert (page["result_count"], page["error"]["number"], "entry_list" in page) == ("-1", "40", False)


@pytest.mark.parametrize("query", ["accounts.name like '", "nope = 1", "name = 'x'a", "date_entered > '2020'", "accounts.email1 = 'x'", "accounts.name == "])  # fmt: skip
def test_what_the_database_refuses_is_a_sentence(suite_reader: Soap, query: str) -> None:
    status, body = suite_reader.answer("get_entry_list", session=suite_reader.session, module_name="Accounts", query=query, order_by="", offset=0, select_fields=[], max_results=1, deleted=0)  # fmt: skip
    assert (status, body) == (500, b"Database failure. Please refer to suitecrm.log for details.")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("accounts.name like 'BRAIN%'", 1), ("accounts.name = 'brainformatik gmbh'", 1), (r"accounts.name like '100\%%'", 0), (r"accounts.name = 'O\'Neill'", 0),
        ("accounts.date_entered >= '2011-06-15' and accounts.date_entered < '2011-06-16'", None), ("name is not null", 24), ("`name` <> 'x;select'", 24),
        ("accounts.date_entered <= NOW()", 24), ("concat(name, '!') = 'Brainformatik GmbH!'", 1), ("jt0.user_name = 'anna.k'", None),
    ],
)  # fmt: skip
def test_query_speaks_the_servers_sql(suite_reader: Soap, query: str, count: int | None) -> None:
    found = len(suite_reader.rows("Accounts", query))
    assert found == count if count is not None else found > 0


def test_deleted_is_asked_for(suite_reader: Soap) -> None:
    assert [len(suite_reader.rows("Accounts", deleted=n)) for n in (0, 1, -1)] == [24, 6, 30]
    assert suite_reader.ask("get_entries_count", module_name="Accounts", query="", deleted=0)["result_count"] == "24"
    assert suite_reader.ask("get_entries_count", module_name="Nope", query="", deleted=0)["error"]["number"] == "20"


def test_entry_comes_once_in_the_order_of_fields(suite_reader: Soap) -> None:
    row = suite_reader.rows("Contacts", "contacts.birthdate is not null", most=1)[0]
    found = suite_reader.ask("get_entry", module_name="Contacts", id=row["id"], select_fields=["birthdate", "last_name", "account_name"])  # fmt: skip
    assert [values(entry) for entry in found["entry_list"]] == [{"last_name": row["last_name"], "account_name": row["account_name"], "birthdate": row["birthdate"]}]  # fmt: skip
    assert row["account_name"]
    assert len(row["birthdate"]) == 10


@pytest.mark.parametrize("fields", [[], ["deleted", "name"]])
def test_what_is_gone_says_so_if_it_is_asked(suite_reader: Soap, fields: list[str]) -> None:
    gone = suite_reader.rows("Accounts", deleted=1)[0]["id"]
    found = suite_reader.ask("get_entries", module_name="Accounts", ids=[gone, "nope"], select_fields=fields)
    assert [entry["id"] for entry in found["entry_list"]] == [gone, "nope"]
    assert found["field_list"] == []
    assert {values(entry)["deleted"] for entry in found["entry_list"]} == {"1"}
    assert ("warning" in values(found["entry_list"][0])) == (fields == [])


def test_selection_that_does_not_say_it_is_an_array_finds_nothing(suite_reader: Soap) -> None:
    key = suite_reader.rows("Accounts", most=1)[0]["id"]
    for names, found in ((["name", "website"], []), (["name"], ["name"])):
        marked = suite_reader.envelope("get_entry", session=suite_reader.session, module_name="Accounts", id=key, select_fields=names)  # fmt: skip
        bare = marked.replace(f' enc:arrayType="xsd:anyType[{len(names)}]"'.encode(), b"")
        assert bare != marked
        _, body = suite_reader.raw(bare)
        assert body.count(b'<name xsi:type="xsd:string">name</name><value') == len(found)


@pytest.mark.parametrize(
    ("operation", "number", "more"),
    [
        ("get_entry_list", "10", {"result_count": "-1", "entry_list": []}), ("get_available_modules", "11", {"modules": []}), ("get_module_fields", "11", {"module_fields": []}),
        ("get_entry", "11", {"field_list": [], "entry_list": []}), ("get_entries", "11", {"entry_list": []}), ("set_entry", "10", {"id": "-1"}),
        ("set_entries", "10", {"ids": []}), ("get_relationships", "11", {"ids": []}), ("get_entries_count", "11", {"result_count": "-1"}),
        ("set_note_attachment", "11", {"id": "-1"}), ("set_document_revision", "11", {"id": "-1"}), ("get_note_attachment", "11", {}), ("get_related_notes", "11", {"entry_list": []}),
        ("get_document_revision", "11", {}), ("set_relationships", "11", {"created": "0"}),
    ],
)  # fmt: skip
def test_lost_session_is_a_number_at_http_200(
    suite_reader: Soap, operation: str, number: str, more: dict[str, Any]
) -> None:
    found = suite_reader.ask(operation, session="gone", module_name="Accounts")
    assert found["error"]["number"] == number
    assert {name: found[name] for name in more} == more


@pytest.mark.parametrize("operation", ["logout", "set_relationship", "relate_note_to_module"])
def test_lost_session_is_the_whole_result_of_some(suite_reader: Soap, operation: str) -> None:
    assert suite_reader.ask(operation, session="gone")["number"] == "11"


def test_unseen_modules_do_not_exist(opened: Open) -> None:
    anna = opened("/sugarsoap/soap.php", user="anna.k")
    assert "Campaigns" not in anna.ask("get_available_modules")["modules"]
    assert anna.ask("get_module_fields", module_name="Campaigns")["error"]["number"] == "20"


@pytest.mark.parametrize("module", ["Accounts", "Contacts", "Opportunities", "Leads", "Cases", "Calls", "Meetings", "Tasks", "Notes", "Documents", "DocumentRevisions", "Campaigns", "AOS_Quotes", "AOS_Invoices", "AOS_Products", "AOS_Products_Quotes", "Users"])  # fmt: skip
def test_every_module_has_records(suite_reader: Soap, module: str) -> None:
    rows = suite_reader.rows(module)
    assert rows
    fields = {field["name"]: field for field in suite_reader.ask("get_module_fields", module_name=module)["module_fields"]}  # fmt: skip
    assert set(rows[0]) == set(fields)
    choices = {name: {one["name"] for one in field["options"]} for name, field in fields.items() if field["type"] == "enum" and field["options"]}  # fmt: skip
    for row in rows:
        for name, allowed in choices.items():
            assert not row[name] or row[name] in allowed, (name, row[name])
