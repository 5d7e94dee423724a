# SPDX-License-Identifier: MIT
"""The session lives for an hour after the last call; managers are found by trying, and remembered."""

from pathlib import Path

import pytest

from crmdesk.connectors.vendors.crmservice.soap.managers import Managers
from crmdesk.connectors.vendors.crmservice.soap.session import REFRESH_S, SoapSession
from crmdesk.domain.errors import (
    BadCredentials,
    Invalid,
    MalformedReply,
    NotACrm,
    NotFound,
    NotPermitted,
    NotReachable,
    ServerFault,
    SessionExpired,
    UnknownOperation,
    Unsupported,
)
from tests.connectors.crmservice.support import KEY, SESSION, WSDLS, FakeHttp, Installation, Sent, endpoint, soap_to
from tests.connectors.crmservice.wsdls import URL, answered, fault, reply, wsdl


def a_session(installation: Installation) -> tuple[SoapSession, FakeHttp, list[float]]:
    now, http = [0.0], FakeHttp(installation)
    session = SoapSession(endpoint(), http, clock=lambda: now[0])
    session.login()
    return session, http, now


def asked(session: SoapSession) -> object:
    return session.call("fieldManager", "getCrmFields", {"module": "Leads"}, write=False)


def installed(**handlers: object) -> Installation:
    return Installation(handlers={"getCrmFields": lambda _: [{"name": "lastname"}], **handlers})  # type: ignore[dict-item]


def used(http: FakeHttp) -> list[str]:
    """The session of each call that carried one."""
    calls = (one for one in http.sent if one.verb == "POST")
    return [one.arguments["session"]["sessionID"] for one in calls if "session" in one.arguments]


def test_a_session_is_refreshed_before_its_hour_is_over() -> None:
    session, http, now = a_session(installed())
    asked(session)
    now[0] += REFRESH_S - 1
    asked(session)
    now[0] += REFRESH_S - 1
    asked(session)  # the hour begins anew with each call
    now[0] += REFRESH_S
    asked(session)
    assert REFRESH_S < 3600
    assert used(http) == [f"{SESSION}-1"] * 3 + [f"{SESSION}-2"]


@pytest.mark.parametrize(
    "text",
    ["Session has expired", "Invalid session", "The session ID is not valid", "Session not found", "No valid session"],
)
def test_a_session_that_the_server_dropped_is_over(text: str) -> None:
    session, http, _ = a_session(installed(getCrmFields=lambda _: fault(text)))
    with pytest.raises(SessionExpired):
        asked(session)
    count = len(http.sent)
    with pytest.raises(SessionExpired):
        asked(session)  # nothing is sent without a session
    assert len(http.sent) == count
    session.login()
    with pytest.raises(SessionExpired):
        asked(session)
    assert used(http)[-1] == f"{SESSION}-2"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You do not have permission to use this method", NotPermitted),
        ("Access denied for this API key", NotPermitted),
        ("Käyttäjällä ei ole oikeuksia", NotPermitted),
        ("Record not found", NotFound),
        ("Mandatory field lastname is missing", Invalid),
        ("Division by zero", ServerFault),
    ],
)
def test_faults_are_told_apart_by_their_words(text: str, kind: type[Exception]) -> None:
    session, _, _ = a_session(installed(getCrmFields=lambda _: fault(text)))
    with pytest.raises(kind) as caught:
        asked(session)
    assert type(caught.value) is kind or kind is ServerFault
    assert text in str(caught.value)
    assert session.host == "acme.crmservice.fi"


def test_a_refused_key_is_told_with_the_reason_and_never_shown() -> None:
    installation = installed(createSession=lambda _: fault(f"The key {KEY} is locked"))
    http = FakeHttp(installation)
    with pytest.raises(BadCredentials) as caught:
        SoapSession(endpoint(), http).login()
    assert "is locked" in caught.value.user_text
    assert KEY not in caught.value.user_text + caught.value.detail


def test_closing_ends_the_session_and_never_raises() -> None:
    crm, http = soap_to(installed(destroySession=lambda _: fault("no")))
    crm.close()
    crm.close()
    assert [one.call.tag.rpartition("}")[2] for one in http.sent if one.verb == "POST"] == ["destroySession"]
    assert http.closed == 2


@pytest.mark.parametrize("use", ["encoded", "literal"])
def test_nothing_is_fixed_that_the_wsdl_tells(use: str) -> None:
    """Other part names, a session that is a plain text, literal instead of encoded."""
    installation = Installation(
        wsdls={
            "sessionManager": wsdl({"CreateSession": ({"key": "string"}, "string")}, use=use),
            "fieldManager": wsdl({"getCrmFields": ({"sessionId": "string", "mod": "string"}, "string")}, use=use),
        },
        handlers={
            "CreateSession": lambda sent: f"{SESSION}-text" if sent.arguments == {"key": KEY} else fault("no"),
            "getCrmFields": lambda sent: sent.arguments["sessionId"],
        },
    )
    session, _, _ = a_session(installation)
    assert session.call("fieldManager", "GETCRMFIELDS", {"mod": "Leads"}, write=False) == f"{SESSION}-text"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("", MalformedReply),
        (None, MalformedReply),
        (reply(b"<html>Log in</html>"), NotACrm),
        (reply(b"", 500), ServerFault),
        (reply(b"PHP Fatal error: out of memory", 200, "text/html"), NotACrm),
    ],
)
def test_a_login_that_answers_something_else(told: object, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        SoapSession(endpoint(), FakeHttp(installed(createSession=lambda _: told))).login()


def test_a_service_of_another_kind_is_no_crm() -> None:
    kinds: tuple[dict[str, tuple[dict[str, str], str]], ...] = (
        {"login": ({"user": "string"}, "string")},
        {"createSession": ({}, "string")},
    )
    for operations in kinds:
        with pytest.raises(NotACrm):
            SoapSession(endpoint(), FakeHttp(Installation(wsdls={"sessionManager": wsdl(operations)}))).login()


# Managers


def managers(installation: Installation, folder: str = "", now: float = 1000.0) -> tuple[Managers, FakeHttp]:
    http = FakeHttp(installation)
    return Managers(http, URL, folder, clock=lambda: now), http


def tried(http: FakeHttp) -> list[str]:
    return [one.query["class"] for one in http.sent if "class" in one.query]


def test_the_documented_names_and_likely_ones_are_tried() -> None:
    known, http = managers(Installation(wsdls={**WSDLS, "helpDeskManager": WSDLS["contactManager"]}))
    assert set(known.names()) == {*WSDLS, "helpDeskManager"}
    assert "accountManager" not in known.names()
    assert {"invoiceManager", "quoteManager", "leadManager", "salesorderManager"} <= set(tried(http))
    assert "salesOrderManager" not in tried(http)  # the usual spelling answered
    count = len(http.sent)
    assert known.names()
    assert known.wsdl("accountManager") is None
    assert len(http.sent) == count


def test_another_spelling_is_tried_where_the_usual_one_is_not_there() -> None:
    wsdls = {name: text for name, text in WSDLS.items() if name != "salesorderManager"}
    known, _ = managers(Installation(wsdls={**wsdls, "salesOrderManager": WSDLS["salesorderManager"]}))
    assert known.named("salesorder") == "salesOrderManager"
    assert "salesOrderManager" in known.names()
    assert known.named("invoice") == ""


def test_the_installations_own_page_names_its_managers() -> None:
    page = reply(b'<html><a href="service.php?class=expenseManager">expenseManager</a> projectmanager</html>')
    wsdls = {**WSDLS, "expenseManager": WSDLS["contactManager"]}
    known, http = managers(Installation(wsdls=wsdls, page=page))
    assert "expenseManager" in known.names()
    assert "invoiceManager" not in tried(http)


def test_what_was_found_is_remembered_with_the_account(tmp_path: Path) -> None:
    installation = Installation()
    known, _ = managers(installation, str(tmp_path))
    names = known.names()
    known.remember_unlisted(frozenset({"productManager"}))
    again, http = managers(installation, str(tmp_path), now=2000.0)
    assert again.names() == names
    assert again.unlisted() == frozenset({"productManager"})
    assert http.sent == []
    assert again.named("salesorder") == "salesorderManager"
    late, http = managers(installation, str(tmp_path), now=1000.0 + 8 * 86400)
    assert late.unlisted() is None
    assert late.names() == names
    assert http.sent


def test_a_server_that_is_away_is_not_taken_for_one_without_managers() -> None:
    def away(_: Sent) -> object:
        raise NotReachable("away")

    known = Managers(FakeHttp(away), URL, "")  # type: ignore[arg-type]
    with pytest.raises(NotReachable):
        known.names()


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_is_busy_is_not_taken_for_one_without_managers(status: int, tmp_path: Path) -> None:
    installation = Installation()
    known = Managers(FakeHttp(lambda sent: reply(b"", status) if "invoice" in str(sent.query) else installation(sent)),
                     URL, str(tmp_path))  # fmt: skip
    with pytest.raises(ServerFault):
        known.names()
    assert list(tmp_path.glob("managers.json")) == []
    with pytest.raises(ServerFault) as caught:
        SoapSession(endpoint(), FakeHttp(lambda _: reply(b"", status))).login()
    assert not isinstance(caught.value, NotACrm)


def test_operations_that_are_not_there_are_named() -> None:
    crm, http = soap_to(installed())
    for name in ("accountManager.getAccount", "fieldManager.dropFields", "getCrmFields", ""):
        with pytest.raises(Unsupported):
            crm.call(name, {})
    with pytest.raises(Invalid):
        crm.call("fieldManager.getCrmFields", {"modul": "Leads"})
    with pytest.raises(Invalid):
        crm.call("fieldManager.getCrmFields", {"session": "stolen", "module": "Leads"})
    assert not [one for one in http.sent if one.verb == "POST"]
    session, _, _ = a_session(installed())
    with pytest.raises(UnknownOperation):
        session.call("accountManager", "getAccount", {}, write=False)


def test_secrets_in_an_answer_are_masked() -> None:
    crm, _ = soap_to(installed(createSession=lambda _: answered("createSession", {"sessionID": "5e551on-2"})))
    assert crm.call("sessionManager.createSession", {"apiKey": KEY}) == {"sessionID": "•••"}
