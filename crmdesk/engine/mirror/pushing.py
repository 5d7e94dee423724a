# SPDX-License-Identifier: MIT
"""Filters and orders as SQL over a module's table, meaning exactly what ``domain.matching`` and ``sort_records`` mean. Pure.

What SQL cannot say becomes "maybe": the rows it lets through are held against the filter here, one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from crmdesk.domain.matching import folded, is_empty, matches
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order
from crmdesk.domain.schema import FieldType
from crmdesk.domain.values import Value, plain
from crmdesk.engine.mirror.layout import Cell, Column, Layout, moment_text, number_cell, quoted

_SIGN = {Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


@dataclass(frozen=True, slots=True)
class Where:
    """A condition. ``exact`` False: it lets through more than the filter does. Rows with ``_odd`` are never judged by
    it."""

    sql: str
    given: tuple[Cell, ...] = ()
    exact: bool = True


_ALL, _NONE = Where("1"), Where("0")
_MAYBE = Where("1", exact=False)


def where_of(filter_: Filter | None, layout: Layout) -> Where:
    """The filter as SQL; every part is 1 or 0, never NULL."""
    match filter_:
        case None:
            return _ALL
        case And(parts):
            return _joined([where_of(part, layout) for part in parts], " AND ", _ALL)
        case Or(parts):
            return _joined([where_of(part, layout) for part in parts], " OR ", _NONE)
        case Not(part):
            inner = where_of(part, layout)
            return Where(f"NOT {inner.sql}", inner.given) if inner.exact else _MAYBE
        case Compare():
            return _compare(filter_, layout)


def _joined(parts: Sequence[Where], word: str, none: Where) -> Where:
    if not parts:
        return none
    sql = word.join(part.sql for part in parts)
    given = tuple(cell for part in parts for cell in part.given)
    return Where(f"({sql})", given, all(part.exact for part in parts))


def _compare(one: Compare, layout: Layout) -> Where:
    column = layout.by_field.get(one.field)
    if column is None:
        return _ALL if matches(one, {}) else _NONE  # no row has it; those that do are odd ones
    if one.op is Op.IS_EMPTY:
        return Where(_empty(column))
    if one.op is Op.IN:
        members = one.value if isinstance(one.value, tuple) else (one.value,)
        return _joined([_equal(column, member) for member in members], " OR ", _NONE)
    wanted: Value = one.value  # type: ignore[assignment]  # only IN carries a tuple of values
    if one.op is Op.NE:
        same = _equal(column, wanted)
        return Where(f"NOT {same.sql}", same.given) if same.exact else _MAYBE
    if one.op is Op.EQ:
        return _equal(column, wanted)
    if is_empty(wanted):
        return _NONE
    if one.op in (Op.CONTAINS, Op.STARTS_WITH):
        return _part(column, wanted, from_start=one.op is Op.STARTS_WITH)
    return _range(column, one.op, wanted)


def _empty(column: Column) -> str:
    name = quoted(column.name)
    if column.field.type is FieldType.MULTI_CHOICE:
        return f"({name} IS NULL OR {name} = '[]')"
    return f"({name} IS NULL OR {name} = '')" if column.field.type.is_text else f"({name} IS NULL)"


def _equal(column: Column, wanted: Value) -> Where:
    if is_empty(wanted):
        return Where(_empty(column))
    kind, name = column.field.type, quoted(column.name)
    if kind is FieldType.REFERENCE:
        return Where(f"({name} IS NOT NULL AND {name} = ?)", (plain(wanted),))
    if kind.is_text:
        if not isinstance(wanted, str):
            return _MAYBE
        return Where(f"({name} IS NOT NULL AND {fold(name)} = ?)", (folded(wanted),))
    if kind is FieldType.MULTI_CHOICE:
        return _MAYBE
    cell = _cell(kind, wanted)
    return _MAYBE if cell is None else Where(f"({name} IS NOT NULL AND {name} = ?)", (cell,))


def _range(column: Column, op: Op, wanted: Value) -> Where:
    kind, name = column.field.type, quoted(column.name)
    if kind.is_text:
        if not isinstance(wanted, str):
            return _MAYBE
        return Where(f"({name} IS NOT NULL AND {name} <> '' AND {fold(name)} {_SIGN[op]} ?)", (folded(wanted),))
    if not (kind.is_number or kind.is_moment):
        return _MAYBE
    cell = _cell(kind, wanted)
    return _MAYBE if cell is None else Where(f"({name} IS NOT NULL AND {name} {_SIGN[op]} ?)", (cell,))


def _part(column: Column, wanted: Value, *, from_start: bool) -> Where:
    kind, name, part = column.field.type, quoted(column.name), folded(plain(wanted))
    test = "= 1" if from_start else "> 0"
    if kind.is_text or kind is FieldType.REFERENCE:
        return Where(f"({name} IS NOT NULL AND instr({fold(name)}, ?) {test})", (part,))
    if kind is FieldType.MULTI_CHOICE:
        members = f"SELECT 1 FROM json_each({name}) WHERE instr(folded(value), ?) {test}"
        return Where(f"({name} IS NOT NULL AND EXISTS ({members}))", (part,))
    return _MAYBE


def _cell(kind: FieldType, wanted: Value) -> Cell:
    """What the column is compared with; None where the two do not compare that simply."""
    if kind.is_number and isinstance(wanted, (int, Decimal)) and not isinstance(wanted, bool):
        return number_cell(wanted)
    if kind is FieldType.BOOLEAN and isinstance(wanted, bool):
        return int(wanted)
    if kind is FieldType.DATETIME and isinstance(wanted, datetime) and wanted.tzinfo is not None:
        return moment_text(wanted) if 2 < wanted.year < 9999 else None
    if kind is FieldType.DATE and isinstance(wanted, date) and not isinstance(wanted, datetime):
        return wanted.isoformat()
    if kind is FieldType.TIME and isinstance(wanted, time) and wanted.tzinfo is None:
        return wanted.isoformat()
    return None


def fold(expression: str) -> str:
    """Text without case and accents, by SQLite itself where it is plain ASCII, since Python is asked a million times."""
    return f"CASE WHEN {expression} GLOB '*[^ -~]*' THEN folded({expression}) ELSE lower({expression}) END"


# ---- order ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sorted:
    """Some of the rows and their order, which ends with the row itself: equal rows stay as they came.

    Attributes:
        only: the condition of these rows. by: the ORDER BY. given: its values.
        text: the folded text by which they are sorted first, as an expression without values; "" = by something else, or
            by an index. raw: the column it is folded from. descending: the greatest come first.
    """

    only: str
    by: str
    given: tuple[Cell, ...] = ()
    text: str = ""
    raw: str = ""
    descending: bool = False


def sorting_of(order: tuple[Order, ...], layout: Layout) -> tuple[Sorted, ...]:
    """The order as parts that follow one another; a field the table does not have sorts nothing.

    Empty values come last whichever way; as a part of their own where that lets an index give the others.
    """
    known = [(key, column) for key in order if (column := layout.by_field.get(key.field)) is not None]
    if not known:
        return (Sorted("1", "_row"),)
    if len(known) == 1:
        key, column = known[0]
        way = " DESC" if key.descending else ""
        if column.sort or not (column.field.type.is_text or column.field.type in _LABELLED):
            name = quoted(column.sort or column.name)
            return Sorted(f"{name} IS NOT NULL", f"{name}{way}, _row"), Sorted(f"{name} IS NULL", "_row")
    parts: list[str] = []
    given: list[Cell] = []
    for key, column in known:
        expression, values = _sort_value(column)
        way = " DESC" if key.descending else ""
        parts.append(f"{expression}{way} NULLS LAST")
        given += values
    first, column = known[0]
    raw = _shown(column) if column.field.type is FieldType.REFERENCE else quoted(column.name)
    if (column.field.type.is_text or column.field.type is FieldType.REFERENCE) and not _sort_value(column)[1]:
        return (Sorted("1", ", ".join((*parts, "_row")), tuple(given), fold(raw), raw, first.descending),)
    return (Sorted("1", ", ".join((*parts, "_row")), tuple(given)),)


_LABELLED = frozenset({FieldType.REFERENCE, FieldType.MULTI_CHOICE})


def _shown(column: Column) -> str:
    """What a reference is called, else its id."""
    return f"coalesce(nullif({quoted(column.label)}, ''), {quoted(column.name)})"


def _sort_value(column: Column) -> tuple[str, tuple[Cell, ...]]:
    """What a person sees, in a form that sorts; NULL where it is empty."""
    kind, name = column.field.type, quoted(column.name)
    if kind is FieldType.REFERENCE:
        return f"nullif({fold(_shown(column))}, '')", ()
    if kind is FieldType.CHOICE and (choices := [c for c in column.field.choices if c.label != c.value]):
        cases = " ".join("WHEN ? THEN ?" for _ in choices)
        given = tuple(cell for c in choices for cell in (c.value, folded(c.label)))
        return f"nullif(CASE {name} {cases} ELSE {fold(name)} END, '')", given
    if kind.is_text:
        return f"nullif({fold(name)}, '')", ()
    if kind is FieldType.MULTI_CHOICE:
        return f"folded(nullif({name}, '[]'))", ()
    return name, ()
