# SPDX-License-Identifier: MIT
"""For any filter and any rows: what the server finds, held against the whole filter here, is what the filter means.

Five servers: SplendidCRM over SQL Server with and without accents, over PostgreSQL, where its capitals never match small
letters, and over one that knows no classes; SuiteCRM over MySQL with its entities and its refusals.
"""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.planning import plan
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Query
from tests.connectors.contract import everything
from tests.connectors.sugarsoap.sql import BadSql, Database, blind, exact, only_case
from tests.connectors.sugarsoap.support import (
    FakeHttp,
    connect,
    entry,
    failed,
    fault,
    guid,
    listing,
    module_fields,
    plain,
)

ACCOUNTS, USERS = ModuleName("Accounts"), ModuleName("Users")
NAME, CITY, OWNER, STAFF = FieldName("name"), FieldName("city"), FieldName("assigned_user_id"), FieldName("employees")

LETTERS = "aAbBäÄéEeoøsßSkK zZ'\"\\%_&<>[]^;()=-,.0123ά漢😀\u0301|#iIıİ"
texts = st.text(st.sampled_from(LETTERS), max_size=7)
texts |= st.sampled_from(
    ["London", "LONDON", "Jyväskylä", "jyvaskyla", "O'Brien & Sons", "50%", "x_y", "Accounts.eu", "select", "a<b>"]
)
owners = st.integers(0, 3).map(lambda n: guid(n + 1))
staff = st.one_of(st.none(), st.integers(-5, 30))

SERVERS = {
    "SQL Server": (Family.SPLENDID, Database(only_case, classes=True)),
    "SQL Server that ignores accents": (Family.SPLENDID, Database(blind, classes=True)),
    "no classes": (Family.SPLENDID, Database(only_case)),
    "PostgreSQL": (Family.SPLENDID, Database(exact)),
    "MySQL": (Family.SUGAR, Database(blind, backslashes=True)),
}


class Server:
    """Answers lists of accounts."""

    def __init__(self, family: Family, database: Database, rows: list[dict[str, str | None]]) -> None:
        self.family, self.database = family, database
        self.hold(rows)
        self.asked: list[str] = []
        types = {
            "ID": "Guid",
            "NAME": "string",
            "CITY": "string",
            "ASSIGNED_USER_ID": "Guid",
            "EMPLOYEES": "Int32",
            "DELETED": "bool",
        }
        if family is Family.SUGAR:
            types = {
                "id": "id",
                "name": "name",
                "city": "varchar",
                "assigned_user_id": "relate",
                "employees": "int",
                "deleted": "bool",
            }
        self.http = FakeHttp(
            family, {"get_module_fields": module_fields(family, **types), "get_entry_list": self.listed}
        )

    def hold(self, rows: list[dict[str, str | None]]) -> None:
        """From now on these records."""
        self.rows = [{"id": guid(100 + n), "deleted": "0", **row} for n, row in enumerate(rows)]

    def stored(self, text: str | None) -> str | None:
        """SuiteCRM keeps quotes and angle brackets as entities."""
        if text is None or self.family is Family.SPLENDID:
            return text
        return escape(text, quote=True).replace("&#x27;", "&#039;").replace("&amp;", "&")

    def found(self, query: str) -> list[dict[str, str | None]]:
        if not query:
            return self.rows
        self.asked.append(query)
        if self.family is Family.SPLENDID:
            query = query.upper().replace("ACCOUNTS.", "")  # string literals too (sugarsoap.md 5)
        elif ";" in query or "select" in query.lower():
            raise PermissionError
        prefix = "" if self.family is Family.SPLENDID else "accounts."
        return [
            row
            for row in self.rows
            if self.database.holds(query, {prefix + name: self.stored(value) for name, value in row.items()})
        ]

    def listed(self, asked: Mapping[str, Any]) -> object:
        try:
            found = self.found(asked["query"] or "")
        except BadSql as error:
            return fault(f"Incorrect syntax: {error}") if self.family is Family.SPLENDID else plain("Database failure.")
        except PermissionError:
            return failed(40)
        offset, most = int(asked["offset"]), int(asked["max_results"])
        rows = [
            entry(str(row["id"]), **{n: self.stored(v) or "" for n, v in row.items() if n != "id"})
            for row in found[offset : offset + most]
        ]
        return listing(*rows, columns=tuple(self.rows[0]) if self.rows else ())


compares = st.one_of(
    st.builds(
        Compare,
        st.sampled_from([NAME, CITY]),
        st.sampled_from([Op.EQ, Op.NE, Op.CONTAINS, Op.STARTS_WITH, Op.LT]),
        texts,
    ),
    st.builds(Compare, st.just(CITY), st.just(Op.IN), st.lists(texts, max_size=2).map(tuple)),
    st.builds(Compare, st.just(OWNER), st.just(Op.EQ), owners.map(lambda key: RecordId(USERS, key))),
    st.builds(Compare, st.just(STAFF), st.sampled_from([Op.EQ, Op.NE, Op.LT, Op.GE]), st.integers(-5, 30)),
    st.sampled_from([CITY, NAME, OWNER, STAFF]).map(lambda name: Compare(name, Op.IS_EMPTY)),
)
filters: st.SearchStrategy[Filter] = st.recursive(
    compares,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=2).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "name": texts,
            "city": st.one_of(st.none(), texts),
            "assigned_user_id": st.one_of(st.none(), owners),
            "employees": staff.map(lambda n: None if n is None else str(n)),
        }
    ),
    max_size=8,
)
# What the database does with letters can be tried on this one.
KNOWN: dict[str, str | None] = {
    "name": "Testfabrik Oulu",
    "city": "Oulu",
    "assigned_user_id": guid(9),
    "employees": "3",
}


@lru_cache(maxsize=len(SERVERS))
def opened(kind: str) -> tuple[Server, SugarSoapConnector]:
    """One conversation with each server: what it has learnt of the database stays true."""
    server = Server(*SERVERS[kind], [KNOWN])
    return server, connect(server.http)


@pytest.mark.parametrize("kind", list(SERVERS))
@settings(max_examples=50, deadline=None)
@given(rows, filters)
@example([{"name": "Malmö", "city": None, "assigned_user_id": None, "employees": None}], Compare(NAME, Op.EQ, "Malmo"))
@example([{"name": "malmö", "city": "", "assigned_user_id": None, "employees": None}], Compare(NAME, Op.EQ, "MALMÖ"))
@example(
    [{"name": "a<b>", "city": "x'y", "assigned_user_id": None, "employees": "0"}], Compare(NAME, Op.CONTAINS, "<b")
)
@example(
    [{"name": "my accounts.eu", "city": None, "assigned_user_id": None, "employees": "7"}],
    Compare(NAME, Op.CONTAINS, "accounts.eu"),
)
@example(
    [{"name": "\u0301", "city": None, "assigned_user_id": None, "employees": None}], Compare(NAME, Op.EQ, "\u0301")
)
@example([{"name": "x", "city": "ß", "assigned_user_id": None, "employees": None}], Compare(CITY, Op.EQ, "ß"))
@example([{"name": "[x]", "city": "[", "assigned_user_id": None, "employees": "7"}], Compare(NAME, Op.EQ, "[x]"))
def test_pushed_part_and_check_mean_the_filter(kind: str, some: list[dict[str, str | None]], where: Filter) -> None:
    server, connector = opened(kind)
    server.hold([KNOWN, *some])
    everyone = everything(connector, Query(ACCOUNTS), 50)
    planned = plan(Query(ACCOUNTS, where=where), connector.capabilities, connector.describe(ACCOUNTS))
    found = everything(connector, planned.pushed, 50)
    assert {r.id for r in found if matches(planned.check, r.values)} == {
        r.id for r in everyone if matches(where, r.values)
    }


@pytest.mark.parametrize(
    ("kind", "sharp"),
    [("SQL Server", True), ("SQL Server that ignores accents", True), ("no classes", False), ("PostgreSQL", False), ("MySQL", True)],
)  # fmt: skip
def test_where_the_database_is_known_to_fold_letters_it_is_asked_for_them(kind: str, sharp: bool) -> None:
    """The point of trying: a name finds its record and not every text of its length."""
    others: list[dict[str, str | None]] = [{**KNOWN, "name": name} for name in ("Oulu", "Kemi", "OULU", "ouLú")]
    server, connector = opened(kind)
    server.hold([KNOWN, *others])
    query = Query(ACCOUNTS, where=Compare(NAME, Op.EQ, "oulu"))
    found = [record.values[NAME] for record in everything(connector, query, 50)]
    assert found == (["Oulu", "OULU", "ouLú"] if sharp else ["Oulu", "Kemi", "OULU", "ouLú"])
    assert connector.explain(query, 50).count("like") == 1
