# SPDX-License-Identifier: MIT
"""Creating, editing, linking, campaigns, reports: nothing is validated and only errors are objects."""

import pytest

from crmdesk.demo.dialects.opencrm.modules import MODULES
from tests.demo.conftest import Clock
from tests.demo.dialects.opencrm.conftest import Caller


@pytest.mark.parametrize("name", MODULES)
def test_edit_creates_and_changes_and_answers_a_bare_number(crm: Caller, name: str) -> None:
    title = MODULES[name].basic[0]
    text = crm.text(f"edit_{name}", crmid="0", **{title: "New one"}, assigned_user_id="2")
    assert text.isdigit()
    number = int(text)
    assert crm.call(f"edit_{name}", crmid=number, description="said") == number
    one = crm.call(f"get_{name}", crmid=number)
    assert (one[title], one["description"], one["assigned_user_id"]) == ("New one", "said", "2")


def test_only_what_is_sent_changes_and_empty_text_blanks(crm: Caller) -> None:
    before = crm.call("get_contact", crmid=crm.rows("get_contact_list", limit_end=1)[0]["id"])
    crm.call("edit_contact", crmid=before["record_id"], phone="", title="Chief")
    after = crm.call("get_contact", crmid=before["record_id"])
    assert (after["phone"], after["title"]) == ("", "Chief")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"phone", "title", "modifiedtime"}


def test_edit_moves_the_time_of_change(crm: Caller, clock: Clock) -> None:
    number = crm.call("edit_lead", crmid="0", lastname="x")
    clock.now += 60
    crm.call("edit_lead", crmid=number, city="x", modifiedtime="1999-01-01 00:00:00")
    one = crm.call("get_lead", crmid=number)
    assert one["modifiedtime"] > one["createdtime"]


def test_record_without_owner_has_none(crm: Caller) -> None:
    number = crm.call("edit_lead", crmid="0", lastname="x")
    assert crm.call("get_lead", crmid=number)["assigned_user_id"] == ""
    crm.call("edit_lead", crmid=number, smownerid="3")  # writes want assigned_user_id
    assert crm.call("get_lead", crmid=number)["assigned_user_id"] == ""


def test_nothing_is_validated_and_duplicates_are_not_prevented(crm: Caller) -> None:
    sent = {"lastname": "", "email": "no mail", "annualrevenue": "plenty", "nosuchfield": "x"}
    one, other = crm.call("edit_lead", crmid="0", **sent), crm.call("edit_lead", crmid="0", **sent)
    assert one != other
    row = crm.call("get_lead", crmid=one)
    assert (row["email"], row["annualrevenue"]) == ("no mail", "plenty")
    assert "nosuchfield" not in row


@pytest.mark.parametrize(
    ("sent", "shown", "iso"),
    [
        ("2027-02-03", "03-02-2027", "2027-02-03T00:00:00+00:00"),
        ("2027-02-03T00:00:00+00:00", "03-02-2027", "2027-02-03T00:00:00+00:00"),
        ("03-02-2027", "00-00-0000", "-0001-11-30T00:00:00+00:00"),
        ("2027-02-31", "00-00-0000", "-0001-11-30T00:00:00+00:00"),
        ("", "", ""),
    ],
)
def test_date_written_day_first_is_lost(crm: Caller, sent: str, shown: str, iso: str) -> None:
    number = crm.call("edit_opportunity", crmid="0", potentialname="x", closingdate=sent)
    assert crm.call("get_opportunity", crmid=number)["closingdate"] == shown
    assert crm.call("get_opportunity", crmid=number, dateOverride="c")["closingdate"] == iso


def test_edit_wants_a_crmid_that_is_there(crm: Caller) -> None:
    assert crm.error("edit_lead", lastname="x") == "crmid is required"
    assert crm.error("edit_lead", crmid="999999", lastname="x") == "Record not found"
    company = crm.rows("get_company_list", limit_end=1)[0]["id"]
    assert crm.error("edit_lead", crmid=company, lastname="x") == "Record not found"


def test_custom_contact_methods_edit_contacts(crm: Caller) -> None:
    number = crm.call("edit_contact_custom1", crmid="0", lastname="One")
    assert crm.call("edit_contact_custom2", crmid=number, lastname="Two") == number
    assert crm.call("get_contact", crmid=number)["lastname"] == "Two"


def test_link_answers_the_parent(crm: Caller) -> None:
    parent, child = (
        crm.rows("get_company_list", limit_end=1)[0]["id"],
        crm.rows("get_contact_list", limit_end=1)[0]["id"],
    )
    assert crm.call("edit_record_link", parent_id=parent, child_id=child) == parent
    assert crm.site.office.store.neighbours(parent, "contact") == [child]
    assert crm.error("edit_record_link", parent_id=parent) == "child_id is required"
    assert crm.error("edit_record_link", parent_id=parent, child_id=1) == "Invalid child_id"


def test_campaign_says_success_or_an_error_as_a_string(crm: Caller) -> None:
    campaign = next(r["campaignid"] for r in crm.rows("get_opportunity_list_full") if r["campaignid"])
    contact = crm.rows("get_contact_list", limit_end=1)[0]["id"]
    assert crm.text("add_to_campaign", campaignid=campaign, recordid=contact, status="Invited") == '"Success"'
    assert crm.text("add_to_campaign", campaignid=contact, recordid=contact) == '"Invalid campaignid"'
    assert crm.text("add_to_campaign", campaignid=campaign, recordid=1) == '"Invalid recordid"'


def test_standard_and_custom_reports_are_numbered_apart(crm: Caller) -> None:
    rows = crm.rows("get_record_list_from_report", reportid=12, limit_end=3)
    assert len(rows) == 3
    assert set(rows[0]) == {
        "id",
        "crmid",
        "Potentials_potentialname",
        "Potentials_amount",
        "Potentials_closingdate",
        "Potentials_sales_stage",
    }
    custom = crm.rows("get_record_list_from_report", reportid=1, isCustomReport="true")
    assert sum(row["Accounts_number"] for row in custom) == crm.call("get_company_list_count")
    assert crm.error("get_record_list_from_report", reportid=1) == "Invalid report"
    assert crm.error("get_record_list_from_report") == "reportid is required"
    assert crm.error("get_record_list_from_report", reportid=99, isCustomReport="true") == "Invalid report"


def test_reports_take_the_general_parameters(crm: Caller) -> None:
    row = crm.rows("get_record_list_from_report", reportid=12, limit_end=1, dateOverride="c")[0]
    assert row["Potentials_closingdate"].endswith("T00:00:00+00:00")
    owner = crm.rows(
        "get_record_list_from_report", reportid=11, limit_end=1, change_assignedidtouser="assigned_user_id"
    )
    assert "." in owner[0]["Accounts_assigned_user_id"]


def test_seventeen_documented_edits_and_all_else_exist(crm: Caller) -> None:
    document = "activity contact contact_custom1 contact_custom2 asset company lead opportunity project product quote salesorder invoice purchaseorder"
    for name in document.split():
        assert crm.error(f"edit_{name}") == "crmid is required"
