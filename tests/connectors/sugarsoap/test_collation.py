# SPDX-License-Identifier: MIT
"""How a database compares letters, tried on a record that is there; nothing is assumed that was not seen."""

import pytest

from crmdesk.connectors.vendors.sugarsoap.collation import find_out
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import RawField, described, module
from crmdesk.connectors.vendors.sugarsoap.parse import Entry
from crmdesk.connectors.vendors.sugarsoap.query import Collation
from crmdesk.domain.errors import ServerFault
from crmdesk.domain.names import ModuleName
from tests.connectors.sugarsoap.sql import Database, blind, exact, only_case
from tests.connectors.sugarsoap.support import guid

KNOWN = described(
    module(ModuleName("Accounts")),
    [RawField("ID", "Guid"), RawField("NAME", "string")],
    Family.SPLENDID,
    columns={"id", "name"},
    available=(),
)
ROWS = (Entry(guid(9), "", {"id": guid(9), "name": "12 Ü!"}), Entry(guid(1), "", {"id": guid(1), "name": "Beta Reha"}))


def learnt(database: Database, rows: tuple[Entry, ...] = ROWS) -> Collation:
    """As SplendidCRM asks: everything in capitals."""

    def finds(query: str) -> bool:
        return any(database.holds(query.upper(), dict(row.values)) for row in rows)

    return find_out(rows, KNOWN, finds)


@pytest.mark.parametrize(
    ("database", "wanted"),
    [
        (Database(blind), Collation(True, True, True)),
        (Database(only_case, classes=True), Collation(True, True, False, True)),
        (Database(only_case), Collation(True, True, False, False)),
        (Database(exact, classes=True), Collation(finds_ids=True)),
    ],
    ids=["ignores both", "SQL Server", "no classes", "exact"],
)
def test_what_the_database_does_is_found_out(database: Database, wanted: Collation) -> None:
    assert learnt(database) == wanted


def test_without_a_text_that_shows_it_only_ids_are_known() -> None:
    assert learnt(Database(blind), ROWS[:1]) == Collation(finds_ids=True)


def test_a_record_that_is_not_found_by_its_id_or_has_no_such_id_shows_nothing() -> None:
    assert find_out(ROWS, KNOWN, lambda query: False) == Collation()
    assert find_out((Entry("1", "", {"name": "Beta"}),), KNOWN, lambda query: True) == Collation()


def test_a_server_that_refuses_the_question_shows_nothing() -> None:
    def refuses(query: str) -> bool:
        raise ServerFault("no")

    assert find_out(ROWS, KNOWN, refuses) == Collation()
