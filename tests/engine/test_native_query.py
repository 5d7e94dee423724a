# SPDX-License-Identifier: MIT
"""Queries in the vendor's own language: what is run, which records the rows are of, what a table becomes as text."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from crmdesk.domain.errors import Invalid, Unsupported
from crmdesk.domain.names import ModuleName, RecordId, VendorName
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.schema import Module
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.native_query import example_texts, module_of, only_query, query_text, run_query
from tests.engine.fake_roles import RoleServer, plugin_with_roles
from tests.engine.fake_vendor import ACCOUNTS, CITY, MODULE, FakeHttp, plugin_of
from tests.ui.house import a_profile

T = TypeVar("T")


def asked(folder: Path, server: RoleServer, work: Callable[[Account], Awaitable[T]], *, roles: bool = True) -> T:
    """What ``work`` gives on an open account."""

    async def run() -> T:
        desk = Desk(folder / "config", folder / "data", make_http=lambda _: FakeHttp())
        plugin = plugin_with_roles(server) if roles else plugin_of(server)
        vars(desk)["plugins"] = {VendorName("fake"): plugin}
        profile = a_profile()
        for name in ("key", "pin"):
            desk.secrets.keep_for_this_run(profile.id, name, "s3cret")
        try:
            return await work(await desk.open(profile))
        finally:
            desk.close(2)

    return asyncio.run(run())


def test_rows_of_a_module_name_their_records(tmp_path: Path) -> None:
    server = RoleServer(rows=({"id": "3x8", "parent": "3x9", "city": "Espoo"}, {"id": "", "more": "x"}))
    result = asked(tmp_path, server, lambda a: run_query(a.session, "select * from Accounts"))
    assert result.columns == ("id", "parent", "city", "more")
    assert result.module == MODULE
    assert result.links == {"id": ACCOUNTS, "parent": ACCOUNTS}  # a reference that points to one module
    assert result.record(result.rows[0], "id") == RecordId(ACCOUNTS, "3x8")
    assert result.record(result.rows[0], "parent") == RecordId(ACCOUNTS, "3x9")
    assert result.record(result.rows[0], "city") is None
    assert result.record(result.rows[1], "id") is None
    assert ("run_query", "select * from Accounts") in server.log


def test_an_unknown_table_gives_rows_without_links(tmp_path: Path) -> None:
    server = RoleServer(rows=({"id": "1"},))
    result = asked(tmp_path, server, lambda a: run_query(a.session, "select * from Elsewhere"))
    assert result.module is None
    assert result.links == {}
    assert not result.may_be_more


def test_as_many_rows_as_the_server_gives_may_not_be_all(tmp_path: Path) -> None:
    server = RoleServer(rows=tuple({"id": str(i)} for i in range(10)))  # the fake's largest page
    assert asked(tmp_path, server, lambda a: run_query(a.session, "select * from Accounts")).may_be_more


def test_a_refusal_and_a_missing_role_are_told(tmp_path: Path) -> None:
    server = RoleServer()
    server.fail("run_query", Invalid("Only reads."))
    with pytest.raises(Invalid):
        asked(tmp_path, server, lambda a: run_query(a.session, "delete from Accounts"))
    with pytest.raises(Unsupported):
        asked(tmp_path / "b", server, lambda a: run_query(a.session, "select 1"), roles=False)


def test_a_table_becomes_the_vendors_text(tmp_path: Path) -> None:
    query = Query(ACCOUNTS, (CITY,), Compare(CITY, Op.EQ, "Espoo"))
    text = asked(tmp_path, RoleServer(), lambda a: query_text(a.session, query))
    assert text == "select * from Accounts limit 10"


def test_examples_come_from_the_vendor_and_never_twice(tmp_path: Path) -> None:
    texts = asked(tmp_path, RoleServer(), lambda a: example_texts(a.session, MODULE))
    assert texts == ("select * from Accounts limit 10",)  # the fake says the same to both


@pytest.mark.parametrize(
    ("explained", "query"),
    [
        ("select a from b;", "select a from b;"),
        ("SELECT a\nFROM b\nGET /Queries?script=SELECT%20a", "SELECT a\nFROM b"),
        ("GET /x", ""),
    ],
)
def test_how_it_is_sent_is_no_part_of_a_query(explained: str, query: str) -> None:
    assert only_query(explained) == query


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("select * from Accounts", "Accounts"),
        ("SELECT x FROM\n  account WHERE y", "Accounts"),
        ("select * from `Accounts`", "Accounts"),
        ("select * from Organisation", "Organisations"),
        ("select 1", None),
        ("select * from Accountsx", None),
    ],
)
def test_the_module_is_known_by_its_name_or_one_of_its_records(text: str, name: str | None) -> None:
    other = replace(MODULE, name=ModuleName("Organisations"), label="Company", label_plural="Companies")
    found: Module | None = module_of(text, (MODULE, other))
    assert (found.name if found is not None else None) == name
