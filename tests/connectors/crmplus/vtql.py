# SPDX-License-Identifier: MIT
"""An independent reading of the vendor's query language, for tests: lexer, flat conditions, MySQL's comparisons.

Written from the grammar of the open-source relative (lexer ``\\w+|'(?:[^']|'')+'|…``) and MySQL's manual, not from our
renderer. ``and``/``or`` are read both ways: as SQL does, and from left to right as the vendor's document says.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_TOKEN = re.compile(rb"(\w+|'(?:[^']|'')+'|\(|\)|(\+|-)?\d+|,|\*|(?<![<>])=|<(?!=)|>(?!=)|<=|>=|!=|;)|([ \t\r\n]+)")
_OPERATORS = {"=", "<", ">", "<=", ">=", "!=", "like", "in"}


class DoesNotLex(ValueError):
    """What the server answers with INTERNAL_SERVER_ERROR."""


def tokens(text: str) -> list[str]:
    """The tokens of a query, blanks left out; works on bytes as PHP does."""
    raw, at, found = text.encode("utf-8", "surrogatepass"), 0, []
    while at < len(raw):
        match = _TOKEN.match(raw, at)
        if not match:
            raise DoesNotLex(text)
        if not match[3]:
            found.append(match[1].decode("utf-8", "surrogatepass"))
        at = match.end()
    return found


def unquoted(token: str) -> str:
    """What MySQL makes of a literal: doubled quotes are one, a backslash takes the next character as it is."""
    assert token[0] == token[-1] == "'", token
    out, body = [], token[1:-1]
    i = 0
    while i < len(body):
        if body[i] == "\\":
            i += 1
            if i == len(body):
                raise DoesNotLex(token)  # the literal would swallow its own end
        elif body[i] == "'":
            assert body[i + 1] == "'", token
            i += 1
        out.append(body[i])
        i += 1
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. ``values``: one, or many for in."""

    column: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as the server understands it."""

    columns: tuple[str, ...]
    module: str
    conditions: tuple[Condition, ...]
    joins: tuple[str, ...]
    order: tuple[str, ...]
    descending: bool
    limit: tuple[int, int]


def parse(text: str) -> Parsed:
    """Read a query or fail."""
    found = tokens(text)
    assert found[-1] == ";", text
    assert found.count(";") == 1, text
    found.pop()
    at = found.index("from")
    assert found[0] == "select"
    columns = tuple("".join(found[1:at]).split(","))
    module, rest = found[at + 1], found[at + 2 :]
    conditions: list[Condition] = []
    joins: list[str] = []
    if rest[:1] == ["where"]:
        rest = rest[1:]
        while True:
            rest, condition = _condition(rest)
            conditions.append(condition)
            if rest[:1] not in (["and"], ["or"]):
                break
            joins.append(rest[0])
            rest = rest[1:]
    order: list[str] = []
    descending = False
    if rest[:2] == ["order", "by"]:
        rest = rest[2:]
        while rest and rest[0] not in ("limit", "asc", "desc"):
            if rest[0] != ",":
                order.append(rest[0])
            rest = rest[1:]
        if rest[:1] in (["asc"], ["desc"]):
            descending = rest[0] == "desc"
            rest = rest[1:]
    limit = (0, 100)
    if rest[:1] == ["limit"]:
        numbers = [int(token) for token in rest[1:] if token != ","]
        limit = (numbers[0], min(100, numbers[1])) if len(numbers) > 1 else (0, min(100, numbers[0]))
        rest = []
    assert not rest, (text, rest)
    return Parsed(columns, module, tuple(conditions), tuple(joins), tuple(order), descending, limit)


def _condition(rest: list[str]) -> tuple[list[str], Condition]:
    column, operator = rest[0], rest[1]
    assert re.fullmatch(r"\w+", column, re.ASCII), column
    assert operator in _OPERATORS, rest
    if operator == "in":
        assert rest[2] == "("
        end = rest.index(")")
        values = tuple(unquoted(token) for token in rest[3:end] if token != ",")
        return rest[end + 1 :], Condition(column, operator, values)
    return rest[3:], Condition(column, operator, (unquoted(rest[2]),))


def holds(parsed: Parsed, row: Mapping[str, str | Decimal | None], *, and_first: bool) -> bool:
    """Whether the server finds the row."""
    truth = [_compare(condition, row.get(condition.column)) for condition in parsed.conditions]
    if not truth:
        return True
    if not and_first:
        result = truth[0]
        for join, one in zip(parsed.joins, truth[1:], strict=True):
            result = (result and one) if join == "and" else (result or one)
        return result
    groups = [[truth[0]]]
    for join, one in zip(parsed.joins, truth[1:], strict=True):
        if join == "and":
            groups[-1].append(one)
        else:
            groups.append([one])
    return any(all(group) for group in groups)


def _compare(condition: Condition, have: str | Decimal | None) -> bool:
    if have is None:
        return False  # NULL compares to nothing
    if condition.operator == "like":
        return _like(str(have), condition.values[0])
    if condition.operator == "in":
        return any(_same(have, value) for value in condition.values)
    value = condition.values[0]
    if condition.operator in ("=", "!="):
        return _same(have, value) == (condition.operator == "=")
    if isinstance(have, Decimal):
        order = (have > _number(value)) - (have < _number(value))
    else:
        order = (have > value) - (have < value)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[condition.operator]


def _same(have: str | Decimal, value: str) -> bool:
    if isinstance(have, Decimal):
        return have == _number(value)
    return _weights(have.rstrip(" ")) == _weights(value.rstrip(" "))


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _like(have: str, pattern: str) -> bool:
    parts = []
    for letter in pattern:
        parts.append(".*" if letter == "%" else "." if letter == "_" else re.escape(_weight(letter)))
    return re.fullmatch("".join(parts), _weights(have), re.DOTALL) is not None


def _weights(text: str) -> str:
    return "".join(_weight(letter) for letter in text)


# utf8_general_ci knows case and accents of the European scripts only; elsewhere each letter is itself. й is not и.
@lru_cache(maxsize=10_000)
def _weight(letter: str) -> str:
    if letter in "йЙ":
        return "Й"
    if letter == "ß":
        return "S"
    point = ord(letter)
    if point < 0x250 or 0x370 <= point < 0x590 or 0x1E00 <= point < 0x1F00:
        base = unicodedata.normalize("NFD", letter)[0]
        upper = base.upper()
        return upper if len(upper) == 1 else base
    return letter
