# SPDX-License-Identifier: MIT
"""The row of names: the first, unless a title stands above it; said, never guessed in silence."""

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from crmdesk.domain.errors import Invalid
from crmdesk.engine.sheet_names import with_names_row
from crmdesk.engine.sheet_shape import Cell, FileKind, Format, SheetRow, Unvalued
from crmdesk.engine.sheets import detect, look


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([("id", "city", "phone"), ("1", "Espoo", None)], 1),
        ([("Addresses", None, None), (), ("id", "city", "phone"), ("1", "Espoo", "2")], 3),
        ([("Addresses", None, None, None), (None, "of", None, None), ("id", "city", "phone", None)], 3),
        ([("Addresses",), ("Espoo",), ("Turku",)], 1),
        ([("Total", None, None), (Decimal(1), Decimal(2), Decimal(3))], 1),
        ([("Total", None, None), (Unvalued("=A1"), "a", "b")], 1),
        ([], 1),
    ],
)
def test_the_row_of_names(rows: list[tuple[Cell, ...]], place: int) -> None:
    form = Format(kind=FileKind.CSV)
    found = with_names_row(form, [SheetRow(line, cells) for line, cells in enumerate(rows, 1)])
    assert found.header_row == place
    assert list(found.notes) == (
        [] if place == 1 else ["The columns' names are taken from row 3; what stands above it is left out."]
    )


def test_a_title_merged_over_the_table_is_no_loss(tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["Addresses", None, None], [], ["id", "city", "phone"], ["1", "Espoo", "2"], [None, "Turku", None]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    made.save(path := tmp_path / "a.xlsx")
    first = look(path, detect(path))
    assert first.trouble == (
        "Row 3 of a.xlsx has a value in column B, which has no name. "
        "Say in which row the names stand, or name the column."
    )
    found = look(path, with_names_row(detect(path), first.head))
    assert found.sheet is not None
    assert (found.sheet.headers, found.sheet.notes) == (("id", "city", "phone"), ())
    sheet.merge_cells("A4:A5")
    made.save(path)
    again = look(path, with_names_row(detect(path), first.head))
    assert again.sheet is not None
    assert again.sheet.notes == ("The cells A4:A5 are merged: only the first of them has the value.",)


def test_a_workbook_is_looked_at_anew_when_it_has_changed(tmp_path: Path) -> None:
    """It is looked through once; another file under its name is another one."""
    made = Workbook()
    made.save(path := tmp_path / "a.xlsx")
    detect(path)
    path.write_bytes(b"PK\x03\x04 is no workbook")
    with pytest.raises(Invalid, match="is no workbook"):
        detect(path)
