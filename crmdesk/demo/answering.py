# SPDX-License-Identifier: MIT
"""One connection to the demo server: requests in, answers out, spoilt where a fault says so."""

import gzip
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from crmdesk.demo.dialect import Reply, Request, Site
from crmdesk.demo.faults import Fault, FaultKind, Faults
from crmdesk.demo.spoiling import instead, reset, spoiled

if TYPE_CHECKING:
    from crmdesk.demo.server import DemoServer

_LONGEST_LINE = 1_000_000
_SESSION_FAULTS = (FaultKind.SESSION_EXPIRED, FaultKind.SESSION_IDLE, FaultKind.SESSION_GONE)


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that the server has answered, for tests: what came and what went."""

    vendor: str
    operation: str
    request: Request
    status: int
    fault: FaultKind | None


class _Dropped(Exception):
    """The connection is to be closed without an answer."""


class Handler(BaseHTTPRequestHandler):
    """One connection; answers requests until the client leaves."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "demo"
    sys_version = ""
    rbufsize = 65536

    def handle_one_request(self) -> None:
        """Read and answer one request; the base class stops at request lines of 64 kB, the recorded servers did not."""
        self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
        if not self.raw_requestline or len(self.raw_requestline) > _LONGEST_LINE:
            self.close_connection = True
        elif self.parse_request():
            getattr(self, f"do_{self.command}", self._refuse)()

    def _refuse(self) -> None:
        self.send_error(501)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Keep quiet: a demo inside a desktop program has no terminal to talk to."""

    def _answer(self) -> None:
        server: DemoServer = self.server  # type: ignore[assignment]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        if server.control and path == "/_faults":
            self._send(_switch(server.faults, body), None)
            return
        found = server.find(path)
        if found is None:
            self._send(Reply(404, b"<html><body><h1>Not Found</h1></body></html>", "text/html"), None)
            return
        dialect, site, rest = found
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, rest, query, headers, body)
        operation = site.operation(request)
        server.calls += 1
        fault = server.faults.take(operation)
        try:
            reply = _fetch(server, site, request, fault)
        except _Dropped:
            if fault is not None and fault.kind in (FaultKind.RESET, FaultKind.RESTART):
                reset(self.connection)
            server.seen.append(Seen(dialect.vendor, operation, request, 0, fault.kind if fault else None))
            self.close_connection = True
            return
        server.seen.append(Seen(dialect.vendor, operation, request, reply.status, fault.kind if fault else None))
        self._send(reply, fault)

    do_GET = do_POST = do_PUT = do_HEAD = do_OPTIONS = do_DELETE = do_PATCH = _answer  # noqa: N815

    def _send(self, reply: Reply, fault: Fault | None) -> None:
        """Write head and body at once: two writes would wait for each other on a delayed acknowledgement."""
        server: DemoServer = self.server  # type: ignore[assignment]
        body = reply.body
        lines = [f"HTTP/1.1 {reply.status} {self.responses.get(reply.status, ('',))[0]}"]
        if server.gzip and len(body) > 200 and "gzip" in (self.headers.get("Accept-Encoding") or ""):
            body = gzip.compress(body, 1)
            lines.append("Content-Encoding: gzip")
        kind = fault.kind if fault is not None else None
        if kind in (FaultKind.GZIP_LIES, FaultKind.GZIP_CUT):
            packed = gzip.compress(body)
            body = body if kind is FaultKind.GZIP_LIES else packed[: len(packed) // 2]
            lines.append("Content-Encoding: gzip")
        promised = len(body) + (100 if fault is not None and fault.kind is FaultKind.SHORT_BODY else 0)
        lines += [f"Content-Type: {reply.content_type}", f"Content-Length: {promised}"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if self.command == "HEAD":
            body = b""
        if kind is FaultKind.SLOW_DRIP:
            self._drip(head, body)
            return
        if kind in (FaultKind.RESET_HEADERS, FaultKind.RESET_BODY):
            self.wfile.write(
                head[: len(head) // 2] if kind is FaultKind.RESET_HEADERS else head + body[: len(body) // 2]
            )
            time.sleep(0.02)  # so that what was written has left before the reset overtakes it
            reset(self.connection)
            self.close_connection = True
            return
        self.wfile.write(head + body)
        if promised != len(body) and self.command != "HEAD":
            self.close_connection = True

    def _drip(self, head: bytes, body: bytes) -> None:
        server: DemoServer = self.server  # type: ignore[assignment]
        self.wfile.write(head)
        for place in range(len(body)):
            if server.closing.is_set():
                return
            self.wfile.write(body[place : place + 1])
            time.sleep(server.faults.drip_ms / 1000)


def _fetch(server: "DemoServer", site: Site, request: Request, fault: Fault | None) -> Reply:
    """Return the site's answer, or what the fault makes of it.

    Raises:
        _Dropped: Nothing is to be answered.
    """
    kind = fault.kind if fault is not None else None
    wait_ms = server.faults.wait_ms(kind)
    if wait_ms > 0:
        server.closing.wait(wait_ms / 1000)
    before = instead(server.faults, kind)
    if before is not None:
        return before
    if kind is FaultKind.RESTART:
        site.break_session(request, FaultKind.SESSION_GONE)
        server.restart()
    if kind in (FaultKind.DROP, FaultKind.RESET, FaultKind.RESTART):
        raise _Dropped
    if kind in _SESSION_FAULTS and kind is not None:
        site.break_session(request, kind)
    reply = site.handle(request)
    if kind is FaultKind.DROP_AFTER:
        raise _Dropped
    return spoiled(reply, kind)


def _switch(faults: Faults, body: bytes) -> Reply:
    """Do what POST /_faults asks."""
    form = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    try:
        if form.get("kind") == "clear":
            faults.clear()
        else:
            times = None if form.get("times") == "always" else int(form.get("times", "1"))
            skip, every = int(form.get("skip", "0")), int(form.get("every", "1"))
            faults.add(form["kind"], times, operation=form.get("operation", ""), skip=skip, every=every)
    except (KeyError, ValueError) as error:
        return Reply(400, f"{error}".encode(), "text/plain")
    return Reply(200, b"ok", "text/plain")
