# SPDX-License-Identifier: MIT
"""Sentences: English for logs and tests, told anew for people, and back from the disk as they were."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.sentence import (
    Sentence,
    changed,
    counted,
    english,
    joined,
    packed,
    said_by,
    sentence,
    told,
    trimmed,
    unpacked,
)


class German:
    """Knows a few texts."""

    code = "de"

    TEXTS = {
        "The server {host} did not answer.": "Der Server {host} hat nicht geantwortet.",
        "a date": "ein Datum",
        "{field} takes {kind}.": "{field} nimmt {kind} auf.",
        "Convert…": "Umwandeln…",
        "Try again.": "Versuchen Sie es noch einmal.",
    }

    def said(self, text: str, count: int | None = None) -> str:
        if text == "{n} rows":
            return "{n} Zeile" if count == 1 else "{n} Zeilen"
        return self.TEXTS.get(text, "")

    def grouped(self, count: int) -> str:
        return f"{count:,}".replace(",", ".")

    def within(self, noun: str) -> str:
        return noun


def test_a_sentence_is_its_english_text() -> None:
    said = sentence("The server {host} did not answer.", host="crm.example.com")
    assert said == "The server crm.example.com did not answer."
    assert isinstance(said, str)
    assert json.dumps({"why": said}) == '{"why": "The server crm.example.com did not answer."}'
    assert type(str(said)) is str


def test_braces_mean_names_only_where_names_are_given() -> None:
    assert sentence('JSON: {"events": false}.') == 'JSON: {"events": false}.'
    assert told(sentence('JSON: {"events": false}.'), German()) == 'JSON: {"events": false}.'


def test_it_is_told_with_its_values_and_with_the_sentences_among_them() -> None:
    said = sentence("{field} takes {kind}.", field="Geburtstag", kind=sentence("a date"))
    assert said == "Geburtstag takes a date."
    assert told(said, German()) == "Geburtstag nimmt ein Datum auf."


def test_what_a_server_said_stays_as_it_is() -> None:
    assert told("a date", German()) == "a date"
    both = joined(sentence("Try again."), "a date")
    assert told(both, German()) == "Versuchen Sie es noch einmal. a date"


def test_an_unknown_text_stays_english() -> None:
    assert told(sentence("Nobody translated {this}.", this=1), German()) == "Nobody translated 1."


@pytest.mark.parametrize(
    ("count", "text", "german"),
    [(0, "0 rows", "0 Zeilen"), (1, "1 row", "1 Zeile"), (1234, "1234 rows", "1.234 Zeilen")],
)
def test_counts_have_forms(count: int, text: str, german: str) -> None:
    said = counted(count, "1 row", "{n} rows")
    assert said == text
    assert told(said, German()) == german


def test_joined_leaves_out_what_is_empty() -> None:
    assert joined(sentence("Try again."), "") == "Try again."
    assert joined() == ""
    assert told(joined("x", sentence("a date"), between="; "), German()) == "x; ein Datum"


def test_copies_and_pickles_keep_the_making() -> None:
    said = joined(
        sentence("{field} takes {kind}.", field="F", kind=sentence("a date")), counted(2, "1 row", "{n} rows")
    )
    for again in (copy.copy(said), copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert again == said
        assert told(again, German()) == "F nimmt ein Datum auf. 2 Zeilen"


def test_errors_carry_it_through_pickling() -> None:
    error = NotReachable(sentence("The server {host} did not answer.", host="a"), "detail")
    again = pickle.loads(pickle.dumps(error))
    assert told(again.user_text, German()) == told(said_by(again), German()) == "Der Server a hat nicht geantwortet."
    assert str(error) == "The server a did not answer."


def test_what_is_kept_on_disk_begins_with_english_and_comes_back_whole() -> None:
    said = joined(
        sentence("{field} takes {kind}.", field="F", kind=sentence("a date")),
        counted(3, "1 row", "{n} rows"),
        "the server's own words",
    )
    kept = packed(said)
    assert kept.startswith(said)
    assert english(kept) == said
    again = unpacked(kept)
    assert again == said
    assert told(again, German()) == "F nimmt ein Datum auf. 3 Zeilen the server's own words"


@given(st.text())
def test_plain_texts_are_kept_as_they_are(text: str) -> None:
    if "\x1e" not in text:
        assert packed(text) == unpacked(text) == text


@pytest.mark.parametrize(
    "making", ["", "{", "[]", '{"says": 1}', '{"says": "{a}"}', '{"says": "other"}', "[1]", "null"]
)
def test_a_making_that_makes_no_sense_leaves_the_english_text(making: str) -> None:
    again = unpacked(f"Text.\x1e{making}")
    assert again == "Text."


@given(st.text(alphabet=st.characters(exclude_characters="{}\x1e")), st.text(), st.integers())
def test_any_values_come_back(template: str, name: str, count: int) -> None:
    said = joined(sentence(template + "{name}", name=name), counted(count, "1 row", "{n} rows"), between="")
    again = unpacked(packed(said))
    assert again == said
    assert isinstance(again, Sentence)


def test_changed_reaches_every_value() -> None:
    said = joined(sentence("{field} takes {kind}.", field="secret", kind=sentence("a date")), "secret")
    masked = changed(said, lambda text: text.replace("secret", "•••"))
    assert masked == "••• takes a date. •••"
    assert told(masked, German()) == "••• nimmt ein Datum auf. •••"


def test_a_menu_s_dots_go_in_every_language() -> None:
    said = trimmed(sentence("Convert…"), "…")
    assert (said, told(said, German())) == ("Convert", "Umwandeln")
    again = unpacked(packed(joined(said, ":", between="")))
    assert told(again, German()) == "Umwandeln:"
    assert trimmed("a server's…", "…") == "a server's"
