# SPDX-License-Identifier: MIT
"""A client for the demo server's CRM+ dialect that knows nothing of our connectors."""

import hashlib
import http.client
import json
from typing import Any, Self
from urllib.parse import urlencode

from crmdesk.demo.server import DemoServer

ENTRY = "/crmplus/webservice.php"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Caller:
    """One keep-alive connection and, after login(), one session."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.session = ""
        self.user_id = ""
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def raw(
        self, method: str, query: str = "", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Send one request; return status and body."""
        self._connection.request(method, f"{ENTRY}?{query}" if query else ENTRY, body, headers or {})
        reply = self._connection.getresponse()
        return reply.status, reply.read()

    def get(self, operation: str, **parameters: Any) -> tuple[int, bytes]:
        """GET one operation with the session."""
        return self.raw("GET", urlencode(self._with_session(operation, parameters), errors="surrogateescape"))

    def post(self, operation: str, **parameters: Any) -> tuple[int, bytes]:
        """POST one operation with the session as a form."""
        return self.raw(
            "POST", "", urlencode(self._with_session(operation, parameters), errors="surrogateescape").encode(), FORM
        )

    def ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """GET and return the decoded envelope."""
        return _envelope(self.get(operation, **parameters))

    def tell(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """POST and return the decoded envelope; dicts and lists are sent as JSON."""
        return _envelope(self.post(operation, **parameters))

    def result(self, operation: str, **parameters: Any) -> Any:
        """GET and return the result."""
        return _result(self.ask(operation, **parameters))

    def done(self, operation: str, **parameters: Any) -> Any:
        """POST and return the result."""
        return _result(self.tell(operation, **parameters))

    def code(self, operation: str, **parameters: Any) -> object:
        """GET and return the error's code."""
        return self.ask(operation, **parameters)["error"]["code"]

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Run a query."""
        rows: list[dict[str, Any]] = self.result("query", query=query)
        return rows

    def query_code(self, query: str) -> object:
        """Run a query that fails; return the error's code."""
        return self.code("query", query=query)

    def challenge(self, user: str) -> dict[str, Any]:
        """getchallenge without a session."""
        answer: dict[str, Any] = _result(
            _envelope(self.raw("GET", urlencode({"operation": "getchallenge", "username": user})))
        )
        return answer

    def answer(self, user: str, token: str) -> dict[str, Any]:
        """Log in with a token; return the envelope."""
        key = hashlib.md5((token + self.server.keys[user.lower()]).encode()).hexdigest()
        form = urlencode({"operation": "login", "username": user, "accessKey": key})
        return _envelope(self.raw("POST", "", form.encode(), FORM))

    def login(self, user: str = "admin") -> Self:
        """Log in for good."""
        result = _result(self.answer(user, self.challenge(user)["token"]))
        self.session, self.user_id = result["sessionName"], result["userId"]
        return self

    def _with_session(self, operation: str, parameters: dict[str, Any]) -> dict[str, str]:
        texts = {
            name: json.dumps(value) if isinstance(value, dict | list) else str(value)
            for name, value in parameters.items()
        }
        return {"operation": operation, "sessionName": self.session, **texts}


def _envelope(answer: tuple[int, bytes]) -> dict[str, Any]:
    status, body = answer
    assert status == 200, (status, body[:200])
    envelope: dict[str, Any] = json.loads(body)
    return envelope


def _result(envelope: dict[str, Any]) -> Any:
    assert envelope["success"] is True, envelope
    return envelope["result"]
