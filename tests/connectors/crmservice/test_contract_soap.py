# SPDX-License-Identifier: MIT
"""The contract, held by the SOAP interface of the demo server's CRM-service."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from crmdesk.connectors.port import Connector, in_use
from crmdesk.demo.dialects.crmservice import DIALECT, FULL, LIMITED
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName, ModuleName
from tests.connectors.contract import ConnectorContract
from tests.connectors.crmservice.test_contract_rest import KEY, connected


class TestContract(ConnectorContract):
    """Managers found by their names, operations by their shapes."""

    module = ModuleName("Accounts")
    text_field = FieldName("accountname")
    other_field = FieldName("bill_city")
    required: ClassVar = {FieldName("accountname"): "Vertragsfirma"}
    sales_module = ModuleName("SalesOrder")
    missing = "999999"
    secrets = tuple(DIALECT.account(FULL, KEY)["secrets"].values())

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls) -> Iterator[DemoServer]:
        with DemoServer(rows=150, keys={FULL: KEY, LIMITED: "r" + KEY}) as server:
            yield server

    @pytest.fixture(scope="class")
    @classmethod
    def memory(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        return tmp_path_factory.mktemp("account")

    @pytest.fixture
    def connector(self, server: DemoServer, memory: Path) -> Iterator[Connector]:
        connector = connected(server, "soap", cache_dir=str(memory))
        connector.login()
        yield in_use(connector)
        connector.close()
