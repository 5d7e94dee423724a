# SPDX-License-Identifier: MIT
"""Entering, sessions, verbs and the envelope, as recorded from real servers and shown in the vendor's document."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from crmdesk.demo.faults import FaultKind
from tests.demo.caller import FORM, Caller
from tests.demo.conftest import Clock, Door
from tests.demo.recordings import sentence_of_the_document


def test_challenge_lives_for_five_minutes_as_in_the_document(crm: Caller) -> None:
    sentence_of_the_document('"expireTime":1389692586')
    answer = crm.challenge("admin")
    assert set(answer) == {"token", "serverTime", "expireTime"}
    assert answer["expireTime"] - answer["serverTime"] == 300
    assert len(answer["token"]) == len("52d5057ebf219")


def test_login_answers_user_and_session(door: Door) -> None:
    caller = door("")
    result = caller.answer("admin", caller.challenge("admin")["token"])["result"]
    assert result["userId"] == "19x1"
    assert set(result) == {"userId", "sessionName"}


def test_vtiger_family_tells_more_at_login_and_encodes_names(door: Door) -> None:
    caller = door("", family="vtiger")
    result = caller.answer("lena.lesend", caller.challenge("lena.lesend")["token"])["result"]
    assert result["last_name"] == "S&uuml;&szlig;"
    assert result["version"] == "0.22"


def test_second_challenge_voids_the_first(crm: Caller) -> None:
    first = crm.challenge("admin")["token"]
    second = crm.challenge("admin")["token"]
    assert crm.answer("admin", first)["error"]["code"] == "INVALID_USER_CREDENTIALS"
    assert crm.answer("admin", second)["success"] is True
    assert crm.answer("admin", second)["success"] is True  # a login does not use it up


def test_token_is_worthless_after_five_minutes(crm: Caller, clock: Clock) -> None:
    token = crm.challenge("admin")["token"]
    clock.now += 301
    assert crm.answer("admin", token)["error"]["code"] == "INVALID_AUTH_TOKEN"


def test_unknown_user_is_told_apart_from_a_bad_key(crm: Caller) -> None:
    crm.session = ""
    assert crm.code("getchallenge", username="nosuch") == "ACCESS_DENIED"
    crm.challenge("admin")
    assert crm.tell("login", username="admin", accessKey="0" * 32)["error"]["code"] == "INVALID_USER_CREDENTIALS"
    assert crm.tell("login", username="nosuch", accessKey="0" * 32)["error"]["code"] == "INVALID_AUTH_TOKEN"


def test_user_name_in_capitals_logs_in_and_an_inactive_user_does_not(crm: Caller) -> None:
    assert crm.answer("ADMIN", crm.challenge("ADMIN")["token"])["success"] is True
    assert crm.answer("gone", crm.challenge("gone")["token"])["error"]["code"] == "AUTHENTICATION_REQUIRED"


def test_getchallenge_by_post_and_login_by_get_fail_with_something_else(crm: Caller) -> None:
    crm.session = ""
    token = crm.challenge("admin")["token"]
    assert crm.tell("getchallenge", username="admin")["error"]["code"] == "ACCESS_DENIED"
    assert crm.code("login", username="admin", accessKey=token) == "INVALID_AUTH_TOKEN"


def test_login_as_json_body_is_not_understood(crm: Caller) -> None:
    body = json.dumps({"operation": "login", "username": "admin"}).encode()
    status, answer = crm.raw("POST", "", body, {"Content-Type": "application/json"})
    assert (status, json.loads(answer)["error"]["code"]) == (200, "UNKNOWN_OPERATION")


def test_dead_session_name_makes_getchallenge_fail(crm: Caller) -> None:
    crm.session = "dead"
    assert crm.code("getchallenge", username="admin") == "INVALID_SESSIONID"


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "AUTHENTICATION_REQUIRED"), ("null", "AUTHENTICATION_REQUIRED"), ("abc", "INVALID_SESSIONID")],
)
def test_session_that_is_absent_or_unknown_is_refused(crm: Caller, name: str, code: str) -> None:
    crm.session = name
    assert crm.code("listtypes") == code


def test_idle_session_is_said_once_and_then_unknown(crm: Caller, clock: Clock) -> None:
    clock.now += 1801
    assert crm.code("listtypes") == "SESSION_LEFT_IDLE"
    assert crm.code("listtypes") == "INVALID_SESSIONID"


def test_session_lives_for_a_day_however_busy(crm: Caller, clock: Clock) -> None:
    for _ in range(60):
        clock.now += 1500
        if "error" in (answer := crm.ask("listtypes")):
            break
    assert answer["error"]["code"] == "SESSION_EXPIRED"


def test_logout_wants_post_and_ends_the_session(crm: Caller) -> None:
    assert crm.code("logout") == "OPERATION_NOT_SUPPORTED"
    assert crm.done("logout") == {"message": "successfull"}
    assert crm.tell("logout")["error"]["code"] == "INVALID_SESSIONID"


def test_operation_and_session_may_travel_in_the_other_half_but_nothing_else_may(crm: Caller) -> None:
    url = urlencode({"operation": "create", "sessionName": crm.session})
    form = urlencode({"elementType": "Leads", "element": json.dumps({"lastname": "Split", "assigned_user_id": "19x1"})})
    status, body = crm.raw("POST", url, form.encode(), FORM)
    assert json.loads(body)["result"]["lastname"] == "Split"
    assert crm.tell("query", query="select * from Leads;")["error"]["code"] == "ACCESS_DENIED"
    assert (
        crm.code("create", elementType="Leads", element='{"lastname":"x","assigned_user_id":"19x1"}') == "ACCESS_DENIED"
    )
    assert status == 200


def test_operation_names_ignore_case_and_module_names_do_not(crm: Caller) -> None:
    assert "types" in crm.result("ListTypes")
    assert crm.code("describe", elementType="leads") == "ACCESS_DENIED"


def test_unknown_operation_is_json_or_an_empty_http_500(crm: Caller, vtiger: Caller) -> None:
    assert crm.code("frobnicate") == "UNKNOWN_OPERATION"
    assert vtiger.get("frobnicate") == (500, b"")


@pytest.mark.parametrize(
    "operation",
    ["getaccesslist", "getStreamData", "getAllRelations", "getRelatedRecords", "getLineItems", "deleteLineItem"],
)
def test_relatives_do_not_know_the_vendors_own_operations(door: Door, operation: str) -> None:
    assert door(family="vtiger").get(operation, recordId="6x1") == (500, b"")
    assert door(family="corebos").code(operation, recordId="6x1") == "UNKNOWN_OPERATION"


def test_change_password_on_vtiger_is_plain_text_with_status_200(vtiger: Caller) -> None:
    assert vtiger.post("changePassword", id="19x1") == (200, b"Sorry! Attempt to access restricted file.")


def test_json_is_ascii_with_escaped_slashes(crm: Caller) -> None:
    _, body = crm.get("retrieve", id="3x17")
    assert b"\\u00c4ij\\u00e4l\\u00e4" in body
    assert body.isascii()
    crm.done("update", element={"id": "3x17", "website": "http://x.test/"}, options={"patch": True})
    assert b"http:\\/\\/x.test\\/" in crm.get("retrieve", id="3x17")[1]


def test_one_session_is_served_one_request_at_a_time(crm: Caller) -> None:
    def ask(_: int) -> int:
        with Caller(crm.server) as other:
            other.session = crm.session
            return len(other.rows("select id from Accounts limit 5;"))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [5] * 8


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.SESSION_EXPIRED, "SESSION_EXPIRED"),
        (FaultKind.SESSION_IDLE, "SESSION_LEFT_IDLE"),
        (FaultKind.SESSION_GONE, "INVALID_SESSIONID"),
    ],
)
def test_session_faults_use_the_servers_own_words(crm: Caller, kind: FaultKind, code: str) -> None:
    crm.server.faults.add(kind)
    assert crm.code("listtypes") == code
    assert crm.code("listtypes") == "INVALID_SESSIONID"


def test_trailing_path_as_in_the_documents_stream_example_is_served(crm: Caller) -> None:
    sentence_of_the_document("webservice.php/webservice.php?operation=getStreamData")
    crm._connection.request(
        "GET", f"/crmplus/webservice.php/webservice.php?operation=listtypes&sessionName={crm.session}"
    )
    assert json.loads(crm._connection.getresponse().read())["success"] is True
