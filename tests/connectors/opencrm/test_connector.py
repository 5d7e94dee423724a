# SPDX-License-Identifier: MIT
"""The contract, held by the demo server with several habits; and what this vendor has beside it."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest

from crmdesk.connectors.port import Connector
from crmdesk.demo.dialects.opencrm import passkey_of
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName, ModuleName
from tests.connectors.contract import ConnectorContract
from tests.connectors.opencrm.support import KEY, connected, demo


class OpenCrmContract(ConnectorContract):
    """The contract on one set of habits and one way of signing in."""

    options: ClassVar[Mapping[str, object]] = {}
    settings: ClassVar[Mapping[str, str]] = {}
    module = ModuleName("lead")
    text_field = FieldName("city")
    other_field = FieldName("description")
    required: ClassVar = {FieldName("lastname"): "Kontrakt", FieldName("company"): "Vertrag GmbH"}
    sales_module = ModuleName("salesorder")
    missing = "987654321"
    secrets = (KEY, passkey_of(KEY))

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls) -> Iterator[DemoServer]:
        with demo(cls.options) as server:
            yield server

    @pytest.fixture
    def connector(self, server: DemoServer) -> Iterator[Connector]:
        reports = "12 = Opportunities; custom 1 = Companies by country"
        connector = connected(server, owner="1", reports=reports, **self.settings)
        connector.login()
        yield connector
        connector.close()


class TestOpenCrm(OpenCrmContract):
    """One-row lists as an object, nothing for an empty list, disputed names refused: the dialect's own habits."""


class TestOtherHabits(OpenCrmContract):
    """What public sources leave open, the other way round."""

    settings: ClassVar = {"sign_in": "headers"}
    options: ClassVar = {
        "one_row_as_object": False,
        "empty_list": '{"error":"No records found"}',
        "login_style": "braces",
        "refused_methods": ("edit_ticket", "edit_contract"),
        "unknown_status": 404,
        "missing_record": "empty",
        "owner_name": "smownerid",
        "query_names": "strict",
    }


class TestParameters(OpenCrmContract):
    """Both keys in each request; an empty list is [], a record that is not there HTTP 404."""

    settings: ClassVar = {"sign_in": "parameters"}
    options: ClassVar = {"empty_list": "[]", "missing_record": "404", "login_style": "bare"}
