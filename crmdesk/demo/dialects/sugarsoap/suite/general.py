# SPDX-License-Identifier: MIT
"""SuiteCRM's operations about the server and the session."""

from crmdesk.demo.dialects.sugarsoap.suite.office import Call, Refusal, no_login, success
from crmdesk.demo.dialects.sugarsoap.values import Value, saved, struct


class PlainPassword(Exception):
    """Somebody logged in with his password instead of its hash: PHP sends him to a web page (recorded)."""


def get_server_version(call: Call) -> Value:
    """Return the version of the ancestor that is spoken."""
    return "6.5.25"


def get_sugar_flavor(call: Call) -> Value:
    """Return the edition."""
    return "CE"


def is_loopback(call: Call) -> Value:
    """Return 1: client and server are one machine."""
    return 1


def test(call: Call) -> Value:
    """Return what was sent."""
    return call.text("s")


def get_server_time(call: Call) -> Value:
    """Return the time; the server's zone is UTC."""
    return call.office.now()


def get_gmt_time(call: Call) -> Value:
    """Return UTC."""
    return call.office.now()


def create_session(call: Call) -> Value:
    """Check name and password; gives no session."""
    try:
        call.login_sent()
    except Refusal:
        return "Failed"
    return "Success"


def login(call: Call) -> Value:
    """Return a session of 32 digits; over one cookie, the same for every login."""
    sent = call.sent.get("user_auth")
    sent = sent if isinstance(sent, dict) else {}
    name, password = str(sent.get("user_name") or ""), str(sent.get("password") or "")
    if call.office.doors.is_plain(name, password):
        raise PlainPassword
    user = call.office.doors.check(name, password) if password else None
    if user is None:
        return struct("set_entry_result", id="-1", error=no_login().error)
    call.opened = call.office.doors.open_php(user, call.cookie)
    return saved(call.opened)


def end_session(call: Call) -> Value:
    """Do nothing."""
    return "Success"


def seamless_login(call: Call) -> Value:
    """Return whether the session is known."""
    return int(call.office.doors.find(call.text("session")) is not None)


def logout(call: Call) -> Value:
    """End the session, for everybody who shares it."""
    try:
        call.user()
    except Refusal as refusal:
        return refusal.error
    call.office.doors.end(call.text("session"))
    return success()


def get_user_id(call: Call) -> Value:
    """Return the user's id, "-1" without a session."""
    user = call.office.doors.find(call.text("session"))
    return user.key if user else "-1"


def get_user_team_id(call: Call) -> Value:
    """Return 1: there are no teams."""
    return "1" if call.office.doors.find(call.text("session")) else "-1"


def get_user_team_set_id(call: Call) -> Value:
    """Return 1: there are no teams."""
    return get_user_team_id(call)


def is_user_admin(call: Call) -> Value:
    """Return 1 to administrators, 0 to others, -1 without a session."""
    user = call.office.doors.find(call.text("session"))
    return -1 if user is None else int(user.is_admin)
