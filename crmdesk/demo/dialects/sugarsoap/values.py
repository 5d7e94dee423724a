# SPDX-License-Identifier: MIT
"""What an operation returns before it is written: structs, arrays and plain values, without any encoding."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Struct:
    """A value of a class: its type's name and its members in order."""

    type: str
    members: tuple[tuple[str, "Value"], ...]


@dataclass(frozen=True, slots=True)
class Many:
    """An array: the type of its items ("string", "field") and the items; None is written as nil."""

    type: str
    items: tuple["Value", ...]


Value = str | int | None | Struct | Many


def struct(kind: str, **members: Value) -> Struct:
    """Return a struct with the members in the order given."""
    return Struct(kind, tuple(members.items()))


def strings(values: Iterable[str]) -> Many:
    """Return an array of strings."""
    return Many("string", tuple(values))


def pair(name: str, value: str) -> Struct:
    """Return a name_value."""
    return Struct("name_value", (("name", name), ("value", value)))


def pairs(values: Iterable[tuple[str, str]]) -> Many:
    """Return an array of name_value."""
    return Many("name_value", tuple(pair(name, value) for name, value in values))


def error(number: str = "0", name: str = "No Error", description: str = "No Error") -> Struct:
    """Return an error_value; without arguments, the one that means success."""
    return struct("error_value", number=number, name=name, description=description)


def entry(key: str, module: str, values: Iterable[tuple[str, str]]) -> Struct:
    """Return an entry_value."""
    return struct("entry_value", id=key, module_name=module, name_value_list=pairs(values))


def saved(key: str) -> Struct:
    """Return a set_entry_result that says success."""
    return struct("set_entry_result", id=key, error=error())
