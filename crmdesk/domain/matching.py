# SPDX-License-Identifier: MIT
"""What a filter means, decided here and nowhere else.

The meaning is the narrowest that every server honours at least: a server may find more (it ignores trailing
blanks, say), and what it finds too much is taken out by ``matches``; it must never find less.

text      = and in: ignoring case and accents (``folded``); contains, starts with likewise; < <= > >= by folded text
number    by amount; date and datetime by moment; time by clock
reference = by id; boolean by truth
moment    contains, starts with: as ISO 8601 in UTC
list      = the same members in any order; contains, starts with: one of the members does
empty     only IS_EMPTY and != match it; != means "not equal", so it matches empty fields too
"""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or
from crmdesk.domain.values import Value, in_utc, plain


def matches(where: Filter | None, values: Mapping[FieldName, Value]) -> bool:
    """Whether a record with these values passes; a field that is absent counts as empty."""
    match where:
        case None:
            return True
        case And(parts):
            return all(matches(part, values) for part in parts)
        case Or(parts):
            return any(matches(part, values) for part in parts)
        case Not(part):
            return not matches(part, values)
        case Compare(field, op, wanted):
            return _compare(values.get(field), op, wanted)


def folded(text: str) -> str:
    """Text without case and accents, letter by letter.

    Only accents that are part of one letter (ä, é, ő) are taken off, as MySQL's general collations do; a combining
    mark on its own stays, and ß, ø, ł stay what they are.
    """
    return text.lower() if text.isascii() else text.translate(_LETTERS)


class _Letters(dict[int, str]):
    """Each letter's form, remembered: columns of a million texts are folded at once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        parts = unicodedata.normalize("NFD", letter)
        base = parts[0] if len(parts) > 1 and all(unicodedata.combining(mark) for mark in parts[1:]) else letter
        lower = base.lower()
        self[code] = form = lower if len(lower) == 1 else base
        return form


_LETTERS = _Letters()


def is_empty(value: Value) -> bool:
    """None, no text, no members."""
    return value is None or value == "" or value == ()


def _compare(have: Value, op: Op, wanted: Value | tuple[Value, ...]) -> bool:
    if op is Op.IS_EMPTY:
        return is_empty(have)
    if op is Op.IN:
        return any(_equal(have, one) for one in wanted) if isinstance(wanted, tuple) else _equal(have, wanted)
    single: Value = wanted  # type: ignore[assignment]  # only IN carries a tuple of values
    if op is Op.NE:
        return not _equal(have, single)
    if is_empty(have) or is_empty(single):
        return op is Op.EQ and is_empty(have) and is_empty(single)
    if op is Op.EQ:
        return _equal(have, single)
    if op in (Op.CONTAINS, Op.STARTS_WITH):
        part, wholes = folded(_text(single)), have if isinstance(have, tuple) else (_text(have),)
        if op is Op.CONTAINS:
            return any(part in folded(whole) for whole in wholes)
        return any(folded(whole).startswith(part) for whole in wholes)
    pair = _ordered(have, single)
    return pair is not None and _ORDER[op](*pair)


def _text(value: Value) -> str:
    """``plain``, and a moment the same whichever zone it is told in."""
    return plain(in_utc(value) if isinstance(value, datetime) else value)


def _equal(have: Value, wanted: Value) -> bool:
    if is_empty(have) or is_empty(wanted):
        return is_empty(have) and is_empty(wanted)
    if isinstance(have, RecordId) or isinstance(wanted, RecordId):
        return plain(have) == plain(wanted)
    if isinstance(have, tuple) and isinstance(wanted, tuple):
        return {folded(m) for m in have} == {folded(m) for m in wanted}
    pair = _ordered(have, wanted)
    return pair is not None and pair[0] == pair[1]


def _ordered(have: Value, wanted: Value) -> tuple[object, object] | None:
    """Both sides in a form that compares, None where they cannot be compared."""
    if isinstance(have, bool) or isinstance(wanted, bool):
        return (have, wanted) if isinstance(have, bool) and isinstance(wanted, bool) else None
    if isinstance(have, (int, Decimal)) and isinstance(wanted, (int, Decimal)):
        return have, wanted
    if isinstance(have, datetime) or isinstance(wanted, datetime):
        return (have, wanted) if isinstance(have, datetime) and isinstance(wanted, datetime) else None
    for kind in (date, time):
        if isinstance(have, kind) and isinstance(wanted, kind):
            return have, wanted
    if isinstance(have, str) or isinstance(wanted, str):
        return folded(plain(have)), folded(plain(wanted))
    return None


_ORDER: dict[Op, Callable[..., bool]] = {
    Op.LT: lambda a, b: bool(a < b),
    Op.LE: lambda a, b: bool(a <= b),
    Op.GT: lambda a, b: bool(a > b),
    Op.GE: lambda a, b: bool(a >= b),
}
