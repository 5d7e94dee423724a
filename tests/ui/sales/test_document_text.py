# SPDX-License-Identifier: MIT
"""A document as aligned plain text."""

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.ui.sales.document_text import aligned, document_text
from crmdesk.ui.sales.paper import paper_of
from tests.ui.sales.papers import GERMAN, LINES, line, whole


def test_the_whole_document() -> None:
    text = document_text(paper_of(whole(), GERMAN))
    assert text.startswith("Quote QUO7\nPumps <b> & more\n\nÄijälä Oy\n")
    assert "Valid till:    31.12.2026\n" in text
    lines = text.splitlines()
    assert lines[lines.index("OPTIONS") - 1].strip() == "RAL 7016"
    head = next(one for one in lines if one.startswith("#"))
    pump = next(one for one in lines if "Pump housing" in one)
    seal = next(one for one in lines if "Seal kit" in one)
    assert len({len(head), len(pump), len(seal)}) == 1, "the last column ends at one place"
    assert pump.endswith("3.540,00")
    assert "7.153,99 EUR" in text
    assert text.endswith("Terms\n30 days net.\n")
    assert max(len(one) for one in lines) <= 78


def test_long_names_wrap_in_their_column() -> None:
    text = document_text(paper_of(whole([line("A very long name of a pump housing " * 3), LINES[2]]), GERMAN))
    lines = text.splitlines()
    assert max(len(one) for one in lines) <= 78
    assert "   name of a pump housing" in text or "   A very long" in text


def test_no_lines() -> None:
    assert "No lines." in document_text(paper_of(whole([]), GERMAN))


TEXT = st.text(st.characters(categories=["L", "N"]), max_size=12)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=6))
def test_columns_begin_or_end_at_one_place(rows: list[tuple[str, str, str]]) -> None:
    found = aligned(rows, (False, True, True), gap="|")
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    for row, shown in zip(rows, found, strict=True):
        cells = shown.ljust(sum(widths) + 2)
        assert cells[: widths[0]].rstrip() == row[0].rstrip()
        assert cells[widths[0] + 1 : widths[0] + 1 + widths[1]].lstrip() == row[1].lstrip()
