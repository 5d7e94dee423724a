# SPDX-License-Identifier: MIT
"""Records into cells, the inverse of ``layout.decoded``. Pure.

A first copy brings ten thousands of records with forty fields each, while the same interpreter reads the next page: so a
record is turned as a whole (its values in the order of the columns) and only what is no plain text is looked at one by one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType
from crmdesk.domain.values import Value, plain
from crmdesk.engine.codec import value_to_json
from crmdesk.engine.mirror.choice import looks_secret
from crmdesk.engine.mirror.layout import Cell, Layout, moment_text, number_cell, only_module

_SORT_LETTERS = 160
_PLAIN = frozenset({str, type(None)})


@dataclass(frozen=True, slots=True)
class Encoded:
    """A record as cells, in the order of ``Layout.value_columns``."""

    key: str
    version: str | None
    fields: tuple[FieldName, ...]
    more: str | None
    odd: str | None
    cells: tuple[Cell, ...]


def _number(value: Value) -> Cell:
    return number_cell(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def _whole(value: Value) -> Cell:
    return value if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63 else None


def _list(value: Value) -> Cell:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else None


_ENCODE: Mapping[FieldType, Callable[[Value], Cell]] = {
    FieldType.INTEGER: _whole,
    FieldType.DECIMAL: _number,
    FieldType.MONEY: _number,
    FieldType.PERCENT: _number,
    FieldType.BOOLEAN: lambda v: int(v) if isinstance(v, bool) else None,
    FieldType.DATE: lambda v: v.isoformat() if type(v) is date else None,
    FieldType.DATETIME: lambda v: moment_text(v) if isinstance(v, datetime) and 1 < v.year < 9999 else None,
    FieldType.TIME: lambda v: v.isoformat() if isinstance(v, time) and v.tzinfo is None else None,
    FieldType.MULTI_CHOICE: _list,
    FieldType.REFERENCE: lambda v: v.key if isinstance(v, RecordId) else None,
}


class Encoder:
    """Encodes records of one module. Made for a batch of them; what is found out of the layout is found out once."""

    def __init__(self, layout: Layout) -> None:
        self._schema = layout.schema
        self._names = tuple(column.field.name for column in layout.columns)
        self._own = frozenset(self._names)
        self._fields: dict[tuple[FieldName, ...], tuple[FieldName, ...]] = {}
        nothing: Any = object()  # no value has this name: the places of labels and sorted texts are filled afterwards
        slots: list[FieldName] = []
        self._texts: list[tuple[int, FieldName]] = []
        self._typed: list[tuple[int, FieldName, Callable[[Value], Cell]]] = []
        self._links: list[tuple[int, FieldName, ModuleName]] = []
        self._sorted: list[tuple[int, FieldName]] = []
        for column in layout.columns:
            name, encode = column.field.name, _ENCODE.get(column.field.type)
            if encode is None:
                self._texts.append((len(slots), name))
            else:
                self._typed.append((len(slots), name, encode))
            slots.append(name)
            if column.label:
                self._links.append((len(slots), name, only_module(column.field)))
                slots.append(nothing)
            if column.sort:
                self._sorted.append((len(slots), name))
                slots.append(nothing)
        self._slots = tuple(slots)
        linked = {name for _, name, _ in self._links}
        self._worded = frozenset(name for name in self._names if name not in linked)
        self._text_names = tuple(name for _, name in self._texts)

    def encoded(self, record: Record) -> Encoded:
        """The record's values, labels and version; secrets and the raw reply stay outside."""
        values, shown = record.values, record.labels
        cells: list[Any] = list(map(values.get, self._slots))
        odd: dict[str, object] = {}
        for at, name, encode in self._typed:
            value = cells[at]
            if value is not None:
                cells[at] = cell = encode(value)
                if cell is None:
                    odd[name] = value_to_json(value)
        if not _PLAIN.issuperset(map(type, map(values.get, self._text_names))):
            self._look_at_texts(cells, odd)
        for at, name in self._sorted:
            cells[at] = folded(shown.get(name) or plain(values.get(name)))[:_SORT_LETTERS] or None
        more = self._more(values, shown, cells)
        if not self._own.issuperset(values):
            self._keep_undescribed(values, odd)
        return Encoded(
            record.id.key,
            record.version,
            self._read(values),
            more,
            json.dumps(odd, ensure_ascii=False) if odd else None,
            tuple(cells),
        )

    def _look_at_texts(self, cells: list[Any], odd: dict[str, object]) -> None:
        """Something that is no text stands where one should be."""
        for at, name in self._texts:
            value = cells[at]
            if value is not None and not isinstance(value, str):
                cells[at], odd[name] = None, value_to_json(value)

    def _more(self, values: Mapping[FieldName, Value], shown: Mapping[FieldName, str], cells: list[Any]) -> str | None:
        """Labels of references into their cells; the other labels, and modules that are not the usual ones, as JSON."""
        modules: dict[str, str] = {}
        for at, name, module in self._links:
            cells[at] = shown.get(name)
            value = values.get(name)
            if isinstance(value, RecordId) and value.module != module:
                modules[name] = value.module
        labels = {name: label for name, label in shown.items() if name in self._worded}
        if len(labels) > 1:  # always in the order of the columns: the same record gives the same text
            labels = {name: labels[name] for name in self._names if name in labels}
        return json.dumps({"l": labels, "m": modules}, ensure_ascii=False) if labels or modules else None

    def _keep_undescribed(self, values: Mapping[FieldName, Value], odd: dict[str, object]) -> None:
        for name in [name for name in values if name not in self._own]:
            value = values[name]
            if value is not None and self._schema.field(name) is None and not looks_secret(name):
                odd[name] = value_to_json(value)

    def _read(self, values: Mapping[FieldName, Value]) -> tuple[FieldName, ...]:
        """Which of the module's fields were read: the same for nearly all records of a list."""
        given = tuple(values)
        if (known := self._fields.get(given)) is None:
            known = self._fields[given] = tuple(name for name in self._names if name in values)
        return known
