# SPDX-License-Identifier: MIT
"""What a search finds in one copy, best first. Runs on the thread that searches; a new key breaks it off.

A few questions for each module, from the best kind of hit to the weakest, until there are enough: titles that begin so
(an index), whole words, beginnings of words, fragments (every three letters are indexed), each in titles and numbers
first. One and two letters are looked for at the beginnings of words only: as fragments they are in half of all records.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import plain
from crmdesk.engine.mirror.choice import telling_fields
from crmdesk.engine.mirror.faces import searched_text, title_of
from crmdesk.engine.mirror.fold import asked_values, asked_words, stored_form, title_form
from crmdesk.engine.mirror.layout import Layout, quoted
from crmdesk.engine.mirror.shapes import Fit
from crmdesk.engine.mirror.store import Seat
from crmdesk.engine.mirror.tables import narrowed, record_of, row_select, shapes_of

Words = tuple[tuple[str, ...], ...]
_GRAM = 3
_CANDIDATES = 60
_BESIDE = 3
_MOST_GRAMS = 9
"""Of one word: a longer one is looked at whole afterwards anyway."""
_WHOLE_NUMBER = 7
"""Digits with which a phone number may end to be the one that was typed: the rest is country and area."""

Rank = tuple[int, int, int, int]
"""(fit, 0 in the title or number and 1 elsewhere, 1 only by another spelling, length of what the title begins with)."""


@dataclass(frozen=True, slots=True)
class Found:
    """One record that fits, and by which field. ``rank`` sorts: the least is best. ``beside``: what tells it apart."""

    layout: Layout
    record: Record
    title: str
    field: Field | None
    text: str
    fit: Fit
    rank: tuple[Rank, str]
    beside: tuple[str, ...] = ()


def search(seat: Seat, text: str, most_each: int) -> list[Found]:
    """The best hits of every module; at most so many of each."""
    asked = _Asked(text)
    if not asked.words:
        return []
    found: list[Found] = []
    for layout in seat.layouts().values():
        rows = _in_module(seat.db, layout, asked, most_each)
        found += _described(seat.db, layout, sorted(rows, key=lambda row: rows[row])[:most_each], rows, asked)
    return sorted(found, key=lambda one: one.rank)


def _in_module(db: sqlite3.Connection, layout: Layout, asked: "_Asked", most: int) -> dict[int, Rank]:
    """Candidates by row, the better kinds of hit first; the index is asked on until there are enough."""
    rows: dict[int, Rank] = {}
    for must, question, given in _questions(layout, asked):
        if len(rows) >= most and not must:
            break
        for row, head, front, rest in db.execute(question, given):
            if row not in rows and (rank := asked.rank(head, front, rest)) is not None:
                rows[row] = rank
    return rows


def _questions(layout: Layout, asked: "_Asked") -> Iterator[tuple[bool, str, tuple[object, ...]]]:
    """(asked in any case, SQL, its values). Whatever equals what was typed is found before anything is left out."""
    face = layout.face
    for head in dict.fromkeys(asked.heads):
        sql = f"SELECT id, head, front, rest FROM {face} WHERE head >= ? AND head < ? ORDER BY head LIMIT ?"
        yield True, sql, (head, head + "\U0010ffff", _CANDIDATES)
    for way in (_Way.WORD, _Way.START, _Way.FRAGMENT):
        if way is _Way.FRAGMENT and all(len(spelling) < _GRAM for word in asked.words for spelling in word):
            return
        match = " AND ".join(_any_of(_grams(s, way) for s in word) for word in asked.words)
        for table in (layout.title_grams, layout.grams):
            sql = (
                f"SELECT f.id, f.head, f.front, f.rest FROM (SELECT rowid AS id FROM {table} WHERE {table} MATCH ? LIMIT ?) "
                f"AS g CROSS JOIN {face} AS f ON f.id = g.id"
            )
            yield way is _Way.WORD, sql, (match, _CANDIDATES)


class _Way(Enum):
    """What of a word must be there."""

    WORD = "word"
    START = "start"
    FRAGMENT = "fragment"


def _any_of(parts: Iterable[str]) -> str:
    return "(" + " OR ".join(f"({part})" for part in dict.fromkeys(parts)) + ")"


def _grams(word: str, way: _Way) -> str:
    """Three letters each. A beginning is a word behind blanks: "  m" for one letter, " mu" for more."""
    padded = word
    if way is not _Way.FRAGMENT or len(word) < _GRAM:
        padded = f"{' ' * (_GRAM - min(len(word), 2))}{word}"
    if way is _Way.WORD:
        padded += " " if len(word) > 1 else "  "
    grams = list(dict.fromkeys(padded[at : at + _GRAM] for at in range(len(padded) - _GRAM + 1)))
    if len(grams) > _MOST_GRAMS:  # both ends, and some between
        step = (len(grams) - 1) / (_MOST_GRAMS - 1)
        grams = [grams[round(n * step)] for n in range(_MOST_GRAMS)]
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams)


class _Asked:
    """What was typed, held against what the index holds of one record after another."""

    def __init__(self, text: str) -> None:
        self.words: Words = asked_words(text)
        self.heads = [head for value in asked_values(text) if (head := title_form(value))]
        self._values = asked_values(text)
        self._numbers = [v for v in self._values if v.isdecimal() and len(v) >= _WHOLE_NUMBER]
        self._plain = [word[0] for word in self.words]

    def rank(self, head: str, front: str, rest: str) -> Rank | None:
        """How well a record fits, None where it does not: the index knows letters by threes, not where they stand."""
        for fit, is_met in ((Fit.EXACT, self._is_whole), (Fit.PREFIX, self._begins), (Fit.WORD_START, self._starts)):
            for place, text in enumerate((front, rest) if fit is not Fit.WORD_START else (front, front + rest)):
                if is_met(text):
                    return fit.value, place, self._is_loose(text), len(head)
        whole = front + rest
        if all(any(self._is_in(spelling, whole) for spelling in word) for word in self.words):
            in_front = all(any(self._is_in(spelling, front) for spelling in word) for word in self.words)
            return Fit.FRAGMENT.value, int(not in_front), self._is_loose(whole), len(head)
        return None

    def _is_whole(self, text: str) -> bool:
        return any(f"    {v}    " in text for v in self._values) or any(f"{v}    " in text for v in self._numbers)

    def _begins(self, text: str) -> bool:
        return any(f"    {value}" in text for value in self._values)

    def _starts(self, text: str) -> bool:
        return all(any(f"  {spelling}" in text for spelling in word) for word in self.words)

    def _is_loose(self, text: str) -> int:
        return int(not all(word in text for word in self._plain))

    @staticmethod
    def _is_in(spelling: str, text: str) -> bool:
        return spelling in text if len(spelling) >= _GRAM else f"  {spelling}" in text

    def met(self, form: str) -> tuple[int, int]:
        """How a single value fits, for telling which one it was: (words that are not in it, how badly it fits)."""
        lacking = sum(not any(self._is_in(spelling, form) for spelling in word) for word in self.words)
        tests = (self._is_whole, self._begins, self._starts)
        return lacking, next((at for at, test in enumerate(tests) if test(form)), len(tests))


# ---- what is shown of a hit -----------------------------------------------------------------------------------------


def _described(
    db: sqlite3.Connection, layout: Layout, rows: Sequence[int], ranks: dict[int, Rank], asked: _Asked
) -> Iterator[Found]:
    if not rows:
        return
    schema, first = layout.schema, layout.first_name
    names = [schema.title_field, schema.number_field, first and first.name, *(one.name for one in layout.searched)]
    slim = narrowed(layout, [name for name in names if name])
    shapes = shapes_of(db, layout)
    marks = ",".join("?" * len(rows))
    for row in db.execute(f"{row_select(slim)} WHERE _row IN ({marks}) AND _gone IS NULL", list(rows)):
        record = record_of(row, slim, shapes)
        title, rank = title_of(record, layout), ranks[row[0]]
        field, text = _field_met(record, title, layout, asked)
        beside = tuple(one for one in told_apart(record, layout) if one not in (title, text))
        yield Found(layout, record, title, field, text, Fit(rank[0]), (rank, title.casefold()), beside)


def told_apart(record: Record, layout: Layout) -> tuple[str, ...]:
    """A few values that tell the record from others of its name: of each kind the first that is there."""
    found: list[str] = []
    for fields in telling_fields(layout.schema):
        text = next((text for one in fields if (text := searched_text(record, one).strip())), "")
        if text and text not in found:
            found.append(text)
    return tuple(found[:_BESIDE])


def _field_met(record: Record, title: str, layout: Layout, asked: _Asked) -> tuple[Field | None, str]:
    """The field that matched best, the title before others."""
    schema = layout.schema
    best: tuple[tuple[int, int], Field | None, str] | None = None
    for one in layout.searched:
        text = title if one.name == schema.title_field else searched_text(record, one)
        if not text:
            continue
        form = stored_form(text, is_phone=one.type is FieldType.PHONE)
        if text != (own := searched_text(record, one)):
            form += stored_form(own)
        met = asked.met(form)
        if met[0] < len(asked.words) and (best is None or met < best[0]):
            best = met, one, text
    return (None, "") if best is None else best[1:]


def recent(seat: Seat, stamps: Sequence[tuple[Layout, FieldName]], most: int) -> list[Found]:
    """What was changed last, newest first; ``text`` is the moment."""
    found: list[Found] = []
    for layout, stamp in stamps:
        column = layout.by_field.get(stamp)
        if column is None:
            continue
        schema, first = layout.schema, layout.first_name
        names = [schema.title_field, schema.number_field, first and first.name, stamp]
        slim = narrowed(layout, [one for one in names if one])
        name, shapes = quoted(column.name), shapes_of(seat.db, layout)
        sql = f"{row_select(slim)} WHERE _gone IS NULL AND {name} IS NOT NULL ORDER BY {name} DESC LIMIT ?"
        for row in seat.db.execute(sql, (most,)):
            record = record_of(row, slim, shapes)
            title, moment = title_of(record, layout), plain(record.values.get(stamp))
            found.append(Found(layout, record, title, None, moment, Fit.EXACT, ((0, 0, 0, 0), "")))
    return sorted(found, key=lambda one: one.text, reverse=True)[:most]
