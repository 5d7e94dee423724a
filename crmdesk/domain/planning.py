# SPDX-License-Identifier: MIT
"""Who filters what: the server as much as it truly can, this computer the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.matching import is_empty
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order, Query, all_of, compares
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.domain.sentence import counted, sentence

_RANGE = {Op.LT, Op.LE, Op.GT, Op.GE}


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query is carried out.

    Attributes:
        pushed: what the server is asked; finds at least every row that matches.
        rest: conditions the server is not asked, None where it does everything.
        check: the whole filter; each row that arrives is held against it once more.
        local_order: sort keys that must be applied here because the server cannot; empty = the server sorts.
    """

    pushed: Query
    rest: Filter | None
    check: Filter | None
    local_order: tuple[Order, ...] = ()


def plan(query: Query, can: Capabilities, schema: Schema) -> Plan:
    """Split ``query`` so that pushed part and local rest together mean exactly what it means."""
    pushed, rest = _split(query.where, can, schema)
    order, local = _orders(query.order, can, schema)
    needed = _needed(query, schema)
    return Plan(replace(query, where=pushed, order=order, fields=needed), rest, query.where, local)


def is_pushed(one: Filter, can: Capabilities, schema: Schema) -> bool:
    """Whether the server applies this part by itself; what the chips show."""
    return _split(one, can, schema)[1] is None


def pushed_among(parts: Sequence[Filter], can: Capabilities, schema: Schema) -> tuple[bool, ...]:
    """For each part of a conjunction, whether the server applies it; where it takes few conditions, not all can be."""
    asked = [part if is_pushed(part, can, schema) else None for part in parts]
    return tuple(part is not None for part in _chosen(asked, can))


def why_local(one: Filter, can: Capabilities, schema: Schema) -> str:
    """A sentence for the chip of a part that is filtered here."""
    for compare in compares(one):
        field = schema.field(compare.field)
        if field is None:
            return sentence("The server does not know a field {field}: filtered on this computer.", field=compare.field)
        if not field.filterable:
            return sentence("The server cannot filter by {field}: filtered on this computer.", field=field.label)
        if compare.op not in can.filters:
            return sentence(
                "The server cannot ask for “{op}” without losing rows: filtered on this computer.", op=compare.op.value
            )
        if not _can_push(compare, can, schema):
            return sentence("The server compares {field} in another way: filtered on this computer.", field=field.label)
    if can.max_conditions is not None:
        return counted(
            can.max_conditions,
            "The server takes one condition at a time: filtered on this computer.",
            "The server takes {n} conditions at a time: filtered on this computer.",
        )
    return sentence("The server cannot ask for this combination: filtered on this computer.")


def _split(where: Filter | None, can: Capabilities, schema: Schema) -> tuple[Filter | None, Filter | None]:
    """(asked of the server, kept here); the kept part is a filter of its own beside the asked one."""
    if where is None:
        return None, None
    if isinstance(where, And):
        asked, kept = [], []
        for part in where.parts:
            pushed, rest = _split(part, can, schema)
            if pushed is not None and (isinstance(pushed, Or) and len(where.parts) > 1 and not can.can_nest):
                pushed, rest = None, part
            asked.append(pushed)
            kept.append(rest)
        chosen = _chosen(asked, can)
        kept = [part if one is not pick else rest
                for part, one, pick, rest in zip(where.parts, asked, chosen, kept, strict=True)]  # fmt: skip
        return all_of(*chosen), all_of(*kept)
    if _whole(where, can, schema) and _chosen([where], can) == [where]:
        return where, None
    return None, where


_SHARPEST = (Op.EQ, Op.IN, Op.STARTS_WITH, Op.CONTAINS)
"""Which conditions find the fewest rows, commonly; the rest come after them."""


def _chosen(asked: Sequence[Filter | None], can: Capabilities) -> list[Filter | None]:
    """The parts of a conjunction that are asked after all: the sharpest, as many as the server takes at once."""
    if can.max_conditions is None:
        return list(asked)
    left, taken = can.max_conditions, set[int]()
    for place in sorted(range(len(asked)), key=lambda at: _bluntness(asked[at])):
        conditions = sum(1 for _ in compares(asked[place]))
        if asked[place] is not None and conditions <= left:
            taken.add(place)
            left -= conditions
    return [part if place in taken else None for place, part in enumerate(asked)]


def _bluntness(part: Filter | None) -> int:
    op = part.op if isinstance(part, Compare) else None
    return _SHARPEST.index(op) if op in _SHARPEST else len(_SHARPEST)


def _whole(where: Filter, can: Capabilities, schema: Schema) -> bool:
    """Whether the server can be asked for exactly this tree."""
    match where:
        case Compare():
            return _can_push(where, can, schema)
        case Or(parts):
            simple = can.can_nest or all(isinstance(part, Compare) for part in parts)
            return bool(parts) and can.can_or and simple and all(_whole(part, can, schema) for part in parts)
        case And(parts):
            return bool(parts) and all(_whole(part, can, schema) for part in parts)
        case Not(part):
            # A server may find more for = than we mean (trailing blanks, ß = s), so less for its negation.
            return (
                can.can_not
                and not any(_compares_text(c, schema) for c in compares(part))
                and (can.can_nest or isinstance(part, Compare))
                and _whole(part, can, schema)
            )


def _can_push(one: Compare, can: Capabilities, schema: Schema) -> bool:
    field = schema.field(one.field)
    if field is None or not field.filterable or one.op not in can.filters:
        return False
    if one.op is Op.IS_EMPTY:
        return True
    if one.op is Op.NE and _compares_text(one, schema):
        return False
    if one.op is Op.IN:
        full = isinstance(one.value, tuple) and bool(one.value) and not any(is_empty(v) for v in one.value)
        return full and field.type is not FieldType.MULTI_CHOICE
    if is_empty(one.value):  # type: ignore[arg-type]  # a tuple of values comes with IN only
        return False
    if one.op in _RANGE:
        return field.type.is_number or field.type.is_moment or can.orders_text
    if one.op is Op.CONTAINS:
        # A number looks different there ("1.50000000"); a list is one text there, with its members in some order.
        return field.type.is_text or field.type is FieldType.MULTI_CHOICE
    if one.op is Op.STARTS_WITH:
        return field.type.is_text
    return field.type is not FieldType.MULTI_CHOICE


def _compares_text(one: Compare, schema: Schema) -> bool:
    field = schema.field(one.field)
    return field is None or field.type.is_text or field.type is FieldType.MULTI_CHOICE


def _orders(order: tuple[Order, ...], can: Capabilities, schema: Schema) -> tuple[tuple[Order, ...], tuple[Order, ...]]:
    fields = [schema.field(key.field) for key in order]
    fits = len(order) <= can.max_order_fields and all(f is not None and f.sortable for f in fields)
    mixed = len({key.descending for key in order}) > 1
    upwards = not any(key.descending for key in order)
    if fits and (can.can_mix_directions or not mixed) and (can.can_sort_down or upwards):
        return order, ()
    return (), order


def _needed(query: Query, schema: Schema) -> tuple[FieldName, ...]:
    """Asked fields and those that filter and order look at; empty stays empty = everything."""
    if not query.fields:
        return ()
    extra = [c.field for c in compares(query.where)] + [key.field for key in query.order]
    known = [name for name in extra if schema.field(name) is not None]
    return tuple(dict.fromkeys((*query.fields, *known)))
