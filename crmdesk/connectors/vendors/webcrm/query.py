# SPDX-License-Identifier: MIT
"""PURE: a pushed Query -> the SQL of ``/Queries``. What it finds is never less than the filter means; more is allowed.

``SELECT PersonId, PersonName FROM Person WHERE PersonName LIKE 'Ha%' AND PersonId > 17 ORDER BY PersonId ASC``

Proved by the official client: comparisons with quoted values, AND, OR in brackets, ORDER BY, ISO moments in quotes;
tables are singular, columns are named as in the records. How the server compares texts nobody tells: ``Folding`` is
measured once for each session (``catalog.py``), and letters it holds apart although ``matching.folded`` does not are
asked as "any letter". Moments are asked a day wider: on which clock the server keeps them is not told.

Quoting: ``'`` is doubled. A backslash, a bracket and what cannot be seen are never sent, but asked as "any letter".
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote

from crmdesk.connectors.vendors.webcrm.resources import ROUTES, Resource
from crmdesk.domain.errors import Unsupported
from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

MAX_PAGE = 1000
"""Rows: what the vendor's own client asks for at most."""
MAX_ENCODED_CHARS = 6000
"""The script travels in the URL; many web servers refuse request lines over 8,190 bytes."""

_NAME = re.compile(r"\w+", re.ASCII)
_SYMBOLS = {Op.EQ: "=", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Folding:
    """How the server compares texts, as far as it was measured; nothing measured = everything apart.

    Attributes:
        case: capitals are the same as small letters. accents: é is e too.
        classes: LIKE knows ``[eé]``, one of these letters.
    """

    case: bool = False
    accents: bool = False
    classes: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """The rendered conditions; ``dropped`` were not asked after all, so rows may come too many."""

    text: str = ""
    dropped: int = 0


def conditions(where: Filter | None, schema: Schema, folding: Folding) -> Terms:
    """The conditions of a pushed filter; what gets too long, or cannot be said, is left out.

    Raises:
        Unsupported: a negation; planning never makes one.
    """
    if where is None:
        return Terms()
    parts = where.parts if isinstance(where, And) else (where,)
    rendered = [_render(part, schema, folding) for part in parts]
    known = [text for text in rendered if text]
    while known and len(quote(" AND ".join(known), safe="")) > MAX_ENCODED_CHARS:
        known.remove(max(known, key=len))
    return Terms(" AND ".join(known), len(rendered) - len(known))


def select(
    resource: Resource,
    columns: Iterable[str],
    terms: Terms,
    order: tuple[Order, ...] = (),
    *,
    after: str = "",
) -> str:
    """One query; the last sort key is always the id, so that the order is total.

    Args:
        columns: names, or ``*``. after: only rows with a greater id.
    """
    names = tuple(columns)
    for name in (resource.table, *names, *(key.field for key in order)):
        if name != "*" and not _NAME.fullmatch(name):
            raise Unsupported(sentence("asking for a field named {name}", name=name))
    where = [terms.text] if terms.text else []
    if after:
        where.append(f"{resource.id_field} > {int(after)}")
    text = f"SELECT {', '.join(names)} FROM {resource.table}"
    if where:
        text += f" WHERE {' AND '.join(where)}"
    keys = [f"{key.field} {'DESC' if key.descending else 'ASC'}" for key in order if key.field != resource.id_field]
    own = next((key for key in order if key.field == resource.id_field), None)
    keys.append(f"{resource.id_field} {'DESC' if own is not None and own.descending else 'ASC'}")
    return sentence("{given} ORDER BY {keys}", given=text, keys=", ".join(keys))


def columns(
    resource: Resource, fields: tuple[FieldName, ...], order: tuple[Order, ...], schema: Schema
) -> tuple[str, ...]:
    """What to select: id and asked fields that the server has; ``*`` for everything."""
    if not fields:
        return ("*",)
    known = [name for name in (*fields, *(key.field for key in order)) if schema.field(name) is not None]
    return tuple(dict.fromkeys((resource.id_field, *known)))


def among(resource: Resource, keys: Iterable[str]) -> Terms:
    """One of these ids, in the form of alternatives that is proved."""
    return Terms("(" + " OR ".join(f"{resource.id_field} = {int(key)}" for key in keys) + ")")


def route(where: Filter | None, resource: Resource, schema: Schema) -> tuple[str, str] | None:
    """Path and value of the list of records that hold one value of a closed list; None where there is none."""
    parts = where.parts if isinstance(where, And) else (where,) if where is not None else ()
    for part in parts:
        if isinstance(part, Compare) and part.op is Op.EQ and (resource.name, part.field) in ROUTES:
            known = schema.field(part.field)
            wanted = folded(plain(part.value)) if not isinstance(part.value, tuple) else ""
            values = [c.value for c in known.choices] if known is not None else []
            value = next((v for v in values if folded(v) == wanted), "")
            if not value and not values and wanted.isdecimal():
                value = wanted
            if value:
                return ROUTES[(resource.name, part.field)], value
    return None


def _render(one: Filter, schema: Schema, folding: Folding) -> str:
    """A condition; "" where the server cannot be asked it."""
    match one:
        case Compare():
            return _term(one, schema, folding)
        case And(parts):
            known = [text for text in (_render(part, schema, folding) for part in parts) if text]
            return f"({' AND '.join(known)})" if known else ""
        case Or(parts):
            texts = [_render(part, schema, folding) for part in parts]
            # One alternative that cannot be asked opens the whole.
            return f"({' OR '.join(texts)})" if texts and all(texts) else ""
        case Not():
            raise Unsupported(sentence("asking the server for a negation"))


def _term(compare: Compare, schema: Schema, folding: Folding) -> str:
    known = schema.field(compare.field)
    if known is None or not known.filterable or not _NAME.fullmatch(known.name):
        return ""
    value = compare.value
    if compare.op is Op.IN:
        if not isinstance(value, tuple):
            return ""
        each = tuple(Compare(compare.field, Op.EQ, one) for one in value)
        return _render(Or(each), schema, folding)
    single: Value = value  # type: ignore[assignment]  # only IN carries a tuple of values
    if single is None or plain(single) == "":
        return ""
    if known.type is FieldType.REFERENCE:
        return f"{known.name} = {int(plain(single))}" if compare.op is Op.EQ and plain(single).isdecimal() else ""
    if known.type is FieldType.BOOLEAN:
        return f"{known.name} = 'Yes'" if single is True and compare.op is Op.EQ else ""
    if known.type.is_number:
        return _number(known, compare.op, single)
    if known.type.is_moment:
        return _moment(known, compare.op, single)
    return _text(known, compare.op, single, folding)


def _number(known: Field, op: Op, value: Value) -> str:
    """Whole numbers exactly; others, which the server keeps as doubles, a hair wider."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or op not in _SYMBOLS:
        return ""
    if known.type is FieldType.INTEGER and value == int(value):
        return f"{known.name} {_SYMBOLS[op]} {int(value)}"
    hair = max(abs(Decimal(value)), Decimal(1)) * Decimal("0.000001")
    low, high = f"{known.name} >= {value - hair:f}", f"{known.name} <= {value + hair:f}"
    return f"({low} AND {high})" if op is Op.EQ else high if op in (Op.LT, Op.LE) else low


def _moment(known: Field, op: Op, value: Value) -> str:
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
    elif isinstance(value, date):
        moment = datetime.combine(value, time(), UTC)
    else:
        return ""
    try:
        low, high = moment - _DAY, moment + 2 * _DAY
    except OverflowError:
        return ""
    first, last = f"{known.name} >= '{iso(low)}'", f"{known.name} <= '{iso(high)}'"
    if op is Op.EQ:
        return f"({first} AND {last})"
    return {Op.LT: last, Op.LE: last, Op.GT: first, Op.GE: first}.get(op, "")


def iso(moment: datetime) -> str:
    """``2018-10-05T12:00:00.0000000Z``: the form the official client sends."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z").rjust(28, "0")


def _text(known: Field, op: Op, value: Value, folding: Folding) -> str:
    text = plain(value)
    if known.type is FieldType.CHOICE and known.choices and known.choices[0].value.isdecimal():
        return f"{known.name} = {int(text)}" if op is Op.EQ and text.isdecimal() else ""
    if op is Op.EQ:
        exact = folding.case and folding.accents and all(_is_plain(letter) or letter == "'" for letter in text)
        if exact and known.type is not FieldType.LONG_TEXT:
            return f"{known.name} = {literal(text)}"
        return f"{known.name} LIKE '{pattern(text, folding)}'"
    if op in (Op.CONTAINS, Op.STARTS_WITH):
        start = "%" if op is Op.CONTAINS else ""
        return f"{known.name} LIKE '{start}{pattern(text, folding)}%'"
    return ""


def literal(text: str) -> str:
    """A quoted value.

    Raises:
        Unsupported: it holds what is never sent.
    """
    if any(not letter.isprintable() or letter == "\\" for letter in text):
        raise Unsupported(sentence("a value that a query cannot say"))
    return "'" + text.replace("'", "''") + "'"


def pattern(text: str, folding: Folding) -> str:
    """The inside of a LIKE literal that matches at least what ``matching`` holds equal to this text."""
    return "".join(_letter(letter, folding) for letter in unicodedata.normalize("NFC", text))


def _letter(letter: str, folding: Folding) -> str:
    if letter == "'":
        return "''"
    if _is_plain(letter) and not letter.isalpha():
        return letter
    base = folded(letter)
    if not (base.isascii() and base.isalpha()):
        return "%" if unicodedata.combining(letter) else "_"
    if folding.case and folding.accents:
        return base
    if folding.classes:
        kin = _kin(base)
        return (
            f"[{base}{kin}]"
            if folding.case
            else f"[{base}{base.upper()}{kin}{''.join(k for k in kin.upper() if k not in kin)}]"
        )
    return base if folding.case and not _kin(base) else "_"


def _is_plain(letter: str) -> bool:
    """Stands for itself in a literal, and is compared by itself."""
    return letter.isascii() and letter.isprintable() and letter not in "%_[]\\'^"


@lru_cache(maxsize=64)
def _kin(base: str) -> str:
    """The small letters with an accent that ``matching.folded`` holds equal to this one."""
    points = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    return "".join(chr(p) for p in points if chr(p).islower() and folded(chr(p)) == base)
