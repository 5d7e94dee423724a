# SPDX-License-Identifier: MIT
"""The tables of one pretended server in SQLite, made to compare as its database does.

The servers paste a client's query into a SELECT of their own; so does this, and SQLite, fenced in by an authorizer, is
the evaluator. Collations make text case-insensitive, dates comparable in any spelling, and literals that are no date
or no GUID an error, as SQL Server has it.
"""

import re
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import RLock
from typing import Any

from crmdesk.demo.dialects.sugarsoap import zone

Row = dict[str, Any]
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION)


class BadSql(Exception):
    """The database refuses a query; the text is SQL Server's."""


@dataclass(slots=True)
class _Doubts:
    """What a collation met that the real database would not have compared."""

    no_date: bool = False
    no_guid: bool = False


@dataclass(slots=True)
class Database:
    """One in-memory database; every method may be called from any thread.

    Attributes:
        lock: Held around what belongs together.
        is_mysql: Backslashes escape; otherwise LIKE knows [classes].
    """

    is_mysql: bool
    clock: Callable[[], float]
    lock: RLock = field(default_factory=RLock)
    _doubts: _Doubts = field(default_factory=_Doubts)
    _connection: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._connection.row_factory = _as_dict
        doubts = self._doubts  # and not `self`, which would then hold itself
        for name, compare in (("CI", _compare_text), ("WHEN_", _dates(doubts)), ("GUID", _guids(doubts))):
            self._connection.create_collation(name, compare)
        for name, count, work in _functions(self.is_mysql, self.clock):
            self._connection.create_function(name, count, work)

    def __del__(self) -> None:
        self._connection.close()

    def create(self, table: str, columns: Mapping[str, str]) -> None:
        """Make a table; `columns` gives each column's declaration in SQLite's words."""
        inner = ", ".join(f'"{name}" {declaration}' for name, declaration in columns.items())
        with self.lock:
            self._connection.execute(f'CREATE TABLE "{table}" ({inner})')

    def index(self, table: str, *columns: str) -> None:
        """Make an index for our own look-ups, which compare byte by byte: a collation in Python would be slow."""
        inner = ", ".join(f'"{column}" COLLATE BINARY' for column in columns)
        with self.lock:
            self._connection.execute(f'CREATE INDEX "{table}_{"_".join(columns)}" ON "{table}" ({inner})')

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows; each has every column."""
        with self.lock:
            many = list(rows)
            if not many:
                return
            names = ", ".join(f'"{name}"' for name in many[0])
            marks = ", ".join("?" for _ in many[0])
            self._connection.execute("BEGIN")
            self._connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', (tuple(row.values()) for row in many))  # fmt: skip
            self._connection.execute("COMMIT")

    def update(self, table: str, key: str, values: Row) -> None:
        """Change columns of the row with that id."""
        if not values:
            return
        names = ", ".join(f'"{name}" = ?' for name in values)
        with self.lock:
            self._connection.execute(
                f'UPDATE "{table}" SET {names} WHERE "ID" = ? COLLATE BINARY', (*values.values(), key)
            )

    def run(self, sql: str, *values: Any) -> None:
        """Carry out a statement of ours."""
        with self.lock:
            self._connection.execute(sql, values)

    def find(self, table: str, where: str = "1=1", *values: Any, order: str = "rowid") -> list[Row]:
        """Return rows by a condition of ours."""
        with self.lock:
            return list(self._connection.execute(f'SELECT * FROM "{table}" WHERE {where} ORDER BY {order}', values))

    def get(self, table: str, key: str) -> Row | None:
        """Return the row of that id, deleted or not."""
        rows = self.find(table, '"ID" = ? COLLATE BINARY', key)
        return rows[0] if rows else None

    def ask(self, sql: str) -> list[Row]:
        """Return the rows of a SELECT that a client had a hand in.

        Raises:
            BadSql: It is none, names what is not there, or compares what cannot be compared.
        """
        with self.lock:
            self._doubts.no_date = self._doubts.no_guid = False
            self._connection.set_authorizer(_authorize)
            try:
                rows = list(self._connection.execute(sql))
            except (sqlite3.Error, sqlite3.Warning) as error:  # two statements are a mere warning to some versions
                raise BadSql(_in_words_of_sql_server(str(error))) from error
            finally:
                self._connection.set_authorizer(None)
            if self.is_mysql:  # it compares what it is given
                return rows
            if self._doubts.no_date:
                raise BadSql("Conversion failed when converting date and/or time from character string.")
            if self._doubts.no_guid:
                raise BadSql("Conversion failed when converting from a character string to uniqueidentifier.")
            return rows


def _dates(doubts: _Doubts) -> Callable[[str, str], int]:
    """Return the collation of dates, which knows them in any spelling."""

    def compare(one: str, other: str) -> int:
        first, second = zone.key(one) if one else "", zone.key(other) if other else ""
        if first is None or second is None:
            doubts.no_date = True
            return _compare(one, other)
        return _compare(first, second)

    return compare


def _guids(doubts: _Doubts) -> Callable[[str, str], int]:
    """Return the collation of GUIDs."""

    def compare(one: str, other: str) -> int:
        if (one and not is_guid(one)) or (other and not is_guid(other)):
            doubts.no_guid = True
        return _compare(one.lower(), other.lower())

    return compare


@lru_cache(maxsize=20_000)
def is_guid(text: str) -> bool:
    """Whether .NET reads the text as a GUID."""
    if _GUID.match(text):
        return True
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _authorize(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _compare(one: str, other: str) -> int:
    return (one > other) - (one < other)


def _compare_text(one: str, other: str) -> int:
    """As SQL_Latin1_General_CP1_CI_AS does: case and blanks at the end do not count."""
    return _compare(one.rstrip(" ").casefold(), other.rstrip(" ").casefold())


def _functions(is_mysql: bool, clock: Callable[[], float]) -> list[tuple[str, int, Callable[..., Any]]]:
    """Return the functions that SQLite lacks or that only know ASCII there."""
    like = _like_mysql if is_mysql else _like_tsql
    now: Callable[[], str] = (lambda: zone.now_utc(clock())) if is_mysql else (lambda: zone.now_local(clock()))
    found: list[tuple[str, int, Callable[..., Any]]] = [
        ("like", 2, lambda pattern, value: None if pattern is None or value is None else like(str(pattern), "")(str(value))),
        ("like", 3, lambda pattern, value, escape: None if pattern is None or value is None else like(str(pattern), str(escape))(str(value))),
        ("upper", 1, lambda value: None if value is None else str(value).upper()),
        ("lower", 1, lambda value: None if value is None else str(value).lower()),
    ]  # fmt: skip
    if is_mysql:
        return [*found, ("now", 0, now), ("utc_timestamp", 0, now), ("curdate", 0, lambda: now()[:10]), ("concat", -1, lambda *parts: "".join(map(str, parts)))]  # fmt: skip
    return [
        *found,
        ("getdate", 0, now), ("getutcdate", 0, lambda: zone.now_utc(clock())),
        ("len", 1, lambda value: None if value is None else len(str(value).rstrip(" "))),
        ("charindex", 2, lambda part, value: None if part is None or value is None else str(value).casefold().find(str(part).casefold()) + 1),
    ]  # fmt: skip


Matcher = Callable[[str], bool]
_SPECIAL = re.compile(r"([\\\[\]&|~^])")


@lru_cache(maxsize=64)
def _like_tsql(pattern: str, escape: str) -> Matcher:
    """LIKE of SQL Server: % _ [a-z] [^a-z], no escape but the one named."""
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        close = pattern.find("]", at + 2)
        if escape and char == escape and at + 1 < len(pattern):
            at += 1
            out += re.escape(pattern[at])
        elif char == "[" and close > 0:
            inside = pattern[at + 1 : close]
            caret = inside.startswith("^")
            out += "[" + ("^" if caret else "") + _SPECIAL.sub(r"\\\1", inside[caret:]) + "]"
            at = close
        else:
            out += _wild(char)
        at += 1
    return _matcher(out)


@lru_cache(maxsize=64)
def _like_mysql(pattern: str, escape: str) -> Matcher:
    """LIKE of MySQL: % and _, a backslash escapes."""
    out, at = "", 0
    while at < len(pattern):
        if pattern[at] == (escape or "\\") and at + 1 < len(pattern):
            at += 1
            out += re.escape(pattern[at])
        else:
            out += _wild(pattern[at])
        at += 1
    return _matcher(out)


def _wild(char: str) -> str:
    return {"%": ".*", "_": "."}.get(char) or re.escape(char)


def _matcher(expression: str) -> Matcher:
    try:
        compiled = re.compile(expression, re.IGNORECASE | re.DOTALL)
    except re.error:
        return lambda value: False
    return lambda value: compiled.fullmatch(value) is not None


_NEAR = re.compile(r'near "([^"]*)"')


def _in_words_of_sql_server(message: str) -> str:
    """Return SQLite's complaint as SQL Server would have put it."""
    if message.startswith("no such column: "):
        column = message.removeprefix("no such column: ").strip('"')
        if "." in column:
            return f'The multi-part identifier "{column}" could not be bound.'
        return f"Invalid column name '{column}'."
    if message.startswith("no such function: "):
        return f"'{message.removeprefix('no such function: ')}' is not a recognized built-in function name."
    if message.startswith("no such table: "):
        return f"Invalid object name '{message.removeprefix('no such table: ')}'."
    if "not authorized" in message or "prohibited" in message:
        return "The EXECUTE permission was denied on the object."
    if "unrecognized token" in message or "incomplete input" in message:
        return "Unclosed quotation mark after the character string ')'."
    near = _NEAR.search(message)
    return f"Incorrect syntax near '{near.group(1) if near else ';'}'."


_LITERAL = re.compile(r"'(?:''|[^'])*'?|[^']+")
_MYSQL_LITERAL = re.compile(r"'(?:''|\\.|[^'\\])*'?|[^']+", re.DOTALL)


def pieces(query: str, *, is_mysql: bool = False) -> list[str]:
    """Cut a query into literals (they begin with ') and what lies between them."""
    return (_MYSQL_LITERAL if is_mysql else _LITERAL).findall(query)
