# SPDX-License-Identifier: MIT
"""PURE: values -> name_value pairs of set_entry, refused before sending where the server would damage them.

Both servers ignore unknown names, cut long texts and turn what is no date into none, without a word (sugarsoap.md 6).
SplendidCRM reads numbers in its own culture and dates in its own time: an ISO date-time with ``Z`` keeps its moment
(recorded), a pure date is its midnight, and ``date_start``, ``date_due`` go with their time, both in UTC.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal

from crmdesk.connectors.vendors.sugarsoap import catalog
from crmdesk.connectors.vendors.sugarsoap.clock import Clock
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import Described
from crmdesk.connectors.wire.text import has_astral
from crmdesk.domain.fitting import unsendable, wrong_kind
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.required import emptied, unfilled
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

Pairs = dict[str, str]
"""Field name -> text, in the order they are sent."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FREE_ID = re.compile(r"[A-Za-z0-9_.\-]+")
_TAG = re.compile(r"<[A-Za-z/!?][^>\s]{0,40}>?")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def created(values: Mapping[FieldName, Value], known: Described, clock: Clock, owner: str) -> Pairs:
    """The pairs of a new record; empty and read-only fields are left out, an absent owner is ``owner``.

    Raises:
        Invalid: with a sentence for each field.
    """
    given = dict(values)
    field = known.schema.field(catalog.ASSIGNED)
    if field is not None and not field.read_only and given.get(catalog.ASSIGNED) is None and owner:
        given[catalog.ASSIGNED] = RecordId(catalog.USERS, owner)
    problems = unfilled(given, known.schema)
    pairs = _pairs(given, known, clock, problems, is_new=True)
    return {name: text for name, text in pairs.items() if text != ""}


def changed(values: Mapping[FieldName, Value], known: Described, clock: Clock) -> Pairs:
    """The pairs of a change, without id; None clears with "".

    Raises:
        Invalid: with a sentence for each field.
    """
    return _pairs(values, known, clock, emptied(values, known.schema), is_new=False)


def listed(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    """A name_value_list."""
    return [{"name": name, "value": value} for name, value in pairs.items()]


def is_key(key: str, family: Family) -> bool:
    """Whether this can be a record's id there: never empty, since an empty one deletes or unlinks in places."""
    form = _GUID if family is Family.SPLENDID else _FREE_ID
    return form.fullmatch(key) is not None and key.strip("0-") != ""


def _pairs(
    values: Mapping[FieldName, Value], known: Described, clock: Clock, problems: dict[FieldName, str], *, is_new: bool
) -> Pairs:
    pairs: Pairs = {}
    for name, value in values.items():
        field = known.schema.field(name)
        if field is None:
            problems[name] = sentence("{module} has no field {name}.", module=known.schema.module.label, name=name)
        elif field.read_only:
            if not is_new:
                problems[name] = sentence("{field} is kept by the server and cannot be changed.", field=field.label)
        elif problem := _problem(value, field, known.family):
            problems.setdefault(name, problem)
        else:
            pairs |= _spelled(name, value, known, clock)
            if name == catalog.PARENT_ID and catalog.PARENT_TYPE not in values:
                pairs |= _parent_type(value, field, problems)
    if problems:
        raise unsendable(problems)
    return pairs


def _parent_type(value: Value, field: Field, problems: dict[FieldName, str]) -> Pairs:
    """A parent may be of several modules: its own goes with it."""
    if not isinstance(value, RecordId) or len(field.refers_to) < 2:
        return {}
    if not value.module:
        problems[field.name] = sentence(
            "{field} needs a record whose module is known. Choose it from a list.", field=field.label
        )
        return {}
    return {catalog.PARENT_TYPE: value.module}


def _spelled(name: FieldName, value: Value, known: Described, clock: Clock) -> Pairs:
    partner = known.pairs.get(name)
    if partner is None:
        return {name: spelled(value, known.family, clock)}
    if not isinstance(value, datetime):
        return {name: "", partner: ""}
    at = value.astimezone(UTC)
    return {name: f"{at:%Y-%m-%d}", partner: f"{at:%H:%M:%S}"}


def spelled(value: Value, family: Family, clock: Clock) -> str:
    """One value in the server's spelling; None is ""."""
    match value:
        case datetime():
            at = value.astimezone(UTC)
            return f"{at:%Y-%m-%dT%H:%M:%SZ}" if family is Family.SPLENDID else f"{at:%Y-%m-%d %H:%M:%S}"
        case time():
            return value.strftime("%H:%M:%S")
        case tuple():
            return ",".join(f"^{one}^" for one in value)
        case Decimal() if family is Family.SPLENDID:
            return plain(value).replace(".", clock.decimal_mark)
        case _:
            return plain(value)


def _problem(value: Value, field: Field, family: Family) -> str:
    """Why the server would damage this value; "" where it would not."""
    for text in value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ():
        if not field.stores_astral and has_astral(text):
            bad = next(letter for letter in text if has_astral(letter))
            shown = f"U+{ord(bad):04X}" if "\ud800" <= bad <= "\udfff" else bad
            return sentence(
                "{field} holds “{shown}”, which this server cannot store. Take it out.", field=field.label, shown=shown
            )
        if _NOT_IN_XML.search(text):
            return sentence("{field} holds an invisible control character. Type the text again.", field=field.label)
        tag = _TAG.search(text) if family is Family.SUGAR and "html" not in field.name else None
        if tag is not None:  # it is "purified": tags are closed, unknown ones cut out with what they hold (recorded)
            return sentence(
                "{field} holds “{tag}”, which this server takes for HTML and changes. Put a blank behind “<”.",
                field=field.label,
                tag=tag[0],
            )
        if isinstance(value, tuple) and "^" in text:
            return sentence("{field}: a choice cannot hold “^”.", field=field.label)
    if field.type is FieldType.REFERENCE and value is not None and not is_key(plain(value), family):
        return sentence(
            "{field} needs a record; “{plain}” is no id of this server.", field=field.label, plain=plain(value)
        )
    return wrong_kind(value, field)
