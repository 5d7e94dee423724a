# SPDX-License-Identifier: MIT
"""The demo server: HTTP on loopback, a dialect per path prefix, faults on demand."""

import contextlib
import json
import secrets
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from crmdesk.assets import resource
from crmdesk.demo.answering import Handler, Seen
from crmdesk.demo.dialect import Dialect, Settings, Site, find_dialects
from crmdesk.demo.faults import AT_START, Faults, fault_of
from crmdesk.demo.spoiling import reset, tls_of

__all__ = ["DemoServer", "Seen", "run"]


class DemoServer:
    """A pretended CRM of every vendor on 127.0.0.1, one thread per connection.

    Args:
        port: 0 takes a free one.
        rows: Number of leads; None means the usual world.
        latency_ms: Delay of each answer.
        keys: Fixed secrets by user name, for tests; others are random at each start.
        clock: Unix seconds; tests hand in their own.
        options: A dialect's switches (see its Site class), the same mapping for every dialect.
        gzip: Compress where the client asks for it.
        control: Serve POST /_faults (kind, times, operation, skip, every; kind "clear") for tests in other processes.
        certificate: A file with key and certificate in PEM form; the server speaks TLS with it.

    Attributes:
        faults: The switches, usable at any time.
        seen: The last 10,000 requests.
        calls: Requests to any dialect since the start.
        closing: Set while it stops; who waits to answer gives up then.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        rows: int | None = None,
        latency_ms: float = 0,
        keys: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
        options: Mapping[str, Any] | None = None,
        gzip: bool = False,
        control: bool = False,
        certificate: Path | None = None,
    ) -> None:
        self.faults = Faults(latency_ms)
        self.seen: deque[Seen] = deque(maxlen=10_000)
        self.calls = 0
        self.dialects: tuple[Dialect, ...] = find_dialects()
        self.keys = {user: (keys or {}).get(user) or secrets.token_hex(8) for d in self.dialects for user in d.users}
        self._settings = Settings(rows=rows, keys=self.keys, clock=clock, options=options or {})
        self._sites: dict[str, Site] = {}
        self._opening = Lock()
        self.gzip = gzip
        self.control = control
        self._tls = tls_of(certificate) if certificate is not None else None
        self._closed_until = 0.0
        self._wanted_port = port
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        self.closing = Event()
        self._acceptor: Thread | None = None

    def start(self, *, warm: bool = True) -> Self:
        """Listen, and build the data in a thread beside (or on the first request, where `warm` is off).

        Raises:
            OSError: The port is taken.
        """
        self._listener = socket.create_server(("127.0.0.1", self._wanted_port), backlog=64)
        self.closing.clear()
        self._acceptor = Thread(target=self._accept, name="demo-server", daemon=True)
        self._acceptor.start()
        if warm:
            Thread(target=self._warm_up, name="demo-server-seed", daemon=True).start()
        return self

    def stop(self) -> None:
        """Close the port and every connection; harmless when stopped already."""
        listener, self._listener = self._listener, None
        if listener is None:
            return
        address = listener.getsockname()
        self.closing.set()
        with contextlib.suppress(OSError):  # wakes accept() on every system; shutdown() of a listener does so on some
            socket.create_connection(address, timeout=1).close()
        if self._acceptor is not None:
            self._acceptor.join(timeout=5)
        listener.close()
        with self._lock:
            open_ones = list(self._connections)
        for connection in open_ones:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port listened on; the server must have been started."""
        if self._listener is None:
            raise RuntimeError("the demo server is not running")
        port: int = self._listener.getsockname()[1]
        return port

    def url(self, vendor: str) -> str:
        """Return the address an account of `vendor` names.

        Raises:
            KeyError: No dialect of that vendor.
        """
        dialect = next((d for d in self.dialects if d.vendor == vendor), None)
        if dialect is None:
            raise KeyError(vendor)
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{dialect.path}{dialect.entry}"

    def account(self, vendor: str, user: str | None = None) -> dict[str, Any]:
        """Return one account: {"vendor", "url", "set", "secrets"}.

        Raises:
            KeyError: No such vendor or user.
        """
        dialect = next((d for d in self.dialects if d.vendor == vendor), None)
        if dialect is None:
            raise KeyError(vendor)
        name = user or dialect.default_user
        return {"vendor": vendor, "url": self.url(vendor), **dialect.account(name, self.keys[name])}

    def accounts(self) -> list[dict[str, Any]]:
        """Return an account of every vendor, as `crmdesk demo-server` prints them."""
        return [self.account(dialect.vendor) for dialect in self.dialects]

    def site(self, vendor: str) -> Site:
        """Return the pretended server of a vendor, opened on first use.

        Raises:
            KeyError: No dialect of that vendor.
        """
        with self._opening:
            if vendor not in self._sites:
                dialect = next((d for d in self.dialects if d.vendor == vendor), None)
                if dialect is None:
                    raise KeyError(vendor)
                self._sites[vendor] = dialect.open(self._settings)
            return self._sites[vendor]

    def find(self, path: str) -> tuple[Dialect, Site, str] | None:
        """Return dialect, site and rest of the path; None where no prefix fits."""
        for dialect in self.dialects:
            if path == dialect.path or path.startswith(f"{dialect.path}/"):
                return dialect, self.site(dialect.vendor), path[len(dialect.path) :]
        return None

    def _warm_up(self) -> None:
        for dialect in self.dialects:
            self.site(dialect.vendor).warm_up()

    def _accept(self) -> None:
        listener = self._listener
        while listener is not None and not self.closing.is_set():
            try:
                connection, address = listener.accept()
            except OSError:
                return
            if self.closing.is_set():
                connection.close()
                return
            Thread(target=self._serve, args=(connection, address), name="demo-connection", daemon=True).start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        with self._lock:
            self._connections.add(connection)
        try:
            with connection:
                if time.monotonic() < self._closed_until:
                    reset(connection)
                    return
                spoken = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
                with spoken:
                    Handler(spoken, address, self)  # type: ignore[arg-type]  # only its own code looks at the server
        except OSError:
            pass  # the client went away, or did not like our certificate
        finally:
            with self._lock:
                self._connections.discard(connection)

    def restart(self) -> None:
        """Be gone for a while: every connection breaks, sessions are forgotten, and nobody is let in at first."""
        self._closed_until = time.monotonic() + self.faults.restart_ms / 1000
        with self._lock:
            open_ones = list(self._connections)
        for connection in open_ones:
            reset(connection)


def run(port: int = 0, rows: int | None = None, latency_ms: float = 0, faults: Sequence[str] = ()) -> int:
    """Serve alone until SIGINT or SIGTERM: print one JSON line with the accounts first; return the exit code.

    Args:
        port: 0 takes a free one.
        rows: Number of leads; None means the usual world.
        latency_ms: Delay of each answer.
        faults: What befalls answers, each as `faults.fault_of` reads it.

    Raises:
        OSError: The port is taken.
        ValueError: One of `faults` is none.
    """
    wanted = [fault_of(text) for text in faults]
    spoken = next((one.kind for one in wanted if one.kind in AT_START), None)
    certificate = resource("demo", f"{spoken}.pem") if spoken is not None else None
    server = DemoServer(port=port, rows=rows, latency_ms=latency_ms, certificate=certificate)
    for one in wanted:
        if one.kind not in AT_START:
            server.faults.add(one.kind, None, operation=one.operation, skip=one.skip, every=one.every)
    stopped = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    with server:
        sys.stdout.write(json.dumps({"accounts": server.accounts()}) + "\n")
        sys.stdout.flush()
        while not stopped.wait(1):  # a wait without limit would not let signals in on Windows
            pass
    return 0
