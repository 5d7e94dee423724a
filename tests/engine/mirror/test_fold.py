# SPDX-License-Identifier: MIT
"""The searched forms: one word in its spellings, one number in its ways of writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.engine.mirror.fold import asked_words, digits_of, plain_form, stored_form, title_form


def finds(typed: str, stored: str, *, is_phone: bool = False) -> bool:
    """Whether a stored value holds what is typed, as the search would see it."""
    form = stored_form(stored, is_phone=is_phone)
    words = asked_words(typed)
    return bool(words) and all(
        any((s in form) if len(s) >= 3 else f"  {s}" in form for s in spellings) for spellings in words
    )


SPELLINGS = [
    ("Müller", "Mueller", "Muller", "MÜLLER", "mu\u0308ller"),
    ("Jyväskylä", "Jyvaskyla", "jyvaeskylae"),
    ("Ørsted", "Oersted", "Orsted", "Örsted"),
    ("Århus", "Aarhus", "Arhus"),
    ("Straße", "Strasse", "STRASSE"),
    ("Łódź", "Lodz"),
    ("Ærø", "Aero", "Aeroe"),
]


@pytest.mark.parametrize("names", SPELLINGS)
def test_every_spelling_finds_every_other(names: tuple[str, ...]) -> None:
    for typed in names:
        for stored in names:
            assert finds(typed, stored), (typed, stored)


@pytest.mark.parametrize("typed", ["uel", "amu", "samu", "el sam"])
def test_narrowing_hides_no_fragment(typed: str) -> None:
    assert finds(typed, "Samuel Elstad")


@pytest.mark.parametrize(
    "stored", ["+358 40 123 4567", "+358 (0)40 123-4567", "00358401234567", "0401234567", "040/1234567"]
)
@pytest.mark.parametrize("typed", ["040 123 4567", "+358 40 123 4567", "0401234567", "1234567", "00358 40 1234567"])
def test_a_number_is_found_however_it_is_written(typed: str, stored: str) -> None:
    assert finds(typed, stored, is_phone=True)


def test_another_number_is_not_found() -> None:
    assert not finds("040 123 4568", "+358 40 123 4567", is_phone=True)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("00100", "00100"), ("ACC-17", "ACC-17"), ("2026-11-22", "2026-11-22"), ("17", "ACC 17"), ("anna.berg@", "Anna.Berg@nord.fi"),
     ("o'neil", "O’Neil"), ("k+s", "K+S AG")],
)  # fmt: skip
def test_numbers_dates_and_addresses_are_found_as_they_are(typed: str, stored: str) -> None:
    assert finds(typed, stored)


def test_digits_of_a_postcode_keep_their_zeros_and_a_name_has_none() -> None:
    assert digits_of("00100") == "00100"
    assert digits_of("0049 89 1234567") == "49891234567"
    assert digits_of("Anna") == ""


@given(st.text())
def test_folding_what_is_folded_finds_the_same(text: str) -> None:
    assert asked_words(plain_form(text)) == asked_words(text)
    assert title_form(plain_form(text)) == title_form(text)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=3, max_size=30))
def test_whatever_is_stored_is_found_by_itself(text: str) -> None:
    if asked_words(text):
        assert finds(text, text)


def test_values_are_cut_where_nobody_types_on() -> None:
    assert len(stored_form("word " * 1_000_000)) < 2000
