# SPDX-License-Identifier: MIT
"""PURE: values -> the form of an edit, refused before sending what the server would store without a word.

The server checks nothing: no mandatory fields, no types, no e-mail addresses (guide, "Data Validity"). Fields that are
not sent keep their values; one that is sent empty is blanked (field reference), so nothing is sent that nobody changed.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, tzinfo

from crmdesk.connectors.vendors.opencrm import catalog
from crmdesk.connectors.vendors.opencrm.parse import is_id
from crmdesk.connectors.wire.text import from_datetime
from crmdesk.domain.fitting import unsendable, wrong_kind
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.required import emptied, is_blank, unfilled
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PARTS = re.compile(r"[;,\s]+")
RESERVED = frozenset(
    ("accesskey", "change_assignedidtouser", "code", "crmid", "dateoverride", "datetimeoverride", "id", "key", "keywords",
     "limit_end", "limit_start", "module", "passkey", "products", "query_string", "record_id", "record_module")
)  # fmt: skip
"""Parameters that are no fields (lower case); ``products`` above all: with it, lines that are not named are deleted."""


def created(values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo, owner: str) -> dict[str, str]:
    """The form of a new record, without crmid; empty and read-only fields are left out.

    Args:
        owner: the user's number for a record that names none; "" = not known.

    Raises:
        Invalid: with a sentence for each field.
    """
    given = dict(values)
    if is_blank(given.get(catalog.OWNER)) and is_id(owner):
        given[catalog.OWNER] = RecordId(catalog.USERS, owner)
    problems = unfilled(given, schema)
    form = _form(given, schema, zone, problems, is_new=True)
    return {name: text for name, text in form.items() if text != ""}


def changed(values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo) -> dict[str, str]:
    """The form of a change, without crmid; None clears with "".

    Raises:
        Invalid: with a sentence for each field.
    """
    problems = emptied(values, schema)
    return _form(values, schema, zone, problems, is_new=False)


def _form(
    values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo, problems: dict[FieldName, str], *, is_new: bool
) -> dict[str, str]:
    form: dict[str, str] = {}
    for name, value in values.items():
        # The list of fields may be incomplete, so a field that was never seen is sent as the text it is.
        field = schema.field(name) or Field(
            name=name, label=catalog.label_of(name), read_only=catalog.is_computed(name)
        )
        if not _NAME.fullmatch(name) or name.lower() in RESERVED:
            if not (is_new and field.read_only):
                problems[name] = sentence("{field} ({name}) cannot be set by itself.", field=field.label, name=name)
        elif field.read_only:
            if not is_new:
                problems[name] = sentence("{field} is kept by the server and cannot be changed.", field=field.label)
        else:
            problem = _problem(value, field)
            if problem:
                problems.setdefault(name, problem)
            else:
                form[name] = spelled(value, zone)
    if problems:
        raise unsendable(problems)
    return form


def _problem(value: Value, field: Field) -> str:
    """Why this value would be nonsense in the field; "" where it would not."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and "\x00" in value:
        return sentence("{field} holds an invisible zero character. Type the text again.", field=field.label)
    if problem := wrong_kind(value, field):
        return problem
    if field.type is FieldType.REFERENCE and not is_id(plain(value)):
        return sentence(
            "{field} needs a record; “{plain}” is no record's number.", field=field.label, plain=plain(value)
        )
    if field.type is FieldType.EMAIL and isinstance(value, str) and value.strip():
        addresses = _PARTS.split(value.strip())  # several in one field are common
        if not all(_ADDRESS.fullmatch(one) for one in addresses if one):
            return sentence("{field}: “{value}” is no e-mail address.", field=field.label, value=value)
    return ""


def spelled(value: Value, zone: tzinfo = UTC) -> str:
    """One value as the server takes it: dates ``Y-m-d`` (field reference), yes and no as 1 and 0; None is ""."""
    match value:
        case datetime():
            return from_datetime(value, zone)
        case time():
            return value.strftime("%H:%M:%S")
        case _:
            return plain(value)
