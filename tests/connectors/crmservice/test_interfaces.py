# SPDX-License-Identifier: MIT
"""Which of the two interfaces is used, and that no key is shown where it was refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.connectors.port import (
    CallsDocumented,
    ChecksPortalLogins,
    ChoosesInterface,
    Connector,
    Endpoint,
    RelatesRecords,
    Reply,
    in_use,
)
from crmdesk.connectors.vendors.crmservice import PLUGIN, REST, SOAP
from crmdesk.connectors.vendors.crmservice.both import BothConnector
from crmdesk.connectors.vendors.crmservice.memory import Memory
from crmdesk.connectors.vendors.crmservice.rest.connector import RestConnector
from crmdesk.connectors.vendors.crmservice.soap.connector import SoapConnector
from crmdesk.domain.errors import BadCredentials, NotACrm, NotPermitted, NotReachable, ProfileError, ServerFault
from tests.connectors.crmservice.support import HTML, KEY, TOKEN, Answer, FakeHttp, Installation, Sent, endpoint
from tests.connectors.crmservice.wsdls import URL, fault, reply

USER = {"data": {"type": "users", "id": "7", "attributes": {"name": "Iris Integration", "email": "iris@acme.example"}}}


def rest_that_takes(*tokens: str) -> Answer:
    def answer(sent: Sent) -> Reply:
        if sent.headers.get("Authorization") not in {f"Bearer {token}" for token in tokens}:
            return reply({"errors": [{"status": "401", "title": "Unauthorized"}]}, 401)
        return reply(USER) if sent.path == "/api/v1/user" else reply({"links": {"accounts": {"href": "/accounts"}}})

    return answer


def account(interface: str = "either", *, token: str = "", key: str = KEY, cache_dir: str = "") -> Endpoint:
    secrets = {"api_key": key, "token": token}
    return replace(endpoint(interface, cache_dir=cache_dir), secrets={n: v for n, v in secrets.items() if v})


def signed_in(answer: Answer, where: Endpoint) -> tuple[Connector, FakeHttp]:
    http = FakeHttp(answer)
    made = PLUGIN.connect(where, http)
    made.login()
    return made, http


def tried(http: FakeHttp) -> list[str]:
    """Where a credential was shown."""
    soap = (b"createSession" in (one.body or b"") for one in http.sent)
    return ["soap" if is_soap else "rest" for one, is_soap in zip(http.sent, soap, strict=True)
            if is_soap or one.path == "/api/v1/user"]  # fmt: skip


def test_rest_is_used_where_its_token_is_taken() -> None:
    made, http = signed_in(Installation(rest=rest_that_takes(TOKEN)), account(token=TOKEN))
    assert isinstance(made, ChoosesInterface)
    assert isinstance(in_use(made), BothConnector)
    assert made.capabilities is REST
    assert tried(http) == ["rest"]
    assert [module.name for module in made.list_modules()] == ["accounts"]


def test_a_key_that_is_a_token_too_opens_rest() -> None:
    made, http = signed_in(Installation(rest=rest_that_takes(KEY)), account())
    assert isinstance(in_use(made), RestConnector)
    assert tried(http) == ["rest"]


def test_soap_is_used_where_rest_refuses_the_key_or_is_not_there() -> None:
    for rest in (rest_that_takes(TOKEN), lambda _: HTML, lambda _: reply(b"", 404), lambda _: reply(b"", 500)):
        made, http = signed_in(Installation(rest=rest), account())
        assert isinstance(in_use(made), SoapConnector)
        assert made.capabilities is SOAP
        assert tried(http) == ["rest", "soap"]


def test_what_answered_is_remembered_with_the_account(tmp_path: Path) -> None:
    installation = Installation(rest=rest_that_takes(TOKEN))
    folder = str(tmp_path / "not yet there")
    for wanted in (["rest", "soap"], ["soap"], ["soap"]):
        _, http = signed_in(installation, account(cache_dir=folder))
        assert tried(http) == wanted
    _, http = signed_in(installation, account(token=TOKEN, cache_dir=folder))
    assert tried(http) == ["rest"]  # another credential: asked anew
    text = (tmp_path / "not yet there" / "interface.json").read_text(encoding="utf-8")
    assert KEY not in text
    assert TOKEN not in text


def test_a_remembered_interface_that_refuses_is_forgotten_and_the_key_not_carried_on(tmp_path: Path) -> None:
    installation = Installation(rest=rest_that_takes(KEY))
    signed_in(installation, account(cache_dir=str(tmp_path)))
    installation.rest = rest_that_takes("another")
    http = FakeHttp(installation)
    made = PLUGIN.connect(account(cache_dir=str(tmp_path)), http)
    with pytest.raises(BadCredentials):
        made.login()
    assert tried(http) == ["rest"]
    made.login()
    assert tried(http) == ["rest", "rest", "soap"]


def test_a_remembered_interface_that_is_gone_gives_way_to_the_other(tmp_path: Path) -> None:
    installation = Installation(rest=rest_that_takes(KEY))
    signed_in(installation, account(cache_dir=str(tmp_path)))
    installation.rest = lambda _: HTML
    made, http = signed_in(installation, account(cache_dir=str(tmp_path)))
    assert isinstance(in_use(made), SoapConnector)
    assert tried(http) == ["rest", "rest", "soap"]


def test_signing_in_again_stays_with_the_interface() -> None:
    installation = Installation(rest=rest_that_takes(KEY))
    made, http = signed_in(installation, account())
    installation.rest = rest_that_takes("another")
    with pytest.raises(BadCredentials):
        made.login()
    assert tried(http) == ["rest", "rest"]


def test_the_interface_named_is_the_only_one_tried() -> None:
    installation = Installation(rest=rest_that_takes(TOKEN))
    made, http = signed_in(installation, account("soap", token=TOKEN))
    assert (type(in_use(made)), tried(http)) == (SoapConnector, ["soap"])
    made, http = signed_in(installation, account("rest", token=TOKEN))
    assert (type(in_use(made)), tried(http)) == (RestConnector, ["rest"])
    http = FakeHttp(Installation(rest=lambda _: HTML))
    with pytest.raises(NotACrm):
        PLUGIN.connect(account("rest"), http).login()
    assert tried(http) == ["rest"]


def test_both_refusals_are_told_together() -> None:
    http = FakeHttp(Installation(rest=rest_that_takes(TOKEN)))
    made = PLUGIN.connect(account(key="wrong-key"), http)
    with pytest.raises(BadCredentials) as caught:
        made.login()
    assert "Neither interface takes the key" in caught.value.user_text
    assert "Invalid API key" in caught.value.detail
    assert "wrong-key" not in caught.value.detail
    assert tried(http) == ["rest", "soap"]


def test_the_refusal_that_says_more_is_told() -> None:
    nowhere = Installation(wsdls={}, rest=rest_that_takes(TOKEN))
    with pytest.raises(BadCredentials, match="refuses the token"):
        PLUGIN.connect(account(), FakeHttp(nowhere)).login()
    with pytest.raises(BadCredentials, match="Invalid API key"):
        PLUGIN.connect(account(key="wrong-key"), FakeHttp(Installation())).login()
    with pytest.raises(NotACrm, match="Neither interface"):
        PLUGIN.connect(account(), FakeHttp(lambda _: HTML)).login()


def test_a_server_that_is_away_is_not_asked_twice() -> None:
    def away(_: Sent) -> Reply:
        raise NotReachable("away")

    http = FakeHttp(away)
    with pytest.raises(NotReachable):
        PLUGIN.connect(account(), http).login()
    assert len(http.sent) == 1


def test_without_a_key_soap_is_not_tried() -> None:
    made, http = signed_in(Installation(rest=rest_that_takes(TOKEN)), account(key="", token=TOKEN))
    assert type(in_use(made)) is RestConnector
    http = FakeHttp(Installation())
    with pytest.raises(NotACrm):
        PLUGIN.connect(account(key="", token=TOKEN), http).login()
    assert tried(http) == ["rest"]


def test_an_account_without_any_credential_is_told_so() -> None:
    for interface in ("either", "rest", "soap"):
        http = FakeHttp(Installation())
        with pytest.raises(ProfileError):
            PLUGIN.connect(account(interface, key=""), http).login()
        assert http.sent == []


def test_settings_that_cannot_work_are_refused_at_once() -> None:
    for settings in ({"interface": "fax"}, {"time_zone": "Atlantis/Capital"}):
        with pytest.raises(ProfileError):
            PLUGIN.connect(replace(account(), settings=settings), FakeHttp(Installation()))


def test_roles_are_those_of_the_interface() -> None:
    installation = Installation(rest=rest_that_takes(TOKEN))
    soap, _ = signed_in(installation, account("soap"))
    rest, _ = signed_in(installation, account("rest", token=TOKEN))
    both, _ = signed_in(installation, account(token=TOKEN))
    assert isinstance(in_use(soap), ChecksPortalLogins)
    assert not isinstance(in_use(soap), RelatesRecords)
    assert not isinstance(in_use(rest), ChecksPortalLogins)
    assert isinstance(in_use(rest), RelatesRecords)
    assert isinstance(in_use(both), ChecksPortalLogins)
    assert isinstance(in_use(both), RelatesRecords)


def test_rest_with_a_key_checks_portal_logins_over_soap() -> None:
    """The SOAP session is opened with the first question, and closed with the account."""
    installation = Installation(rest=rest_that_takes(TOKEN))
    installation.handlers["authenticatePortalUser"] = lambda _: {"id": "10001"}
    made, http = signed_in(installation, replace(account(token=TOKEN), settings={"portal_id": "7"}))
    crm = in_use(made)
    assert isinstance(crm, BothConnector)
    assert installation.sessions == 0
    assert crm.check_portal_login("anna@acme.example", "s3cret", "") == {"id": "10001"}
    assert crm.check_portal_login("anna@acme.example", "s3cret", "8") == {"id": "10001"}
    assert installation.sessions == 1
    names = [one.name for one in crm.operations()]
    assert "list" in names
    assert "salesorderManager.createSalesOrder" in names
    crm.close()
    crm.close()
    assert any(b"destroySession" in (one.body or b"") for one in http.sent)


def test_rest_offers_its_own_operations_where_soap_is_not_there() -> None:
    made, _ = signed_in(Installation(wsdls={}, rest=rest_that_takes(KEY)), account())
    crm = in_use(made)
    assert isinstance(crm, CallsDocumented)
    assert "list" in [one.name for one in crm.operations()]
    with pytest.raises(NotACrm):
        crm.call("accountManager.getAccount", {"id": "1"})


def test_a_key_that_soap_refuses_is_not_taken_for_a_customer_that_is_refused() -> None:
    """Who asks about a portal login takes BadCredentials for the portal's answer."""
    installation = Installation(rest=rest_that_takes(TOKEN))
    installation.handlers["createSession"] = lambda _: fault("The API key is locked")
    made, _ = signed_in(installation, account(token=TOKEN))
    crm = in_use(made)
    assert isinstance(crm, ChecksPortalLogins)
    with pytest.raises(NotPermitted, match="locked"):
        crm.check_portal_login("anna@acme.example", "s3cret", "7")


def test_the_address_may_be_pasted_in_any_form() -> None:
    for typed in ("acme.crmservice.fi", f"{URL}/api/v1/", f"{URL}/CrmIntegrationWebservice/", f"{URL}/index.php"):
        installation = Installation(rest=rest_that_takes(KEY))
        _, http = signed_in(installation, replace(account(), url=typed))
        assert http.sent[0].url == f"{URL}/api/v1/user"


def test_the_memory_keeps_nothing_that_is_not_its_own(tmp_path: Path) -> None:
    now = [1000.0]
    memory = Memory(str(tmp_path), "here", clock=lambda: now[0])
    assert memory.recall() == ""
    memory.keep("soap")
    assert memory.recall() == "soap"
    assert Memory(str(tmp_path), "elsewhere", clock=lambda: now[0]).recall() == ""
    now[0] += 40 * 86400
    assert memory.recall() == ""
    (tmp_path / "interface.json").write_text("no JSON", encoding="utf-8")
    assert memory.recall() == ""
    memory.forget()
    memory.forget()
    assert Memory("", "here").recall() == ""


def test_a_locked_key_says_what_the_server_says() -> None:
    installation = Installation(handlers={"createSession": lambda _: fault("The API key is locked")})
    with pytest.raises(BadCredentials, match="locked"):
        PLUGIN.connect(account("soap"), FakeHttp(installation)).login()


def test_a_rest_server_that_is_busy_is_no_reason_for_the_other(tmp_path: Path) -> None:
    http = FakeHttp(Installation(rest=lambda _: reply(b"", 503)))
    with pytest.raises(ServerFault):
        PLUGIN.connect(account(cache_dir=str(tmp_path)), http).login()
    assert tried(http) == ["rest"]
