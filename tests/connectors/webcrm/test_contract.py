# SPDX-License-Identifier: MIT
"""The contract, held by the demo server's webCRM."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import ClassVar

import pytest

from crmdesk.connectors.port import Connector, Endpoint
from crmdesk.connectors.vendors.webcrm import PLUGIN
from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.dialects.webcrm import DIALECT, FULL
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from tests.connectors.contract import ConnectorContract

KEY = "k3y0fTheDemo"


def connected(server: DemoServer, user: str = FULL) -> WebCrmConnector:
    account = DIALECT.account(user, KEY)
    url = f"http://127.0.0.1:{server.port}{DIALECT.path}"
    made = PLUGIN.connect(Endpoint(url=url, settings=account["set"], secrets=account["secrets"]), HttpClient(proxy=""))
    assert isinstance(made, WebCrmConnector)
    return made


def hurried() -> Callable[[], float]:
    """A clock on which nobody ever uses up a minute's requests."""
    start, moments = time.time(), count()
    return lambda: start + next(moments) * 0.3


class TestContract(ConnectorContract):
    """Quotation lines are what the API can create, change and remove."""

    module = ModuleName("QuotationLines")
    text_field = FieldName("QuotationLineData1")
    other_field = FieldName("QuotationLineComment")
    required: ClassVar = {
        FieldName("QuotationLineOpportunityId"): RecordId(ModuleName("Opportunities"), "1"),
        FieldName("QuotationLineData1"): "Vertragsprodukt",
    }
    sales_module = ModuleName("Deliveries")
    secrets = (DIALECT.account(FULL, KEY)["secrets"]["application_token"],)

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls) -> Iterator[DemoServer]:
        with DemoServer(rows=150, keys={FULL: KEY}, clock=hurried()) as server:
            yield server

    @pytest.fixture
    def connector(self, server: DemoServer) -> Iterator[Connector]:
        connector = connected(server)
        connector.login()
        yield connector
        connector.close()
