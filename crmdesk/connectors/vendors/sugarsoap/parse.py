# SPDX-License-Identifier: MIT
"""PURE: decoded results -> rows, fields and records. Both families' shapes are understood without asking which it is.

What differs (recorded): ``module_fields1`` / ``module_fields``, capitals / small letters, ``True`` / ``1``,
``2024/06/01 16:30:15`` / ``2026-11-22 07:34:31``, 0001/01/01 for no date, ``&lt;`` for ``<`` in SuiteCRM's texts.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from crmdesk.connectors.vendors.sugarsoap import catalog
from crmdesk.connectors.vendors.sugarsoap.clock import Clock
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import Described, RawField, is_secret
from crmdesk.connectors.wire.soap import Decoded
from crmdesk.connectors.wire.text import to_bool, to_date, to_decimal, to_int, to_time
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
_MOMENT = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?Z?)?")
_COMMA = re.compile(r"-?\d+,\d+")
_STORED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#039;", "'"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: field -> text, names in small letters, None where nothing came."""

    key: str
    module: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """A result of get_entry_list and its like.

    Attributes:
        columns: the names in field_list, small letters; empty where no row came.
        count: result_count, None where it was not told.
    """

    entries: tuple[Entry, ...]
    columns: frozenset[str] = frozenset()
    count: int | None = None
    next_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a value depends on beside the schema. ``names``: (module, key) -> what to show; it may grow."""

    family: Family
    clock: Clock = field(default_factory=Clock)
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)


def group(result: Decoded, where: str) -> Mapping[str, Decoded]:
    """A result that must be a group.

    Raises:
        MalformedReply.
    """
    if not isinstance(result, dict):
        raise MalformedReply(sentence("The server's answer is not what it should be. Try again."), where=where)
    return result


def items(value: Decoded) -> list[Decoded]:
    """The members of an array; none for nil and for an empty element."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):  # an array that did not say it is one
        inner = next(iter(value.values()), None) if len(value) == 1 else None
        return [value] if "name" in value or "id" in value else items(inner) if isinstance(inner, list) else [inner]
    return []


def text_of(value: Decoded) -> str:
    """A scalar as text; nil and what is no scalar are ""."""
    return value if isinstance(value, str) else ""


def listing(result: Decoded, where: str) -> Listing:
    """The rows of get_entry_list, get_entries, get_entry or search_by_module.

    get_entry of SplendidCRM sends one entry for each field (recorded): entries of one id are joined.

    Raises:
        MalformedReply.
    """
    told = group(result, where)
    joined: dict[str, Entry] = {}
    for one in items(told.get("entry_list")):
        entry = _entry(one, where)
        before = joined.get(entry.key)
        both = {**before.values, **entry.values} if before else entry.values
        joined[entry.key] = Entry(entry.key, entry.module, both)
    columns = {
        text_of(one.get("name")).lower() for one in items(told.get("field_list")) if isinstance(one, dict)
    }  # fmt: skip
    return Listing(
        tuple(joined.values()),
        frozenset(columns - {""}),
        to_int(text_of(told.get("result_count"))),
        to_int(text_of(told.get("next_offset"))),
    )


def _entry(value: Decoded, where: str) -> Entry:
    told = group(value, where)
    pairs = [pair for pair in items(told.get("name_value_list")) if isinstance(pair, dict)]
    values = {text_of(pair.get("name")).lower(): text_of(pair.get("value")) for pair in pairs}
    values.pop("", None)
    key = text_of(told.get("id")) or values.get("id", "")
    return Entry(key, text_of(told.get("module_name")), values)


def fields(result: Decoded) -> tuple[RawField, ...]:
    """The fields of get_module_fields, whatever their list is called.

    Raises:
        MalformedReply.
    """
    told = group(result, "get_module_fields")
    found = items(told.get("module_fields1") or told.get("module_fields"))
    return tuple(_raw_field(one) for one in found if isinstance(one, dict) and one.get("name"))


def _raw_field(told: Mapping[str, Decoded]) -> RawField:
    pairs = [pair for pair in items(told.get("options")) if isinstance(pair, dict)]
    return RawField(
        text_of(told.get("name")),
        text_of(told.get("type")),
        text_of(told.get("label")),
        to_bool(text_of(told.get("required"))) or False,
        tuple((text_of(pair.get("name")), text_of(pair.get("value"))) for pair in pairs),
        text_of(told.get("default_value")),
    )


def modules(result: Decoded) -> tuple[ModuleName, ...]:
    """The names of get_available_modules, each once.

    Raises:
        MalformedReply.
    """
    told = items(group(result, "get_available_modules").get("modules"))
    return tuple(dict.fromkeys(ModuleName(text_of(one)) for one in told if text_of(one)))


def saved_key(result: Decoded, where: str) -> str:
    """The id in a set_entry_result; "" and "-1" are no id.

    Raises:
        MalformedReply.
    """
    key = text_of(group(result, where).get("id")).strip()
    return "" if key in ("-1", EMPTY_GUID) else key


def related_ids(result: Decoded) -> tuple[str, ...]:
    """The ids of get_relationships that are not marked as deleted.

    Raises:
        MalformedReply.
    """
    told = [one for one in items(group(result, "get_relationships").get("ids")) if isinstance(one, dict)]
    live = (text_of(one.get("id")) for one in told if not to_bool(text_of(one.get("deleted"))))
    return tuple(dict.fromkeys(key for key in live if key))


def details(result: Decoded) -> tuple[Mapping[str, str], ...]:
    """The rows of contact_by_email, search and user_list: plain groups of texts."""
    return tuple(
        {name: text_of(value) for name, value in one.items()} for one in items(result) if isinstance(one, dict)
    )


def decoded_once(text: str) -> str:
    """SuiteCRM's spelling of stored text as it was typed: the four entities that it makes, once; ``&`` stays."""
    if "&" not in text:
        return text
    for entity, letter in _STORED:
        text = text.replace(entity, letter)
    return text


def moment(text: str) -> datetime | None:
    """``2024/06/01 16:30:15`` or ``2024-06-01 16:30:15``, in UTC; year 1 and 0 are no date."""
    parts = _MOMENT.fullmatch(text.strip())
    if parts is None:
        return None
    numbers = [int(part or 0) for part in parts.groups()]
    try:
        return datetime(*numbers, tzinfo=UTC) if numbers[0] > 1 else None  # type: ignore[arg-type, misc]  # six numbers
    except ValueError:
        return None


def number(text: str) -> Decimal | None:
    """With a point or, from a server of another culture, a comma; neither groups thousands."""
    bare = text.strip()
    return to_decimal(bare.replace(",", ".") if _COMMA.fullmatch(bare) else bare)


class RowReader:
    """Makes records of one module's rows."""

    def __init__(self, known: Described, reading: Reading) -> None:
        self._module = known.schema.module.name
        self._readers = tuple((f.name, _reader(f, reading)) for f in known.schema.fields)
        self._links = tuple(f.name for f in known.schema.fields if f.type is FieldType.REFERENCE)
        told = ((f.name, {c.value: c.label for c in f.choices if c.label != c.value}) for f in known.schema.fields)
        self._choices = tuple((name, labels) for name, labels in told if labels)
        self._reading = reading

    def record(self, entry: Entry, *, with_raw: bool = False) -> Record:
        """One record; fields that the schema does not know are left out.

        Raises:
            MalformedReply: the row has no id.
        """
        if not entry.key:
            raise MalformedReply(sentence("A row of the server's answer has no id. Reload the list."), where="id")
        values: dict[FieldName, Value] = {}
        for name, read in self._readers:
            raw = entry.values.get(name)
            if raw is not None:
                values[name] = read(raw, entry.values) if raw else None
        version = entry.values.get(catalog.MODIFIED) or None
        return Record(
            RecordId(self._module, entry.key),
            values,
            self._labels(entry, values),
            version,
            raw_text(entry.values) if with_raw else "",
        )

    def _labels(self, entry: Entry, values: Mapping[FieldName, Value]) -> dict[FieldName, str]:
        labels: dict[FieldName, str] = {}
        for name, choices in self._choices:
            label = choices.get(str(values.get(name)))
            if label:
                labels[name] = label
        for name in self._links:
            value = values.get(name)
            if isinstance(value, RecordId):
                partners = catalog.NAMES_OF_LINKS.get(name, (f"{name.removesuffix('_id')}_name",))
                named = next((entry.values[one] for one in partners if entry.values.get(one)), "")
                told = decoded_once(named).strip()
                label = told or self._reading.names.get((value.module, value.key), "")
                if label:
                    labels[name] = label
        return labels


def raw_text(values: Mapping[str, str]) -> str:
    """The row for the curious: JSON, without passwords."""
    shown = {name: "***" if is_secret(name) and value else value for name, value in values.items()}
    return json.dumps(shown, ensure_ascii=False, indent=2)


def masked(result: Decoded) -> Decoded:
    """A result as it is shown, passwords and hashes taken out: as members, and as pairs of name and value."""
    if isinstance(result, list):
        return [masked(one) for one in result]
    if not isinstance(result, dict):
        return result
    is_pair = is_secret(text_of(result.get("name")))

    def hides(name: str) -> bool:
        return is_secret(name) or (is_pair and name.lower() == "value")

    return {name: "***" if value and hides(name) else masked(value) for name, value in result.items()}


_Read = Callable[[str, Mapping[str, str]], Value]


def _reader(known: Field, reading: Reading) -> _Read:
    """How values of a field are read; what does not fit the type stays text."""
    match known.type:
        case FieldType.REFERENCE:
            return _link(known)
        case FieldType.DATETIME:
            return lambda raw, _: moment(raw) or _no_date_or_text(raw)
        case FieldType.DATE:
            return _day(reading)
        case FieldType.INTEGER:
            return lambda raw, _: _whole(raw)
        case FieldType.DECIMAL | FieldType.MONEY | FieldType.PERCENT:
            return lambda raw, _: _or_text(number(raw), raw)
        case FieldType.BOOLEAN:
            return lambda raw, _: _or_text(to_bool(raw), raw)
        case FieldType.TIME:
            return lambda raw, _: to_time(raw) or raw
        case FieldType.MULTI_CHOICE:
            return lambda raw, _: members(raw)
        case _ if reading.family is Family.SUGAR:
            return lambda raw, _: decoded_once(raw)
        case _:
            return lambda raw, _: raw


def _or_text(value: Value, raw: str) -> Value:
    return raw if value is None else value


def _whole(raw: str) -> Value:
    whole = to_int(raw)
    return _or_text(number(raw), raw) if whole is None else whole


def _link(known: Field) -> _Read:
    only = known.refers_to[0] if len(known.refers_to) == 1 else ModuleName("")

    def read(raw: str, row: Mapping[str, str]) -> Value:
        if raw == EMPTY_GUID:
            return None
        if only:
            return RecordId(only, raw)
        told = ModuleName(row.get(catalog.PARENT_TYPE, ""))
        return RecordId(told if told in known.refers_to else ModuleName(""), raw)

    return read


def _day(reading: Reading) -> _Read:
    def read(raw: str, _: Mapping[str, str]) -> Value:
        at = moment(raw)
        if at is None:
            return _no_date_or_text(raw)
        has_clock = ":" in raw and reading.family is Family.SPLENDID
        return reading.clock.day(at) if has_clock else to_date(raw.replace("/", "-"))

    return read


def _no_date_or_text(raw: str) -> str | None:
    return None if raw.startswith(("0001", "0000")) else raw


def members(raw: str) -> tuple[str, ...] | None:
    """``^A^,^B^`` of SuiteCRM; a single value stands alone."""
    found = [part.strip("^") for part in raw.split("^,^")]
    return tuple(decoded_once(part) for part in found if part) or None


def has_decimal_comma(text: str) -> bool:
    """Whether a value is a number with a decimal comma: the server's culture, which writing must follow."""
    return _COMMA.fullmatch(text) is not None


def title(values: Mapping[str, str], family: Family) -> str:
    """What a row is known by: a person's whole name, else the first of the usual names."""
    full = " ".join(part for part in (values.get("first_name", ""), values.get("last_name", "")) if part)
    text = full or next((values[name] for name in catalog.TITLES if values.get(name) and name != "id"), "")
    return decoded_once(text).strip() if family is Family.SUGAR else text.strip()
