# SPDX-License-Identifier: MIT
"""Compares as MySQL does there: without case and accents, numbers as numbers, empty dates as NULL."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from crmdesk.demo.dialects.crmplus.catalogue import Catalogue, FieldDef, ModuleDef
from crmdesk.demo.dialects.crmplus.refusals import Refusal, bad_id, database_error
from crmdesk.demo.dialects.crmplus.values import number_at_start
from crmdesk.demo.dialects.crmplus.vtql import Condition, Where
from crmdesk.demo.store import Values

Test = Callable[[int, Values], bool]
_ID = re.compile(r"(\d+)x(\d+)")


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Return `text` as utf8_general_ci sees it: no case, no accents, no trailing blanks."""
    if text.isascii():
        return text.lower().rstrip(" ")
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.casefold().rstrip(" ")


def test_for(where: Where, module: ModuleDef, catalogue: Catalogue) -> Test:
    """Return a predicate over (record number, values).

    Raises:
        Refusal: Unknown column, bad reference, bad regular expression.
    """
    if isinstance(where, Condition):
        return _condition(where, module, catalogue)
    tests = [test_for(part, module, catalogue) for part in where.parts]
    if len(tests) == 1:
        return tests[0]
    if where.word == "and":
        return lambda number, row: all(test(number, row) for test in tests)
    return lambda number, row: any(test(number, row) for test in tests)


def _condition(condition: Condition, module: ModuleDef, catalogue: Catalogue) -> Test:
    name, operator = condition.column, condition.operator
    if name == "id":
        return _on_number(operator, [_number_of(value) for value in condition.values])
    field = module.by_name.get(name)
    if field is None or field.hidden:
        raise Refusal("ACCESS_DENIED", f"Permission to access {name} attribute denied.")
    default = field.default
    if operator == "null":
        return lambda _, row: row.get(name, default) == ""
    if field.is_reference and operator not in ("like", "regexp"):
        return _on_reference(field, operator, condition.values)
    if operator in ("like", "regexp"):
        pattern = like_pattern(condition.values[0]) if operator == "like" else regexp_pattern(condition.values[0])
        find = pattern.fullmatch if operator == "like" else pattern.search
        if operator == "like":
            return lambda _, row: find(folded(row.get(name, default))) is not None
        return lambda _, row: find(row.get(name, default)) is not None
    if field.is_numeric or field.kind == "boolean":
        wanted = [float(number_at_start(value)) for value in condition.values]
        compare = _comparison(operator, wanted)
        return lambda _, row: compare(_float(row.get(name) or default))
    words = [folded(value) for value in condition.values]
    compare_text = _comparison(operator, words)
    if field.is_dated:  # empty is NULL: no comparison is true of it
        return lambda _, row: bool(row.get(name, default)) and compare_text(row.get(name, default))
    return lambda _, row: compare_text(folded(row.get(name, default)))


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float(number_at_start(text))


_Comparable = TypeVar("_Comparable", str, float)


def _comparison(operator: str, wanted: list[_Comparable]) -> Callable[[_Comparable], bool]:
    first = wanted[0]
    match operator:
        case "=":
            return lambda value: value == first
        case "!=":
            return lambda value: value != first
        case "<":
            return lambda value: value < first
        case ">":
            return lambda value: value > first
        case "<=":
            return lambda value: value <= first
        case ">=":
            return lambda value: value >= first
    return lambda value: value in wanted


def _number_of(value: str) -> float:
    """Return the record number of an id; its prefix is not looked at (measured)."""
    found = _ID.match(value)
    if found is None:
        raise bad_id()
    return float(found.group(2))


def _on_number(operator: str, numbers: list[float]) -> Test:
    if operator in ("like", "regexp", "null"):
        raise bad_id()
    compare = _comparison(operator, numbers)
    return lambda number, _: compare(float(number))


def _on_reference(field: FieldDef, operator: str, values: tuple[str, ...]) -> Test:
    for value in values:
        if _ID.fullmatch(value) is None:
            raise bad_id()
    name, default = field.name, field.default
    if operator in ("=", "!=", "in"):
        compare = _comparison(operator, list(values))
        return lambda _, row: compare(row.get(name, default))
    compare_number = _comparison(operator, [_number_of(value) for value in values])
    return lambda _, row: compare_number(_number_of(row.get(name) or "0x0"))


@lru_cache(maxsize=500)
def like_pattern(text: str) -> re.Pattern[str]:
    """Return a LIKE pattern (%, _ and backslash) as a regular expression over folded text."""
    out: list[str] = []
    place = 0
    while place < len(text):
        char = text[place]
        if char == "\\" and place + 1 < len(text):
            place += 1
            out.append(re.escape(folded(text[place]) or text[place]))
        elif char == "%":
            out.append(".*")
        elif char == "_":
            out.append(".")
        else:
            out.append(re.escape(folded(char) or char))
        place += 1
    return re.compile("".join(out), re.DOTALL)


def regexp_pattern(text: str) -> re.Pattern[str]:
    """Return MySQL's REGEXP as Python's.

    Raises:
        Refusal: It is not one.
    """
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise database_error() from error
