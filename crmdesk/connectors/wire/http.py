# SPDX-License-Identifier: MIT
"""``HttpClient``: one account's way to its server, with a total deadline, a size limit and no secrets in errors."""

import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crmdesk import __version__
from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.address import check_address, host_of, is_loopback, without_query
from crmdesk.connectors.wire.flight import End, Flight, GivenUp
from crmdesk.connectors.wire.redaction import Redactor
from crmdesk.connectors.wire.refusals import guarded
from crmdesk.domain.errors import CrmError, Invalid, ProfileError, ProxyRefused
from crmdesk.domain.sentence import sentence

if TYPE_CHECKING:  # requests costs 150 ms; it is imported with the first request
    from requests import PreparedRequest, Response

    from crmdesk.connectors.wire.transport import FlightAdapter
    from crmdesk.connectors.wire.troubles import Circumstances

Files = Mapping[str, tuple[str, bytes, str]]
"""Field name -> file name, content, type."""

DEFAULT_LIMIT_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
_WRITE_REST_S = 2.0
"""A connection that rested longer carries no write: the server may have closed it (Apache does after 5 s), and a write
that meets a closing connection has an unknown outcome."""
_DETAIL_CHARACTERS = 2000


class HttpClient:
    """Implements ``port.Http``. One thread uses it; ``abort`` alone may be called from any other.

    Cookies and ``.netrc`` do not exist here, and redirects lead nowhere but to the same host (see ``redirects``). Nothing
    is sent twice, but for a read whose resting connection the server had just closed.

    Args:
        deadline_s: seconds for one request as a whole: look-up, connect, send, answer to its last byte.
        limit_bytes: the longest answer, unpacked.
        proxy: its address; None = what environment or system say (never for this computer itself), "" = none.
        ca_file: certificates (PEM) to trust besides those of the operating system.
        pinned: SHA-256 fingerprint of the one certificate to accept, in hex, whoever has signed it; "" = the
            authorities decide.
        min_interval_ms: pause between the beginnings of two requests.
    """

    def __init__(
        self,
        *,
        deadline_s: float = 30.0,
        limit_bytes: int = DEFAULT_LIMIT_BYTES,
        proxy: str | None = None,
        ca_file: str | None = None,
        pinned: str = "",
        user_agent: str = f"crmdesk/{__version__}",
        min_interval_ms: int = 0,
    ) -> None:
        self.deadline_s = deadline_s
        self.limit_bytes = limit_bytes
        self._proxy = proxy
        self._ca_file = ca_file
        self._pinned = pinned
        self._interval_s = min_interval_ms / 1000
        self._headers = {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        self._flight = Flight()
        self._redactor = Redactor()
        self._adapter: FlightAdapter | None = None
        self._proxies: dict[tuple[str, str], tuple[dict[str, str], str]] = {}
        self._last_begin_s = self._last_end_s = float("-inf")
        if proxy:
            self._guard_login_of(proxy)

    def __repr__(self) -> str:
        return f"HttpClient(deadline_s={self.deadline_s:g}, limit_bytes={self.limit_bytes})"

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        """Ask with GET.

        Raises:
            ProfileError, ConnectionFailed, MalformedReply, Invalid (text that cannot be sent).
        """
        return self.request("GET", url, params=params, headers=headers, write=write)

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Files | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        """Send a form; multipart where ``files`` is given.

        Raises:
            As ``get``.
        """
        return self.request("POST", url, form=form, files=files, headers=headers, write=write)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        files: Files | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool,
    ) -> Reply:
        """Send any request; ``body`` goes out as it is, with the ``Content-Type`` that ``headers`` give it.

        Raises:
            As ``get``.
        """
        host = host_of(url)
        prepared = self._prepared(method, check_address(url), params, form if body is None else body, files, headers)
        self._last_begin_s, pause_s = self._paced()
        self._flight.begin(self.deadline_s + pause_s)
        try:
            if pause_s:
                self._flight.rest(pause_s)
            return self._exchange(prepared, host, write)
        except CrmError as error:
            failed = error
        except GivenUp as error:  # during the pause
            from crmdesk.connectors.wire.troubles import explain

            failed = explain(error, self._circumstances(host, "", write))
        finally:
            self._flight.end()
            self._last_end_s = time.monotonic()
        failed.detail = f"{method} {without_query(url)}: {failed.detail}"
        guarded(failed, self.redacted)  # its sentence may name the place of a redirect
        failed.detail = failed.detail[:_DETAIL_CHARACTERS]
        # The libraries' exceptions quote addresses with session keys: they must not be printed along with ours.
        failed.__context__ = None
        raise failed from None

    def abort(self) -> None:
        """Give up the request under way, from any thread; it raises ``TimedOut``. The client stays usable."""
        self._flight.abort()

    def add_secret(self, secret: str) -> None:
        """From now on this text is masked in every error and recording."""
        self._redactor.add(secret)

    def redacted(self, text: str) -> str:
        """The text with every known secret, and the values of parameters that carry secrets, masked."""
        return self._redactor.redacted(text)

    def close(self) -> None:
        """Close every connection; never raises. A later request opens new ones."""
        self._flight.close()
        if self._adapter is not None:
            with contextlib.suppress(OSError):
                self._adapter.close()

    def _paced(self) -> tuple[float, float]:
        now = time.monotonic()
        pause_s = max(0.0, self._last_begin_s + self._interval_s - now)
        return now + pause_s, pause_s

    def _prepared(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        body: Mapping[str, str] | bytes | None,
        files: Files | None,
        headers: Mapping[str, str] | None,
    ) -> "PreparedRequest":
        import requests

        try:
            for name, value in (headers or {}).items():
                f"{name}: {value}".encode("latin-1")
        except UnicodeError:
            raise ProfileError(sentence("A key or token holds letters that cannot be sent. Copy it anew.")) from None
        try:
            return requests.Request(
                method,
                url,
                params=dict(params or {}),
                data=dict(body) if isinstance(body, Mapping) else body,
                files=dict(files) if files else None,
                headers={**self._headers, **(headers or {})},
            ).prepare()
        except UnicodeError:
            failed: CrmError = Invalid(sentence("A value holds a broken character (half of a pair). Type it anew."))
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
            failed = ProfileError(
                sentence("{without_query} cannot be used as an address.", without_query=without_query(url)),
                self.redacted(str(error)),
            )
        raise failed

    def _exchange(self, prepared: "PreparedRequest", host: str, write: bool) -> Reply:
        """Send, and send on where the same server says so; see ``redirects``."""
        from crmdesk.connectors.wire.redirects import MOST_REDIRECTS, followed
        from crmdesk.connectors.wire.troubles import refused_answer

        reply = self._answer(prepared, host, write)
        for _ in range(MOST_REDIRECTS):
            there = followed(reply, str(prepared.url), str(prepared.method))
            if there is None:
                break
            prepared = prepared.copy()
            prepared.url = there
            reply = self._answer(prepared, host, write)
        url = str(prepared.url)
        refused = refused_answer(reply, url, self._circumstances(host, self._proxies_for(url)[1], write))
        if refused is not None:
            raise refused
        return reply

    def _answer(self, prepared: "PreparedRequest", host: str, write: bool) -> Reply:
        """Send; a read that met a connection the server had just closed is sent once more."""
        may_repeat = prepared.method == "GET" and not write
        try:
            return self._once(prepared, host, write, may_repeat)
        except _StaleConnection:
            self._connections().close()
            return self._once(prepared, host, write, may_repeat=False)

    def _once(self, prepared: "PreparedRequest", host: str, write: bool, may_repeat: bool) -> Reply:
        from requests.exceptions import RequestException
        from urllib3.exceptions import HTTPError

        from crmdesk.connectors.wire.troubles import explain

        adapter, url = self._connections(), str(prepared.url)
        if write and time.monotonic() - self._last_end_s > _WRITE_REST_S:
            adapter.close()
        proxies, proxy = self._proxies_for(url)
        begin = time.perf_counter()
        response: Response | None = None
        try:
            left_s = self._flight.left_s()
            response = adapter.send(prepared, stream=True, timeout=left_s, proxies=proxies)
            body = self._read(response, host, write)
            self._flight.left_s()  # a socket shut from here looks like the end of an answer that tells no length
        except (RequestException, HTTPError, OSError) as error:
            if response is not None:
                response.close()
            elif may_repeat and self._met_a_closed_connection():
                raise _StaleConnection from None
            raise explain(error, self._circumstances(host, proxy, write)) from None
        return Reply(
            status=response.status_code,
            headers=response.headers,
            body=body,
            url=self.redacted(url),
            elapsed_ms=(time.perf_counter() - begin) * 1000,
            received_at=datetime.now(UTC),
        )

    def _met_a_closed_connection(self) -> bool:
        flight = self._flight
        return flight.sent and not flight.is_fresh and flight.end_so_far is End.BY_ITSELF

    def _read(self, response: "Response", host: str, write: bool) -> bytes:
        """The unpacked body; never more than one chunk beyond the limit is held."""
        from crmdesk.connectors.wire.troubles import too_large

        limit, raw = self.limit_bytes, response.raw
        told = response.headers.get("Content-Length", "")
        is_too_large = told.isdecimal() and int(told) > limit
        parts: list[bytes] = []
        size = 0
        while not is_too_large:
            chunk: bytes = raw.read(_CHUNK_BYTES, decode_content=True)
            if not chunk:
                return parts[0] if len(parts) == 1 else b"".join(parts)
            parts.append(chunk)
            size += len(chunk)
            is_too_large = size > limit
        response.close()
        raise too_large(limit, self._circumstances(host, "", write))

    def _circumstances(self, host: str, proxy: str, write: bool) -> "Circumstances":
        from crmdesk.connectors.wire.troubles import Circumstances

        return Circumstances(
            host=host,
            proxy=proxy,
            deadline_s=self.deadline_s,
            end=self._flight.end_so_far,
            sent=self._flight.sent,
            write=write,
        )

    def _connections(self) -> "FlightAdapter":
        if self._adapter is None:
            from crmdesk.connectors.wire.transport import FlightAdapter, system_context

            self._adapter = FlightAdapter(
                self._flight,
                lambda: system_context(self._ca_file, for_pin=bool(self._pinned)),
                self._pinned,
            )
        return self._adapter

    def _proxies_for(self, url: str) -> tuple[dict[str, str], str]:
        """requests' proxies for an address, and the name of the one it will use; looked up once for each server."""
        from requests.utils import get_environ_proxies, select_proxy

        parts = urlsplit(url)
        key = (parts.scheme, parts.netloc)
        if key not in self._proxies:
            if self._proxy is not None:
                found = {"http": self._proxy, "https": self._proxy} if self._proxy else {}
            else:
                found = {} if is_loopback(url) else dict(get_environ_proxies(url))
            used = select_proxy(url, found) or ""
            if "://" in used and not used.lower().startswith(("http://", "https://")):
                text = sentence(
                    "The proxy {name_of_proxy} is no HTTP proxy. Give an HTTP proxy in the account, or none.",
                    name_of_proxy=_name_of_proxy(used),
                )
                raise ProxyRefused(text)
            self._guard_login_of(used)
            self._proxies[key] = found, _name_of_proxy(used)
        return self._proxies[key]

    def _guard_login_of(self, proxy: str) -> None:
        with contextlib.suppress(ValueError):
            self.add_secret(unquote(urlsplit(proxy).password or ""))


class _StaleConnection(Exception):
    """The server had closed the connection while it rested."""


def _name_of_proxy(proxy: str) -> str:
    place = proxy.rpartition("@")[2].rpartition("//")[2]
    return place.rstrip("/")
