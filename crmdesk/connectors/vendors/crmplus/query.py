# SPDX-License-Identifier: MIT
"""PURE: a pushed Query -> the vendor's query text. What it finds is never less than the filter means; more is allowed.

``select a, b from Module where x = 'v' and y like '%w%' order by a, id limit 0, 100;``

What the language lacks decides the shape (grammar ``VTQL_Parser.y`` and lexer of the open-source relative; each line
also recorded on two servers, 2026-11): exactly one ``;`` at the end; no brackets, ``not``, ``is null``, ``<>``; ``and``
and ``or`` are pasted into SQL flat, so ``and`` binds first, while the vendor's document reads from left to right: only
trees that mean the same both ways are rendered. The sort direction is pasted behind the last key alone, so ``desc`` is
never sent with two keys (``paging.py`` reads from the end instead).

Quoting: ``'`` is doubled, and nothing else can end a literal in the lexer (``'(?:[^']|'')+'``). Behind the lexer the
literal goes into SQL as it is, where a backslash would escape: backslashes are never sent.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote_plus

from crmdesk.connectors.vendors.crmplus.parse import is_full_id
from crmdesk.connectors.wire.text import from_datetime
from crmdesk.domain.errors import Unsupported
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

MAX_PAGE = 100
"""Rows: vtiger 8 cuts every answer there, silently (recorded)."""

MAX_ENCODED_CHARS = 6000
"""A query travels in the URL; many web servers refuse request lines over 8,190 bytes."""

_NAME = re.compile(r"\w+", re.ASCII)
_SYMBOLS = {Op.EQ: "=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


@dataclass(frozen=True, slots=True)
class Terms:
    """The rendered conditions.

    Attributes:
        joined_by: "and" or "or".
        dropped: conditions the server is not asked after all (too long, no value it could compare); the engine
            holds every row against the whole filter, so rows may only come too many.
    """

    parts: tuple[str, ...] = ()
    joined_by: str = "and"
    dropped: int = 0


def render(
    module: ModuleName,
    columns: Iterable[str],
    terms: Terms,
    *,
    order: tuple[str, ...] = ("id",),
    after: str = "",
    offset: int = 0,
    limit: int = MAX_PAGE,
) -> str:
    """One query.

    Args:
        columns: field names, or ``*``.
        after: full id; only rows with a greater id.
        offset: rows to skip. limit: rows, at most MAX_PAGE.
    """
    for name in (module, *columns, *order):
        if name not in ("*", "count(*)") and not _NAME.fullmatch(name):
            raise Unsupported(sentence("asking for a field named {name}", name=name))
    text = f"select {', '.join(columns)} from {module}{_where(terms, after)}"
    if order:
        text += f" order by {', '.join(order)}"
    if limit:
        text += f" limit {offset}, {limit}" if offset else f" limit {limit}"
    return f"{text};"


def counting(module: ModuleName, terms: Terms, *, after: str = "") -> str:
    """``select count(*)`` for the same rows; unordered, unlimited."""
    return render(module, ("count(*)",), terms, order=(), after=after, limit=0)


def _where(terms: Terms, after: str) -> str:
    parts = terms.parts
    if after:
        key = f"id > '{after}'"
        # Without brackets: (a or b) and k is a and k or b and k, which both readings of the grammar agree on.
        parts = tuple(f"{p} and {key}" for p in parts) if terms.joined_by == "or" and parts else (*parts, key)
    return f" where {f' {terms.joined_by} '.join(parts)}" if parts else ""


def conditions(where: Filter | None, schema: Schema, zone: tzinfo = UTC) -> Terms:
    """The conditions of a pushed filter.

    Raises:
        Unsupported: a tree that the language cannot say; planning never makes one.
    """
    joined_by = "or" if isinstance(where, Or) else "and"
    rendered = [_term(compare, schema, zone) for compare in _flat(where)]
    known = [term for term in rendered if term is not None]
    if joined_by == "or" and len(known) < len(rendered):
        known = []  # one alternative that cannot be asked opens the whole: anything may match
    while known and len(quote_plus(f" {joined_by} ".join(known))) > MAX_ENCODED_CHARS:
        known = [] if joined_by == "or" else [t for t in known if t is not max(known, key=len)]
    return Terms(tuple(known), joined_by, len(rendered) - len(known))


def split(where: Filter | None, schema: Schema, zone: tzinfo = UTC) -> tuple[Filter | None, ...]:
    """The filter in parts that fit into an address, which together mean the same.

    Only a long list of values (``in``) that must hold can be cut; a row may be found by two parts where the server
    compares more loosely than we do, see ``part_of``. What cannot be cut is one part.
    """
    known = where.parts if isinstance(where, And) else (where,) if where is not None else ()
    lists = [part for part in known if isinstance(part, Compare) and isinstance(part.value, tuple)]
    if not lists or not conditions(where, schema, zone).dropped:
        return (where,)
    longest = max(lists, key=lambda one: len(one.value) if isinstance(one.value, tuple) else 0)
    values = longest.value if isinstance(longest.value, tuple) else ()
    rest = tuple(part for part in known if part is not longest)
    size = len(values)
    while size > 1:
        size = (size + 1) // 2
        chunks = [values[start : start + size] for start in range(0, len(values), size)]
        parts = [And((*rest, Compare(longest.field, Op.IN, chunk))) for chunk in chunks]
        if not any(conditions(part, schema, zone).dropped for part in parts):
            return tuple(parts)
    return (where,)


def part_of(values: Mapping[FieldName, Value], parts: tuple[Filter | None, ...]) -> int:
    """The first part that a row belongs to; the number of parts where it belongs to none."""
    return next((i for i, part in enumerate(parts) if matches(part, values)), len(parts))


def _flat(where: Filter | None) -> tuple[Compare, ...]:
    match where:
        case None:
            return ()
        case Compare():
            return (where,)
        case And(parts) | Or(parts) if all(isinstance(part, Compare) for part in parts):
            if isinstance(where, Or) and not parts:
                raise Unsupported(sentence("a filter without alternatives"))
            return tuple(part for part in parts if isinstance(part, Compare))
        case Or((only,)) | And((only,)):
            return _flat(only)
        case Not() | And() | Or():
            raise Unsupported(sentence("a filter with groups inside groups"))


def _term(compare: Compare, schema: Schema, zone: tzinfo) -> str | None:
    """One condition, None where the server cannot be asked it."""
    field = schema.field(compare.field)
    if field is None or not field.filterable or not _NAME.fullmatch(field.name):
        return None
    value = compare.value
    if compare.op is Op.IN:
        return _in(field, value, zone) if isinstance(value, tuple) else None
    single: Value = value  # type: ignore[assignment]  # only IN carries a tuple of values
    if single is None or plain(single) == "":
        return None
    if compare.op in (Op.CONTAINS, Op.STARTS_WITH):
        start = "%" if compare.op is Op.CONTAINS else ""
        return f"{field.name} like '{start}{pattern(plain(single))}%'"
    symbol = _SYMBOLS.get(compare.op)
    if symbol is None:
        raise Unsupported(sentence("asking the server for “{op}”", op=compare.op.value))
    return _compared(field, compare.op, symbol, single, zone)


def _compared(field: Field, op: Op, symbol: str, value: Value, zone: tzinfo) -> str | None:
    text = _spelled(field, value, zone, op)
    if text is None:
        return None
    if all(_is_safe(letter) for letter in text):
        return f"{field.name} {symbol} {literal(text)}"
    return f"{field.name} like '{pattern(text)}'" if op is Op.EQ else None


def _in(field: Field, values: tuple[object, ...], zone: tzinfo) -> str | None:
    """``in`` for values that need no wildcard; one that does is asked with like, which ``in`` cannot do."""
    spelled = [_spelled(field, value, zone, Op.EQ) for value in values]  # type: ignore[arg-type]  # IN carries values
    texts = [text for text in dict.fromkeys(spelled) if text]
    if not texts or None in spelled or not all(_is_safe(letter) for text in texts for letter in text):
        return None
    return f"{field.name} in ({', '.join(literal(text) for text in texts)})"


def _spelled(field: Field, value: Value, zone: tzinfo, op: Op) -> str | None:
    """The server's spelling of a value; None where it has none."""
    if field.type is FieldType.REFERENCE:
        # Anything but a full id is refused (INVALID_ID_ATTRIBUTE).
        return plain(value) if is_full_id(plain(value)) else None
    wanted = _PYTHON.get(field.type)
    if wanted is not None and (not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool)):
        return None  # compared as text here, as a number or a date there
    if isinstance(value, datetime):
        return _moment(value, zone, op) if field.type is FieldType.DATETIME else None
    return plain(value) or None


_PYTHON: Mapping[FieldType, type | tuple[type, ...]] = {
    FieldType.INTEGER: (int, Decimal),
    FieldType.DECIMAL: (int, Decimal),
    FieldType.MONEY: (int, Decimal),
    FieldType.PERCENT: (int, Decimal),
    FieldType.BOOLEAN: bool,
    FieldType.DATE: date,
    FieldType.DATETIME: datetime,
}


def _moment(value: datetime, zone: tzinfo, op: Op) -> str:
    """A moment on the server's clock, which has whole seconds; rounded so that nothing falls out."""
    whole = value.replace(microsecond=0)
    if op in (Op.LT, Op.LE) and value.microsecond:
        whole += timedelta(seconds=1)
    if (
        op is not Op.EQ
        and whole.astimezone(zone).utcoffset() != (whole - timedelta(days=1)).astimezone(zone).utcoffset()
    ):
        # The clock was put back or forward: the order of its readings is not the order of the moments.
        whole += timedelta(hours=2) if op in (Op.LT, Op.LE) else timedelta(hours=-2)
    return from_datetime(whole, zone)


def literal(text: str) -> str:
    """A quoted value; the text must not be empty and holds no backslash.

    Raises:
        Unsupported.
    """
    if not text or "\\" in text:
        raise Unsupported(sentence("a value that the server's query language cannot say"))
    return "'" + text.replace("'", "''") + "'"


def pattern(text: str) -> str:
    """The inside of a like literal that matches at least this text.

    ``_`` stands for one character the server may compare otherwise than we do, or must not be sent; ``%`` for the
    characters that HTML writes as entities, because records typed into the web pages may hold them encoded.
    """
    return "".join(_pattern_letter(letter) for letter in text)


def _pattern_letter(letter: str) -> str:
    if letter == "'":
        return "''"
    if letter in '&<>"':
        return "%"
    return letter if _is_safe(letter) else "_"


# Letters that a general collation of MySQL may hold apart although ``matching.folded`` holds them equal.
_APART = frozenset("ßẞйЙиИѝЍ")


@lru_cache(maxsize=2048)
def _is_safe(letter: str) -> bool:
    """Whether the server finds this letter wherever ``matching.folded`` does."""
    point = ord(letter)
    if letter in '\\%_&<>"' or point < 0x20 or 0x7F <= point < 0xA0 or letter in _APART:
        return False
    if point < 0x17F or 0x386 <= point <= 0x3CE or 0x400 <= point <= 0x45F or 0x531 <= point <= 0x586:
        return True
    if 0x1E00 <= point <= 0x1EFF:
        return not 0x1E9A <= point <= 0x1E9F
    if point < 0x590 or point > 0xFFFF or 0xD800 <= point <= 0xDFFF or unicodedata.combining(letter):
        return False
    return letter.lower() == letter.upper() and letter not in _with_marks()


@lru_cache(maxsize=1)
def _with_marks() -> frozenset[str]:
    """Letters beyond the European scripts that are made of a letter and a mark, and those letters (か and が)."""
    found: set[str] = set()
    for point in (*range(0x590, 0xD800), *range(0xE000, 0x10000)):
        parts = unicodedata.normalize("NFD", chr(point))
        if len(parts) > 1 and all(unicodedata.combining(mark) for mark in parts[1:]):
            found |= {chr(point), parts[0]}
        elif len(parts) == 1 and parts != chr(point):
            found |= {chr(point), parts}
    return frozenset(found)


def columns(
    fields: tuple[FieldName, ...], order: Iterable[str], schema: Schema, *, all_explicit: bool
) -> tuple[str, ...]:
    """What to select: asked fields and sort keys that the server has, ``id`` first; ``*`` for everything.

    Args:
        all_explicit: name every column instead of ``*``: the module's ``*`` brings columns of its lines (vtiger 8),
            or secrets (Users).
    """
    if not fields and not all_explicit:
        return ("*",)
    wanted = fields or tuple(field.name for field in schema.fields)
    known = [name for name in wanted if (f := schema.field(name)) is not None and _askable(f)]
    # vtiger 8 answers a sort by an unselected column with an empty list, as if there were no data (recorded).
    return tuple(dict.fromkeys(("id", *known, *order)))


def _askable(field: Field) -> bool:
    return field.sortable and _NAME.fullmatch(field.name) is not None
