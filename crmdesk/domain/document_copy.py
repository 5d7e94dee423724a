# SPDX-License-Identifier: MIT
"""What of a sales document goes into another one that is made of it, and what does not and why. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from crmdesk.domain.field_pairs import counterparts, links_to
from crmdesk.domain.fitting import fits
from crmdesk.domain.line_edit import NEW_LINE, Lines, copied, numbered
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank, unfilled
from crmdesk.domain.sales import LineItem, LineShape
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import PLAIN, NotAValue, Value, parse

_STATES = (FieldType.CHOICE, FieldType.TEXT, FieldType.INTEGER, FieldType.BOOLEAN, FieldType.PERCENT, FieldType.DECIMAL)
_STATE_WORDS = frozenset({"level", "lost", "win", "won"})
_OWN_WORDS = frozenset({"erp", "sync", "tracking", "received", "paid"})
_WORD = re.compile(r"[A-Z]?[a-zäöüß]+|[A-Z]+(?![a-z])")


class Why(Enum):
    """Why something is not taken over."""

    NO_FIELD = "no field"
    STATUS = "status"
    DATE = "date"
    OWN = "own"
    """It belongs to the original alone: its number, its name in another system, what was paid of it."""
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field of the original that the copy begins without."""

    field: Field
    value: Value
    why: Why


class LineLoss(Enum):
    """What of a line cannot be taken over."""

    LINE = "line"
    """Lines of its kind, or without a product, cannot be added there."""
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True)
class LostLine:
    """Something of a line that the copy begins without."""

    line: LineItem
    loss: LineLoss


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderCopy:
    """The header of the new document.

    Attributes:
        labels: what to show for references.
        begun: fields that must be filled and begin with a default, the first choice or today.
        missing: fields that must be filled and for which nothing is known.
        link: the field that names the original.
    """

    values: Mapping[FieldName, Value]
    labels: Mapping[FieldName, str]
    left_out: tuple[LeftOut, ...] = ()
    begun: tuple[Field, ...] = ()
    missing: tuple[Field, ...] = ()
    link: FieldName | None = None


def copied_header(header: Record, source: Schema, target: Schema, today: date, title: str = "") -> HeaderCopy:
    """What a document of ``target`` takes from the header of one of ``source``.

    States begin anew, dates are those of the original and stay there, references are kept.

    Args:
        title: how the new one is called, "" = as the original.
    """
    pairs = counterparts(source, target)
    taken = _taken(header, source, target, pairs)
    values = dict(taken)
    labels = {name: text for name in taken if (text := header.labels.get(pairs[name], ""))}
    if title:
        values[target.title_field] = title
    link = links_to(target, source)
    if link is not None:
        values[link] = header.id
        labels[link] = header.shown(source.title_field) or header.id.key
    begun: list[Field] = []
    for name in unfilled(values, target):
        field = target.field(name)
        if field is not None and not field.read_only and (first := _beginning(field, today)) is not None:
            values[name] = first
            begun.append(field)
    missing = (field for name in unfilled(values, target) if (field := target.field(name)) is not None)
    used = {pairs[name] for name in taken}
    return HeaderCopy(
        values=values,
        labels=labels,
        left_out=_left_out(header, source, target, pairs, used | ({source.title_field} if title else set())),
        begun=tuple(begun),
        missing=tuple(field for field in missing if not field.read_only),
        link=link,
    )


def copied_lines(lines: Sequence[LineItem], shape: LineShape) -> tuple[Lines, tuple[LostLine, ...]]:
    """The lines as new ones, and what of them documents of that shape cannot hold."""
    found: list[LineItem] = []
    lost: list[LostLine] = []
    for at, line in enumerate(lines, 1):
        if line.kind not in shape.kinds or (shape.needs_product and line.product is None):
            lost.append(LostLine(line, LineLoss.LINE))
            continue
        new = copied(line, f"{NEW_LINE}{at}", shape.settable)
        if (new.discount_amount and not shape.has_amount) or (new.discount_percent and not shape.has_percent):
            lost.append(LostLine(line, LineLoss.DISCOUNT))
            new = replace(new, discount_amount=None, discount_percent=None)
        found.append(new)
    return numbered(found), tuple(lost)


def is_state(field: Field) -> bool:
    """Whether a field says how far a document has come; each one begins anew."""
    words = f"{field.name} {field.label}"
    folded = words.casefold()
    said = {word.casefold() for word in _WORD.findall(words)}
    return field.type in _STATES and ("status" in folded or "stage" in folded or bool(said & _STATE_WORDS))


def _is_own(field: Field, schema: Schema) -> bool:
    said = {word.casefold() for word in _WORD.findall(f"{field.name} {field.label}")}
    return field.name == schema.number_field or bool(said & _OWN_WORDS)


def _why_not(field: Field, schema: Schema) -> Why | None:
    if _is_own(field, schema):
        return Why.OWN
    if field.type in (FieldType.DATE, FieldType.DATETIME):
        return Why.DATE
    return Why.STATUS if is_state(field) else None


def _says_nothing(value: Value) -> bool:
    """Blank, or what a new document holds anyway."""
    return is_blank(value) or value is False or (isinstance(value, str) and value == "0") or value == 0


def _taken(
    header: Record, source: Schema, target: Schema, pairs: Mapping[FieldName, FieldName]
) -> dict[FieldName, Value]:
    found: dict[FieldName, Value] = {}
    for field in target.fields:
        old = source.field(pairs[field.name]) if field.name in pairs else None
        value = header.values.get(old.name) if old is not None else None
        if old is None or field.read_only or _says_nothing(value):
            continue
        if _why_not(field, target) is None and _why_not(old, source) is None and _can_hold(value, field, old):
            found[field.name] = value
    return found


def _can_hold(value: Value, field: Field, old: Field) -> bool:
    if not fits(value, field):
        return False
    is_listed = field.type is FieldType.CHOICE and bool(field.choices) and field.name != old.name
    return not is_listed or any(choice.value == value for choice in field.choices)


def _left_out(
    header: Record, source: Schema, target: Schema, pairs: Mapping[FieldName, FieldName], used: set[FieldName]
) -> tuple[LeftOut, ...]:
    there = set(pairs.values())
    found: list[LeftOut] = []
    for field in source.fields:
        value = header.values.get(field.name)
        if field.read_only or field.name in used or _says_nothing(value):
            continue
        why = _why_not(field, source) or (Why.UNFIT if field.name in there else Why.NO_FIELD)
        found.append(LeftOut(field, value, why))
    return tuple(found)


def _beginning(field: Field, today: date) -> Value:
    """What a field that must be filled begins with, None = nobody knows."""
    if field.default and field.type is not FieldType.REFERENCE:
        try:
            return parse(field.default, field, PLAIN)
        except NotAValue:
            return None
    if field.type is FieldType.DATE:
        return today
    if field.type is FieldType.CHOICE:
        return next((choice.value for choice in field.choices if choice.value.strip()), None)
    return False if field.type is FieldType.BOOLEAN else None
