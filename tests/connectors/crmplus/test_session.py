# SPDX-License-Identifier: MIT
"""Address, login, one call: what is sent where, and what is never told."""

import pytest

from crmdesk.connectors.port import Endpoint
from crmdesk.connectors.vendors.crmplus import PLUGIN
from crmdesk.connectors.vendors.crmplus.session import service_url
from crmdesk.domain.errors import (
    BadCredentials,
    MalformedReply,
    NotACrm,
    NotReachable,
    OutcomeUnclear,
    ProfileError,
    SessionExpired,
    Unsupported,
)
from tests.connectors.crmplus.support import (
    CRMPLUS,
    EMPTY_500,
    KEY,
    LOGIN,
    SESSION,
    TOKEN,
    FakeHttp,
    connect,
    failure,
    new_connector,
    reply,
)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("crm.example.com", "https://crm.example.com/webservice.php"),
        (" https://crm.example.com ", "https://crm.example.com/webservice.php"),
        ("https://crm.example.com/", "https://crm.example.com/webservice.php"),
        ("https://crm.example.com/crm", "https://crm.example.com/crm/webservice.php"),
        ("https://crm.example.com/crm/index.php?module=Home&view=x#y", "https://crm.example.com/crm/webservice.php"),
        ("https://crm.example.com/crm/webservice.php", "https://crm.example.com/crm/webservice.php"),
        ("https://crm.example.com/webservice.php/", "https://crm.example.com/webservice.php"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a/webservice.php"),
        ("https://[::1]:8443", "https://[::1]:8443/webservice.php"),
    ],
)
def test_whatever_was_pasted_becomes_the_services_address(given: str, found: str) -> None:
    assert service_url(given) == found


@pytest.mark.parametrize(
    "given",
    ["", "   ", "ftp://crm.example.com", "https://", "https://u:p@crm.example.com", "https://a b", "https://x:y"],
)
def test_what_is_no_address_is_refused_with_a_sentence(given: str) -> None:
    with pytest.raises(ProfileError):
        service_url(given)


def test_every_secret_is_registered_and_no_error_tells_one() -> None:
    http = FakeHttp({**CRMPLUS, "query": failure("NEW", f"bad {SESSION} {KEY} {TOKEN}")})
    connector = connect(http)
    assert {KEY, SESSION, TOKEN} < set(http.secrets)
    with pytest.raises(Exception, match="refused") as caught:
        connector.run_query("select id from Leads;")
    detail = getattr(caught.value, "detail", "")
    assert "•••" in detail
    assert not any(secret in detail for secret in (KEY, SESSION, TOKEN))
    assert KEY not in repr(Endpoint(url="x", secrets={"access_key": KEY}))


@pytest.mark.parametrize("missing", ["user", "access_key"])
def test_an_account_without_user_or_key_says_so(missing: str) -> None:
    endpoint = Endpoint(
        url="x.example.com",
        settings={} if missing == "user" else {"user": "admin"},
        secrets={} if missing == "access_key" else {"access_key": "k"},
    )
    http = FakeHttp(CRMPLUS)
    with pytest.raises(ProfileError, match="user name" if missing == "user" else "access key"):
        PLUGIN.connect(endpoint, http).login()
    assert not http.sent


def test_an_unknown_user_is_told_apart_from_a_wrong_key() -> None:
    for code in ("ACCESS_DENIED", "AUTHENTICATION_REQUIRED"):
        http = FakeHttp({**CRMPLUS, "getchallenge": failure(code)})
        with pytest.raises(BadCredentials, match="user name"):
            new_connector(http).login()
        assert http.operations() == ["getchallenge"]
    http = FakeHttp({**CRMPLUS, "login": failure("INVALID_USER_CREDENTIALS")})
    with pytest.raises(BadCredentials, match="access key"):
        new_connector(http).login()


def test_a_server_that_is_no_crm_says_check_the_address() -> None:
    for answer in (reply("<html>Welcome to nginx</html>"), reply("", 404), reply('{"hello":1}')):
        with pytest.raises(NotACrm, match="Check"):
            new_connector(FakeHttp({"getchallenge": answer})).login()


@pytest.mark.parametrize("answer", [{}, [], "text", None, {"token": ""}])
def test_a_challenge_without_token_is_one_clear_error(answer: object) -> None:
    with pytest.raises(MalformedReply):
        new_connector(FakeHttp({"getchallenge": answer})).login()


def test_no_call_leaves_without_a_session() -> None:
    http = FakeHttp(CRMPLUS)
    connector = new_connector(http)
    with pytest.raises(SessionExpired):
        connector.list_modules()
    connector.close()
    assert not http.sent


def test_transport_errors_pass_as_they_are() -> None:
    http = FakeHttp({"getchallenge": NotReachable("There is no way to the server. Check the network.")})
    with pytest.raises(NotReachable):
        new_connector(http).login()
    connector = connect(FakeHttp({**CRMPLUS, "logout": NotReachable("gone")}))
    connector.close()


def test_the_login_tells_who_where_and_when() -> None:
    login = {**LOGIN["login"], "is_admin": "on", "vtigerVersion": "8.0.0", "version": "0.22"}  # type: ignore[dict-item]
    identity = new_connector(FakeHttp({**CRMPLUS, "login": login}, EMPTY_500)).login()
    assert (identity.user, identity.full_name, identity.user_id) == ("admin", "Süsi Vertrieb", "19x1")
    assert identity.is_admin
    assert identity.server == "CRM+ 8.0.0"
    assert identity.clock_ahead_s is not None
    assert identity.clock_ahead_s < -1_000_000, "that server's clock stands in 2014"


def test_a_restricted_user_who_may_not_read_himself_is_called_by_his_login() -> None:
    bare = {"userId": "19x7", "sessionName": SESSION}
    http = FakeHttp({**CRMPLUS, "login": bare, "retrieve": failure("ACCESS_DENIED")})
    identity = new_connector(http).login()
    assert (identity.full_name, identity.is_admin) == ("admin", False)


def test_capabilities_follow_the_family() -> None:
    product, relative = connect(FakeHttp(CRMPLUS)), connect(FakeHttp(LOGIN))
    assert product.capabilities.has_workflow_switch
    assert not relative.capabilities.has_workflow_switch


def test_an_operation_nobody_knows_is_not_sent() -> None:
    http = FakeHttp(CRMPLUS)
    connector = connect(http)
    with pytest.raises(Unsupported):
        connector.call("dropEverything", {})
    assert "dropEverything" not in http.operations()


def test_a_caller_cannot_put_his_own_session() -> None:
    http = FakeHttp({**CRMPLUS, "retrieve": {"id": "2x1", "accesskey": "shown?"}})
    assert connect(http).call("Retrieve", {"id": "2x1", "sessionName": "other"}) == {"id": "2x1", "accesskey": "***"}
    assert http.last("retrieve").params["sessionName"] == SESSION


def test_a_get_that_changes_data_is_sent_as_a_write() -> None:
    http = FakeHttp({**CRMPLUS, "deleteLineItem": EMPTY_500})
    with pytest.raises(OutcomeUnclear):
        connect(http).call("deleteLineItem", {"recordId": "16x1", "lineItemId": "4"})
    assert http.last("deleteLineItem").verb == "GET"
    assert http.last("deleteLineItem").write
