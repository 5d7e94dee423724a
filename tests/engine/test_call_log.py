# SPDX-License-Identifier: MIT
"""What is noted of exchanges: no secret, no record data in the line, no more than is bounded; and the calls pass through."""

import json
import re
from datetime import UTC, datetime

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.redaction import Redactor
from crmdesk.domain.errors import NotReachable
from crmdesk.engine.call_log import KEPT, CallLog, LoggedHttp
from tests.engine.fake_vendor import FakeHttp


class Answering(FakeHttp):
    """Gives one body to everything, or fails."""

    def __init__(self, body: bytes = b"{}", error: Exception | None = None) -> None:
        super().__init__()
        self.body, self.error, self.redactor = body, error, Redactor()

    def get(self, url: str, params: object, **_: object) -> Reply:
        return self._answer(url)

    def request(self, method: str, url: str, **_: object) -> Reply:
        return self._answer(url)

    def post_form(self, url: str, form: object, **_: object) -> Reply:
        return self._answer(url)

    def _answer(self, url: str) -> Reply:
        if self.error is not None:
            raise self.error
        return Reply(status=200, headers={}, body=self.body, url=url, elapsed_ms=1.0, received_at=datetime.now(UTC))

    def add_secret(self, secret: str) -> None:
        self.redactor.add(secret)

    def redacted(self, text: str) -> str:
        return self.redactor.redacted(text)


def logged(http: Answering) -> tuple[LoggedHttp, CallLog]:
    log = CallLog()
    return LoggedHttp(http, log, "Nordwind"), log


def test_a_line_tells_how_it_went_and_nothing_of_the_records() -> None:
    http, log = logged(Answering(b'{"name": "Aija Virtanen"}'))
    http.get("https://crm.example/api?operation=query&query=Virtanen", {"city": "Espoo"})
    (call,) = log.all()
    line = call.line()
    assert "GET https://crm.example/api (read)  200" in line
    assert "Nordwind" in line
    assert not [word for word in ("Virtanen", "Espoo", "query") if word in line]
    assert "Espoo" in call.asked
    assert "Aija" in call.answered


def test_secrets_are_masked_in_every_part() -> None:
    http, log = logged(Answering(b'{"sessionName": "abc123def", "seen": "s3cretKey"}'))
    http.add_secret("s3cretKey")
    http.request("POST", "https://crm.example/s3cretKey", params={"x": "s3cretKey"}, body=b"s3cretKey", write=True)
    http.post_form("https://crm.example/", {"accessKey": "another-one"})
    told = " ".join(str(call) for call in log.all())
    assert not [word for word in ("s3cretKey", "abc123def", "another-one") if word in told]


@pytest.mark.parametrize("key", ["Zm9v+mFyYmF6==", "Canary-ab12-%&<'", 'k3y/ü&"ß +=', "Blue'House42", "a;b:c(d)e*f+"])
def test_a_key_is_masked_whatever_its_characters_and_the_name_it_goes_by(key: str) -> None:
    http, log = logged(Answering())
    http.add_secret(key)
    http.post_form("https://crm.example/", {"key": key, "element": json.dumps({"x": key})})
    http.get("https://crm.example/", {"key": key, "page": "2"})
    http.request("PUT", "https://crm.example/", params={"key": key}, write=True)
    for call in log.all():
        assert "key=•••" in call.asked
        assert not [part for part in re.findall("[A-Za-z0-9]{3,}", key) if part in call.asked]


def test_the_value_of_a_secret_parameter_is_masked_to_its_end_though_nobody_knows_it() -> None:
    http, log = logged(Answering())
    http.post_form("https://crm.example/", {"newPassword": "Blue'House<42 & more", "page": "2"})
    assert log.all()[0].asked == "newPassword=•••&page=2"


def test_a_key_that_a_login_hands_out_is_masked_in_the_login_too() -> None:
    """OpenCRM answers with the bare key: only after the answer was read anybody knows that it is one."""
    http, log = logged(Answering(b'"k3y-of-this-session"'))
    http.post_form("https://crm.example/login", {"key": "x"})
    assert "k3y-of-this-session" in log.all()[0].answered
    http.add_secret("k3y-of-this-session")
    assert "k3y-of-this-session" not in str(log.all())
    http.get("https://crm.example/k3y-of-this-session", {})
    assert "k3y-of-this-session" not in str(log.all())


def test_a_secret_at_the_edge_leaves_no_half() -> None:
    for room in range(3980, 4001):
        http, log = logged(Answering(b"x" * room + b"s3cretKeyLong"))
        http.add_secret("s3cretKeyLong")
        http.get("https://crm.example/", {})
        assert "s3cret" not in log.all()[0].answered


def test_no_answer_is_noted_with_the_error() -> None:
    http, log = logged(Answering(error=NotReachable("There is no server.")))
    with pytest.raises(NotReachable):
        http.get("https://crm.example/", {}, write=True)
    (call,) = log.all()
    assert (call.status, call.error, call.write) == (None, "NotReachable", True)
    assert "no answer" in call.line()


def test_only_the_last_are_kept_and_only_their_beginnings() -> None:
    http, log = logged(Answering(b"\xff" * 100_000))
    for number in range(KEPT + 5):
        http.get(f"https://crm.example/{number}", {"long": "y" * 50_000})
    calls = log.all()
    assert len(calls) == KEPT
    assert calls[0].address.endswith("/5")
    assert all(len(call.asked) <= 4000 and len(call.answered) <= 4000 for call in calls)
