# SPDX-License-Identifier: MIT
"""The certificate a server shows, for a person to look at before it is accepted; nothing is sent to that server."""

import hashlib
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from crmdesk.connectors.wire.address import check_address, host_of
from crmdesk.domain.errors import NotReachable, ProfileError, TlsRefused
from crmdesk.domain.sentence import sentence


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server showed.

    Attributes:
        fingerprint: SHA-256 of the certificate, 64 hexadecimal digits.
        pem: the certificate itself.
    """

    fingerprint: str
    pem: str


def spelled(fingerprint: str) -> str:
    """As people compare it: ``AB:CD:…``."""
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()


def shown_certificate(url: str, timeout_s: float = 10.0) -> Certificate:
    """The certificate that the server at an address shows now, whether it is trusted or not. Directly, past any proxy.

    Raises:
        ProfileError: the address is none, or not https. NotReachable, TlsRefused.
    """
    parts, host = urlsplit(check_address(url)), host_of(url)
    if parts.scheme != "https":
        raise ProfileError(sentence("{host} is asked without encryption, so it shows no certificate.", host=host))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # only looked at
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), timeout_s) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as spoken,
        ):
            der = spoken.getpeercert(binary_form=True) or b""
    except ssl.SSLError as error:
        raise TlsRefused(sentence("No secure connection to {host} came about.", host=host), str(error)) from error
    except OSError as error:
        raise NotReachable(sentence("{host} cannot be reached.", host=host), str(error)) from error
    return Certificate(hashlib.sha256(der).hexdigest(), ssl.DER_cert_to_PEM_cert(der))
