# SPDX-License-Identifier: MIT
"""Rows in files: nothing mangled on the way out, and the way back in."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.row_files import CsvWriter, SheetCsvWriter, from_text_cell, text_cell
from crmdesk.engine.sheets import detect, load

NAME, AMOUNT, DUE = FieldName("name"), FieldName("amount"), FieldName("due")


def record(key: str, name: Value, amount: Value = None, due: Value = None) -> Record:
    return Record(RecordId(ModuleName("Accounts"), key), {NAME: name, AMOUNT: amount, DUE: due})


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Koch Oy", "Koch Oy"),
        ("=1+1", '="=1+1"'),
        ("@SUM(A1)", '="@SUM(A1)"'),
        ('-2"x', '="-2""x"'),
        ("+358 40 1234567", '="+358 40 1234567"'),
        ("00100", '="00100"'),
        ("100", "100"),
        ("0", "0"),
        ("12345678901234567", '="12345678901234567"'),
        ("a\nb", "a\nb"),
        ("=a\nb", "'=a\nb"),
        ("", ""),
    ],
)
def test_a_text_stays_this_text_in_a_spreadsheet(text: str, cell: str) -> None:
    assert text_cell(text) == cell
    assert from_text_cell(cell) == text


@given(st.text(max_size=300))
def test_nothing_begins_as_a_formula_but_a_constant(text: str) -> None:
    cell = text_cell(text)
    assert cell[:1] not in ("+", "-", "@", "\t", "\r")
    if cell.startswith("="):
        assert cell.startswith('="')
        assert cell.endswith('"')
        assert '"' not in cell[2:-1].replace('""', "")
        assert from_text_cell(cell) == text


def test_csv_for_spreadsheets_is_read_back_by_our_own_import(tmp_path: Path) -> None:
    out = io.StringIO(newline="")
    writer = SheetCsvWriter(out, [NAME, AMOUNT, DUE], ["Id", "Name", "Amount", "Due"], ";", ",")
    writer.write([record("3x1", "=HYPERLINK(1)", Decimal("1234.50"), date(2026, 1, 31)), record("007", "Ä; \n b", 5)])
    writer.end()
    path = tmp_path / "out.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfId;Name;Amount;Due\r\n")
    sheet = load(path, detect(path))
    assert [row.cells for row in sheet.rows] == [
        ("3x1", "=HYPERLINK(1)", "1234,50", "2026-01-31"),
        ("007", "Ä; \n b", "5", None),
    ]


def test_plain_csv_is_exact() -> None:
    out = io.StringIO(newline="")
    writer = CsvWriter(out, [NAME])
    writer.write([record("1", '=1+1 "x"')])
    assert list(csv.reader(io.StringIO(out.getvalue()))) == [["id", "name"], ["1", '=1+1 "x"']]


def test_long_numbers_are_not_rounded() -> None:
    out = io.StringIO(newline="")
    SheetCsvWriter(out, [AMOUNT]).write([record("1", "x", 12345678901234567), record("2", "x", Decimal("-1.5"))])
    assert out.getvalue().splitlines()[1:] == ['1,"=""12345678901234567"""', "2,-1.5"]
