# SPDX-License-Identifier: MIT
"""What went wrong below HTTP, in our words: exceptions of the HTTP libraries become ``CrmError``.

never left         NotReachable (name, refused, no route) · TlsRefused · ProxyRefused · TimedOut(sent=False)
left, no answer    TimedOut(sent=True): deadline, broken connection, given up
an answer came     TooLarge · Redirected · MalformedReply (no HTTP, wrong compression)
"""

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import urllib3.exceptions as u3

from crmdesk.connectors.port import Reply
from crmdesk.connectors.wire.address import without_query
from crmdesk.connectors.wire.certificates import spelled
from crmdesk.connectors.wire.flight import End
from crmdesk.connectors.wire.redirects import REDIRECTS
from crmdesk.domain.errors import (
    CrmError,
    MalformedReply,
    NotReachable,
    ProxyRefused,
    Redirected,
    TimedOut,
    TlsRefused,
    TooLarge,
)
from crmdesk.domain.sentence import joined, sentence

UNKNOWN_OUTCOME = sentence("The outcome is unknown: look at the record before you try again.")

_OTHER_FINGERPRINT = re.compile(r"Fingerprints did not match\. Expected \"(\w+)\", got \"(\w+)\"")
_DONE_LOOK_THERE = {302, 303}

# OpenSSL's X509_V_ERR_*; then the codes truststore passes on from Windows (CERT_E_*) and macOS (errSec*).
_EXPIRED = {10, 0x800B0101, -67818}
_NOT_YET = {9}
_WRONG_HOST = {62, 64, 0x800B010F, -67602}
_SELF_SIGNED = {18}
_REVOKED = {23, 0x80092010, -67820}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the client knows about a request that failed.

    Attributes:
        host: the server, for sentences. proxy: the proxy in the way, without its login; empty = none.
        write: the request changes data. sent: it has begun to leave.
    """

    host: str
    proxy: str
    deadline_s: float
    end: End
    sent: bool
    write: bool


def explain(error: Exception, now: Circumstances) -> CrmError:
    """The error a person is shown; its detail is not redacted yet."""
    chain = list(_chain(error))
    # The innermost exceptions say what happened; those around them repeat it with addresses.
    leaves = [one for one in chain if not any(isinstance(inner, BaseException) for inner in _inside(one))]
    detail = "; ".join(dict.fromkeys(f"{type(one).__name__}: {one}" for one in leaves))
    # urllib3 counts a refused connection among its time-outs, therefore ReadTimeoutError alone.
    if now.end is not End.BY_ITSELF or _has(chain, TimeoutError, u3.ReadTimeoutError):
        return _given_up(now, detail)
    if now.proxy and _has(chain, u3.ProxyError):
        return _proxy(chain, now, detail)
    if not now.sent:
        return _not_reached(chain, now, detail)
    if _has(chain, u3.DecodeError):
        return MalformedReply(
            sentence(
                "The answer of {host} is damaged: it cannot be unpacked.{next_step}",
                host=now.host,
                next_step=_next_step(now),
            ),
            detail,
            where="compression",
        )
    if _has(chain, u3.InvalidChunkLength):
        return MalformedReply(
            sentence("The answer of {host} is damaged.{next_step}", host=now.host, next_step=_next_step(now)),
            detail,
            where="chunk",
        )
    if _is_no_http(chain):
        return MalformedReply(
            sentence(
                "What answers at {host} does not speak HTTP. Check address and port.{doubt}",
                host=now.host,
                doubt=_doubt(now),
            ),
            detail,
            where="HTTP",
        )
    return TimedOut(
        sentence(
            "The connection to {host} broke before the whole answer had come.{next_step}",
            host=now.host,
            next_step=_next_step(now),
        ),
        detail,
        sent=True,
    )


def refused_answer(reply: Reply, url: str, now: Circumstances) -> CrmError | None:
    """The error for an answer that comes from a proxy or points elsewhere; None = an answer for the vendor to read."""
    if reply.status == 407:
        return proxy_wants_login(now.proxy, f"HTTP 407, {reply.headers.get('Proxy-Authenticate', '')}")
    location = reply.headers.get("Location", "")
    if reply.status not in REDIRECTS or not location:
        return None
    try:
        there = without_query(urljoin(url, location))
        here, target = urlsplit(url), urlsplit(there)
        is_same_host = here.hostname == target.hostname
    except ValueError:
        there, is_same_host = sentence("an address that is none"), False
    if is_same_host and here.scheme == "http" and target.scheme == "https":
        text = sentence(
            "{host} answers at {there} only. Change the account's address to that.", host=now.host, there=there
        )
    elif is_same_host:
        text = sentence("{host} sends us on to {there}. Check the account's address.", host=now.host, there=there)
    else:
        text = sentence(
            "{host} sends us to another server, {there}. Nothing was sent there: check the account's address.",
            host=now.host,
            there=there,
        )
    error = Redirected(text + _doubt(now), f"HTTP {reply.status}, Location: {there}")
    # After a write, 302 and 303 may also mean "done, look there".
    error.may_be_done = now.write and reply.status in _DONE_LOOK_THERE
    return error


def too_large(limit_bytes: int, now: Circumstances) -> TooLarge:
    """The error for an answer beyond the limit."""
    megabytes = f"{limit_bytes / 1024 / 1024:.3g} MB"
    text = sentence(
        "The answer of {host} is longer than {megabytes} and was not read.", host=now.host, megabytes=megabytes
    )
    return TooLarge(text + (_doubt(now) or sentence(" Ask for fewer rows or fields at once.")), limit_bytes=limit_bytes)


def _given_up(now: Circumstances, detail: str) -> TimedOut:
    if now.end is End.ABORTED:
        return TimedOut(
            sentence("Stopped before {host} had answered.{doubt}", host=now.host, doubt=_doubt(now)),
            detail,
            sent=now.sent,
        )
    text = sentence(
        "{host} has not answered within {deadline_s} seconds.", host=now.host, deadline_s=f"{now.deadline_s:g}"
    )
    if not now.sent:
        return TimedOut(
            sentence("{given} Nothing was sent. Check address and network, then try again.", given=text),
            detail,
            sent=False,
        )
    return TimedOut(text + _next_step(now), detail, sent=True)


def _proxy(chain: list[BaseException], now: Circumstances, detail: str) -> CrmError:
    if any("407" in str(one) for one in chain if isinstance(one, OSError)):
        return proxy_wants_login(now.proxy, detail)
    if _has(chain, socket.gaierror, u3.NameResolutionError):
        return ProxyRefused(
            sentence("There is no proxy named {proxy}. Check the proxy's address.", proxy=now.proxy), detail
        )
    if _has(chain, ssl.SSLError, u3.SSLError):
        return ProxyRefused(
            sentence("No secure connection to the proxy {proxy}. Ask who runs it.", proxy=now.proxy), detail
        )
    if any("Tunnel connection failed" in str(one) for one in chain):
        return ProxyRefused(
            sentence(
                "The proxy {proxy} does not let us through to {host}. Ask who runs it.", proxy=now.proxy, host=now.host
            ),
            detail,
        )
    return ProxyRefused(
        sentence("The proxy {proxy} cannot be reached. Check its address, or use none.", proxy=now.proxy), detail
    )


def proxy_wants_login(proxy: str, detail: str) -> ProxyRefused:
    """The sentence for 407."""
    which = sentence("The proxy {proxy}", proxy=proxy) if proxy else sentence("A proxy on the way")
    return ProxyRefused(
        sentence(
            "{which} asks for a login. Put user:password@ before the proxy's name in the account's settings.",
            which=which,
        ),
        detail,
    )


def _not_reached(chain: list[BaseException], now: Circumstances, detail: str) -> CrmError:
    if _has(chain, u3.NameResolutionError, socket.gaierror):
        for one in chain:
            if isinstance(one, socket.gaierror) and one.errno == socket.EAI_AGAIN:
                return NotReachable(
                    sentence("The name {host} cannot be looked up. Check the network, then try again.", host=now.host),
                    detail,
                )
        return NotReachable(
            sentence("There is no server named {host}. Check the address and the network.", host=now.host), detail
        )
    if _has(chain, ssl.SSLError, ssl.CertificateError, u3.SSLError):
        return _tls(chain, now, detail)
    codes = {one.errno for one in chain if isinstance(one, OSError)}
    if errno.ECONNREFUSED in codes:
        return NotReachable(
            sentence(
                "{host} refuses the connection. Check address and port, or ask whether the server is running.",
                host=now.host,
            ),
            detail,
        )
    if codes & {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}:
        return NotReachable(
            sentence("There is no way to {host} from here. Check the network or the VPN.", host=now.host), detail
        )
    return NotReachable(sentence("{host} cannot be reached. Check the address and the network.", host=now.host), detail)


def _tls(chain: list[BaseException], now: Circumstances, detail: str) -> TlsRefused:
    host = now.host
    for one in chain:
        if isinstance(one, ssl.SSLCertVerificationError):
            return TlsRefused(_certificate(one, host), detail)
    other = _OTHER_FINGERPRINT.search(detail)
    if other is not None:
        refused = TlsRefused(
            sentence(
                "{host} shows another certificate than the one this account accepts. Ask who runs the server whether it "
                "was renewed; then accept the new one in the account. Accepted: {accepted}. Shown: {shown}.",
                host=host,
                accepted=spelled(other[1]),
                shown=spelled(other[2]),
            ),
            detail,
        )
        refused.shown = other[2].lower()
        return refused
    said = detail.upper()
    if "WRONG_VERSION_NUMBER" in said or "WRONG VERSION NUMBER" in said or "HTTP_REQUEST" in said:
        return TlsRefused(
            sentence("{host} does not speak TLS there. Check the port, or whether it is http://.", host=host), detail
        )
    if "UNSUPPORTED_PROTOCOL" in said or "PROTOCOL_VERSION" in said:
        return TlsRefused(
            sentence("{host} offers outdated encryption only. Ask who runs it to allow TLS 1.2.", host=host), detail
        )
    return TlsRefused(
        sentence("No secure connection to {host} came about. Ask who runs the server.", host=host), detail
    )


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> str:
    code = error.verify_code & 0xFFFFFFFF if error.verify_code > 0 else error.verify_code
    said = f"{error.verify_message} {error}".lower()
    if code in _WRONG_HOST or "hostname mismatch" in said or "ip address mismatch" in said:
        return sentence(
            "The certificate belongs to another server than {host}. Check the address for a typing error.", host=host
        )
    if code in _EXPIRED or "has expired" in said:
        return sentence(
            "The certificate of {host} has expired. Ask who runs the server to renew it; check this computer's date.",
            host=host,
        )
    if code in _NOT_YET or "not yet valid" in said:
        return sentence("The certificate of {host} is not valid yet. Check this computer's date and time.", host=host)
    if code in _REVOKED:
        return sentence("The certificate of {host} was withdrawn. Do not go on; ask who runs the server.", host=host)
    if code in _SELF_SIGNED:
        return sentence(
            "{host} has a certificate that it signed itself. If that is meant so, give its file in the account.",
            host=host,
        )
    return sentence(
        "The certificate of {host} comes from an authority this computer does not know. Install it in the system, or give its file in the account.",
        host=host,
    )


def _next_step(now: Circumstances) -> str:
    return joined(" ", UNKNOWN_OUTCOME, between="") if now.write else sentence(" Try again.")


def _doubt(now: Circumstances) -> str:
    return joined(" ", UNKNOWN_OUTCOME, between="") if now.write and now.sent else ""


def _is_no_http(chain: list[BaseException]) -> bool:
    """Something came that is no HTTP; an answer that merely stops (``RemoteDisconnected``) does not count."""
    for one in chain:
        if isinstance(one, (http.client.RemoteDisconnected, http.client.IncompleteRead)):
            return False
        if isinstance(one, http.client.HTTPException):
            return True
    return False


def _has(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(one, kinds) for one in chain)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything it wraps: as argument, as reason, as cause."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += _inside(one)


def _inside(error: BaseException) -> list[object]:
    return [*error.args, getattr(error, "reason", None), error.__cause__, error.__context__]
