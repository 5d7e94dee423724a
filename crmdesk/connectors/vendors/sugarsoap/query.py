# SPDX-License-Identifier: MIT
"""PURE: a pushed Filter -> the ``query`` text, an SQL condition. What it finds is never less than the filter means.

SplendidCRM pastes the text behind ``and (…)`` after turning ALL of it into capitals, string literals too, and deleting
every ``<TABLE>.`` from it, inside literals too; nothing is escaped for us (sugarsoap.md 5). The dialect is that of the
server's database. SuiteCRM takes ``accounts.name``, refuses ``;`` and sub-selects, lets an open quote reach the
database, and stores ``<``, ``>``, ``"`` and ``'`` as HTML entities (sugarsoap.md 9, 10 and 11).

So: ``'`` is doubled and nothing else can end a literal; ``;`` and backslashes are never sent; texts are compared with
``like`` alone, and a letter that this database may hold apart from one that ``matching.folded`` holds equal (another
case, another accent) becomes ``_``, one that may be stored in several characters ``%``. Which letters these are is
found out with a record that is there (``Collation``). Times are widened by what is not known of the server's clock.

Left over: a text with control characters, which no reply can hold, is read without them and searched with them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from unicodedata import combining

from crmdesk.connectors.vendors.sugarsoap import catalog
from crmdesk.connectors.vendors.sugarsoap.clock import Clock
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import Described
from crmdesk.connectors.vendors.sugarsoap.parse import EMPTY_GUID
from crmdesk.domain.errors import Unsupported
from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order, compares
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

MAX_CHARACTERS = 60_000
"""A condition longer than this is applied here."""

_NAME = re.compile(r"\w+", re.ASCII)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FREE_ID = re.compile(r"[A-Za-z0-9_.\-]+")
_WATCHED = re.compile(r"select|union|insert|update|delete|drop|exec|sleep|benchmark|into|load_file", re.IGNORECASE)
_RANGES = {Op.LT: "<=", Op.LE: "<=", Op.GT: ">=", Op.GE: ">="}
_EXACTLY_ONE_S = timedelta(seconds=1)
_SUMMER_TIME = timedelta(hours=2)
_ANY_ZONE = timedelta(hours=15)


@dataclass(frozen=True, slots=True)
class Collation:
    """How this server's database compares texts; nothing is assumed until it was tried.

    Attributes:
        finds_ids: a record is found by its id. folds_case: ``ABC`` is found as ``abc``. folds_accents: ``é`` as ``e``.
        knows_classes: ``like '[AB]%'`` is understood, as SQL Server does.
    """

    finds_ids: bool = False
    folds_case: bool = False
    folds_accents: bool = False
    knows_classes: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """What a condition depends on beside the filter."""

    known: Described
    clock: Clock = field(default_factory=Clock)
    collation: Collation = field(default_factory=Collation)

    @property
    def is_splendid(self) -> bool:
        """Whose rules hold."""
        return self.known.family is Family.SPLENDID


@dataclass(frozen=True, slots=True)
class Condition:
    """The text for ``query``, "" = everything. ``dropped``: conditions the server is not asked after all."""

    text: str = ""
    dropped: int = 0


def condition(where: Filter | None, asking: Asking) -> Condition:
    """The text of a pushed filter.

    Raises:
        Unsupported: a tree that planning never makes.
    """
    dropped: list[Compare] = []
    text = _rendered(where, asking, dropped) if where is not None else None
    if text is not None and len(text) > MAX_CHARACTERS:
        return Condition("", 1)
    return Condition(text or "", len(dropped))


def is_exact(where: Filter | None, asking: Asking) -> bool:
    """Whether the condition finds just what the filter means, so that the server's own count is the right one."""
    if where is None:
        return True
    made = condition(where, asking)
    return bool(made.text) and not made.dropped and all(_is_exact(one, asking) for one in compares(where))


def _is_exact(one: Compare, asking: Asking) -> bool:
    field = asking.known.schema.field(one.field)
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    if field is None or one.op is Op.IS_EMPTY:
        return False
    if field.type in (FieldType.BOOLEAN, FieldType.REFERENCE):
        return one.op in (Op.EQ, Op.IN)
    # A letter that is asked for as "_" or "%" finds others too; a blank at the end may count or not.
    return field.type.is_text and all(
        isinstance(text, str) and text == text.strip() and pattern(text, asking) == text and not set(text) & {"_", "%"}
        for text in values
    )


def order_by(order: tuple[Order, ...], asking: Asking) -> str:
    """The text for ``order_by``; always one column, and never empty.

    SplendidCRM cuts " asc" and " desc" off and takes one column; SuiteCRM takes several, without the table's name, and
    an id behind them makes the order total (SugarBean.process_order_by; a prefixed name changed nothing, recorded).

    Raises:
        Unsupported: downwards on SplendidCRM; several keys.
    """
    if len(order) > 1:
        raise Unsupported(sentence("sorting by several columns"))
    key = order[0] if order else Order(catalog.ID)
    if not _NAME.fullmatch(key.field):
        raise Unsupported(sentence("sorting by {field}", field=key.field))
    if asking.is_splendid:
        if key.descending:
            raise Unsupported(sentence("sorting downwards"))
        return key.field.upper()
    first = f"{key.field} {'desc' if key.descending else 'asc'}"
    return first if key.field == catalog.ID else f"{first}, id asc"


def by_keys(field: FieldName, keys: Iterable[str], asking: Asking) -> str:
    """``FIELD = 'key'`` for each key, of links and ids.

    Raises:
        Unsupported: a key that no such server makes.
    """
    parts = [_id_equals(column(field, asking), key, asking) for key in keys]
    if not parts or None in parts:
        raise Unsupported(sentence("asking for such a record"))
    return " or ".join(part for part in parts if part)


def column(field: FieldName, asking: Asking) -> str:
    """A field as the query names it.

    Raises:
        Unsupported: no name of a column.
    """
    if not _NAME.fullmatch(field):
        raise Unsupported(sentence("asking for a field named {field}", field=field))
    if asking.is_splendid:
        return field.upper()
    table = asking.known.table
    return f"{table}_cstm.{field}" if field.endswith("_c") else f"{table}.{field}"


def since(moment: datetime, asking: Asking) -> str:
    """Rows that were changed at this moment or later, and a few before."""
    return _bound(column(catalog.MODIFIED, asking), ">=", moment, asking)


def _rendered(where: Filter, asking: Asking, dropped: list[Compare]) -> str | None:
    """None = the server is not asked."""
    match where:
        case Compare():
            text = _compared(where, asking)
            if text is None:
                dropped.append(where)
            return text
        case And(parts):
            texts = [text for part in parts if (text := _rendered(part, asking, dropped)) is not None]
            return " and ".join(f"({text})" for text in texts) if texts else None
        case Or(parts) if parts:
            told = [_rendered(part, asking, dropped) for part in parts]
            known = [text for text in told if text is not None]
            # One alternative that cannot be asked opens the whole: anything may match.
            return " or ".join(f"({text})" for text in known) if len(known) == len(told) else None
        case Or() | Not():
            raise Unsupported(sentence("a negated filter, or one without alternatives"))


def _compared(compare: Compare, asking: Asking) -> str | None:
    field = asking.known.schema.field(compare.field)
    if field is None or not field.filterable or field.name not in asking.known.raw_types:
        return None
    name = column(field.name, asking)
    if compare.op is Op.IS_EMPTY:
        return _empty(field, name, asking)
    if compare.op is Op.IN:
        values = compare.value if isinstance(compare.value, tuple) else ()
        each = [_equals(field, name, value, asking) for value in values]
        return " or ".join(f"({one})" for one in each if one) if each and None not in each else None
    value: Value = compare.value  # type: ignore[assignment]  # only IN carries a tuple of values
    if value is None or plain(value) == "":
        return None
    if compare.op is Op.EQ:
        return _equals(field, name, value, asking)
    if compare.op in (Op.CONTAINS, Op.STARTS_WITH):
        return _like(field, name, plain(value), compare.op, asking)
    if compare.op in _RANGES:
        return _ranged(field, name, _RANGES[compare.op], value, asking)
    raise Unsupported(sentence("asking the server for “{op}”", op=compare.op.value))


def _equals(field: Field, name: str, value: object, asking: Asking) -> str | None:
    if isinstance(value, bool) or field.type is FieldType.BOOLEAN:
        fits = isinstance(value, bool) and field.type is FieldType.BOOLEAN
        return f"{name} = {1 if value else 0}" if fits else None
    if field.type.is_number or field.type.is_moment:
        low = _ranged(field, name, ">=", value, asking)
        high = _ranged(field, name, "<=", value, asking)
        return f"{low} and {high}" if low and high else None
    if field.type is FieldType.REFERENCE:
        return _id_equals(name, plain(value), asking) if isinstance(value, (RecordId, str)) else None
    if field.type is FieldType.OPAQUE and asking.is_splendid:
        return _id_equals(name, plain(value), asking) if isinstance(value, str) else None
    return _like(field, name, plain(value), Op.EQ, asking) if isinstance(value, str) and value else None


def _id_equals(name: str, key: str, asking: Asking) -> str | None:
    if asking.is_splendid:
        return f"{name} = '{key}'" if _GUID.fullmatch(key) and asking.collation.finds_ids else None
    return f"{name} = '{key}'" if _FREE_ID.fullmatch(key) else None


def _empty(field: Field, name: str, asking: Asking) -> str:
    if field.type.is_text and not (asking.is_splendid and field.type is FieldType.OPAQUE):
        return f"{name} is null or {name} like ''"
    if field.type is FieldType.REFERENCE:
        return f"{name} is null or {name} = '{EMPTY_GUID}'" if asking.is_splendid else f"{name} is null or {name} = ''"
    if asking.is_splendid:
        return f"{name} is null"
    if field.type is FieldType.MULTI_CHOICE:
        return f"{name} is null or {name} like '' or {name} like '^^'"
    return f"{name} is null or {name} like '0000-00-00%'" if field.type.is_moment else f"{name} is null"


def _ranged(field: Field, name: str, symbol: str, value: object, asking: Asking) -> str | None:
    if isinstance(value, bool):
        return None
    if field.type.is_number:
        return _number(name, symbol, value) if isinstance(value, (int, Decimal)) else None
    if field.type is FieldType.DATETIME:
        return _bound(name, symbol, value, asking) if isinstance(value, datetime) else None
    if field.type is FieldType.DATE and isinstance(value, date) and not isinstance(value, datetime):
        return _day(name, symbol, value, asking)
    return None


def _number(name: str, symbol: str, value: int | Decimal) -> str:
    """Widened a little: a binary float holds 0.1 as something near it, and is read rounded."""
    exact = Decimal(value)
    margin = abs(exact) * Decimal("1e-9") + Decimal("1e-9")
    return f"{name} {symbol} {exact - margin if symbol == '>=' else exact + margin:.10f}"


def _bound(name: str, symbol: str, moment: datetime, asking: Asking) -> str:
    if not asking.is_splendid:
        at = _moved(moment.astimezone(UTC), symbol, _EXACTLY_ONE_S)
        return f"{name} {symbol} '{at:%Y-%m-%d %H:%M:%S}'"
    margin = _SUMMER_TIME if asking.clock.is_known else _ANY_ZONE
    at = _moved(moment.astimezone(asking.clock.zone), symbol, margin + _EXACTLY_ONE_S)
    # With T no language setting of SQL Server reads day and month the other way round.
    return f"{name} {symbol} '{at:%Y-%m-%dT%H:%M:%S}'"


def _day(name: str, symbol: str, value: date, asking: Asking) -> str:
    at = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if asking.is_splendid:
        return f"{name} {symbol} '{_moved(at, symbol, timedelta(days=1)):%Y-%m-%dT%H:%M:%S}'"
    return f"{name} {symbol} '{at:%Y-%m-%d}{' 23:59:59' if symbol == '<=' else ''}'"


def _moved(moment: datetime, symbol: str, margin: timedelta) -> datetime:
    try:
        return moment + margin if symbol == "<=" else moment - margin
    except OverflowError:
        return moment


def _like(field: Field, name: str, text: str, op: Op, asking: Asking) -> str | None:
    if field.type is FieldType.OPAQUE and asking.is_splendid:
        return None
    inside = pattern(text, asking)
    if op is Op.CONTAINS and not inside.strip("_%"):
        return None  # nothing left to look for
    if asking.is_splendid and f"{asking.known.table}." in inside.upper():
        return None  # the server would cut it out of the literal
    before, after = ("%" if op is Op.CONTAINS else ""), ("" if op is Op.EQ else "%")
    return f"{name} like '{before}{inside}{after}'"


def pattern(text: str, asking: Asking) -> str:
    """The inside of a ``like`` literal that this server matches with at least the texts we hold equal."""
    inside = "".join(_letter(letter, asking) for letter in text)
    if asking.is_splendid:
        return inside
    # Whether words of SQL are looked for inside literals too, nobody says: GUESS, so none is written out.
    return _WATCHED.sub(lambda found: f"_{found[0][1:]}", inside)


def _letter(letter: str, asking: Asking) -> str:
    collation = asking.collation
    if letter == "'":
        return "''" if asking.is_splendid else "%"
    if letter in '<>"&' and not asking.is_splendid:
        return "%"
    if ord(letter) < 0x20 or ord(letter) == 0x7F or ord(letter) > 0xFFFF:
        return "%"  # a line's end may be stored as two characters, an emoji counts as two
    if combining(letter):
        return "%"  # a mark alone weighs nothing where letters and their accents are one
    if len(letter.upper().lower()) > 1:
        return "%"  # ß is SS to some servers
    if not letter.isascii() or letter in "%_[]\\^;":
        return "_"
    if letter in "iI" and asking.is_splendid:
        return "_"  # a Turkish server makes another letter of it
    if not letter.isalpha() or (collation.folds_case and collation.folds_accents):
        return letter
    return _class_of(letter.lower()) if collation.folds_case and collation.knows_classes else "_"


@lru_cache(maxsize=64)
def _class_of(letter: str) -> str:
    """``[EÈÉ…]``: every letter that is held equal here, in capitals as the server would make them."""
    alike = {chr(point).upper() for point in range(0x80, 0x2200) if folded(chr(point)) == letter}
    return f"[{letter.upper()}{''.join(sorted(one for one in alike if len(one) == 1 and not one.isascii()))}]"
