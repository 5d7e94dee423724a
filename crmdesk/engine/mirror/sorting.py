# SPDX-License-Identifier: MIT
"""The first rows of a long module, sorted by a text that no index has in order.

Folding a text takes a microsecond, which is seconds for a million of them, and only a screenful is looked at. So a
sample tells up to where the first rows reach at most, SQLite leaves out by the first letters nearly all that stand
behind, and only what is left is folded and sorted.
"""

import sqlite3
from array import array

from crmdesk.domain.query import Query
from crmdesk.engine.mirror.layout import Cell, Layout, quoted
from crmdesk.engine.mirror.pushing import Sorted, sorting_of, where_of

_MANY = 20_000
"""Rows from which on it pays."""
_SAMPLE = 1500
_SURE = 4
"""So many times the rows that are wanted are aimed at: the sample is not exact."""
_LEAST_RANK = 16
_LETTERS = (1, 8)
"""Beginnings of so many letters are compared; the short one is ASCII more often."""


def first_of_many(db: sqlite3.Connection, layout: Layout, query: Query, limit: int) -> "array[int] | None":
    """The first ``limit`` rows of a query whose filter SQL says exactly; None where the usual way is as good."""
    part = sorting_of(query.order, layout)[0]
    last = int(db.execute(f"SELECT coalesce(max(_row), 0) FROM {quoted(layout.table)}").fetchone()[0])
    if not part.text or last < _MANY:
        return None
    where = where_of(query.where, layout)
    living = f"FROM {quoted(layout.table)} WHERE _gone IS NULL AND {where.sql} AND {part.raw} <> ''"
    border = _border(db, part, living, where.given, last, limit)
    if border is None:
        return None
    sign = ">=" if part.descending else "<="
    before = " AND ".join(
        f"({begin} GLOB '*[^ -~]*' OR lower({begin}) {sign} ?)"
        for begin in (f"substr({part.raw}, 1, {n})" for n in _LETTERS)
    )
    rows = db.execute(
        f"SELECT _row {living} AND {before} AND {part.text} {sign} ? ORDER BY {part.by} LIMIT ?",
        (*where.given, *(border[:n] for n in _LETTERS), border, *part.given, limit),
    ).fetchall()
    return array("q", (row[0] for row in rows)) if len(rows) == limit else None


def _border(
    db: sqlite3.Connection, part: Sorted, living: str, given: tuple[Cell, ...], last: int, limit: int
) -> str | None:
    """A text behind which none of the first rows stands, most likely; None where the sample tells too little."""
    picked = sorted({1 + last * at // _SAMPLE for at in range(_SAMPLE)})
    marks = ",".join("?" * len(picked))
    found = [row[0] for row in db.execute(f"SELECT {part.text} {living} AND _row IN ({marks})", (*given, *picked))]
    rank = max(_LEAST_RANK, _SURE * limit * len(picked) // last)
    if len(found) <= 2 * rank:
        return None
    return str(sorted(found, reverse=part.descending)[rank])
