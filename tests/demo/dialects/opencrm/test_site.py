# SPDX-License-Identifier: MIT
"""Coming in: the document's request forms, the three ways to show keys, errors inside HTTP 200, the firewall."""

import json
from urllib.parse import urlencode

import pytest

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from tests.demo.conftest import Clock
from tests.demo.dialects.opencrm.conftest import Caller, Open

WRONG = "Invalid User Details - AUTHENTICATION FAILED"


def test_account_carries_both_keys() -> None:
    with DemoServer(rows=20, keys={"opencrm": "0123"}) as server:
        account = server.account("opencrm")
        assert account["url"] == f"http://127.0.0.1:{server.port}/opencrm/api/rest"
        assert account["secrets"]["key"] == "0123"
        assert set(account["secrets"]) == {"key", "passkey"}


def test_documents_get_example_with_path_pairs_is_answered_where_get_is_let_in(opened: Open) -> None:
    crm = opened(post_only=False)
    name = crm.rows("get_contact_list", limit_end=1)[0]["lastname"]
    path = f"get_contact_list/key/{crm.keys['key']}/passkey/{crm.keys['passkey']}/keywords/"
    status, text = crm.raw(f"{path}nobody-of-that-name", verb="GET")
    assert (status, text) == (200, "")
    assert crm.raw("get_contact_list", verb="GET")[1] == '{"error": "Unauthorized"}'
    assert name


def test_post_without_a_body_takes_the_keys_from_the_path_and_is_counted(crm: Caller) -> None:
    status, text = crm.raw(f"get_contact_list_count/key/{crm.keys['key']}/passkey/{crm.keys['passkey']}")
    assert (status, text) == (200, "75")
    assert crm.site.office.tally.keys_in_url == 1
    crm.call("get_contact_list_count")
    assert crm.site.office.tally.keys_in_url == 1


def test_get_is_refused_otherwise(reader: Caller) -> None:
    assert reader.raw("get_contact_list", verb="GET")[0] == 405


def test_documents_raw_payload_with_a_slash_behind_the_method(reader: Caller) -> None:
    status, text = reader.raw("get_contact_list/", f"key={reader.keys['key']}&passkey={reader.keys['passkey']}")
    assert status == 200
    assert set(json.loads(text)[0]) >= {"id", "crmid"}


def test_documents_post_fields_come_as_a_multipart_form(reader: Caller) -> None:
    parts = {**reader.keys, "keywords": "bob one two"}
    body = (
        "".join(f'--B\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts.items())
        + "--B--\r\n"
    )
    assert reader.raw("get_contact_list", body, kind="multipart/form-data; boundary=B") == (200, "")
    assert reader.raw("get_contact_list", body, kind="multipart/form-data") == (200, '{"error": "Unauthorized"}')


def test_documents_json_string_works_with_either_content_type(reader: Caller) -> None:
    body = json.dumps(reader.keys)
    assert reader.raw("get_contact_list_count/", body, kind="application/json") == (200, "75")
    assert reader.raw("get_contact_list_count/", body) == (200, "75")  # as curl sends it


def test_malformed_json_is_unauthorized(reader: Caller) -> None:
    assert reader.raw("get_contact_list", '{"key": "x"', kind="application/json") == (200, '{"error": "Unauthorized"}')


def test_keys_as_headers(reader: Caller) -> None:
    headers = {"KEY1": reader.keys["key"], "KEY2": reader.keys["passkey"]}
    assert reader.raw("get_lead_list_count", **headers) == (200, "30")
    assert reader.raw("get_lead_list_count", KEY1="x", KEY2="y") == (200, json.dumps({"error": WRONG}))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Unauthorized"),
        ({"key": "x"}, "Unauthorized"),
        ({"apikey": "x", "passkey": "y"}, "Unauthorized"),
        ({"accesscode": "x"}, "Unauthorized"),
        ({"accesskey": "x"}, "Unauthorized"),
        ({"key": "x", "passkey": "y"}, WRONG),
    ],
)
def test_missing_and_wrong_keys_are_told_apart(reader: Caller, sent: dict[str, str], words: str) -> None:
    assert reader.raw("get_contact_list", urlencode(sent)) == (200, json.dumps({"error": words}))


def test_login_answers_a_bare_string_that_opens_the_door(crm: Caller) -> None:
    token = crm.call("login")
    assert isinstance(token, str)
    assert crm.raw("get_lead_list_count", urlencode({"accesskey": token})) == (200, "30")
    assert crm.raw("login", urlencode({"key": "x", "passkey": "y"})) == (200, json.dumps({"error": WRONG}))


@pytest.mark.parametrize(("style", "first", "last"), [("bare", "", ""), ("braces", '{"', '"}'), ("json", '"', '"')])
def test_login_can_be_spelt_as_the_document_prints_it(opened: Open, style: str, first: str, last: str) -> None:
    text = opened(login_style=style).text("login")
    assert text.startswith(first)
    assert text.endswith(last)
    assert len(text) == 32 + len(first + last)


def test_access_key_dies_when_left_idle_and_lives_on_while_used(crm: Caller, clock: Clock) -> None:
    body = urlencode({"accesskey": crm.call("login")})
    for _ in range(3):
        clock.now += 1700
        assert crm.raw("get_lead_list_count", body)[1] == "30"
    clock.now += 1801
    assert crm.raw("get_lead_list_count", body)[1] == '{"error": "Unauthorized"}'


def test_session_fault_forgets_the_access_key(crm: Caller) -> None:
    body = urlencode({"accesskey": crm.call("login")})
    crm.server.faults.add(FaultKind.SESSION_GONE, operation="get_lead_list_count")
    assert crm.raw("get_lead_list_count", body)[1] == '{"error": "Unauthorized"}'
    assert crm.call("get_lead_list_count") == 30


@pytest.mark.parametrize("agent", ["python-requests/2.32", "Python-urllib/3.11", "curl/8.5.0", "python-httpx/0.27"])
def test_firewall_blocks_the_usual_libraries(reader: Caller, agent: str) -> None:
    status, text = reader.raw("get_lead_list_count", urlencode(reader.keys), User_Agent=agent)
    assert status == 403
    assert text.startswith("<html>")


def test_unknown_and_disputed_methods_are_refused(crm: Caller, opened: Open) -> None:
    assert crm.error("edit_helpdesk", crmid="0") == "Invalid method"
    assert crm.error("edit_contracts", crmid="0") == "Invalid method"
    assert crm.error("delete_company", crmid="1") == "Invalid method"
    other = opened(refused_methods=("edit_ticket",), unknown_status=404)
    assert isinstance(other.call("edit_helpdesk", crmid="0", title="x"), int)
    assert other.raw("edit_ticket", urlencode(other.keys)) == (404, '{"error": "Invalid method"}')


def test_limit_of_calls_is_a_switch(opened: Open, clock: Clock) -> None:
    crm = opened(calls_per_minute=2)
    sent = urlencode(crm.keys)
    assert [crm.raw("get_lead_list_count", sent)[0] for _ in range(3)] == [200, 200, 429]
    clock.now += 61
    assert crm.raw("get_lead_list_count", sent)[0] == 200


def test_addresses_elsewhere_are_not_found(crm: Caller) -> None:
    crm.connection.request("POST", "/opencrm/index.php", b"", {"User-Agent": "x"})
    reply = crm.connection.getresponse()
    reply.read()
    assert reply.status == 404
