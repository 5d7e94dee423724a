# SPDX-License-Identifier: MIT
"""Which language the program speaks, and its voice out of Qt's translation files; needs no application object."""

import os
from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from crmdesk import translation
from crmdesk.assets import resource
from crmdesk.translation import LANGUAGES as LANGUAGES
from crmdesk.translation import VARIABLE, known

CONTEXT: Final = "crmdesk"
"""The one context of our files: a text is translated once, wherever it stands."""
SETTING: Final = "language"
"""Key of the window's settings: a code, or "" for the system's."""


class Spoken:
    """A language with its file.

    Args:
        locale: how the person writes numbers; otherwise as the language does.

    Raises:
        FileNotFoundError: there is no file for the language.
    """

    def __init__(self, code: str, locale: QLocale | None = None) -> None:
        self._locale = locale or QLocale(code)
        self._translator = QTranslator()
        self.code = code
        self._is_source = code == "en"
        if not self._is_source and not self._translator.load(str(resource("i18n", f"crmdesk_{code}.qm"))):
            raise FileNotFoundError(f"the translation file for {code!r} cannot be read")

    def said(self, text: str, count: int | None = None) -> str:
        """The translation, for this count where it has forms; "" where there is none."""
        if self._is_source:
            return ""
        return self._translator.translate(CONTEXT, text, None, -1 if count is None else count) or ""

    def grouped(self, count: int) -> str:
        """How many, grouped."""
        return self._locale.toString(count)

    def within(self, noun: str) -> str:
        """Small letters, but not where nouns keep their capital."""
        return noun if self.code == "de" else noun.lower()


def chosen(setting: str = "", environ: Mapping[str, str] | None = None, system: Iterable[str] | None = None) -> str:
    """The code of the language to speak: what CRMDESK_LANG says, else the setting, else the system's first that we know.

    Args:
        setting: the person's choice; "" or a language that we do not have leaves it to the system.
        system: the system's languages as ``QLocale.uiLanguages`` gives them, the dearest first.
    """
    environ = os.environ if environ is None else environ
    for wish in (environ.get(VARIABLE, ""), setting):
        if code := known(wish):
            return code
    for wish in QLocale.system().uiLanguages() if system is None else system:
        if code := known(wish):
            return code
    return "en"


def begin_to_speak(code: str, locale: QLocale | None = None) -> None:
    """Speak this language from now on, in the window and on the command line."""
    translation.speak(Spoken(code, locale))


def translate_qt(app: QCoreApplication, code: str) -> None:
    """Qt's own words (buttons, the menus of text fields) in this language too, instead of the one before."""
    for former in app.findChildren(QTranslator):
        app.removeTranslator(former)
        former.deleteLater()
    if code == "en":
        return
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{code}", folder):
        app.installTranslator(translator)
