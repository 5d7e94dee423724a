# SPDX-License-Identifier: MIT
"""The first rows of a long module, sorted by a text that no index has in order.

Folding a text takes a microsecond, which is seconds for a million of them, and only a screenful is looked at. So a
sample tells up to where the first rows reach at most, SQLite leaves out by the raw texts nearly all that stand behind,
and only what is left is folded and sorted.
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
_LETTERS = 8
"""So many of a border are compared with raw texts at most."""
_ABOVE, _LAST = "\x7f", "\U0010ffff"
"""What is no ASCII lies between them, in SQLite's NOCASE as well."""


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
    near, bounds = _near(part, border)
    rows = db.execute(
        f"SELECT _row, {part.text} {living} AND {near} ORDER BY {part.by} LIMIT ?",
        (*where.given, *bounds, *part.given, limit),
    ).fetchall()
    if len(rows) < limit or (rows[-1][1] < border if part.descending else rows[-1][1] > border):
        return None  # the sample misled: others may come before these
    return array("q", (row[0] for row in rows))


def _near(part: Sorted, border: str) -> tuple[str, tuple[str, ...]]:
    """A condition on the raw text that lets through every row up to the border, and few behind it.

    Where a raw text is ASCII, NOCASE has it in the order of the folded one. Its first other letter lies behind all
    ASCII in NOCASE, but may be folded to any letter: a text that is the border's until there may be anywhere.
    """
    start = border[: next((at for at, letter in enumerate(border) if not " " <= letter <= "~"), len(border))]
    raw = f"{part.raw} COLLATE NOCASE"
    if part.descending:
        return f"{raw} >= ?", (start if start == border else start + _ABOVE,)
    start = start[:_LETTERS]
    maybe = [bound for at in range(1, len(start)) for bound in (start[:at] + _ABOVE, start[:at] + _LAST)]
    ranges = " OR ".join([f"{raw} BETWEEN ? AND ?"] * (len(maybe) // 2)) or "0"
    alike = f"{raw} < ? AND ({ranges})"  # one comparison leaves out most: what begins with a later letter
    return f"({raw} <= ? OR {raw} >= ? OR {alike})", (start + _LAST, _ABOVE, start[:1] + _LAST, *maybe)


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
