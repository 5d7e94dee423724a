# SPDX-License-Identifier: MIT
"""The contract, held by the SOAP interface of the demo server's CRM-service."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from crmdesk.connectors.port import CallsDocumented, ChecksPortalLogins, Connector, in_use
from crmdesk.demo.dialects.crmservice import DIALECT, FULL, LIMITED, LOCKED
from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import BadCredentials, NotPermitted
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
        with DemoServer(rows=150, keys={FULL: KEY, LIMITED: "r" + KEY, LOCKED: "l" + KEY}) as server:
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

    def test_a_key_of_some_methods_is_told_what_it_may_not(self, server: DemoServer) -> None:
        """The session opens, products are found, and orders are refused, or the other way round: each key its own list."""
        shop = connected(server, "soap", LIMITED)
        shop.login()
        crm = in_use(shop)
        assert isinstance(crm, CallsDocumented)
        refused, done = [], []
        reads = [
            one for one in crm.operations() if not one.is_write and one.name.rpartition(".")[2].startswith("search")
        ]
        for one in reads:
            try:
                crm.call(one.name, {one.parts[0].name: '{"field": "", "value": "", "limit": 1, "offset": 0}'})
                done.append(one.name)
            except NotPermitted:
                refused.append(one.name)
        assert done
        assert refused
        shop.close()

    def test_a_locked_key_is_told_so(self, server: DemoServer) -> None:
        with pytest.raises(BadCredentials, match="lock"):
            connected(server, "soap", LOCKED).login()

    def test_a_portal_login_that_is_wrong_is_refused(self, connector: Connector) -> None:
        assert isinstance(connector, ChecksPortalLogins)
        with pytest.raises(BadCredentials):
            connector.check_portal_login("nobody@nowhere.example", "wrong", "1")

    def test_opening_an_account_again_asks_for_no_wsdl(self, server: DemoServer, memory: Path) -> None:
        first = connected(server, "soap", cache_dir=str(memory))
        first.login()
        names = [module.name for module in first.list_modules()]
        first.close()
        before = len(server.seen)
        again = connected(server, "soap", cache_dir=str(memory))
        again.login()
        assert [module.name for module in again.list_modules()] == names
        asked = [one.request for one in list(server.seen)[before:]]
        assert [one.method for one in asked] == ["POST"]  # createSession
        again.close()
