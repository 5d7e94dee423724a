# SPDX-License-Identifier: MIT
"""Calls: headers, address, replies of every kind, and each failure as one error of ours."""

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.soap import SoapFault, SoapVersion
from crmdesk.connectors.wire.soap.service import read_envelope
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    MalformedReply,
    NotACrm,
    NotPermitted,
    OutcomeUnclear,
    RateLimited,
    ServerFault,
)
from tests.connectors.wire.soap import test_decode as shapes
from tests.connectors.wire.soap.support import ADDRESS, XML, FakeHttp, envelope, exchanges, reply, service

PING = envelope("<t:pingResponse><pingResult>pong</pingResult></t:pingResponse>")
FAULT = envelope(
    "<s:Fault><faultcode>s:Server</faultcode><faultstring>A.B: x ---> C.D: No.\n at E</faultstring></s:Fault>"
)


def answer(answered: Reply, *, write: bool = False, operation: str = "ping") -> object:
    return service("encoded", answered).call(operation, {}, write=write).result


def test_soap_1_1_headers() -> None:
    fake = FakeHttp()
    found = service("encoded", reply(PING, headers={**XML, "Set-Cookie": "a=b"}), fake=fake).call(
        "ping", {}, write=False, headers={"Cookie": "c=d"}
    )
    assert (found.result, found.outputs, found.status, found.cleaned) == ("pong", {"pingResult": "pong"}, 200, 0)
    assert found.headers["Set-Cookie"] == "a=b"
    (asked,) = fake.asked
    assert (asked["method"], asked["url"], asked["write"]) == ("POST", ADDRESS, False)
    assert asked["headers"] == {
        "Cookie": "c=d",
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": '"urn:example:desk/ping"',
    }


def test_soap_1_2_headers() -> None:
    fake = FakeHttp()
    body = envelope(shapes.TWELVE, SoapVersion.V12)
    made = service(
        "encoded", reply(body, headers={"content-type": "application/soap+xml"}), version=SoapVersion.V12, fake=fake
    )
    assert made.call("get_list", {"session": "s", "offset": 0, "fields": []}, write=False).result == shapes.WANTED
    expected = 'application/soap+xml; charset=utf-8; action="urn:example:desk/get_list"'
    assert fake.asked[0]["headers"] == {"Content-Type": expected}


def test_an_action_that_the_wsdl_leaves_empty_is_sent_empty() -> None:
    fake = FakeHttp()
    made = service("manager", reply(envelope("<t:r><setManyReturn>true</setManyReturn></t:r>")), fake=fake)
    made.call("setMany", {"session": {"sessionID": "k"}, "many": []}, write=True)
    assert fake.asked[0]["headers"]["SOAPAction"] == '""'
    assert made.soap_action("setMany") == ""


@pytest.mark.parametrize("inside", [shapes.MULTI_REF, shapes.INLINE], ids=["multi-ref", "inline"])
def test_a_result_under_any_name(inside: str) -> None:
    arguments = {"session": "s", "offset": 0, "fields": ["id"]}
    assert service("encoded", reply(envelope(inside))).call("get_list", arguments, write=False).result == shapes.WANTED


def test_cleaned_characters_are_counted() -> None:
    body = envelope("<t:pingResponse><pingResult>p&#xB;o</pingResult></t:pingResponse>")
    assert service("encoded", reply(body)).call("ping", {}, write=False).cleaned == 1


def test_several_outputs_and_none() -> None:
    both = envelope("<t:r><is_done>true</is_done><note/></t:r>")
    found = service("encoded", reply(both)).call("set_everything", {"everything": {}}, write=True)
    assert (found.result, found.outputs) == ("true", {"is_done": "true", "note": ""})
    nothing = service("encoded", reply(envelope("<t:set_folderResponse/>"))).call(
        "set_folder", {"folder": {}}, write=True
    )
    assert (nothing.result, nothing.outputs) == (None, {})


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        ("", []),
        ("<l:row><l:product>a</l:product></l:row>", [{"product": "a"}]),
        ("<l:row><l:product>a</l:product></l:row><l:row/>", [{"product": "a"}, ""]),
    ],
)
def test_a_literal_list_stays_a_list(inside: str, wanted: list[object]) -> None:
    body = envelope(
        f"<l:saveResponse xmlns:l='urn:example:literal'><l:saved>{inside}</l:saved><l:tag>x</l:tag><l:count>1</l:count></l:saveResponse>"
    )
    arguments = {"session": "s", "rows": [], "by_id": 1}
    found = service("literal", reply(body)).call("save", arguments, write=True)
    assert found.outputs == {"saved": wanted, "tag": ["x"], "count": "1"}


def test_an_encoded_array_without_its_mark_is_a_list_all_the_same() -> None:
    body = envelope("<t:r><set_manyResult/></t:r>")
    assert service("encoded", reply(body)).call("set_many", {"session": "s", "lists": []}, write=True).result == []
    body = envelope("<t:r><set_manyResult><item>1</item></set_manyResult></t:r>")
    found = service("encoded", reply(body)).call("set_many", {"session": "s", "lists": []}, write=True)
    assert found.result == ["1"]


def test_a_document_that_is_a_text() -> None:
    body = envelope("<l:pong xmlns:l='urn:example:literal'>here</l:pong>")
    assert service("literal", reply(body)).call("ping", {}, write=False).result == "here"


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_fault_counts_whatever_the_status(status: int) -> None:
    with pytest.raises(SoapFault) as caught:
        answer(reply(FAULT, status, {"Content-Type": "text/html"}), write=True)
    assert (caught.value.code, caught.value.text) == ("Server", "No.")
    assert not caught.value.may_be_done


def test_secrets_in_a_fault_are_masked() -> None:
    fake = FakeHttp()
    fake.redactor.add("secret-session")
    body = FAULT.replace(b"No.", b"The session ID is invalid.  secret-session")
    with pytest.raises(SoapFault) as caught:
        service("encoded", reply(body, 500), fake=fake).call("ping", {}, write=False)
    shown = f"{caught.value} {caught.value.text} {caught.value.detail} {caught.value.user_text}"
    assert "secret-session" not in shown
    assert "invalid" in caught.value.text


HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("answered", "read", "write"),
    [
        (reply("", 500, {}), ServerFault, OutcomeUnclear),
        (reply("Database failure. See the log.", 500, {}), ServerFault, OutcomeUnclear),
        (reply("<html><body>Oops</body></html>", 502, HTML), ServerFault, OutcomeUnclear),
        (reply(PING, 503), ServerFault, OutcomeUnclear),
        (reply("", 200), MalformedReply, MalformedReply),
        (reply("<html>login</html>", 200, HTML), NotACrm, MalformedReply),
        (reply("<!DOCTYPE html><p>x", 200, {}), NotACrm, MalformedReply),
        (reply(PING, 200, {"Content-Type": "application/json"}), MalformedReply, MalformedReply),
        (reply("{}", 200, {"Content-Type": "application/json"}), MalformedReply, MalformedReply),
        (reply("<a/>", 200), MalformedReply, MalformedReply),
        (reply(PING[:-9], 200), MalformedReply, MalformedReply),
        (reply("", 400), ServerFault, ServerFault),
        (reply("who?", 401, {}), NotPermitted, NotPermitted),
        (reply("no", 403, {}), NotPermitted, NotPermitted),
        (reply("gone", 404, HTML), NotACrm, NotACrm),
        (reply("no", 405, HTML), NotACrm, NotACrm),
        (reply("much", 413, {}), Invalid, Invalid),
        (reply("slow", 429, {"retry-after": "7"}), RateLimited, RateLimited),
        (reply("?", 304, {}), MalformedReply, MalformedReply),
    ],
)
def test_what_is_no_answer_is_one_error(answered: Reply, read: type[CrmError], write: type[CrmError]) -> None:
    for is_write, wanted in ((False, read), (True, write)):
        with pytest.raises(CrmError) as caught:
            answer(answered, write=is_write)
        assert type(caught.value) is wanted
        assert f"HTTP {answered.status}" in caught.value.detail or caught.value.detail
        if is_write and wanted in (OutcomeUnclear, MalformedReply):
            assert caught.value.may_be_done
            assert "outcome is unknown" in caught.value.user_text or answered.status == 304


def test_the_text_of_a_plain_500_is_told() -> None:
    with pytest.raises(ServerFault, match="Database failure") as caught:
        answer(reply("Database failure. See the log.", 500, {}))
    assert caught.value.retryable
    with pytest.raises(RateLimited) as limited:
        answer(reply("slow", 429, {"Retry-After": "7"}))
    assert limited.value.retry_after_s == 7


def test_every_recorded_reply_is_values_or_one_error() -> None:
    """Values, faults, and pages and texts that are neither: nothing else is raised, nothing is lost."""
    counts: dict[str, int] = {}
    for place, exchange in exchanges("splendid", "suitecrm"):
        body = (exchange["response_body"] or "").encode()
        answered = Reply(
            status=exchange["status"], headers=exchange["response_headers"] or {}, body=body, url=exchange["url"]
        )
        try:
            found = read_envelope(answered, FakeHttp().http, write=False)
            outcome = "values"
            assert found.outputs or found.value == "" or "get_user_team" in place, place
        except CrmError as error:
            outcome = type(error).__name__
        counts[outcome] = counts.get(outcome, 0) + 1
    assert counts == {"values": 193, "SoapFault": 58, "MalformedReply": 19, "NotACrm": 2, "ServerFault": 6}
