# SPDX-License-Identifier: MIT
"""`crmdesk query` against the demo server: rows, formats, counts, explanations."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from crmdesk.demo.server import DemoServer
from tests.cli.conftest import Crm

HELSINKI = "bill_city = 'Helsinki'"


def test_json_is_an_array_of_flat_objects_with_the_id_first(crm: Crm, account: list[str]) -> None:
    fields = "accountname,bill_city,annual_revenue,assigned_user_id,createdtime,emailoptout,email2,employees"
    answer = crm("query", "Accounts", "--where", HELSINKI, "--format", "json", "--fields", fields, *account)
    assert answer.code == 0, answer.err
    assert answer.err == ""
    rows = json.loads(answer.out)
    assert len(rows) > 10
    assert list(rows[0]) == ["id", *fields.split(",")]
    one = rows[0]
    assert {row["bill_city"] for row in rows} == {"Helsinki"}
    assert isinstance(one["annual_revenue"], str)  # never a float
    assert isinstance(one["employees"], int)
    assert "x" in one["assigned_user_id"]  # the id, not the name
    assert datetime.fromisoformat(one["createdtime"]).tzinfo is not None
    assert one["emailoptout"] is False
    assert one["email2"] is None


def test_json_lines_and_csv_tell_the_same_rows(crm: Crm, account: list[str]) -> None:
    query = ("query", "Accounts", "--where", HELSINKI, "--fields", "accountname,bill_code", *account)
    lines = [json.loads(line) for line in crm(*query, "--format", "jsonl").out.splitlines()]
    text = crm(*query, "--format", "csv").out
    assert text.startswith("id,accountname,bill_code\r\n")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert table == [{**row, "bill_code": row["bill_code"] or ""} for row in lines]
    assert any(not row["accountname"].isascii() for row in lines)


def test_nothing_found_is_an_empty_array_and_an_empty_table(crm: Crm, account: list[str]) -> None:
    nobody = ("query", "Accounts", "--where", "accountname = 'Nobody & Sons'", *account)
    assert crm(*nobody, "--format", "json").out == "[]\n"
    assert crm(*nobody, "--format", "csv", "--fields", "phone").out == "id,phone\r\n"
    assert crm(*nobody).out == "no records\n"


def test_without_fields_every_field_comes_in_the_order_of_the_module(crm: Crm, account: list[str]) -> None:
    row = json.loads(crm("query", "Accounts", "--limit", "1", "--format", "jsonl", *account).out)
    fields = json.loads(crm("describe", "Accounts", "--json", *account).out)
    assert list(row) == ["id", *(f["name"] for f in fields if f["name"] != "id")]


def test_only_the_id(crm: Crm, account: list[str]) -> None:
    out = crm("query", "Accounts", "--limit", "2", "--format", "jsonl", "--fields", "id", *account).out
    assert [list(json.loads(line)) for line in out.splitlines()] == [["id"], ["id"]]


@pytest.mark.parametrize(
    "where", [HELSINKI, "bill_city = 'Helsinki' and is_empty(website)", "", "contains(accountname, '%')"]
)
def test_count_is_the_number_of_rows(crm: Crm, account: list[str], where: str) -> None:
    """The server cannot ask for empty fields, and takes % for anything: those are counted here."""
    answer = crm("query", "Accounts", "--where", where, "--count", *account)
    rows = crm("query", "Accounts", "--where", where, "--format", "jsonl", "--fields", "id", *account).out.splitlines()
    assert answer.out == f"{len(rows)}\n"
    assert len(rows) > 0


def test_limit_and_offset_cut_the_same_rows(crm: Crm, account: list[str]) -> None:
    query = ("query", "Accounts", "--where", HELSINKI, "--fields", "id", "--format", "csv", *account)
    whole = crm(*query).out.split()
    assert crm(*query, "--offset", "2", "--limit", "3").out.split() == [whole[0], *whole[3:6]]
    assert crm(*query, "--offset", "99999").out.split() == ["id"]
    assert crm(*query, "--limit", "0").out.split() == ["id"]
    count = ("query", "Accounts", "--where", HELSINKI, "--count", *account)
    assert crm(*count, "--offset", "2", "--limit", "3").out == "3\n"
    assert crm(*count, "--offset", "99999").out == "0\n"


def test_no_row_is_lost_or_doubled_over_many_pages(crm: Crm, account: list[str]) -> None:
    out = crm("query", "Contacts", "--format", "csv", "--fields", "id", *account).out.split()[1:]
    assert len(out) == len(set(out)) == 3000


def test_order_that_the_server_cannot_is_sorted_here(crm: Crm, account: list[str]) -> None:
    answer = crm(
        "query", "Accounts", "--where", "employees > 100", "--order", "employees desc, accountname",
        "--fields", "employees", "--format", "jsonl", *account,
    )  # fmt: skip
    found = [json.loads(line)["employees"] for line in answer.out.splitlines()]
    assert found == sorted(found, reverse=True)
    assert len(found) > 20


def test_table_shows_labels_and_the_columns_that_were_asked(crm: Crm, account: list[str]) -> None:
    out = crm("query", "Accounts", "--limit", "3", "--fields", "accountname,assigned_user_id", *account).out
    head, line, *rows = out.splitlines()
    assert head.split() == ["id", "accountname", "assigned_user_id"]
    assert set(line) == {"-", " "}
    assert len(rows) == 3
    assert not any("19x" in row for row in rows)


def test_table_chooses_telling_columns(crm: Crm, account: list[str]) -> None:
    head = crm("query", "Accounts", "--limit", "1", "--where", HELSINKI, *account).out.splitlines()[0].split()
    assert head[:4] == ["id", "account_no", "accountname", "bill_city"]
    assert len(head) <= 8


def test_explain_tells_who_does_what(crm: Crm, account: list[str], demo: DemoServer) -> None:
    before = len([seen for seen in demo.seen if seen.operation == "query"])
    answer = crm(
        "query", "Accounts", "--where", f"{HELSINKI} and website is not null", "--order", "bill_city desc, accountname",
        "--explain", *account,
    )  # fmt: skip
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0] == "Filtered by the server: bill_city = 'Helsinki'"
    assert lines[1].startswith("Filtered here: not is_empty(website)  (")
    assert lines[2].startswith("Sorted here: bill_city desc, accountname")
    assert "select id" in answer.out
    assert "where bill_city = 'Helsinki'" in answer.out
    assert len([seen for seen in demo.seen if seen.operation == "query"]) == before  # it reads nothing


def test_explain_before_rows_for_a_machine_goes_to_standard_error(crm: Crm, account: list[str]) -> None:
    query = ("query", "Accounts", "--where", HELSINKI, "--explain", *account)
    answer = crm(*query, "--format", "json", "--limit", "2")
    assert len(json.loads(answer.out)) == 2
    assert "select * from Accounts where" in answer.err
    counted = crm(*query, "--count").out.splitlines()
    assert counted[0].startswith("Filtered by the server")
    assert counted[-1].isdigit()


def test_injection_through_a_value_finds_nothing(crm: Crm, account: list[str]) -> None:
    where = "accountname = 'x'' or accountname != '''"
    answer = crm("query", "Accounts", "--where", where, "--format", "json", *account)
    assert (answer.code, answer.out) == (0, "[]\n")


def test_spreadsheet_holds_types(crm: Crm, account: list[str], tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    fields = "accountname,annual_revenue,employees,createdtime,emailoptout,bill_code"
    answer = crm(
        "query",
        "Accounts",
        "--where",
        HELSINKI,
        "--format",
        "xlsx",
        "--output",
        str(file),
        "--fields",
        fields,
        *account,
    )
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    book = load_workbook(file)
    head, first, *_ = book.active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert list(head) == ["id", *fields.split(",")]
    assert isinstance(first[2], (int, float))
    assert isinstance(first[3], int)
    assert isinstance(first[4], datetime)
    assert first[5] is False
    assert isinstance(first[6], str)
    assert first[6].startswith("00")
    assert [p.name for p in tmp_path.iterdir()] == ["out.xlsx"]


def test_output_file_is_whole_or_untouched(crm: Crm, account: list[str], demo: DemoServer, tmp_path: Path) -> None:
    """The server breaks down on the second page: the old file stays as it was and nothing lies beside it."""
    file = tmp_path / "rows.csv"
    file.write_text("old")
    demo.faults.add("http500", 1, operation="query", skip=2)
    query = ("query", "Contacts", "--format", "csv", "--output", str(file), "--fields", "lastname", *account)
    answer = crm(*query)
    assert answer.code == 1
    assert file.read_text() == "old"
    demo.faults.clear()
    assert crm(*query).code == 0
    assert len(file.read_bytes().split(b"\r\n")) == 3002
    assert [p.name for p in tmp_path.iterdir()] == ["rows.csv"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--where", "bill_cty = 'Helsinki'"], "Did you mean bill_city"),
        (["--where", "bill_city = "], "This filter cannot be read"),
        (["--where", "1 = 1; delete from x"], "more than conditions"),
        (["--where", "employees > 'many'"], "not a number"),
        (["--order", "accountname sideways"], "This order cannot be read"),
        (["--fields", "accountname,nope"], "no field “nope”"),
        (["--limit", "-1"], "not a number from 0 up"),
        (["--format", "yaml"], "none of table, json"),
        (["--output", "nowhere/rows.csv"], "There is no folder"),
    ],
)
def test_wrong_command_line_is_code_2_and_one_sentence(
    crm: Crm, account: list[str], options: list[str], says: str
) -> None:
    answer = crm("query", "Accounts", *options, *account)
    assert answer.code == 2
    assert says in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_unknown_module_is_code_1_with_near_names(crm: Crm, account: list[str]) -> None:
    answer = crm("query", "Acounts", *account)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.count("\n") == 1
    assert "Did you mean Accounts" in answer.err


def test_module_in_the_wrong_case_is_found(crm: Crm, account: list[str]) -> None:
    assert crm("query", "accounts", "--count", *account).out == "1200\n"
