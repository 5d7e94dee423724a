# SPDX-License-Identifier: MIT
"""Pretended OpenCRM servers for the tests, and a client that knows nothing of our connectors."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from crmdesk.demo.dialects.opencrm.site import OpenCrmSite
from crmdesk.demo.server import DemoServer
from tests.demo.conftest import Clock

ENTRY = "/opencrm/api/rest/"
FORM = "application/x-www-form-urlencoded"
AGENT = "crmdesk-test/1"


class Caller:
    """One keep-alive connection that sends both keys as parameters."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.keys: dict[str, str] = server.account("opencrm")["secrets"]
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

    @property
    def site(self) -> OpenCrmSite:
        """The server's inside."""
        site = self.server.site("opencrm")
        assert isinstance(site, OpenCrmSite)
        return site

    def raw(
        self, path: str, body: str | bytes = b"", *, verb: str = "POST", kind: str = FORM, **headers: str
    ) -> tuple[int, str]:
        """Send one request as it stands; return status and text. Header names may carry _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(verb, ENTRY + path, body, {"User-Agent": AGENT, "Content-Type": kind, **named})
        reply = self.connection.getresponse()
        return reply.status, reply.read().decode()

    def text(self, method: str, **sent: Any) -> str:
        """Call a method with the keys; return the body of the HTTP 200."""
        status, text = self.raw(method, urlencode({**self.keys, **sent}))
        assert status == 200
        return text

    def call(self, method: str, **sent: Any) -> Any:
        """Call a method with the keys; return what its JSON holds."""
        return json.loads(self.text(method, **sent))

    def rows(self, method: str, **sent: Any) -> list[dict[str, Any]]:
        """Call a list method; return its rows, however many."""
        found = json.loads(self.text(method, **sent) or "[]")
        return [found] if isinstance(found, dict) else found

    def error(self, method: str, **sent: Any) -> str:
        """Call a method that fails; return its words."""
        return str(self.call(method, **sent)["error"])

    def post_json(self, method: str, **sent: Any) -> Any:
        """Call a method with everything in one JSON string."""
        status, text = self.raw(method, json.dumps({**self.keys, **sent}), kind="application/json")
        assert status == 200
        return json.loads(text)


Open = Callable[..., Caller]


@pytest.fixture
def opened(clock: Clock) -> Iterator[Open]:
    """Return a function (**options) -> Caller of a new server."""
    callers: list[Caller] = []

    def open_(rows: int = 30, **options: object) -> Caller:
        caller = Caller(DemoServer(rows=rows, clock=clock, options=options).start(warm=False))
        callers.append(caller)
        return caller

    yield open_
    for caller in callers:
        caller.connection.close()
        caller.server.stop()


@pytest.fixture
def crm(opened: Open) -> Caller:
    """A server with its usual habits."""
    return opened()


@pytest.fixture(scope="module")
def reader() -> Iterator[Caller]:
    """A server that the tests of a module share, because they change nothing there."""
    caller = Caller(DemoServer(rows=30).start(warm=False))
    yield caller
    caller.connection.close()
    caller.server.stop()
