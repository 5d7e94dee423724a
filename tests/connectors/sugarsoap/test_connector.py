# SPDX-License-Identifier: MIT
"""The contract, held by the demo server as both families and with several habits."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest

from crmdesk.connectors.port import Connector, StoresDocuments
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Create
from crmdesk.domain.errors import Invalid, UnknownOperation
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Query
from tests.connectors.contract import ConnectorContract
from tests.connectors.sugarsoap.support import PASSWORD, connected, demo, md5


class SugarSoapContract(ConnectorContract):
    """The contract on one family, one set of habits and one SOAP version."""

    entry = "soap.asmx"
    options: ClassVar[Mapping[str, object]] = {}
    settings: ClassVar[Mapping[str, str]] = {}
    module = ModuleName("Leads")
    text_field = FieldName("primary_address_city")
    other_field = FieldName("description")
    required: ClassVar = {FieldName("last_name"): "Kontrakt", FieldName("first_name"): "Vera"}
    secrets = (PASSWORD, md5(PASSWORD))

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls) -> Iterator[DemoServer]:
        with demo(cls.options) as server:
            yield server

    @pytest.fixture
    def connector(self, server: DemoServer) -> Iterator[Connector]:
        connector = connected(server, self.entry, **self.settings)
        connector.login()
        yield connector
        connector.close()


class SplendidContract(SugarSoapContract):
    """SplendidCRM: no totals, upwards only, files go in and do not come out."""

    def test_a_file_comes_back_byte_for_byte(self, connector: Connector) -> None:
        assert isinstance(connector, StoresDocuments)
        record = connector.fetch_page(Query(self.module), None, 1).records[0]
        made = connector.upload("Contract file", "päper+1.bin", "", bytes(range(256)), record.id)
        (own,) = connector.list_attachments(made.id)
        assert made.id.key in {attachment.record.key for attachment in connector.list_attachments(record.id)}
        with pytest.raises(UnknownOperation) as caught:
            connector.download(own)
        assert "hands none out" in caught.value.user_text


class TestSplendid(SplendidContract):
    """As most servers are set up, in SOAP 1.2."""


class TestSplendid11(SplendidContract):
    """The same in SOAP 1.1, with its references."""

    settings: ClassVar = {"soap_version": "1.1", "time_zone": "America/New_York"}


class TestSplendidCustomPaging(SplendidContract):
    """Pages one row off, rights that live in the web session, views as wide as tables."""

    options: ClassVar = {"allow_custom_paging": True, "needs_cookie": True, "view_columns": False}


class TestSuite(SugarSoapContract):
    """SuiteCRM's soap.php."""

    entry = "soap.php"
    sales_module = ModuleName("AOS_Quotes")
    odd_text = "Ünïcode 漢字 'q' \"d\" < b > & \\ + % = a<1"

    def test_a_tag_is_refused_because_the_server_would_change_it(self, connector: Connector) -> None:
        for text in ("<b>bold", "Joe <joe@example.com>", "a</p>", "<!-- x"):
            with pytest.raises(Invalid) as caught:
                connector.create(Create("new", self.module, {**self.required, self.other_field: text}))
            assert "HTML" in caught.value.per_field[self.other_field]
