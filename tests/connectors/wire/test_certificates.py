# SPDX-License-Identifier: MIT
"""One certificate, pinned: it is taken whoever signed it, and no other is, whoever signed that."""

import hashlib
import ssl

import pytest

from crmdesk.connectors.wire.certificates import shown_certificate, spelled
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.errors import NotReachable, ProfileError, TlsRefused
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


def test_a_server_without_tls_shows_none() -> None:
    with pytest.raises(ProfileError):
        shown_certificate("http://127.0.0.1/")

    def plain(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(plain) as server, pytest.raises((TlsRefused, NotReachable)):
        shown_certificate(server.url.replace("http://", "https://"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_nothing_older_than_tls_1_2_is_spoken(version: ssl.TLSVersion) -> None:
    from crmdesk.connectors.wire.transport import system_context

    context = system_context(None, verify=True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2 > version


def test_the_systems_own_authorities_are_asked() -> None:
    import truststore

    from crmdesk.connectors.wire.transport import system_context

    assert isinstance(system_context(None, verify=True), truststore.SSLContext)
    assert system_context(None, verify=True).verify_mode is ssl.CERT_REQUIRED
