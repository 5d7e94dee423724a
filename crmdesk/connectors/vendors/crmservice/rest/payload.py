# SPDX-License-Identifier: MIT
"""PURE: values -> ``attributes``, refused before sending where the server would damage or drop them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from crmdesk.connectors.wire.text import from_datetime
from crmdesk.domain.fitting import unsendable, wrong_kind
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.required import emptied, unfilled
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain


def created(values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo = UTC) -> dict[str, object]:
    """The attributes of a new record: what is filled.

    Raises:
        Invalid: with a sentence for each field.
    """
    problems = unfilled(values, schema)
    filled = {name: value for name, value in values.items() if value not in (None, "", ())}
    return _spelled(filled, schema, zone, problems)


def changed(values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo = UTC) -> dict[str, object]:
    """The attributes of a change: what changes, None empties.

    Raises:
        Invalid: with a sentence for each field.
    """
    return _spelled(values, schema, zone, emptied(values, schema))


def _spelled(
    values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo, problems: dict[FieldName, str]
) -> dict[str, object]:
    made: dict[str, object] = {}
    for name, value in values.items():
        known = schema.field(name)
        if known is None:
            problems[name] = sentence("The server has no field {name}.", name=name)
            continue
        trouble = trouble_with(known, value)
        if trouble:
            problems.setdefault(name, trouble)
        else:
            made[name] = spelled(value, known, zone)
    if problems:
        raise unsendable(problems)
    return made


def trouble_with(known: Field, value: Value) -> str:
    """Why a value cannot be sent; "" = it can."""
    if known.read_only:
        return sentence("{known} is kept by the server.", known=known.label)
    text = value if isinstance(value, str) else ""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        return sentence("{known} holds a broken character. Type it anew.", known=known.label)
    if known.max_length is not None and known.type.is_text and len(text) > known.max_length:
        return sentence(
            "{known} takes {max_length} characters, these are {n}.",
            known=known.label,
            max_length=known.max_length,
            n=len(text),
        )
    if problem := wrong_kind(value, known):
        return problem
    if isinstance(value, RecordId) and known.refers_to and value.module and value.module not in known.refers_to:
        return sentence("{known} cannot point to a record of {module}.", known=known.label, module=value.module)
    return ""


def spelled(value: Value, known: Field, zone: tzinfo = UTC) -> object:
    """One value as JSON; None empties. Moments go out on the clock they are read on (``Y-m-d H:i:s``)."""
    match value:
        case None:
            return None
        case bool() | int() | Decimal():
            return plain(value) if known.type.is_text else value
        case datetime():
            return from_datetime(value, zone)
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M:%S")
        case RecordId():
            return value.key or None
        case tuple():
            return list(value)
        case _:
            return value if value or known.type is FieldType.TEXT else None


def new(module: ModuleName, attributes: Mapping[str, object]) -> dict[str, object]:
    """The body of a create."""
    return {"data": {"type": module, "attributes": dict(attributes)}}


def change(record: RecordId, attributes: Mapping[str, object]) -> dict[str, object]:
    """The body of an update."""
    return {"data": {"type": record.module, "id": record.key, "attributes": dict(attributes)}}


def linkage(targets: tuple[RecordId, ...]) -> dict[str, object]:
    """The body that names related records (JSON:API, "Updating To-Many Relationships")."""
    return {"data": [{"type": one.module, "id": one.key} for one in targets]}
