# SPDX-License-Identifier: MIT
"""What the pretended database makes of the values sent to it: cut, clamped, emptied, rounded, seldom refused.

Source of each habit: tests of vtiger 8.0.0, recorded in November 2026 (create and update exchanges).
"""

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from crmdesk.demo.dialects.crmplus.catalogue import FieldDef
from crmdesk.demo.dialects.crmplus.refusals import Crash

MULTI = " |##| "
_LEADING_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?( ?[AP]M)?$", re.IGNORECASE)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BIGGEST_INTEGER = 2_147_483_647


def stored(field: FieldDef, value: Any, *, keeps_emoji: bool) -> str:
    """Return what is kept of `value` (anything JSON can hold) in `field`.

    Raises:
        Crash: Text in a decimal custom field.
    """
    text = plain(value, field)
    match field.kind:
        case "integer":
            return _integer(text)
        case "double" | "percent" | "currency":
            return decimal(field, text)
        case "boolean":
            return "1" if text in ("1", "on") or value is True else "0"
        case "date":
            return _date(text)
        case "time":
            return _time(text)
        case "datetime":
            return text if _DATETIME.match(text) else ""
    if not keeps_emoji:
        text = "".join(c if ord(c) < 0x10000 else "????" for c in text)
    if "<script" in text.lower():
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text[: field.width] if field.width else text


def plain(value: Any, field: FieldDef) -> str:
    """Return any JSON value as PHP would print it."""
    if value is None or value is False:
        return "0" if field.kind == "boolean" else ""
    if value is True:
        return "1"
    if isinstance(value, list):
        return MULTI.join(str(item) for item in value)
    if isinstance(value, dict):
        return str(next(iter(value.values()), ""))
    return str(value)


def number_at_start(text: str) -> Decimal:
    """Return the number that `text` begins with, 0 where there is none: MySQL's and PHP's cast."""
    found = _LEADING_NUMBER.match(text)
    return Decimal(found.group().strip()) if found else Decimal(0)


def decimal(field: FieldDef, text: str) -> str:
    """Return `text` with the column's decimals; "" stays empty in a column whose default is empty."""
    if not text.strip():
        return field.default
    if field.name.startswith("cf_") and not re.fullmatch(r"\s*[-+]?\d*\.?\d+\s*", text):
        raise Crash
    value = number_at_start(text)
    if "," in text:  # read as the user's own format, which has two decimals: "1.234,56" is kept as 1.23
        value = value.quantize(Decimal("0.01"), ROUND_DOWN)
    limit = Decimal(10) ** (17 if field.kind == "currency" else 8) - Decimal(1).scaleb(-field.places)
    value = max(-limit, min(limit, value))
    return f"{value.quantize(Decimal(1).scaleb(-field.places), ROUND_HALF_UP):f}"


def _integer(text: str) -> str:
    value = int(number_at_start(text).quantize(Decimal(1), ROUND_HALF_UP))
    return str(max(-_BIGGEST_INTEGER - 1, min(_BIGGEST_INTEGER, value)))


def _date(text: str) -> str:
    found = _DATE.match(text)
    if found is None:
        return ""
    year, month, day = (int(part) for part in found.groups())
    leap = month != 2 or day != 29 or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1] and leap):
        return ""
    return f"{year:04d}-{month:02d}-{day:02d}"


def _time(text: str) -> str:
    found = _TIME.match(text.strip())
    if found is None:
        return "" if not text.strip() else "00:00:00"
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)  # AM and PM are not looked at
    return f"{hour:02d}:{minute:02d}:{second:02d}" if hour < 24 and minute < 60 and second < 60 else "00:00:00"
