# SPDX-License-Identifier: MIT
"""The evaluator below both servers: comparisons, LIKE, and what a query may not do."""

import pytest

from crmdesk.demo.dialects.sugarsoap.database import BadSql, Database, is_guid, pieces


def _table(*values: str | None, is_mysql: bool = False, declaration: str = "TEXT COLLATE CI") -> Database:
    db = Database(is_mysql=is_mysql, clock=lambda: 0.0)
    db.create("T", {"ID": "TEXT", "V": declaration})
    db.insert("T", ({"ID": str(number), "V": value} for number, value in enumerate(values)))
    return db


def _found(db: Database, condition: str) -> list[str]:
    return [row["V"] for row in db.ask(f"select * from T where {condition} order by ID")]


def test_text_compares_without_case_and_blanks_at_the_end() -> None:
    db = _table("Äpfel", "äpfel ", "Birne", None)
    assert _found(db, "V = 'ÄPFEL'") == ["Äpfel", "äpfel "]
    assert _found(db, "V > 'ZZ'") == ["Äpfel", "äpfel "]
    assert _found(db, "V IN ('BIRNE')") == ["Birne"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("a%", ["Ab", "a_c"]), ("a[_]c", ["a_c"]), ("[^a]%", ["x[y"]), ("x[[]y", ["x[y"]), ("a~_c' ESCAPE '~", ["a_c"]), ("[]", []), ("_b", ["Ab"]), ("[a-b", [])],
)  # fmt: skip
def test_like_of_sql_server(pattern: str, found: list[str]) -> None:
    assert _found(_table("Ab", "a_c", "x[y", None), f"V LIKE '{pattern}'") == found


@pytest.mark.parametrize(
    ("pattern", "found"), [("a%", ["Ab", "a_c"]), (r"a\_c", ["a_c"]), ("[a]%", []), ("a__", ["a_c"])]
)
def test_like_of_mysql(pattern: str, found: list[str]) -> None:
    assert _found(_table("Ab", "a_c", is_mysql=True), f"V LIKE '{pattern}'") == found


def test_dates_compare_in_any_spelling_and_nonsense_is_an_error() -> None:
    db = _table("2025-02-03 00:00:00", "2025-12-01 10:00:00", declaration="TEXT COLLATE WHEN_")
    assert _found(db, "V = '2/3/2025'") == ["2025-02-03 00:00:00"]
    assert _found(db, "V BETWEEN '2025/11/30' AND '20251202'") == ["2025-12-01 10:00:00"]
    with pytest.raises(BadSql, match="converting date"):
        db.ask("select * from T where V > 'soon'")
    assert len(db.ask("select * from T")) == 2


@pytest.mark.parametrize("sql", ["delete from T", "update T set V = 1", "pragma user_version = 5", "attach 'x' as y", "select 1; select 2", "drop table T", "with recursive r(n) as (select 1 union all select n+1 from r) select * from r"])  # fmt: skip
def test_only_reading_is_let_through(sql: str) -> None:
    db = _table("a")
    with pytest.raises(BadSql):
        db.ask(sql)
    assert len(db.find("T")) == 1


def test_guids_are_what_net_reads() -> None:
    assert is_guid("00000001-0000-4000-8000-000000000000")
    assert is_guid("{00000001-0000-4000-8000-000000000000}")
    assert not is_guid("12")
    assert not is_guid("")


def test_pieces_keep_literals_whole() -> None:
    assert pieces("a = 'x''y' and b = 'z") == ["a = ", "'x''y'", " and b = ", "'z"]
    assert pieces(r"a = 'x\'y' b", is_mysql=True) == ["a = ", r"'x\'y'", " b"]
