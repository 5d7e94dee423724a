# SPDX-License-Identifier: MIT
"""PURE: decoded answers -> rows, ids, records.

A value is typed by its field's name and its own spelling alone, never by what other records held: the same answer is the
same value on every lane and at every time, or two readings of one record would look like a change.

Dates come in three spellings: ISO 8601 (asked for), ``Y-m-d H:i:s`` and ``d-m-Y`` (where a server does not heed that).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from crmdesk.connectors.vendors.opencrm import catalog
from crmdesk.connectors.vendors.opencrm.envelope import SECRET_KEYS, masked
from crmdesk.connectors.vendors.opencrm.faults import is_nothing
from crmdesk.connectors.wire.text import to_bool, to_datetime, to_decimal, to_text
from crmdesk.domain.errors import Invalid, MalformedReply, OutcomeUnclear
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

Row = Mapping[str, object]

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_ZERO_DAY = re.compile(r"0000-00-00.*|00-00-0000|-0001-.*|30-11--0001")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)\.\d+")
_ID = re.compile(r"\d+")
_IDS = ("crmid", "record_id", "id")
_HIDDEN = frozenset({"id", "record_id", "record_module", catalog.LINES})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a record's reading depends on beside its row.

    Attributes:
        zone: the clock of moments that come without an offset.
        people: user number -> name; may grow.
        names: module -> record number -> name, of records that were read; may grow.
    """

    zone: tzinfo = UTC
    people: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[ModuleName, Mapping[str, str]] = field(default_factory=dict)


def rows(answer: object, where: str) -> tuple[Row, ...]:
    """The rows of a list: a list of objects, one object alone, nothing at all, or an object of objects.

    Raises:
        MalformedReply.
    """
    if answer in (None, "", False) or answer == {}:
        return ()
    listed: list[object]
    if isinstance(answer, dict):
        inside = list(answer.values())
        is_map = all(isinstance(one, dict) for one in inside) and not any(key in answer for key in _IDS)
        listed = inside if is_map else [answer]
    elif isinstance(answer, list):
        listed = answer
    elif isinstance(answer, str) and is_nothing(answer):
        return ()
    else:
        listed = [answer]
    found: list[Row] = [row for row in listed if isinstance(row, dict)]
    if len(found) < len(listed):
        raise MalformedReply(sentence("The server's rows are not what they should be. Try again."), where=where)
    return tuple(found)


def one_row(answer: object) -> Row | None:
    """The record of a get: an object, a list of one, lines and fields in two objects; None = nothing came."""
    if isinstance(answer, list) and answer and all(isinstance(part, dict) for part in answer):
        merged: dict[str, object] = {}
        for part in answer:
            merged |= part
        answer = merged
    if not isinstance(answer, dict) or not any(key != catalog.LINES and value for key, value in answer.items()):
        return None
    return answer


def count_of(answer: object) -> int:
    """``123``, also as a text or in a list or object of one.

    Raises:
        MalformedReply.
    """
    while isinstance(answer, (list, dict)) and len(answer) == 1:
        answer = answer[0] if isinstance(answer, list) else next(iter(answer.values()))
    text = to_text(answer).strip()
    if answer in ("", None) or (isinstance(answer, list) and not answer):
        return 0
    if not _ID.fullmatch(text):
        raise MalformedReply(sentence("The server's count is not a number. Try again."), where="count")
    return int(text)


def saved_id(answer: object, operation: str) -> str:
    """The number of the record that an edit made or changed; anything else is no success (guide: "or any validation
    errors").

    Raises:
        Invalid: the server says why not. OutcomeUnclear: it says neither.
    """
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    if isinstance(answer, dict):
        answer = next((answer[key] for key in _IDS if answer.get(key)), answer)
    text = "" if isinstance(answer, (bool, dict, list)) else to_text(answer).strip()
    if _ID.fullmatch(text) and int(text) > 0:
        return text
    if isinstance(answer, str) and text and not _ID.fullmatch(text):
        shown = " ".join(text.split())[:300]
        raise Invalid(sentence("The server refused to save this: {shown} Correct it and try again.", shown=shown), text)
    raise OutcomeUnclear(
        sentence("The server did not say whether it saved this. Reload the record and look before you try again."),
        f"{operation}: {json.dumps(masked(answer), default=to_text)[:200]}",
    )


def key_of(row: Row) -> str:
    """The record's number, as text whether it came as text or as number; "" where the row has none."""
    return next((text for name in _IDS if (text := to_text(row.get(name)).strip()) not in ("", "0")), "")


def record(row: Row, module: ModuleName, reading: Reading, *, key: str = "", with_raw: bool = False) -> Record:
    """One record with every field of the row.

    Args:
        key: its number, where the row need not tell it.

    Raises:
        MalformedReply: the row has no number.
    """
    number = key_of(row) or key
    if not number:
        raise MalformedReply(sentence("The server's answer is not a record. Reload the list."), where="crmid")
    row = with_owner(row)
    values: dict[FieldName, Value] = {catalog.NUMBER: number} if _ID.fullmatch(number) else {}
    for name, raw in row.items():
        if name not in _HIDDEN and name != catalog.NUMBER and name.lower() not in SECRET_KEYS:
            values[FieldName(name)] = value_of(name, raw, reading.zone)
    raw_text = json.dumps(masked(dict(row)), ensure_ascii=False, indent=2, default=to_text) if with_raw else ""
    version = to_text(row.get(catalog.MODIFIED)) or None
    return Record(RecordId(module, number), values, _labels(row, values, reading), version, raw_text)


def with_owner(row: Row) -> Row:
    """The row with its owner under the name that writes use."""
    if catalog.OWNER_READ not in row:
        return row
    rest = {name: raw for name, raw in row.items() if name != catalog.OWNER_READ}
    return {catalog.OWNER: row[catalog.OWNER_READ], **rest}


def _labels(row: Row, values: Mapping[FieldName, Value], reading: Reading) -> dict[FieldName, str]:
    labels: dict[FieldName, str] = {}
    for name, value in values.items():
        if not isinstance(value, RecordId):
            continue
        beside = next((to_text(row[n]) for n in catalog.NAMES_BESIDE.get(name, ()) if row.get(n)), "")
        known = reading.people if name == catalog.OWNER else reading.names.get(value.module, {})
        label = known.get(value.key, "")
        if label or beside:
            labels[name] = label or beside
    return labels


def value_of(name: str, raw: object, zone: tzinfo = UTC) -> Value:
    """One value; what does not fit its field's type stays the text it is."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, (dict, list)):
        return json.dumps(raw, ensure_ascii=False, default=to_text) if raw else None
    text = to_text(raw)
    kind = catalog.type_of(name)
    if kind is FieldType.REFERENCE:
        return _reference(name, text)
    if kind is FieldType.BOOLEAN:
        truth = to_bool(raw)
        return text if truth is None else truth
    if kind is not None and kind.is_number:
        number = to_decimal(raw)
        return text if number is None else number
    if kind is FieldType.LONG_TEXT:
        return text
    moment = moment_of(text, zone)
    if moment is not None:
        return _as_asked(moment, kind, zone)
    if _ZERO_DAY.fullmatch(text):
        return None
    return Decimal(text) if kind is None and _NUMBER.fullmatch(text) else text


def _as_asked(moment: date | datetime, kind: FieldType | None, zone: tzinfo) -> Value:
    if kind is FieldType.DATE and isinstance(moment, datetime):
        return moment.date()
    if kind is FieldType.DATETIME and not isinstance(moment, datetime):
        return datetime.combine(moment, time(0), zone)
    return moment


def moment_of(text: str, zone: tzinfo = UTC) -> date | datetime | None:
    """A date or a moment in one of the three spellings; None for any other text and for days that do not exist."""
    iso = _ISO.fullmatch(text)
    if iso is not None and iso[4]:
        return to_datetime(text, zone) if not text.startswith("0000") else None
    parts = (iso[1], iso[2], iso[3]) if iso else None
    if parts is None and (day_first := _DAY_FIRST.fullmatch(text)) is not None:
        parts = (day_first[3], day_first[2], day_first[1])
    if parts is None:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def _reference(name: str, text: str) -> Value:
    """A record's number; 0 is no link. A name (where ids were turned into names) stays text."""
    number = text.strip()
    if not _ID.fullmatch(number):
        return text
    targets = catalog.REFERENCES[name]
    only = targets[0] if len(targets) == 1 else ModuleName("")
    return RecordId(only, number) if int(number) else None


def is_id(text: str) -> bool:
    """Whether a text can be a record's number."""
    return _ID.fullmatch(text) is not None and int(text) > 0
