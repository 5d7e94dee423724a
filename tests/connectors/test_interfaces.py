# SPDX-License-Identifier: MIT
"""What each vendor says of itself before anybody signs in is what its connector is and can do afterwards."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from crmdesk.connectors.port import Endpoint, in_use
from crmdesk.connectors.registry import find_plugins
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import VendorName

PLUGINS = find_plugins()


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(rows=10) as server:
        yield server


def account(server: DemoServer, vendor: str) -> Mapping[str, Any]:
    return next(one for one in server.accounts() if one["vendor"] == vendor)


def test_every_vendor_tells_its_interfaces(server: DemoServer) -> None:
    for one in server.accounts():
        plugin = PLUGINS[VendorName(one["vendor"])]
        ways = plugin.interfaces()
        assert plugin.capabilities in [way.capabilities for way in ways]
        titles = [way.title for way in ways]
        assert len(set(titles)) == len(titles)
        assert all(titles) or len(titles) == 1


@pytest.mark.parametrize(
    ("vendor", "title", "address", "settings", "without"),
    [
        ("crmplus", "", "", {}, ""),
        ("opencrm", "", "", {}, ""),
        ("webcrm", "", "", {}, ""),
        ("sugarsoap", "SplendidCRM (soap.asmx)", "", {}, ""),
        ("sugarsoap", "SugarCRM or SuiteCRM (soap.php)", "/sugarsoap/soap.php", {}, ""),
        ("crmservice", "REST, with an API key for SOAP too", "", {}, ""),
        ("crmservice", "REST (JSON:API)", "", {"interface": "rest"}, "api_key"),
        ("crmservice", "SOAP", "", {"interface": "soap"}, ""),
    ],
)
def test_what_is_told_holds_after_signing_in(
    server: DemoServer, vendor: str, title: str, address: str, settings: Mapping[str, str], without: str
) -> None:
    known, plugin = account(server, vendor), PLUGINS[VendorName(vendor)]
    endpoint = Endpoint(
        url=f"http://127.0.0.1:{server.port}{address}" if address else known["url"],
        settings={**known["set"], **settings},
        secrets={name: secret for name, secret in known["secrets"].items() if name != without},
    )
    connector = plugin.connect(endpoint, HttpClient(proxy=""))
    try:
        connector.login()
        way = next(way for way in plugin.interfaces() if way.title == title)
        assert type(in_use(connector)) is way.connector
        assert in_use(connector).capabilities == way.capabilities
    finally:
        connector.close()
