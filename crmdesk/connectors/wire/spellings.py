# SPDX-License-Identifier: MIT
"""How a text may be spelt on its way: percent signs, JSON of PHP and .NET, entities of HTML and XML, one in another."""

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from html.entities import codepoint2name

_PLAIN = re.compile(r"[A-Za-z0-9]+")
"""Is spelt as it is by everybody."""
_NAMED = {"'": "apos", **{chr(code): name for code, name in codepoint2name.items()}}
_LETTERED = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
"""Behind a backslash in JSON."""


@dataclass(frozen=True, slots=True)
class Spelt:
    """A text, to be found in whatever spelling.

    Attributes:
        needle: its longest plain part; where that is not, the text is not.
        pattern: None = it has plain letters only, the needle is all of it.
        others: whole spellings of another kind.
    """

    needle: str
    pattern: re.Pattern[str] | None
    others: tuple[str, ...]

    def masked_in(self, text: str, mask: str) -> str:
        """The text with every spelling replaced."""
        for other in self.others:
            if other in text:
                text = text.replace(other, mask)
        if self.needle not in text:
            return text
        return text.replace(self.needle, mask) if self.pattern is None else self.pattern.sub(mask, text)


def spelt(text: str) -> Spelt:
    """All spellings of a text."""
    parts = _PLAIN.findall(text)
    raw = text.encode(errors="replace")
    coded = [base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()]
    others = tuple(dict.fromkeys((*coded, *(one.rstrip("=") for one in coded))))
    if parts == [text]:
        return Spelt(text, None, others)
    pattern = "".join(one if one.isascii() and one.isalnum() else _character(one) for one in text)
    return Spelt(max(parts, key=len, default=""), re.compile(pattern), others)


@lru_cache(maxsize=512)
def _character(one: str) -> str:
    """A pattern of one character that is not plain.

    How deep one spelling lies in another is bounded: a run of it must not cost its square.
    """
    raw = one.encode(errors="replace")
    ways = ["".join(rf"%(?:25){{0,3}}(?i:{byte:02x})" for byte in raw)]
    if 128 <= ord(one) < 256:  # a server that writes ISO 8859-1
        ways.append(rf"%(?:25){{0,3}}(?i:{ord(one):02x})")
    if one == " ":
        ways.append(r"\+")
    units = one.encode("utf-16-be", errors="replace")
    ways.append("".join(rf"\\{{1,8}}u(?i:{units[at]:02x}{units[at + 1]:02x})" for at in range(0, len(units), 2)))
    code = f"#0{{0,4}}{ord(one)}|#[xX]0{{0,4}}(?i:{ord(one):x})"
    named = f"|{re.escape(_NAMED[one])}" if one in _NAMED else ""
    ways.append(f"&(?:amp;){{0,3}}(?:{code}{named});")
    if one in _LETTERED:
        ways.append(rf"\\{{1,8}}{_LETTERED[one]}")
    if one == "\\":
        return rf"(?:{'|'.join(ways)}|\\{{1,8}})"
    ways.append(re.escape(one))  # last: an & alone would leave the rest of &amp;
    return rf"\\{{0,8}}(?:{'|'.join(ways)})"
