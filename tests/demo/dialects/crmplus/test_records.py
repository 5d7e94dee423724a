# SPDX-License-Identifier: MIT
"""create, retrieve, update, delete."""

from typing import Any

import pytest

from tests.demo.caller import Caller
from tests.demo.conftest import Clock, Door


def _lead(caller: Caller, **fields: Any) -> dict[str, Any]:
    element = {"lastname": "L", "assigned_user_id": "19x1"} | fields
    row: dict[str, Any] = caller.done("create", elementType="Leads", element=element, options={"events": False})
    return row


def test_create_answers_the_whole_record_in_strings(crm: Caller) -> None:
    row = _lead(crm, lastname="Lastname via Webservice", company="Company via Webservice")
    assert row["id"].startswith("2x")
    assert row["lead_no"] == "LEA41"
    assert (row["annualrevenue"], row["noofemployees"], row["record_currency_id"]) == ("0.000000000", "0", "1")
    assert all(isinstance(value, str) for value in row.values())
    assert crm.result("retrieve", id=row["id"]) == row
    assert "label" not in row


def test_missing_or_empty_mandatory_field_is_refused_and_blanks_pass(crm: Caller) -> None:
    for element in ({"assigned_user_id": "19x1"}, {"lastname": "", "assigned_user_id": "19x1"}, {"lastname": "x"}):
        assert crm.tell("create", elementType="Leads", element=element)["error"]["code"] == "MANDATORY_FIELDS_MISSING"
    assert _lead(crm, lastname="   ")["lastname"] == "   "


def test_unknown_and_read_only_fields_are_dropped_without_a_word(crm: Caller) -> None:
    row = _lead(crm, nosuch="x", createdtime="2001-01-01 00:00:00", lead_no="LEA1", id="2x1")
    assert "nosuch" not in row
    assert row["createdtime"].startswith("2026-")
    assert row["lead_no"] == "LEA41"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("abc", "0.000000000"),
        ("1,234.56", "1.000000000"),
        ("1.234,56", "1.230000000"),
        (1234.5, "1234.500000000"),
        ("7.25", "7.250000000"),
    ],
)
def test_number_in_a_local_format_is_damaged_without_a_word(crm: Caller, sent: object, kept: str) -> None:
    assert _lead(crm, annualrevenue=sent)["annualrevenue"] == kept


@pytest.mark.parametrize(
    "sent", ["24.12.2026", "12/24/2026", "2026-13-45", "2026-02-30", "garbage", "2026-12-24T10:00:00Z"]
)
def test_date_in_any_other_format_is_stored_empty(crm: Caller, sent: str) -> None:
    assert _lead(crm, cf_1103=sent)["cf_1103"] == ""
    assert _lead(crm, cf_1103="2028-02-29")["cf_1103"] == "2028-02-29"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(True, "1"), ("on", "1"), ("1", "1"), (1, "1"), ("true", "0"), ("yes", "0"), (False, "0"), ("0", "0")],
)
def test_true_in_words_is_false(crm: Caller, sent: object, kept: str) -> None:
    assert _lead(crm, emailoptout=sent)["emailoptout"] == kept


def test_emoji_become_question_marks_unless_switched(crm: Caller, door: Door) -> None:
    assert _lead(crm, company="😀 x")["company"] == "???? x"
    assert _lead(door(keeps_emoji=True), company="😀 x")["company"] == "😀 x"


def test_too_long_text_is_cut_and_script_is_encoded(crm: Caller) -> None:
    row = _lead(crm, lastname="x" * 500, company="<script>x</script>", description='<b>&amp; "q"')
    assert row["lastname"] == "x" * 80
    assert row["company"] == "&lt;script&gt;x&lt;/script&gt;"
    assert row["description"] == '<b>&amp; "q"'


def test_multi_select_takes_a_list_and_answers_with_the_separator(crm: Caller) -> None:
    assert _lead(crm, cf_1101=["Pumps", "Nope"])["cf_1101"] == "Pumps |##| Nope"


def test_owner_is_not_validated(crm: Caller) -> None:
    assert _lead(crm, assigned_user_id="19x999")["assigned_user_id"] == "999"
    assert _lead(crm, assigned_user_id="20x2")["assigned_user_id"] == "20x2"
    assert _lead(crm, assigned_user_id="3x3")["assigned_user_id"] == "20x3"


def test_reference_to_a_missing_record_is_kept_empty_and_to_a_wrong_module_refused(crm: Caller) -> None:
    contact = {"lastname": "C", "assigned_user_id": "19x1"}
    assert crm.done("create", elementType="Contacts", element=contact | {"account_id": "3x999999"})["account_id"] == ""
    for wrong in ("2x5", "5", "Äijälä Oy"):
        answer = crm.tell("create", elementType="Contacts", element=contact | {"account_id": wrong})
        assert answer["error"]["code"] == "REFERENCE_INVALID"


def test_second_account_of_the_same_name_is_refused_with_the_number_zero(crm: Caller) -> None:
    answer = crm.tell(
        "create", elementType="Accounts", element={"accountname": "Äijälä Oy", "assigned_user_id": "19x1"}
    )
    assert answer["error"] == {"message": "Duplicate(s) detected!", "code": 0}


def test_update_without_patch_empties_what_was_left_out(crm: Caller) -> None:
    row = _lead(crm, company="Co", city="Espoo")
    after = crm.done("update", element={"id": row["id"], "lastname": "New", "assigned_user_id": "19x1"})
    assert (after["lastname"], after["company"], after["city"]) == ("New", "", "")


def test_update_with_patch_keeps_what_was_left_out_and_needs_no_mandatory_field(crm: Caller) -> None:
    row = _lead(crm, company="Co")
    after = crm.done("update", element={"id": row["id"], "city": "Vantaa"}, options={"patch": True, "events": False})
    assert (after["lastname"], after["company"], after["city"]) == ("L", "Co", "Vantaa")
    emptied = crm.tell("update", element={"id": row["id"], "lastname": ""}, options={"patch": True})
    assert emptied["error"]["code"] == "MANDATORY_FIELDS_MISSING"


def test_vtiger_update_keeps_the_rest_ignores_patch_and_has_revise(vtiger: Caller) -> None:
    row = _lead(vtiger, company="Co")
    assert (
        vtiger.done("update", element={"id": row["id"], "lastname": "N", "assigned_user_id": "19x1"})["company"] == "Co"
    )
    patched = vtiger.tell("update", element={"id": row["id"], "city": "x"}, options={"patch": True})
    assert patched["error"]["code"] == "MANDATORY_FIELDS_MISSING"
    assert vtiger.done("revise", element={"id": row["id"], "city": "Berlin"})["city"] == "Berlin"


def test_crmplus_has_no_revise(crm: Caller) -> None:
    assert crm.tell("revise", element={"id": "3x17", "bill_city": "x"})["error"]["code"] == "UNKNOWN_OPERATION"


def test_old_modified_time_does_not_stop_a_write(crm: Caller, clock: Clock) -> None:
    before = crm.result("retrieve", id="3x17")
    clock.now += 60
    crm.done("update", element={"id": "3x17", "bill_city": "Vantaa"}, options={"patch": True})
    after = crm.done(
        "update",
        element={"id": "3x17", "bill_city": "Espoo", "modifiedtime": before["modifiedtime"]},
        options={"patch": True},
    )
    assert after["bill_city"] == "Espoo"
    assert after["modifiedtime"] > before["modifiedtime"]
    assert after["modifiedby"] == "19x1"


def test_second_delete_is_called_a_lack_of_permission(crm: Caller) -> None:
    row = _lead(crm)
    assert crm.done("delete", id=row["id"]) == {"status": "successful"}
    assert crm.tell("delete", id=row["id"])["error"]["code"] == "ACCESS_DENIED"
    assert crm.code("retrieve", id=row["id"]) == "ACCESS_DENIED"


def test_deleting_the_target_empties_the_reference(crm: Caller) -> None:
    contact = crm.rows("select id from Contacts where account_id = '3x17' limit 1;")[0]["id"]
    crm.done("delete", id="3x17")
    assert crm.result("retrieve", id=contact)["account_id"] == ""


def test_ids_are_not_checked_strictly(crm: Caller) -> None:
    assert crm.result("retrieve", id="3x17abc")["id"] == "3x17"
    assert crm.code("retrieve", id="4x17") == "INVALID_ID_ATTRIBUTE"
    assert crm.code("retrieve", id="abc") == "ACCESS_DENIED"
    assert crm.code("retrieve") == "ACCESS_DENIED"


def test_retrieve_tells_permissions_when_asked(door: Door) -> None:
    assert "permissions" not in door().result("retrieve", id="3x17")
    assert door().result("retrieve", id="3x17", options={"withPermissions": True})["permissions"] == {
        "edit": True,
        "delete": True,
    }
    reader = door("lena.lesend").result("retrieve", id="3x17", options={"withPermissions": True})
    assert reader["permissions"] == {"edit": False, "delete": False}


def test_read_only_user_is_denied_every_write(door: Door) -> None:
    caller = door("lena.lesend")
    assert (
        caller.tell("update", element={"id": "3x17", "bill_city": "x"}, options={"patch": True})["error"]["code"]
        == "ACCESS_DENIED"
    )
    assert caller.tell("delete", id="3x17")["error"]["code"] == "ACCESS_DENIED"
    assert (
        door("anna.k").tell("create", elementType="PriceBooks", element={"bookname": "x"})["error"]["code"]
        == "ACCESS_DENIED"
    )


def test_vtiger_label_is_encoded_and_plain_fields_are_not(vtiger: Caller) -> None:
    row = vtiger.result("retrieve", id="11x17")
    assert (row["accountname"], row["label"]) == ("Äijälä Oy", "&Auml;ij&auml;l&auml; Oy")


def test_null_makes_a_ghost_on_vtiger(vtiger: Caller) -> None:
    ghost = _lead(vtiger, lastname="Ghost", company=None)
    assert (ghost["lastname"], ghost["lead_no"]) == ("", "")
    assert vtiger.result("retrieve", id=ghost["id"])["lastname"] == ""
    assert vtiger.rows(f"select id from Leads where id = '{ghost['id']}';") == []
    assert vtiger.done("delete", id=ghost["id"]) == {"status": "successful"}
