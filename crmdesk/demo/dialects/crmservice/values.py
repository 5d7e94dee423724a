# SPDX-License-Identifier: MIT
"""What may be written into a field, and how it is shown: JSON at one door, text and xsd types at the other."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from crmdesk.demo.dialects.crmservice.catalogue import Field
from crmdesk.demo.dialects.crmservice.office import Habits, Office, Refusal

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_SEVERAL = " |##| "  # the family's mark between the values of a multiple choice
_TRUE, _FALSE = frozenset({"true", "1", "on", "yes"}), frozenset({"false", "0", "off", "no", ""})
_LARGEST = Decimal(10) ** 15


def cleaned(office: Office, field: Field, sent: Any) -> Any:
    """Return a value as rows keep it; JSON values and the SOAP door's texts are both understood, "" clears.

    Raises:
        Refusal: 422: wrong type, no such choice, nothing it could refer to, too long, or empty where it is required.
    """
    if sent is None or (sent == "" and not field.is_text):
        value: Any = () if field.kind == "multi" else False if field.kind == "bool" and sent == "" else None
    else:
        try:
            value = _read(office, field, sent)
        except (ValueError, InvalidOperation, OverflowError) as error:
            raise _bad(field, str(error) or "is invalid") from None
    if field.is_required and value in (None, "", ()):
        raise _bad(field, "cannot be blank")
    return value


def _bad(field: Field, why: str) -> Refusal:
    return Refusal(422, f"{field.labels[0]} {why}", field.name)


def _read(office: Office, field: Field, sent: Any) -> Any:
    match field.kind:
        case "int":
            number = decimal_of(sent)
            if number != int(number) or abs(number) >= 2**31:
                raise ValueError("must be an integer")
            return int(number)
        case "decimal":
            return decimal_of(sent).quantize(Decimal("0.01"))
        case "percent":
            return decimal_of(sent).quantize(Decimal("0.001"))
        case "bool":
            return _truth(sent)
        case "date":
            return date.fromisoformat(_text(sent)[:10]).isoformat()
        case "datetime":
            return moment(_text(sent))
        case "time":
            if not _TIME.fullmatch(_text(sent)):
                raise ValueError("must be a time")
            return _text(sent) if len(sent) == 8 else f"{sent}:00"
        case "ref":
            return _reference(office, field, sent)
        case "multi":
            return _several(field, sent)
    text = _text(sent)
    if field.picklist is not None and text and text not in field.picklist.values():
        raise ValueError(f'"{text}" is not one of the picklist\'s values')
    if field.size and len(text) > field.size:
        raise ValueError(f"should contain at most {field.size} characters")
    if field.kind == "email" and text and "@" not in text:
        raise ValueError("is not a valid email address")
    return text or None if field.kind == "pick" else text


def _text(sent: Any) -> str:
    if not isinstance(sent, str):
        raise ValueError("must be a string")
    return sent


def decimal_of(sent: Any) -> Decimal:
    """Return a number.

    Raises:
        ValueError: It is none, or larger than the columns are.
    """
    if isinstance(sent, bool) or not isinstance(sent, int | Decimal | str | float):
        raise ValueError("must be a number")
    try:
        number = Decimal(str(sent).strip())
    except InvalidOperation:
        raise ValueError("must be a number") from None
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise ValueError("must be a number")
    return number


def _truth(sent: Any) -> bool:
    text = str(sent).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("must be true or false")


def moment(text: str) -> str:
    """Return an ISO date-time, or "Y-m-d H:i:s", as rows keep it; without a zone it is UTC.

    Raises:
        ValueError: It is none.
    """
    read = datetime.fromisoformat(text.strip())
    if read.tzinfo is not None:
        read = read.astimezone(UTC)
    return read.strftime("%Y-%m-%d %H:%M:%S")


def _reference(office: Office, field: Field, sent: Any) -> int | None:
    number = decimal_of(sent)
    if number == 0:  # the SOAP door's "none"
        return None
    if number != int(number) or int(number) not in office.tables[field.target]:
        raise ValueError("is invalid")
    return int(number)


def _several(field: Field, sent: Any) -> tuple[str, ...]:
    parts = sent if isinstance(sent, list | tuple) else str(sent).split(_SEVERAL)
    known = field.picklist.values() if field.picklist is not None else frozenset[str]()
    for part in parts:
        if part not in known:
            raise ValueError(f'"{part}" is not one of the picklist\'s values')
    return tuple(parts)


def plain(value: Any) -> str:
    """Return a value as the database would compare it as text."""
    if isinstance(value, tuple):
        return _SEVERAL.join(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def as_json(field: Field, value: Any, habits: Habits) -> Any:
    """Return a value as the JSON:API shows it."""
    if value is None:
        return None
    match field.kind:
        case "decimal" | "percent":
            return str(value) if habits.decimals == "text" else float(value)
        case "datetime":
            return f"{value[:10]}T{value[11:]}{habits.zone_suffix}"
        case "multi":
            return list(value)
        case "ref":
            return value if habits.references == "number" else str(value)
    return value


def as_ciws(field: Field, value: Any) -> Any:
    """Return a value as the SOAP door shows it: None, str, int, bool, Decimal."""
    return plain(value) if field.kind == "multi" else value
