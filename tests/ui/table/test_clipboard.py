# SPDX-License-Identifier: MIT
"""Tab-separated text there and back, also when cells hold tabs, quotes and line breaks."""

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.ui.table.clipboard import from_tsv, to_tsv

cells = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\x00"), max_size=12)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=5)))
def test_round_trip(rows: list[list[str]]) -> None:
    text = to_tsv(rows)
    # One empty cell is an empty text, and nobody can see an empty last line.
    assert from_tsv(text + "\n") == rows


def test_spreadsheet_text_with_quotes_and_breaks() -> None:
    assert from_tsv('a\t"two\r\nlines"\r\n"say ""hi"""\tb\r\n') == [["a", "two\nlines"], ['say "hi"', "b"]]


def test_lonely_quote_is_a_character() -> None:
    assert from_tsv('"Bolt 5" long\tx\ny\tz\n') == [['"Bolt 5" long', "x"], ["y", "z"]]
    assert from_tsv('5" pipe\t3') == [['5" pipe', "3"]]


def test_nothing_and_empty_lines() -> None:
    assert from_tsv("") == []
    assert from_tsv("a\n\nb") == [["a"], [""], ["b"]]
