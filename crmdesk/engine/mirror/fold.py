# SPDX-License-Identifier: MIT
"""The form in which texts are searched: blind to case, accents, umlaut spellings and the way a number is written. Pure.

Every text has up to two forms: the plain one ("mueller", "muller" for Müller) and, where it differs, the narrow one in
which ae, oe, ue and aa are one letter ("muller" for both). A text matches when either form of what is typed is in
either form of what is stored, so Müller = Mueller = Muller, and "samuel" is still found by "uel".
"""

import re
import unicodedata
from functools import lru_cache

VERSION = 1
"""Of the forms. A store that was folded otherwise is folded anew."""

_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l",
        "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i", "ħ": "h", "Ħ": "h", "ŋ": "n", "ĸ": "k",
        "’": "'", "‘": "'", "´": "'", "`": "'", "–": "-", "—": "-", "‐": "-", "‑": "-",
    }
)  # fmt: skip
_PAIRS = re.compile("([aou])e|aa")
_BETWEEN = re.compile(r"(?:[^\w@.+-]|_|(?<![^\W_])[@.+-]+|[@.+-]+(?![^\W_]))+")
"""What stands between words; a point, plus, hyphen or @ is part of one between its letters only."""
_WORD = re.compile("[a-z0-9]+(?:[@.+-][a-z0-9]+)*")
"""What surely is one word."""
_EDGES = ".+-@"
_NUMBER = re.compile(r"^[\s\d()+./\-–]{3,}$")
_DIGITS = re.compile(r"\d+")
_TRUNK = re.compile(r"\(\s*0\s*\)")
_PHONE = 9
"""Digits from which on a leading 00 is the way out of a country, not a postcode."""
_MOST = 240
"""Letters of one value that are searched; who looks for more than that looks for something else."""


def plain_form(text: str) -> str:
    """Without case and accents; ß is ss, ø is o; one blank between words."""
    if text.isascii():
        return text.lower()
    plain = text.translate(_PLAIN)
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


class _Plain(dict[int, str]):
    """The plain form of one letter, remembered."""

    def __missing__(self, code: int) -> str:
        small = unicodedata.normalize("NFKD", chr(code).translate(_LETTERS)).casefold().translate(_LETTERS)
        spread = unicodedata.normalize("NFKD", small)
        self[code] = form = "".join(c for c in spread if not unicodedata.combining(c))
        return form


_PLAIN = _Plain()


def narrow_form(plain: str) -> str:
    """The plain form with ae, oe, ue and aa as one letter; the very same where it has none."""
    if "e" not in plain and "aa" not in plain:
        return plain
    return _PAIRS.sub(lambda found: found[1] or "a", plain)


def words_of(plain: str) -> list[str]:
    """The words of a plain form: letters, digits and what holds an address together."""
    return _spaced(plain).split()


def _spaced(plain: str) -> str:
    """The words with two blanks between them."""
    if plain.isalnum() or _WORD.fullmatch(plain):
        return plain
    words = plain.split()
    if "".join(words).isalnum():  # nothing but words and blanks: the long way says the same, and takes longer
        return "  ".join(words)
    return _BETWEEN.sub("  ", plain).strip()


def digits_of(text: str) -> str:
    """The digits of something that is written like a phone number, without the trunk's zero in brackets and a leading
    00; "" where it is no number."""
    if not _NUMBER.match(text):
        return ""
    digits = "".join(_DIGITS.findall(_TRUNK.sub("", text) if "(" in text else text))
    if len(digits) < 3:
        return ""
    return digits.removeprefix("00") if len(digits) >= _PHONE else digits


@lru_cache(maxsize=20_000)
def stored_form(text: str, is_phone: bool = False) -> str:
    """What the index holds of one value: words with two blanks between them, four before and behind the value.

    So "  mu" is the beginning of a word and "    mu" of a value, and a value is looked for by three letters like any
    fragment. The narrow form follows as a value of its own where it differs. A phone number is its digits alone.
    """
    if is_phone and (digits := digits_of(text[:_MOST].strip())):
        return f"    {digits}    "
    whole = _spaced(plain_form(text[:_MOST]))
    if not whole:
        return ""
    narrow = narrow_form(whole)
    return f"    {whole}    " if narrow == whole else f"    {whole}    {narrow}    "


def title_form(text: str) -> str:
    """What titles are looked up by from their beginning: the narrow words behind one another."""
    return narrow_form(_spaced(plain_form(text[:_MOST])))


@lru_cache(maxsize=256)
def asked_words(text: str) -> tuple[tuple[str, ...], ...]:
    """What is typed, as words that must all be found; each with the spellings that count, the plain one first.

    A phone number typed with blanks is one word; with a country's prefix also the number as it is dialled within it.
    """
    typed = " ".join(text.split())[:_MOST]
    digits = digits_of(typed)
    if digits and sum(c.isdecimal() for c in typed) >= 5:
        return (_spellings_of_number(typed, digits),)
    found: dict[tuple[str, ...], None] = {}
    for word in words_of(plain_form(typed)):
        found[tuple(dict.fromkeys((word, narrow_form(word))))] = None
    return tuple(found)


@lru_cache(maxsize=256)
def asked_values(text: str) -> tuple[str, ...]:
    """What is typed as a whole, in the spellings that a stored value may be equal to, or begin with."""
    words = asked_words(text)
    if len(words) == 1:
        return words[0]
    plain = words_of(plain_form(" ".join(text.split())[:_MOST]))
    return tuple(dict.fromkeys(("  ".join(plain), "  ".join(map(narrow_form, plain)))))


def _spellings_of_number(typed: str, digits: str) -> tuple[str, ...]:
    spellings = [digits]
    if " " not in typed:
        spellings.insert(0, typed.strip(_EDGES))  # an order's number, a date
    if len(digits) >= _PHONE - 2:
        spellings.append(digits.lstrip("0"))
    if typed.lstrip().startswith(("+", "00")):
        spellings.append(_national(f"+{digits}"))
    return tuple(dict.fromkeys(one for one in spellings if len(one) >= 3))


def _national(number: str) -> str:
    """The digits that follow the country's prefix, "" where the country cannot be told."""
    import phonenumbers

    try:
        return str(phonenumbers.parse(number).national_number)
    except phonenumbers.NumberParseException:
        return ""
