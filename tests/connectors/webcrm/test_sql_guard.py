# SPDX-License-Identifier: MIT
"""Nothing but a SELECT gets through, however it is dressed."""

import subprocess
import sys

import pytest

from crmdesk.connectors.vendors.webcrm.sql_guard import checked_select
from crmdesk.domain.errors import Invalid

SEED = (
    "select * from product where ProductUpdatedAt = 43853.4536689814",
    "SELECT PersonName FROM person JOIN Organisation ON Person WHERE Organisation = 1",
)
"""The vendor's own two examples; the second is no valid SQL, and the server's to refuse."""


@pytest.mark.parametrize(
    "text",
    [
        *SEED,
        "SELECT * FROM Person WHERE PersonName = 'it''s; DELETE FROM Person'",
        "SELECT p.PersonName FROM Person p JOIN Organisation ON (p.PersonOrganisationId = Organisation.OrganisationId)",
        "WITH a AS (SELECT 1 AS x) SELECT * FROM a",
        "SELECT [PersonName] FROM Person",
        "SELECT TOP 5 * FROM Person ORDER BY PersonUpdatedAt DESC",
        "SELECT 1 UNION SELECT 2",
        "SELECT '/* no comment */' FROM Person",
        "SELECT PersonDeletedBy, UpdatedAt FROM Person",
        "  select 1 ; ",
    ],
)
def test_reading_gets_through(text: str) -> None:
    assert checked_select(text) == text.strip().rstrip("; ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "hello",
        "DELETE FROM Person",
        "INSERT INTO Person (PersonName) VALUES ('x')",
        "UPDATE Person SET PersonName = 'x'",
        "DROP TABLE Person",
        "TRUNCATE TABLE Person",
        "ALTER TABLE Person ADD x int",
        "CREATE TABLE x (a int)",
        "MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE",
        "EXEC sp_who",
        "GRANT ALL TO x",
        "SELECT 1; DELETE FROM Person",
        "SELECT 1 DELETE FROM Person",
        "SELECT 1\nDELETE\nFROM Person",
        "SELECT 1 EXEC xp_cmdshell",
        "WITH a AS (SELECT 1) DELETE FROM Person",
        "WITH a AS (DELETE FROM Person RETURNING 1) SELECT * FROM a",
        "SELECT * INTO copy FROM Person",
        "SELECT * FROM Person FOR UPDATE",
        "SELECT '\\'' ; DELETE FROM Person -- '",
        "SELECT 'a\\'; DELETE FROM Person --'",
        "SELECT 1 /*! ; DELETE FROM Person */",
        "/* hello */ SELECT 1",
        "SELECT 1 -- hello",
        "SELECT xp_cmdshell('dir')",
        "SELECT * FROM OPENROWSET('a', 'b', 'DELETE FROM Person')",
        "SELECT " + "1," * 4000 + "1",
        "(" * 2000 + "SELECT 1" + ")" * 2000,
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        checked_select(text)


def test_the_parser_is_not_imported_before_it_is_needed() -> None:
    code = "import crmdesk.connectors.vendors.webcrm.connector, sys; sys.exit('sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
