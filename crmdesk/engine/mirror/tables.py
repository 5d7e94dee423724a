# SPDX-License-Identifier: MIT
"""The tables of a mirror file: made, widened, narrowed and dropped as the server describes its modules."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.engine.codec import dumps, loads, schema_from_json, schema_to_json
from crmdesk.engine.mirror import fold
from crmdesk.engine.mirror.faces import Faces
from crmdesk.engine.mirror.layout import OWN, Column, Layout, decoded, layout_of, quoted, table_name

_CHUNK = 500
_JOINED_PAGES = 300
_VARIABLES = 30_000
"""Of one statement; SQLite takes a few more."""
_SHARING, _SHARED = Lock(), WeakValueDictionary[tuple[int, str, bytes], Layout]()


def _first(db: sqlite3.Connection) -> None:
    db.execute("CREATE TABLE crmdesk_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    db.execute("INSERT INTO crmdesk_meta VALUES ('layouts', '0'), ('asked', '0')")
    db.execute(
        """
        CREATE TABLE crmdesk_module (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            table_name TEXT NOT NULL,
            schema TEXT NOT NULL,               -- as the server described it, JSON
            fold INTEGER NOT NULL,              -- version of the searched forms
            complete INTEGER NOT NULL DEFAULT 0,
            round INTEGER NOT NULL DEFAULT 0,   -- number of the last full copy that was begun
            copying INTEGER NOT NULL DEFAULT 0, -- a full copy is under way
            cursor TEXT,                        -- where it goes on
            began INTEGER,                      -- when it was begun, microseconds
            next_token TEXT,                    -- the token from which changes are asked once it is done
            token TEXT,                         -- ... and now
            synced_at INTEGER,                  -- everything was as on the server, microseconds since 1970 UTC
            compared_at INTEGER,                -- when ids were compared last
            gap INTEGER NOT NULL DEFAULT 0,     -- records the server counted more than there were, after that
            trouble TEXT NOT NULL DEFAULT ''
        )
        """
    )
    db.execute("CREATE TABLE crmdesk_shape (id INTEGER PRIMARY KEY, module INTEGER NOT NULL, fields TEXT NOT NULL)")


def _documents(db: sqlite3.Connection) -> None:
    """Lines of sales documents, whole documents packed, and products that can become lines."""
    db.execute("ALTER TABLE crmdesk_module ADD COLUMN lines INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "CREATE TABLE crmdesk_document (module INTEGER NOT NULL, key TEXT NOT NULL, asked INTEGER NOT NULL, "
        "stamp TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (module, key))"
    )
    db.execute(
        "CREATE TABLE crmdesk_product (module TEXT NOT NULL, key TEXT NOT NULL, words TEXT NOT NULL, "
        "whole INTEGER NOT NULL, hit TEXT NOT NULL, PRIMARY KEY (module, key)) WITHOUT ROWID"
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _documents)
"""Each brings a file from the version before to its own; never change one that was shipped, add another."""


def layouts_number(db: sqlite3.Connection) -> int:
    """Goes up whenever a table was made, changed or dropped."""
    row = db.execute("SELECT value FROM crmdesk_meta WHERE name = 'layouts'").fetchone()
    return int(row[0]) if row else 0


def layouts(db: sqlite3.Connection) -> dict[ModuleName, Layout]:
    """Every mirrored module, in the order they were first mirrored."""
    rows = db.execute("SELECT number, table_name, schema FROM crmdesk_module ORDER BY number")
    return {layout.module: layout for layout in (_layout(*row) for row in rows)}


def _layout(number: int, table: str, schema: str) -> Layout:
    """What follows from one row. Each thread's connection asks for it: they share one as long as any holds it."""
    key = number, table, sha256(schema.encode()).digest()
    with _SHARING:
        found = _SHARED.get(key)
    if found is None:
        made = layout_of(schema_from_json(loads(schema)), number, table)
        with _SHARING:
            found = _SHARED.setdefault(key, made)
    return found


def _touch(db: sqlite3.Connection) -> None:
    db.execute("UPDATE crmdesk_meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'layouts'")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A module's tables as they are after ``fit``. ``must_copy``: rows lack what the server has now."""

    layout: Layout
    must_copy: bool


def fit(db: sqlite3.Connection, schema: Schema, known: Layout | None) -> Fitted:
    """Make the tables of a module, or bring them to what the server describes now. In a transaction."""
    if known is None:
        layout = _make(db, schema)
        _touch(db)
        return Fitted(layout, must_copy=True)
    folded_otherwise = _fold_version(db, known) != fold.VERSION
    if known.schema == schema and not folded_otherwise:
        return Fitted(known, must_copy=False)
    layout = layout_of(schema, known.number, known.table)
    before, after = {_sign(c): c for c in known.columns}, {_sign(c): c for c in layout.columns}
    _drop_indexes(db, known)
    for sign, column in before.items():
        if sign not in after:
            for name in column.names:
                db.execute(f"ALTER TABLE {quoted(known.table)} DROP COLUMN {quoted(name)}")
    fresh = [column for sign, column in after.items() if sign not in before]
    for column in fresh:
        for name in column.names:
            db.execute(f"ALTER TABLE {quoted(layout.table)} ADD COLUMN {quoted(name)} {_declared(column, name)}")
    db.execute(
        "UPDATE crmdesk_module SET schema = ?, fold = ? WHERE number = ?",
        (dumps(schema_to_json(schema)), fold.VERSION, layout.number),
    )
    _make_indexes(db, layout)
    if folded_otherwise or known.searched != layout.searched or _heads(known) != _heads(layout):
        _refill_faces(db, layout)
    _touch(db)
    return Fitted(layout, must_copy=bool(fresh))


def _heads(layout: Layout) -> tuple[object, ...]:
    return layout.schema.title_field, layout.schema.number_field


def _sign(column: Column) -> tuple[object, ...]:
    return column.field.name, column.kind, column.names, column.field.type


def _fold_version(db: sqlite3.Connection, layout: Layout) -> int:
    row = db.execute("SELECT fold FROM crmdesk_module WHERE number = ?", (layout.number,)).fetchone()
    return int(row[0]) if row else fold.VERSION


def _make(db: sqlite3.Connection, schema: Schema) -> Layout:
    taken = frozenset(str(row[0]).lower() for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"))
    table = table_name(schema.module.name, taken)
    number = db.execute(
        "INSERT INTO crmdesk_module (name, table_name, schema, fold) VALUES (?, ?, ?, ?)",
        (schema.module.name, table, dumps(schema_to_json(schema)), fold.VERSION),
    ).lastrowid
    layout = layout_of(schema, int(number or 0), table)
    columns = [
        "_row INTEGER PRIMARY KEY",
        "_key TEXT NOT NULL UNIQUE",
        "_version TEXT",
        "_asked INTEGER NOT NULL",
        "_gone INTEGER",
        "_round INTEGER NOT NULL",
        "_shape INTEGER NOT NULL",
        "_more TEXT",
        "_odd TEXT",
        *(f"{quoted(name)} {_declared(column, name)}" for column in layout.columns for name in column.names),
    ]
    db.execute(f"CREATE TABLE {quoted(table)} ({', '.join(columns)})")
    _make_faces(db, layout)
    _make_indexes(db, layout)
    return layout


def _declared(column: Column, name: str) -> str:
    return column.kind if name == column.name else "TEXT"


def _make_faces(db: sqlite3.Connection, layout: Layout) -> None:
    """``front`` and ``rest`` are indexed by every three letters; ``detail=none`` keeps which rows, not where in them."""
    face = layout.face
    db.execute(
        f"CREATE TABLE {face} (id INTEGER PRIMARY KEY, head TEXT NOT NULL, front TEXT NOT NULL, rest TEXT NOT NULL)"
    )
    db.execute(f"CREATE INDEX {face}_head ON {face} (head)")
    ways = f"content='{face}', content_rowid='id', columnsize=0, detail=none, tokenize='trigram case_sensitive 1'"
    db.execute(f"CREATE VIRTUAL TABLE {layout.title_grams} USING fts5(front, {ways})")
    db.execute(f"CREATE VIRTUAL TABLE {layout.grams} USING fts5(front, rest, {ways})")


def _drop_faces(db: sqlite3.Connection, layout: Layout) -> None:
    for table in (layout.grams, layout.title_grams, layout.face):
        db.execute(f"DROP TABLE IF EXISTS {table}")


def _make_indexes(db: sqlite3.Connection, layout: Layout) -> None:
    """Only living rows are in an index, and only those with a value: empty ones are listed behind the others."""
    table = quoted(layout.table)
    for name in layout.indexed:
        column = layout.by_field[name].sort or layout.by_field[name].name
        db.execute(
            f"CREATE INDEX IF NOT EXISTS {_index(layout, column)} ON {table} ({quoted(column)}) "
            f"WHERE _gone IS NULL AND {quoted(column)} IS NOT NULL"
        )
    db.execute(f"CREATE INDEX IF NOT EXISTS {_index(layout, '_odd')} ON {table} (_row) WHERE _odd IS NOT NULL")
    db.execute(f"CREATE INDEX IF NOT EXISTS {_index(layout, '_gone')} ON {table} (_gone) WHERE _gone IS NOT NULL")


def _index(layout: Layout, column: str) -> str:
    return quoted(f"crmdesk_index_{layout.number}_{column}")


def _drop_indexes(db: sqlite3.Connection, layout: Layout) -> None:
    names = db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (layout.table,)
    ).fetchall()
    for (name,) in names:
        db.execute(f"DROP INDEX {quoted(name)}")


def _refill_faces(db: sqlite3.Connection, layout: Layout) -> None:
    """What is searched has changed: fold every row anew."""
    _drop_faces(db, layout)
    _make_faces(db, layout)
    shapes, faces = shapes_of(db, layout), Faces(layout)
    last = 0
    while rows := db.execute(
        f"{row_select(layout)} WHERE _gone IS NULL AND _row > ? ORDER BY _row LIMIT {_CHUNK}", (last,)
    ).fetchall():
        add_faces(db, layout, [(int(row[0]), *faces.of(record_of(row, layout, shapes))) for row in rows])
        last = int(rows[-1][0])


def add_faces(db: sqlite3.Connection, layout: Layout, faces: list[tuple[int, str, str, str]]) -> None:
    """Let rows be found: (row, head, front, rest)."""
    insert_rows(db, f"INSERT INTO {layout.face} VALUES", faces)
    for at in range(0, len(faces), _CHUNK):
        rows = [face[0] for face in faces[at : at + _CHUNK]]
        chosen = f"FROM {layout.face} WHERE id IN ({','.join('?' * len(rows))})"
        db.execute(f"INSERT INTO {layout.title_grams} (rowid, front) SELECT id, front {chosen}", rows)
        db.execute(f"INSERT INTO {layout.grams} (rowid, front, rest) SELECT id, front, rest {chosen}", rows)


def insert_rows(db: sqlite3.Connection, into: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Many rows in few steps. Between two steps this thread gives Python away, and may wait for it for milliseconds
    while another one reads the server's next page."""
    if not rows:
        return
    width = len(rows[0])
    most = max(1, min(_CHUNK, _VARIABLES // width))
    one = f"({','.join('?' * width)})"
    for at in range(0, len(rows), most):
        part = rows[at : at + most]
        db.execute(f"{into} {','.join([one] * len(part))}", list(chain.from_iterable(part)))


def take_faces(db: sqlite3.Connection, layout: Layout, rows: list[int]) -> None:
    """Let rows be found no more. The index must be told exactly what it was given."""
    for row in rows:
        had = db.execute(f"SELECT front, rest FROM {layout.face} WHERE id = ?", (row,)).fetchone()
        if had is None:
            continue
        words = layout.title_grams, layout.grams
        db.execute(f"INSERT INTO {words[0]} ({words[0]}, rowid, front) VALUES ('delete', ?, ?)", (row, had[0]))
        db.execute(f"INSERT INTO {words[1]} ({words[1]}, rowid, front, rest) VALUES ('delete', ?, ?, ?)", (row, *had))
        db.execute(f"DELETE FROM {layout.face} WHERE id = ?", (row,))


def join_pieces(db: sqlite3.Connection, layout: Layout, *, first: bool) -> bool:
    """Join pieces of the index that a load left behind, a little; whether there is more to do. In a transaction."""
    before = db.total_changes
    for table in (layout.title_grams, layout.grams):
        pages = -_JOINED_PAGES if first else _JOINED_PAGES
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))
    return db.total_changes - before >= 4


def drop(db: sqlite3.Connection, layout: Layout) -> None:
    """Forget a module. In a transaction."""
    _drop_faces(db, layout)
    db.execute(f"DROP TABLE {quoted(layout.table)}")
    db.execute("DELETE FROM crmdesk_shape WHERE module = ?", (layout.number,))
    db.execute("DELETE FROM crmdesk_document WHERE module = ?", (layout.number,))
    db.execute("DELETE FROM crmdesk_module WHERE number = ?", (layout.number,))
    _touch(db)


# ---- rows -----------------------------------------------------------------------------------------------------------

Row = tuple[Any, ...]
"""As SQLite gives it."""
Shapes = dict[int, frozenset[FieldName]]
"""Which fields a row was read with, by ``_shape``."""


def narrowed(layout: Layout, fields: Iterable[FieldName]) -> Layout:
    """The layout with these fields alone, for reading no more of each row than somebody looks at."""
    wanted = frozenset(fields)
    columns = tuple(column for column in layout.columns if column.field.name in wanted)
    by_field = {column.field.name: column for column in columns}
    return replace(layout, columns=columns, by_field=by_field)


def shapes_of(db: sqlite3.Connection, layout: Layout) -> Shapes:
    """Every shape that rows of a module have."""
    rows = db.execute("SELECT id, fields FROM crmdesk_shape WHERE module = ?", (layout.number,))
    return {int(number): frozenset(map(FieldName, loads(text))) for number, text in rows}


def row_select(layout: Layout) -> str:
    """``SELECT`` of whole rows: the own columns, then the values."""
    columns = ", ".join(quoted(name) for name in (*OWN, *layout.value_columns))
    return f"SELECT {columns} FROM {quoted(layout.table)}"


def record_of(row: Row, layout: Layout, shapes: Shapes) -> Record:
    """The record of a row that ``row_select`` gave."""
    _, key, version, _, _, _, shape, more, odd = row[: len(OWN)]
    return decoded(layout, key, version, shapes.get(shape, frozenset()), more, odd, row[len(OWN) :])
