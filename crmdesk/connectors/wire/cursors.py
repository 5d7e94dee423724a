# SPDX-License-Identifier: MIT
"""A connector's place in a list as the text that the engine keeps, and back."""

import json
from dataclasses import MISSING, asdict, fields
from typing import TYPE_CHECKING, TypeVar

from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import Cursor
from crmdesk.domain.sentence import sentence

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    P = TypeVar("P", bound=DataclassInstance)
else:
    P = TypeVar("P")


def cursor_of(place: "DataclassInstance | None") -> Cursor | None:
    """A place, a flat dataclass, as the engine keeps it."""
    return None if place is None else Cursor(json.dumps(asdict(place)))


def place_of(kind: type[P], cursor: Cursor | None) -> P | None:
    """The place a cursor names.

    Raises:
        MalformedReply: it is not one of ours: other fields, or values of another kind than the fields' defaults.
    """
    if cursor is None:
        return None
    try:
        told = json.loads(cursor)
        if not isinstance(told, dict) or told.keys() != {field.name for field in fields(kind)}:
            raise TypeError("other fields")
        if any(f.default is not MISSING and type(told[f.name]) is not type(f.default) for f in fields(kind)):
            raise TypeError("another kind of value")
        return kind(**told)
    except (ValueError, TypeError, RecursionError) as error:
        raise MalformedReply(sentence("The place in the list is lost. Reload it."), where="cursor") from error
