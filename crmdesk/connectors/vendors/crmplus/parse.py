# SPDX-License-Identifier: MIT
"""PURE: decoded replies -> Record, rows, deleted ids; values typed by the schema.

Plain fields come back as they were stored; only ``label``, ``product_name``, the final details of lines, the login's
names and coreBOS's reference names come HTML-encoded (recorded), so only those are decoded.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from decimal import Decimal

from crmdesk.connectors.vendors.crmplus.envelope import SECRET_KEYS, masked
from crmdesk.connectors.wire.text import (
    decode_html,
    to_bool,
    to_date,
    to_datetime,
    to_decimal,
    to_int,
    to_text,
    to_time,
)
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import Value

MULTI_SEPARATOR = " |##| "
_FULL_ID = re.compile(r"\d+x\d+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a value's reading depends on beside the schema.

    Attributes:
        zone: the clock of the server's datetimes.
        prefixes: id prefix -> module, as far as known.
    """

    zone: tzinfo = UTC
    prefixes: Mapping[str, ModuleName] = field(default_factory=dict)


def rows(result: object, where: str) -> tuple[Mapping[str, object], ...]:
    """The rows of a query.

    Raises:
        MalformedReply: the result is no list of objects.
    """
    if result is None or result == {}:
        return ()
    listed = list(result.values()) if isinstance(result, dict) else result
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise MalformedReply("The server's rows are not what they should be. Try again.", where=where)
    return tuple(listed)


def count_of(result: object) -> int:
    """The number in a ``count(*)`` reply: ``[{"count":"301"}]``.

    Raises:
        MalformedReply.
    """
    found = rows(result, "count")
    number = to_int(next(iter(found[0].values()), None)) if found else None
    if number is None:
        raise MalformedReply("The server's count is not a number. Try again.", where="count")
    return number


def record(row: object, schema: Schema, reading: Reading, *, with_raw: bool = False) -> Record:
    """One record of a module; fields the schema does not know are left out of the values.

    Raises:
        MalformedReply: the reply is no object or has no id.
    """
    if not isinstance(row, dict) or not to_text(row.get("id")):
        raise MalformedReply("The server's answer is not a record. Reload the list.", where="id")
    values: dict[FieldName, Value] = {}
    labels: dict[FieldName, str] = {}
    for known in schema.fields:
        if known.name not in row or known.name.lower() in SECRET_KEYS:
            continue
        value = values[known.name] = typed(row[known.name], known, reading)
        label = _label(value, known, row)
        if label:
            labels[known.name] = label
    return Record(
        RecordId(schema.module.name, to_text(row["id"])),
        values,
        labels,
        to_text(row.get("modifiedtime")) or None,
        raw_text(row) if with_raw else "",
    )


def raw_text(reply: object) -> str:
    """The reply for the curious: JSON, secrets masked."""
    return json.dumps(masked(reply), ensure_ascii=False, indent=2, default=to_text)


def typed(raw: object, known: Field, reading: Reading) -> Value:
    """One value; a text that does not fit the field's type stays text, so that nothing is lost."""
    if isinstance(raw, (dict, list)):
        if known.type is FieldType.MULTI_CHOICE and isinstance(raw, list):
            return tuple(to_text(one) for one in raw) or None
        return json.dumps(raw, ensure_ascii=False, default=to_text)
    text = to_text(raw)
    if text == "" or (known.type.is_moment and text.startswith("0000-00-00")):
        return None
    match known.type:
        case FieldType.REFERENCE:
            return reference(text, known.refers_to, reading.prefixes)
        case FieldType.MULTI_CHOICE:
            return tuple(part for part in text.split(MULTI_SEPARATOR) if part)
        case FieldType.DATETIME:
            moment = to_datetime(text, reading.zone)
            return text if moment is None else moment
    reader = _READERS.get(known.type)
    if reader is None:
        return text
    value = reader(text)
    return text if value is None else value


_READERS: Mapping[FieldType, Callable[[object], Value]] = {
    FieldType.INTEGER: lambda raw: _whole_or_exact(raw),
    FieldType.DECIMAL: to_decimal,
    FieldType.MONEY: to_decimal,
    FieldType.PERCENT: to_decimal,
    FieldType.BOOLEAN: to_bool,
    FieldType.DATE: to_date,
    FieldType.TIME: to_time,
}


def _whole_or_exact(raw: object) -> int | Decimal | None:
    whole = to_int(raw)
    return to_decimal(raw) if whole is None else whole


def reference(text: str, targets: tuple[ModuleName, ...], prefixes: Mapping[str, ModuleName]) -> RecordId | None:
    """A link. An owner that does not exist reads ``999``, without x (recorded): kept as it is; ``0`` is no link."""
    if text == "0":
        return None
    prefix = text.partition("x")[0]
    only = targets[0] if len(targets) == 1 else ModuleName("")
    return RecordId(prefixes.get(prefix, only) if _FULL_ID.fullmatch(text) else only, text)


def is_full_id(text: str) -> bool:
    """``3x17``: what the server takes as an id."""
    return _FULL_ID.fullmatch(text) is not None


def _label(value: Value, known: Field, row: Mapping[str, object]) -> str:
    """A translated choice, or the name that coreBOS tells beside a link."""
    if isinstance(value, RecordId):
        told = row.get(f"{known.name}ename")
        return decode_html(to_text(told.get("reference"))).strip() if isinstance(told, dict) else ""
    if known.type is FieldType.CHOICE and isinstance(value, str):
        label = known.choice_label(value)
        return label if label != value else ""
    return ""


def title(row: Mapping[str, object], fields: tuple[FieldName, ...]) -> str:
    """The title of a row: its title fields, joined."""
    return " ".join(text for text in (to_text(row.get(name)).strip() for name in fields) if text)


def full_name(user: Mapping[str, object]) -> str:
    """A user's name as people write it; the names come encoded ("S&uuml;si", recorded)."""
    parts = (decode_html(to_text(user.get(key))).strip() for key in ("first_name", "last_name"))
    return " ".join(part for part in parts if part)
