# SPDX-License-Identifier: MIT
"""Records into the tables: what is new, what is different, what is gone. What was asked for later counts.

Every state of a record carries the moment at which it was asked for, on a clock that never goes back; so a page that
was long on its way never replaces what a save has read back meanwhile, and a change that comes twice changes nothing.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.engine.codec import dumps
from crmdesk.engine.mirror.encoding import Encoded, Encoder
from crmdesk.engine.mirror.faces import Faces
from crmdesk.engine.mirror.layout import OWN, Layout, quoted
from crmdesk.engine.mirror.tables import Row, add_faces, insert_rows, record_of, row_select, shapes_of, take_faces
from crmdesk.engine.moments import now_us

_KEEP_GONE_US = 24 * 3600 * 1_000_000
"""A table that is open may still show what is gone."""
_VARIABLES = 900


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it: keys of records that are new or different, of records that are gone; how many had no id."""

    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    left_out: int = 0


def put(
    db: sqlite3.Connection, layout: Layout, records: Iterable[Record], asked: int, *, of_round: int | None = None
) -> Written:
    """Write records. In a transaction.

    Args:
        asked: when they were asked for. of_round: the full copy they belong to, None = none.
    """
    given, left_out = {}, 0
    for record in records:
        if record.id.key:
            given[record.id.key] = record
        else:
            left_out += 1
    if not given:
        return Written(left_out=left_out)
    shapes, encoder = _Shapes(db, layout), Encoder(layout)
    there = _rows(db, layout, list(given))
    fresh: list[tuple[Record, Encoded]] = []
    other: list[tuple[Row, Record, Encoded]] = []
    same: list[int] = []
    for key, record in given.items():
        cells, row = encoder.encoded(record), there.get(key)
        if row is None:
            fresh.append((record, cells))
        elif asked >= row[3]:
            if row[4] is None and shapes.says_the_same(row, cells, record):
                same.append(row[0])
            else:
                other.append((row, record, cells))
        elif of_round is not None:
            same.append(row[0])  # known more newly already; it was seen all the same
    _insert(db, layout, fresh, shapes, asked, of_round or 0)
    _update(db, layout, other, shapes, asked, of_round)
    _see(db, layout, same, asked, of_round)
    changed = [record.id.key for record, _ in fresh] + [record.id.key for _, record, _ in other]
    return Written(tuple(changed), (), left_out)


def remove(db: sqlite3.Connection, layout: Layout, keys: Iterable[str], asked: int) -> tuple[str, ...]:
    """These are gone from the server; the keys of those that were there. In a transaction."""
    rows = [row for row in _rows(db, layout, list(keys)).values() if row[4] is None and row[3] <= asked]
    _bury(db, layout, [row[0] for row in rows], asked)
    return tuple(row[1] for row in rows)


def remove_unseen(db: sqlite3.Connection, layout: Layout, of_round: int, before: int) -> tuple[str, ...]:
    """What a full copy that began at ``before`` has not seen is gone. In a transaction."""
    found = db.execute(
        f"SELECT _row, _key FROM {quoted(layout.table)} WHERE _gone IS NULL AND _round < ? AND _asked < ?",
        (of_round, before),
    ).fetchall()
    _bury(db, layout, [row for row, _ in found], before)
    return tuple(key for _, key in found)


def mark(db: sqlite3.Connection, layout: Layout, keys: Iterable[str], of_round: int) -> list[str]:
    """The server has these; the keys of those that the copy lacks. In a transaction."""
    wanted = [key for key in dict.fromkeys(keys) if key]
    table, lacking = quoted(layout.table), []
    for key in wanted:
        if not db.execute(f"UPDATE {table} SET _round = ? WHERE _key = ? AND _gone IS NULL", (of_round, key)).rowcount:
            lacking.append(key)
    return lacking


def purge(db: sqlite3.Connection, layout: Layout) -> None:
    """Forget for good what is gone since long. In a transaction."""
    db.execute(f"DELETE FROM {quoted(layout.table)} WHERE _gone IS NOT NULL AND _gone < ?", (now_us() - _KEEP_GONE_US,))


def _bury(db: sqlite3.Connection, layout: Layout, rows: list[int], asked: int) -> None:
    take_faces(db, layout, rows)
    table = quoted(layout.table)
    db.executemany(f"UPDATE {table} SET _gone = ?, _asked = ? WHERE _row = ?", [(asked, asked, row) for row in rows])


def _rows(db: sqlite3.Connection, layout: Layout, keys: Sequence[str]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for at in range(0, len(keys), _VARIABLES):
        part = keys[at : at + _VARIABLES]
        marks = ",".join("?" * len(part))
        for row in db.execute(f"{row_select(layout)} WHERE _key IN ({marks})", part):
            found[row[1]] = row
    return found


def _insert(
    db: sqlite3.Connection, layout: Layout, fresh: list[tuple[Record, Encoded]], shapes: "_Shapes", asked: int, rnd: int
) -> None:
    if not fresh:
        return
    table = quoted(layout.table)
    first = int(db.execute(f"SELECT coalesce(max(_row), 0) + 1 FROM {table}").fetchone()[0])
    columns = ", ".join(map(quoted, (*OWN, *layout.value_columns)))
    insert_rows(
        db,
        f"INSERT INTO {table} ({columns}) VALUES",
        [
            (row, c.key, c.version, asked, None, rnd, shapes.number(c.fields), c.more, c.odd, *c.cells)
            for row, (_, c) in enumerate(fresh, first)
        ],
    )
    faces = Faces(layout)
    add_faces(db, layout, [(row, *faces.of(record)) for row, (record, _) in enumerate(fresh, first)])


def _update(
    db: sqlite3.Connection,
    layout: Layout,
    other: list[tuple[Row, Record, Encoded]],
    shapes: "_Shapes",
    asked: int,
    rnd: int | None,
) -> None:
    if not other:
        return
    sets = ", ".join(f"{quoted(name)} = ?" for name in ("_version", "_shape", "_more", "_odd", *layout.value_columns))
    db.executemany(
        f"UPDATE {quoted(layout.table)} SET _asked = ?, _gone = NULL, _round = coalesce(?, _round), {sets} WHERE _row = ?",
        [(asked, rnd, c.version, shapes.number(c.fields), c.more, c.odd, *c.cells, row[0]) for row, _, c in other],
    )
    made, faces = Faces(layout), []
    for row, record, _ in other:
        face = made.of(record)
        had = db.execute(f"SELECT head, front, rest FROM {layout.face} WHERE id = ?", (row[0],)).fetchone()
        if had != face:
            take_faces(db, layout, [row[0]])
            faces.append((row[0], *face))
    add_faces(db, layout, faces)


def _see(db: sqlite3.Connection, layout: Layout, rows: list[int], asked: int, rnd: int | None) -> None:
    db.executemany(
        f"UPDATE {quoted(layout.table)} SET _asked = max(_asked, ?), _round = coalesce(?, _round) WHERE _row = ?",
        [(asked, rnd, row) for row in rows],
    )


class _Shapes:
    """Numbers for sets of fields; a few for a module."""

    def __init__(self, db: sqlite3.Connection, layout: Layout) -> None:
        self._db, self._layout = db, layout
        self._known = {fields: number for number, fields in shapes_of(db, layout).items()}
        self._quick: dict[tuple[FieldName, ...], int] = {}

    def number(self, fields: tuple[FieldName, ...]) -> int:
        """The number of this set, a new one where it is new."""
        if fields not in self._quick:
            members = frozenset(fields)
            if members not in self._known:
                made = self._db.execute(
                    "INSERT INTO crmdesk_shape (module, fields) VALUES (?, ?)",
                    (self._layout.number, dumps(list(fields))),
                ).lastrowid
                self._known[members] = int(made or 0)
            self._quick[fields] = self._known[members]
        return self._quick[fields]

    def says_the_same(self, row: Row, cells: Encoded, record: Record) -> bool:
        """Whether a row holds all that was read now; it may hold more, where a list tells less than a single record."""
        shape = self.number(cells.fields)
        if row[6] == shape:
            return bool(row[2] == cells.version and row[7:] == (cells.more, cells.odd, *cells.cells))
        known = {number: members for members, number in self._known.items()}
        if row[2] != cells.version or not known[shape] < known.get(row[6], frozenset()):
            return False
        had = record_of(row, self._layout, known)
        return all(had.values.get(name) == record.values[name] for name in cells.fields)


def newest_asked(db: sqlite3.Connection) -> int:
    """The latest moment at which anything was asked for; 0 = never."""
    row = db.execute("SELECT value FROM crmdesk_meta WHERE name = 'asked'").fetchone()
    return int(row[0]) if row else 0


def note_asked(db: sqlite3.Connection, asked: int) -> None:
    """Let the clock of the next run begin behind this moment. In a transaction."""
    db.execute("UPDATE crmdesk_meta SET value = ? WHERE name = 'asked' AND CAST(value AS INTEGER) < ?", (asked, asked))
