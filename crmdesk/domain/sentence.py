# SPDX-License-Identifier: MIT
"""Sentences for people born below the window: English text that remembers how it was made, so that it can be told anew.

A ``Sentence`` *is* its English text: logs, tests, files and comparisons see a plain str. Beside it stand the template
and the named values. Where a text becomes visible, ``told`` gives it in a person's language; a plain str (what a server
said itself) stays as it is. What is composed otherwise (``+``, f-strings, ``strip``) is plain English from then on.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

_MARK = "\x1e"
"""Between the English text and how it was made, where a sentence is kept on the disk."""


class Voice(Protocol):
    """A person's language."""

    @property
    def code(self) -> str:
        """As in ISO 639-1: "de"."""
        ...

    def said(self, text: str, count: int | None = None) -> str:
        """The translation of a template, for this count where it has forms; "" where there is none."""
        ...

    def grouped(self, count: int) -> str:
        """How many, in digits."""
        ...

    def within(self, noun: str) -> str:
        """A label as it stands within a sentence: most languages write it small there."""
        ...


class Sentence(str):
    """English text with its making.

    Attributes:
        template: the text with ``{names}``; empty where sentences only stand after each other.
        named: the values of the names; Sentences among them are told too.
        one: the template for a count of 1, or None where nothing is counted; the count is ``named["n"]``.
        parts: what stands after each other, where it is a composition.
        between: what stands between the parts.
        cut: characters that are taken off its end in every language.
    """

    __slots__ = ("between", "cut", "named", "one", "parts", "template")
    template: str
    named: Mapping[str, object]
    one: str | None
    parts: tuple[str, ...]
    between: str
    cut: str

    def __new__(
        cls,
        text: str,
        template: str = "",
        named: Mapping[str, object] | None = None,
        one: str | None = None,
        parts: tuple[str, ...] = (),
        between: str = " ",
        cut: str = "",
    ) -> "Sentence":
        """Use ``sentence``, ``counted`` or ``joined``; this is for copies."""
        self = super().__new__(cls, text)
        self.template, self.named, self.one = template, named or {}, one
        self.parts, self.between, self.cut = parts, between, cut
        return self

    def __getnewargs__(  # type: ignore[override]  # str declares its own one argument
        self,
    ) -> tuple[str, str, Mapping[str, object], str | None, tuple[str, ...], str, str]:
        """Copies and pickles keep the making."""
        return (str(self), self.template, self.named, self.one, self.parts, self.between, self.cut)

    def __reduce__(self) -> tuple[type["Sentence"], tuple[object, ...]]:
        return (Sentence, self.__getnewargs__())


def sentence(template: str, **named: object) -> Sentence:
    """A sentence, or a word, of ours. Like ``tr``: braces mean names only where names are given."""
    return Sentence(template.format(**named) if named else template, template, named)


def counted(count: int, one: str, many: str, **named: object) -> Sentence:
    """``one`` or ``many``, with ``{n}`` as the count; a translation may know more than two forms."""
    values = {"n": count, **named}
    return Sentence((one if count == 1 else many).format(**values), many, values, one)


def joined(*parts: str, between: str = " ") -> Sentence:
    """Texts after each other, ours and a server's; empty ones are left out."""
    filled = tuple(part for part in parts if part)
    return Sentence(between.join(filled), parts=filled, between=between)


def trimmed(text: str, cut: str) -> str:
    """The text without these characters at its end, in every language: a menu's words without their "…"."""
    if not isinstance(text, Sentence):
        return text.rstrip(cut)
    return Sentence(text.rstrip(cut), text.template, text.named, text.one, text.parts, text.between, cut)


def said_by(error: BaseException) -> str:
    """What an error was made with, its making kept; ``str(error)`` is plain English."""
    text = error.args[0] if error.args else ""
    return text if isinstance(text, str) else str(error)


def told(text: str, voice: Voice) -> str:
    """The text in a person's language; what is no ``Sentence`` stays as it is."""
    if not isinstance(text, Sentence):
        return text
    return _told(text, voice).rstrip(text.cut) if text.cut else _told(text, voice)


def _told(text: Sentence, voice: Voice) -> str:
    if text.parts or not text.template:
        return text.between.join(told(part, voice) for part in text.parts)
    named = {name: told(value, voice) if isinstance(value, str) else value for name, value in text.named.items()}
    if text.one is None:
        said = voice.said(text.template) or text.template
        return said.format(**named) if named else said
    count = int(str(text.named["n"]))
    named["n"] = voice.grouped(count)
    return (voice.said(text.template, count) or (text.one if count == 1 else text.template)).format(**named)


def packed(text: str) -> str:
    """The text as it is kept on the disk: English first, then how it was made, so that it can be told later."""
    if not isinstance(text, Sentence):
        return text
    import json  # the window's first picture needs this module, and no file yet

    return f"{text}{_MARK}{json.dumps(_made(text), ensure_ascii=False)}"


def unpacked(stored: str) -> str:
    """What ``packed`` was given. Texts without a making, and makings that nobody understands, are plain."""
    text, mark, making = stored.rpartition(_MARK)  # JSON escapes the mark, a value may hold one
    if not mark:
        return stored
    import json

    try:
        made = _remade(json.loads(making))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return text
    return made if made == text else text


def english(stored: str) -> str:
    """The text alone of what ``packed`` made, to search in."""
    text, mark, _ = stored.rpartition(_MARK)
    return text if mark else stored


def changed(text: str, change: Callable[[str], str]) -> str:
    """A sentence with its values changed (secrets taken out, for instance), its template as it was."""
    if not isinstance(text, Sentence):
        return change(text)
    if text.parts:
        return joined(*(changed(part, change) for part in text.parts), between=text.between)
    named = {name: changed(value, change) if isinstance(value, str) else value for name, value in text.named.items()}
    if text.one is None:
        return sentence(text.template, **named)
    count = int(str(named.pop("n")))
    return counted(count, text.one, text.template, **named)


def _made(text: object) -> object:
    """As JSON: a Sentence is an object, a composition a list, anything else its text; a count stays a number."""
    if not isinstance(text, Sentence):
        return text if isinstance(text, int) and not isinstance(text, bool) else str(text)
    if text.parts or not text.template:
        return [text.between, *(_made(part) for part in text.parts)]
    made: dict[str, object] = {"says": text.template}
    if text.cut:
        made["cut"] = text.cut
    if text.named:
        made["named"] = {name: _made(value) for name, value in text.named.items()}
    if text.one is not None:
        made["one"] = text.one
    return made


def _remade(made: object) -> str:
    match made:
        case {"says": str(template), **rest}:
            given = dict(rest.get("named") or {})  # type: ignore[call-overload]
            named = {str(name): value if isinstance(value, int) else _remade(value) for name, value in given.items()}
            one, cut = rest.get("one"), str(rest.get("cut", ""))
            if one is None:
                return trimmed(sentence(template, **named), cut) if cut else sentence(template, **named)
            return counted(int(str(named.pop("n"))), str(one), template, **named)
        case [str(between), *parts]:
            return joined(*(_remade(part) for part in parts), between=between)
    return str(made)
