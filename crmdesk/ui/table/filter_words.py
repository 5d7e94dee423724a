# SPDX-License-Identifier: MIT
"""Conditions in words: which operators a field offers, and what a chip says."""

from dataclasses import dataclass

from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.filter_text import format_filter
from crmdesk.ui.formats import Formats
from crmdesk.ui.translation import tr


@dataclass(frozen=True, slots=True)
class Ask:
    """One entry of the operator list.

    Attributes:
        negated: the condition is turned round.
        relative: "in the last … days", turned into a day when it is taken.
        as_text: the value is text whatever the field's type.
        fixed: the value, where the words say it already (yes, no).
    """

    op: Op
    words: str
    negated: bool = False
    relative: bool = False
    as_text: bool = False
    fixed: bool | None = None


def _asks(kind: FieldType, has_choices: bool) -> tuple[Ask, ...]:
    empty = (Ask(Op.IS_EMPTY, tr("is empty")), Ask(Op.IS_EMPTY, tr("is not empty"), negated=True))
    same = (Ask(Op.EQ, tr("is")), Ask(Op.NE, tr("is not")))
    several = (Ask(Op.IN, tr("is any of")), Ask(Op.IN, tr("is none of"), negated=True))
    if kind is FieldType.BOOLEAN:
        return (Ask(Op.EQ, tr("is yes"), fixed=True), Ask(Op.EQ, tr("is no"), fixed=False), *empty)
    if kind.is_number:
        return (*same, Ask(Op.GE, tr("at least")), Ask(Op.LE, tr("at most")), Ask(Op.GT, tr("more than")),
                Ask(Op.LT, tr("less than")), *several, *empty)  # fmt: skip
    if kind.is_moment:
        last = (Ask(Op.GE, tr("in the last … days"), relative=True),) if kind is not FieldType.TIME else ()
        return (*last, Ask(Op.GE, tr("on or after")), Ask(Op.LT, tr("before")), Ask(Op.LE, tr("up to")), *same, *empty)
    if kind is FieldType.MULTI_CHOICE:
        return (Ask(Op.CONTAINS, tr("contains"), as_text=True),
                Ask(Op.CONTAINS, tr("does not contain"), negated=True, as_text=True), *empty)  # fmt: skip
    if kind is FieldType.REFERENCE:
        return (*same, *empty)
    text = (
        Ask(Op.CONTAINS, tr("contains"), as_text=True),
        Ask(Op.STARTS_WITH, tr("starts with"), as_text=True),
        *same,
        *several,
        Ask(Op.CONTAINS, tr("does not contain"), negated=True, as_text=True),
        *empty,
    )
    return (*several, *same, *text[:2], *text[-3:]) if has_choices else text


def asks_for(field: Field) -> tuple[Ask, ...]:
    """What can be asked of a field, most used first."""
    return _asks(field.type, bool(field.choices))


def ask_of(one: Filter, schema: Schema) -> Ask | None:
    """The entry of the operator list that means this condition; None = only text says it."""
    negated, compare = (True, one.part) if isinstance(one, Not) else (False, one)
    field = schema.field(compare.field) if isinstance(compare, Compare) else None
    if field is None or not isinstance(compare, Compare):
        return None
    fitting = (a for a in asks_for(field) if a.op is compare.op and a.negated == negated and not a.relative)
    return next((a for a in fitting if a.fixed is None or a.fixed == compare.value), None)


def can_show(one: Filter, schema: Schema) -> bool:
    """Whether a condition can be edited by field, operator and value."""
    return ask_of(one, schema) is not None


def words_of(field: Field, ask: Ask) -> str:
    """A hint for the value's editor."""
    if ask.op is Op.IN:
        return tr("Several, separated by ;")
    if field.type is FieldType.REFERENCE:
        return tr("Record id, for example 3x17")
    if field.type.is_moment:
        return {FieldType.TIME: "14:30", FieldType.DATE: "2026-12-24"}.get(field.type, "2026-12-24 14:30")
    return ""


def describe(one: Filter, schema: Schema, formats: Formats) -> tuple[str, str]:
    """(field, condition) as a chip says it; a group of conditions is given as text."""
    negated, compare = (True, one.part) if isinstance(one, Not) else (False, one)
    if isinstance(compare, (And, Or, Not)):
        return tr("Conditions"), format_filter(one)
    field = schema.field(compare.field)
    if field is None:
        return str(compare.field), format_filter(one)
    return field.label, _condition(compare, field, formats, negated=negated)


def _condition(compare: Compare, field: Field, formats: Formats, *, negated: bool) -> str:
    known = [a for a in asks_for(field) if a.op is compare.op and a.negated == negated and not a.relative]
    fixed = [a for a in known if a.fixed is not None and a.fixed == compare.value]
    if fixed:
        return fixed[0].words
    words = known[0].words if known else ("not " if negated else "") + compare.op.value
    if compare.op is Op.IS_EMPTY:
        return words
    values = compare.value if compare.op is Op.IN and isinstance(compare.value, tuple) else (compare.value,)
    texts = [_text(value, field, formats) for value in values]  # type: ignore[arg-type]  # single values
    shown = ", ".join(texts[:4]) + (tr(" and {n} more", n=len(texts) - 4) if len(texts) > 4 else "")
    return f"{words} {shown}"


def _text(value: Value, field: Field, formats: Formats) -> str:
    return formats.text(value, field)
