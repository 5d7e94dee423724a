# SPDX-License-Identifier: MIT
"""PURE: values as both interfaces spell them -> values of ours; what must never be shown is masked."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo

from crmdesk.connectors.wire.redaction import is_secret_field, without_secrets
from crmdesk.connectors.wire.text import to_bool, to_date, to_datetime, to_decimal, to_int, to_text, to_time
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import Value

SEPARATOR = " |##| "
"""Between the members of a list of choices, as in the family this CRM comes from."""
_SECRET = re.compile(r"(?:^|_)(?:password|passwd|secret|token|api_?key|hash|session_?id)(?:$|_)", re.IGNORECASE)
_MEMBERS = re.compile(r"\s*\|##\|\s*")


def is_secret(name: str) -> bool:
    """Names of what must never be shown."""
    return bool(_SECRET.search(name)) or is_secret_field(name)


def value_of(raw: object, known: Field, zone: tzinfo, module: ModuleName = ModuleName("")) -> Value:  # noqa: B008
    """One value; None for empty."""
    if raw is None or raw == "" or raw == []:
        return None
    if known.type is FieldType.MULTI_CHOICE:
        members = raw if isinstance(raw, list) else _MEMBERS.split(to_text(raw))
        return tuple(text for text in (to_text(one).strip() for one in members) if text) or None
    if isinstance(raw, (list, dict)):
        return json.dumps(raw, ensure_ascii=False, default=to_text) if raw else None
    if known.type is FieldType.REFERENCE:
        key = to_text(raw).strip()
        return None if key in ("", "0") else RecordId(module, key)
    read = _READERS.get(known.type)
    if read is None:
        return to_text(raw) or None
    value = read(raw, zone)
    if value is not None:
        return value
    return None if known.type.is_moment and to_text(raw).startswith(("0000-00-00", "0001-01-01")) else to_text(raw)


def _whole(raw: object, _zone: tzinfo) -> Value:
    whole = to_int(raw)
    return to_decimal(raw) if whole is None else whole


def _day(raw: object, _zone: tzinfo) -> date | None:
    found = to_date(raw)
    return found if found is not None and found.year > 1 else None


def moment(raw: object, zone: tzinfo) -> datetime | None:
    """A moment; one without an offset is meant in ``zone``."""
    found = to_datetime(raw, zone)
    return found if found is not None and found.year > 1 else None


_READERS: Mapping[FieldType, Callable[[object, tzinfo], Value]] = {
    FieldType.INTEGER: _whole,
    FieldType.DECIMAL: lambda raw, _z: to_decimal(raw),
    FieldType.MONEY: lambda raw, _z: to_decimal(raw),
    FieldType.PERCENT: lambda raw, _z: to_decimal(raw),
    FieldType.BOOLEAN: lambda raw, _z: to_bool(raw),
    FieldType.DATE: _day,
    FieldType.DATETIME: moment,
    FieldType.TIME: lambda raw, _z: to_time(raw),
}


def masked(value: object) -> object:
    """The same without secrets."""
    return without_secrets(value, is_secret)


def raw_text(reply: object) -> str:
    """The reply for the curious: JSON, secrets masked."""
    return json.dumps(masked(reply), ensure_ascii=False, indent=2, default=to_text)
