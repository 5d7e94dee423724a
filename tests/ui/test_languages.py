# SPDX-License-Identifier: MIT
"""Languages out of Qt's translation files: which is chosen, what it says, and Qt's own words beside it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from crmdesk import translation
from crmdesk.ui import languages
from crmdesk.ui.languages import LANGUAGES, Spoken, chosen, translate_qt
from crmdesk.ui.translation import plural


@pytest.fixture
def _english_after() -> Iterator[None]:
    yield
    translation.speak(translation.English())


@pytest.mark.parametrize(
    ("environ", "setting", "system", "code"),
    [
        ({}, "", ["fi-FI", "en-US"], "fi"),
        ({}, "", ["sv-SE", "da-DK"], "da"),
        ({}, "", ["sv-SE"], "en"),
        ({}, "de", ["fi-FI"], "de"),
        ({}, "nonsense", ["fi-FI"], "fi"),
        ({"CRMDESK_LANG": "da"}, "de", ["fi-FI"], "da"),
    ],
)
def test_the_language_that_is_chosen(environ: dict[str, str], setting: str, system: list[str], code: str) -> None:
    assert chosen(setting, environ, system) == code


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_language_has_its_file(code: str) -> None:
    spoken = Spoken(code)
    assert spoken.said("no text of this program") == ""
    assert spoken.grouped(1234567) == QLocale(code).toString(1234567)


def test_a_language_without_a_file_is_said() -> None:
    with pytest.raises(FileNotFoundError):
        Spoken("xx")


def test_german_keeps_the_capitals_of_nouns() -> None:
    assert (Spoken("de").within("Firma"), Spoken("da").within("Firma")) == ("Firma", "firma")


@pytest.mark.usefixtures("_english_after")
def test_counts_follow_the_person_s_own_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    try:
        languages.begin_to_speak("en", QLocale("de_DE"))
        assert plural(1234, "1 row", "{n} rows") == "1.234 rows"
        assert translation.plural(1234, "1 row", "{n} rows") == "1.234 rows"
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize(("code", "word"), [("de", "Abbrechen"), ("da", "Annuller"), ("fi", "Peru")])
def test_qt_s_own_buttons_speak_too(qapp: QApplication, code: str, word: str) -> None:
    known = set(qapp.findChildren(QTranslator))
    translate_qt(qapp, code)
    (made,) = set(qapp.findChildren(QTranslator)) - known
    try:
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == word
    finally:
        qapp.removeTranslator(made)
        made.deleteLater()


def _loaded(language: str) -> str:
    code = "import sys; from crmdesk.app import main; main(['vendors', '--json']); print('PySide6' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "CRMDESK_LANG": language, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return done.stdout.splitlines()[-1]


def test_an_english_command_loads_no_qt() -> None:
    assert _loaded("en") == "False"
    assert _loaded("de") == "True"
