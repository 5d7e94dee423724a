# SPDX-License-Identifier: MIT
"""PURE: a pushed Query -> the parameters of a list. What it finds is never less than the filter means; more is allowed.

``GET /accounts?filter={"$and":[{"$eq":["type","Customer"]},{"$cts":["name","Acme"]}]}&sort=-created_at&page[size]=100``

The operators are the vendor's (``references/filters.md`` of its command line client): ``$like`` is SQL's LIKE, texts are
compared without regard to case. How accents are compared nobody tells: ``Folding`` is measured once for each session
(``measure.py``), and letters it holds apart although ``matching.folded`` does not are spelt out in a ``$regex``, or
asked as "any letter" (``_``).
Moments are asked a day wider: on which clock the server keeps them is not told.

Special in a value: ``$`` at its beginning (``$now.date -7 days`` is a moment there), in LIKE ``%``, ``_`` and the
backslash. Such letters are asked as "any letter" too.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from urllib.parse import quote

from crmdesk.domain.errors import Unsupported
from crmdesk.domain.matching import folded
from crmdesk.domain.names import ModuleName
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

MAX_PAGE = 100
"""Rows: what the vendor's own client asks for when it reads everything."""
MAX_FILTER_CHARS = 6000
"""The filter travels in the URL, quoted; many web servers refuse request lines over 8,190 bytes."""
_MAX_SPELT_CHARS = 2500

_SYMBOLS = {Op.EQ: "$eq", Op.NE: "$ne", Op.LT: "$lt", Op.LE: "$lte", Op.GT: "$gt", Op.GE: "$gte"}
_DAY = timedelta(days=1)
_DOUBLES = Decimal("0.000001")
_NORDIC = frozenset("aouyåäöü")
"""Letters that Nordic collations tell from their plain ones (ä is no a, ü is a y there)."""

Expression = Mapping[str, object]


class Folding(Enum):
    """How the server compares texts, as far as it was measured."""

    APART = "apart"
    """Not measured: every accent may count."""
    SPELT = "spelt"
    """Accents count, but the letters that are meant alike can be spelt out in a ``$regex``."""
    NORDIC = "nordic"
    """é is e, but ä, å, ö and ü are letters of their own."""
    ALL = "all"
    """No accent counts."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The rendered conditions.

    Attributes:
        asked: None = everything.
        is_exact: the server finds just what the filter means, so that it may count.
    """

    asked: Expression | None = None
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    asked: Expression | None
    is_exact: bool = True


_NOTHING = _Part(None, is_exact=False)


def conditions(where: Filter | None, schema: Schema, folding: Folding) -> Terms:
    """The conditions of a pushed filter; what gets too long, or cannot be said, is left out.

    Raises:
        Unsupported: a negation; planning never makes one.
    """
    if where is None:
        return Terms()
    parts = [_render(part, schema, folding) for part in (where.parts if isinstance(where, And) else (where,))]
    known = [part.asked for part in parts if part.asked is not None]
    is_exact = all(part.is_exact for part in parts)
    while known and encoded_chars(_both(known)) > MAX_FILTER_CHARS:
        known.remove(max(known, key=encoded_chars))
        is_exact = False
    return Terms(_both(known) if known else None, is_exact)


def dumped(asked: Expression) -> str:
    """The filter as it travels."""
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":"))


def encoded_chars(asked: Expression) -> int:
    """How long the filter is in the URL."""
    return len(quote(dumped(asked), safe=""))


def after(asked: Expression | None, last: str) -> Expression:
    """The same, but only behind this id."""
    behind: Expression = {"$gt": ["id", last]}
    return behind if asked is None else {"$and": [asked, behind]}


def parameters(
    module: ModuleName,
    *,
    fields: Iterable[str] = (),
    asked: Expression | None = None,
    order: tuple[Order, ...] = (),
    offset: int = 0,
    size: int = MAX_PAGE,
    include: Iterable[str] = (),
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The parameters of one page; the last sort key is always the id, so that the order is total."""
    keys = [f"{'-' if key.descending else ''}{key.field}" for key in order]
    if not any(key.lstrip("-") == "id" for key in keys):
        keys.append("id")
    told = {"page[size]": str(size)}
    if offset:
        told["offset"] = str(offset)
    if names := tuple(fields):
        told[f"fields[{module}]"] = ",".join(names)
    if asked is not None:
        told["filter"] = dumped(asked)
    told["sort"] = ",".join(keys)
    if related := tuple(include):
        told["include"] = ",".join(related)
    return told | dict(more or {})


def counting(module: ModuleName, asked: Expression | None) -> dict[str, object]:
    """The body that asks ``/reporting`` for a number (``internal/api/reporting.go``)."""
    return {
        "from": module,
        "select": "$count.distinct(id) as count_value",
        "format": "json",
        "where": asked if asked is not None else [],
        "options": {"kpi": True},
    }


def _both(parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else {"$and": parts}


def _render(one: Filter, schema: Schema, folding: Folding) -> _Part:
    match one:
        case Compare():
            return _term(one, schema, folding)
        case And(parts):
            made = [_render(part, schema, folding) for part in parts]
            known = [part.asked for part in made if part.asked is not None]
            return _Part(_both(known) if known else None, all(part.is_exact for part in made))
        case Or(parts):
            return _either([_render(part, schema, folding) for part in parts])
        case Not():
            raise Unsupported(sentence("asking the server for a negation"))


def _either(made: list[_Part]) -> _Part:
    """One alternative that cannot be asked opens the whole."""
    known = [part.asked for part in made if part.asked is not None]
    if not made or len(known) < len(made):
        return _NOTHING
    return _Part(known[0] if len(known) == 1 else {"$or": known}, all(part.is_exact for part in made))


def _term(compare: Compare, schema: Schema, folding: Folding) -> _Part:
    known = schema.field(compare.field)
    if known is None or not known.filterable:
        return _NOTHING
    if compare.op is Op.IS_EMPTY:
        return _empty(known)
    if compare.op is Op.IN:
        values = compare.value if isinstance(compare.value, tuple) else ()
        return _among(known, tuple(values), folding)
    single: Value = compare.value  # type: ignore[assignment]  # only IN carries a tuple of values
    if single is None or plain(single) == "":
        return _NOTHING
    if compare.op is Op.NE:
        return _not_equal(known, single, folding)
    return _compared(known, compare.op, single, folding)


def _compared(known: Field, op: Op, value: Value, folding: Folding) -> _Part:
    if known.type is FieldType.REFERENCE:
        return _Part({"$eq": [known.name, plain(value)]}) if op is Op.EQ else _NOTHING
    if known.type is FieldType.BOOLEAN:
        return _Part({"$eq": [known.name, value]}) if op is Op.EQ and isinstance(value, bool) else _NOTHING
    if known.type.is_number:
        return _number(known, op, value)
    if known.type is FieldType.DATETIME:
        return _moment(known, op, value)
    if known.type in (FieldType.DATE, FieldType.TIME):
        return _calendar(known, op, value)
    return _text(known, op, value, folding)


def _empty(known: Field) -> _Part:
    null: Expression = {"$is.null": [known.name]}
    if known.type.is_text:
        return _Part({"$or": [null, {"$eq": [known.name, ""]}]})
    if known.type is FieldType.REFERENCE:
        return _Part({"$or": [null, {"$in": [known.name, ["", "0"]]}]})
    # Days may be kept as 0000-00-00, and what reads as no number or truth is not told.
    return _Part(null) if known.type.is_number else _NOTHING


def _among(known: Field, values: tuple[Value, ...], folding: Folding) -> _Part:
    if not values or any(value is None or plain(value) == "" for value in values):
        return _NOTHING
    if known.type is FieldType.REFERENCE:
        return _Part({"$in": [known.name, [plain(value) for value in values]]})
    if known.type.is_text and all(_is_exact(plain(value), folding) for value in values):
        return _Part({"$in": [known.name, [plain(value) for value in values]]})
    return _either([_compared(known, Op.EQ, value, folding) for value in values])


def _not_equal(known: Field, value: Value, folding: Folding) -> _Part:
    """Empty fields are not equal either. Texts are never asked: a server that folds more would find less."""
    if known.type in (FieldType.INTEGER, FieldType.REFERENCE, FieldType.DATE):
        equal = _compared(known, Op.EQ, value, folding).asked
        if equal is not None and "$eq" in equal:
            return _Part({"$or": [{"$ne": equal["$eq"]}, {"$is.null": [known.name]}]})
    return _NOTHING


def _number(known: Field, op: Op, value: Value) -> _Part:
    """Whole numbers exactly; others, which may be kept as doubles, a hair wider."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or op not in _SYMBOLS:
        return _NOTHING
    if known.type is FieldType.INTEGER:
        if value == int(value):
            return _Part({_SYMBOLS[op]: [known.name, int(value)]})
        value = Decimal(value)
    hair = max(abs(Decimal(value)), Decimal(1)) * _DOUBLES
    low, high = f"{value - hair:f}", f"{value + hair:f}"
    if op is Op.EQ:
        return _Part({"$between": [known.name, low, high]}, is_exact=False)
    if op in (Op.LT, Op.LE):
        return _Part({"$lte": [known.name, high]}, is_exact=False)
    return _Part({"$gte": [known.name, low]}, is_exact=False) if op in (Op.GT, Op.GE) else _NOTHING


def _calendar(known: Field, op: Op, value: Value) -> _Part:
    if op not in _SYMBOLS:
        return _NOTHING
    if known.type is FieldType.DATE and isinstance(value, date) and not isinstance(value, datetime):
        return _Part({_SYMBOLS[op]: [known.name, value.isoformat()]})
    if known.type is FieldType.TIME and isinstance(value, time) and op is not Op.EQ:
        wide = {Op.LT: "$lte", Op.LE: "$lte", Op.GT: "$gte", Op.GE: "$gte"}
        return _Part({wide[op]: [known.name, value.strftime("%H:%M:%S")]}, is_exact=False) if op in wide else _NOTHING
    return _NOTHING


def _moment(known: Field, op: Op, value: Value) -> _Part:
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
    elif isinstance(value, date):
        moment = datetime.combine(value, time(), UTC)
    else:
        return _NOTHING
    try:
        low, high = spelled(moment - _DAY), spelled(moment + _DAY)
    except OverflowError:
        return _NOTHING
    if op is Op.EQ:
        return _Part({"$between": [known.name, low, high]}, is_exact=False)
    if op in (Op.LT, Op.LE):
        return _Part({"$lte": [known.name, high]}, is_exact=False)
    return _Part({"$gte": [known.name, low]}, is_exact=False) if op in (Op.GT, Op.GE) else _NOTHING


def spelled(moment: datetime) -> str:
    """``2026-01-31 08:00:00``."""
    return moment.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0")


def _text(known: Field, op: Op, value: Value, folding: Folding) -> _Part:
    text = plain(value)
    operator = {Op.EQ: "$eq", Op.CONTAINS: "$cts", Op.STARTS_WITH: "$beg"}.get(op)
    if operator is None or not known.type.is_text:
        return _NOTHING
    if _is_exact(text, folding) and not (op is not Op.EQ and any(mark in text for mark in "%_\\")):
        return _Part({operator: [known.name, text]})
    if folding is Folding.SPELT:
        spelt = regex(text, is_whole=op is Op.EQ, is_start=op is not Op.CONTAINS)
        if len(quote(spelt, safe="")) <= _MAX_SPELT_CHARS:
            return _Part({"$regex": [known.name, spelt]}, is_exact="." not in spelt)
    start, end = ("%" if op is Op.CONTAINS else ""), ("" if op is Op.EQ else "%")
    return _Part({"$like": [known.name, f"{start}{pattern(text, folding)}{end}"]}, is_exact=False)


def _is_exact(text: str, folding: Folding) -> bool:
    """Whether the server compares every letter of it as ``matching`` does, and takes the value as it is."""
    if text.startswith("$") or "\\" in text or any(not letter.isprintable() for letter in text):
        return False
    return all(_is_safe(letter, folding) for letter in text)


def _is_safe(letter: str, folding: Folding) -> bool:
    if letter.isascii() and not letter.isalpha():
        return True
    if folding in (Folding.APART, Folding.SPELT) or ord(letter) > 0x17F:
        return False
    return folding is Folding.ALL or not (letter.lower() in _NORDIC or folded(letter) in _NORDIC)


def pattern(text: str, folding: Folding) -> str:
    """The inside of a LIKE that matches at least what ``matching`` holds equal to this text."""
    return "".join(_letter(letter, folding) for letter in text)


def regex(text: str, *, is_whole: bool, is_start: bool) -> str:
    """A SQL REGEXP of the letters that ``matching`` holds equal: ``^J(a|A|ä|…)rv…$``.

    Alternatives, no classes: older servers read a letter with an accent as two bytes. What is special there is "any".
    """
    made = "".join(_spelt(letter) for letter in text)
    return f"{'^' if is_start else ''}{made}{'$' if is_whole else ''}"


def _spelt(letter: str) -> str:
    if letter.isascii() and (letter.isdigit() or letter in _PLAIN_SIGNS):
        return letter
    if not letter.isalpha():
        return letter if not letter.isascii() and letter.isprintable() and not unicodedata.combining(letter) else "."
    kin = kin_of(folded(letter))
    return kin[0] if len(kin) == 1 else f"({'|'.join(kin)})"


_PLAIN_SIGNS = frozenset(" -@&,':;!\"/=<>~#%_")


@lru_cache(maxsize=256)
def kin_of(base: str) -> tuple[str, ...]:
    """Every letter that ``matching.folded`` holds equal to this one."""
    points = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    near = {base, base.upper(), *(chr(point) for point in points if folded(chr(point)) == base)}
    return tuple(sorted(one for one in near if len(one) == 1))


def _letter(letter: str, folding: Folding) -> str:
    if letter in "%_\\$" or not letter.isprintable() or not _is_safe(letter, folding):
        return "_"
    return letter
