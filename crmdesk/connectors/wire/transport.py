# SPDX-License-Identifier: MIT
"""requests' adapter with connections that a ``Flight`` can end, and with the operating system's certificates.

Imported on the first request only: it costs the start of the program what requests costs.
"""

import logging
import socket
import ssl
import sys
from collections.abc import Callable
from typing import Any  # Any: requests hands its keyword arguments through untyped

import requests.adapters
import truststore
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.poolmanager import ProxyManager

from crmdesk.connectors.wire.flight import Flight
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.sentence import sentence

# urllib3 writes whole addresses to the log, session keys included. What it has to say is in our errors.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


def system_context(ca_file: str | None, *, for_pin: bool = False) -> ssl.SSLContext:
    """Certificates of the operating system (truststore), and those of ``ca_file`` beside them.

    Args:
        for_pin: whoever uses it compares the certificate itself with the one that is pinned, whoever signed it.

    Raises:
        ProfileError: the file cannot be read or holds no certificate.
    """
    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if for_pin:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ProfileError(
                sentence(
                    "The certificate file {ca_file} cannot be used. Choose a file with certificates in PEM form.",
                    ca_file=ca_file,
                ),
                str(error),
            ) from error
    return context


class FlightAdapter(requests.adapters.HTTPAdapter):
    """One client's connections. Never retries, never follows; ``send`` is used without a ``Session``.

    A ``Session`` would add what is not wanted here: cookies, redirects, credentials out of ``.netrc`` and a look at
    the environment for each request (0.4 ms of 1.2 for a page of 100 records).
    """

    def __init__(self, flight: Flight, make_context: Callable[[], ssl.SSLContext], pinned: str = "") -> None:
        self._flight = flight
        self._make_context = make_context
        self._context: ssl.SSLContext | None = None
        self._pinned = pinned
        super().__init__(pool_connections=4, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        """Set up pools whose connections report to the flight."""
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        self._watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> ProxyManager:
        """The same for connections by way of a proxy; one spoken to over TLS is checked like a server."""
        known = proxy in self.proxy_manager
        if proxy.lower().startswith("https:"):
            proxy_kwargs["proxy_ssl_context"] = system_context(None) if self._pinned else self._tls()
        manager: ProxyManager = super().proxy_manager_for(proxy, **proxy_kwargs)
        if not known:
            self._watch(manager)
        return manager

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Connections over TLS use our own context."""
        host, options = super().build_connection_pool_key_attributes(request, verify, cert)
        secure: dict[str, Any] = {"ssl_context": self._tls()} if host["scheme"] == "https" else {}
        if secure and self._pinned:  # the handshake trusts anybody then, and this certificate alone is taken
            secure["assert_fingerprint"] = self._pinned
        return host, {**options, **secure}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Keep requests from adding certifi's certificates to those of the operating system."""
        conn.cert_reqs = "CERT_NONE" if self._pinned else "CERT_REQUIRED"

    def _tls(self) -> ssl.SSLContext:
        if self._context is None:  # reading the certificates takes some 30 ms; an account without TLS never does
            self._context = self._make_context()
        return self._context

    def _watch(self, manager: PoolManager) -> None:
        flight = {"flight": self._flight}
        plain = type("PlainConnection", (_PlainConnection,), flight)
        secure = type("SecureConnection", (_SecureConnection,), flight)
        manager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


class _FlightMixin(HTTPConnection):
    """Tells the flight which socket is in use and when the request leaves."""

    flight: Flight
    handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        try:
            sock, self.handle = _connect(self._dns_host, self.port, self.flight)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except OSError as error:
            raise NewConnectionError(self, f"cannot connect: {error}") from error
        sys.audit("http.client.connect", self, self.host, self.port)
        return sock

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Connect where needed, then note that the request leaves."""
        if self.sock is None:
            self.connect()
        elif self.handle is not None:
            self.flight.hold(self.handle)
        self.flight.sent = True
        super().request(method, url, *args, **kwargs)

    def close(self) -> None:
        """Close the connection and give the duplicate back."""
        handle, self.handle = self.handle, None
        try:
            super().close()
        finally:
            if handle is not None:
                self.flight.drop(handle)


class _PlainConnection(_FlightMixin, HTTPConnection):
    pass


class _SecureConnection(_FlightMixin, HTTPSConnection):
    pass


def _connect(host: str, port: int, flight: Flight) -> tuple[socket.socket, socket.socket]:
    """A connected socket and its duplicate; every address of the host is tried within the flight's deadline."""
    flight.is_fresh = True
    name = host.strip("[]")
    addresses = flight.aside(lambda: socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
    last: OSError = socket.gaierror(socket.EAI_NONAME, "the name has no address")
    for tries_left, (family, kind, protocol, _name, address) in zip(
        range(len(addresses), 0, -1), addresses, strict=True
    ):
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as error:  # a family this computer does not have
            last = error
            continue
        handle: socket.socket | None = None
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            handle = sock.dup()
            flight.hold(handle)
            # Each address gets its share, so that one that swallows packets leaves time for the next.
            sock.settimeout(flight.left_s() / tries_left)
            sock.connect(address)
            sock.settimeout(flight.left_s())
            return sock, handle
        except OSError as error:
            last = error
            sock.close()
            if handle is not None:
                flight.drop(handle)
    raise last
