# SPDX-License-Identifier: MIT
"""Lists, entries and fields of soap.asmx: what is asked for and what comes instead."""

import pytest

from crmdesk.demo.server import DemoServer
from tests.demo.conftest import Clock
from tests.demo.dialects.sugarsoap.caller import Soap, values
from tests.demo.dialects.sugarsoap.conftest import Open
from tests.demo.dialects.sugarsoap.replay import recorded


def test_query_is_upper_cased_literals_too_and_still_finds(reader: Soap) -> None:
    rows = reader.rows("Accounts", "accounts.name like 'brain%'")
    assert [row["name"] for row in rows] == ["Brainformatik GmbH"]
    assert reader.rows("Accounts", "billing_address_city = 'helsinki'")[0]["billing_address_city"] == "Helsinki"


def test_table_name_is_cut_out_of_literals_too(reader: Soap) -> None:
    assert reader.rows("Accounts", "'accounts.x' = 'X'", most=1) != []


def test_query_is_pasted_so_that_brackets_get_out(reader: Soap) -> None:
    assert len(reader.rows("Accounts", "1=1) or (1=1")) == 24 + 6  # the deleted ones as well


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("NOPE = 1", "Invalid column name 'NOPE'."), ("NAME = 'x", "Unclosed quotation mark after the character string ')'."),
        ("1=1; drop table ACCOUNTS", "Incorrect syntax near ';'."), ("1=1); drop table ACCOUNTS; --", "Incorrect syntax near ';'."), ("(" * 2000, None), ("DATE_ENTERED > 'soon'", "Conversion failed when converting date and/or time from character string."),
        ("ID = '12'", "Conversion failed when converting from a character string to uniqueidentifier."), ("NAME = = 1", "Incorrect syntax near '='."),
        ("CONTACTS_X.NAME = 'a'", 'The multi-part identifier "CONTACTS_X.NAME" could not be bound.'), ("FROBNICATE(NAME) = 'a'", "'FROBNICATE' is not a recognized built-in function name."),
        ("load_extension('x') = 1", "The EXECUTE permission was denied on the object."),
    ],
)  # fmt: skip
def test_bad_query_is_a_fault_of_the_database(reader: Soap, query: str, message: str | None) -> None:
    fault = reader.fault("get_entry_list", module_name="Accounts", query=query, order_by="", offset=0, select_fields=[], max_results=1, deleted=0)  # fmt: skip
    assert message is None or fault.message == message
    assert "SOAP: Failed get_entry_list ---> System.Data.SqlClient.SqlException: " in fault.text


def test_query_cannot_write(reader: Soap) -> None:
    reader.fault("get_entry_list", module_name="Accounts", query="1 in (select 1) returning 1", order_by="", offset=0, select_fields=[], max_results=1, deleted=0)  # fmt: skip
    assert len(reader.rows("Accounts")) == 24


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("NAME LIKE N'brain%'", 1), ("NAME LIKE '[a-b]rain%'", 1), ("NAME LIKE '[^b]rain%'", 0), ("LEN(NAME) > 0", 24), ("ISNULL(PARENT_ID, 'x') = 'x'", None),
        ("DATE_ENTERED >= '2011-06-15' AND DATE_ENTERED < '06/16/2011'", None), ("DATE_ENTERED < GETDATE()", 24), ("EMAIL_OPT_OUT = 1 OR EMAIL_OPT_OUT = 0", 24),
        ("NAME IN ('brainformatik gmbh', 'x')", 1), ("NAME = 'O''Neill'", 0), ("DESCRIPTION IS NULL OR DESCRIPTION IS NOT NULL", 24), ("[NAME] = 'Brainformatik GmbH  '", 1),
    ],
)  # fmt: skip
def test_query_speaks_the_servers_sql(reader: Soap, query: str, count: int | None) -> None:
    found = len(reader.rows("Accounts", query))
    assert found == count if count is not None else found > 0


def test_order_is_always_ascending_by_one_column(reader: Soap) -> None:
    up = [row["name"] for row in reader.rows("Accounts", order_by="NAME")]
    assert up == sorted(up, key=str.casefold)
    assert [row["name"] for row in reader.rows("Accounts", order_by="name desc")] == up
    fault = reader.fault("get_entry_list", module_name="Accounts", query="", order_by="NAME, ID", offset=0, select_fields=[], max_results=1, deleted=0)  # fmt: skip
    assert fault.message == "Invalid column name 'NAMEID'."


def test_paging_has_no_total_and_faults_past_the_end(reader: Soap) -> None:
    page = reader.listed("Accounts", order_by="ID", offset=20, most=10)
    assert (page["result_count"], page["next_offset"], "total_count" in page) == ("4", "24", False)
    at_end = reader.listed("Accounts", offset=24, most=10)
    assert (at_end["result_count"], at_end["next_offset"], at_end["entry_list"]) == ("0", "24", [])
    nothing = reader.listed("Accounts", "NAME = 'x'", offset=0)
    assert (nothing["result_count"], nothing["next_offset"], nothing["field_list"]) == ("0", "0", [])
    fault = reader.fault("get_entry_list", module_name="Accounts", query="", order_by="", offset=25, select_fields=[], max_results=1, deleted=0)  # fmt: skip
    assert fault.message == "Arithmetic operation resulted in an overflow."
    negative = reader.fault("get_entry_list", module_name="Accounts", query="", order_by="", offset=-1, select_fields=[], max_results=1, deleted=0)  # fmt: skip
    assert negative.message == "offset must be a non-negative number"
    none = reader.fault("get_entry_list", module_name="Accounts")
    assert none.message == "max_results must be a postive number"


def test_custom_paging_is_one_row_off(opened: Open) -> None:
    crm = opened(allow_custom_paging=True)
    offset, sizes, ids = 0, [], []
    while True:
        page = crm.listed("Accounts", "ACCOUNT_TYPE <> 'x'", "ID", offset, 5)
        if not page["entry_list"]:
            break
        sizes.append(len(page["entry_list"]))
        ids += [entry["id"] for entry in page["entry_list"]]
        offset = int(page["next_offset"])
    assert (sizes[0], set(sizes[1:-1]), len(set(ids))) == (4, {5}, 24)
    assert len(ids) > 24
    assert ids[3] == ids[4]
    fault = crm.fault("get_entry_list", module_name="Accounts", query="", order_by="", offset=0, select_fields=[], max_results=5, deleted=0)  # fmt: skip
    assert "row_number" in fault.message


def test_select_limits_the_field_list_and_nothing_else(reader: Soap) -> None:
    page = reader.listed("Accounts", most=1, fields=["Id", "NAME"])
    assert [(f["name"], f["label"], f["type"]) for f in page["field_list"]] == [("id", "Id", "System.Guid"), ("name", "NAME", "System.String")]  # fmt: skip
    assert len(page["entry_list"][0]["name_value_list"]) == 44


@pytest.mark.parametrize("fields", [None, ["NOPE"]])
def test_missing_or_unknown_selection_is_a_null_reference(reader: Soap, fields: list[str] | None) -> None:
    fault = reader.fault("get_entry_list", module_name="Accounts", query="", order_by="", offset=0, select_fields=fields, max_results=1, deleted=0)  # fmt: skip
    assert fault.message == "Object reference not set to an instance of an object"


@pytest.mark.parametrize("missing", ["module_name", "query", "order_by"])
def test_missing_text_is_a_null_reference(reader: Soap, missing: str) -> None:
    sent = {"module_name": "Accounts", "query": "", "order_by": "", "offset": 0, "select_fields": [], "max_results": 1, "deleted": 0}  # fmt: skip
    assert "Object reference not set" in reader.fault("get_entry_list", **sent | {missing: None}).message


def test_array_without_its_mark_is_a_null_reference(reader: Soap, reader12: Soap) -> None:
    for caller in (reader, reader12):
        marked = caller.envelope("get_entry_list", session=caller.session, module_name="Accounts", query="", order_by="", offset=0, select_fields=[], max_results=1, deleted=0)  # fmt: skip
        bare = marked.replace(b' enc:arrayType="xsd:anyType[0]"', b"").replace(b' enc:arraySize="0"', b"")
        assert bare != marked
        status, body = caller.raw(bare)
        assert status == 500
        assert b"NullReferenceException" in body


def test_values_are_in_utc_and_no_date_is_the_year_one(reader: Soap) -> None:
    row = reader.rows("Contacts", "BIRTHDATE IS NULL", most=1)[0]
    assert (row["birthdate"], row["do_not_call"]) == ("0001/01/01 00:00:00", "False")
    born = reader.rows("Contacts", "BIRTHDATE IS NOT NULL", most=1)[0]["birthdate"]
    assert born.endswith((" 04:00:00", " 05:00:00"))  # a pure date is midnight in New York
    account = reader.rows("Accounts", "NAME = 'Brainformatik GmbH'")[0]
    assert account["date_entered"] == "2011/06/15 10:09:32"  # the world's own time, which is UTC
    assert account["date_modified_utc"] > account["date_modified"]  # shifted twice


def test_deleted_records_are_asked_for_apart(reader: Soap) -> None:
    assert {row["deleted"] for row in reader.rows("Accounts")} == {"False"}
    assert [row["deleted"] for row in reader.rows("Accounts", deleted=1)] == ["True"] * 6
    assert len(reader.rows("Accounts", deleted=-1)) == 6


def test_get_entry_gives_an_entry_for_each_field_in_the_servers_culture(reader: Soap) -> None:
    row = reader.rows("Accounts", "NAME = 'Brainformatik GmbH'")[0]
    found = reader.ask("get_entry", module_name="Accounts", id=row["id"], select_fields=["Name", "DATE_ENTERED", "deleted"])  # fmt: skip
    assert [values(entry) for entry in found["entry_list"]] == [{"Name": "Brainformatik GmbH"}, {"DATE_ENTERED": "6/15/2011 6:09:32 AM"}, {"deleted": "False"}]  # fmt: skip
    everything = reader.ask("get_entry", module_name="Accounts", id=row["id"], select_fields=[])
    assert len(everything["entry_list"]) == 44
    gone = reader.rows("Accounts", deleted=1)[0]["id"]
    assert reader.ask("get_entry", module_name="Accounts", id=gone, select_fields=["NAME"])["entry_list"] != []
    nobody = reader.ask("get_entry", module_name="Accounts", id="00000001-0000-4000-8000-0000000fffff", select_fields=[])  # fmt: skip
    assert (nobody["entry_list"], nobody["field_list"]) == ([], [])
    assert reader.fault("get_entry", module_name="Accounts", id=row["id"], select_fields=["NOPE"]).message == "NOPE does not exist in ACCOUNTS"  # fmt: skip
    assert reader.fault("get_entry", module_name="Accounts", id="5", select_fields=[]).message.startswith("Guid should contain 32 digits")  # fmt: skip


def test_get_entries_gives_live_records_with_the_views_columns(reader: Soap) -> None:
    people = reader.rows("Contacts", most=2)
    gone = reader.rows("Accounts", deleted=1)[0]["id"]
    found = reader.ask("get_entries", module_name="Contacts", ids=[people[1]["id"].upper(), people[0]["id"]], select_fields=["LAST_NAME", "NOPE"])  # fmt: skip
    entries = [values(entry) for entry in found["entry_list"]]
    assert [entry["id"] for entry in entries] == [people[1]["id"], people[0]["id"]]
    assert set(entries[0]) - set(people[0]) == {"account_id", "account_name", "assigned_to"}
    assert entries[0]["account_name"]
    assert [field and field["name"] for field in found["field_list"]] == ["last_name", None]
    assert reader.ask("get_entries", module_name="Accounts", ids=[gone], select_fields=[])["entry_list"] == []


def test_module_fields_are_upper_case_and_say_little(reader: Soap) -> None:
    found = reader.ask("get_module_fields", module_name="accounts")
    assert found["module_name"] == "accounts"
    fields = {field["name"]: field for field in found["module_fields1"]}
    assert fields["ID"] == {"name": "ID", "type": "Guid", "label": "Accounts.LBL_ID", "required": "0", "options": []}
    theirs = next(one for one in recorded("splendid", "zeep_soap11") if one.note == "get_module_fields Accounts")
    assert [name for name in fields if f">{name}<" not in theirs.body] == []
    kinds = {field["type"] for module in ("Contacts", "Opportunities", "Calls") for field in reader.ask("get_module_fields", module_name=module)["module_fields1"]}  # fmt: skip
    assert kinds == {"Guid", "bool", "DateTime", "string", "decimal", "float", "Int32"}


def test_views_lack_their_columns_where_switched_so(opened: Open) -> None:
    fields = opened(view_columns=False).ask("get_module_fields", module_name="Contacts")["module_fields1"]
    assert "ACCOUNT_ID" not in {field["name"] for field in fields}


def test_modules_are_sorted_and_some_have_no_table(reader: Soap) -> None:
    modules = reader.ask("get_available_modules")["modules"]
    assert modules == sorted(modules)
    assert {"Accounts", "Quotes", "Calendar"} <= set(modules)
    assert reader.fault("get_module_fields", module_name="Calendar").message == "This module is not available on this server"  # fmt: skip


@pytest.mark.parametrize("module", ["Accounts", "Bugs", "Calls", "Campaigns", "Cases", "Contacts", "Currencies", "DocumentRevisions", "Documents", "Invoices", "Leads", "Meetings", "Notes", "Opportunities", "Orders", "ProductTemplates", "Quotes", "Tasks", "Users"])  # fmt: skip
def test_every_module_has_records_with_consistent_references(reader: Soap, module: str) -> None:
    rows = reader.rows(module)
    assert rows
    accounts = {row["id"] for row in reader.rows("Accounts")}
    users = {row["id"] for row in reader.rows("Users")}
    for row in rows:
        assert row.get("assigned_user_id", next(iter(users))) in users
        for name in ("billing_account_id", "account_id", "parent_id"):
            assert not row.get(name) or row[name] in accounts


def test_both_versions_say_the_same(reader: Soap, reader12: Soap) -> None:
    assert reader.listed("Contacts", order_by="ID", most=20) == reader12.listed("Contacts", order_by="ID", most=20)
    assert reader.ask("get_available_modules") == reader12.ask("get_available_modules")


def test_page_is_as_large_as_the_measured_ones(clock: Clock) -> None:
    """1,000 contacts of 53 fields: 10.5 MB with references, 6.8 MB inline (sugarsoap.md 8)."""
    with DemoServer(rows=400, clock=clock).start(warm=False) as server:
        for version, megabytes in (("1.1", 10.5), ("1.2", 6.8)):
            with Soap(server, version=version).log_in() as crm:
                sent = {"module_name": "Contacts", "query": "", "order_by": "", "offset": 0, "select_fields": [], "max_results": 1000, "deleted": 0}  # fmt: skip
                status, body = crm.answer("get_entry_list", session=crm.session, **sent)
                assert status == 200
                assert abs(len(body) / 1e6 - megabytes) < 0.3
