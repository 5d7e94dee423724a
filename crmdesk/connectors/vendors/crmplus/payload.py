# SPDX-License-Identifier: MIT
"""PURE: values -> the vendor's element map, refused before sending where the server would damage them.

Both measured servers store a wrong spelling without a word: "1,5" as 1, a date in local format as nothing, JSON null
as a record without its main row, each byte of an emoji as "?". So everything is sent as text, and never null.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, tzinfo

from crmdesk.connectors.vendors.crmplus.parse import MULTI_SEPARATOR, is_full_id
from crmdesk.connectors.wire.text import from_datetime, has_astral
from crmdesk.domain.fitting import unsendable, wrong_kind
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.required import emptied, unfilled
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

_EXACT = re.compile(r'"\\u0000(-?[0-9.]+)\\u0000"')
OWNER = FieldName("assigned_user_id")


def created(values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo, owner: str) -> dict[str, str]:
    """The element of a create; empty and read-only fields are left out, an absent owner is ``owner``.

    Raises:
        Invalid: with a sentence for each field.
    """
    given = dict(values)
    known = schema.field(OWNER)
    if known is not None and known.required and given.get(OWNER) is None and owner:
        given[OWNER] = RecordId(known.refers_to[0] if known.refers_to else schema.module.name, owner)
    problems = unfilled(given, schema)
    element = _element(given, schema, zone, problems, is_new=True)
    return {name: text for name, text in element.items() if text != ""}


def changed(values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo) -> dict[str, str]:
    """The element of a partial update, without id; None clears with "".

    Raises:
        Invalid: with a sentence for each field.
    """
    problems = emptied(values, schema)
    return _element(values, schema, zone, problems, is_new=False)


def _element(
    values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo, problems: dict[FieldName, str], *, is_new: bool
) -> dict[str, str]:
    element: dict[str, str] = {}
    for name, value in values.items():
        field = schema.field(name)
        if field is None:
            # The server would drop it without a word (recorded).
            problems[name] = sentence("{module} has no field {name}.", module=schema.module.label, name=name)
        elif field.read_only:
            if not is_new:
                problems[name] = sentence("{field} is kept by the server and cannot be changed.", field=field.label)
        else:
            problem = _problem(value, field)
            if problem:
                problems.setdefault(name, problem)
            else:
                element[name] = spelled(value, zone)
    if problems:
        raise unsendable(problems)
    return element


def _problem(value: Value, field: Field) -> str:
    """Why the server would damage this value; "" where it would not."""
    texts = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    for text in texts:
        if not field.stores_astral and has_astral(text):
            bad = next(letter for letter in text if has_astral(letter))
            return sentence(
                "{field} holds “{shown}”, which this server cannot store. Take it out.",
                field=field.label,
                shown=_shown(bad),
            )
        if "\x00" in text:
            return sentence("{field} holds an invisible zero character. Type the text again.", field=field.label)
    if isinstance(value, str) and field.max_length is not None and len(value) > field.max_length:
        return sentence(
            "{field} takes {max_length} characters; this text has {n}.",
            field=field.label,
            max_length=field.max_length,
            n=len(value),
        )
    if field.type is FieldType.MULTI_CHOICE and any(MULTI_SEPARATOR.strip() in text for text in texts):
        return sentence(
            "{field}: a choice cannot hold “{multi_separator}”.",
            field=field.label,
            multi_separator=MULTI_SEPARATOR.strip(),
        )
    if field.type is FieldType.REFERENCE and value is not None and not is_full_id(plain(value)):
        return sentence("{field} needs a record; “{plain}” is no id like 3x17.", field=field.label, plain=plain(value))
    return wrong_kind(value, field)


def _shown(letter: str) -> str:
    return f"U+{ord(letter):04X}" if "\ud800" <= letter <= "\udfff" else letter


def spelled(value: Value, zone: tzinfo = UTC) -> str:
    """One value in the server's spelling; None is ""."""
    match value:
        case datetime():
            return from_datetime(value, zone)
        case time():
            return value.strftime("%H:%M:%S")
        case tuple():
            return MULTI_SEPARATOR.join(value)
        case _:
            return plain(value)


def dumped(value: object) -> str:
    """JSON as it travels in a form field; a Decimal becomes a number with exactly its digits, never through a float."""
    text = json.dumps(value, default=lambda number: f"\0{number:f}\0")
    return _EXACT.sub(r"\1", text)


def write_options(*, workflows: bool, patch: bool = False) -> dict[str, str]:
    """The ``options`` parameter of a write, absent where nothing differs from the server's own way."""
    options: dict[str, bool] = {}
    if patch:
        options["patch"] = True
    if not workflows:
        options["events"] = False
    return {"options": dumped(options)} if options else {}
