# SPDX-License-Identifier: MIT
"""One certificate, pinned: it is taken whoever signed it, and no other is, whoever signed that."""

import base64
import hashlib
import os
import socket
import ssl
import subprocess
import sys
import warnings

import pytest

from crmdesk.connectors.wire.certificates import shown_certificate, spelled
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.errors import NotReachable, ProfileError, ProxyRefused, TlsRefused
from tests.connectors.wire.rawserver import CERTIFICATES, RawServer, Visit

AUTHORITY = str(CERTIFICATES / "authority.pem")


def answering(visit: Visit) -> None:
    while visit.read():
        visit.reply(b"ok")


def fingerprint(name: str) -> str:
    text = (CERTIFICATES / f"{name}.pem").read_text("ascii")
    start = text.index("-----BEGIN CERTIFICATE")
    der = ssl.PEM_cert_to_DER_cert(text[start : text.index("-----END CERTIFICATE-----") + 25])
    return hashlib.sha256(der).hexdigest()


@pytest.mark.parametrize("name", ["self_signed", "expired", "other_host", "good"])
def test_the_certificate_shown_is_the_one_that_is_pinned(name: str) -> None:
    with RawServer(answering, name) as server:
        shown = shown_certificate(server.url)
        assert shown.fingerprint == fingerprint(name)
        assert server.requests == []
        http = HttpClient(pinned=shown.fingerprint, proxy="")
        assert http.get(server.url, {}).body == b"ok"
        http.close()


@pytest.mark.parametrize("ca_file", [None, AUTHORITY])
def test_another_certificate_is_refused_and_both_are_told(ca_file: str | None) -> None:
    """Also one that the system's authorities vouch for: a pin is a pin."""
    with RawServer(answering, "good") as server:
        http = HttpClient(pinned=fingerprint("self_signed"), ca_file=ca_file, proxy="")
        with pytest.raises(TlsRefused) as caught:
            http.get(server.url, {"sessionName": "abc"})
        http.close()
    assert spelled(fingerprint("self_signed")) in caught.value.user_text
    assert spelled(fingerprint("good")) in caught.value.user_text
    assert server.requests == []


@pytest.mark.parametrize("login", ["", "me:proxy%2Dpass@"])
def test_the_certificate_is_looked_at_through_the_proxy(login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every way out leads through it, and for a name that this computer cannot look up itself."""

    def tunnel(visit: Visit) -> None:
        visit.read()
        visit.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        visit.start_tls("self_signed")
        answering(visit)

    url = "https://crm.nowhere.invalid:8443/service.php"
    with RawServer(tunnel) as proxy:
        address = f"http://{login}127.0.0.1:{proxy.port}"
        assert shown_certificate(url, proxy=address).fingerprint == fingerprint("self_signed")
        monkeypatch.setenv("HTTPS_PROXY", address)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert shown_certificate(url).fingerprint == fingerprint("self_signed"), "as the system says"
        with pytest.raises(NotReachable):
            shown_certificate(url, proxy="")
    asked = [request.split(b" HTTP/")[0] for request in proxy.requests]
    assert asked == [b"CONNECT crm.nowhere.invalid:8443"] * 2, "and nothing else was sent"
    coded = base64.b64encode(b"me:proxy-pass")
    assert all((b"Proxy-Authorization: Basic " + coded in request) is bool(login) for request in proxy.requests)


def test_a_proxy_that_does_not_let_us_look_is_named() -> None:
    def forbidding(visit: Visit) -> None:
        visit.read()
        visit.reply(b"", "403 Forbidden")

    with RawServer(forbidding) as proxy, pytest.raises(ProxyRefused, match="does not let us through"):
        shown_certificate("https://crm.example/", proxy=f"http://127.0.0.1:{proxy.port}")


def test_a_server_without_tls_shows_none() -> None:
    with pytest.raises(ProfileError):
        shown_certificate("http://127.0.0.1/")

    def plain(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(plain) as server, pytest.raises((TlsRefused, NotReachable)):
        shown_certificate(server.url.replace("http://", "https://"))


def _old_server(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Speaks nothing newer, and lets its weak ciphers be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "good.pem")
    context.set_ciphers("ALL:@SECLEVEL=0")
    _limit(context, version, version)
    return context


def _limit(context: ssl.SSLContext, least: ssl.TLSVersion, most: ssl.TLSVersion) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that these versions are old is the point
        context.minimum_version, context.maximum_version = least, most


@pytest.mark.parametrize("pinned", [True, False])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_nothing_older_than_tls_1_2_is_spoken(version: ssl.TLSVersion, pinned: bool) -> None:
    """A server that speaks only the old one is refused; a client that would take it shows that the server does."""
    context = _old_server(version)

    def script(visit: Visit) -> None:
        visit.start_tls("", context)
        answering(visit)

    with RawServer(script) as server:
        willing = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        willing.check_hostname, willing.verify_mode = False, ssl.CERT_NONE
        willing.set_ciphers("ALL:@SECLEVEL=0")
        _limit(willing, version, version)
        try:
            with (
                socket.create_connection(("127.0.0.1", server.port), 5) as plain,
                willing.wrap_socket(plain) as spoken,
            ):
                assert spoken.version() in ("TLSv1", "TLSv1.1")
        except ssl.SSLError:
            pytest.skip("this computer's OpenSSL does not speak it at all")
        url = server.url.replace("http://", "https://")
        http = HttpClient(proxy="", ca_file=AUTHORITY, pinned=fingerprint("good") if pinned else "")
        with pytest.raises(TlsRefused):
            http.get(url, {"sessionName": "abc"})
        http.close()
        with pytest.raises(TlsRefused):
            shown_certificate(url)
    assert server.requests == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the authorities are the system's to change")
@pytest.mark.parametrize(("named", "said"), [(AUTHORITY, "b'ok'"), ("", "TlsRefused")])
def test_a_companys_own_authority_works_out_of_the_box(named: str, said: str) -> None:
    """Where the computer trusts it the account needs no file; OpenSSL's own variable stands for the computer's store."""
    code = (
        "import sys; from crmdesk.connectors.wire.http import HttpClient\n"
        "try: print(HttpClient(proxy='').get(sys.argv[1], {}).body)\n"
        "except Exception as error: print(type(error).__name__)"
    )
    trusted = {"SSL_CERT_FILE": named} if named else {}
    with RawServer(answering, "good") as server:
        done = subprocess.run(
            [sys.executable, "-c", code, server.url], capture_output=True, text=True, check=True,
            env={**{name: text for name, text in os.environ.items() if not name.startswith("SSL_CERT")}, **trusted},
        )  # fmt: skip
    assert done.stdout.strip() == said


def test_the_systems_own_authorities_are_asked() -> None:
    import truststore

    from crmdesk.connectors.wire.transport import system_context

    assert isinstance(system_context(None), truststore.SSLContext)
    assert system_context(None).verify_mode is ssl.CERT_REQUIRED
