# SPDX-License-Identifier: MIT
"""A little database for the tests: the conditions that servers of this family paste into their SQL, carried out.

Written from what databases do, not from what the connector writes: an unknown word, an open quote or a column that the
table lacks is an error, as on the real ones.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Row = Mapping[str, str | None]
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(<=|>=|=|\(|\))|(-?\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_][\w.]*))")


class BadSql(Exception):
    """The database refuses the condition."""


def blind(text: str) -> str:
    """Case and accents are one, as in MySQL's general collation."""
    kept = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return kept.lower()


def only_case(text: str) -> str:
    """Case is nothing, accents count, as in SQL Server's usual collation; combining marks are kept."""
    return unicodedata.normalize("NFC", text).upper().lower()


def exact(text: str) -> str:
    """PostgreSQL, Oracle."""
    return text


@dataclass(frozen=True)
class Database:
    """``folded`` is the collation; ``classes``: ``[AB]`` in a pattern is one of these letters."""

    folded: Callable[[str], str]
    classes: bool = False
    backslashes: bool = False

    def holds(self, condition: str, row: Row) -> bool:
        """Whether a row is found; NULL in a comparison is never true."""
        tokens = self._tokens(condition)
        found, rest = self._either(tokens, row)
        if rest:
            raise BadSql(f"unexpected {rest[0]}")
        return found

    def _tokens(self, condition: str) -> list[str]:
        tokens, at = [], 0
        while condition[at:].strip():
            found = _TOKEN.match(condition, at)
            if found is None:
                raise BadSql(f"cannot interpret {condition[at : at + 20]!r}")
            tokens.append(found[0].strip())
            at = found.end()
        return tokens

    def _either(self, tokens: list[str], row: Row) -> tuple[bool, list[str]]:
        found, tokens = self._both(tokens, row)
        while tokens and tokens[0].lower() == "or":
            other, tokens = self._both(tokens[1:], row)
            found = found or other
        return found, tokens

    def _both(self, tokens: list[str], row: Row) -> tuple[bool, list[str]]:
        found, tokens = self._one(tokens, row)
        while tokens and tokens[0].lower() == "and":
            other, tokens = self._one(tokens[1:], row)
            found = found and other
        return found, tokens

    def _one(self, tokens: list[str], row: Row) -> tuple[bool, list[str]]:
        if not tokens:
            raise BadSql("it ends too early")
        if tokens[0] == "(":
            found, rest = self._either(tokens[1:], row)
            if not rest or rest[0] != ")":
                raise BadSql("a bracket is open")
            return found, rest[1:]
        name = tokens[0].lower()
        if name not in row or len(tokens) < 3:
            raise BadSql(f"Invalid column name {tokens[0]}")
        have, operator, value = row[name], tokens[1].lower(), tokens[2]
        if operator == "is" and value.lower() == "null":
            return have is None, tokens[3:]
        return have is not None and self._compared(have, operator, value), tokens[3:]

    def _compared(self, have: str, operator: str, value: str) -> bool:
        if not value.startswith("'"):
            number = float(value)
            return {"=": float(have) == number, ">=": float(have) >= number, "<=": float(have) <= number}[operator]
        text = value[1:-1].replace("''", "'")
        if operator == "like":
            return re.fullmatch(self._pattern(text), self.folded(have), re.DOTALL) is not None
        left, right = self.folded(have), self.folded(text)
        return {"=": left == right, ">=": left >= right, "<=": left <= right}[operator]

    def _pattern(self, text: str) -> str:
        made, at = "", 0
        while at < len(text):
            letter, at = text[at], at + 1
            if letter == "[" and self.classes:
                end = text.index("]", at)
                made += "[" + "".join(re.escape(self.folded(one)) for one in text[at:end]) + "]"
                at = end + 1
            elif letter == "\\" and self.backslashes:
                made, at = made + re.escape(self.folded(text[at : at + 1])), at + 1
            else:
                made += {"%": ".*", "_": "."}.get(letter) or re.escape(self.folded(letter))
        return made
