# SPDX-License-Identifier: MIT
"""The fake vendor keeps the same contract as the real ones."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

import pytest

from crmdesk.connectors.port import Connector
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Op
from crmdesk.domain.values import Value
from tests.connectors.contract import ConnectorContract
from tests.engine.fake_vendor import ACCOUNTS, CAPABILITIES, CITY, NAME, FakeConnector, FakeHttp, FakeServer


class TestFake(ConnectorContract):
    """With a server that counts and sorts."""

    module = ACCOUNTS
    text_field = NAME
    other_field = CITY
    required: ClassVar[Mapping[FieldName, Value]] = {NAME: "Contract"}
    capabilities = CAPABILITIES

    @pytest.fixture
    def connector(self) -> Iterator[Connector]:
        server = FakeServer(capabilities=self.capabilities, tells_raw=True)
        for number in range(130):
            words = ("Ä", "o'b", "100%", "a_b", "x\\y", "Tom & Co", "<b>", '"q"')
            server.add(
                f"r{number}", accountname=f"{words[number % 8]} {number:03}", bill_city="Espoo" if number % 3 else None
            )
        connector = FakeConnector(server, FakeHttp())
        connector.login()
        yield connector
        connector.close()


class TestFakeThatCanLittle(TestFake):
    """Neither counts nor sorts nor filters."""

    capabilities = replace(CAPABILITIES, filters=frozenset(), can_count=False, max_order_fields=0)


class TestFakeThatCanMuch(TestFake):
    """Filters whatever it is asked."""

    capabilities = replace(
        CAPABILITIES, filters=frozenset(Op), can_or=True, can_not=True, can_nest=True, orders_text=True
    )
