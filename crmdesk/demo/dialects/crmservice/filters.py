# SPDX-License-Identifier: MIT
"""The JSON:API's filter language: {"$eq": ["field", value]} and its kin, with SQL's three-valued logic.

Source: the vendor's command line client, internal/filter/filter.go and references/filters.md (facts 3.2). A comparison
with NULL is neither true nor false, so {"$ne": …} and {"$not": …} do not find empty fields, as in the database below.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from crmdesk.demo.dialects.crmservice.catalogue import NUMBERS, Field, Module
from crmdesk.demo.dialects.crmservice.office import Office, Refusal, Row
from crmdesk.demo.dialects.crmservice.records import module_named
from crmdesk.demo.dialects.crmservice.values import decimal_of, moment, plain

Verdict = bool | None
Test = Callable[[Row], Verdict]
_NOW = re.compile(r"\$now(\.date|\.time)?((?:\s*[+-]\s*\d{1,6}\s*[a-z]+)*)", re.IGNORECASE)
_STEP = re.compile(r"([+-])\s*(\d{1,6})\s*([a-z]+?)s?(?=\s|[+-]|$)", re.IGNORECASE)
_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400, "week": 604800}
_DEEPEST = 20
_COMPARISONS = frozenset({"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"})
_TEXTS = frozenset({"$beg", "$end", "$cts", "$not.cts", "$like", "$regex"})
_BLANKS = frozenset({"$is.null", "$not.null"})
_NEGATED = {"$ne": "$eq", "$nin": "$in", "$not.between": "$between", "$not.cts": "$cts", "$not.null": "$is.null"}


def compile_filter(office: Office, module: Module, expression: Any) -> Test:
    """Return the test that an expression stands for; an empty array lets everything through.

    Raises:
        Refusal: 400: an unknown operator or field, a wrong number of arguments, a value that does not fit its field.
    """
    return _Compiler(office).expression(module, expression, 0) if expression != [] else lambda row: True


def _bad(message: str) -> Refusal:
    return Refusal(400, f"Invalid filter: {message}", "filter")


def _all(tests: Iterable[Test]) -> Test:
    tests = tuple(tests)

    def test(row: Row) -> Verdict:
        verdicts = [each(row) for each in tests]
        return False if False in verdicts else None if None in verdicts else True

    return test


def _any(tests: Iterable[Test]) -> Test:
    tests = tuple(tests)

    def test(row: Row) -> Verdict:
        verdicts = [each(row) for each in tests]
        return True if True in verdicts else None if None in verdicts else False

    return test


def _not(test: Test) -> Test:
    def negated(row: Row) -> Verdict:
        verdict = test(row)
        return None if verdict is None else not verdict

    return negated


class _Compiler:
    """Turns expressions into tests; `now` is one moment for all of them."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._now = datetime.fromtimestamp(int(office.clock()), UTC).replace(tzinfo=None)

    def expression(self, module: Module, node: Any, depth: int) -> Test:
        if depth > _DEEPEST:
            raise _bad("nested too deep")
        if isinstance(node, list):
            if not node:
                raise _bad("filter array must not be empty")
            return _all(self.expression(module, each, depth + 1) for each in node)
        if not isinstance(node, dict) or not node:
            raise _bad("filter must be a non-empty object or array")
        return _all([self._entry(module, name, value, depth) for name, value in node.items()])

    def _entry(self, module: Module, name: str, value: Any, depth: int) -> Test:
        if not name.startswith("$"):
            return self._condition(module, "$eq", [name, value])
        if name == "$not":
            return _not(self.expression(module, value, depth + 1))
        if name in ("$and", "$or", "$nor"):
            if not isinstance(value, list) or not value:
                raise _bad(f"{name} expects a non-empty array of expressions")
            tests = [self.expression(module, each, depth + 1) for each in value]
            return _all(tests) if name == "$and" else _any(tests) if name == "$or" else _not(_any(tests))
        return self._condition(module, name, value)

    def _condition(self, module: Module, operator: str, node: Any) -> Test:
        wanted = 1 if operator in _BLANKS else 3 if operator.endswith("between") else 2
        base = _NEGATED.get(operator, operator)
        known = operator in _COMPARISONS | _TEXTS | _BLANKS or base in ("$in", "$between")
        if not known:
            raise _bad(f'unsupported filter operator "{operator}"')
        if not isinstance(node, list) or len(node) != wanted:
            raise _bad(f"{operator} expects {wanted} argument(s)")
        if not isinstance(node[0], str) or not node[0]:
            raise _bad("first argument must be a field name")
        path, _, inner = node[0].partition(".")
        if inner:
            return self._through(module, path, inner, operator, node[1:])
        test = self._test(_field(module, path), base, node[1:])
        return _not(test) if operator in _NEGATED else test

    def _through(self, module: Module, name: str, inner: str, operator: str, values: list[Any]) -> Test:
        """Return a test of "relation.field": one record at the other end has to pass."""
        relation = module.relations.get(name)
        if relation is None:
            raise _bad(f'unknown field "{name}.{inner}"')
        test = self._condition(module_named(relation.module), operator, [inner, *values])

        def somebody(row: Row) -> Verdict:
            return any(test(other) for other in self._office.related(relation, row))

        return somebody

    def _test(self, field: Field, operator: str, values: list[Any]) -> Test:
        name = field.name
        if operator == "$is.null":
            return lambda row: row[name] is None
        if operator in _TEXTS:
            return _text_test(field, operator, values[0])
        if operator == "$in":
            if not isinstance(values[0], list):
                raise _bad("second argument must be an array")
            one_of = {self.key(field, value) for value in values[0]}
            return lambda row: None if row[name] is None else key_of(field, row[name]) in one_of
        if operator == "$between":
            low, high = self.key(field, values[0]), self.key(field, values[1])
            return lambda row: None if row[name] is None else low <= key_of(field, row[name]) <= high
        if values[0] is None:
            return lambda row: None  # nothing is equal to NULL
        wanted = self.key(field, values[0])
        return lambda row: None if row[name] is None else _compare(operator, key_of(field, row[name]), wanted)

    def key(self, field: Field, value: Any) -> Any:
        """Return a value of the filter as something that compares with key_of() of the field's values."""
        try:
            if field.kind in NUMBERS or field.kind == "ref":
                return decimal_of(value)
            if field.kind == "bool":
                return {"true": "1", "false": "0"}.get(str(value).lower(), str(value))
            if field.kind in ("date", "datetime", "time"):
                return self._time(field, str(value))
        except ValueError:
            raise _bad(f"{value!r} is not a value of {field.name}") from None
        return plain(value if not isinstance(value, list | dict) else str(value)).casefold()

    def _time(self, field: Field, text: str) -> str:
        found = _NOW.fullmatch(text.strip())
        if found is not None:
            when = self._shifted(found[2] or "")
            shown = when.strftime("%Y-%m-%d %H:%M:%S")
            if (found[1] or "").lower() == ".date":
                shown = shown[:10]
            elif (found[1] or "").lower() == ".time":
                return shown[11:]
        elif field.kind == "time":
            return text.strip()
        else:
            shown = text.strip() if len(text.strip()) == 10 else moment(text)
            datetime.fromisoformat(shown)
        if field.kind == "date":
            return shown[:10]
        return shown[11:] if field.kind == "time" else shown if len(shown) > 10 else f"{shown} 00:00:00"

    def _shifted(self, steps: str) -> datetime:
        when = self._now
        for sign, digits, unit in _STEP.findall(steps):
            count = int(digits) * (1 if sign == "+" else -1)
            name = unit.lower()
            try:
                if name in ("month", "year"):
                    when = _months(when, count * (12 if name == "year" else 1))
                elif name in _SECONDS:
                    when += timedelta(seconds=count * _SECONDS[name])
                else:
                    raise ValueError(f"unit {unit}")
            except OverflowError:
                raise ValueError("too far") from None
        return when


def _months(when: datetime, count: int) -> datetime:
    """Add months as PHP does: the 31st of a short month runs over into the next one."""
    place = when.year * 12 + when.month - 1 + count
    first = when.replace(year=place // 12, month=place % 12 + 1, day=1)
    return first + timedelta(days=when.day - 1)


def _field(module: Module, name: str) -> Field:
    field = module.fields.get(name)
    if field is None:
        raise _bad(f'unknown field "{name}"')
    return field


def key_of(field: Field, value: Any) -> Any:
    """Return a kept value as something that compares: numbers, or text without case; value is not None."""
    if field.kind in NUMBERS or field.kind == "ref":
        return Decimal(value)
    return plain(value).casefold()


def _compare(operator: str, left: Any, right: Any) -> bool:
    match operator:
        case "$eq":
            return bool(left == right)
        case "$gt":
            return bool(left > right)
        case "$gte":
            return bool(left >= right)
        case "$lt":
            return bool(left < right)
    return bool(left <= right)


def _text_test(field: Field, operator: str, value: Any) -> Test:
    """Return a test of the value as text; LIKE knows % and _, REGEXP finds anywhere; none of them minds case."""
    if isinstance(value, list | dict) or value is None:
        raise _bad(f"{operator} expects a text")
    text = plain(value)
    if operator == "$regex":
        try:
            source = re.compile(text, re.IGNORECASE)
        except (re.error, OverflowError, RecursionError):
            raise _bad("invalid regular expression") from None
        return lambda row: None if row[field.name] is None else source.search(plain(row[field.name])) is not None
    wanted = text.casefold()
    if operator == "$like":
        parts = ((".*" if c == "%" else "." if c == "_" else re.escape(c)) for c in wanted)
        pattern = re.compile("".join(parts), re.DOTALL)
        return lambda row: None if row[field.name] is None else pattern.fullmatch(plain(row[field.name]).casefold()) is not None  # fmt: skip

    def test(row: Row) -> Verdict:
        if row[field.name] is None:
            return None
        kept = plain(row[field.name]).casefold()
        return kept.startswith(wanted) if operator == "$beg" else kept.endswith(wanted) if operator == "$end" else wanted in kept  # fmt: skip

    return test
