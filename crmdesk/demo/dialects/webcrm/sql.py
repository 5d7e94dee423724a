# SPDX-License-Identifier: MIT
"""Reads the SQL of /Queries: SELECT … FROM … [JOIN … ON a = b] [WHERE …] [ORDER BY …], as a Select.

The dialect is not documented; this reads what the vendor's own client sends and the usual operators of MS SQL Server.
"""

import re
from dataclasses import dataclass

from crmdesk.demo.dialects.webcrm.office import Refusal

_TOKEN = re.compile(
    r"\s*(?:(?P<string>N?'(?:''|[^'])*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>\[?[A-Za-z_]\w*\]?(?:\.\[?[A-Za-z_*]\w*\]?)?)"
    r"|(?P<mark><>|!=|<=|>=|[=<>(),*;]))"
)
_WORDS = frozenset(
    ["select", "from", "where", "and", "or", "not", "in", "like", "is", "null", "order", "by", "asc", "desc", "join", "inner", "on", "between", "escape", "distinct", "top"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column, perhaps with its table."""

    name: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """column operator value; operator is = <> < > <= >= like in null between. Values: text, or a number as float."""

    column: Column
    operator: str
    values: tuple[str | float, ...] = ()
    escape: str = ""


@dataclass(frozen=True, slots=True)
class Junction:
    """word: and, or, not (one part)."""

    word: str
    parts: tuple["Condition", ...]


Condition = Compare | Junction


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A query. `columns` None means all; `join` is the other table and the two columns that have to be equal."""

    table: str
    columns: tuple[Column, ...] | None
    join: tuple[str, Column, Column] | None
    where: Condition | None
    order: tuple[tuple[Column, bool], ...]


def first_word(script: str) -> str:
    """Return the statement's first word in lower case."""
    found = re.match(r"\s*([A-Za-z]+)", script)
    return found[1].lower() if found else ""


def parse(script: str) -> Select:
    """Return the query.

    Raises:
        Refusal: 400: it is none that the server understands.
    """
    return _Parser(script).select()


class _Parser:
    def __init__(self, script: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        script = script.rstrip()
        while place < len(script):
            found = _TOKEN.match(script, place)
            if found is None:
                raise _wrong(script[place:].strip()[:1])
            kind = found.lastgroup or ""
            text = found[kind]
            self.tokens.append(("word" if kind == "name" and text.lower() in _WORDS else kind, text))
            place = found.end()
        self.place = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def take(self, kind: str, *texts: str) -> str | None:
        """Return the next token if it is that, and go on."""
        found, text = self.peek()
        if found != kind or (texts and text.lower() not in texts):
            return None
        self.place += 1
        return text

    def need(self, kind: str, *texts: str) -> str:
        text = self.take(kind, *texts)
        if text is None:
            raise _wrong(self.peek()[1])
        return text

    def select(self) -> Select:
        self.need("word", "select")
        columns = self.columns()
        self.need("word", "from")
        table = _bare(self.need("name"))
        join = self.join()
        where = self.either() if self.take("word", "where") else None
        order = self.ordering()
        self.take("mark", ";")
        if self.peek()[0] != "end":
            raise _wrong(self.peek()[1])
        return Select(table=table, columns=columns, join=join, where=where, order=order)

    def columns(self) -> tuple[Column, ...] | None:
        if self.take("mark", "*"):
            return None
        found = [self.column()]
        while self.take("mark", ","):
            found.append(self.column())
        return tuple(found)

    def column(self) -> Column:
        table, _, name = self.need("name").rpartition(".")
        return Column(_bare(name), _bare(table))

    def join(self) -> tuple[str, Column, Column] | None:
        self.take("word", "inner")
        if not self.take("word", "join"):
            return None
        table = _bare(self.need("name"))
        self.need("word", "on")
        bracket = self.take("mark", "(")
        one = self.column()
        self.need("mark", "=")
        other = self.column()
        if bracket:
            self.need("mark", ")")
        return table, one, other

    def either(self) -> Condition:
        parts = [self.both()]
        while self.take("word", "or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Junction("or", tuple(parts))

    def both(self) -> Condition:
        parts = [self.one()]
        while self.take("word", "and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Junction("and", tuple(parts))

    def one(self) -> Condition:
        if self.take("word", "not"):
            return Junction("not", (self.one(),))
        if self.take("mark", "("):
            inner = self.either()
            self.need("mark", ")")
            return inner
        column = self.column()
        if self.take("word", "is"):
            negated = self.take("word", "not")
            self.need("word", "null")
            return _negated(Compare(column, "null"), negated)
        negated = self.take("word", "not")
        if self.take("word", "in"):
            return _negated(Compare(column, "in", self.several()), negated)
        if self.take("word", "like"):
            pattern = self.value()
            escape = str(self.value()) if self.take("word", "escape") else ""
            return _negated(Compare(column, "like", (pattern,), escape), negated)
        if self.take("word", "between"):
            low = self.value()
            self.need("word", "and")
            return _negated(Compare(column, "between", (low, self.value())), negated)
        operator = self.need("mark", "=", "<>", "!=", "<", ">", "<=", ">=")
        return Compare(column, "<>" if operator == "!=" else operator, (self.value(),))

    def several(self) -> tuple[str | float, ...]:
        self.need("mark", "(")
        values = [self.value()]
        while self.take("mark", ","):
            values.append(self.value())
        self.need("mark", ")")
        return tuple(values)

    def value(self) -> str | float:
        number = self.take("number")
        if number is not None:
            return float(number)
        return self.need("string").removeprefix("N")[1:-1].replace("''", "'")

    def ordering(self) -> tuple[tuple[Column, bool], ...]:
        if not self.take("word", "order"):
            return ()
        self.need("word", "by")
        found = []
        while True:
            column = self.column()
            descending = self.take("word", "asc", "desc")
            found.append((column, (descending or "").lower() == "desc"))
            if not self.take("mark", ","):
                return tuple(found)


def _negated(condition: Condition, negated: str | None) -> Condition:
    return Junction("not", (condition,)) if negated else condition


def _bare(name: str) -> str:
    return name.strip("[]")


def _wrong(near: str) -> Refusal:
    return Refusal(400, f"Incorrect syntax near '{near}'.", "SqlException")
