# SPDX-License-Identifier: MIT
"""Damaged text: letters read in the wrong encoding, entities encoded twice, stray blanks; found, and what it should be."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.engine.staged_record import Edit


class Damage(Enum):
    """What is wrong with a text."""

    ENCODING = sentence("letters read in the wrong encoding")
    ENTITIES = sentence("HTML entities in plain text")
    BLANKS = sentence("stray blanks")
    INVISIBLE = sentence("invisible or control characters")
    LOST = sentence("letters that are lost")
    """Replaced by � somewhere; nobody can tell by what."""


REPAIRABLE = frozenset(Damage) - {Damage.LOST}

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff\u00ad]")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8}\d{0,2});")
_INNER = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f]{2,}|[\u00a0\u202f\t]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One damaged field. ``after`` is the repaired text, equal to ``before`` where it cannot be repaired."""

    record: Record
    field: FieldName
    before: str
    after: str
    damage: tuple[Damage, ...]


def examine(
    text: str, wanted: frozenset[Damage] = REPAIRABLE, *, lines: bool = False
) -> tuple[str, tuple[Damage, ...]]:
    """The repaired text, and what was wrong with it.

    Args:
        lines: the text may have several lines; their breaks are kept.
    """
    if not text:
        return text, ()
    found: list[Damage] = []
    now = text
    for damage, repair in (
        (Damage.ENCODING, _encoding),
        (Damage.ENTITIES, _entities),
        (Damage.INVISIBLE, _visible),
        (Damage.BLANKS, _blanks_in_lines if lines else _blanks),
    ):
        if damage in wanted and (better := repair(now)) != now:
            found.append(damage)
            now = better
    if Damage.LOST in wanted and "\ufffd" in now:
        found.append(Damage.LOST)
    return now, tuple(found)


def scan(
    records: Iterable[Record],
    schema: Schema,
    fields: Iterable[FieldName] | None = None,
    wanted: frozenset[Damage] = frozenset(Damage),
) -> Iterator[Finding]:
    """Every damaged text of the records, in the fields named, or in all that can be written.

    A repair that the field could not hold (a required field would be empty) is left out.
    """
    chosen = [f for f in schema.fields if _is_scanned(f) and (fields is None or f.name in set(fields))]
    for record in records:
        for known in chosen:
            text = record.values.get(known.name)
            if not isinstance(text, str):
                continue
            after, damage = examine(text, wanted, lines=known.type is FieldType.LONG_TEXT)
            if damage and not (known.required and not after):
                yield Finding(record, known.name, text, after, damage)


def edits(findings: Iterable[Finding], schema: Schema) -> list[Edit]:
    """What to stage for them."""
    return [
        Edit(one.record, one.field, one.after or None, title=one.record.shown(schema.title_field))
        for one in findings
        if one.after != one.before
    ]


def _is_scanned(known: Field) -> bool:
    return not known.read_only and known.type.is_text and known.type not in (FieldType.OPAQUE, FieldType.CHOICE)


def _encoding(text: str) -> str:
    if text.isascii():
        return text
    import ftfy

    return ftfy.fix_encoding(text)


def _entities(text: str) -> str:
    """Decoded until nothing is left of them: ``&amp;amp;auml;`` was encoded several times."""
    now = text
    for _ in range(4):
        if not _ENTITY.search(now):
            break
        better = _ENTITY.sub(lambda m: html.unescape(m[0]), now)
        if better == now:
            break
        now = better
    return now.replace("\x00", "")


def _visible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def _blanks(text: str) -> str:
    return _INNER.sub(" ", text).strip()


def _blanks_in_lines(text: str) -> str:
    """The same in each line; empty lines inside stay, they are paragraphs."""
    return "\n".join(_blanks(line) for line in text.replace("\r\n", "\n").split("\n")).strip("\n")
