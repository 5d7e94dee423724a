# SPDX-License-Identifier: MIT
"""Fields that must hold something: what is missing, in a sentence for each."""

from collections.abc import Mapping

from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value


def is_blank(value: Value) -> bool:
    """Nothing, no members, or blanks alone."""
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def unfilled(values: Mapping[FieldName, Value], schema: Schema) -> dict[FieldName, str]:
    """Required fields that a new record with these values leaves empty."""
    return {
        f.name: sentence("{field} must be filled.", field=f.label)
        for f in schema.fields
        if f.required and is_blank(values.get(f.name))
    }


def emptied(values: Mapping[FieldName, Value], schema: Schema) -> dict[FieldName, str]:
    """Required fields that a change to these values would empty; fields it does not name stay as they are."""
    return {
        name: sentence("{field} must stay filled.", field=field.label)
        for name, value in values.items()
        if (field := schema.field(name)) is not None and field.required and is_blank(value)
    }
