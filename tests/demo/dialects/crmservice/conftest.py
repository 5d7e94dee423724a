# SPDX-License-Identifier: MIT
"""Pretended CRM-service servers for the tests, and a client of both doors that knows nothing of our connectors."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from lxml import etree

from crmdesk.demo.dialects.crmservice.site import CrmServiceSite
from crmdesk.demo.server import DemoServer
from tests.demo.conftest import Clock

NAMESPACE = "https://crmservice.fi/CrmIntegrationWebservice"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MIME = "application/vnd.api+json"
SERVICE = "/CrmIntegrationWebservice/service.php"
Row = dict[str, Any]


class Caller:
    """One keep-alive connection, a bearer token, and after open_session() a session."""

    def __init__(self, server: DemoServer, user: str | None = None) -> None:
        self.server = server
        secrets = server.account("crmservice", user)["secrets"]
        self.key: str = secrets["api_key"]
        self.token: str = secrets["token"]
        self.session = ""
        self.headers: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

    @property
    def site(self) -> CrmServiceSite:
        """The server's inside."""
        site = self.server.site("crmservice")
        assert isinstance(site, CrmServiceSite)
        return site

    def raw(
        self, verb: str, path: str, body: bytes | str = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send one request as it stands; return status and body."""
        self.connection.request(verb, f"/crmservice{path}", body, headers or {})
        reply = self.connection.getresponse()
        self.headers = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, reply.read()

    # ---- SOAP ----

    def post(self, manager: str, body: bytes | str) -> tuple[int, bytes]:
        """POST an envelope."""
        content = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        return self.raw("POST", f"{SERVICE}?class={manager}", content, headers)

    def open_session(self) -> "Caller":
        """Keep a session."""
        answer = self.call("sessionManager", "createSession", f"<apiKey>{self.key}</apiKey>", session=False)
        self.session = answer.findtext("sessionID") or ""
        assert self.session
        return self

    def call(self, manager: str, method: str, inside: str = "", *, session: bool = True) -> Any:
        """Call a method that succeeds; return the element <method>Return."""
        status, body = self.post(manager, self.envelope(method, inside, session=session))
        assert status == 200, body
        root = etree.fromstring(body)
        answer = root.find(f"{{{ENVELOPE}}}Body/{{{NAMESPACE}}}{method}Response")
        assert answer is not None
        assert [child.tag for child in answer] == [f"{method}Return"]
        return answer[0]

    def fault(self, manager: str, method: str, inside: str = "", *, session: bool = True) -> tuple[str, str]:
        """Call a method that fails; return code and text of the fault."""
        return read_fault(*self.post(manager, self.envelope(method, inside, session=session)))

    def envelope(self, method: str, inside: str, *, session: bool = True) -> str:
        """Return an envelope as a plain client writes it: no types, no encoding style."""
        first = f"<session><sessionID>{self.session}</sessionID></session>" if session else ""
        return (
            f'<s:Envelope xmlns:s="{ENVELOPE}" xmlns:n="{NAMESPACE}"><s:Body><n:{method}>{first}{inside}</n:{method}>'
            "</s:Body></s:Envelope>"
        )

    # ---- JSON:API ----

    def send(self, verb: str, path: str, body: Any = None, **url: str) -> tuple[int, Any]:
        """Send a request with the token, a body as JSON; return status and document."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": MIME}
        content = b""
        if body is not None:
            headers["Content-Type"] = MIME
            content = json.dumps(body).encode()
        query = f"?{urlencode(url, quote_via=quote)}" if url else ""
        status, answer = self.raw(verb, f"/api/v1{path}{query}", content, headers)
        return status, json.loads(answer) if answer else None

    def get(self, path: str, **url: str) -> Any:
        """GET a document."""
        status, document = self.send("GET", path, None, **url)
        assert status == 200, document
        return document

    def rows(self, module: str, **url: str) -> list[Row]:
        """GET a page of 500; return the attributes with the id."""
        document = self.get(f"/{module}", **{"page[size]": "500", **url})
        return [{"id": int(entry["id"]), **entry["attributes"]} for entry in document["data"]]

    def found(self, module: str, expression: Any) -> list[int]:
        """GET the ids that a filter finds."""
        return [row["id"] for row in self.rows(module, filter=json.dumps(expression))]

    def refusal(self, verb: str, path: str, body: Any = None, **url: str) -> tuple[int, str]:
        """Send a request that fails; return status and detail of the one error."""
        status, document = self.send(verb, path, body, **url)
        assert status >= 400, document
        (error,) = document["errors"]
        assert error["status"] == str(status)
        return status, error["detail"]

    def create(self, module: str, **attributes: Any) -> Row:
        """POST a record; return its attributes with the id."""
        status, document = self.send("POST", f"/{module}", {"data": {"type": module, "attributes": attributes}})
        assert status == 201, document
        return {"id": int(document["data"]["id"]), **document["data"]["attributes"]}

    def change(self, module: str, number: int, **attributes: Any) -> Row:
        """PATCH a record; return its attributes."""
        body = {"data": {"type": module, "id": str(number), "attributes": attributes}}
        status, document = self.send("PATCH", f"/{module}/{number}", body)
        assert status == 200, document
        found: Row = document["data"]["attributes"]
        return found


def read_fault(status: int, body: bytes) -> tuple[str, str]:
    """Return code and text of a fault, which comes with HTTP 500."""
    assert status == 500, body
    fault = etree.fromstring(body).find(f"{{{ENVELOPE}}}Body/{{{ENVELOPE}}}Fault")
    assert fault is not None
    return fault.findtext("faultcode") or "", fault.findtext("faultstring") or ""


Open = Callable[..., Caller]


@pytest.fixture
def opened(clock: Clock) -> Iterator[Open]:
    """Return a function (user, rows, **options) -> Caller of a new server."""
    callers: list[Caller] = []

    def open_(user: str | None = None, rows: int = 30, **options: object) -> Caller:
        server = DemoServer(rows=rows, clock=clock, options=options).start(warm=False)
        callers.append(Caller(server, user))
        return callers[-1]

    yield open_
    for caller in callers:
        caller.connection.close()
        caller.server.stop()


@pytest.fixture
def crm(opened: Open) -> Caller:
    """A server with its usual habits, and a session."""
    return opened().open_session()


@pytest.fixture(scope="module")
def reader() -> Iterator[Caller]:
    """A server that the tests of a module share, because they change nothing there."""
    caller = Caller(DemoServer(rows=30, clock=Clock()).start(warm=False)).open_session()
    yield caller
    caller.connection.close()
    caller.server.stop()
