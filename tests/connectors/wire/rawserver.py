# SPDX-License-Identifier: MIT
"""A server that says exactly what a test tells it to, byte for byte."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType

from crmdesk.connectors.wire.http import HttpClient

CERTIFICATES = Path(__file__).parent / "certificates"

Script = Callable[["Visit"], None]
MakeClient = Callable[..., HttpClient]


class Visit:
    """One connection of a client, from the server's side.

    Attributes:
        number: 1 for the first connection the server took.
    """

    def __init__(self, server: "RawServer", sock: socket.socket, number: int) -> None:
        self._server = server
        self._sock = sock
        self.number = number

    def read(self) -> bytes:
        """The next whole request (head and body); b"" when the client has gone."""
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = self._sock.recv(65536)
            if not chunk:
                return b""
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(x[15:]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._sock.recv(65536)
        whole = head + b"\r\n\r\n" + body
        self._server.requests.append(whole)
        return whole

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self._sock.sendall(data)

    def reply(self, body: bytes = b"{}", status: str = "200 OK", *headers: str) -> None:
        """A proper answer."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def drip(self, data: bytes, pause_s: float = 0.05) -> None:
        """One byte at a time until the client has had enough or the test is over."""
        for one in data:
            self.send(bytes([one]))
            if self._server.over.wait(pause_s):
                return

    def hold(self) -> None:
        """Say nothing until the test is over."""
        self._server.over.wait(10)

    def reset(self) -> None:
        """Close so that the client meets a reset."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self._sock.close()

    def start_tls(self, certificate: str, context: ssl.SSLContext | None = None) -> None:
        """Go on under TLS, as ``context`` has it."""
        if context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
        self._sock = context.wrap_socket(self._sock, server_side=True)

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()

    def interrupt(self) -> None:
        """Wake a script that still waits for its client."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


class RawServer:
    """Runs ``script`` for each connection, in a thread of its own.

    Attributes:
        requests: what came, in order. visits: how many connections came.
        over: set when the test is over.
    """

    def __init__(self, script: Script, certificate: str = "") -> None:
        self._script = script
        self._certificate = certificate
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: list[Visit] = []
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}/service.php"
        self.requests: list[bytes] = []
        self.visits = 0
        self.over = threading.Event()

    def __enter__(self) -> "RawServer":
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for visit in self._open:
            visit.interrupt()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                sock, _address = self._listener.accept()
            except OSError:
                return
            self.visits += 1
            visit = Visit(self, sock, self.visits)
            self._open.append(visit)
            self._start(partial(self._serve, visit))

    def _serve(self, visit: Visit) -> None:
        with contextlib.suppress(OSError):  # the client leaves in the middle: that is what many tests are about
            visit._sock.settimeout(10)
            if self._certificate:
                visit.start_tls(self._certificate)
            self._script(visit)
        visit.close()


def answering(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> Script:
    def script(visit: Visit) -> None:
        while visit.read():
            visit.reply(body, status, *headers)

    return script


def saying(data: bytes) -> Script:
    """Read a request, say these bytes, close."""

    def script(visit: Visit) -> None:
        if visit.read():
            visit.send(data)

    return script
