# SPDX-License-Identifier: MIT
"""What a search finds in one copy, best first. Runs on the thread that searches; a new key breaks it off.

Four questions for each module, from the best kind of hit to the weakest, until there are enough: titles that begin so
(an index), words in titles that begin so, words anywhere, fragments anywhere (every three letters are indexed). One and
two letters are looked for at the beginnings of words only: as fragments they would be in half of all records.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import plain
from crmdesk.engine.mirror.fold import asked_words, digits_of, plain_form, stored_form, title_form, words_of
from crmdesk.engine.mirror.layout import Layout, quoted, searched_text
from crmdesk.engine.mirror.shapes import Fit
from crmdesk.engine.mirror.store import Seat
from crmdesk.engine.mirror.tables import narrowed, record_of, row_select, shapes_of

Words = tuple[tuple[str, ...], ...]
_GRAM = 3
_CANDIDATES = 120
_MOST_GRAMS = 9
"""Of one word: a longer one is looked at whole afterwards anyway."""


@dataclass(frozen=True, slots=True)
class Found:
    """One record that fits, and by which field. ``rank`` sorts: the least is best."""

    layout: Layout
    record: Record
    title: str
    field: Field
    text: str
    fit: Fit
    rank: tuple[int, int, int, int, str]


def search(seat: Seat, text: str, most_each: int) -> list[Found]:
    """The best hits of every module; at most so many of each."""
    words = asked_words(text)
    if not words:
        return []
    found: list[Found] = []
    for layout in seat.layouts().values():
        found += sorted(_in_module(seat.db, layout, text, words, most_each), key=lambda one: one.rank)[:most_each]
    return sorted(found, key=lambda one: one.rank)


def _in_module(db: sqlite3.Connection, layout: Layout, text: str, words: Words, most: int) -> list[Found]:
    rows: dict[int, None] = {}
    for question, given in _questions(layout, text, words):
        for row, front, rest in db.execute(question, given):
            if row not in rows and _holds(front, rest, words):
                rows[row] = None
        if len(rows) >= most:
            break
    return list(_judged(db, layout, list(rows)[: _CANDIDATES * 2], text, words))


def _questions(layout: Layout, text: str, words: Words) -> Iterator[tuple[str, tuple[object, ...]]]:
    face = layout.face
    head = title_form(text)
    if head:
        yield (
            f"SELECT id, front, rest FROM {face} WHERE head >= ? AND head < ? ORDER BY head LIMIT ?",
            (head, head + "\U0010ffff", _CANDIDATES),
        )
    starts = _match(words, starts=True)
    for table in (layout.title_grams, layout.grams):
        yield _by_grams(face, table), (starts, _CANDIDATES)
    if any(len(spelling) >= _GRAM for word in words for spelling in word):
        yield _by_grams(face, layout.title_grams), (_match(words, starts=False), _CANDIDATES)
        yield _by_grams(face, layout.grams), (_match(words, starts=False), _CANDIDATES)


def _by_grams(face: str, table: str) -> str:
    return (
        f"SELECT f.id, f.front, f.rest FROM (SELECT rowid AS id FROM {table} WHERE {table} MATCH ? LIMIT ?) AS g "
        f"CROSS JOIN {face} AS f ON f.id = g.id"
    )


def _match(words: Words, *, starts: bool) -> str:
    """The question to the index of three letters: each word by any of its spellings."""
    return " AND ".join(_any_of([_grams(spelling, starts=starts) for spelling in word]) for word in words)


def _any_of(parts: Iterable[str]) -> str:
    return "(" + " OR ".join(f"({part})" for part in dict.fromkeys(parts)) + ")"


def _grams(word: str, *, starts: bool) -> str:
    """Three letters each. A beginning is a word behind blanks: "  m" for one letter, " mu" for more."""
    padded = f"{' ' * (_GRAM - min(len(word), 2))}{word}" if starts or len(word) < _GRAM else word
    grams = [padded[at : at + _GRAM] for at in range(len(padded) - _GRAM + 1)]
    if len(grams) > _MOST_GRAMS:
        step = len(grams) / _MOST_GRAMS
        grams = [grams[int(n * step)] for n in range(_MOST_GRAMS)]
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in dict.fromkeys(grams))


def _holds(front: str, rest: str, words: Words) -> bool:
    """Whether every word is really there; the index knows letters by threes, not where they stand."""
    return all(
        any((s in front or s in rest) if len(s) >= _GRAM else (f"  {s}" in front or f"  {s}" in rest) for s in word)
        for word in words
    )


# ---- judging --------------------------------------------------------------------------------------------------------


def _judged(db: sqlite3.Connection, layout: Layout, rows: Sequence[int], text: str, words: Words) -> Iterator[Found]:
    if not rows:
        return
    schema = layout.schema
    slim = narrowed(layout, [schema.title_field, *(one.name for one in layout.searched)])
    shapes = shapes_of(db, layout)
    marks = ",".join("?" * len(rows))
    sql = f"{row_select(slim)} WHERE _row IN ({marks}) AND _gone IS NULL"
    asked = _Asked(text, words)
    for row in db.execute(sql, list(rows)):
        record = record_of(row, slim, shapes)
        title = title_of(record, layout)
        best = asked.best_field(record, layout)
        if best is not None:
            place, one, shown, fit, loose = best
            yield Found(layout, record, title, one, shown, fit, (fit.value, place, loose, len(title), title.casefold()))


def title_of(record: Record, layout: Layout) -> str:
    """How people know a record; its number or its id where it has no title."""
    schema = layout.schema
    names = (schema.title_field, schema.number_field)
    texts = (record.labels.get(n) or plain(record.values.get(n)) for n in names if n is not None)
    return next((text.strip() for text in texts if text.strip()), record.id.key)


class _Asked:
    """What was typed, held against the fields of one record after another."""

    def __init__(self, text: str, words: Words) -> None:
        self._words = words
        self._head, self._plain = title_form(text), " ".join(words_of(plain_form(text)))
        self._digits = digits_of(" ".join(text.split()))

    def best_field(self, record: Record, layout: Layout) -> tuple[int, Field, str, Fit, int] | None:
        """(place: 0 title, 1 number, 2 others; field; its text; how it fits; 1 = only by another spelling)."""
        best: tuple[tuple[int, int, int], tuple[int, Field, str, Fit, int]] | None = None
        everywhere: list[str] = []
        for one in layout.searched:
            shown = searched_text(record, one)
            if not shown:
                continue
            form = stored_form(shown, is_phone=one.type is FieldType.PHONE)
            everywhere.append(form)
            met = [fit for word in self._words if (fit := _word_fit(form, word)) is not None]
            if not met:
                continue
            place = _place(one.name, layout)
            fit = max(met, key=lambda f: f.value)
            if len(met) == len(self._words):
                fit = self._whole(shown, form, fit)
            loose = int(not all(word[0] in form for word in self._words))
            key = (-len(met), fit.value, place)
            if best is None or key < best[0]:
                best = key, (place, one, shown, fit, loose)
        if best is None:
            return None
        place, one, shown, fit, loose = best[1]
        if -best[0][0] < len(self._words):  # the others are met by other fields
            whole = "".join(everywhere)
            fits = [_word_fit(whole, word) for word in self._words]
            if None in fits:
                return None
            fit = max((f for f in fits if f is not None), key=lambda f: f.value)
        return place, one, shown, fit, loose

    def _whole(self, shown: str, form: str, fit: Fit) -> Fit:
        """Better than by words, where the field is, or begins with, what was typed."""
        plain_words, head = " ".join(words_of(plain_form(shown))), title_form(shown)
        digits = digits_of(shown)
        if self._plain in (plain_words, shown.casefold()) or (self._head and self._head == head):
            return Fit.EXACT
        if self._digits and digits and any(digits == s or (digits.endswith(s) and len(s) >= 7) for s in self._words[0]):
            return Fit.EXACT
        if plain_words.startswith(self._plain) or (self._head and head.startswith(self._head)):
            return Fit.PREFIX
        return fit


def _place(name: FieldName, layout: Layout) -> int:
    schema = layout.schema
    return 0 if name == schema.title_field else 1 if name == schema.number_field else 2


def _word_fit(form: str, word: tuple[str, ...]) -> Fit | None:
    if any(f"  {spelling}" in form for spelling in word):
        return Fit.WORD_START
    return Fit.FRAGMENT if any(len(s) >= _GRAM and s in form for s in word) else None


def recent(seat: Seat, stamps: Sequence[tuple[Layout, FieldName]], most: int) -> list[tuple[str, Layout, Record]]:
    """What was changed last: (moment as text, module, record), newest first."""
    found: list[tuple[str, Layout, Record]] = []
    for layout, stamp in stamps:
        column = layout.by_field.get(stamp)
        if column is None:
            continue
        slim = narrowed(layout, [layout.schema.title_field, *([layout.schema.number_field] if layout.schema.number_field else []), stamp])  # fmt: skip
        name, shapes = quoted(column.name), shapes_of(seat.db, layout)
        sql = f"{row_select(slim)} WHERE _gone IS NULL AND {name} IS NOT NULL ORDER BY {name} DESC LIMIT ?"
        for row in seat.db.execute(sql, (most,)):
            record = record_of(row, slim, shapes)
            found.append((plain(record.values.get(stamp)), layout, record))
    return sorted(found, key=lambda one: one[0], reverse=True)[:most]
