# SPDX-License-Identifier: MIT
"""Address, family, SOAP version, login, cookie: how a conversation begins and how it ends."""

import time
from pathlib import Path

import pytest

from crmdesk.connectors.port import Endpoint, Reply
from crmdesk.connectors.vendors.sugarsoap import PLUGIN, session
from crmdesk.connectors.vendors.sugarsoap.address import addresses, web_address
from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.domain.errors import (
    BadCredentials,
    MalformedReply,
    NotACrm,
    NotPermitted,
    ProfileError,
    SessionExpired,
    TimedOut,
)
from crmdesk.domain.names import ModuleName
from crmdesk.domain.query import Query
from tests.connectors.sugarsoap.support import (
    BASE,
    ME,
    NO_ERROR,
    PASSWORD,
    SESSION,
    FakeHttp,
    connect,
    entry,
    envelope,
    failed,
    fault,
    listing,
    md5,
    module_fields,
    new_connector,
    plain,
    saved,
    written,
)

ACCOUNTS = ModuleName("Accounts")


@pytest.mark.parametrize(
    ("pasted", "interface", "tried"),
    [
        ("crm.example.com", "", ["https://crm.example.com/soap.asmx", "https://crm.example.com/soap.php"]),
        ("http://crm.example.com/", "sugar", ["http://crm.example.com/soap.php"]),
        (
            "https://crm.example.com/Splendid/Home/default.aspx?x=1",
            "splendid",
            ["https://crm.example.com/Splendid/Home/soap.asmx"],
        ),
        ("https://crm.example.com/suite/index.php?module=Home", "sugar", ["https://crm.example.com/suite/soap.php"]),
        ("https://crm.example.com/x/soap.asmx?WSDL", "sugar", ["https://crm.example.com/x/soap.asmx"]),
        ("https://crm.example.com/soap.php", "splendid", ["https://crm.example.com/soap.php"]),
    ],
)
def test_any_address_of_the_crm_leads_to_its_service(pasted: str, interface: str, tried: list[str]) -> None:
    assert list(addresses(pasted, interface)) == tried


@pytest.mark.parametrize(
    "strange", ["ftp://x", "https://", "https://a b", "https://u:p@crm.example.com", "https://crm.example.com/service/v4_1/soap.php", "https://x:99999"]
)  # fmt: skip
def test_what_cannot_be_an_address_is_refused_with_a_sentence(strange: str) -> None:
    with pytest.raises(ProfileError) as caught:
        addresses(strange, "")
    assert "u:p" not in caught.value.user_text


@pytest.mark.parametrize("family", list(Family), ids=lambda family: family.name)
def test_whichever_family_answers_is_found(family: Family) -> None:
    http = FakeHttp(family)
    connector = new_connector(http)
    identity = connector.login()
    assert identity.details["Family"] == family.value
    assert identity.user_id == ME
    assert connector.capabilities.can_count == (family is Family.SUGAR)
    assert connector.capabilities.can_sort_down == (family is Family.SUGAR)


def test_the_password_leaves_as_lower_case_md5_of_utf8_and_login_is_sent_once() -> None:
    http = FakeHttp(Family.SPLENDID)
    connect(http)
    (sent,) = http.of("login")
    assert sent.arguments["user_auth"] == {"user_name": "admin", "password": md5(PASSWORD), "version": "1.0"}
    assert sent.arguments["application_name"] == "crmdesk"
    assert all(PASSWORD.encode() not in one.body for one in http.sent)
    assert {PASSWORD, md5(PASSWORD), SESSION} <= set(http.secrets)


def test_a_token_of_single_sign_on_goes_as_it_is() -> None:
    http = FakeHttp(Family.SPLENDID)
    connect(http, password_form="plain")
    assert http.last("login").arguments["user_auth"]["password"] == PASSWORD


@pytest.mark.parametrize(("missing", "what"), [("user", "user name"), ("password", "password")])
def test_an_empty_name_or_password_is_never_sent(missing: str, what: str) -> None:
    """An empty password fits users that have none (sugarsoap.md 4)."""
    http = FakeHttp(Family.SPLENDID)
    told = {"user": "admin", "password": PASSWORD} | {missing: ""}
    connector = PLUGIN.connect(
        Endpoint(url=BASE, settings={"user": told["user"]}, secrets={"password": told["password"]}), http
    )
    with pytest.raises(ProfileError) as caught:
        connector.login()
    assert what in caught.value.user_text
    assert http.sent == []


@pytest.mark.parametrize(
    ("family", "answer"),
    [(Family.SPLENDID, fault("Invalid username and/or password for admin")), (Family.SUGAR, {"id": "-1", "error": {"number": "10", "name": "Invalid Login", "description": "failed"}})],
)  # fmt: skip
def test_a_refused_login_is_not_sent_again_by_any_lane(family: Family, answer: object) -> None:
    """Five failures lock the user (sugarsoap.md 9.4)."""
    first, second = FakeHttp(family, {"login": answer}), FakeHttp(family, {"login": answer})
    for http in (first, second, second):
        with pytest.raises(BadCredentials):
            new_connector(http).login()
    assert len(first.of("login")) == 1
    assert second.of("login") == []
    third = FakeHttp(family)
    made = PLUGIN.connect(
        Endpoint(url=BASE, settings={"user": "admin", "soap_version": "1.1"}, secrets={"password": "another"}), third
    )
    made.login()  # another password is another login
    assert len(third.of("login")) == 1


def test_a_refusal_is_forgotten_after_a_minute() -> None:
    now = [0.0]
    refused = session.RefusedLogins(lambda: now[0])
    login = ("u", "n", "p")
    refused.note(login, "No.")
    with pytest.raises(BadCredentials):
        refused.check(login)
    now[0] = 61.0
    refused.check(login)
    refused.note(login, "No.")
    refused.forget(login)
    refused.check(login)


def test_a_locked_user_is_told_so() -> None:
    with pytest.raises(BadCredentials) as caught:
        connect(FakeHttp(Family.SPLENDID, {"login": fault("This user has been locked out.")}))
    assert "locked" in caught.value.user_text


@pytest.mark.parametrize("reply", [saved(""), {"id": None, "error": NO_ERROR}])
def test_a_login_without_a_session_is_malformed(reply: object) -> None:
    with pytest.raises(MalformedReply):
        connect(FakeHttp(Family.SPLENDID, {"login": reply}))


def test_soap_1_2_is_tried_first_and_1_1_where_it_fails() -> None:
    """The fake speaks 1.1 only, whatever it is asked in: so does a proxy that strips what it does not know."""
    times = iter([plain("Unsupported Media Type", 415, "text/plain"), "2026-11-22 07:25:04Z"])
    http = FakeHttp(Family.SPLENDID, {"get_gmt_time": times})
    identity = connect(http, soap_version="auto")
    assert identity is not None
    types = [one.headers["Content-Type"].partition(";")[0] for one in http.sent]
    assert types[:2] == ["application/soap+xml", "text/xml"]
    assert set(types[1:]) == {"text/xml"}
    assert len(http.of("login")) == 1


def test_a_version_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ProfileError):
        connect(FakeHttp(Family.SUGAR), soap_version="1.2")


def test_the_cookie_goes_with_the_session_at_splendidcrm_only() -> None:
    for family, wanted in ((Family.SPLENDID, "ASP.NET_SessionId=AB12"), (Family.SUGAR, None)):
        result = "loginResult" if family is Family.SPLENDID else "return"
        inside = f"<tns:loginResponse>{written({result: saved(SESSION)})}</tns:loginResponse>"
        login = envelope(inside, Set_Cookie="ASP.NET_SessionId=AB12; path=/; HttpOnly")
        http = FakeHttp(family, {"login": login})
        connect(http)
        assert http.last("get_user_id").headers.get("Cookie") == wanted
        assert "Cookie" not in http.of("login")[0].headers


def web_session(value: str) -> object:
    inside = written({"get_available_modulesResult": {"modules": ["Accounts"], "error": NO_ERROR}})
    told = f"<tns:get_available_modulesResponse>{inside}</tns:get_available_modulesResponse>"
    return envelope(told, Set_Cookie=f"ASP.NET_SessionId={value}; path=/")


def test_a_new_web_session_means_that_the_rights_are_gone() -> None:
    inside = f"<tns:loginResponse>{written({'loginResult': saved(SESSION)})}</tns:loginResponse>"
    login = envelope(inside, Set_Cookie="ASP.NET_SessionId=AB12; path=/")
    connector = connect(FakeHttp(Family.SPLENDID, {"login": login, "get_available_modules": web_session("AB12")}))
    assert connector.list_modules()
    connector = connect(FakeHttp(Family.SPLENDID, {"login": login, "get_available_modules": web_session("CD34")}))
    with pytest.raises(SessionExpired):
        connector.list_modules()


def test_no_rights_may_mean_no_session() -> None:
    """After a lost web session SplendidCRM says "Insufficient Access"; the probe tells which it is."""
    for known, kind in (("1", NotPermitted), ("0", SessionExpired)):
        http = FakeHttp(Family.SPLENDID, {"get_module_fields": fault("Insufficient Access"), "seamless_login": known})
        connector = connect(http)
        with pytest.raises(kind):
            connector.describe(ACCOUNTS)
        assert "seamless_login" in http.operations()


def test_a_rested_session_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    http = FakeHttp(Family.SPLENDID)
    connector = connect(http)
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + session.IDLE_S + 1)
    before = len(http.sent)
    with pytest.raises(SessionExpired):
        connector.list_modules()
    assert len(http.sent) == before
    connector.login()
    assert connector.list_modules()


@pytest.mark.parametrize("answer", [failed(11), failed(10), {"result_count": "-1", "error": {"number": "11"}}])
def test_a_dead_session_of_suitecrm_is_told_by_its_number(answer: object) -> None:
    fields = module_fields(Family.SUGAR, id="id", name="name")
    http = FakeHttp(Family.SUGAR, {"get_module_fields": fields, "get_entry_list": answer})
    connector = connect(http)
    with pytest.raises(SessionExpired):
        connector.fetch_page(Query(ACCOUNTS), None, 5)
    before = len(http.sent)
    with pytest.raises(SessionExpired):  # nothing is sent any more
        connector.fetch_page(Query(ACCOUNTS), None, 5)
    assert len(http.sent) == before


def test_nothing_of_the_kind_at_the_address() -> None:
    class Elsewhere(FakeHttp):
        def get(self, *_: object, **__: object) -> Reply:
            return plain("<html><body>Welcome</body></html>", 200)

    with pytest.raises(NotACrm) as caught:
        new_connector(Elsewhere(Family.SPLENDID)).login()
    assert "soap.asmx and soap.php" in caught.value.user_text


def test_a_server_that_is_not_reached_is_asked_once() -> None:
    class Away(FakeHttp):
        asked = 0

        def get(self, *_: object, **__: object) -> Reply:
            Away.asked += 1
            raise TimedOut("crm has not answered.", sent=False)

    with pytest.raises(TimedOut):
        new_connector(Away(Family.SPLENDID)).login()
    assert Away.asked == 1


def test_the_wsdl_is_kept_on_disk_and_not_fetched_again(tmp_path: Path) -> None:
    def opened() -> FakeHttp:
        http = FakeHttp(Family.SPLENDID)
        endpoint = Endpoint(
            url=f"{BASE}/soap.asmx",
            settings={"user": "admin"},
            secrets={"password": PASSWORD},
            cache_dir=str(tmp_path / "x"),
        )
        made = PLUGIN.connect(endpoint, http)
        assert isinstance(made, SugarSoapConnector)
        made.login()
        return http

    opened()

    class Fails(FakeHttp):
        def get(self, *_: object, **__: object) -> Reply:
            raise AssertionError("the WSDL is on disk")

    endpoint = Endpoint(
        url=f"{BASE}/soap.asmx",
        settings={"user": "admin"},
        secrets={"password": PASSWORD},
        cache_dir=str(tmp_path / "x"),
    )
    PLUGIN.connect(endpoint, Fails(Family.SPLENDID)).login()


def test_the_identity_tells_who_and_what() -> None:
    me = entry(ME, "Users", user_name="admin", first_name="Ada", last_name="Admin", is_admin="True", user_hash="geheim")
    connector = new_connector(FakeHttp(Family.SPLENDID, {"get_entries": listing(me)}))
    identity = connector.login()
    assert (identity.full_name, identity.is_admin, identity.server) == ("Ada Admin", True, "SplendidCRM 15.2")
    assert identity.details["Time zone of the server"] == "UTC-05:00"
    assert identity.clock_ahead_s is not None
    restricted = new_connector(FakeHttp(Family.SPLENDID, {"get_entries": fault("Insufficient Access")}))
    assert restricted.login().full_name == "admin"


def test_closing_logs_out_once_and_never_raises() -> None:
    http = FakeHttp(Family.SUGAR, {"logout": TimedOut("no")})
    connector = connect(http)
    connector.close()
    connector.close()
    assert len(http.of("logout")) == 1
    assert http.is_closed


def test_records_have_pages_in_the_crm() -> None:
    assert (
        web_address("https://x/s/soap.asmx", Family.SPLENDID, "Accounts", "k") == "https://x/s/Accounts/view.aspx?ID=k"
    )
    assert web_address("https://x/soap.php", Family.SUGAR, "Accounts", "k").endswith(
        "index.php?module=Accounts&action=DetailView&record=k"
    )
