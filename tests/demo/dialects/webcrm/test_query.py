# SPDX-License-Identifier: MIT
"""/Queries: the document's and the official client's forms, the operators, and what is refused."""

from collections.abc import Iterator

import pytest

from crmdesk.demo.server import DemoServer
from tests.demo.conftest import Clock
from tests.demo.dialects.webcrm.conftest import Caller, Open

NAMES = ("Zulu A", "Zulu B", "zulu c", "Zulu's", "100% Zulu", "Zulu_X")


@pytest.fixture(scope="module")
def zulus() -> Iterator[Caller]:
    """A server with some firms that the tests know; the tests of this module only read there."""
    crm = Caller(DemoServer(rows=30, options={"calls_per_minute": None}).start(warm=False)).log_in()
    for place, name in enumerate(NAMES):
        crm.ok(
            "POST",
            "/Organisations",
            {"OrganisationId": 0, "OrganisationName": name, "OrganisationOwner": place, "OrganisationCity": "Ålesund"},
        )
    yield crm
    crm.connection.close()
    crm.server.stop()


def _found(crm: Caller, condition: str) -> set[str]:
    return {
        row["OrganisationName"]
        for row in crm.query(
            f"SELECT OrganisationName FROM Organisation WHERE OrganisationCity = 'Ålesund' AND ({condition})"
        )
    }


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("OrganisationName = 'ZULU A'", {"Zulu A"}),
        ("OrganisationName = 'Zulu''s'", {"Zulu's"}),
        ("OrganisationName LIKE 'Zulu%'", set(NAMES) - {"100% Zulu"}),
        ("OrganisationName LIKE '%[%]%'", {"100% Zulu"}),
        ("OrganisationName LIKE '%!_%' ESCAPE '!'", {"Zulu_X"}),
        ("OrganisationName LIKE 'Zulu [AB]'", {"Zulu A", "Zulu B"}),
        ("OrganisationName LIKE 'Zulu [^A]'", {"Zulu B", "zulu c"}),
        ("OrganisationName IN ('zulu a', 'Zulu B')", {"Zulu A", "Zulu B"}),
        ("OrganisationOwner >= 4", {"100% Zulu", "Zulu_X"}),
        ("OrganisationOwner BETWEEN 1 AND 2", {"Zulu B", "zulu c"}),
        ("OrganisationOwner <> 0 AND NOT OrganisationOwner > 1", {"Zulu B"}),
        ("OrganisationOwner = 0 OR OrganisationOwner = 1 AND OrganisationName = 'x'", {"Zulu A"}),
        ("(OrganisationOwner = 0 OR OrganisationOwner = 1) AND OrganisationName = 'zulu b'", {"Zulu B"}),
        ("OrganisationXDate1 IS NULL", set(NAMES)),
        ("OrganisationXDate1 IS NOT NULL", set()),
        ("OrganisationXDate1 <> '2026-01-01'", set()),
        ("NOT OrganisationXDate1 = '2026-01-01'", set()),
        ("Organisation.OrganisationOwner = '3'", {"Zulu's"}),
        ("OrganisationNoAds = 0", set(NAMES)),
    ],
)  # fmt: skip
def test_conditions_mean_what_sql_server_means(zulus: Caller, condition: str, wanted: set[str]) -> None:
    assert _found(zulus, condition) == wanted


def test_documents_serial_day_number_finds_the_product(reader: Caller) -> None:
    assert reader.query("select * from product where ProductUpdatedAt = 43853.4536689814") == []
    assert len(reader.query("select * from product where ProductUpdatedAt > 43853.4536689814")) == 300


def test_documents_join_is_not_sql(reader: Caller) -> None:
    script = "SELECT PersonName FROM person JOIN Organisation ON Person WHERE Organisation = 1"
    assert reader.bad_query(script) == "Incorrect syntax near 'WHERE'."


def test_official_clients_join_holds_the_columns_of_both(reader: Caller) -> None:
    rows = reader.query(
        "SELECT * FROM Person JOIN Organisation ON (Person.PersonOrganisationId = Organisation.OrganisationId)"
        " WHERE OrganisationId = 1 ORDER BY PersonId DESC"
    )
    assert rows
    assert all(row["PersonOrganisationId"] == row["OrganisationId"] == 1 for row in rows)
    assert [row["PersonId"] for row in rows] == sorted((row["PersonId"] for row in rows), reverse=True)


def test_official_clients_dates_have_seven_digits_and_a_z(crm: Caller, clock: Clock) -> None:
    crm.ok("PUT", "/Persons/5", {**crm.get("/Persons/5"), "PersonTitle": "x"})
    rows = crm.query("SELECT PersonId FROM Person WHERE PersonUpdatedAt >= '2026-11-21T00:00:00.0000000Z'")
    assert rows == [{"PersonId": 5}]


def test_price_list_is_the_table_linked_data(reader: Caller) -> None:
    rows = reader.query(
        "SELECT * FROM LinkedData WHERE LinkedDataItemEntityType = 7 AND LinkedDataItemData1 = 'P-0001'"
    )
    assert [row["LinkedDataItemData1"] for row in rows] == ["P-0001"]
    assert reader.get(f"/QuotationLines/LinkedData/{rows[0]['LinkedDataItemId']}")


def test_enumerations_are_numbers_in_the_database(crm: Caller, opened: Open) -> None:
    assert crm.query("SELECT ActivityId FROM Activity WHERE ActivityStatus = 2")
    assert "Conversion failed" in crm.bad_query("SELECT ActivityId FROM Activity WHERE ActivityStatus = 'Completed'")
    other = opened(enums_in_queries="text")
    assert other.query("SELECT ActivityId FROM Activity WHERE ActivityStatus = 'Completed'")


def test_pages_and_order(zulus: Caller) -> None:
    script = "SELECT%20OrganisationName%20FROM%20organisation%20WHERE%20OrganisationCity%3D'%C3%85lesund'%20ORDER%20BY%20OrganisationOwner%20DESC"
    names = [zulus.get(f"/Queries?script={script}&Page={page}&Size=4") for page in (1, 2, 3)]
    assert [len(page) for page in names] == [4, 2, 0]
    assert names[0][0] == {"OrganisationName": "Zulu_X"}


def test_whole_rows_are_shaped_like_the_dto(reader: Caller) -> None:
    assert reader.query("SELECT * FROM Organisation WHERE OrganisationId = 2") == [reader.get("/Organisations/2")]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("", "Incorrect syntax"),
        ("SELECT", "Incorrect syntax"),
        ("SELECT * FROM Orders", "Invalid object name 'Orders'."),
        ("SELECT Name FROM Person", "Invalid column name 'Name'."),
        ("SELECT * FROM Person WHERE Person.Name = 'x'", "Invalid column name 'Name'."),
        ("SELECT * FROM Person WHERE PersonId = 'x'", "Conversion failed"),
        ("SELECT * FROM Person WHERE PersonUpdatedAt > 'soon'", "Conversion failed"),
        ("SELECT * FROM Person WHERE PersonName = 'O'Neil'", "Incorrect syntax"),
        ("SELECT * FROM Person LIMIT 5", "Incorrect syntax near 'LIMIT'."),
        ("SELECT * FROM Person; DELETE FROM Person", "Incorrect syntax"),
        ("SELECT * FROM Person -- x", "Incorrect syntax"),
    ],
)
def test_what_it_does_not_understand_is_refused_in_the_databases_words(reader: Caller, script: str, words: str) -> None:
    assert words in reader.bad_query(script)


def test_what_is_no_select_is_counted(crm: Caller) -> None:
    assert crm.bad_query("INSERT INTO Person VALUES (1)") == "INSERT is not allowed."
    assert crm.query("DELETE FROM Person") == []
    assert crm.site.office.tally.writing_queries == 2
