# SPDX-License-Identifier: MIT
"""Which field of one module says the same as which of another: by name, else by label, else without the module's prefix."""

from collections.abc import Iterable

from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Field, FieldType, Schema

_WORDS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL})
_LISTS = frozenset({FieldType.CHOICE, FieldType.TEXT})
_NUMBERS = frozenset({FieldType.DECIMAL, FieldType.MONEY, FieldType.PERCENT})


def counterparts(source: Schema, target: Schema) -> dict[FieldName, FieldName]:
    """Field of ``target`` -> the field of ``source`` that says the same; each of either at most once.

    In one module every field is its own counterpart.
    """
    if source.module.name == target.module.name:
        return {field.name: field.name for field in target.fields}
    left, right = _prefix(source), _prefix(target)
    ways = (
        lambda field, _: str(field.name),
        lambda field, _: field.label.casefold().strip(),
        lambda field, prefix: str(field.name)[len(prefix) :].casefold(),
    )
    found: dict[FieldName, FieldName] = {}
    for called in ways:
        free = [field for field in source.fields if field.name not in found.values()]
        for wanted in target.fields:
            if wanted.name in found:
                continue
            name = called(wanted, right)
            alike = [one for one in free if name and called(one, left) == name and can_take(one, wanted)]
            if len(alike) == 1:  # of two that are called the same nobody knows which is meant
                found[wanted.name] = alike[0].name
                free.remove(alike[0])
    return found


def can_take(source: Field, target: Field) -> bool:
    """Whether what one field holds can stand in the other."""
    if source.type is FieldType.REFERENCE or target.type is FieldType.REFERENCE:
        if source.type is not target.type:
            return False
        return not source.refers_to or not target.refers_to or bool({*source.refers_to} & {*target.refers_to})
    if source.type is target.type:
        return True
    return any({source.type, target.type} <= family for family in (_WORDS, _LISTS, _NUMBERS))


def links_to(target: Schema, source: Schema) -> FieldName | None:
    """The field of ``target`` that names a record of ``source``'s module; None where there is none, or it is the same."""
    if source.module.name == target.module.name:
        return None
    fields: Iterable[Field] = (f for f in target.fields if f.type is FieldType.REFERENCE and not f.read_only)
    return next((field.name for field in fields if source.module.name in field.refers_to), None)


def _prefix(schema: Schema) -> str:
    """What all names of a module begin with, as ``Opportunity`` does; "" = nothing."""
    names = [str(field.name) for field in schema.fields]
    if len(names) < 3:
        return ""
    first, last = min(names), max(names)  # what these two share, all share
    same = (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(same, min(len(first), len(last)))]
