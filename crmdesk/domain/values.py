# SPDX-License-Identifier: MIT
"""Values of fields, and their way from and to the text people type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from functools import lru_cache

from crmdesk.domain.names import RecordId
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.sentence import sentence

Value = None | str | bool | int | Decimal | date | datetime | time | RecordId | tuple[str, ...]
"""Never a float; a datetime is aware; None = empty."""

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a person writes numbers and dates.

    Attributes:
        decimal_point, group: one character each; ``group`` separates thousands.
        date_order: the letters d, m, y in the order they are written.
        zone: the person's zone; times typed without one are meant there.
        yes, no: the words for true and false besides 1 and 0.
    """

    decimal_point: str = "."
    group: str = ","
    date_order: str = "ymd"
    zone: tzinfo = UTC
    yes: str = "yes"
    no: str = "no"


PLAIN = Conventions(group="")
"""What files and the command line use: dot decimal, ISO dates, no thousands."""


class NotAValue(ValueError):
    """The text is no value of that type; the message says what would be."""


def parse(text: str, field: Field, ways: Conventions = PLAIN, words: Mapping[str, str] | None = None) -> Value:
    """Turn typed text into a value of ``field``; blank text is None.

    Args:
        words: label -> stored value, for choices shown by their labels.

    Raises:
        NotAValue: with a sentence for the person.
    """
    kind = field.type
    if not text.strip():
        return None
    if kind.is_number:
        number = _number(text, ways)
        if kind is FieldType.INTEGER:
            if number != number.to_integral_value():
                raise NotAValue(
                    sentence("{field} takes a whole number, {given} is not one.", field=field.label, given=text.strip())
                )
            return int(number)
        return number
    if kind is FieldType.BOOLEAN:
        return _boolean(text, field, ways)
    if kind is FieldType.DATE:
        return _date(text.strip(), ways)
    if kind is FieldType.DATETIME:
        return _datetime(text.strip(), ways)
    if kind is FieldType.TIME:
        return _time(text.strip())
    if kind is FieldType.CHOICE:
        return _choice(text.strip(), field, words)
    if kind is FieldType.MULTI_CHOICE:
        parts = [part.strip() for part in re.split(r"\s*[;\n]\s*|\s*\|##\|\s*", text) if part.strip()]
        return tuple(_choice(part, field, words) for part in parts) or None
    if kind is FieldType.REFERENCE:
        only = field.refers_to[0] if len(field.refers_to) == 1 else ""
        return RecordId(only, text.strip())  # type: ignore[arg-type]  # an unknown module is the empty name
    return text


def plain(value: Value) -> str:
    """The same text for the same value everywhere: files, the clipboard, comparisons. None is ''."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return format(value, "f")
        case datetime() | time():
            return value.isoformat()
        case date():
            return value.isoformat()
        case RecordId():
            return value.key
        case tuple():
            return "; ".join(value)
        case _:
            return str(value)


def same(left: Value, right: Value) -> bool:
    """Whether two values mean the same.

    1 and 1.00 do, one instant in two zones, one list in another order; '' and None are both empty.
    """
    if type(left) is str and type(right) is str:  # most of them
        return left == right
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    if isinstance(left, (int, Decimal)) and isinstance(right, (int, Decimal)):
        return left == right
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left == right
    if isinstance(left, RecordId) and isinstance(right, RecordId):
        return left.key == right.key
    empty = (None, "", ())
    if left in empty or right in empty:
        return left in empty and right in empty
    if isinstance(left, tuple) and isinstance(right, tuple):
        return sorted(left) == sorted(right)
    return type(left) is type(right) and left == right


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC; as it is where it has no zone, or would fall before the first or behind the last day."""
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return moment


def key_text(value: Value) -> str:
    """The same text for what is the same: 1 and 1.00, one instant in two zones, a list in another order. None is ''."""
    match value:
        case bool():
            return plain(value)
        case int() | Decimal():
            return format(Decimal(value).normalize(), "f")
        case datetime():
            return plain(in_utc(value))
        case tuple():
            return plain(tuple(sorted(value)))
        case _:
            return plain(value).strip()


def _number(text: str, ways: Conventions) -> Decimal:
    """Exact, in the person's way of writing; a mark that could mean something else is refused.

    Thousands are separated by the person's mark, by blanks or by apostrophes, all alike in one number and three digits
    apart. Refused are "0,123" where the comma separates thousands, "1.5" where the point does, and "1 2".
    """
    form = _number_form(ways.decimal_point, ways.group).fullmatch(text.strip().replace("−", "-"))
    if not form or not (form["whole"] or form["part"]):
        raise NotAValue(
            sentence(
                "{given} is not a number; write 1234{decimal_point}56.",
                given=text.strip(),
                decimal_point=ways.decimal_point,
            )
        )
    whole = form["whole"].replace(form["mark"], "") if form["mark"] else form["whole"]
    return Decimal(f"{form[1]}{whole or '0'}" + (f".{form['part']}" if form["part"] else ""))


@lru_cache(maxsize=16)
def _number_form(decimal_point: str, group: str) -> re.Pattern[str]:
    point = re.escape(decimal_point)
    marks = "".join(re.escape(mark) for mark in {*" \t\u00a0\u202f\u2009'’", *group} - {decimal_point})
    grouped = rf"[1-9]\d{{0,2}}(?P<mark>[{marks}])\d{{3}}(?:(?P=mark)\d{{3}})*"
    return re.compile(rf"([+-]?)(?P<whole>{grouped}|\d*)(?:{point}(?P<part>\d*))?")


def _boolean(text: str, field: Field, ways: Conventions) -> bool:
    word = text.strip().casefold()
    if word in _TRUE or word == ways.yes.casefold():
        return True
    if word in _FALSE or word == ways.no.casefold():
        return False
    raise NotAValue(
        sentence(
            "{field} is {yes} or {no}, not {given}.", field=field.label, yes=ways.yes, no=ways.no, given=text.strip()
        )
    )


def _date(text: str, ways: Conventions) -> date:
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    else:
        parts = re.fullmatch(r"(\d{1,4})[./\- ]\s*(\d{1,2})[./\- ]\s*(\d{1,4})", text)
        if not parts:
            raise NotAValue(sentence("{given} is not a date; write 2026-12-24.", given=text))
        named = dict(zip(ways.date_order, (int(part) for part in parts.groups()), strict=True))
        year, month, day = named["y"], named["m"], named["d"]
        if year < 100:
            raise NotAValue(sentence("{given} has no full year; write 2026-12-24.", given=text))
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotAValue(sentence("There is no day {given}; write 2026-12-24.", given=text)) from error


def _datetime(text: str, ways: Conventions) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=ways.zone)
    except ValueError:
        pass
    parts = re.fullmatch(r"(.+?)(?:[ T]+(\d{1,2}:\d{2}(?::\d{2})?))?", text)
    day, clock = (parts[1], parts[2]) if parts else (text, None)
    return datetime.combine(_date(day, ways), _time(clock or "00:00"), tzinfo=ways.zone)


def _time(text: str) -> time:
    parts = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", text)
    try:
        if parts:
            return time(int(parts[1]), int(parts[2]), int(parts[3] or 0))
    except ValueError:
        pass
    raise NotAValue(sentence("{given} is not a time; write 14:30.", given=text))


def _choice(text: str, field: Field, words: Mapping[str, str] | None) -> str:
    if any(choice.value == text for choice in field.choices):
        return text
    if words and text in words:
        return words[text]
    return next((choice.value for choice in field.choices if choice.label == text), text)
