# SPDX-License-Identifier: MIT
"""Values of a filter reach every vendor's query as values: VTQL, SQL, ``query_string`` and SOAP.

Each world holds one record for each hostile text. A filter for the text finds that record alone, through the whole
engine and over the wire; and the pretended server, which keeps everything it is asked, was asked only to read.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Update
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.values import plain
from crmdesk.engine.desk import Account
from crmdesk.engine.feed import PageFeed
from tests.connectors.crmplus import vtql
from tests.injection.texts import QUERIES
from tests.soak.worlds import WORLDS, World, opened, serving

_BY_NAME = {world.name: world for world in WORLDS}


async def _found(account: Account, world: World, field: FieldName, op: Op, text: str) -> set[str]:
    query = Query(module=ModuleName(world.module), fields=(field,), where=Compare(field, op, text))
    return {record.id.key for record in await PageFeed(account.session, query).rest()}


async def _planted(account: Account, world: World, field: FieldName) -> dict[str, str]:
    """Each text in a record of its own, written over the wire; what a server will not store is left out."""
    query = Query(module=ModuleName(world.module), fields=(field,))
    records = iter(await PageFeed(account.session, query).rest())
    held: dict[str, str] = {}
    for text in QUERIES:
        before = await account.session.fetch(next(records).id)
        try:
            after = await account.session.update(Update(before, {field: text}))
        except CrmError:
            continue
        if plain(after.values[field]) == text:
            held[text] = before.id.key
    return held


async def _ask(world: World, server: DemoServer, folder: Path) -> Mapping[str, int]:
    account = await opened(world, server, folder)
    field = world.names[0]
    try:
        held = await _planted(account, world, field)
        assert len(held) >= len(QUERIES) * 3 // 4, f"{world.name} stores {sorted(held)} alone"
        begun, before = len(server.seen), repr(world.held(server.site(world.vendor)))
        for text, key in held.items():
            for op in (Op.EQ, Op.CONTAINS, Op.STARTS_WITH):
                assert await _found(account, world, field, op, text) == {key}, (world.name, op, text)
        assert repr(world.held(server.site(world.vendor))) == before
        for seen in list(server.seen)[begun:]:
            assert seen.status == 200, (seen.operation, seen.request.query, seen.request.body)
            _well_formed(world, seen.request.body)
        return {"texts": len(held), "requests": len(server.seen) - begun}
    finally:
        await asyncio.to_thread(account.close, 2)


def _well_formed(world: World, body: bytes) -> None:
    """No text of ours became an element: the names in a SOAP request are those of its description."""
    if body.lstrip()[:1] != b"<":
        return
    tags = {node.tag.rpartition("}")[2] for node in ElementTree.fromstring(body).iter()}
    assert "injected" not in tags, (world.name, body)


def _worlds(*vendors: str) -> list[str]:
    return [name for name, world in _BY_NAME.items() if world.vendor in vendors]


def _check(name: str, folder: Path) -> None:
    world = _BY_NAME[name]
    with serving(world) as server:
        counts = asyncio.run(_ask(world, server, folder))
    assert counts["requests"] > 0


@pytest.mark.parametrize("name", _worlds("crmplus"))
def test_filter_values_in_vtql(name: str, tmp_path: Path) -> None:
    _check(name, tmp_path)


@pytest.mark.parametrize("name", [*_worlds("sugarsoap"), *_worlds("webcrm")])
def test_filter_values_in_sql(name: str, tmp_path: Path) -> None:
    _check(name, tmp_path)


@pytest.mark.parametrize("name", [*_worlds("opencrm"), "crmservice/rest"])
def test_filter_values_in_query_string(name: str, tmp_path: Path) -> None:
    _check(name, tmp_path)


def test_filter_values_in_soap(tmp_path: Path) -> None:
    _check("crmservice/soap", tmp_path)


@pytest.mark.parametrize("text", QUERIES)
def test_vtql_that_is_read_independently_holds_one_literal(text: str) -> None:
    """The lexer of the open-source relative sees one query, one end, and one literal that means the text."""
    from crmdesk.connectors.vendors.crmplus import query
    from crmdesk.domain.schema import Field, FieldType, Module, Schema

    name = FieldName("bill_city")
    field = Field(name=name, label="City", type=FieldType.TEXT)
    schema = Schema(Module(name=ModuleName("Accounts"), label="", label_plural=""), (field,), name)
    for op in (Op.EQ, Op.CONTAINS, Op.STARTS_WITH):
        terms = query.conditions(Compare(name, op, text), schema)
        parsed = vtql.parse(query.render(ModuleName("Accounts"), ("id",), terms))
        assert len(parsed.conditions) <= 1
        assert parsed.columns == ("id",)
        assert parsed.module == "Accounts"
