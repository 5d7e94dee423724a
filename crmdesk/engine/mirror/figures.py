# SPDX-License-Identifier: MIT
"""Figures over the copy: how many and how much, by what; added up by SQL where SQL can say the filter exactly."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from crmdesk.domain.errors import Unsupported
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Op, Query, compares
from crmdesk.domain.schema import FieldType
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain
from crmdesk.engine.mirror.layout import Column, Layout, quoted
from crmdesk.engine.mirror.pushing import Where
from crmdesk.engine.mirror.reading import exact_condition, fetch_rows
from crmdesk.engine.mirror.shapes import Bucket, Figure, Step
from crmdesk.engine.mirror.tables import narrowed

_FORMS = {
    Step.DAY: "strftime('%Y-%m-%d', {0})",
    Step.MONTH: "strftime('%Y-%m-01', {0})",
    Step.QUARTER: "strftime('%Y-', {0}) || printf('%02d', (CAST(strftime('%m', {0}) AS INTEGER) - 1) / 3 * 3 + 1) || '-01'",
    Step.YEAR: "strftime('%Y-01-01', {0})",
}
_PLACES = Decimal("0.0001")


@dataclass(slots=True)
class _Sum:
    count: int = 0
    total: Decimal = Decimal(0)
    label: str = ""


def buckets(db: sqlite3.Connection, layout: Layout, figure: Figure) -> tuple[Bucket, ...]:
    """The groups of a figure.

    Raises:
        Unsupported: a field that the copy does not have.
    """
    by = _column(layout, figure.by)
    for name in (figure.total, figure.currency):
        if name is not None:
            _column(layout, name)
    condition = exact_condition(db, layout, figure.where)
    sums = _by_rows(db, layout, figure) if condition is None else _by_sql(db, layout, figure, by, condition)
    return _told(sums, figure, by)


def _column(layout: Layout, name: FieldName) -> Column:
    column = layout.by_field.get(name)
    if column is None:
        raise Unsupported(sentence("the field {name} in the local copy", name=name))
    return column


def _by_sql(
    db: sqlite3.Connection, layout: Layout, figure: Figure, by: Column, condition: Where
) -> dict[tuple[str, str], _Sum]:
    key = quoted(by.name)
    if figure.step is not None:
        moment = f"datetime({key}, 'localtime')" if by.field.type is FieldType.DATETIME else key
        key = _FORMS[figure.step].format(moment)
    label = f"max({quoted(by.label)})" if by.label else "NULL"
    total = f"sum({quoted(_column(layout, figure.total).name)})" if figure.total is not None else "NULL"
    currency = quoted(_column(layout, figure.currency).name) if figure.currency is not None else "''"
    sql = (
        f"SELECT {key} AS k, {currency} AS c, count(*), {total}, {label} FROM {quoted(layout.table)} "
        f"WHERE _gone IS NULL AND {condition.sql} GROUP BY k, c"
    )
    found: dict[tuple[str, str], _Sum] = {}
    for value, money, count, added, name in db.execute(sql, condition.given):
        one = found.setdefault(("" if value is None else str(value), "" if money is None else str(money)), _Sum())
        one.count += count
        one.total += _decimal(added)
        one.label = one.label or str(name or "")
    return found


def _decimal(added: object) -> Decimal:
    return Decimal(repr(added)).quantize(_PLACES).normalize() if isinstance(added, (int, float)) else Decimal(0)


def _by_rows(db: sqlite3.Connection, layout: Layout, figure: Figure) -> dict[tuple[str, str], _Sum]:
    """The same, one by one, where SQL cannot say the filter or some values do not fit their columns."""
    fields = [figure.by, figure.total, figure.currency, *(c.field for c in compares(figure.where))]
    looked_at = narrowed(layout, [name for name in fields if name is not None])
    found: dict[tuple[str, str], _Sum] = {}
    for record in fetch_rows(db, layout, Query(figure.module, (), figure.where), looked_at):
        value = record.values.get(figure.by)
        money = plain(record.values.get(figure.currency)) if figure.currency is not None else ""
        one = found.setdefault((_key(value, figure.step), money), _Sum())
        one.count += 1
        added = record.values.get(figure.total) if figure.total is not None else None
        if isinstance(added, (int, Decimal)) and not isinstance(added, bool):
            one.total += added
        one.label = one.label or record.labels.get(figure.by, "")
    return found


def _key(value: Value, step: Step | None) -> str:
    if isinstance(value, tuple):
        import json

        return json.dumps(value, ensure_ascii=False)
    if step is None or not isinstance(value, date):
        return plain(value)
    day = value.astimezone().date() if isinstance(value, datetime) else value
    month = {Step.DAY: day.month, Step.MONTH: day.month, Step.QUARTER: (day.month - 1) // 3 * 3 + 1, Step.YEAR: 1}[step]
    return day.replace(month=month, day=day.day if step is Step.DAY else 1).isoformat()


def _told(sums: dict[tuple[str, str], _Sum], figure: Figure, by: Column) -> tuple[Bucket, ...]:
    made = [
        Bucket(
            key=key,
            label=one.label or _label(key, by),
            count=one.count,
            total=one.total if figure.total is not None else None,
            where=_where(key, figure, by),
            currency=money,
        )
        for (key, money), one in sums.items()
    ]
    if figure.step is not None:
        return tuple(sorted(made, key=lambda b: (b.key == "", b.key, b.currency))[-figure.most :])
    made.sort(key=lambda b: (-(b.total if b.total is not None else b.count), b.label.casefold(), b.key))
    return tuple(made[: figure.most])


def _label(key: str, by: Column) -> str:
    return by.field.choice_label(key) if key else ""


def _where(key: str, figure: Figure, by: Column) -> Filter:
    name, kind = figure.by, by.field.type
    if not key:
        return Compare(name, Op.IS_EMPTY)
    if figure.step is not None:
        first = date.fromisoformat(key)
        return And(
            (Compare(name, Op.GE, _bound(first, kind)), Compare(name, Op.LT, _bound(_next(first, figure.step), kind)))
        )
    return Compare(name, Op.EQ, _value(key, by))


def _bound(day: date, kind: FieldType) -> Value:
    """The beginning of a day on the person's own clock."""
    return datetime.combine(day, time()).astimezone() if kind is FieldType.DATETIME else day


def _next(day: date, step: Step) -> date:
    if step is Step.DAY:
        return day + timedelta(days=1)
    months = {Step.MONTH: 1, Step.QUARTER: 3, Step.YEAR: 12}[step]
    whole = day.month - 1 + months
    return date(day.year + whole // 12, whole % 12 + 1, 1)


def _value(key: str, by: Column) -> Value:
    kind = by.field.type
    if kind is FieldType.REFERENCE:
        return RecordId(by.field.refers_to[0] if len(by.field.refers_to) == 1 else "", key)  # type: ignore[arg-type]
    if kind.is_number:
        return Decimal(key)
    if kind is FieldType.BOOLEAN:
        return key in ("1", "True")
    if kind is FieldType.DATE:
        return date.fromisoformat(key)
    if kind is FieldType.DATETIME:
        return datetime.fromisoformat(key if "+" in key else f"{key}+00:00")
    if kind is FieldType.TIME:
        return time.fromisoformat(key)
    if kind is FieldType.MULTI_CHOICE:
        import json

        return tuple(json.loads(key))
    return key
