# SPDX-License-Identifier: MIT
"""A connector's place in a list as the text that the engine keeps, and back."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import Cursor

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
        MalformedReply: it is not one of ours.
    """
    if cursor is None:
        return None
    try:
        return kind(**json.loads(cursor))
    except (ValueError, TypeError) as error:
        raise MalformedReply("The place in the list is lost. Reload it.", where="cursor") from error
