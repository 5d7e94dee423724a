# SPDX-License-Identifier: MIT
"""How values look to this person, and how what they type is read: the locale's numbers, dates and words."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale, QTime, QTimeZone

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import Conventions, Value, parse, plain
from crmdesk.ui.translation import tr

KINDS = {
    FieldType.INTEGER: "number",
    FieldType.DECIMAL: "number",
    FieldType.MONEY: "money",
    FieldType.PERCENT: "number",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime",
    FieldType.TIME: "date",
    FieldType.BOOLEAN: "boolean",
    FieldType.CHOICE: "pill",
    FieldType.REFERENCE: "link",
    FieldType.EMAIL: "link",
    FieldType.URL: "link",
}
"""Field type -> kind of a grid's column; the rest is "text"."""

_READABLE_KEY, _SHORT_KEY = 16, 8  # letters; a GUID has 36, and its first 8 tell a few records apart


class Formats:
    """One person's ways with values; made once by the app.

    Args:
        zone: the person's own time zone.
    """

    def __init__(self, locale: QLocale, zone: tzinfo) -> None:
        self.zone = zone
        self.use(locale)

    def use(self, locale: QLocale) -> None:
        """Write and read as this locale does from now on; what is shown already stays as it is."""
        self.locale = locale
        self._plain = locale.language() == QLocale.Language.C  # nobody's own way: ISO dates
        # "24.12.26" could be 1926, and nothing reads it back for sure.
        short = locale.dateFormat(QLocale.FormatType.ShortFormat)
        self._day_format = short if "yyyy" in short else short.replace("yy", "yyyy")
        self._time_format = locale.timeFormat(QLocale.FormatType.ShortFormat)
        self._group = locale.groupSeparator()
        self._point = locale.decimalPoint()
        self.conventions = Conventions(
            decimal_point=self._point, group=self._group, date_order=_date_order(locale), zone=self.zone
        )

    def text(self, value: Value, field: Field, label: str = "") -> str:
        """What a person reads; ``label`` wins for references and choices. Empty is ""."""
        if value is None:
            return ""
        if label:
            return label
        match value:
            case bool():
                return tr("Yes") if value else tr("No")
            case Decimal():
                return self.number(value, 2 if field.type is FieldType.MONEY else None)
            case int():
                return self.number(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case time():
                return self._clock(value)
            case tuple():
                return ", ".join(field.choice_label(member) for member in value)
            case RecordId():
                return value.key
            case str():
                return field.choice_label(value) if field.type is FieldType.CHOICE else value

    def edit_text(self, value: Value, field: Field, label: str = "") -> str:
        """What an editor starts with; ``read`` gives the same value back, to the last digit."""
        if isinstance(value, Decimal):
            exact = format(value, "f")
            trimmed = exact.rstrip("0").rstrip(".") if "." in exact else exact
            return (trimmed or "0").replace(".", self._point)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, datetime):
            return value.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")
        if isinstance(value, (date, time)):
            return plain(value)
        if isinstance(value, tuple):
            return "; ".join(field.choice_label(member) for member in value)
        return self.text(value, field, label)

    def copied(self, value: Value, field: Field, label: str = "") -> str:
        """What goes to the clipboard: as it is read, but a moment to the second, so that a paste gives it back."""
        return self.edit_text(value, field) if isinstance(value, (datetime, time)) else self.text(value, field, label)

    def read(self, text: str, field: Field) -> Value:
        """Typed text as a value.

        Raises:
            NotAValue: with a sentence.
        """
        if field.type in (FieldType.DATETIME, FieldType.TIME):
            text = self._plain_clock(text)
        return parse(text, field, self.conventions)

    def _plain_clock(self, text: str) -> str:
        """The text with its time written as 14:30, where it ends in a time as this locale writes it ("2:30 PM")."""
        words = text.split()
        for count in (1, 2):
            tail = " ".join(words[-count:])
            found = self.locale.toTime(tail, self._time_format) if len(words) >= count else QTime()
            if found.isValid():
                return " ".join([*words[:-count], found.toString("HH:mm")])
        return text

    def number(self, value: int | Decimal, places: int | None = None) -> str:
        """Grouped digits; a trail of zeros is dropped unless ``places`` asks for it. Exact, never through a float."""
        amount = Decimal(value)
        if places is not None and amount == round(amount, places):
            text = f"{amount:,.{places}f}"
        else:
            exact = f"{amount:,f}"
            text = exact.rstrip("0").rstrip(".") if "." in exact else exact
        group = "\u00a0" if self._group.isspace() else self._group
        return text.translate({ord(","): group, ord("."): self._point})

    def count(self, value: int) -> str:
        """How many, grouped."""
        return self.number(value)

    def day(self, value: date) -> str:
        """A date."""
        if self._plain:
            return value.isoformat()
        return self.locale.toString(QDate(value.year, value.month, value.day), self._day_format)

    def moment(self, value: datetime) -> str:
        """Date and time in the person's own zone."""
        local = value.astimezone(self.zone)
        if self._plain:
            return local.strftime("%Y-%m-%d %H:%M")
        return f"{self.day(local.date())} {self._clock(local.time())}"

    def _clock(self, value: time) -> str:
        if self._plain:
            return value.strftime("%H:%M")
        return self.locale.toString(QTime(value.hour, value.minute), self._time_format)

    def title(self, record: Record, schema: Schema, values: Mapping[FieldName, Value] | None = None) -> str:
        """By what people know a record: its main field, else its number, else its id."""
        held = {**record.values, **(values or {})}
        for name in (schema.title_field, schema.number_field):
            field = schema.field(name) if name else None
            if field is not None and held.get(field.name) not in (None, ""):
                return self.text(held[field.name], field, record.labels.get(field.name, ""))
        return record.id.key


def _date_order(locale: QLocale) -> str:
    """The letters d, m, y in the order this locale writes them."""
    pattern = locale.dateFormat(QLocale.FormatType.ShortFormat).lower()
    found = sorted((pattern.index(letter), letter) for letter in "dmy" if letter in pattern)
    return "".join(letter for _, letter in found) if len(found) == 3 else "ymd"


def short_key(key: str) -> str:
    """A record's id beside its title: whole where people can read it out, the beginning of a long machine's one."""
    return key if len(key) <= _READABLE_KEY else f"{key[:_SHORT_KEY]}…"


def local_zone() -> tzinfo:
    """The person's own time zone, with its rules for summer time where the system tells them."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode()
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return datetime.now().astimezone().tzinfo or UTC
