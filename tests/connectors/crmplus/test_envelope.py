# SPDX-License-Identifier: MIT
"""Whatever comes back becomes a result or one clear sentence with the next step."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.connectors.vendors.crmplus.envelope import EMPTY, decode, excerpt, masked
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    Invalid,
    MalformedReply,
    NotACrm,
    NotFound,
    NotPermitted,
    OutcomeUnclear,
    ProxyRefused,
    RateLimited,
    ServerFault,
    SessionExpired,
    UnknownOperation,
)
from tests.connectors.crmplus.support import failure, reply, success

NOISE = (
    "<br />\n<b>Deprecated</b>:  Return type of X::current() {should} be in <b>/srv/x.php</b> on line <b>12</b><br />\n"
)
LOGIN_PAGE = "<!DOCTYPE html><html><body><form>Sign in</form></body></html>"
PHP_FATAL = f"{NOISE}<b>Fatal error</b>: Uncaught Error: x in /srv/y.php:3"


def test_a_success_gives_its_result() -> None:
    assert decode(success({"a": [1, None]}), "query") == {"a": [1, None]}
    assert decode(success(None), "addRelatedRecord") is None


def test_numbers_with_a_point_are_exact() -> None:
    assert decode(reply('{"success":true,"result":255.85}'), "create") == Decimal("255.85")


def test_unknown_top_level_keys_pass() -> None:
    assert decode(reply('{"success":true,"result":[],"moreinfo":{"totalrows":"120"}}'), "query") == []


@pytest.mark.parametrize(
    "prefix", [NOISE, "\ufeff", " \r\n\n", "Warning: {x} in y\n", NOISE * 3, 'Notice: {"a":1}\n', "cb("]
)
def test_what_stands_before_the_object_is_skipped(prefix: str) -> None:
    body = prefix + json.dumps({"success": True, "result": [1]}, separators=(",", ":"))
    assert decode(reply(body), "query") == [1]
    assert decode(reply(body.encode()), "create", write=True) == [1]


def test_an_error_behind_noise_is_that_error() -> None:
    body = NOISE + '{"success":false,"error":{"message":"x","code":"INVALID_ID_ATTRIBUTE"}}'
    with pytest.raises(NotFound):
        decode(reply(body), "retrieve")


@pytest.mark.parametrize(
    ("body", "status", "write", "kind"),
    [
        ("", 500, False, ServerFault),
        ("", 500, True, OutcomeUnclear),
        ("", 200, False, MalformedReply),
        ("", 200, True, OutcomeUnclear),
        (PHP_FATAL, 200, False, ServerFault),
        (PHP_FATAL, 200, True, OutcomeUnclear),
        ("Sorry! Attempt to access restricted file.", 200, True, UnknownOperation),
        ('{"success":true,"result":[{"id":"3x1', 200, False, MalformedReply),
        ('{"success":true,"result":{"id":"3x1', 200, True, MalformedReply),
        (LOGIN_PAGE, 200, False, NotACrm),
        ("plain words", 200, False, MalformedReply),
        ('{"hello": "world"}', 200, False, MalformedReply),
        ("null", 200, False, MalformedReply),
        ("<html>no</html>", 401, False, BadCredentials),
        ("no", 403, False, NotPermitted),
        ("no", 404, False, NotACrm),
        ("no", 407, False, ProxyRefused),
        ("no", 429, False, RateLimited),
        ("no", 503, False, RateLimited),
        ("<html>bad gateway</html>", 502, False, ServerFault),
        ("<html>bad gateway</html>", 502, True, OutcomeUnclear),
        ("<html>slow</html>", 504, True, OutcomeUnclear),
    ],
)
def test_what_is_no_envelope_is_one_clear_error(body: str, status: int, write: bool, kind: type[CrmError]) -> None:
    with pytest.raises(CrmError) as caught:
        decode(reply(body, status), "create" if write else "query", write=write)
    error = caught.value
    assert type(error) is kind
    assert error.user_text.endswith(".")
    assert "JSON" not in error.user_text
    if write and kind in (OutcomeUnclear, MalformedReply):
        assert error.may_be_done
        assert "look" in error.user_text


def test_an_answer_of_something_else_to_the_first_question_is_no_crm() -> None:
    for body in ("It works!", '{"message":"Not here"}', LOGIN_PAGE):
        with pytest.raises(NotACrm, match=r"ends in webservice\.php"):
            decode(reply(body), "getchallenge")


def test_an_envelope_at_an_error_status_is_believed() -> None:
    with pytest.raises(NotPermitted):
        decode(reply('{"success":false,"error":{"code":"ACCESS_DENIED","message":""}}', 500), "query")


def test_how_long_to_wait_is_read() -> None:
    with pytest.raises(RateLimited) as caught:
        decode(reply("", 429, **{"Retry-After": "17"}), "query")
    assert caught.value.retry_after_s == 17


def test_the_code_may_be_the_number_0() -> None:
    with pytest.raises(Invalid, match="already has such a record"):
        decode(failure(0, "Duplicate(s) detected!"), "create", write=True)


@pytest.mark.parametrize(
    "code", ["INVALID_SESSIONID", "SESSION_EXPIRED", "SESSION_LEFT_IDLE", "AUTHENTICATION_REQUIRED"]
)
def test_session_codes(code: str) -> None:
    with pytest.raises(SessionExpired):
        decode(failure(code), "query")


@pytest.mark.parametrize("code", ["ACCESS_DENIED", "AUTHENTICATION_REQUIRED", "INVALID_USER_CREDENTIALS"])
def test_before_the_login_they_mean_user_or_key(code: str) -> None:
    with pytest.raises(BadCredentials):
        decode(failure(code), "getchallenge")


def test_a_missing_field_is_named() -> None:
    for message in ("lastname does not have a value", "Last Name (lastname) does not have a value"):
        with pytest.raises(Invalid) as caught:
            decode(failure("MANDATORY_FIELDS_MISSING", message), "create", write=True)
        assert list(caught.value.per_field) == ["lastname"]
    with pytest.raises(Invalid) as caught:
        decode(failure("MANDATORY_FIELDS_MISSING", "Mandatory Fields Missing.."), "create")
    assert not caught.value.per_field


def test_an_unknown_code_shows_the_servers_words() -> None:
    with pytest.raises(ServerFault, match="brand new trouble") as caught:
        decode(failure("BRAND_NEW", "brand new trouble"), "query")
    assert caught.value.code == "BRAND_NEW"
    broken: tuple[object, ...] = (None, "words", {}, [], {"code": {}})
    for error in broken:
        with pytest.raises(CrmError):
            decode(reply(json.dumps({"success": False, "error": error})), "query")


def test_an_empty_500_is_recognised_by_its_code() -> None:
    with pytest.raises(ServerFault) as caught:
        decode(reply("", 500), "getStreamProperties")
    assert caught.value.code == EMPTY


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from([200, 302, 400, 418, 500]))
def test_any_bytes_are_a_value_or_one_crm_error(body: bytes, status: int) -> None:
    for write in (False, True):
        with pytest.raises(CrmError):
            decode(reply(body, status), "query", write=write)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 200))
def test_a_reply_cut_anywhere_is_one_crm_error(at: int) -> None:
    whole = NOISE + json.dumps({"success": True, "result": [{"id": "3x1", "name": "Größe {x}", "n": 1.5}]})
    if at < len(whole):
        with pytest.raises(CrmError):
            decode(reply(whole[:-at]), "query")


def test_deep_nesting_is_no_crash() -> None:
    with pytest.raises(MalformedReply):
        decode(reply('{"success":true,"result":' + "[" * 200_000), "query")


def test_secrets_are_masked_in_results_and_excerpts() -> None:
    row = {
        "user_name": "admin",
        "accesskey": "k",
        "user_password": "$1$",
        "deep": [{"user_hash": "h"}],
        "crypt_type": "",
    }
    assert masked(row) == {
        "user_name": "admin",
        "accesskey": "***",
        "user_password": "***",
        "deep": [{"user_hash": "***"}],
        "crypt_type": "",
    }
    text = excerpt(json.dumps({"accesskey": "hidden1", "user_password": 'hid"den2', "city": "Ulm"}))
    assert "hidden1" not in text
    assert "den2" not in text
    assert "Ulm" in text
    assert "abc" not in excerpt("operation=login&accessKey=abc&sessionName=abc")
