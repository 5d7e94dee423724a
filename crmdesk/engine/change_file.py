# SPDX-License-Identifier: MIT
"""Change files: JSON lines of changes, with what was there before. Read, typed by the module's fields, ready to check.

``{"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"Espoo"},"was":{"bill_city":"Helsinki"}}``
A missing field is left alone, null clears it, a value sets it. ``was`` is optional; where the server holds something
else, that change is a conflict and is not sent. ``key`` makes a create repeatable; with ``lines`` it makes a sales document.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.domain.changes import FieldMerge
from crmdesk.domain.errors import Conflict, Invalid
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.numbers import exact
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Operation, Schema
from crmdesk.domain.sentence import joined, said_by, sentence
from crmdesk.domain.values import NotAValue, Value, parse, plain, same
from crmdesk.engine import line_file
from crmdesk.engine.applying import Checked
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import Kind, StagedRecord, staged_document
from crmdesk.engine.staging import NEW

Raw = Any  # what the json module gives

_MOST_TOLD = 20
_ALLOWED = {
    "update": {"op", "module", "id", "set", "was"},
    "create": {"op", "module", "set", "key", "lines", "currency", "tax_mode"},
    "delete": {"op", "module", "id", "was"},
    "document": {"op", "module", "id", "lines"},
}
_NEEDED = {
    "update": ("module", "id", "set"),
    "create": ("module", "set"),
    "delete": ("module", "id"),
    "document": ("module", "id", "lines"),
}
_OPERATIONS = {"create": Operation.CREATE, "delete": Operation.DELETE}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One line of a change file, as it stands there; values are not typed yet."""

    line: int
    op: str
    module: ModuleName
    id: str = ""
    set: Mapping[str, Raw] = field(default_factory=dict)
    was: Mapping[str, Raw] = field(default_factory=dict)
    key: str = ""
    lines: tuple[Mapping[str, Raw], ...] | None = None
    currency: str = ""
    tax_mode: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """One change, ready to be checked.

    Attributes:
        place: where it comes from, as people count: a line of a file.
        was: what must still be there; None = whatever the server holds may be overwritten.
    """

    place: int
    staged: StagedRecord
    was: Mapping[FieldName, Value] | None = None


def read_lines(texts: Iterable[str]) -> tuple[FileLine, ...]:
    """The changes of a file, blank lines left out.

    Raises:
        Invalid: with the places where it cannot be read; nothing of it is used.
    """
    found: list[FileLine] = []
    wrong: list[str] = []
    keys: dict[str, int] = {}
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            one = _line(number, text.lstrip("\ufeff"))
        except ValueError as error:
            wrong.append(sentence("Line {number}: {why}", number=number, why=said_by(error)))
            continue
        if one.key and one.key in keys:
            wrong.append(sentence("Line {number}: it has the key of line {keys}.", number=number, keys=keys[one.key]))
        keys.setdefault(one.key, number)
        found.append(one)
    _raise(wrong)
    return tuple(found)


def _line(number: int, text: str) -> FileLine:
    """Raises ValueError with a sentence."""
    try:
        data = json.loads(text, cls=Decoder, parse_float=exact, parse_constant=_no_constant)
    except ValueError as error:
        raise ValueError(sentence("this is no JSON object ({error}).", error=error)) from error
    if not isinstance(data, dict):
        raise ValueError(sentence("this is no JSON object."))
    op = data.get("op")
    if not isinstance(op, str) or op not in _ALLOWED:
        raise ValueError(sentence("“op” must be one of {known}.", known=", ".join(_ALLOWED)))
    unknown = sorted(data.keys() - _ALLOWED[op])
    if unknown:
        known = ", ".join(sorted(_ALLOWED[op]))
        raise ValueError(
            sentence("{op} knows no “{unknown}”; it takes {known}.", op=op, unknown=unknown[0], known=known)
        )
    missing = [name for name in _NEEDED[op] if not data.get(name)]
    if missing:
        raise ValueError(sentence("“{name}” is missing.", name=missing[0]))
    for name in ("set", "was"):
        if not isinstance(data.get(name, {}), dict):
            raise ValueError(sentence("“{name}” must be an object of fields.", name=name))
    for name in ("module", "id", "key", "currency", "tax_mode"):
        if not isinstance(data.get(name, ""), str):
            raise ValueError(sentence("“{name}” must be a text.", name=name))
    lines = data.get("lines")
    if lines is not None and not isinstance(lines, list):
        raise ValueError(sentence("“lines” must be a list of objects."))
    if not all(isinstance(one, dict) for one in lines or ()):
        raise ValueError(sentence("“lines” must be a list of objects."))
    return FileLine(
        line=number, op=op, module=ModuleName(data["module"]), id=data.get("id", ""), set=data.get("set", {}),
        was=data.get("was", {}), key=data.get("key", ""), lines=None if lines is None else tuple(lines),
        currency=data.get("currency", ""), tax_mode=data.get("tax_mode", ""),
    )  # fmt: skip


def _no_constant(word: str) -> Raw:
    raise ValueError(f"{word} is no value")


async def wishes(session: AccountSession, lines: Sequence[FileLine]) -> tuple[Wish, ...]:
    """The changes with values as the module's fields take them.

    Raises:
        Invalid: with every place that cannot be meant so, or a module that is not there; nothing was sent. CrmError.
    """
    schemas = {name: await schema_of(session, name) for name in dict.fromkeys(one.module for one in lines)}
    found: list[Wish] = []
    wrong: list[str] = []
    for one in lines:
        try:
            if one.op == "document":
                found.append(await _document(session, one))
            else:
                found.append(_wish(one, schemas[one.module]))
        except NotAValue as error:
            wrong.append(sentence("Line {number}: {why}", number=one.line, why=said_by(error)))
    _raise(wrong)
    return tuple(found)


async def schema_of(session: AccountSession, module: ModuleName) -> Schema:
    """The fields of a module that somebody has named in a file.

    Raises:
        Invalid: the user sees no such module. CrmError.
    """
    if all(one.name != module for one in await session.modules()):
        raise Invalid(sentence("There is no module {module}, or you may not see it. Nothing was sent.", module=module))
    return await session.schema(module)


def _wish(one: FileLine, schema: Schema) -> Wish:
    """Raises NotAValue."""
    operation = _OPERATIONS.get(one.op, Operation.UPDATE)
    if operation not in schema.module.operations:
        raise NotAValue(
            sentence(
                "You may not {operation} {records}.", operation=operation.value, records=schema.module.label_plural
            )
        )
    values = {name.name: typed(one.set[name.name], name) for name in _fields(one.set, schema, writable=True)}
    was = {name.name: typed(one.was[name.name], name) for name in _fields(one.was, schema, writable=False)}
    if one.op == "create":
        fresh = RecordId(one.module, one.key or NEW + uuid4().hex[:12])
        full = {name: value for name, value in values.items() if value not in (None, "", ())}
        title = plain(values.get(schema.title_field))
        if one.lines is None:
            return Wish(one.line, StagedRecord(Kind.CREATE, Record(fresh, {}), full, title=title))
        if not schema.module.is_sales_document:
            raise NotAValue(sentence("{records} have no lines.", records=schema.module.label_plural))
        lines = line_file.new_lines(one.lines)
        return Wish(
            one.line,
            staged_document(fresh, full, lines, currency=one.currency, tax_mode=one.tax_mode, title=title),
        )
    base = Record(RecordId(one.module, one.id), was)
    kind = Kind.DELETE if one.op == "delete" else Kind.UPDATE
    return Wish(one.line, StagedRecord(kind, base, values, title=one.id), was)


async def _document(session: AccountSession, one: FileLine) -> Wish:
    """Raises NotAValue, CrmError."""
    document = await session.fetch_document(RecordId(one.module, one.id))
    return Wish(one.line, line_file.staged(document, one.lines or ()))


def _fields(named: Mapping[str, Raw], schema: Schema, *, writable: bool) -> list[Field]:
    """The fields that are named. Raises NotAValue."""
    found = []
    for name in named:
        known = schema.field(name)
        if known is None:
            raise NotAValue(sentence("{records} have no field {name}.", records=schema.module.label_plural, name=name))
        if writable and known.read_only:
            raise NotAValue(
                sentence("{known} ({name}) is kept by the server and cannot be set.", known=known.label, name=name)
            )
        found.append(known)
    return found


def typed(raw: Raw, known: Field) -> Value:
    """A value of a file as the field takes it.

    Raises:
        NotAValue: with a sentence.
    """
    if raw is None or raw in ("", []):
        return None
    kind = known.type
    if isinstance(raw, bool):
        if kind is not FieldType.BOOLEAN:
            raise NotAValue(sentence("{known} does not take true or false.", known=known.label))
        return raw
    if isinstance(raw, (int, Decimal)):
        return parse(plain(raw), known) if kind is not FieldType.BOOLEAN or raw in (0, 1) else _no(raw, known)
    if isinstance(raw, list) and all(isinstance(part, str) for part in raw):
        return tuple(raw) if kind is FieldType.MULTI_CHOICE else _no(raw, known)
    if isinstance(raw, str):
        return parse(raw, known)
    if isinstance(raw, (date, time)):  # TOML knows them
        return parse(raw.isoformat(), known)
    return _no(raw, known)


def _no(raw: Raw, known: Field) -> Value:
    raise NotAValue(sentence("{known} cannot hold {dumps}.", known=known.label, dumps=json.dumps(raw, default=str)))


def adopted(one: Checked, wish: Wish, schema: Schema) -> Checked:
    """A checked wish over what the server holds now: only where ``was`` was given can there be a conflict."""
    now = one.now
    if now is None or wish.staged.kind not in (Kind.UPDATE, Kind.DELETE):
        return one
    was = wish.was or {}
    title = now.shown(schema.title_field) or now.id.key
    staged = StagedRecord(
        wish.staged.kind, now, wish.staged.values, wish.staged.labels, title, wish.staged.undoes,
        guards=wish.staged.guards,
    )  # fmt: skip
    merges = tuple(
        FieldMerge(name, was.get(name, now.values.get(name)), now.values.get(name), value)
        for name, value in wish.staged.values.items()
    )
    moved = [name for name, value in was.items() if name not in staged.values and not same(value, now.values.get(name))]
    error = one.error
    if moved and error is None:
        error = Conflict(
            sentence("The server holds something else by now in: {moved}.", moved=", ".join(moved)), server=now
        )
    return Checked(staged, now, merges, error)


def _raise(wrong: Sequence[str]) -> None:
    if wrong:
        more = sentence(" … and {n} more.", n=len(wrong) - _MOST_TOLD) if len(wrong) > _MOST_TOLD else ""
        raise Invalid(sentence("{wrong}{more} Nothing was sent.", wrong=joined(*wrong[:_MOST_TOLD]), more=more))
