# SPDX-License-Identifier: MIT
"""``crmdesk query --native``: rows of the vendor's own query in every format, and what cannot stand beside it."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Crm

QUERY = "select accountname, bill_city from Accounts order by accountname limit 3;"


def test_rows_in_every_format(crm: Crm, account: list[str], tmp_path: Path) -> None:
    rows = json.loads(crm("query", "--native", QUERY, "--format", "json", *account).out)
    assert len(rows) == 3
    assert set(rows[0]) == {"id", "accountname", "bill_city"}
    lines = crm("query", "--native", QUERY, "--format", "jsonl", *account).out.splitlines()
    assert [json.loads(line) for line in lines] == rows
    answer = crm("query", "--native", QUERY, "--format", "csv", "--output", str(tmp_path / "a.csv"), *account)
    assert answer.code == 0
    text = (tmp_path / "a.csv").read_text("utf-8")
    assert list(csv.DictReader(io.StringIO(text))) == rows
    table = crm("query", "--native", QUERY, "--limit", "1", *account).out
    assert rows[0]["accountname"] in table
    assert rows[1]["id"] not in table


def test_nothing_that_changes_data(crm: Crm, account: list[str]) -> None:
    answer = crm("query", "--native", "delete from Accounts;", *account)
    assert (answer.code, answer.out) == (1, "")
    assert "Only a select" in answer.err


@pytest.mark.parametrize(
    "beside",
    [["Accounts"], ["--where", "a = 1"], ["--count"], ["--explain"], ["--format", "xlsx", "--output", "x.xlsx"]],
)
def test_what_cannot_stand_beside_it(crm: Crm, account: list[str], beside: list[str]) -> None:
    assert crm("query", "--native", QUERY, *beside, *account).code == 2


def test_a_query_of_nothing_asks_for_a_module(crm: Crm, account: list[str]) -> None:
    answer = crm("query", *account)
    assert answer.code == 2
    assert "Which module?" in answer.err
