# SPDX-License-Identifier: MIT
"""Counts, lists, full lists and single records, and the odd ways in which they come."""

import json
import time

import pytest

from crmdesk.demo.dialects.opencrm.modules import MODULES
from tests.demo.conftest import Clock
from tests.demo.dialects.opencrm.conftest import Caller, Open


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_count_list_full_list_and_get(reader: Caller, name: str) -> None:
    count = reader.call(f"get_{name}_list_count")
    rows = reader.rows(f"get_{name}_list")
    full = reader.rows(f"get_{name}_list_full")
    assert count == len(rows) == len(full) > 0
    assert len(full[0]) > len(rows[0])
    assert isinstance(rows[0]["id"], int)
    assert rows[0]["id"] == rows[0]["crmid"]
    one = reader.call(f"get_{name}", crmid=rows[0]["crmid"])
    assert one["record_id"] == str(rows[0]["id"])
    assert one["record_module"] == MODULES[name].label
    assert "crmid" not in one
    assert ("products" in one) is MODULES[name].is_sales


def test_users_have_a_list_only(crm: Caller) -> None:
    assert crm.rows("get_user_list")[0]["user_name"] == "admin"
    assert crm.error("get_user") == "Invalid method"


def test_one_row_comes_as_an_object(crm: Caller, opened: Open) -> None:
    assert isinstance(crm.call("get_lead_list", limit_end=1), dict)
    assert isinstance(opened(one_row_as_object=False).call("get_lead_list", limit_end=1), list)


@pytest.mark.parametrize("text", ["", "[]", '""', "null", '{"error":"No records"}'])
def test_no_rows_come_as_the_switch_says(opened: Open, text: str) -> None:
    crm = opened(empty_list=text)
    assert crm.text("get_lead_list", keywords="nobody at all") == text
    assert crm.call("get_lead_list_count", keywords="nobody at all") == 0


def test_limit_end_is_the_absolute_end(reader: Caller) -> None:
    rows = [row["id"] for row in reader.rows("get_contact_list")]
    assert [row["id"] for row in reader.rows("get_contact_list", limit_start=10, limit_end=15)] == rows[10:15]
    assert reader.text("get_contact_list", limit_start=50, limit_end=50) == ""
    assert [row["id"] for row in reader.rows("get_contact_list", limit_start=70)] == rows[70:]


def test_dates_are_day_first_and_moments_year_first(reader: Caller) -> None:
    row = reader.rows("get_opportunity_list_full", limit_end=1)[0]
    assert row["closingdate"][2] == row["closingdate"][5] == "-"
    assert row["modifiedtime"][4] == row["modifiedtime"][7] == "-"
    assert row["modifiedtime"][10] == " "


def test_overrides_ask_for_iso(reader: Caller) -> None:
    plain = reader.rows("get_opportunity_list_full", limit_end=1)[0]
    iso = reader.rows("get_opportunity_list_full", limit_end=1, dateOverride="c", dateTimeOverride="c")[0]
    day, month, year = plain["closingdate"].split("-")
    assert iso["closingdate"] == f"{year}-{month}-{day}T00:00:00+00:00"
    assert iso["modifiedtime"] == plain["modifiedtime"].replace(" ", "T") + "+00:00"


def test_documents_override_has_underscores_for_blanks_and_stars_for_slashes(crm: Caller, clock: Clock) -> None:
    number = crm.call("edit_project", crmid="0", projectname="x", startdate="2015-08-04")
    clock.now += 0
    one = crm.call("get_project", crmid=number, dateOverride="d_F_Y", dateTimeOverride="d_F_Y_H:i")
    assert one["startdate"] == "04 August 2015"
    assert one["createdtime"].startswith("21 November 2026 ")
    assert crm.call("get_project", crmid=number, dateOverride="j*n*y")["startdate"] == "4/8/15"


def test_assigned_user_ids_become_names(reader: Caller) -> None:
    plain = reader.rows("get_project_list_full", limit_end=1)[0]
    named = reader.rows(
        "get_project_list_full", limit_end=1, change_assignedidtouser="Project_Developer,Assigned_User_Id"
    )[0]
    assert plain["Project_Developer"].isdigit()
    assert plain["assigned_user_id"].isdigit()
    names = {row["user_name"] for row in reader.rows("get_user_list")}
    assert {named["Project_Developer"], named["assigned_user_id"]} <= names


def test_owner_may_be_named_as_in_the_field_reference(opened: Open) -> None:
    crm = opened(owner_name="smownerid")
    row = crm.rows("get_lead_list_full", limit_end=1)[0]
    assert "smownerid" in row
    assert "assigned_user_id" not in row
    number = crm.call("edit_lead", crmid="0", lastname="x", assigned_user_id="3")
    assert crm.call("get_lead", crmid=number)["smownerid"] == "3"


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("accountname|=|ZULU ltd", {"Zulu Ltd"}),
        ("accountname|LIKE|Zulu%", {"Zulu Ltd", "Zulu_2"}),
        ("accountname|LIKE|Zulu", set()),
        ("accountname|BEGINS|zulu", {"Zulu Ltd", "Zulu_2"}),
        ("accountname|ENDS|u ltd", {"Zulu Ltd"}),
        ("accountname|CONTAINS|lu_", {"Zulu_2"}),
        ("account.accountname|=|Zulu Ltd", {"Zulu Ltd"}),
    ],
)
def test_query_string_knows_five_operators_without_regard_to_case(
    crm: Caller, condition: str, wanted: set[str]
) -> None:
    crm.call("edit_company", crmid="0", accountname="Zulu Ltd")
    crm.call("edit_company", crmid="0", accountname="Zulu_2")
    assert {row["accountname"] for row in crm.rows("get_company_list", query_string=condition)} == wanted
    assert crm.call("get_company_list_count", query_string=condition) == len(wanted)


def test_documents_condition_on_modifiedtime_works_though_not_listed(crm: Caller, clock: Clock) -> None:
    number = crm.call("edit_contact", crmid="0", lastname="Latecomer")
    rows = crm.rows("get_contact_list", query_string="crmentity.modifiedtime|>|2026-11-21 00:00:00")
    assert [row["id"] for row in rows] == [number]


def test_second_condition_and_a_bar_in_a_value_are_lost(crm: Caller) -> None:
    crm.call("edit_company", crmid="0", accountname="A|B")
    crm.call("edit_company", crmid="0", accountname="A")
    rows = crm.rows("get_company_list", query_string="accountname|=|A|B")
    assert [row["accountname"] for row in rows] == ["A"]


@pytest.mark.parametrize("condition", ["accountname", "accountname|!=|x", "nosuch|=|x", "quotes.accountname|=|x"])
def test_conditions_it_does_not_understand_are_errors(reader: Caller, condition: str) -> None:
    assert reader.error("get_company_list", query_string=condition).startswith("Invalid query string")


def test_query_names_may_differ_from_field_names(crm: Caller, opened: Open) -> None:
    assert crm.call("get_lead_list_count", query_string="assigned_user_id|=|2") > 0
    strict = opened(query_names="strict")
    assert strict.error("get_lead_list", query_string="assigned_user_id|=|2").startswith("Invalid")
    assert strict.call("get_lead_list_count", query_string="crmentity.smownerid|=|2") > 0


def test_every_keyword_has_to_be_found(crm: Caller) -> None:
    number = crm.call("edit_contact", crmid="0", firstname="Bob", lastname="Onetwo")
    assert [row["id"] for row in crm.rows("get_contact_list", keywords="onetwo bob")] == [number]
    assert crm.text("get_contact_list", keywords="bob nobody") == ""


def test_order_may_follow_the_newest_change(opened: Open, clock: Clock) -> None:
    crm = opened(order="modified")
    last = crm.rows("get_lead_list")[-1]["id"]
    clock.now += 10
    crm.call("edit_lead", crmid=last, city="Turku")
    assert crm.rows("get_lead_list")[0]["id"] == last


@pytest.mark.parametrize(
    ("style", "status", "text"),
    [
        ("error", 200, '{"error": "Record not found"}'),
        ("empty", 200, ""),
        ("404", 404, '{"error": "Record not found"}'),
    ],
)
def test_missing_record(opened: Open, style: str, status: int, text: str) -> None:  # fmt: skip
    crm = opened(missing_record=style)
    sent = json.dumps({**crm.keys, "crmid": 999999})
    assert crm.raw("get_lead", sent) == (status, text)


def test_thousand_rows_come_in_a_few_milliseconds(opened: Open) -> None:
    crm = opened(rows=1200)
    crm.call("get_lead_list_count")
    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert len(crm.rows("get_lead_list", limit_end=1000)) == 1000
        took.append(time.perf_counter() - began)
    assert min(took) < 0.06
