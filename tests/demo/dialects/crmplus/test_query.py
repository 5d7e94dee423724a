# SPDX-License-Identifier: MIT
"""The query language and its traps."""

import pytest

from tests.demo.caller import Caller
from tests.demo.conftest import Door


def test_query_without_semicolon_is_a_syntax_error_unless_switched(crm: Caller, door: Door) -> None:
    assert crm.query_code("select id from Accounts") == "QUERY_SYNTAX_ERROR"
    assert len(door(needs_semicolon=False).rows("select id from Accounts limit 3")) == 3


def test_hundred_rows_is_the_most_whatever_is_asked(door: Door) -> None:
    crm = door(rows=150)
    assert len(crm.rows("select id from Leads limit 0,500;")) == 100
    assert len(crm.rows("select id from Leads;")) == 100
    assert len(crm.rows("select id from Leads order by id limit 100,100;")) == 50
    assert crm.rows("select id from Leads limit 150,100;") == []
    assert crm.rows("select count(*) from Leads;") == [{"count": "150"}]
    assert len(door(rows=150, family="corebos").rows("select id from Leads limit 0,500;")) == 150


def test_corebos_tells_the_total_beside_the_result(door: Door) -> None:
    answer = door(rows=150, family="corebos").ask("query", query="select id from Leads limit 3;")
    assert answer["moreinfo"] == {"totalrows": "150"}


def test_paging_without_order_loses_and_doubles_rows_and_by_id_does_not(door: Door) -> None:
    crm = door(rows=350)

    def read(order: str) -> list[str]:
        return [
            row["id"]
            for place in range(0, 400, 100)
            for row in crm.rows(f"select id from Leads {order} limit {place},100;")
        ]

    unordered, ordered = read(""), read("order by id")
    assert len(unordered) == len(ordered) == len(set(ordered)) == 350
    assert len(set(unordered)) < 350


def test_keyset_reads_every_row_once(door: Door) -> None:
    crm = door(rows=250)
    seen: list[str] = []
    last = "2x0"
    while rows := crm.rows(f"select * from Leads where id > '{last}' order by id limit 100;"):
        seen += [row["id"] for row in rows]
        last = seen[-1]
    assert len(seen) == len(set(seen)) == 250


def test_comparison_ignores_case_and_accents(crm: Caller) -> None:
    assert crm.rows("select accountname from Accounts where accountname = 'aijala OY';")[0]["id"] == "3x17"
    assert crm.rows("select accountname from Accounts where accountname like 'MULLER masch%';")[0]["id"] == "3x31"
    assert crm.rows("select accountname from Accounts where accountname like '%κλαβεν_της%';")[0]["id"] == "3x40"


def test_quote_is_doubled_backslash_doubled_and_percent_escaped(crm: Caller) -> None:
    for name in ('O\'Neill "x"', "back\\slash", "100% sure", "100x sure"):
        crm.done("create", elementType="Leads", element={"lastname": name, "assigned_user_id": "19x1"})
    assert [r["lastname"] for r in crm.rows("select lastname from Leads where lastname = 'o''neill \"x\"';")] == [
        'O\'Neill "x"'
    ]
    assert [r["lastname"] for r in crm.rows("select lastname from Leads where lastname = 'back\\\\slash';")] == [
        "back\\slash"
    ]
    assert [r["lastname"] for r in crm.rows("select lastname from Leads where lastname like 'back\\\\\\\\%';")] == [
        "back\\slash"
    ]
    assert [r["lastname"] for r in crm.rows("select lastname from Leads where lastname like '100\\% sure';")] == [
        "100% sure"
    ]
    assert crm.query_code("select lastname from Leads where lastname = 'ends in \\';") == "DATABASE_QUERY_ERROR"


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("industry = ''", "INTERNAL_SERVER_ERROR"),
        ('industry = "Food"', "INTERNAL_SERVER_ERROR"),
        ("annual_revenue > 1.5", "INTERNAL_SERVER_ERROR"),
        ("(industry = 'Food')", "QUERY_SYNTAX_ERROR"),
        ("industry <> 'Food'", "QUERY_SYNTAX_ERROR"),
        ("industry is null", "QUERY_SYNTAX_ERROR"),
        ("not industry = 'Food'", "QUERY_SYNTAX_ERROR"),
        ("industry in ()", "QUERY_SYNTAX_ERROR"),
        ("nosuch = 'x'", "ACCESS_DENIED"),
        ("account_id = '17'", "INVALID_ID_ATTRIBUTE"),
        ("accountname regexp '['", "DATABASE_QUERY_ERROR"),
    ],
)
def test_what_the_language_has_not_is_refused(crm: Caller, where: str, code: str) -> None:
    assert crm.query_code(f"select id from Accounts where {where};") == code


def test_regexp_is_the_vendors_own(crm: Caller, vtiger: Caller) -> None:
    assert crm.rows("select id from Accounts where accountname regexp '^brain[e-g]orm';") == [{"id": "3x8"}]
    assert vtiger.query_code("select id from Accounts where accountname regexp '^b';") == "QUERY_SYNTAX_ERROR"


def test_and_or_go_from_left_to_right_in_the_document_and_and_first_on_vtiger(crm: Caller, vtiger: Caller) -> None:
    where = "bill_city = 'Helsinki' or bill_city = 'Stuttgart' and industry = 'Engineering' and accountname like '%i%'"
    text = f"select id from Accounts where id < '{{}}x56' and industry != 'x' and {where};"
    text = text.replace("id < '{}x56' and industry != 'x' and ", "")
    left = {row["id"] for row in crm.rows(text)}
    first = {row["id"].replace("11x", "3x") for row in vtiger.rows(text)}
    assert "3x17" not in left
    assert {"3x17", "3x31"} <= first


def test_numbers_compare_as_numbers_and_dates_as_dates(crm: Caller) -> None:
    assert {r["id"] for r in crm.rows("select id from Accounts where annual_revenue > '7000000' and id < '3x56';")} == {
        "3x31",
        "3x40",
    }
    assert {r["id"] for r in crm.rows("select id from Accounts where employees in (6, '9') and id < '3x56';")} == {
        "3x38",
        "3x55",
    }
    born = crm.rows("select birthday from Contacts where birthday < '2100-01-01' limit 100;")
    assert all(row["birthday"] for row in born)  # empty is NULL, and no comparison finds it
    assert born


def test_prefix_of_an_id_is_not_looked_at(crm: Caller) -> None:
    assert crm.rows("select accountname from Accounts where id = '4x17';")[0]["id"] == "3x17"
    assert crm.rows("select id from Accounts where id = 3x17;") == [{"id": "3x17"}]


def test_sorting_by_a_column_of_a_table_not_asked_for_gives_an_empty_list_on_vtiger(
    crm: Caller, vtiger: Caller
) -> None:
    assert vtiger.rows("select id from Leads order by city;") == []
    assert vtiger.rows("select id from Leads order by nosuch;") == []
    assert len(vtiger.rows("select id, city from Leads order by city;")) == 40
    assert len(vtiger.rows("select * from Leads order by city;")) == 40
    assert crm.query_code("select id from Leads order by nosuch;") == "DATABASE_QUERY_ERROR"


def test_order_by_several_columns_has_one_direction(crm: Caller) -> None:
    rows = crm.rows("select lastname, firstname from Leads order by lastname, firstname;")
    assert len(rows) == 40
    backwards = crm.rows("select annualrevenue from Leads order by annualrevenue desc;")
    amounts = [float(row["annualrevenue"]) for row in backwards]
    assert amounts == sorted(amounts, reverse=True)
    assert crm.query_code("select id from Leads order by lastname desc, firstname;") == "QUERY_SYNTAX_ERROR"


def test_corebos_knows_brackets_and_null(door: Door) -> None:
    cb = door(family="corebos")
    assert cb.rows("select id from Accounts where (id = '11x17' or id = '11x31') and industry = 'Machinery';") == [
        {"id": "11x17"}
    ]
    assert {"11x8", "11x17"} & {
        r["id"] for r in cb.rows("select id from Accounts where rating is null order by id limit 500;")
    }


def test_empty_values_are_strings_and_id_comes_last(crm: Caller) -> None:
    row = crm.rows("select id, rating, cf_1203 from Accounts where id = '3x8';")[0]
    assert list(row) == ["rating", "cf_1203", "id"]
    assert row["rating"] == ""
