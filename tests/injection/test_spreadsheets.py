# SPDX-License-Identifier: MIT
"""CSV and XLSX formulas: what a CRM holds is shown by a spreadsheet and never computed, whichever file it came in."""

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.row_files import SheetCsvWriter, from_text_cell, text_cell
from crmdesk.engine.sheet_shape import Sheet, SheetRow
from crmdesk.engine.spreadsheet import SpreadsheetWriter
from crmdesk.ui.query.query_rows import write_rows
from tests.injection.texts import FORMULAS

NAME = FieldName("name")
_CONSTANT = re.compile(r'="(?:[^"]|"")*"')


def is_harmless(cell: str) -> bool:
    """A constant, or nothing that any spreadsheet computes (OWASP: CSV injection; wide signs where Japanese is set)."""
    return bool(_CONSTANT.fullmatch(cell)) or cell[:1] not in "=+-@\t\r＝＋－＠" or not cell


def record(text: str) -> Record:
    return Record(RecordId(ModuleName("Accounts"), text), {NAME: text})


@pytest.mark.parametrize("text", [*FORMULAS, "'=1+1", "''+1", "=" + "1+" * 300 + "1", "=1\n+1"])
def test_csv_formulas_stay_texts_and_come_back(text: str) -> None:
    cell = text_cell(text)
    assert is_harmless(cell)
    assert from_text_cell(cell) == text


def test_csv_formulas_of_an_export(tmp_path: Path) -> None:
    out = io.StringIO(newline="")
    writer = SheetCsvWriter(out, [NAME], ["=id", "=cmd|'/c calc'!A0"])
    writer.write([record(text) for text in FORMULAS])
    writer.end()
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue().lstrip("\ufeff"), newline="")) for cell in row]
    assert len(cells) == 2 * len(FORMULAS) + 2
    assert all(is_harmless(cell) for cell in cells)


def test_csv_formulas_of_a_native_querys_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    write_rows(path, ["=a", "b"], [{"=a": text, "b": "x"} for text in FORMULAS])
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [from_text_cell(row[0]) for row in rows[1:]] == list(FORMULAS)
    assert all(is_harmless(cell) for row in rows for cell in row)


def test_csv_formulas_of_refused_rows(tmp_path: Path) -> None:
    from crmdesk.engine.import_cells import Action, ImportRow
    from crmdesk.ui.fixes.import_end import write_rest

    lines = tuple(SheetRow(number, (text,)) for number, text in enumerate(FORMULAS, 2))
    sheet = Sheet(headers=("=name",), rows=lines)
    refused = [ImportRow(line=row.line, action=Action.REFUSED) for row in lines]
    path = tmp_path / "rest.csv"
    assert write_rest(path, sheet, refused) == len(FORMULAS)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert all(is_harmless(cell) for row in csv.reader(file) for cell in row)


def test_xlsx_formulas_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with path.open("wb") as out:
        writer = SpreadsheetWriter(out, [NAME], "=Sheet", ["=id", "=1+1"])
        writer.write([record(text) for text in FORMULAS])
        writer.end()
    sheet = load_workbook(path).worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type in ("s", "inlineStr"), cell.value
            assert cell.hyperlink is None
    assert b"<f>" not in path.read_bytes()
