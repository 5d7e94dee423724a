# SPDX-License-Identifier: MIT
"""Lines of a sales document as a change file writes them: ``{"line":"4","set":{"quantity":"4"}}``.

``line`` null is a new line, ``set`` null takes a line out, a line that is not named stays as it is. A new line may say
what ``kind`` it is ("service", "text" …) and the module of its product (``product_module``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crmdesk.domain.line_edit import (
    NEW_LINE,
    OWN,
    PRODUCT,
    TAX,
    TEXT,
    Lines,
    changed,
    changed_parts,
    inserted,
    part,
    parts_of,
    with_part,
    without,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, SalesDocument
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.sentence import said_by, sentence
from crmdesk.domain.values import NotAValue, Value, parse, plain, same
from crmdesk.engine.row_files import value_shape
from crmdesk.engine.staged_record import StagedRecord, staged_lines

Raw = Any  # what the json module gives

_NUMBERS = ("quantity", "unit_price", "discount_percent", "discount_amount")
_ALLOWED = {"line", "set", "was", "kind", "product_module"}
_KINDS = {kind.name.lower(): kind for kind in LineKind}


def staged(document: SalesDocument, wanted: Sequence[Mapping[str, Raw]]) -> StagedRecord:
    """The document with its lines as the file wants them.

    Raises:
        NotAValue: with a sentence: an unknown line or part, or a line that holds something else than ``was`` says.
    """
    lines: Lines = document.lines
    known = {line.key: line for line in lines if line.key is not None}
    for number, one in enumerate(wanted, 1):
        _look(one, number)
        key = one["line"]
        if key is None:
            lines = inserted(lines, [_new(document, one, number)], len(lines))
            continue
        if str(key) not in known:
            raise NotAValue(
                sentence(
                    "the document has no line {key}; its lines are {known}.",
                    key=key,
                    known=", ".join(known) or sentence("none"),
                )
            )
        line = known[str(key)]
        for name, value in (one.get("was") or {}).items():
            held = part(line, _part_name(line, name))
            if not same(_value(document, name, value, held), held):
                raise NotAValue(
                    sentence(
                        "line {key} holds {plain} as {name} by now.",
                        key=key,
                        plain=plain(held) or sentence("nothing"),
                        name=name,
                    )
                )
        if one["set"] is None:
            lines = without(lines, [str(key)])
            continue
        for name, value in one["set"].items():
            wish = _value(document, name, value, part(line, _part_name(line, name)))
            lines = _set(lines, str(key), _part_name(line, name), wish)
    title = document.header.shown(FieldName("subject"))
    return staged_lines(document, lines, title or document.header.id.key)


def written(before: Sequence[LineItem], after: Sequence[LineItem]) -> list[dict[str, Raw]]:
    """What a file says to bring lines from one state to another; their order is left as it is."""
    old = {line.key: line for line in before if line.key is not None}
    kept = {line.key for line in after}
    found: list[dict[str, Raw]] = []
    for line in after:
        was = old.get(line.key) if line.key is not None else None
        if was is None:
            said = {name: value_shape(part(line, name)) for name in parts_of(line)}
            found.append(_added(line, {name: value for name, value in said.items() if value is not None}))
        elif names := changed_parts(was, line):
            found.append(
                {
                    "line": line.key,
                    "set": {name: value_shape(part(line, name)) for name in names},
                    "was": {name: value_shape(part(was, name)) for name in names},
                }
            )
    return found + [{"line": key, "set": None} for key in old if key not in kept]


def new_lines(wanted: Sequence[Mapping[str, Raw]]) -> Lines:
    """The lines of a document that is new itself.

    Raises:
        NotAValue: with a sentence: a part that cannot be meant so, or an entry that is no new line.
    """
    found: list[LineItem] = []
    nothing = SalesDocument(header=Record(RecordId(ModuleName(""), ""), {}))
    for number, one in enumerate(wanted, 1):
        _look(one, number)
        if one["line"] is not None:
            raise NotAValue(
                sentence("entry {number} of “lines” names a line; a new document has none yet.", number=number)
            )
        found.append(_new(nothing, one, number))
    return tuple(found)


def _added(line: LineItem, said: Mapping[str, Raw]) -> dict[str, Raw]:
    kind = {} if line.kind is LineKind.PRODUCT else {"kind": line.kind.name.lower()}
    module = {"product_module": str(line.product.module)} if line.product is not None and line.product.module else {}
    return {"line": None, **kind, **module, "set": said}


def _look(one: Mapping[str, Raw], number: int) -> None:
    unknown = sorted(one.keys() - _ALLOWED)
    if unknown:
        raise NotAValue(
            sentence(
                "a line knows no “{unknown}”; it takes {allowed}.",
                unknown=unknown[0],
                allowed=", ".join(sorted(_ALLOWED)),
            )
        )
    if "line" not in one or "set" not in one:
        raise NotAValue(sentence("entry {number} of “lines” needs “line” and “set”.", number=number))
    if not isinstance(one["set"], (dict, type(None))) or (one["line"] is None and one["set"] is None):
        raise NotAValue(
            sentence("“set” of entry {number} must be an object; null takes a line out that is there.", number=number)
        )


def _new(document: SalesDocument, one: Mapping[str, Raw], number: int) -> LineItem:
    line = LineItem(key=f"{NEW_LINE}file-{number}", position=len(document.lines) + 1)
    wanted = one["set"]
    for name, value in wanted.items():
        try:
            line = with_part(line, name if _is_part(name) else f"{OWN}{name}", _value(document, name, value))
        except TypeError as error:
            raise NotAValue(said_by(error)) from error
    if line.product is not None and one.get("product_module"):
        line = replace(line, product=RecordId(ModuleName(str(one["product_module"])), line.product.key))
    if one.get("kind") is not None:
        if one["kind"] not in _KINDS:
            raise NotAValue(
                sentence("a line is one of {kinds}, not {what}.", kinds=", ".join(_KINDS), what=one["kind"])
            )
        return replace(line, kind=_KINDS[one["kind"]])
    is_text = PRODUCT not in wanted and not line.unit_price
    return replace(line, kind=LineKind.TEXT) if is_text else line


def _set(lines: Lines, key: str, name: str, value: Value) -> Lines:
    try:
        return changed(lines, key, name, value)
    except TypeError as error:
        raise NotAValue(said_by(error)) from error


def _part_name(line: LineItem, name: str) -> str:
    """A part by its name in the file; what is none of the common ones is the vendor's own field."""
    if _is_part(name):
        return name
    if name in line.extras:
        return f"{OWN}{name}"
    raise NotAValue(sentence("a line holds no {name}.", name=name))


def _is_part(name: str) -> bool:
    return name in (PRODUCT, TEXT, *_NUMBERS) or name.startswith((TAX, OWN))


def _value(document: SalesDocument, name: str, raw: Raw, held: Value = None) -> Value:
    """Raises NotAValue. ``held`` tells the kind of a vendor's own field."""
    if raw is None or isinstance(raw, bool):
        return raw
    if name == PRODUCT:
        modules = [line.product.module for line in document.lines if line.product is not None]
        return RecordId(modules[0] if modules else ModuleName(""), str(raw))
    if name in _NUMBERS or name.startswith(TAX) or isinstance(held, (int, Decimal)):
        kind = FieldType.INTEGER if type(held) is int and name not in _NUMBERS else FieldType.DECIMAL
        return parse(str(raw), Field(name=FieldName(name), label=name, type=kind))
    for kind, example in ((FieldType.DATETIME, datetime), (FieldType.DATE, date), (FieldType.TIME, time)):
        if isinstance(held, example):
            return parse(str(raw), Field(name=FieldName(name), label=name, type=kind))
    if isinstance(held, RecordId):
        return RecordId(held.module, str(raw))
    return tuple(raw) if isinstance(raw, list) else raw if isinstance(raw, Decimal) else str(raw)
