# SPDX-License-Identifier: MIT
"""One login: the address, the token's life, one limit for all who share a token."""

from collections.abc import Mapping
from threading import Thread

import pytest

from crmdesk.connectors.port import Endpoint
from crmdesk.connectors.vendors.webcrm import PLUGIN, limiter
from crmdesk.connectors.vendors.webcrm.limiter import BURST, Limiter, limiter_for
from crmdesk.connectors.vendors.webcrm.operations import spec
from crmdesk.connectors.vendors.webcrm.session import Session, base_url
from crmdesk.domain.errors import ProfileError, SessionExpired
from tests.connectors.webcrm.support import LOGIN, TOKEN, Office, endpoint, reply, small_office


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", "https://api.webcrm.com"),
        ("  ", "https://api.webcrm.com"),
        ("api.webcrm.com", "https://api.webcrm.com"),
        ("https://api.webcrm.com/", "https://api.webcrm.com"),
        ("https://api.webcrm.com/Auth/ApiLogin", "https://api.webcrm.com"),
        ("https://api.webcrm.com/swagger/index.html?x=1#y", "https://api.webcrm.com"),
        ("http://127.0.0.1:8080/webcrm/", "http://127.0.0.1:8080/webcrm"),
    ],
)
def test_the_address_is_found_in_what_was_pasted(typed: str, meant: str) -> None:
    assert base_url(typed) == meant


@pytest.mark.parametrize(
    "typed", ["ftp://x", "https://", "https://a b", "https://u:p@x", "https://x:port", "https://[x"]
)
def test_what_cannot_be_an_address(typed: str) -> None:
    with pytest.raises(ProfileError):
        base_url(typed)


def test_an_account_without_a_token_sends_nothing() -> None:
    office = Office()
    with pytest.raises(ProfileError):
        PLUGIN.connect(Endpoint(url=""), office).login()
    assert office.sent == []


@pytest.mark.parametrize("settings", [{"time_zone": "Mars/Olympus"}, {"time_zone": "../etc"}])
def test_a_zone_that_is_none(settings: Mapping[str, str]) -> None:
    with pytest.raises(ProfileError):
        PLUGIN.connect(endpoint(**settings), Office())


def test_a_token_is_not_used_beyond_its_life() -> None:
    office, now = small_office(), [0.0]
    office.answers["POST /Auth/ApiLogin"] = [{**LOGIN, "ExpiresIn": 600}]
    session = Session(endpoint(), office, limiter=Limiter(clock=lambda: 0, sleep=lambda _s: None), clock=lambda: now[0])
    with pytest.raises(SessionExpired):
        session.get("/Auth")
    session.login()
    now[0] = 530
    session.get("/Auth")
    now[0] = 545  # a minute is left for the way
    sent = len(office.sent)
    with pytest.raises(SessionExpired):
        session.get("/Auth")
    assert len(office.sent) == sent
    session.login()
    session.get("/Auth")


def test_after_a_401_nothing_is_sent_before_the_next_login() -> None:
    office = small_office()
    session = Session(endpoint(), office, limiter=Limiter(sleep=lambda _s: None))
    session.login()
    office.answers["PUT /Persons/1"] = [reply(b"", 401)]
    with pytest.raises(SessionExpired) as caught:
        session.call(spec("PUT", "/Persons/{id}"), {"id": "1"}, body={"PersonId": 1})
    assert not caught.value.may_be_done
    sent = len(office.sent)
    with pytest.raises(SessionExpired):
        session.get("/Auth")
    assert len(office.sent) == sent


def test_tokens_are_secrets() -> None:
    office = small_office()
    Session(endpoint(), office, limiter=Limiter(sleep=lambda _s: None)).login()
    assert {TOKEN, "r-1", endpoint().secrets["application_token"]} <= set(office.secrets)


def test_who_shares_a_token_shares_its_limit() -> None:
    one, same, other = limiter_for("a", "t"), limiter_for("a", "t"), limiter_for("a", "u")
    assert one is same
    assert one is not other
    assert not any(key == "t" for key in limiter._LIMITERS)


def test_threads_together_keep_the_limit() -> None:
    now = [0.0]
    waited: list[float] = []
    shared = Limiter(clock=lambda: now[0], sleep=waited.append)

    def ask() -> None:
        for _ in range(BURST // 3 + 10):
            shared.pass_one(write=False)

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waited) == 30
    assert max(waited) == pytest.approx(10.0)
