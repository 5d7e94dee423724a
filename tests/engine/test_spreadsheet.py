# SPDX-License-Identifier: MIT
"""Cells of a spreadsheet hold exactly what the record holds."""

import io
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.spreadsheet import SpreadsheetWriter

FIELD = FieldName("field")


def written(value: Value) -> Cell:
    """The cell of a value, after a whole round trip through the file."""
    out = io.BytesIO()
    writer = SpreadsheetWriter(out, [FIELD], "Quotes / [all]")
    writer.write([Record(RecordId(ModuleName("Quotes"), "4x1"), {FIELD: value})])
    writer.end()
    sheet = load_workbook(io.BytesIO(out.getvalue())).active
    assert sheet is not None
    assert sheet["A2"].value == "4x1"
    cell = sheet["B2"]
    assert isinstance(cell, Cell)
    return cell


@pytest.mark.parametrize(
    "text", ["=1+1", "007", "12345678901234567890", "+358 9 1234", "1e5", "a\nb", "Ä 漢 🙂", "TRUE"]
)
def test_text_stays_the_same_text(text: str) -> None:
    cell = written(text)
    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize(
    ("value", "held", "look"),
    [
        (Decimal("12.50"), 12.5, "0.00"),
        (Decimal("1250000.000000000"), 1250000, "0.00"),
        (Decimal("0.125"), 0.125, "0.000"),
        (Decimal("7"), 7, "0"),
        (Decimal("1E+3"), 1000, "0"),
        (42, 42, "0"),
        (True, True, "General"),
        (date(2026, 12, 24), datetime(2026, 12, 24), "yyyy-mm-dd"),  # noqa: DTZ001  a spreadsheet knows no zones
        (time(14, 30), time(14, 30), "hh:mm:ss"),
    ],
)
def test_typed_values_stay_typed(value: Value, held: object, look: str) -> None:
    cell = written(value)
    assert (cell.value, cell.number_format) == (held, look)


def test_a_moment_is_written_in_utc() -> None:
    moment = datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    assert written(moment).value == moment.astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12345678901234567.89"), "12345678901234567.89"),
        (12345678901234567, "12345678901234567"),
        (date(1899, 5, 1), "1899-05-01"),
        (RecordId(ModuleName("Users"), "19x1"), "19x1"),
        (("a", "b"), "a; b"),
    ],
)
def test_what_a_spreadsheet_would_damage_is_text(value: Value, text: str) -> None:
    assert written(value).value == text


def test_empty_is_an_empty_cell() -> None:
    assert written(None).value is None
    assert written("").value is None


def test_control_characters_survive_in_the_formats_own_spelling() -> None:
    assert written("a\x0bb").value == "a_x000B_b"
    assert written("_x000B_").value == "_x005F_x000B_"


def test_a_text_too_long_for_a_cell_is_refused_not_cut() -> None:
    out = io.BytesIO()
    writer = SpreadsheetWriter(out, [FIELD], "Leads")
    with pytest.raises(Invalid, match="32,767"):
        writer.write([Record(RecordId(ModuleName("Leads"), "2x1"), {FIELD: "x" * 32_768})])
    writer.give_up()
    assert out.getvalue() == b""
