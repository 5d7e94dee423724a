# SPDX-License-Identifier: MIT
"""Every text of the program stands in every language's file, as its translation can stand there, and is compiled."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "packaging"))

import i18n  # noqa: E402  a script beside the others
from i18n import LANGUAGES, Found, Text, fits, troubles  # noqa: E402

COMPLETE: tuple[str, ...] = ("da", "de", "fi")
"""Languages in which nothing may be missing: put a code in when its translation is done."""


@pytest.fixture(scope="module")
def found() -> Found:
    return i18n.find(ROOT)


def test_every_text_can_be_translated(found: Found) -> None:
    """No tr() of an f-string or a sum, no text that is counted in one place only, names as the text has them."""
    assert found.mistakes == []
    assert len(found.texts) > 2000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_holds_the_texts_of_the_source(found: Found, language: str) -> None:
    assert i18n.out_of_date(language, found) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_of_today(language: str, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.qm"
    i18n.compile_ts(i18n.ts_file(language), fresh)
    assert fresh.read_bytes() == i18n.qm_file(language).read_bytes(), "run: python3 packaging/run.py i18n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_endings_and_accelerators_are_those_of_the_source(found: Found, language: str) -> None:
    known = i18n.read(i18n.ts_file(language))
    wrong = {
        source: list(troubles(found.texts[source], said))
        for source, said in known.items()
        if source in found.texts and not fits(found.texts[source], said)
    }
    assert wrong == {}


@pytest.mark.parametrize("language", COMPLETE)
def test_nothing_is_left_untranslated(found: Found, language: str) -> None:
    assert [text.source for text in i18n.missing(found, i18n.read(i18n.ts_file(language)))] == []


def _accelerators(texts: list[str]) -> Counter[str]:
    return Counter(text[text.index("&") + 1].casefold() for text in texts if "&" in text[:-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_menus_of_the_window_have_each_accelerator_once(found: Found, language: str) -> None:
    """The menu bar's titles are the texts that begin with one; within a menu Qt goes by first letters."""
    known = i18n.read(i18n.ts_file(language))
    titles = [text for text in found.texts.values() if "&" in text.source and text.where.endswith("menu_entries.py")]
    said = [str(known[text.source]) for text in titles if text.source in known]
    twice = [letter for letter, times in _accelerators(said).items() if times > 1]
    assert twice == [], said


def test_the_check_of_the_command_finds_the_same() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "i18n.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_text_without_translation_is_missing() -> None:
    text = Text("Open", None, "x.py")
    assert i18n.missing(Found({"Open": text}, []), {}) == [text]
