# SPDX-License-Identifier: MIT
"""A scripted server for this vendor's tests, the demo server, and the way to the documents beside the checkout."""

import hashlib
from collections.abc import Mapping

from crmdesk.connectors.port import Endpoint
from crmdesk.connectors.vendors.sugarsoap import PLUGIN
from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.server import DemoServer

PASSWORD = "Geheim-42-ü"


def md5(text: str) -> str:
    """As the servers compare passwords."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def demo(options: Mapping[str, object] | None = None, *, rows: int = 150) -> DemoServer:
    """The demo server; ``options`` are the dialect's habits."""
    return DemoServer(rows=rows, keys={"admin": PASSWORD}, options=dict(options or {}))


def connected(
    server: DemoServer, entry: str = "soap.asmx", *, user: str = "admin", password: str = PASSWORD, **settings: str
) -> SugarSoapConnector:
    """A connector over the demo server, not signed in."""
    endpoint = Endpoint(
        url=f"http://127.0.0.1:{server.port}/sugarsoap/{entry}",
        settings={"user": user, **settings},
        secrets={"password": password},
    )
    made = PLUGIN.connect(endpoint, HttpClient(proxy=""))
    assert isinstance(made, SugarSoapConnector)
    return made
