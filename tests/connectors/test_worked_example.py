# SPDX-License-Identifier: MIT
"""The vendor of crmdesk/connectors/vendors/README.md, taken out of the page, found by the registry, held to the contract."""

import json
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from crmdesk.connectors import vendors
from crmdesk.connectors.port import Connector, Endpoint, VendorPlugin
from crmdesk.connectors.registry import find_plugins
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.errors import BadCredentials
from crmdesk.domain.names import FieldName, ModuleName, VendorName
from tests.connectors.contract import ConnectorContract

PAGE = Path(vendors.__path__[0]) / "README.md"
_FILE = re.compile(r"^```python\n# (cardbox/\w+\.py)\n(.*?)^```$", re.M | re.S)
_TOWNS = ("Helsinki", "Bremen", "Århus", 'O\'Neill "x"', "", "100% & <b>")
_KEY = "k3y-0f-the-cardb0x"


class Cardbox(ThreadingHTTPServer):
    """The server of the page's table."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.cards = {
            number: {"id": number, "name": f"Card {number:03}", "town": _TOWNS[number % len(_TOWNS)], "phone": None}
            for number in range(1, 131)
        }
        self.last = 130

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Cardbox

    def log_message(self, *_: object) -> None:
        """Nothing on the console."""

    def _answer(self, status: int, told: object = None) -> None:
        body = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _do(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else {}
        number = int(found[1]) if (found := re.match(r"/cards/(\d+)$", self.path)) else 0
        if self.headers.get("X-Key") != _KEY:
            self._answer(401)
        elif paged := re.match(r"/cards\?offset=(\d+)&limit=(\d+)$", self.path):
            offset, limit = int(paged[1]), int(paged[2])
            cards = list(self.server.cards.values())
            self._answer(200, {"cards": cards[offset : offset + limit], "total": len(cards)})
        elif self.command == "POST" and self.path == "/cards":
            self.server.last += 1
            self.server.cards[self.server.last] = {"id": self.server.last, **body}
            self._answer(201, self.server.cards[self.server.last])
        elif number not in self.server.cards:
            self._answer(404)
        elif self.command == "DELETE":
            del self.server.cards[number]
            self._answer(204)
        else:
            self.server.cards[number].update(body)
            self._answer(200, self.server.cards[number])

    do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VendorPlugin]:
    """The folder of the page, lying where vendors lie."""
    home = tmp_path_factory.mktemp("vendors")
    files = _FILE.findall(PAGE.read_text("utf-8"))
    assert [name for name, _ in files] == [f"cardbox/{n}.py" for n in ("__init__", "parse", "payload", "connector")]
    (home / "cardbox").mkdir()
    for name, text in files:
        (home / name).write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vendors, "__path__", [*vendors.__path__, str(home)])
        yield find_plugins()[VendorName("cardbox")]
    for name in [name for name in sys.modules if name.startswith("crmdesk.connectors.vendors.cardbox")]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def cardbox() -> Iterator[Cardbox]:
    server = Cardbox()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _connected(plugin: VendorPlugin, cardbox: Cardbox, key: str = _KEY) -> Connector:
    return plugin.connect(Endpoint(url=cardbox.url, secrets={"key": key}), HttpClient(proxy=""))


class TestContract(ConnectorContract):
    """As every vendor."""

    module = ModuleName("cards")
    text_field = FieldName("name")
    other_field = FieldName("town")
    required: ClassVar = {FieldName("name"): "Contract card"}
    secrets = (_KEY,)

    @pytest.fixture
    def connector(self, plugin: VendorPlugin, cardbox: Cardbox) -> Iterator[Connector]:
        made = _connected(plugin, cardbox)
        made.login()
        yield made
        made.close()


def test_a_wrong_key_is_told_as_such(plugin: VendorPlugin, cardbox: Cardbox) -> None:
    connector = _connected(plugin, cardbox, "wr0ng")
    with pytest.raises(BadCredentials, match="Copy it anew"):
        connector.login()
    connector.close()


def test_the_page_names_this_file() -> None:
    assert f"tests/connectors/{Path(__file__).name}" in PAGE.read_text("utf-8")
