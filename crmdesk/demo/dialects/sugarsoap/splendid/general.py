# SPDX-License-Identifier: MIT
"""SplendidCRM's operations about the server and the session."""

from datetime import UTC, datetime

from crmdesk.demo.dialects.sugarsoap import zone
from crmdesk.demo.dialects.sugarsoap.splendid.office import Call
from crmdesk.demo.dialects.sugarsoap.splendid.replies import null_reference
from crmdesk.demo.dialects.sugarsoap.values import Many, Value, error, saved, struct

TEAM = "17bb7135-2b95-42dc-85de-842caff927a0"


def get_server_version(call: Call) -> Value:
    """Return the version of the ancestor that is spoken."""
    return "6.0.0"


def get_splendid_version(call: Call) -> Value:
    """Return the application's version."""
    return "15.2.9150.28000"


def get_sugar_flavor(call: Call) -> Value:
    """Return the edition."""
    return call.office.habits.flavor


def is_loopback(call: Call) -> Value:
    """Return 1: client and server are one machine."""
    return 1


def test(call: Call) -> Value:
    """Return what was sent."""
    return call.sent.get("s")


def get_server_time(call: Call) -> Value:
    """Return the local time in the server's culture."""
    return zone.culture_text(call.office.now())


def get_gmt_time(call: Call) -> Value:
    """Return UTC."""
    return datetime.fromtimestamp(call.office.clock(), UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def create_session(call: Call) -> Value:
    """Check name and password; gives no session."""
    call.login_sent()
    return "Success"


def login(call: Call) -> Value:
    """Return a new session, and a cookie where none came along."""
    sent = call.sent.get("user_auth")
    if sent is None or sent.get("user_name") is None or sent.get("password") is None:
        raise null_reference()
    user = call.login(sent["user_name"], sent["password"])
    if not call.office.doors.knows_cookie(call.cookie):
        call.new_cookie = call.office.doors.new_cookie()
    return saved(call.office.doors.open_guid(user))


def end_session(call: Call) -> Value:
    """Do nothing."""
    return "Success"


def seamless_login(call: Call) -> Value:
    """Return whether the session is known."""
    return int(call.office.doors.find(call.text("session")) is not None)


def logout(call: Call) -> Value:
    """Check the session, which lives on."""
    call.user()
    return error()


def get_user_id(call: Call) -> Value:
    """Return the user's id."""
    return call.user().guid


def get_user_team_id(call: Call) -> Value:
    """Return the id of the one team."""
    call.user()
    return TEAM


def sync_get_modified_relationships(call: Call) -> Value:
    """Say in the reply, not by a fault, that this is not done."""
    call.user()
    problem = error("-1", "not supported", "sync_get_modified_relationships is not supported at this time")
    return struct(
        "get_entry_list_result_encoded", result_count=0, next_offset=0, total_count=0, field_list=Many("string", ()), entry_list="", error=problem,
    )  # fmt: skip
