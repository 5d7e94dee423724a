# SPDX-License-Identifier: MIT
"""What is noted of each mirrored module: how its copy stands, where it goes on, from when on changes are asked."""

import sqlite3
from dataclasses import dataclass

from crmdesk.domain.names import ModuleName
from crmdesk.domain.sentence import packed, unpacked
from crmdesk.engine.mirror.layout import Layout, quoted
from crmdesk.engine.mirror.reading import moment_of
from crmdesk.engine.mirror.shapes import MirrorStatus, ModuleState
from crmdesk.engine.mirror.store import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where a module's copy stands, as the updater needs it; moments in microseconds.

    Attributes:
        complete: it was copied whole once. round: number of the last copy that was begun.
        copying: one is under way, and goes on at ``cursor``; it was begun at ``began`` and changes are asked from
            ``next_token`` on when it is done.
        gap: how many records more the server counted than there were, when ids were compared last.
    """

    complete: bool
    round: int
    copying: bool
    cursor: str | None
    began: int
    next_token: str
    token: str
    synced_at: int | None
    compared_at: int
    gap: int


_COLUMNS = "complete, round, copying, cursor, began, next_token, token, synced_at, compared_at, gap"


def course(db: sqlite3.Connection, module: ModuleName) -> Course | None:
    """That of one module, None where it is not mirrored."""
    row = db.execute(f"SELECT {_COLUMNS} FROM crmdesk_module WHERE name = ?", (module,)).fetchone()
    if row is None:
        return None
    return Course(
        complete=bool(row[0]),
        round=row[1],
        copying=bool(row[2]),
        cursor=row[3],
        began=row[4] or 0,
        next_token=row[5] or "",
        token=row[6] or "",
        synced_at=row[7],
        compared_at=row[8] or 0,
        gap=row[9],
    )


def note(db: sqlite3.Connection, module: ModuleName, **values: object) -> None:
    """Change some of it. In a transaction."""
    sets = ", ".join(f"{name} = ?" for name in values)
    given = [packed(value) if isinstance(value, str) and name == "trouble" else value for name, value in values.items()]
    db.execute(f"UPDATE crmdesk_module SET {sets} WHERE name = ?", (*given, module))


def count(db: sqlite3.Connection, layout: Layout) -> int:
    """Living records of a module."""
    table = quoted(layout.table)
    dead = db.execute(f"SELECT count(*) FROM {table} WHERE _gone IS NOT NULL").fetchone()[0]
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) - int(dead)


def used_bytes(seat: Seat) -> int:
    """Of the file, without what waits in the log."""
    pages, free, size = (
        int(seat.db.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def status(seat: Seat) -> MirrorStatus:
    """Every module's state. Each one's bytes are its share, by rows and columns: counting them takes long."""
    used, layouts = used_bytes(seat), seat.layouts()
    rows = {module: count(seat.db, layout) for module, layout in layouts.items()}
    weights = {module: rows[module] * (6 + len(layout.columns)) for module, layout in layouts.items()}
    whole = sum(weights.values()) or 1
    kept = seat.db.execute("SELECT module, count(*) FROM crmdesk_document GROUP BY module")
    documents = dict(kept.fetchall())
    noted = seat.db.execute(
        "SELECT name, complete, synced_at, trouble, lines, number FROM crmdesk_module ORDER BY number"
    )
    states = [
        ModuleState(
            module=ModuleName(name),
            label=_label(layouts[ModuleName(name)]),
            rows=rows[ModuleName(name)],
            used_bytes=used * weights[ModuleName(name)] // whole,
            complete=bool(complete),
            synced_at=moment_of(synced_at),
            trouble=unpacked(trouble),
            lines=bool(lines),
            documents=documents.get(number, 0),
        )
        for name, complete, synced_at, trouble, lines, number in noted.fetchall()
        if name in layouts
    ]
    return MirrorStatus(modules=tuple(states), used_bytes=used)


def _label(layout: Layout) -> str:
    module = layout.schema.module
    return module.label_plural or module.label or module.name
