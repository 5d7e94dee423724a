# SPDX-License-Identifier: MIT
"""Connectors that read a record before they write it whole: a save by somebody else in between is never overwritten."""

from collections.abc import Iterator

import pytest

from crmdesk.connectors.port import Connector
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Delete, SaveDocument, Update
from crmdesk.domain.errors import Conflict, OutcomeUnclear
from crmdesk.domain.line_edit import QUANTITY, with_part
from crmdesk.domain.names import ModuleName
from crmdesk.domain.planning import plan
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from tests.soak.worlds import WORLDS, World, second_writer, serving

READ_FIRST = ("webcrm", "crmservice/soap", "sugarsoap/splendid", "sugarsoap/suite")


@pytest.fixture(params=[world for world in WORLDS if world.name in READ_FIRST], ids=lambda world: world.name)
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.param
    return found


@pytest.fixture
def server(world: World) -> Iterator[DemoServer]:
    with serving(world) as server:
        yield server


@pytest.fixture
def connector(world: World, server: DemoServer) -> Iterator[Connector]:
    connector = second_writer(world, server)
    yield connector
    connector.close()


def first(connector: Connector, module: str) -> Record:
    """The first record of a module, whole."""
    name = ModuleName(module)
    asked = plan(Query(name), connector.capabilities, connector.describe(name))
    return connector.fetch(connector.fetch_page(asked.pushed, None, 5).records[0].id)


def test_a_wanted_field_that_somebody_changed_is_not_overwritten(world: World, connector: Connector) -> None:
    seen = first(connector, world.module)
    one, other = world.names[:2]
    connector.update(Update(seen, {one: "Theirs"}))
    with pytest.raises(Conflict) as caught:
        connector.update(Update(seen, {one: "Ours", other: "Ours"}))
    assert caught.value.server.values[one] == "Theirs"
    assert connector.fetch(seen.id).values[one] == "Theirs"
    assert connector.fetch(seen.id).values[other] == seen.values[other]


def test_another_field_that_somebody_changed_stays_as_they_left_it(world: World, connector: Connector) -> None:
    seen = first(connector, world.module)
    one, other = world.names[:2]
    connector.update(Update(seen, {one: "Theirs"}))
    now = connector.update(Update(seen, {other: "Ours"}))
    assert (now.values[one], now.values[other]) == ("Theirs", "Ours")


def test_a_line_that_somebody_changed_is_not_overwritten() -> None:
    world = next(world for world in WORLDS if world.name == "webcrm")
    with serving(world) as server:
        connector = second_writer(world, server)
        header = next(
            row
            for row in connector.fetch_page(Query(ModuleName(world.orders)), None, 50).records
            if connector.fetch_document(row.id).lines
        )
        seen = connector.fetch_document(header.id)

        def with_quantity(number: int) -> SaveDocument:
            lines = (with_part(seen.lines[0], QUANTITY, number), *seen.lines[1:])
            return SaveDocument(seen, type(seen)(header=seen.header, lines=lines, currency=seen.currency))

        connector.save_document(with_quantity(41))
        with pytest.raises(Conflict, match="line 1"):
            connector.save_document(with_quantity(42))
        assert connector.fetch_document(header.id).lines[0].quantity == 41
        connector.close()


@pytest.mark.parametrize("name", ["sugarsoap/splendid", "sugarsoap/suite"])
def test_a_deletion_that_cannot_be_checked_is_no_refusal(name: str) -> None:
    """The look behind it fails: the record is gone all the same."""
    world = next(world for world in WORLDS if world.name == name)
    with serving(world) as server:
        connector = second_writer(world, server)
        seen = first(connector, world.module)
        server.faults.add(FaultKind.HTTP500, None, operation="get_entries", skip=1)
        with pytest.raises(OutcomeUnclear):
            connector.delete(Delete(seen))
        connector.close()
