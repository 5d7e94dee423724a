# SPDX-License-Identifier: MIT
"""The contract, held by the REST interface of the demo server's CRM-service."""

from collections.abc import Iterator
from typing import ClassVar

import pytest

from crmdesk.connectors.port import Connector, Endpoint, StoresDocuments, in_use
from crmdesk.connectors.vendors.crmservice import PLUGIN
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.dialects.crmservice import DIALECT, FULL, LIMITED
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Update
from crmdesk.domain.errors import NotPermitted, SessionExpired, Unsupported
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Query
from tests.connectors.contract import ConnectorContract

KEY = "k3y0fTheDemo"


def connected(server: DemoServer, interface: str, user: str = FULL, cache_dir: str = "") -> Connector:
    """What the account's login leads to."""
    account = DIALECT.account(user, {FULL: "", LIMITED: "r"}.get(user, "l") + KEY)
    url = f"http://127.0.0.1:{server.port}{DIALECT.path}"
    endpoint = Endpoint(url=url, settings={"interface": interface}, secrets=account["secrets"], cache_dir=cache_dir)
    return PLUGIN.connect(endpoint, HttpClient(proxy=""))


class TestContract(ConnectorContract):
    """JSON:API."""

    module = ModuleName("accounts")
    text_field = FieldName("name")
    other_field = FieldName("bill_city")
    required: ClassVar = {FieldName("name"): "Vertragsfirma"}
    sales_module = ModuleName("sales_orders")
    secrets = tuple(DIALECT.account(FULL, KEY)["secrets"].values())

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls) -> Iterator[DemoServer]:
        with DemoServer(rows=150, keys={FULL: KEY, LIMITED: "r" + KEY}) as server:
            yield server

    @pytest.fixture
    def connector(self, server: DemoServer) -> Iterator[Connector]:
        connector = connected(server, "rest")
        connector.login()
        yield in_use(connector)
        connector.close()

    def test_a_file_comes_back_byte_for_byte(self, connector: Connector) -> None:
        """Files go up and are listed; how they come back the vendor tells nowhere, and the demo server neither."""
        assert isinstance(connector, StoresDocuments)
        record = connector.fetch_page(Query(self.module, (self.text_field,)), None, 1).records[0]
        made = connector.upload("Contract file", "päper+1.pdf", "application/pdf", b"%PDF-1.4", record.id)
        (own,) = connector.list_attachments(made.id)
        assert own.file_name == "päper+1.pdf"
        assert made.id.key in {attachment.record.key for attachment in connector.list_attachments(record.id)}
        with pytest.raises(Unsupported):
            connector.download(own)

    def test_a_token_that_may_only_read_is_told_so(self, server: DemoServer) -> None:
        reader = connected(server, "rest", LIMITED)
        reader.login()
        home = reader.fetch_page(Query(self.module), None, 1).records[0]
        with pytest.raises(NotPermitted):
            reader.update(Update(home, {self.other_field: "Nowhere"}))
        reader.close()

    def test_links_have_names_where_they_are_asked_for(self, connector: Connector) -> None:
        page = connector.fetch_page(Query(ModuleName("contacts"), (FieldName("account_id"),)), None, 5)
        assert all(record.labels[FieldName("account_id")] for record in page.records)

    def test_a_token_that_is_taken_away_ends_the_session(self, connector: Connector) -> None:
        connector._session._token = "gone"  # type: ignore[attr-defined]
        with pytest.raises(SessionExpired):
            connector.fetch_page(Query(self.module), None, 1)
