# SPDX-License-Identifier: MIT
"""The person's language without Qt: tr, plural, told, and which language a terminal speaks."""

from collections.abc import Iterator

import pytest

from crmdesk import translation
from crmdesk.domain.sentence import counted, sentence
from crmdesk.translation import English, known, mark, of_terminal, plural, told, tr, within
from tests.domain.test_sentence import German


@pytest.fixture
def _german() -> Iterator[None]:
    before = translation.speak(German())
    yield
    translation.speak(before)


def test_english_is_the_source_itself() -> None:
    assert tr("a date") == "a date"
    assert tr("{a} of {b}", a=1, b="x") == "1 of x"
    assert plural(1, "1 row", "{n} rows") == "1 row"
    assert plural(1200, "1 row", "{n} rows") == "1200 rows"
    assert told(sentence("a date")) == "a date"
    assert within("Account") == "account"
    assert mark("a date") == "a date"
    assert English().said("a date") == ""


@pytest.mark.usefixtures("_german")
def test_another_language_is_told_with_its_forms_and_the_sentences_in_it() -> None:
    assert tr("a date") == "ein Datum"
    assert plural(1, "1 row", "{n} rows") == "1 Zeile"
    assert plural(1200, "1 row", "{n} rows") == "1.200 Zeilen"
    assert tr("{field} takes {kind}.", field="F", kind=sentence("a date")) == "F nimmt ein Datum auf."
    assert tr("not known: {what}", what=counted(1200, "1 row", "{n} rows")) == "not known: 1.200 Zeilen"
    assert within("Firma") == "Firma"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("de", "de"), ("de_AT.UTF-8", "de"), ("da-DK", "da"), ("fi_FI@euro", "fi"), ("en_GB", "en"), ("C.UTF-8", "en"),
        ("POSIX", "en"), ("sv_SE", ""), ("", ""),
    ],
)  # fmt: skip
def test_languages_by_their_usual_spellings(name: str, code: str) -> None:
    assert known(name) == code


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "da_DK.UTF-8"}, "da"),
        ({"LANG": "sv_SE.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "CRMDESK_LANG": "fi"}, "fi"),
        ({"LANG": "de_DE.UTF-8", "CRMDESK_LANG": "klingon"}, "de"),
    ],
)
def test_what_a_terminal_speaks(environ: dict[str, str], code: str) -> None:
    assert of_terminal(environ) == code
