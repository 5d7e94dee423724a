# SPDX-License-Identifier: MIT
"""Whether a field can hold a value, as far as the server has told: when it is entered, and when its schema changed."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.required import is_blank
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

_WORDS = {
    FieldType.BOOLEAN: sentence("yes or no"),
    FieldType.DATE: sentence("a date"),
    FieldType.DATETIME: sentence("a date with a time"),
    FieldType.TIME: sentence("a time"),
    FieldType.MULTI_CHOICE: sentence("several choices"),
    FieldType.REFERENCE: sentence("a reference to another record"),
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
                wrong[name] = sentence("The server has no field {name} any more.", name=name)
        elif not fits(value, field):
            wrong[name] = sentence("{field} takes {kind} by now.", field=field.label, kind=_word(field))
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
    return sentence("a number") if field.type.is_number else _WORDS.get(field.type, sentence("a text"))


def why_not(value: Value, field: Field) -> str:
    """Why a value of the right type is not taken for the field of a record that is there already, "" = it is.

    The server would empty, cut or damage it. Whether a choice is in the list is asked elsewhere.
    """
    if is_blank(value):
        return sentence("{field} must stay filled.", field=field.label) if field.required else ""
    if not isinstance(value, str):
        return ""
    if field.max_length is not None and 0 < field.max_length < len(value):
        return sentence(
            "{field} holds {max_length} characters; this would be {n}.",
            field=field.label,
            max_length=field.max_length,
            n=len(value),
        )
    if not field.stores_astral and (odd := next((letter for letter in value if ord(letter) > 0xFFFF), "")):
        return sentence("{field}: the server cannot store {odd}. Leave it out.", field=field.label, odd=odd)
    return ""


def not_in_list(value: Value, field: Field) -> str:
    """Why a text is no choice of the field's list, "" = it is one, or the field has no list."""
    if not isinstance(value, str) or field.type is not FieldType.CHOICE or not field.choices:
        return ""
    if any(choice.value == value for choice in field.choices):
        return ""
    return sentence("“{value}” is not in the list of {field}.", value=value, field=field.label)


def wrong_kind(value: Value, field: Field) -> str:
    """Why a value of another type is not sent for a field, "" = it is of the right one, or empty.

    Servers store a text in place of a number or a date as 0 or as nothing, without a word (recorded).
    """
    if value is None or value == "":
        return ""
    if field.type.is_number and (isinstance(value, bool) or not isinstance(value, (int, Decimal))):
        return sentence("{field} takes a number.", field=field.label)
    match field.type:
        case FieldType.BOOLEAN if not isinstance(value, bool):
            return sentence("{field} takes yes or no.", field=field.label)
        case FieldType.DATE if not isinstance(value, date):
            return sentence("{field} takes a date.", field=field.label)
        case FieldType.DATETIME if not isinstance(value, datetime):
            return sentence("{field} takes a date.", field=field.label)
        case FieldType.TIME if not isinstance(value, time):
            return sentence("{field} takes a time.", field=field.label)
    return ""


def unsendable(problems: Mapping[FieldName, str]) -> Invalid:
    """The error for fields that cannot be sent: the first sentence and how many more, each under its field's name.

    Raises:
        ValueError: there is no problem.
    """
    if not problems:
        raise ValueError("no problem")
    first = next(iter(problems.values()))
    more = sentence(" And {n} more.", n=len(problems) - 1) if len(problems) > 1 else ""
    return Invalid(sentence("{first}{more} Nothing was sent.", first=first, more=more), per_field=problems)
