# SPDX-License-Identifier: MIT
"""The person's language, for window and command line alike: ``tr``, ``plural``, ``told``, ``mark``; English until told.

No Qt in here: who starts the program hands in the voice (``ui/languages.py`` makes it from Qt's translation files), and
an English start reads nothing. One catalogue without contexts: a text is translated once, wherever it stands.
"""

import os
import sys
from collections.abc import Mapping
from typing import Final

from crmdesk.domain import sentence
from crmdesk.domain.sentence import Voice

LANGUAGES: Final = {"en": "English", "de": "Deutsch", "fi": "Suomi", "da": "Dansk"}
"""Code -> its name in itself."""
VARIABLE: Final = "CRMDESK_LANG"
"""An environment variable that wins over every other choice of the language."""


class English:
    """The language of the source."""

    code = "en"

    def said(self, text: str, count: int | None = None) -> str:
        """Nothing: the source is English."""
        return ""

    def grouped(self, count: int) -> str:
        """Plain digits, as a terminal shows them."""
        return str(count)

    def within(self, noun: str) -> str:
        """Small letters."""
        return noun.lower()


_voice: Voice = English()


def speak(tongue: Voice) -> Voice:
    """From now on in this language; gives the one before. Texts that are shown already stay as they are."""
    global _voice  # like the theme, every text needs it
    before, _voice = _voice, tongue
    return before


def voice() -> Voice:
    """The language in use."""
    return _voice


def tr(text: str, **named: object) -> str:
    """The text in the person's language; ``{name}`` in it becomes ``named["name"]``, told too if it is a sentence."""
    said = _voice.said(text) or text
    if not named:
        return said
    return said.format(**{name: told(value) if isinstance(value, str) else value for name, value in named.items()})


def plural(count: int, one: str, many: str, **named: object) -> str:
    """``one`` or ``many`` with ``{n}`` as the count; a translation may know more than two forms."""
    said = _voice.said(many, count) or (one if count == 1 else many)
    values = {name: told(value) if isinstance(value, str) else value for name, value in named.items()}
    return said.format(**{"n": _voice.grouped(count), **values})


def told(text: str) -> str:
    """A text that came from below, in the person's language: sentences of ours are told, a server's words stay."""
    return sentence.told(text, _voice)


def within(noun: str) -> str:
    """A label as it stands within a sentence: "New account" in most languages, but "Neue Firma" in German."""
    return _voice.within(noun)


def mark(text: str) -> str:
    """The text as it is: a word in a table that is given to ``tr`` by name, so that it is found and translated."""
    return text


def known(name: str) -> str:
    """The code of a language by any of its usual spellings (de, de_AT.UTF-8, da-DK); "" where we do not have it."""
    code = name.partition(".")[0].partition("@")[0].replace("-", "_").partition("_")[0].lower()
    if code in ("c", "posix"):
        return "en"
    return code if code in LANGUAGES else ""


def of_terminal(environ: Mapping[str, str] | None = None) -> str:
    """The code of the language for a command: what CRMDESK_LANG says, else the terminal's or the system's own."""
    environ = os.environ if environ is None else environ
    if code := known(environ.get(VARIABLE, "")):
        return code
    # The first that is set decides, as the C library has it.
    set_ones = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return known(next((name for name in set_ones if name), "") or _of_system()) or "en"


def _of_system() -> str:
    """Where no variable tells: Windows does."""
    if sys.platform == "win32":
        import ctypes
        import locale

        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""
