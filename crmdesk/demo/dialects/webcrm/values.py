# SPDX-License-Identifier: MIT
"""What may be written into a field: JSON types, enumerations, dates, and the company's own custom fields."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crmdesk.demo.dialects.webcrm.catalogue import STAMPS, Shape, empty
from crmdesk.demo.dialects.webcrm.office import Habits, Refusal, Row
from crmdesk.demo.dialects.webcrm.setup import CustomField, custom_field

# What only the server writes, beside the stamps: DELETE and POST are the only ways to change them.
_SERVERS_OWN = frozenset(("DocumentFileSize", "DocumentUploadCount", "ActivitySecurityInfo", "EventSecurityInfo"))


def is_servers_own(shape: Shape, name: str) -> bool:
    """Whether what a client sends for the field is left aside."""
    return name in _SERVERS_OWN or name == shape.id_field or name.removeprefix(shape.entity) in STAMPS


def cleaned(shape: Shape, sent: Mapping[str, Any], habits: Habits) -> Row:
    """Return the fields sent that the client may set, as they are kept; null is left out, unknown names too.

    Raises:
        Refusal: 400: a wrong type, an unknown enumeration value, no date, or not what a custom field takes.
    """
    out: Row = {}
    for name, value in sent.items():
        kind = shape.kinds.get(name)
        if kind is not None and value is not None and not is_servers_own(shape, name):
            out[name] = _cleaned(name, kind, value, habits)
            field = custom_field(name)
            if field is not None and out[name] != "":
                _check_custom(name, field, out[name])
    return out


def reset(shape: Shape, row: Row, keep: Mapping[str, Any]) -> Row:
    """Return the row with every field that the client may set empty, except those in `keep`."""
    return {
        name: value
        if name in keep or name not in shape.kinds or is_servers_own(shape, name)
        else empty(shape.kinds[name])
        for name, value in row.items()
    }


def moment(text: str, habits: Habits) -> str:
    """Return an ISO date-time as replies show it, in UTC.

    Raises:
        ValueError: It is none.
    """
    read = datetime.fromisoformat(text.strip())
    read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return read.strftime("%Y-%m-%dT%H:%M:%S") + habits.zone_suffix


def _cleaned(name: str, kind: str, value: Any, habits: Habits) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "text" and isinstance(value, str):
        return value
    if kind == "int" and is_number and value == int(value) and abs(value) < 2**31:
        return int(value)
    if kind == "float" and is_number:
        return float(value)
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "list" and isinstance(value, list) and all(isinstance(item, int) for item in value):
        return value
    if kind == "object":
        return None
    if kind == "time" and isinstance(value, str):
        try:
            return moment(value, habits)
        except ValueError:
            raise Refusal(400, f"Could not convert string to DateTime: {value}. Path '{name}'.") from None
    if "|" in kind and value in kind.split("|"):
        return value
    if "|" in kind:
        raise Refusal(400, f"Error converting value \"{value}\". Path '{name}'.")
    raise Refusal(400, f"Could not convert the value of '{name}' to {kind}.")


def _check_custom(name: str, field: CustomField, value: str) -> None:
    """Hold a custom field's text against its type: Yes/No, one of the list in the same case, a number, not too long."""
    match field.kind:
        case "C":
            good = value in ("Yes", "No")
        case "L":
            good = value in field.choices
        case "ML":
            good = all(part.strip() in field.choices for part in value.split(","))
        case "I":
            good = value.strip().lstrip("-").isdigit()
        case "D":
            good = value.strip().lstrip("-").replace(".", "", 1).isdigit()
        case _:
            good = len(value) <= field.max_length or not field.max_length
    if not good:
        raise Refusal(400, f"The value '{value}' is not valid for {name} ({field.label}).")
