# SPDX-License-Identifier: MIT
"""PURE: values -> the JSON the server takes, refused before sending where it would be damaged or dropped.

Custom fields are text on the wire whatever they hold, a checkbox is "Yes" or "No", a list's value must be spelt exactly
(the vendor's document). A whole record is sent each time: what was read, with the changes in it, without the
properties that are null (the official client does the same; a null means nothing there). To empty a text, "" is sent;
to empty a link, 0; to empty anything else, null.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from crmdesk.connectors.vendors.webcrm import dto
from crmdesk.connectors.vendors.webcrm.parse import EMPTY_DATA, is_data_field
from crmdesk.connectors.vendors.webcrm.resources import Resource
from crmdesk.connectors.wire.text import to_decimal, to_int, to_text
from crmdesk.domain.errors import Invalid
from crmdesk.domain.fitting import unsendable, wrong_kind
from crmdesk.domain.names import FieldName
from crmdesk.domain.required import emptied, is_blank, unfilled
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain

_INT32 = 2**31
_OFFSET = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")


def created(
    resource: Resource, values: Mapping[FieldName, Value], schema: Schema, zone: tzinfo = UTC
) -> dict[str, object]:
    """The body of a create: id 0, what is filled, and what the server will not do without.

    Raises:
        Invalid: with a sentence for each field.
    """
    problems = unfilled(values, schema)
    body: dict[str, object] = {resource.id_field: 0, **_new_rest(resource)}
    for name, raw in _spelled_all(resource, values, schema, zone, {}, problems, is_new=True).items():
        if raw not in (None, "") or name in body:
            body[name] = raw
    _fill_data(resource, body)
    return body


def _new_rest(resource: Resource) -> dict[str, object]:
    if resource.entity == "PersonB2C":
        return {"PersonB2COrganisationId": 0}  # required by the description; made with the person
    if not resource.is_linked_data:
        return {}
    prefix = resource.entity
    rest: dict[str, object] = {f"{prefix}DataMemo": "", f"{prefix}ItemGroup": ""}
    rest[f"{prefix}EntityType"] = entity_type(resource)
    if prefix.startswith("QuotationLine"):
        rest[f"{prefix}VatCode"] = ""
    return rest


def entity_type(resource: Resource) -> str:
    """Of linked data: what it is linked to; lines are linked to products (the official client)."""
    of = resource.path.split("/")[1]
    known = {"QuotationLines": "Product", "PersonsB2C": "Person", "Events": "Meeting"}
    singular = {"Organisations": "Organisation", "Persons": "Person", "Opportunities": "Opportunity"}
    more = {"Deliveries": "Delivery", "Products": "Product", "Activities": "Activity", "SupportCases": "SupportCase"}
    return (known | singular | more)[of]


def changed(
    resource: Resource,
    row: Mapping[str, object],
    values: Mapping[FieldName, Value],
    schema: Schema,
    zone: tzinfo = UTC,
) -> dict[str, object]:
    """The body of an update: the whole record as it was read, with the changes in it.

    Args:
        row: the record as the server gave it just now, unknown properties included.

    Raises:
        Invalid: with a sentence for each field.
    """
    problems = emptied(values, schema)
    body: dict[str, object] = {name: raw for name, raw in row.items() if raw is not None}
    if row and resource.entity == "PersonB2C":
        body.setdefault("PersonB2COrganisationId", 0)  # required by the description
    body |= _spelled_all(resource, values, schema, zone, row, problems, is_new=False)
    _fill_data(resource, body)
    return body


def _fill_data(resource: Resource, body: dict[str, object]) -> None:
    """The nine data fields of linked data may not be empty."""
    if resource.is_linked_data:
        for number in range(1, 10):
            name = f"{resource.entity}Data{number}"
            if to_text(body.get(name)).strip() == "":
                body[name] = EMPTY_DATA


def _spelled_all(
    resource: Resource,
    values: Mapping[FieldName, Value],
    schema: Schema,
    zone: tzinfo,
    row: Mapping[str, object],
    problems: dict[FieldName, str],
    *,
    is_new: bool,
) -> dict[str, object]:
    kinds = {p.name: p for p in dto.properties(resource.entity)}
    found: dict[str, object] = {}
    for name, value in values.items():
        known = schema.field(name)
        if known is None:
            problems[name] = sentence("{module} has no field {name}.", module=schema.module.label, name=name)
        elif known.read_only:
            if not is_new:
                problems[name] = sentence("{known} is kept by the server and cannot be changed.", known=known.label)
        else:
            if is_new and is_blank(value):
                continue
            told = kinds.get(name)
            problem = _problem(value, known, row) or _not_without(value, known, told)
            if problem:
                problems.setdefault(name, problem)
            else:
                found[name] = spelled(value, known, told, zone, has_offset(row))
    if problems:
        raise unsendable(problems)
    return found


def _problem(value: Value, known: Field, row: Mapping[str, object]) -> str:
    if value is None or value == "" or value == ():
        return ""
    texts = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    for text in texts:
        if "\x00" in text:
            return sentence("{known} holds an invisible zero character. Type the text again.", known=known.label)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            return sentence("{known} holds a broken character (half of a pair). Type it anew.", known=known.label)
    if isinstance(value, str) and known.max_length is not None and len(value) > known.max_length:
        return sentence(
            "{known} takes {max_length} characters; this text has {n}.",
            known=known.label,
            max_length=known.max_length,
            n=len(value),
        )
    if known.type in (FieldType.CHOICE, FieldType.MULTI_CHOICE) and known.choices:
        return _not_in_list(texts, known, row)
    if known.type is FieldType.REFERENCE and not plain(value).isdecimal():
        return sentence("{known} needs a record; “{plain}” is no id like 4711.", known=known.label, plain=plain(value))
    return wrong_kind(value, known) or _too_large(value, known)


def _not_without(value: Value, known: Field, told: dto.Property | None) -> str:
    """A closed list that the description lets hold nothing else cannot be emptied (null is none of its values)."""
    if told is None or told.kind != "choice" or not is_blank(value) or _nothing_of(told):
        return ""
    return sentence("{known} cannot be empty there. Choose another value.", known=known.label)


def _nothing_of(told: dto.Property) -> str:
    """The value of a closed list that means none."""
    return next((word for word in ("Undefined", "None", "Unknown") if word in told.choices), "")


def _not_in_list(texts: tuple[str, ...], known: Field, row: Mapping[str, object]) -> str:
    """A list's value must match exactly, case and all; what the record holds already may stay."""
    values = {choice.value for choice in known.choices}
    for text in texts:
        if text in values or text == to_text(row.get(known.name)):
            continue
        near = next((v for v in values if v.casefold() == text.casefold()), "")
        hint = sentence(" Did you mean “{near}”? Capitals count.", near=near) if near else ""
        return sentence("{known} has no choice “{given}”.{hint}", known=known.label, given=text, hint=hint)
    return ""


def _too_large(value: Value, known: Field) -> str:
    """Whole numbers are of 32 bits there."""
    if known.type is not FieldType.INTEGER or not isinstance(value, (int, Decimal)):
        return ""
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return sentence("{known} takes a whole number.", known=known.label)
    return "" if -_INT32 <= value < _INT32 else sentence("{known} is too large a number.", known=known.label)


def spelled(value: Value, known: Field, told: dto.Property | None, zone: tzinfo = UTC, offset: bool = True) -> object:
    """One value as JSON.

    Args:
        told: what the description says of the property; None = a field the server has grown since: text.
        offset: moments carry one; where the server writes them without, ours have none either.
    """
    kind = told.kind if told is not None else "text"
    if value is None or value == "" or value == ():
        if is_data_field(known.name):
            return EMPTY_DATA if "LinkedDataItem" in known.name else ""
        if known.type is FieldType.REFERENCE:
            return 0
        if told is not None and kind == "choice":
            return _nothing_of(told)
        return "" if kind in ("text", "any") else [] if kind == "list" else None
    if kind == "list":
        return [
            to_int(one) if to_int(one) is not None else one
            for one in (value if isinstance(value, tuple) else (plain(value),))
        ]
    if kind == "integer":
        return to_int(plain(value))
    if kind == "number":
        return Decimal(plain(value))
    if kind == "moment":
        return moment_text(value, zone, offset)
    if kind == "truth" or kind == "choice":
        return value
    return _as_text(value, zone)


def _as_text(value: Value, zone: tzinfo) -> str:
    match value:
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        case time():
            return value.strftime("%H:%M:%S")
        case Decimal():
            return format(value.normalize(), "f")
        case tuple():
            return ";".join(value)
        case _:
            return plain(value)


def moment_text(value: Value, zone: tzinfo, offset: bool) -> str:
    """ISO 8601, in the server's way: ``2018-10-05T12:00:00Z`` or, where it writes none, without the offset."""
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime.combine(value, time(), zone)
    else:
        raise Invalid(sentence("“{plain}” is no date. Nothing was sent.", plain=plain(value)))
    if not offset:
        return found.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
    return found.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def has_offset(row: Mapping[str, object]) -> bool:
    """Whether this record's moments carry one; True where it tells none."""
    for raw in row.values():
        if isinstance(raw, str) and raw[10:11] == "T":
            found = _OFFSET.search(raw)
            if found:
                return found[1] is not None
    return True


def sent_alike(body: Mapping[str, object], row: Mapping[str, object]) -> bool:
    """Whether a record holds every text and number that a create sent: it may be the one.

    Rows of a query may spell a truth as 1 and a choice as its number; moments may come on another clock: those prove
    nothing.
    """
    return not any(
        _differs(sent, row[name]) for name, sent in body.items() if sent not in (None, "", 0) and name in row
    )


def _differs(sent: object, have: object) -> bool:
    if isinstance(sent, (list, dict)) or (isinstance(sent, str) and sent[10:11] == "T"):
        return False
    if isinstance(sent, (int, Decimal)) and isinstance(have, (int, Decimal)):
        return Decimal(sent) != Decimal(have)
    if isinstance(sent, str) and isinstance(have, (int, Decimal)):
        return to_decimal(sent) is not None and to_decimal(sent) != Decimal(have)
    return to_text(sent).strip() != to_text(have).strip()
