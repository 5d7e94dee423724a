# SPDX-License-Identifier: MIT
"""Switching modules and languages, passwords, deleting users."""

from tests.demo.caller import Caller
from tests.demo.conftest import Door


def test_access_list_has_numbers_for_modules_and_strings_for_languages(crm: Caller) -> None:
    assert crm.result("getaccesslist", elementType="Modules")["Accounts"] == {"active": 1}
    assert crm.result("getaccesslist", elementType="Languages")["fr_fr"] == {"active": "0"}
    assert crm.code("getaccesslist", elementType="Nonsense") == "ACCESS_DENIED"


def test_switched_off_module_is_gone_until_switched_on(crm: Caller) -> None:
    answer = crm.done(
        "updateaccess", elementType="Modules", element={"Campaigns": {"active": "0"}, "NoSuch": {"active": "1"}}
    )
    assert answer == {"Campaigns": {"success": True}, "NoSuch": {"success": False}}
    assert "Campaigns" not in crm.result("listtypes")["types"]
    assert crm.query_code("select * from Campaigns;") == "ACCESS_DENIED"
    crm.done("updateaccess", elementType="Modules", element={"Campaigns": {"active": "1"}})
    assert crm.rows("select * from Campaigns limit 1;")


def test_only_administrators_switch_and_delete_users(door: Door) -> None:
    caller = door("anna.k")
    assert (
        caller.tell("updateaccess", elementType="Languages", element={"en_us": {"active": "0"}})["error"]["code"]
        == "ACCESS_DENIED"
    )
    assert caller.tell("deleteUser", id="19x6", newOwnerId="19x1")["error"]["code"] == "ACCESS_DENIED"


def test_password_changes_only_with_the_old_one_and_twice_the_new_one(crm: Caller) -> None:
    old = _password(crm, "anna.k")
    change = {"id": "19x5", "oldPassword": old, "newPassword": "n1", "confirmPassword": "n1"}
    assert crm.tell("changePassword", **change | {"oldPassword": "x"})["error"]["code"] == "INVALID_OLD_PASSWORD"
    assert crm.tell("changePassword", **change | {"confirmPassword": "x"})["error"]["code"] == "NEW_PASSWORD_MISMATCH"
    assert crm.done("changePassword", **change) == {"message": "Changed password successfully"}
    assert _password(crm, "anna.k") == "n1"


def test_user_may_change_his_own_password_only(door: Door) -> None:
    caller = door("anna.k")
    old = _password(caller, "anna.k")
    assert (
        caller.tell("changePassword", id="19x6", oldPassword=old, newPassword="n", confirmPassword="n")["error"]["code"]
        == "ACCESS_DENIED"
    )
    assert (
        caller.tell("changePassword", id="19x5", oldPassword=old, newPassword="n", confirmPassword="n")["success"]
        is True
    )


def test_deleted_users_records_go_to_the_heir(crm: Caller) -> None:
    assert crm.done("deleteUser", id="19x5", newOwnerId="20x2") == {"status": "successful"}
    assert crm.result("retrieve", id="3x17")["assigned_user_id"] == "20x2"
    assert crm.rows("select id from Accounts where assigned_user_id = '19x5';") == []
    assert crm.tell("deleteUser", id="19x1", newOwnerId="19x6")["error"]["code"] == "ACCESS_DENIED"  # oneself
    assert crm.tell("deleteUser", id="19x5", newOwnerId="19x6")["success"] is False


def _password(caller: Caller, user: str) -> str:
    from crmdesk.demo.dialects.crmplus.site import CrmPlusSite

    site = caller.server.site("crmplus")
    assert isinstance(site, CrmPlusSite)
    return site.office.sessions.passwords[user]
