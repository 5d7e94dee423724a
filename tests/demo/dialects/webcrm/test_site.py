# SPDX-License-Identifier: MIT
"""Coming in: log-in as the document shows it, tokens that end, the limit of calls, paths that are none."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from crmdesk.demo.faults import FaultKind
from tests.beside import SHARED
from tests.demo.conftest import Clock
from tests.demo.dialects.webcrm.conftest import FORM, Caller, Open


def test_documents_login_body_without_a_content_type(crm: Caller) -> None:
    status, body = crm.raw("POST", "/Auth/ApiLogin", f"authCode={crm.code}")
    answer = json.loads(body)
    assert (status, answer["IsError"], answer["ExpiresIn"]) == (200, False, 3600)
    assert set(answer) == {
        "AccessToken",
        "RefreshToken",
        "Error",
        "ErrorDescription",
        "IsError",
        "ExpiresIn",
        "TokenType",
    }


def test_login_by_multipart_form_works_and_by_json_or_header_does_not(crm: Caller) -> None:
    part = f'--B\r\nContent-Disposition: form-data; name="authCode"\r\n\r\n{crm.code}\r\n--B--\r\n'
    kinds = [
        (part, {"Content-Type": "multipart/form-data; boundary=B"}, False),
        (json.dumps({"authCode": crm.code}), {"Content-Type": "application/json"}, True),
        ("", {"authCode": crm.code}, True),
    ]
    for body, headers, fails in kinds:
        status, text = crm.raw("POST", "/Auth/ApiLogin", body, headers)
        assert (status, json.loads(text)["IsError"]) == (200, fails)


def test_failed_login_is_an_error_inside_a_200_or_a_401(crm: Caller, opened: Open) -> None:
    answer = crm.enter("12345678-90ab-cdef-1234-4567890abcdef")
    assert (answer["IsError"], answer["AccessToken"]) == (True, None)
    other = opened(login_failure="401")
    assert other.raw("POST", "/Auth/ApiLogin", "authCode=x", FORM)[0] == 401
    assert other.log_in().get("/Users?Page=1&Size=1")


def test_documents_page_of_ten_persons(crm: Caller) -> None:
    rows = crm.rows("/Persons", 10)
    assert len(rows) == 10
    first = rows[0]
    assert first["PersonCampaignPassword"] == ""
    assert first["PersonCampaignWrongPasswordCount"] == 0
    assert isinstance(first["PersonBlockMassEmail"], bool)
    assert isinstance(first["PersonCheckMark1"], bool)
    assert list(first) == sorted(first)


def test_everything_else_wants_a_living_token(opened: Open, clock: Clock) -> None:
    crm = opened(token_s=100)
    assert crm.enter()["ExpiresIn"] == 100
    clock.now += 99
    assert crm.send("GET", "/Auth") == (200, b"")
    clock.now += 1
    assert crm.refusal("GET", "/Persons?Page=1&Size=1")[0] == 401
    assert crm.refusal("GET", "/Auth")[0] == 401
    assert crm.log_in().rows("/Persons", 1)
    crm.token = "x"
    assert crm.refusal("GET", "/Persons?Page=1&Size=1")[0] == 401


def test_refresh_token_is_a_header_and_works_once(crm: Caller) -> None:
    refresh = {"refreshToken": crm.enter()["RefreshToken"]}
    assert json.loads(crm.raw("POST", "/Auth/ApiRefresh", "", refresh)[1])["IsError"] is False
    assert json.loads(crm.raw("POST", "/Auth/ApiRefresh", "", refresh)[1])["IsError"] is True
    assert json.loads(crm.raw("POST", "/Auth/CrmLogin", urlencode({"loginName": "x"}), FORM)[1])["IsError"] is True


def test_session_fault_ends_the_token(crm: Caller) -> None:
    crm.server.faults.add(FaultKind.SESSION_EXPIRED, operation="get /persons")
    assert crm.refusal("GET", "/Persons?Page=1&Size=1")[0] == 401
    assert crm.log_in().rows("/Persons", 1)


def test_limit_slides_and_says_when_to_come_back(crm: Caller, clock: Clock) -> None:
    for _ in range(100):
        crm.get("/Users/1")
    clock.now += 30
    for _ in range(150):
        crm.get("/Users/1")
    status, body = crm.send("GET", "/Users/1")
    assert status == 429
    assert json.loads(body) == {"RetryAfterSeconds": 30, "Message": "The request was throttled. Retry after 30 seconds.", "Type": "TooManyRequestsException"}  # fmt: skip
    assert crm.headers["retry-after"] == "30"
    clock.now += 30
    for _ in range(100):
        crm.get("/Users/1")
    assert crm.send("GET", "/Users/1")[0] == 429


def test_limit_can_lack_its_header_or_be_off(opened: Open) -> None:
    crm = opened(calls_per_minute=1, retry_after_header=False)
    crm.get("/Users/1")
    assert crm.send("GET", "/Users/1")[0] == 429
    assert "retry-after" not in crm.headers
    free = opened(calls_per_minute=None)
    assert all(free.send("GET", "/Users/1")[0] == 200 for _ in range(260))


def test_reading_token_may_not_write(opened: Open) -> None:
    reader = opened("webcrm-reader")
    assert reader.rows("/Persons", 1)
    assert reader.refusal("POST", "/Organisations", {"OrganisationId": 0})[0] == 403


def test_every_described_operation_is_answered(opened: Open) -> None:
    description = SHARED / "vendors" / "webcrm-openapi.json"
    if not description.exists():
        pytest.skip("the vendor's description is not beside this checkout")
    crm = opened(calls_per_minute=None)
    paths = json.loads(Path(description).read_text(encoding="utf-8"))["paths"]
    places = {
        "{status}": "Planned",
        "{entityTypes}": "Organisation",
        "{startDate}": "2020-01-01",
        "{endDate}": "2021-01-01",
    }
    seen = 0
    for path, verbs in paths.items():
        for verb in verbs:
            real = path
            for name, value in places.items():
                real = real.replace(name, value)
            while "{" in real:
                real = real[: real.index("{")] + "999999" + real[real.index("}") + 1 :]
            status, body = crm.send(verb.upper(), real)
            assert status != 405, (verb, path)
            assert b"No HTTP resource" not in body, (verb, path)
            seen += 1
    assert seen == 270


def test_paths_and_verbs_that_are_none(crm: Caller) -> None:
    assert crm.refusal("GET", "/Orders?Page=1&Size=1")[0] == 404
    assert crm.refusal("GET", "/QuotationLine/LinkedData")[0] == 404  # as the document writes it
    assert crm.refusal("DELETE", "/Organisations/1")[0] == 405
    assert crm.refusal("POST", "/Budgets", {})[0] == 405
    assert crm.refusal("GET", "/Organisations/999999") == (404, "Organisation with id 999999 was not found")


def test_operations_are_named_by_their_template(crm: Caller) -> None:
    crm.get("/Organisations/1/Persons?Page=1&Size=1")
    crm.get("/Organisations/FindByUpdateDates/2026-01-01T00:00:00/2026-02-01?Page=1&Size=1")
    names = [seen.operation for seen in crm.server.seen][-2:]
    assert names == ["get /organisations/{id}/persons", "get /organisations/findbyupdatedates/{start}/{end}"]
