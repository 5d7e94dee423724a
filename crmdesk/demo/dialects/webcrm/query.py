# SPDX-License-Identifier: MIT
"""Answers /Queries from the tables: three-valued logic, text without case, enumerations as numbers, dates as days."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from crmdesk.demo.dialect import Reply
from crmdesk.demo.dialects.webcrm.catalogue import RESOURCES, shape, shape_of
from crmdesk.demo.dialects.webcrm.linked import PRICE_LIST
from crmdesk.demo.dialects.webcrm.office import MAX_SIZE, Call, Refusal, Row
from crmdesk.demo.dialects.webcrm.records import answer
from crmdesk.demo.dialects.webcrm.sql import Column, Compare, Condition, Junction, Select, first_word, parse

Test = Callable[[Row], bool | None]
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_NUMERIC = ("int", "float", "bool")
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b), "<>": lambda a, b: bool(a != b), "<": lambda a, b: bool(a < b), ">": lambda a, b: bool(a > b),
    "<=": lambda a, b: bool(a <= b), ">=": lambda a, b: bool(a >= b),
}  # fmt: skip


def run(call: Call) -> Reply:
    """GET /Queries?script=…: rows shaped like the DTOs; what is no SELECT is counted and, insert apart, let pass."""
    script = call.url.get("script", "")
    word = first_word(script)
    if word and word != "select":
        call.office.tally.writing_queries += 1
        if word == "insert":
            raise Refusal(400, "INSERT is not allowed.", "SqlException")
        return answer([])
    select = parse(script)
    source = _Source(call, select)
    rows = source.rows()
    if select.where is not None:
        test = source.test(select.where)
        rows = [row for row in rows if test(row) is True]
    for column, descending in reversed(select.order):
        name, kind = source.column(column)
        rows.sort(key=lambda row: _order_key(row.get(name), kind), reverse=descending)
    first, last = call.page() if call.url.get("size") else (0, MAX_SIZE)
    rows = rows[first:last]
    if select.columns is not None:
        names = [source.column(column)[0] for column in select.columns]
        rows = [{name: row.get(name) for name in names} for row in rows]
    return answer(rows)


class _Source:
    """The table or two that a query reads."""

    def __init__(self, call: Call, select: Select) -> None:
        self.call = call
        self.select = select
        self.tables = {select.table.lower(): _table(select.table)}
        if select.join is not None:
            self.tables[select.join[0].lower()] = _table(select.join[0])

    def rows(self) -> list[Row]:
        office = self.call.office
        path = self.tables[self.select.table.lower()][0]
        left = office.table(path)
        rows = [left.rows[number] for number in left.order]
        if path == PRICE_LIST:  # in the database its columns lack the prefix that the DTO has
            rows = [{name.removeprefix("QuotationLine"): value for name, value in row.items()} for row in rows]
        if self.select.join is None:
            return rows
        other, one, two = self.select.join
        right = office.table(self.tables[other.lower()][0])
        kinds = self.tables[other.lower()][1]
        (mine, _), (theirs, _) = self.column(one), self.column(two)
        if theirs not in kinds:
            mine, theirs = theirs, mine
        found: dict[Any, list[Row]] = {}
        for row in right.rows.values():
            found.setdefault(row.get(theirs), []).append(row)
        return [{**row, **match} for row in rows for match in found.get(row.get(mine), ())]

    def column(self, column: Column) -> tuple[str, str]:
        """Return a column's name as it is written and its kind.

        Raises:
            Refusal: 400: there is none of that name.
        """
        for table, (_, kinds) in self.tables.items():
            if column.table and column.table.lower() != table:
                continue
            wanted = column.name.lower()
            for name, kind in kinds.items():
                if name.lower() == wanted:
                    return name, kind
        raise Refusal(400, f"Invalid column name '{column.name}'.", "SqlException")

    def test(self, condition: Condition) -> Test:
        if isinstance(condition, Compare):
            return self.compare(condition)
        parts = [self.test(part) for part in condition.parts]
        return _joined(condition, parts)

    def compare(self, condition: Compare) -> Test:
        name, kind = self.column(condition.column)
        if condition.operator == "null":
            return lambda row: row.get(name) is None
        if condition.operator == "like":
            pattern = _like(str(condition.values[0]), condition.escape)
            return lambda row: None if row.get(name) is None else pattern.fullmatch(str(row[name])) is not None
        habits = self.call.office.habits
        values = [_literal(value, kind, habits.enums_in_queries) for value in condition.values]
        read = _reader(kind, habits.enums_in_queries)
        if condition.operator == "in":
            return lambda row: None if row.get(name) is None else read(row[name]) in values
        if condition.operator == "between":
            return lambda row: None if row.get(name) is None else values[0] <= read(row[name]) <= values[1]
        compare, value = _OPERATORS[condition.operator], values[0]
        return lambda row: None if row.get(name) is None else compare(read(row[name]), value)


def _joined(condition: Junction, parts: list[Test]) -> Test:
    """Return and, or, not in three values: None stands for unknown."""
    if condition.word == "not":

        def negated(row: Row) -> bool | None:
            value = parts[0](row)
            return None if value is None else not value

        return negated
    decisive = condition.word == "or"

    def joined(row: Row) -> bool | None:
        unknown = False
        for part in parts:
            value = part(row)
            if value is decisive:
                return decisive
            unknown = unknown or value is None
        return None if unknown else not decisive

    return joined


def _table(name: str) -> tuple[str, Mapping[str, str]]:
    """Return the table's name here and the kinds of its columns; names are singular and their case does not count."""
    if name.lower() == "linkeddata":
        return PRICE_LIST, shape("LinkedDataItem").kinds
    for resource in RESOURCES.values():
        if resource.entity.lower() == name.lower():
            return resource.path, shape_of(resource).kinds
    raise Refusal(400, f"Invalid object name '{name}'.", "SqlException")


def _reader(kind: str, enums: str) -> Callable[[Any], Any]:
    """Return what makes a kept value comparable with a literal of _literal()."""
    if "|" in kind:
        names = kind.split("|")
        return (lambda value: names.index(value) if value in names else -1) if enums == "int" else str.casefold
    if kind == "time":
        return _days
    if kind in _NUMERIC:
        return float
    return lambda value: str(value).casefold()


def _literal(value: str | float, kind: str, enums: str) -> Any:
    """Return a literal as the column's kind.

    Raises:
        Refusal: 400 in the database's words: it cannot be made one.
    """
    is_number = kind in _NUMERIC or ("|" in kind and enums == "int")
    if kind == "time":
        if isinstance(value, float):
            return value
        try:
            return _days(value)
        except ValueError:
            raise Refusal(
                400, "Conversion failed when converting date and/or time from character string.", "SqlException"
            ) from None
    if is_number:
        if kind == "bool" and str(value).lower() in ("true", "false"):
            return float(str(value).lower() == "true")
        try:
            return float(value)
        except ValueError:
            raise Refusal(
                400, f"Conversion failed when converting the varchar value '{value}' to data type int.", "SqlException"
            ) from None
    text = f"{value:g}" if isinstance(value, float) else value
    return text.casefold()


def _days(text: str) -> float:
    """Return an ISO date-time as days since the end of 1899, rounded to a millisecond, as the seed's example writes it."""
    read = datetime.fromisoformat(_short_fraction(text.strip()))
    read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return round((read - _DAY_ZERO) / timedelta(days=1), 8)


def _short_fraction(text: str) -> str:
    """Return the text with at most six digits of a second; the official client sends seven."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def _like(pattern: str, escape: str) -> re.Pattern[str]:
    """Return LIKE of MS SQL Server: % _ [set] [^set], without case."""
    out: list[str] = []
    place = 0
    while place < len(pattern):
        letter = pattern[place]
        end = pattern.find("]", place + 2) if letter == "[" else -1
        if escape and letter == escape and place + 1 < len(pattern):
            place += 1
            out.append(re.escape(pattern[place]))
        elif letter in "%_":
            out.append(".*" if letter == "%" else ".")
        elif end > 0:
            out.append(_set(pattern[place + 1 : end]))
            place = end
        else:
            out.append(re.escape(letter))
        place += 1
    return re.compile("".join(out), re.IGNORECASE | re.DOTALL)


def _set(inner: str) -> str:
    inverted = inner.startswith("^") and len(inner) > 1
    body = inner[1:] if inverted else inner
    safe = re.sub(r"([\\\[\]^])", r"\\\1", body)
    return f"[{'^' if inverted else ''}{safe}]"


def _order_key(value: Any, kind: str) -> tuple[int, Any]:
    """Nulls come first, as in MS SQL Server; text without case."""
    if value is None:
        return (0, "")
    return (
        1,
        kind.split("|").index(value)
        if "|" in kind and value in kind.split("|")
        else value.casefold()
        if isinstance(value, str)
        else value,
    )
