# SPDX-License-Identifier: MIT
"""A scripted server for this vendor's tests, the demo server, and the way to the documents beside the checkout."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crmdesk.connectors.port import Endpoint, Reply
from crmdesk.connectors.vendors.opencrm import PLUGIN
from crmdesk.connectors.vendors.opencrm.connector import OpenCrmConnector
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName
from crmdesk.domain.values import Value
from tests.connectors import fake_http
from tests.connectors.fake_http import all_of, last_of, resolved

KEY, PASSKEY, ACCESS_KEY = "rtyuiop45678fghjrt6g7hj89", "d4f5tgh7yu9ok6ftg78uyhj9i", "12345tfgyhujijjljoijlijlkng76t76"
BASE = "https://demo.opencrm.co.uk/api/rest"

Answer = Callable[[Mapping[str, str]], object]
"""Parameters -> what to answer: a Reply, or a JSON value."""


def reply(body: str | bytes, status: int = 200, **headers: str) -> Reply:
    """An HTTP answer."""
    raw = body.encode() if isinstance(body, str) else body
    return Reply(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}, body=raw, url=BASE)


def error(text: str, status: int = 200) -> Reply:
    """``{"error": …}``, at 200 as everything here."""
    return reply(json.dumps({"error": text}), status)


def one_hit(parameters: Mapping[str, str]) -> int:
    """A count: one record fits any condition, but for the value that no record holds."""
    return 0 if parameters.get("query_string", "").endswith("|8765309214077") else 1


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it left."""

    verb: str
    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    write: bool

    @property
    def operation(self) -> str:
        """The method's name."""
        return self.url.rpartition("/")[2]

    def json(self, name: str) -> Any:
        """A parameter that travels as JSON."""
        return json.loads(self.params[name])


class FakeHttp(fake_http.FakeHttp):
    """Answers by method and keeps what was sent; a method without an answer is unknown there.

    Args:
        answers: method -> JSON value, Reply, exception, or a function of the parameters; an iterator is used up.
    """

    def __init__(self, answers: Mapping[str, object]) -> None:
        super().__init__()
        self.answers = {"login": ACCESS_KEY, "get_user_list": [], **answers}
        self.sent: list[Sent] = []

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        self.sent.append(Sent("POST", url, dict(form), dict(headers or {}), write))
        answer = resolved(self.answers.get(self.sent[-1].operation, error("Invalid method")), form)
        return answer if isinstance(answer, Reply) else reply(json.dumps(answer))

    def last(self, operation: str) -> Sent:
        """The last request of a method."""
        return last_of(self.sent, operation)

    def of(self, operation: str) -> list[Sent]:
        """Every request of a method, in order."""
        return all_of(self.sent, operation)

    def operations(self) -> list[str]:
        """The methods that were asked, in order."""
        return [one.operation for one in self.sent]


def named(values: Mapping[str, Value]) -> dict[FieldName, Value]:
    """Values by field name."""
    return {FieldName(name): value for name, value in values.items()}


def new_connector(http: FakeHttp, **settings: str) -> OpenCrmConnector:
    """A connector over the scripted server, not signed in."""
    secrets = {"key": KEY, "passkey": PASSKEY}
    made = PLUGIN.connect(Endpoint(url="https://demo.opencrm.co.uk", settings=settings, secrets=secrets), http)
    assert isinstance(made, OpenCrmConnector)
    return made


def connect(http: FakeHttp, **settings: str) -> OpenCrmConnector:
    """The same, signed in."""
    connector = new_connector(http, **settings)
    connector.login()
    return connector


def demo(options: Mapping[str, object] | None = None, *, rows: int = 150) -> DemoServer:
    """The demo server; ``options`` are the dialect's habits."""
    return DemoServer(rows=rows, keys={"opencrm": KEY}, options=dict(options or {}))


def connected(server: DemoServer, key: str = KEY, **settings: str) -> OpenCrmConnector:
    """A connector over the demo server, not signed in."""
    from crmdesk.demo.dialects.opencrm import passkey_of

    endpoint = Endpoint(
        url=f"http://127.0.0.1:{server.port}/opencrm",
        settings=settings,
        secrets={"key": key, "passkey": passkey_of(key)},
    )
    made = PLUGIN.connect(endpoint, HttpClient(proxy=""))
    assert isinstance(made, OpenCrmConnector)
    return made
