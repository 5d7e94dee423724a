# SPDX-License-Identifier: MIT
"""Two documents side by side: what is marked, and the same as text."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from crmdesk.domain.document_compare import Standing
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineKind
from crmdesk.ui.sales.compare_rows import Comparison, compare, compare_columns, compare_rows, comparison_text
from crmdesk.ui.table.cells import Segment, plain
from tests.ui.sales.papers import GERMAN, HEADER, LINES, line, whole


def compared() -> Comparison:
    header = replace(
        HEADER, values={**HEADER.values, FieldName("quote_no"): "QUO8", FieldName("validtill"): date(2027, 1, 31)}
    )
    lines = (replace(LINES[0], quantity=Decimal(4), text="blue"), LINES[1], line("Hose", "2", "7"), LINES[3])
    return compare(whole(), whole(lines, header=header))


def test_differences_are_marked_on_both_sides() -> None:
    found = compared()
    rows = {row.key: row.cells for row in compare_rows(found, GERMAN, only_differences=True)}
    texts = [[plain(cell) for cell in cells] for cells in rows.values()]
    assert texts[0] == ["differs", "Pump housing", "3 × 1.180,00 painted, RAL 7016", "4 × 1.180,00 blue",
                        "text, quantity"]  # fmt: skip
    assert Segment("3", "bad") in rows["line0"][2]
    assert Segment("4", "good") in rows["line0"][3]
    assert Segment("1.180,00", "") in rows["line0"][2]
    assert ["only left", "Seal kit", "12 × 38,50 −5 %", "", ""] in texts
    assert ["only right", "Hose", "", "2 × 7,00", ""] in texts
    assert ["field", "Valid till", "31.12.2026", "31.01.2027", ""] in texts
    assert ["total", "Subtotal", "5.818,90", "6.574,00", "+755,10"] in texts
    assert not any(row[1] == "Training" for row in texts)
    whole_rows = compare_rows(found, GERMAN, only_differences=False)
    assert any(plain(row.cells[0]) == "same" and row.cells[1] == "Training" for row in whole_rows)
    assert len(compare_columns("a", "b")) == len(whole_rows[0].cells)


def test_a_document_has_no_differences_to_itself() -> None:
    found = compare(whole(), whole())
    assert found.is_same
    assert found.count(Standing.SAME) == 4
    assert compare_rows(found, GERMAN, only_differences=True) == []
    assert comparison_text(found, GERMAN) == "Quote QUO7 and Quote QUO7: no differences.\n"


def test_moved_and_exchanged_lines_are_said() -> None:
    found = compare(whole(), whole((LINES[3], LINES[1], LINES[2], replace(LINES[0], name="Pump B", product=None))))
    texts = [[plain(cell) for cell in row.cells] for row in compare_rows(found, GERMAN, only_differences=True)]
    assert any(row[0] == "moved" and row[4] == "place" for row in texts)
    service = compare(whole([LINES[3]]), whole([replace(LINES[3], kind=LineKind.SERVICE)]))
    (row,) = compare_rows(service, GERMAN, only_differences=True)
    assert plain(row.cells[4]) == "kind"


def test_as_text() -> None:
    text = comparison_text(compared(), GERMAN)
    assert text.splitlines()[0].split("  ")[0] == ""
    assert "Quote QUO7" in text.splitlines()[0]
    assert "Quote QUO8" in text.splitlines()[0]
    assert "only right" in text
