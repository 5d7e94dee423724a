# SPDX-License-Identifier: MIT
"""Reads the query language: text -> Select; refuses what the real parser refuses, in its words.

Source: vtiger 8.0.0 and coreBOS, recorded in November 2026 (query exchanges); the document for regexp and the order of
and/or. The families differ: only coreBOS knows brackets, `is null` and unquoted decimals, only CRM+ knows regexp.
"""

import re
from dataclasses import dataclass

from crmdesk.demo.dialects.crmplus.catalogue import COREBOS, CRMPLUS
from crmdesk.demo.dialects.crmplus.refusals import Refusal, database_error, denied, unknown_error

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:''|[^'])+')|(?P<id>\d+x\d+)|(?P<number>-?\d+)|(?P<word>\w[\w&]*)|(?P<op><=|>=|!=|=|<|>)|(?P<mark>[;,()*]))"
)
_DECIMAL = re.compile(r"\s*(?P<number>-?\d+\.\d+)")
_MODULE = re.compile(r"\bfrom\s+([^\s;]+)", re.IGNORECASE)
_KEYWORDS = {
    "select",
    "from",
    "where",
    "and",
    "or",
    "order",
    "by",
    "asc",
    "desc",
    "limit",
    "in",
    "like",
    "regexp",
    "count",
}
_MARKS = {",": "COMMA", ";": "SEMICOLON", "(": "PARENOPEN", ")": "PARENCLOSE", "*": "ASTERISK", "=": "EQ", "<": "LT", ">": "GT", "<=": "LTE", ">=": "GTE", "!=": "NE"}  # fmt: skip
_OPERATORS = "EQ,LT,GT,LTE,GTE,NE,IN,LIKE"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}


@dataclass(frozen=True, slots=True)
class Condition:
    """column operator values; operator is one of = < > <= >= != in like regexp null."""

    column: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Junction:
    """Parts joined by "and" or "or"."""

    word: str
    parts: tuple["Condition | Junction", ...]


Where = Condition | Junction


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A query. `columns` None means all; `limit` None means none was given."""

    module: str
    columns: tuple[str, ...] | None
    is_count: bool
    where: Where | None
    order: tuple[str, ...]
    descending: bool
    offset: int
    limit: int | None

    def conditions(self) -> list[Condition]:
        """Return every condition, in reading order."""
        out: list[Condition] = []
        todo: list[Where] = [self.where] if self.where is not None else []
        while todo:
            part = todo.pop(0)
            if isinstance(part, Condition):
                out.append(part)
            else:
                todo[:0] = part.parts
        return out


def module_name(text: str) -> str:
    """Return what follows FROM, before anything else is looked at.

    Raises:
        Refusal: There is nothing.
    """
    found = _MODULE.search(text)
    if found is None:
        raise denied("for query")
    return found.group(1)


def parse(text: str, family: str) -> Select:
    """Return the parsed query.

    Raises:
        Refusal: QUERY_SYNTAX_ERROR, INTERNAL_SERVER_ERROR (does not lex), DATABASE_QUERY_ERROR (backslash at the end).
    """
    return _Parser(text, family).select()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # string, id, number, word, keyword, or the mark's name
    text: str

    def named(self) -> str:
        """The name that the real parser gives it in an error."""
        if self.kind == "keyword":
            return self.text.upper()
        return {"word": "COLUMNNAME", "string": "VALUE", "id": "VALUE", "number": "VALUE"}.get(self.kind, self.kind)


def _lex(text: str, family: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    end = len(text)
    while place < end and text[place:].strip():
        found = (_DECIMAL.match(text, place) if family == COREBOS else None) or _TOKEN.match(text, place)
        if found is None:
            tokens.append(_Token("broken", text[place:]))  # the parser may fail on something before it
            break
        place = found.end()
        kind = found.lastgroup or ""
        token = found.group(kind)
        if kind == "word" and token.lower() in _KEYWORDS:
            kind = "keyword"
        elif kind in ("op", "mark"):
            kind = _MARKS[token]
        tokens.append(_Token(kind, token))
    return tokens


def unquote(token: str) -> str | None:
    """Return a quoted string's value: doubled quotes, then MySQL's backslashes.

    None if it ends in a lone backslash, which eats the closing quote in the SQL.
    """
    inner = token[1:-1].replace("''", "'")
    if "\\" not in inner:
        return inner
    out: list[str] = []
    place = 0
    while place < len(inner):
        char = inner[place]
        if char == "\\":
            place += 1
            if place == len(inner):
                return None
            char = inner[place]
            out.append(f"\\{char}" if char in "%_" else _ESCAPES.get(char, char))
        else:
            out.append(char)
        place += 1
    return "".join(out)


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str, family: str) -> None:
        self.tokens = _lex(text, family)
        self.family = family
        self.place = 0
        self.breaks_sql = False

    def peek(self) -> _Token | None:
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        if token is not None and token.kind == "broken":
            raise unknown_error()
        return token

    def fail(self, expected: str) -> Refusal:
        token = self.peek()
        if token is None:
            last = self.tokens[-1].text if self.tokens else ""
            text = f"Syntax Error on line 1: token '{last}' Unexpected End of Input(0), expected one of: {expected}"
        else:
            name = "Unknown" if not self.place else token.named()
            text = f"Syntax Error on line 1: token '{token.text}' Unexpected {name}({token.text}), expected one of: {expected}"
        return Refusal("QUERY_SYNTAX_ERROR", text)

    def word(self, *words: str) -> bool:
        """Take a keyword if it is next."""
        token = self.peek()
        if token is not None and token.kind == "keyword" and token.text.lower() in words:
            self.place += 1
            return True
        return False

    def mark(self, kind: str) -> bool:
        """Take a mark if it is next."""
        token = self.peek()
        if token is not None and token.kind == kind:
            self.place += 1
            return True
        return False

    def need(self, taken: bool, expected: str) -> None:
        if not taken:
            raise self.fail(expected)

    def column(self) -> str:
        token = self.peek()
        if token is None or token.kind not in ("word", "number"):
            raise self.fail("COLUMNNAME")
        self.place += 1
        return token.text

    def value(self) -> str:
        token = self.peek()
        if token is None or token.kind not in ("string", "id", "number", "word"):
            raise self.fail("VALUE")
        self.place += 1
        if token.kind != "string":
            return token.text
        text = unquote(token.text)
        self.breaks_sql = self.breaks_sql or text is None
        return text or ""

    def select(self) -> Select:
        self.need(self.word("select"), "SELECT")
        columns, is_count = self.columns()
        self.need(self.word("from"), "FROM")
        module = self.column()
        where = self.either() if self.word("where") else None
        order, descending = self.ordering()
        offset, limit = self.limits()
        if not self.mark("SEMICOLON"):
            token = self.peek()
            if token is not None and token.text.lower() == "group":
                raise Refusal("QUERY_SYNTAX_ERROR", "There is an syntax error in query")
            raise self.fail("SEMICOLON")
        if self.peek() is not None:
            raise self.fail("")
        if self.breaks_sql:  # the grammar had no objection, the database has
            raise database_error()
        return Select(
            module=module, columns=columns, is_count=is_count, where=where, order=order, descending=descending, offset=offset, limit=limit
        )  # fmt: skip

    def columns(self) -> tuple[tuple[str, ...] | None, bool]:
        if self.mark("ASTERISK"):
            return None, False
        if self.word("count"):
            for kind in ("PARENOPEN", "ASTERISK", "PARENCLOSE"):
                self.need(self.mark(kind), kind)
            return None, True
        names = [self.column()]
        while self.mark("COMMA"):
            names.append(self.column())
        token = self.peek()
        if token is not None and not (token.kind == "keyword" and token.text.lower() == "from"):
            raise self.fail("SELECT")
        return tuple(dict.fromkeys(names)), False

    def either(self) -> Where:
        """Conditions joined by and/or. CRM+ goes from left to right (document); the others hand them to MySQL, and first."""
        result = self.one()
        if self.family == CRMPLUS:
            while True:
                if self.word("and"):
                    result = Junction("and", (result, self.one()))
                elif self.word("or"):
                    result = Junction("or", (result, self.one()))
                else:
                    return result
        alternatives = [[result]]
        while True:
            if self.word("and"):
                alternatives[-1].append(self.one())
            elif self.word("or"):
                alternatives.append([self.one()])
            else:
                break
        return Junction("or", tuple(Junction("and", tuple(parts)) for parts in alternatives))

    def one(self) -> Where:
        if self.family == COREBOS and self.mark("PARENOPEN"):
            inner = self.either()
            self.need(self.mark("PARENCLOSE"), "PARENCLOSE")
            return inner
        column = self.column()
        token = self.peek()
        if token is not None and token.kind in ("EQ", "NE", "LT", "GT", "LTE", "GTE"):
            self.place += 1
            return Condition(column, token.text, (self.value(),))
        if self.word("in"):
            self.need(self.mark("PARENOPEN"), "PARENOPEN")
            values = [self.value()]
            while self.mark("COMMA"):
                values.append(self.value())
            self.need(self.mark("PARENCLOSE"), "PARENCLOSE")
            return Condition(column, "in", tuple(values))
        if self.word("like"):
            return Condition(column, "like", (self.value(),))
        if self.family == CRMPLUS and self.word("regexp"):
            return Condition(column, "regexp", (self.value(),))
        if self.family == COREBOS and token is not None and token.text.lower() == "is":
            self.place += 1
            self.need(self.value().lower() == "null", "NULL")
            return Condition(column, "null", ())
        raise self.fail(_OPERATORS)

    def ordering(self) -> tuple[tuple[str, ...], bool]:
        if not self.word("order"):
            return (), False
        self.need(self.word("by"), "BY")
        names = [self.column()]
        while self.mark("COMMA"):
            names.append(self.column())
        if self.word("desc"):
            return tuple(names), True
        self.word("asc")
        return tuple(names), False

    def limits(self) -> tuple[int, int | None]:
        if not self.word("limit"):
            return 0, None
        first = self.number()
        if self.mark("COMMA"):
            return first, self.number()
        return 0, first

    def number(self) -> int:
        token = self.peek()
        if token is None or token.kind != "number":
            raise self.fail("VALUE")
        self.place += 1
        return int(token.text)
