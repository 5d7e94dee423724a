# SPDX-License-Identifier: MIT
"""TLS and proxies: what is trusted, what is refused, and with which words."""

import base64
from pathlib import Path

import pytest

from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.errors import CrmError, ProfileError, ProxyRefused, TimedOut, TlsRefused
from tests.connectors.wire.rawserver import CERTIFICATES, RawServer, Visit

AUTHORITY = str(CERTIFICATES / "authority.pem")


def answering(visit: Visit) -> None:
    while visit.read():
        visit.reply(b"ok")


def ask(http: HttpClient, url: str) -> bytes:
    try:
        return http.get(url, {"sessionName": "abc"}).body
    finally:
        http.close()


def failure(http: HttpClient, url: str) -> CrmError:
    with pytest.raises(CrmError) as caught:
        ask(http, url)
    return caught.value


# --- TLS


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_certificate_of_the_given_authority_is_trusted(host: str) -> None:
    with RawServer(answering, "good") as server:
        http = HttpClient(ca_file=AUTHORITY, proxy="")
        assert ask(http, server.url.replace("127.0.0.1", host)) == b"ok"


def test_connection_under_tls_is_used_again() -> None:
    http = HttpClient(ca_file=AUTHORITY, proxy="")
    with RawServer(answering, "good") as server:
        for _ in range(3):
            assert http.get(server.url, {}).body == b"ok"
        http.close()
    assert server.visits == 1


@pytest.mark.parametrize(
    ("certificate", "ca_file", "words"),
    [
        ("good", None, "comes from an authority this computer does not know"),
        ("expired", AUTHORITY, "has expired. Ask who runs the server to renew it"),
        ("other_host", AUTHORITY, "belongs to another server than 127.0.0.1"),
        ("self_signed", AUTHORITY, "that it signed itself"),
    ],
)
def test_bad_certificate_is_refused_with_its_reason(certificate: str, ca_file: str | None, words: str) -> None:
    with RawServer(answering, certificate) as server:
        error = failure(HttpClient(ca_file=ca_file, proxy=""), server.url)
    assert isinstance(error, TlsRefused), repr(error)
    assert words in error.user_text
    assert not error.may_be_done
    assert server.requests == []


def test_server_without_tls_is_named() -> None:
    def plain(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        visit.hold()

    with RawServer(plain) as server:
        error = failure(HttpClient(proxy="", deadline_s=2), server.url.replace("http", "https", 1))
    assert isinstance(error, TlsRefused)
    assert "does not speak TLS there" in error.user_text


def test_deadline_holds_in_the_handshake() -> None:
    with RawServer(lambda visit: visit.hold()) as server:
        error = failure(HttpClient(proxy="", deadline_s=0.3), server.url.replace("http", "https", 1))
    assert isinstance(error, TimedOut)
    assert not error.sent


def test_deadline_holds_under_tls() -> None:
    def drip(visit: Visit) -> None:
        visit.read()
        visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
        visit.drip(b"x" * 500)

    with RawServer(drip, "good") as server:
        error = failure(HttpClient(ca_file=AUTHORITY, proxy="", deadline_s=0.3), server.url)
    assert isinstance(error, TimedOut)
    assert error.sent


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificate_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    error = failure(HttpClient(ca_file=str(file), proxy=""), "https://127.0.0.1:1/")
    assert isinstance(error, ProfileError)
    assert "ca.pem cannot be used" in error.user_text


# --- proxies


def forwarding(visit: Visit) -> None:
    """A proxy that answers by itself; enough to see what it is asked."""
    while request := visit.read():
        visit.reply(request.split(b"\r\n")[0])


def wanting_login(visit: Visit) -> None:
    while visit.read():
        visit.reply(b"", "407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=x")


def forbidding(visit: Visit) -> None:
    visit.read()
    visit.reply(b"", "403 Forbidden")


def tunnelling(visit: Visit) -> None:
    visit.read()
    visit.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
    visit.start_tls("good")
    answering(visit)


def test_proxy_is_asked_for_the_whole_address() -> None:
    with RawServer(forwarding) as proxy:
        http = HttpClient(proxy=f"http://127.0.0.1:{proxy.port}")
        assert ask(http, "http://crm.example/service.php").startswith(b"GET http://crm.example/service.php?")


def test_tunnel_through_the_proxy_is_checked_like_any_connection() -> None:
    with RawServer(tunnelling) as proxy:
        http = HttpClient(proxy=f"http://127.0.0.1:{proxy.port}", ca_file=AUTHORITY)
        assert ask(http, "https://localhost/service.php") == b"ok"
        error = failure(HttpClient(proxy=f"http://127.0.0.1:{proxy.port}", ca_file=AUTHORITY), "https://crm.example/")
    assert isinstance(error, TlsRefused)
    assert "another server than crm.example" in error.user_text


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_wants_a_login_is_named(scheme: str) -> None:
    with RawServer(wanting_login) as proxy:
        error = failure(HttpClient(proxy=f"http://127.0.0.1:{proxy.port}"), f"{scheme}://crm.example/")
    assert isinstance(error, ProxyRefused), repr(error)
    assert f"127.0.0.1:{proxy.port} asks for a login" in error.user_text
    assert not error.may_be_done


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_login_of_the_proxy_goes_to_the_proxy_and_into_no_error(scheme: str) -> None:
    with RawServer(wanting_login) as proxy:
        http = HttpClient(proxy=f"http://me:proxy%2Dpass@127.0.0.1:{proxy.port}")
        error = failure(http, f"{scheme}://crm.example/")
    coded = base64.b64encode(b"me:proxy-pass")
    assert b"Proxy-Authorization: Basic " + coded in proxy.requests[0]
    shown = f"{error} {error.detail} {error!r}"
    assert not [one for one in ("proxy-pass", "proxy%2Dpass", coded.decode()) if one in shown]


def test_proxy_that_forbids_is_named() -> None:
    with RawServer(forbidding) as proxy:
        error = failure(HttpClient(proxy=f"http://127.0.0.1:{proxy.port}"), "https://crm.example/")
    assert isinstance(error, ProxyRefused)
    assert "does not let us through to crm.example" in error.user_text


@pytest.mark.parametrize(
    ("place", "words"), [("127.0.0.1:1", "cannot be reached"), ("no.invalid:80", "no proxy named")]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_is_not_there_is_named(scheme: str, place: str, words: str) -> None:
    error = failure(HttpClient(proxy=f"http://{place}"), f"{scheme}://crm.example/")
    assert isinstance(error, ProxyRefused), repr(error)
    assert words in error.user_text
    assert place in error.user_text


def test_deadline_holds_for_a_proxy() -> None:
    def drip(visit: Visit) -> None:
        visit.read()
        visit.drip(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 50)

    with RawServer(drip) as proxy:
        for scheme in ("http", "https"):
            error = failure(
                HttpClient(proxy=f"http://127.0.0.1:{proxy.port}", deadline_s=0.3), f"{scheme}://crm.example/"
            )
            assert isinstance(error, TimedOut)
            assert error.sent == (scheme == "http")


def test_proxy_of_the_environment_is_used_but_not_for_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with RawServer(forwarding) as proxy, RawServer(answering) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        assert ask(HttpClient(), "http://crm.example/").startswith(b"GET http://crm.example/")
        assert ask(HttpClient(), server.url) == b"ok"
        monkeypatch.setenv("no_proxy", "crm.example")
        assert failure(HttpClient(), "http://crm.example/").user_text.startswith("There is no server named crm.example")


def test_unused_parts_of_the_environment_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/does/not/exist")
    monkeypatch.setenv("CURL_CA_BUNDLE", "/does/not/exist")
    with RawServer(answering, "good") as server:
        assert ask(HttpClient(ca_file=AUTHORITY), server.url) == b"ok"


def test_proxy_of_another_kind_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    monkeypatch.delenv("http_proxy", raising=False)
    error = failure(HttpClient(), "http://crm.example/")
    assert isinstance(error, ProxyRefused)
    assert "127.0.0.1:1080 is no HTTP proxy" in error.user_text


def test_proxy_may_be_given_without_its_scheme() -> None:
    with RawServer(forwarding) as proxy:
        assert ask(HttpClient(proxy=f"127.0.0.1:{proxy.port}"), "http://crm.example/").startswith(b"GET http://crm")
