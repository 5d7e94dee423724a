# SPDX-License-Identifier: MIT
"""What was seen of each module: its fields, typed by evidence, since nothing describes them. No input or output.

A module's schema is what documents name, the keys of every row that came, and types drawn from the values; it may be
incomplete, and says so. What an earlier visit saw is joined to it by the session, which keeps schemas on disk.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from crmdesk.connectors.vendors.opencrm import catalog
from crmdesk.connectors.vendors.opencrm.query import is_askable, is_probe
from crmdesk.domain.matching import folded
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

_LONG_CHARS = 160
_HINTS = (
    (FieldType.EMAIL, re.compile(r"e_?mail(?!plan|_?opt|ing)", re.IGNORECASE)),
    (FieldType.PHONE, re.compile(r"phone|mobile|(?:^|_)(?:tel|fax)(?:$|_)", re.IGNORECASE)),
    (FieldType.URL, re.compile(r"website|(?:^|_)url(?:$|_)", re.IGNORECASE)),
    # The lists of values are not told; people type them.
    (
        FieldType.CHOICE,
        re.compile(r"(?:status|stage|priority|severity|rating|industry|source|category|salutation|[a-z]type)$|_type$"),
    ),
    (FieldType.LONG_TEXT, re.compile(r"description|comments?$|notes?$|solution|terms_", re.IGNORECASE)),
)
_ENOUGH = 3  # values that must agree before a text counts as a number, an e-mail address or a link


@dataclass(slots=True)
class Seen:
    """What one field's values looked like; empty ones are not counted.

    Attributes:
        probe: a value to try the field's name with. accented: one to try whether the server folds accents.
    """

    count: int = 0
    kinds: set[type] = field(default_factory=set)
    with_at: int = 0
    with_link: int = 0
    is_long: bool = False
    probe: str = ""
    accented: str = ""

    def add(self, value: Value) -> None:
        """Look at one value."""
        if value is None:
            return
        self.count += 1
        self.kinds.add(type(value))
        if isinstance(value, str):
            self.with_at += "@" in value
            self.with_link += value.lower().startswith(("http://", "https://", "www."))
            self.is_long = self.is_long or "\n" in value or len(value) > _LONG_CHARS
            if is_probe(value) and (not self.probe or len(value) > len(self.probe)):
                self.probe = value
            elif not self.accented and not value.isascii() and is_probe(folded(value)):
                self.accented = value
        elif isinstance(value, RecordId) and value.key:
            self.probe = value.key


@dataclass(slots=True)
class Known:
    """One module as far as it was seen.

    Attributes:
        fields: by name, in the order they turned up.
        basic: the keys of the short list; empty = not read yet.
        sampled: a look was taken, so that the fields are there.
        asked_as: field -> its name in query_string, None = the server does not filter by it (tried).
        owners: report columns that hold user numbers.
    """

    fields: dict[str, Seen] = field(default_factory=dict)
    basic: set[str] = field(default_factory=set)
    sampled: bool = False
    asked_as: dict[str, str | None] = field(default_factory=dict)
    owners: tuple[str, ...] = ()

    def see(self, records: Iterable[Record], *, basic: bool = False) -> None:
        """Take note of rows; ``basic``: of the short list."""
        for record in records:
            for name, value in record.values.items():
                self.fields.setdefault(name, Seen()).add(value)
                if basic:
                    self.basic.add(name)

    def covers(self, wanted: Iterable[FieldName]) -> bool:
        """Whether the short list has all of these."""
        return self.basic.issuperset(wanted)

    def schema(self, module: Module) -> Schema:
        """The fields as they are known now."""
        kind = catalog.KINDS.get(module.name)
        named = kind.named if kind else ()
        names = dict.fromkeys((catalog.NUMBER, *self.fields)) if not named else dict.fromkeys((*named, *self.fields))
        if not kind:
            fields = tuple(self._plain(name) for name in names)
            return Schema(module, fields, _first_text(fields), is_complete=False)
        names.pop(catalog.NUMBER, None)
        fields = tuple(self._field(name, kind, module) for name in (*names, catalog.NUMBER))
        present = {f.name for f in fields}
        title = next((FieldName(n) for n in kind.titles if n in present), None) or _first_text(fields)
        number = next((f.name for f in fields if catalog.is_computed(f.name) and f.name.endswith("_no")), None)
        return Schema(module, fields, title, number or catalog.NUMBER, is_complete=False)

    def _field(self, name: str, kind: catalog.Kind, module: Module) -> Field:
        seen = self.fields.get(name, Seen())
        found = _type(name, seen)
        writable = module.name != catalog.USERS
        text_like = (found.is_text and found is not FieldType.OPAQUE) or found is FieldType.REFERENCE
        return Field(
            name=FieldName(name),
            label=catalog.label_of(name),
            type=found,
            required=writable and (name in kind.required or name == catalog.OWNER),
            read_only=not writable or catalog.is_computed(name),
            filterable=writable and text_like and is_askable(name) and self.asked_as.get(name, name) is not None,
            sortable=False,
            refers_to=catalog.REFERENCES.get(name, ()),
        )

    def _plain(self, name: str) -> Field:
        """A report's column: ``Module_fieldname`` (guide)."""
        found = _type(name, self.fields.get(name, Seen()))
        if found is FieldType.REFERENCE:
            found = FieldType.TEXT
        return Field(
            name=FieldName(name),
            label=sentence("Record number")
            if name == catalog.NUMBER
            else " ".join(name.replace("_", " ").split()) or name,
            type=found,
            read_only=True,
            filterable=False,
            sortable=False,
        )


def _first_text(fields: tuple[Field, ...]) -> FieldName:
    texts = (f.name for f in fields if f.type is FieldType.TEXT and f.name != catalog.NUMBER)
    return next(texts, fields[0].name if fields else catalog.NUMBER)


def _type(name: str, seen: Seen) -> FieldType:
    """The type that documents give, unless a value contradicts; else what all values have in common."""
    told = catalog.type_of(name)
    if told is not None and not told.is_text:
        return told if str not in seen.kinds else FieldType.TEXT
    if told is not None:
        return told
    if seen.kinds == {date}:
        return FieldType.DATE
    if seen.kinds == {datetime}:
        return FieldType.DATETIME
    if seen.kinds == {Decimal} and seen.count >= _ENOUGH:
        return FieldType.DECIMAL
    for kind, hint in _HINTS:
        if hint.search(name):
            return kind
    if seen.is_long:
        return FieldType.LONG_TEXT
    if seen.count >= _ENOUGH and seen.with_at == seen.count:
        return FieldType.EMAIL
    return FieldType.URL if seen.count >= _ENOUGH and seen.with_link == seen.count else FieldType.TEXT


@dataclass(slots=True)
class Knowledge:
    """What one connector knows; lives as long as it does."""

    modules: dict[ModuleName, Known] = field(default_factory=dict)
    edits: dict[str, str] = field(default_factory=dict)  # module -> the edit method that worked
    folds: bool | None = None  # whether the server takes e for é; None = no value was met to try it with

    def of(self, module: ModuleName) -> Known:
        """What is known of a module, which may be nothing yet."""
        return self.modules.setdefault(module, Known())
