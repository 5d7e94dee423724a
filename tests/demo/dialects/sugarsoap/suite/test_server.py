# SPDX-License-Identifier: MIT
"""soap.php as a server: sessions, the plain password, and requests that are none."""

import pytest

from tests.demo.dialects.sugarsoap.caller import SUITE, TYPES, Fault, Soap, decoded
from tests.demo.dialects.sugarsoap.conftest import Open

_XML = {"Content-Type": TYPES["1.1"]}


def test_bad_login_is_an_id_of_minus_one(opened: Open) -> None:
    crm = opened(SUITE, user="")
    for user, password in (("admin", "x"), ("nobody", "x"), ("admin", ""), ("gone", crm.password("gone"))):
        for _ in range(6):  # nobody is locked out here
            found = crm.enter(user, password)
            assert (found["id"], found["error"]["number"]) == ("-1", "10")
    assert len(crm.enter("admin")["id"]) == 32


def test_plain_password_is_sent_to_a_web_page(opened: Open) -> None:
    crm = opened(SUITE, user="")
    auth = {"user_name": "admin", "password": crm.server.keys["admin"], "version": "1"}
    status, body = crm.answer("login", user_auth=auth, application_name="x")
    assert (status, body, crm.headers["location"]) == (302, b"", "index.php?module=Users&action=Wizard")


def test_logins_over_one_cookie_share_a_session_and_logout_ends_it(suite: Soap) -> None:
    assert suite.cookie == f"PHPSESSID={suite.session}"
    assert suite.enter("admin")["id"] == suite.session
    assert "set-cookie" not in suite.headers
    suite.cookie = ""
    other = suite.enter("admin")["id"]
    assert other != suite.session
    assert suite.ask("seamless_login") == "1"
    assert suite.ask("logout")["number"] == "0"
    assert (suite.ask("get_user_id"), suite.ask("seamless_login")) == ("-1", "0")
    assert suite.ask("get_user_id", session=other) == "1"


def test_general_operations(suite: Soap) -> None:
    assert (suite.ask("get_server_version"), suite.ask("get_sugar_flavor")) == ("6.5.25", "CE")
    assert suite.ask("get_server_time") == suite.ask("get_gmt_time") == "2026-11-21 22:26:40"
    assert suite.ask("test", s="a & <b> Ü") == "a & <b> Ü"
    assert (suite.ask("is_user_admin"), suite.ask("is_user_admin", session="x")) == ("1", "-1")
    assert (suite.ask("get_user_team_id"), suite.ask("get_user_team_set_id", session="x")) == ("1", "-1")
    assert (suite.ask("is_loopback"), suite.ask("end_session", user_name="x")) == ("1", "Success")
    who = {"user_name": "admin", "password": suite.password("admin")}
    assert (suite.ask("create_session", **who), suite.ask("create_session", **{**who, "password": "x"})) == ("Success", "Failed")  # fmt: skip


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "error in msg parsing:\nxml was empty, didn't parse!"), (b"hello", "error in msg parsing:\nXML error parsing SOAP payload on line 1: Not well-formed (invalid token)"),
        (b"<a><b></a>", "error in msg parsing:\nXML error parsing SOAP payload on line 1: Mismatched tag"), (b"<a>\xfc</a>", "error in msg parsing:\nXML error parsing SOAP payload on line 1: Invalid character"),
        (b"<!DOCTYPE x [<!ENTITY e 'a'>]><x>&e;</x>", "error in msg parsing:\nXML error parsing SOAP payload on line 1: a document type is not allowed"),
    ],
)  # fmt: skip
def test_unreadable_requests_are_the_clients_fault(suite_reader: Soap, body: bytes, text: str) -> None:
    status, answer = suite_reader.raw(body, _XML)
    assert status == 500
    with pytest.raises(Fault) as caught:
        decoded(answer)
    assert (caught.value.code, caught.value.text) == ("SOAP-ENV:Client", text)


def test_unknown_operations_and_content_types(suite_reader: Soap) -> None:
    assert suite_reader.fault("nope").text == "Operation 'nope' is not defined in the WSDL for this service"
    status, answer = suite_reader.raw(b"{}", {"Content-Type": "application/json"})
    with pytest.raises(Fault, match="Operation '' is not defined"):
        decoded(answer)
    assert status == 500


def test_number_that_is_none_ends_php_without_a_word(suite_reader: Soap) -> None:
    status, body = suite_reader.answer("get_entry_list", session=suite_reader.session, module_name="Accounts", offset="abc", max_results=1)  # fmt: skip
    assert (status, body) == (500, b"")


def test_circles_are_refused(suite_reader: Soap) -> None:
    good = suite_reader.envelope("login", user_auth={"user_name": "a"}, application_name="x")
    for inner in (
        b'<user_auth href="#nowhere"/>',
        b'<user_auth id="a" href="#a"/>',
        b'<user_auth id="a"><x href="#a"/></user_auth>',
    ):
        body = good.replace(b"<user_auth><user_name>a</user_name></user_auth>", inner)
        status, answer = suite_reader.raw(body, _XML)
        assert (status, b"SOAP-ENV:Client" in answer) == (500, True)


def test_action_and_order_do_not_matter_and_utf16_is_read(suite_reader: Soap) -> None:
    auth = {"user_name": "admin", "password": suite_reader.password("admin"), "version": "1"}
    body = suite_reader.envelope("login", application_name="x", user_auth=auth)
    for headers in (_XML, {**_XML, "SOAPAction": '"http://elsewhere/logout"'}):
        assert decoded(suite_reader.raw(body, headers)[1])["error"]["number"] == "0"
    assert decoded(suite_reader.raw(body.decode().encode("utf-16"), _XML)[1])["id"] == suite_reader.session
