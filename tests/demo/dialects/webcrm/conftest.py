# SPDX-License-Identifier: MIT
"""Pretended webCRM servers for the tests, and a client that knows nothing of our connectors."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from crmdesk.demo.dialects.webcrm.site import WebCrmSite
from crmdesk.demo.server import DemoServer
from tests.demo.conftest import Clock

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Row = dict[str, Any]


class Caller:
    """One keep-alive connection and, after log_in(), one access token."""

    def __init__(self, server: DemoServer, user: str | None = None) -> None:
        self.server = server
        self.code: str = server.account("webcrm", user)["secrets"]["application_token"]
        self.token = ""
        self.headers: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

    @property
    def site(self) -> WebCrmSite:
        """The server's inside."""
        site = self.server.site("webcrm")
        assert isinstance(site, WebCrmSite)
        return site

    def raw(
        self, verb: str, path: str, body: bytes | str = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send one request as it stands; return status and body."""
        self.connection.request(verb, f"/webcrm{path}", body, headers or {})
        reply = self.connection.getresponse()
        self.headers = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, reply.read()

    def enter(self, code: str | None = None) -> Row:
        """POST ApiLogin as the document shows it; return the reply."""
        status, body = self.raw("POST", "/Auth/ApiLogin", urlencode({"authCode": code or self.code}), FORM)
        assert status == 200
        answer: Row = json.loads(body)
        return answer

    def log_in(self) -> "Caller":
        """Keep an access token."""
        self.token = self.enter()["AccessToken"]
        return self

    def send(self, verb: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Send a request with the token, a body as JSON."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is None:
            return self.raw(verb, path, b"", headers)
        return self.raw(verb, path, json.dumps(body), {**headers, "Content-Type": "application/json"})

    def ok(self, verb: str, path: str, body: Any = None) -> Any:
        """Send a request that succeeds; return what its JSON holds, None where there is no body."""
        status, answer = self.send(verb, path, body)
        assert status in (200, 204), (status, answer)
        return json.loads(answer) if answer else None

    def get(self, path: str) -> Any:
        """GET."""
        return self.ok("GET", path)

    def rows(self, path: str, size: int = 1000, page: int = 1) -> list[Row]:
        """GET one page."""
        found: list[Row] = self.get(f"{path}?Page={page}&Size={size}")
        return found

    def refusal(self, verb: str, path: str, body: Any = None) -> tuple[int, str]:
        """Send a request that fails; return status and message."""
        status, answer = self.send(verb, path, body)
        assert status >= 400, (status, answer)
        return status, json.loads(answer)["Message"]

    def query(self, script: str) -> list[Row]:
        """Run a query; return its rows."""
        found: list[Row] = self.get(f"/Queries?script={quote(script)}")
        return found

    def bad_query(self, script: str) -> str:
        """Run a query that fails; return the message."""
        status, message = self.refusal("GET", f"/Queries?script={quote(script)}")
        assert status == 400
        return message


Open = Callable[..., Caller]


@pytest.fixture
def opened(clock: Clock) -> Iterator[Open]:
    """Return a function (user, rows, **options) -> logged-in Caller of a new server."""
    callers: list[Caller] = []

    def open_(user: str | None = None, rows: int = 30, **options: object) -> Caller:
        server = DemoServer(rows=rows, clock=clock, options=options).start(warm=False)
        callers.append(Caller(server, user))
        return callers[-1].log_in() if options.get("login_failure") is None else callers[-1]

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
    caller = Caller(DemoServer(rows=30, options={"calls_per_minute": None}).start(warm=False)).log_in()
    yield caller
    caller.connection.close()
    caller.server.stop()
