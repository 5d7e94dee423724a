# SPDX-License-Identifier: MIT
"""The certificate a server shows, for a person to look at before it is accepted; nothing is sent to that server."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from crmdesk.connectors.wire.address import check_address, host_of
from crmdesk.domain.errors import ProfileError, TlsRefused
from crmdesk.domain.sentence import sentence

_NONES = "0" * 64
"""A fingerprint that no certificate has."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server showed.

    Attributes:
        fingerprint: SHA-256 of the certificate, 64 hexadecimal digits.
    """

    fingerprint: str


def spelled(fingerprint: str) -> str:
    """As people compare it: ``AB:CD:…``."""
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()


def shown_certificate(url: str, timeout_s: float = 10.0, *, proxy: str | None = None) -> Certificate:
    """The certificate that the server at an address shows now, whether it is trusted or not.

    By the way that the account's requests take, proxies and their logins included: a client that accepts a certificate
    which there is none of is refused before anything is sent, and told what was shown.

    Args:
        proxy: as ``HttpClient`` takes it: None = as the system says, "" = none.

    Raises:
        ProfileError: the address is none, or not https. NotReachable, TlsRefused, ProxyRefused, TimedOut.
    """
    from crmdesk.connectors.wire.http import HttpClient

    if urlsplit(check_address(url)).scheme != "https":
        host = host_of(url)
        raise ProfileError(sentence("{host} is asked without encryption, so it shows no certificate.", host=host))
    http = HttpClient(deadline_s=timeout_s, proxy=proxy, pinned=_NONES)
    try:
        http.get(url, {})
    except TlsRefused as error:
        if error.shown:
            return Certificate(error.shown)
        raise
    finally:
        http.close()
    raise AssertionError("a server's certificate has the digest 0")
