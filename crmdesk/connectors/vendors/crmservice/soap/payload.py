# SPDX-License-Identifier: MIT
"""PURE: values -> arguments of SOAP calls, refused before sending where the server would damage or drop them.

Written are ``Y-m-d``, ``Y-m-d H:i:s``, ``H:i:s``, true and false, of a list the value, not the label (the vendor's
WordPress plugin, ``class-forms-common.php``).
"""

from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from crmdesk.connectors.vendors.crmservice.rest.payload import trouble_with
from crmdesk.connectors.vendors.crmservice.values import SEPARATOR
from crmdesk.connectors.wire.json_text import dumped
from crmdesk.connectors.wire.soap import Decoded, SoapPart
from crmdesk.connectors.wire.text import from_datetime, to_bool, to_decimal, to_int
from crmdesk.domain.fitting import unsendable
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.required import emptied, unfilled
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value


def created(values: Mapping[FieldName, Value], schema: Schema) -> dict[FieldName, Value]:
    """What a new record is made of: what is filled.

    Raises:
        Invalid: with a sentence for each field.
    """
    filled = {name: value for name, value in values.items() if value not in (None, "", ())}
    return _checked(filled, schema, unfilled(values, schema))


def changed(values: Mapping[FieldName, Value], schema: Schema) -> dict[FieldName, Value]:
    """What changes; None empties.

    Raises:
        Invalid: with a sentence for each field.
    """
    return _checked(values, schema, emptied(values, schema))


def _checked(
    values: Mapping[FieldName, Value], schema: Schema, problems: dict[FieldName, str]
) -> dict[FieldName, Value]:
    for name, value in values.items():
        known = schema.field(name)
        if known is None:
            problems[name] = sentence("The server has no field {name}.", name=name)
        elif why := trouble_with(known, value) or _control(known.label, value):
            problems.setdefault(name, why)
    if problems:
        raise unsendable(problems)
    return dict(values)


def _control(label: str, value: Value) -> str:
    """XML has no control characters."""
    text = value if isinstance(value, str) else ""
    if any((letter < " " and letter not in "\t\n\r") or letter in "\ufffe\uffff" for letter in text):
        return sentence("{label} holds a character that cannot be sent. Type it anew.", label=label)
    return ""


def argument(value: Value, part: SoapPart | None, zone: tzinfo) -> object:
    """One value for a member of this kind; None empties: "" where a text is wanted."""
    kind = part.kind if part is not None else "text"
    match value:
        case None:
            return "" if kind in ("text", "any", "choice") else None
        case bool():
            return value if kind == "boolean" else ("true" if value else "false")
        case int() | Decimal():
            return (
                value if kind in ("integer", "decimal") else f"{value:f}" if isinstance(value, Decimal) else str(value)
            )
        case datetime():
            return value if kind == "datetime" else from_datetime(value, zone)
        case date():
            return value if kind == "date" else value.isoformat()
        case time():
            return value.strftime("%H:%M:%S")
        case RecordId():
            return _number_or_text(value.key, kind)
        case tuple():
            return SEPARATOR.join(value)
        case _:
            return _number_or_text(value, kind)


def _number_or_text(text: str, kind: str) -> object:
    number = to_int(text) if kind == "integer" else to_decimal(text) if kind == "decimal" else None
    return text if number is None else number


def group(values: Mapping[FieldName, Value], part: SoapPart, zone: tzinfo) -> dict[str, object]:
    """The members of a group; values it has no member for are left out."""
    return {name: argument(value, part.member(name), zone) for name, value in values.items() if part.member(name)}


def fitted(value: Decoded, part: SoapPart) -> object:
    """What was read, in the form of this part, to be sent back: unknown members are left out."""
    if part.kind == "group":
        told = value if isinstance(value, dict) else {}
        members = ((one, told[one.name]) for one in part.parts if told.get(one.name) is not None)
        return {one.name: fitted(inside, one) for one, inside in members}
    if part.kind == "list":
        inside = part.parts[0] if part.parts else None
        rows = value if isinstance(value, list) else [] if value in (None, "") else [value]
        return [fitted(one, inside) if inside is not None else one for one in rows]
    if not isinstance(value, str):
        return value
    if part.kind == "boolean":
        truth = to_bool(value)
        return value if truth is None else truth
    return _number_or_text(value, part.kind)


def bulk(values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo, key: str = "") -> str:
    """``datas`` of ``bulkEntitySave``: a JSON text of an array with one object; with its id for one that exists.

    # GUESS: the vendor's plugin only adds records. That ``id`` names the one to be changed is tested by the answer: a
    # server that makes a new one instead is told apart (``records._bulk``).
    """
    told: dict[str, object] = {"id": key} if key else {}
    for name, value in values.items():
        known = schema.field(name)
        is_number = known is not None and known.type.is_number
        if isinstance(value, bool) or (isinstance(value, (int, Decimal)) and is_number):
            told[name] = value
        else:
            told[name] = argument(value, None, zone)
    return dumped([told]).decode("ascii")
