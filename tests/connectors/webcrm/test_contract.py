# SPDX-License-Identifier: MIT
"""The contract, held by the demo server's webCRM."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import ClassVar

import pytest

from crmdesk.connectors.port import Connector, Endpoint
from crmdesk.connectors.vendors.webcrm import PLUGIN
from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.dialects.webcrm import DIALECT, FULL, READER
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Create, SaveDocument, Update
from crmdesk.domain.errors import BadCredentials, Invalid, NotPermitted, OutcomeUnclear, ServerFault, SessionExpired
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.sales import LineItem
from crmdesk.domain.schema import Operation
from crmdesk.domain.values import Value
from tests.connectors.contract import ConnectorContract
from tests.connectors.webcrm.test_openapi import sample

KEY = "k3y0fTheDemo"


def connected(server: DemoServer, user: str = FULL) -> WebCrmConnector:
    account = DIALECT.account(user, KEY if user == FULL else "r" + KEY)
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
        with DemoServer(rows=150, keys={FULL: KEY, READER: "r" + KEY}, clock=hurried()) as server:
            yield server

    @pytest.fixture
    def connector(self, server: DemoServer) -> Iterator[Connector]:
        connector = connected(server)
        connector.login()
        yield connector
        connector.close()

    def test_a_file_comes_back_byte_for_byte(self, connector: Connector) -> None:
        """Documents cannot hang on lines; they do on organisations, opportunities and most others."""
        assert isinstance(connector, WebCrmConnector)
        content = bytes(range(256)) * 3
        for name in ("Organisations", "Deliveries", "Activities"):
            record = connector.fetch_page(Query(ModuleName(name)), None, 1).records[0]
            made = connector.upload("Contract file", "päper+1.bin", "", content, record.id)
            (own,) = connector.list_attachments(made.id)
            assert connector.download(own) == content
            assert made.id.key in {attachment.record.key for attachment in connector.list_attachments(record.id)}

    def test_every_kind_that_can_be_made_is_found_again(self, connector: Connector) -> None:
        """Organisations, events, relations and users answer no id."""
        home = connector.fetch_page(Query(ModuleName("Organisations")), None, 1).records[0].id
        for module in connector.list_modules():
            if Operation.CREATE not in module.operations or module.name == "ActivityNotes":
                continue
            if module.name.endswith("LinkedData") and not module.name.startswith("QuotationLines"):
                continue  # switched off in this company
            schema = connector.describe(module.name)
            values: dict[FieldName, Value] = {schema.title_field: f"Made by a test in {module.name}"[:40]}
            for field in schema.fields:
                if field.required and field.name not in values:
                    values[field.name] = home if field.refers_to == (ModuleName("Organisations"),) else sample(field)
            made = connector.create(Create("t", module.name, values))
            assert made.id.module == module.name
            title = schema.field(schema.title_field)
            assert title is not None
            if not title.read_only:
                assert connector.fetch(made.id).values[title.name] == values[title.name]

    def test_a_token_without_rights_is_told_so(self, server: DemoServer) -> None:
        reader = connected(server, READER)
        reader.login()
        home = reader.fetch_page(Query(ModuleName("Organisations")), None, 1).records[0]
        with pytest.raises(NotPermitted):
            reader.update(Update(home, {FieldName("OrganisationCity"): "Nowhere"}))
        reader.close()

    def test_a_wrong_token_is_told_so(self, server: DemoServer) -> None:
        url = f"http://127.0.0.1:{server.port}{DIALECT.path}"
        secrets = {"application_token": "00000000-0000-0000-0000-000000000000"}
        stranger = PLUGIN.connect(Endpoint(url=url, secrets=secrets), HttpClient(proxy=""))
        with pytest.raises(BadCredentials):
            stranger.login()

    def test_an_expired_token_is_fetched_anew(self, server: DemoServer, connector: Connector) -> None:
        """The engine logs in again once; the connector only says that it must."""
        server.faults.add(FaultKind.SESSION_EXPIRED)
        with pytest.raises(SessionExpired):
            connector.fetch_page(Query(ModuleName("Organisations")), None, 1)
        connector.login()
        assert connector.fetch_page(Query(ModuleName("Organisations")), None, 1).records

    def test_lines_are_added_and_removed_with_linked_data_on_and_off(self, connector: Connector) -> None:
        found = connector.fetch_page(Query(ModuleName("Deliveries")), None, 20).records
        before = next(d for d in (connector.fetch_document(r.id) for r in found) if d.lines)
        new = LineItem(
            key=None, position=len(before.lines) + 1, text="Neu", quantity=Decimal(2), unit_price=Decimal(10)
        )
        more = connector.save_document(SaveDocument(before, replace(before, lines=(*before.lines, new))))
        assert [line.text for line in more.lines] == [*(line.text for line in before.lines), "Neu"]
        assert more.lines[-1].unit_price == 10
        less = connector.save_document(SaveDocument(more, replace(more, lines=more.lines[:-1])))
        assert [line.key for line in less.lines] == [line.key for line in before.lines]


@pytest.mark.parametrize(
    "habits",
    [
        {"linked_data": False},
        {"omitted": "kept", "zone_suffix": "Z", "enums_in_queries": "text"},
        {"nulls": True, "unknown_enums": True, "notes_as_object": True},
        {"login_failure": "401", "oversized": "refused", "extra_properties": True},
    ],
    ids=lambda habits: "+".join(habits),
)
def test_whatever_a_server_does_where_sources_disagree(habits: dict[str, object]) -> None:
    """The demo server's switches, a few at a time: read everything, change something, sell something."""
    with DemoServer(rows=150, keys={FULL: KEY}, clock=hurried(), options=habits) as server:
        crm = connected(server)
        crm.login()
        for module in crm.list_modules():
            schema = crm.describe(module.name)
            for record in crm.fetch_page(Query(module.name), None, 20).records:
                assert set(record.values) <= {field.name for field in schema.fields}
        home = crm.fetch_page(Query(ModuleName("Organisations")), None, 1).records[0]
        before = crm.fetch(home.id)
        after = crm.update(Update(before, {FieldName("OrganisationCity"): "Århus"}))
        kept = {name for name in before.values if not name.endswith(("City", "UpdatedAt", "UpdatedBy", "History"))}
        empty_alike = {name: after.values[name] or None for name in kept}  # 0 is nothing there, as null is
        assert empty_alike == {name: before.values[name] or None for name in kept}
        TestContract().test_lines_are_added_and_removed_with_linked_data_on_and_off(crm)
        activity = RecordId(ModuleName("Activities"), "5")
        note: dict[FieldName, Value] = {FieldName("ActivityId"): activity, FieldName("Comment"): "called twice"}
        made = crm.create(Create("t", ModuleName("ActivityNotes"), note))
        assert made.values[FieldName("Comment")] == "called twice"
        crm.close()


def test_a_refused_create_is_refused_and_not_sent_again() -> None:
    """Creates that follow too closely fail, the vendor says: the person decides, nothing is doubled."""
    options = {"creates_fail_every": 2}
    with DemoServer(rows=150, keys={FULL: KEY}, clock=hurried(), options=options) as server:
        crm = connected(server)
        crm.login()
        name = FieldName("OrganisationName")
        seen = []
        for number in range(4):
            with suppress(OutcomeUnclear, Invalid, ServerFault):
                crm.create(Create("t", ModuleName("Organisations"), {name: f"Quick {number}"}))
                seen.append(number)
        posts = [
            one for one in server.seen if one.request.method == "POST" and one.request.path.endswith("/Organisations")
        ]
        assert len(posts) == 4
        assert seen
