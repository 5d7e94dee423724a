# SPDX-License-Identifier: MIT
"""What to read: filter trees, order, fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.values import Value


class Op(Enum):
    """How a field is compared; what each means exactly is written in ``matching.py``."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    IN = "in"
    IS_EMPTY = "is empty"


@dataclass(frozen=True, slots=True)
class Compare:
    """One condition. ``value`` is None for IS_EMPTY and a tuple of values for IN."""

    field: FieldName
    op: Op
    value: Value | tuple[Value, ...] = None


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds; no parts = always."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds; no parts = never."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Filter"


Filter = Compare | And | Or | Not


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key."""

    field: FieldName
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Rows of a module.

    Attributes:
        fields: what to read; empty = everything the server gives.
        order: most important first; empty = the connector's steadiest order.
    """

    module: ModuleName
    fields: tuple[FieldName, ...] = ()
    where: Filter | None = None
    order: tuple[Order, ...] = ()


def compares(where: Filter | None) -> Iterator[Compare]:
    """Every condition in a filter, left to right."""
    match where:
        case None:
            return
        case Compare():
            yield where
        case And(parts) | Or(parts):
            for part in parts:
                yield from compares(part)
        case Not(part):
            yield from compares(part)


def all_of(*parts: Filter | None) -> Filter | None:
    """The filter that asks for every part, None where nothing is asked."""
    flat: list[Filter] = []
    for part in parts:
        if isinstance(part, And):
            flat.extend(part.parts)
        elif part is not None:
            flat.append(part)
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else And(tuple(flat))
