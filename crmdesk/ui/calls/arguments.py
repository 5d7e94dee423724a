# SPDX-License-Identifier: MIT
"""Typed values as the texts that operations take: scalars plain, groups and lists as JSON."""

import json
from datetime import date, datetime, time
from decimal import Decimal

from crmdesk.domain.names import RecordId
from crmdesk.domain.values import plain

Typed = None | str | bool | int | Decimal | date | datetime | time | RecordId | list["Typed"] | dict[str, "Typed"]
"""What a form holds; None = nothing is given."""


def argument_text(value: Typed) -> str:
    """As ``CallsDocumented.call`` takes it: true and false, a point for decimals, ISO dates, a record's own key."""
    if isinstance(value, (dict, list)):
        return _json(value)
    return _scalar(value)


def _scalar(value: Typed) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case str():
            return value
        case int():
            return str(value)
        case RecordId():
            return value.key
        case datetime():
            return value.isoformat()
        case date() | time():
            return plain(value)
        case _:
            raise TypeError(value)


def _json(value: Typed) -> str:
    """JSON in which a decimal keeps every digit: no number ever goes through a float."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(name)}: {_json(inner)}" for name, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(_json(inner) for inner in value) + "]"
        case None:
            return "null"
        case bool() | int() | Decimal():
            return _scalar(value)
        case _:
            return json.dumps(_scalar(value), ensure_ascii=False)
