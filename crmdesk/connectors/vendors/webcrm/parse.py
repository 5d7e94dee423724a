# SPDX-License-Identifier: MIT
"""PURE: decoded replies -> Record; values typed by the schema, what does not fit its type stays text.

Seen in the official client's recorded data: moments with an offset (``2018-06-28T08:32:08+02:00``), "no date" as
``0001-01-01T01:00:00+01:00``, "nobody" as 0, dates in custom fields as ``2018-06-28``.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo

from crmdesk.connectors.vendors.webcrm.resources import Resource, resources
from crmdesk.connectors.wire.redaction import without_secrets
from crmdesk.connectors.wire.text import to_bool, to_date, to_datetime, to_decimal, to_int, to_text, to_time
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

SECRET = re.compile(r"(?:password$|authenticationcode|ticket$|accesstoken|refreshtoken|authcode)", re.IGNORECASE)
"""Properties that hold a secret. ``SupportCaseTicket`` is a number people read, see ``is_secret``."""
EMPTY_DATA = "-"
"""What an empty data field of linked data holds: the server takes no empty text there (the official client)."""
_DATA = re.compile(r"(?:LinkedDataItem|QuotationLine)Data\d$")
_DAY_FIRST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?:[ T]+(\d{1,2}:\d{2}(?::\d{2})?))?")
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})(?:[ T]+(\d{1,2}:\d{2}(?::\d{2})?))?")


def is_secret(name: str) -> bool:
    """Whether a property must never be shown."""
    return bool(SECRET.search(name)) and not name.startswith("SupportCase")


def is_data_field(name: str) -> bool:
    """One of the nine data fields of linked data and of lines."""
    return _DATA.search(name) is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a value's reading depends on beside the schema.

    Attributes:
        zone: the clock of moments that come without an offset.
        day_first: 05-10-2018 is the fifth of October.
    """

    zone: tzinfo = UTC
    day_first: bool = True


@dataclass(frozen=True, slots=True)
class RowReader:
    """Makes records of one kind's rows; built once.

    Attributes:
        links: the fields that point to other records.
    """

    resource: Resource
    schema: Schema
    reading: Reading = field(default_factory=Reading)

    @property
    def links(self) -> tuple[FieldName, ...]:
        """The fields that point to other records."""
        return tuple(f.name for f in self.schema.fields if f.type is FieldType.REFERENCE)

    def record(self, row: Mapping[str, object], *, key: str = "", with_raw: bool = False) -> Record:
        """One record; properties the schema does not know are left out of the values.

        Raises:
            MalformedReply: the row has no id.
        """
        own = key or to_text(row.get(self.resource.id_field)).strip()
        if not own or own == "0":
            raise MalformedReply(
                sentence("The server's answer is not a record. Reload the list."), where=self.resource.id_field
            )
        values: dict[FieldName, Value] = {}
        labels: dict[FieldName, str] = {}
        for known in self.schema.fields:
            if known.name not in row:
                continue
            value = value_of(row[known.name], known, self.reading)
            if known.type is FieldType.REFERENCE and isinstance(value, RecordId) and not value.module:
                value = RecordId(linked_module(row, known), value.key)
            values[known.name] = value
            if known.choices and isinstance(value, str) and known.choice_label(value) != value:
                labels[known.name] = known.choice_label(value)
        version = to_text(row.get(f"{self.resource.prefix}UpdatedAt")) or None
        raw = raw_text(row) if with_raw else ""
        return Record(RecordId(self.resource.name, own), values, labels, version, raw)


def linked_module(row: Mapping[str, object], known: Field) -> ModuleName:
    """Where a link leads that may lead to several kinds: a document says it; lines hang on what lists them."""
    kind = to_text(row.get("DocumentLinkedEntityType"))
    found = next((r.name for r in resources().values() if kind and r.linked_kind == kind), None)
    if found:
        return found
    return known.refers_to[0] if known.refers_to else ModuleName("")


def masked(value: object) -> object:
    """The same without secrets."""
    return without_secrets(value, is_secret)


def raw_text(reply: object) -> str:
    """The reply for the curious: JSON, secrets masked, a file's content shortened."""
    shown = masked(reply)
    if isinstance(shown, dict) and isinstance(shown.get("DocumentFile"), str) and len(shown["DocumentFile"]) > 200:
        shown["DocumentFile"] = f"[{len(shown['DocumentFile'])} characters]"
    return json.dumps(shown, ensure_ascii=False, indent=2, default=to_text)


def value_of(raw: object, known: Field, reading: Reading) -> Value:
    """One value; None for empty."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, (list, dict)):
        if known.type is FieldType.MULTI_CHOICE and isinstance(raw, list):
            return tuple(to_text(one) for one in raw) or None
        return json.dumps(raw, ensure_ascii=False, default=to_text) if raw else None
    if is_data_field(known.name) and raw == EMPTY_DATA:
        return None
    read = _READERS.get(known.type)
    if read is None:
        return to_text(raw) or None
    value = read(raw, known, reading)
    if value is not None:
        return value
    return None if _says_nothing(raw, known) else to_text(raw)


def _says_nothing(raw: object, known: Field) -> bool:
    if known.type is FieldType.REFERENCE:
        return True
    return known.type.is_moment and to_text(raw).startswith(("0001-01-01", "0000-00-00", "1899-12-30", "01-01-0001"))


def moment(raw: object, reading: Reading) -> datetime | None:
    """A moment in any of the orders it may come in; year 1 is none."""
    text = to_text(raw).strip()
    if text[:4] in ("0001", "0000"):
        return None
    found = to_datetime(text, reading.zone)
    if found is not None:
        return found
    day = day_of(text, reading)
    if day is None or day.year < 2:
        return None
    clock = to_time(text.replace("T", " ").partition(" ")[2].strip() or "0:00")
    return datetime.combine(day, clock, reading.zone) if clock is not None else None


def day_of(raw: object, reading: Reading) -> date | None:
    """A day: ISO, or day, month and year in either order; an order that cannot be is turned round."""
    text = to_text(raw).strip()
    found = to_date(text)
    if found is not None:
        return found if found.year > 1 else None
    year_first, day_first = _YEAR_FIRST.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if year_first:
        tries = [(int(year_first[1]), int(year_first[2]), int(year_first[3]))]
    elif day_first:
        one, two, year = int(day_first[1]), int(day_first[2]), int(day_first[3])
        tries = [(year, two, one), (year, one, two)]
        if not reading.day_first:
            tries.reverse()
    else:
        return None
    for parts in tries:
        try:
            found = date(*parts)
        except ValueError:
            continue
        return found if found.year > 1 else None
    return None


def _whole(raw: object, _known: Field, _reading: Reading) -> Value:
    whole = to_int(raw)
    return to_decimal(raw) if whole is None else whole


def _reference(raw: object, known: Field, _reading: Reading) -> Value:
    """0 is nobody; a list's members are not told apart."""
    key = to_text(to_int(raw) if to_int(raw) is not None else raw).strip()
    if key in ("", "0") or key.startswith("-"):
        return None
    return RecordId(known.refers_to[0] if len(known.refers_to) == 1 else ModuleName(""), key)


def _day(raw: object, _known: Field, reading: Reading) -> Value:
    """Days come as moments: midnight on the clock as written, or midnight UTC on a local clock (both seen)."""
    found = moment(raw, reading) if "T" in to_text(raw) else None
    if found is None:
        return day_of(raw, reading)
    if found.time() != time() and found.astimezone(UTC).time() == time():
        return found.astimezone(UTC).date()
    return found.date()


_READERS: Mapping[FieldType, Callable[[object, Field, Reading], Value]] = {
    FieldType.REFERENCE: _reference,
    FieldType.INTEGER: _whole,
    FieldType.DECIMAL: lambda raw, _f, _r: to_decimal(raw),
    FieldType.MONEY: lambda raw, _f, _r: to_decimal(raw),
    FieldType.PERCENT: lambda raw, _f, _r: to_decimal(raw),
    FieldType.BOOLEAN: lambda raw, _f, _r: to_bool(raw),
    FieldType.DATE: _day,
    FieldType.DATETIME: lambda raw, _f, r: moment(raw, r),
    FieldType.TIME: lambda raw, _f, _r: to_time(raw),
}


def new_id(decoded: object, id_field: str) -> str:
    """The id in a create's answer: a bare number, the same as text, or a record; "" where none is told.

    Raises:
        MalformedReply: it is something else.
    """
    if isinstance(decoded, dict):
        decoded = next((decoded[name] for name in (id_field, "Id", "id") if decoded.get(name) is not None), None)
    if isinstance(decoded, list) and len(decoded) == 1:
        decoded = decoded[0]
    if decoded is None or decoded == "":
        return ""
    number = None if isinstance(decoded, bool) else to_int(decoded)
    if number is None or number < 0:
        raise MalformedReply(
            sentence(
                "The server took the record but did not say which one it is. Reload the list before you try again."
            ),
            to_text(decoded)[:200],
            where="id",
        )
    return str(number) if number else ""
