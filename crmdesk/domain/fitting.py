# SPDX-License-Identifier: MIT
"""Whether wanted values still fit a module's fields: a server's schema changes while edits wait."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import Value

_WORDS = {
    FieldType.BOOLEAN: "yes or no",
    FieldType.DATE: "a date",
    FieldType.DATETIME: "a date with a time",
    FieldType.TIME: "a time",
    FieldType.MULTI_CHOICE: "several choices",
    FieldType.REFERENCE: "a reference to another record",
}


def misfits(values: Mapping[FieldName, Value], schema: Schema) -> dict[FieldName, str]:
    """A sentence for each value that its field cannot hold any more; empty = all fit.

    Where the schema may be incomplete, a field that is missing from it is no misfit.
    """
    wrong: dict[FieldName, str] = {}
    for name, value in values.items():
        field = schema.field(name)
        if field is None:
            if schema.is_complete:
                wrong[name] = f"The server has no field {name} any more."
        elif not fits(value, field):
            wrong[name] = f"{field.label} takes {_word(field)} by now."
    return wrong


def fits(value: Value, field: Field) -> bool:
    """Whether the field can hold such a value; empty fits everywhere, a number also in a text."""
    if value is None or field.type is FieldType.OPAQUE:
        return True
    is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    match field.type:
        case FieldType.BOOLEAN:
            return isinstance(value, bool)
        case FieldType.DATE:
            return isinstance(value, date) and not isinstance(value, datetime)
        case FieldType.DATETIME:
            return isinstance(value, datetime)
        case FieldType.TIME:
            return isinstance(value, time)
        case FieldType.MULTI_CHOICE:
            return isinstance(value, (tuple, str))
        case FieldType.REFERENCE:
            return isinstance(value, (RecordId, str))
        case kind if kind.is_number:
            return is_number
        case _:
            return is_number or isinstance(value, str)


def _word(field: Field) -> str:
    return "a number" if field.type.is_number else _WORDS.get(field.type, "a text")
