# SPDX-License-Identifier: MIT
"""PURE: decoded replies -> Record, rows, deleted ids; values typed by the schema.

Plain fields come back as they were stored; only ``label``, ``product_name``, the final details of lines, the login's
names and coreBOS's reference names come HTML-encoded (recorded), so only those are decoded.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
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
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

MULTI_SEPARATOR = " |##| "
_MOST_MET = 2000
_FULL_ID = re.compile(r"\d+x\d+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a value's reading depends on beside the schema.

    Attributes:
        zone: the clock of the server's datetimes.
        prefixes: id prefix -> module, as far as known.
        names: full id -> name, as far as known.
    """

    zone: tzinfo = UTC
    prefixes: Mapping[str, ModuleName] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def rows(result: object, where: str) -> tuple[Mapping[str, object], ...]:
    """The rows of a query.

    Raises:
        MalformedReply: the result is no list of objects.
    """
    if result is None or result == {}:
        return ()
    listed = list(result.values()) if isinstance(result, dict) else result
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise MalformedReply(sentence("The server's rows are not what they should be. Try again."), where=where)
    return tuple(listed)


def count_of(result: object) -> int:
    """The number in a ``count(*)`` reply: ``[{"count":"301"}]``.

    Raises:
        MalformedReply.
    """
    found = rows(result, "count")
    number = to_int(next(iter(found[0].values()), None)) if found else None
    if number is None:
        raise MalformedReply(sentence("The server's count is not a number. Try again."), where="count")
    return number


class RowReader:
    """Makes records of one module's rows. Built once per module: lists are long, and most of a row is plain text.

    Args:
        reading: its prefixes and names may grow afterwards.
    """

    def __init__(self, schema: Schema, reading: Reading) -> None:
        self._module = schema.module.name
        fields = [known for known in schema.fields if known.name.lower() not in SECRET_KEYS]
        readers = [(known.name, _reader(known, reading)) for known in fields]
        self._texts = frozenset(name for name, read in readers if read is None)
        self._typed = tuple((name, read) for name, read in readers if read is not None)
        self._names = reading.names
        self.links = tuple(known.name for known in fields if known.type is FieldType.REFERENCE)
        told = ((f.name, {c.value: c.label for c in f.choices if c.label != c.value}) for f in fields)
        self._choices = tuple((name, labels) for name, labels in told if labels)

    def record(self, row: object, *, with_raw: bool = False) -> Record:
        """One record; fields the schema does not know are left out of the values.

        Raises:
            MalformedReply: the row is no object or has no id.
        """
        if not isinstance(row, dict) or not row.get("id"):
            raise MalformedReply(sentence("The server's answer is not a record. Reload the list."), where="id")
        texts = self._texts
        values: dict[FieldName, Value] = {n: v or None for n, v in row.items() if n in texts and type(v) is str}
        for name, read in self._typed:
            raw = row.get(name, _ABSENT)
            if raw is not _ABSENT:
                values[name] = None if raw == "" or raw is None else read(raw)
        for name in [n for n, v in row.items() if type(v) is not str and n in texts]:
            values[name] = None if row[name] is None else _as_text(row[name])
        raw_record = raw_text(row) if with_raw else ""
        version = to_text(row.get("modifiedtime")) or None
        return Record(
            RecordId(self._module, to_text(row["id"])), values, self._labels(row, values), version, raw_record
        )

    def _labels(self, row: Mapping[str, object], values: Mapping[FieldName, Value]) -> dict[FieldName, str]:
        """Translated choices, and the names that coreBOS tells beside links."""
        labels: dict[FieldName, str] = {}
        for name, choices in self._choices:
            label = choices.get(str(values.get(name)))
            if label:
                labels[name] = label
        for name in self.links:
            value = values.get(name)
            if type(value) is RecordId:
                told = row.get(name + "ename")
                if isinstance(told, dict) and told.get("reference"):
                    labels[name] = decode_html(to_text(told["reference"])).strip()
                elif label := self._names.get(value.key):
                    labels[name] = label
        return labels


_ABSENT = object()


def record(row: object, schema: Schema, reading: Reading, *, with_raw: bool = False) -> Record:
    """One record of a module; for many, keep a ``RowReader``.

    Raises:
        MalformedReply.
    """
    return RowReader(schema, reading).record(row, with_raw=with_raw)


def raw_text(reply: object) -> str:
    """The reply for the curious: JSON, secrets masked."""
    return json.dumps(masked(reply), ensure_ascii=False, indent=2, default=to_text)


def _as_text(raw: object) -> Value:
    """What is no scalar is kept as JSON, so that nothing is lost."""
    return json.dumps(raw, ensure_ascii=False, default=to_text) if isinstance(raw, (dict, list)) else to_text(raw)


def _reader(known: Field, reading: Reading) -> Callable[[object], Value] | None:
    """How values of a field are read; None = a text is the value. What does not fit the type stays text."""
    match known.type:
        case FieldType.REFERENCE:
            return _references(known.refers_to, reading.prefixes)
        case FieldType.MULTI_CHOICE:
            return _members
        case FieldType.DATETIME:
            return _moments(reading.zone)
    read = _READERS.get(known.type)
    return _typed_or_text(read, is_moment=known.type.is_moment) if read is not None else None


def _references(targets: tuple[ModuleName, ...], prefixes: Mapping[str, ModuleName]) -> Callable[[object], Value]:
    """Reads links; a list has the same owners and companies again and again. Prefixes that are learnt later count."""
    met: dict[str, RecordId] = {}

    def read(raw: object) -> Value:
        text = raw if type(raw) is str else to_text(raw)
        found = met.get(text)
        if found is None:
            found = reference(text, targets, prefixes)
            if found is not None and found.module and text.partition("x")[0] in prefixes:
                if len(met) >= _MOST_MET:
                    met.clear()
                met[text] = found
        return found

    return read


def _moments(zone: tzinfo) -> Callable[[object], Value]:
    """Reads datetimes; every row has two, so the usual spelling goes the short way."""
    usual, slow = datetime.fromisoformat, _typed_or_text(lambda raw: to_datetime(raw, zone), is_moment=True)
    in_utc = zone is UTC

    def read(raw: object) -> Value:
        if in_utc and type(raw) is str and len(raw) == 19 and raw[4] == "-":
            try:
                return usual(raw + "+00:00")
            except ValueError:
                pass
        return slow(raw)

    return read


def _typed_or_text(read: Callable[[object], Value], *, is_moment: bool) -> Callable[[object], Value]:
    def typed(raw: object) -> Value:
        value = read(raw)
        if value is None and not (is_moment and to_text(raw).startswith("0000-00-00")):
            return _as_text(raw)
        return value

    return typed


def _members(raw: object) -> Value:
    """``A |##| B``; a list where the server was sent one and answers it."""
    if isinstance(raw, list):
        return tuple(to_text(one) for one in raw) or None
    return tuple(part for part in to_text(raw).split(MULTI_SEPARATOR) if part) or None


def _whole_or_exact(raw: object) -> int | Decimal | None:
    if type(raw) is str and raw.isdecimal() and raw.isascii():
        return int(raw)
    whole = to_int(raw)
    return to_decimal(raw) if whole is None else whole


_READERS: Mapping[FieldType, Callable[[object], Value]] = {
    FieldType.INTEGER: _whole_or_exact,
    FieldType.DECIMAL: to_decimal,
    FieldType.MONEY: to_decimal,
    FieldType.PERCENT: to_decimal,
    FieldType.BOOLEAN: to_bool,
    FieldType.DATE: to_date,
    FieldType.TIME: to_time,
}


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


def title(row: Mapping[str, object], fields: tuple[FieldName, ...]) -> str:
    """The title of a row: its title fields, joined."""
    return " ".join(text for text in (to_text(row.get(name)).strip() for name in fields) if text)


def full_name(user: Mapping[str, object]) -> str:
    """A user's name as people write it; the names come encoded ("S&uuml;si", recorded)."""
    parts = (decode_html(to_text(user.get(key))).strip() for key in ("first_name", "last_name"))
    return " ".join(part for part in parts if part)
