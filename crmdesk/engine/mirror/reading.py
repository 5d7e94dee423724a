# SPDX-License-Identifier: MIT
"""MirrorView: the rows of one query out of the copy, by place; the same face as ``result_set.ResultSet``.

It holds where each row is, not the rows: eight bytes for each of a million. A screenful is read when it is shown.
"""

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crmdesk.domain.errors import Unsupported
from crmdesk.domain.matching import matches
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Filter, Query, compares
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence
from crmdesk.engine.mirror.layout import OWN, Cell, Layout, quoted
from crmdesk.engine.mirror.pushing import Where, sorting_of, where_of
from crmdesk.engine.mirror.shapes import MirrorChange
from crmdesk.engine.mirror.sorting import first_of_many
from crmdesk.engine.mirror.store import MirrorStore, Seat
from crmdesk.engine.mirror.tables import Row, Shapes, narrowed, record_of, row_select, shapes_of

FIRST_ROWS = 500
_CHUNK = 2000
_ODD = OWN.index("_odd")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT over a module's living rows.

    Attributes:
        looked_at: the columns it gives, None = the row's number alone.
        check: what each row is held against, None = nothing. odd_only: only odd rows need it.
    """

    sql: str
    given: tuple[Cell, ...]
    looked_at: Layout | None = None
    check: Filter | None = None
    odd_only: bool = False


def statements(db: sqlite3.Connection, layout: Layout, query: Query) -> Iterator[Statement]:
    """The query as statements whose rows follow one another."""
    where = where_of(query.where, layout)
    has_odd = query.where is not None and _has_odd(db, layout)
    condition = f"({where.sql} OR _odd IS NOT NULL)" if has_odd else where.sql
    check = query.where if has_odd or not where.exact else None
    looked_at = narrowed(layout, (c.field for c in compares(check))) if check is not None else None
    head = f"SELECT _row FROM {quoted(layout.table)}" if looked_at is None else row_select(looked_at)
    for part in sorting_of(query.order, layout):
        sql = f"{head} WHERE _gone IS NULL AND {condition} AND {part.only} ORDER BY {part.by}"
        yield Statement(sql, (*where.given, *part.given), looked_at, check, where.exact)


def _has_odd(db: sqlite3.Connection, layout: Layout) -> bool:
    return db.execute(f"SELECT 1 FROM {quoted(layout.table)} WHERE _odd IS NOT NULL LIMIT 1").fetchone() is not None


def places(db: sqlite3.Connection, layout: Layout, query: Query, limit: int = 0) -> "array[int]":
    """The rows of a query in order; ``limit`` 0 = all."""
    if limit and exact_condition(db, layout, query.where) is not None:
        first = first_of_many(db, layout, query, limit)
        if first is not None:
            return first
    found = array("q")
    for one in statements(db, layout, query):
        bound = f" LIMIT {limit - len(found)}" if limit and one.check is None else ""
        cursor = db.execute(one.sql + bound, one.given)
        shapes = shapes_of(db, layout) if one.check is not None else {}
        while rows := cursor.fetchmany(min(_CHUNK, limit) if limit else _CHUNK):
            found.extend(row[0] for row in rows if one.looked_at is None or _passes(row, one, shapes))
            if limit and len(found) >= limit:
                cursor.close()
                return found[:limit]
    return found


def exact_condition(db: sqlite3.Connection, layout: Layout, where: Filter | None) -> Where | None:
    """The filter as SQL that means exactly it, None where rows must be looked at one by one."""
    condition = where_of(where, layout)
    return condition if condition.exact and not _has_odd(db, layout) else None


def fetch_rows(db: sqlite3.Connection, layout: Layout, query: Query, looked_at: Layout) -> Iterator[Record]:
    """Every record of a query, in order, with the columns of ``looked_at`` alone."""
    shapes = shapes_of(db, layout)
    order = places(db, layout, query)
    for at in range(0, len(order), _CHUNK // 4):
        rows = order[at : at + _CHUNK // 4].tolist()
        marks = ",".join("?" * len(rows))
        found = {row[0]: row for row in db.execute(f"{row_select(looked_at)} WHERE _row IN ({marks})", rows)}
        yield from (record_of(found[row], looked_at, shapes) for row in rows if row in found)


def _passes(row: Row, one: Statement, shapes: Shapes) -> bool:
    if one.looked_at is None or (one.odd_only and row[_ODD] is None):
        return True
    return matches(one.check, record_of(row, one.looked_at, shapes).values)


def fetch(db: sqlite3.Connection, layout: Layout, rows: Sequence[int]) -> dict[int, Record]:
    """Whole records by row."""
    marks = ",".join("?" * len(rows))
    shapes = shapes_of(db, layout)
    found = db.execute(f"{row_select(layout)} WHERE _row IN ({marks})", list(rows))
    return {row[0]: record_of(row, layout, shapes) for row in found}


def fetch_one(db: sqlite3.Connection, layout: Layout, key: str) -> Record | None:
    """One living record by its key."""
    row = db.execute(f"{row_select(layout)} WHERE _key = ? AND _gone IS NULL", (key,)).fetchone()
    return None if row is None else record_of(row, layout, shapes_of(db, layout))


def rows_of(db: sqlite3.Connection, layout: Layout, keys: Sequence[str]) -> dict[str, int]:
    """Where records are, those that are gone too, for as long as they are kept."""
    found: dict[str, int] = {}
    for at in range(0, len(keys), _CHUNK // 4):
        part = keys[at : at + _CHUNK // 4]
        marks = ",".join("?" * len(part))
        sql = f"SELECT _key, _row FROM {quoted(layout.table)} WHERE _key IN ({marks})"
        found.update(db.execute(sql, part).fetchall())
    return found


def layout_for(seat: Seat, module: ModuleName) -> Layout:
    """The module's tables.

    Raises:
        Unsupported: it is not mirrored.
    """
    layout = seat.layouts().get(module)
    if layout is None:
        raise Unsupported(sentence("a local copy of {module}", module=module))
    return layout


def moment_of(us: int | None) -> datetime | None:
    """Microseconds as a moment."""
    return None if us is None else _EPOCH + timedelta(microseconds=us)


class MirrorView:
    """Rows by place, 0 is the first. Owned by one table; used on the loop's thread.

    Attributes:
        complete: every row's place is known; before ``rest`` the first ``FIRST_ROWS`` are.
        synced_at: when the module's copy was as the server, None = it never was. is_whole: its first copy is finished.
    """

    def __init__(
        self, store: MirrorStore, query: Query, first: "array[int]", synced_at: datetime | None, is_whole: bool
    ) -> None:
        self.query = query
        self.complete = len(first) < FIRST_ROWS
        self.synced_at, self.is_whole = synced_at, is_whole
        self._store, self._order = store, first
        self._over: dict[int, Record] = {}

    def __len__(self) -> int:
        return len(self._order)

    async def rest(self) -> None:
        """Learn the places of all rows; cancelling breaks it off.

        Raises:
            ProfileError. Unsupported: the module was dropped.
        """
        if not self.complete:
            self._order = await self._store.read(lambda seat: _all(seat, self.query))
            self.complete = True

    def read(self, first: int, count: int) -> list[Record]:
        """So many rows from a place on; fewer at the end. A row that went for good is a record without an id."""
        wanted = list(self._order[first : first + count])
        missing = [row for row in wanted if row not in self._over]
        seat = self._store.here()
        layout = seat.layouts().get(self.query.module)
        found = fetch(seat.db, layout, missing) if missing and layout is not None else {}
        nothing = Record(RecordId(self.query.module, ""), {})
        return [self._over.get(row) or found.get(row, nothing) for row in wanted]

    def record(self, place: int) -> Record | None:
        """One row, None where there is none."""
        rows = self.read(place, 1) if 0 <= place < len(self._order) else []
        return rows[0] if rows else None

    def place_of(self, key: str) -> int:
        """Where a record is, -1 where it is not."""
        row = self._rows([key]).get(key)
        try:
            return -1 if row is None else self._order.index(row)
        except ValueError:
            return -1

    def replace(self, place: int, record: Record) -> None:
        """Show this in a row's place until the copy has it, too."""
        self._over[self._order[place]] = record

    def remove(self, place: int) -> None:
        """Take a row out; those behind it move up."""
        self._over.pop(self._order.pop(place), None)

    def refresh(self, change: MirrorChange) -> int:
        """Rows that are gone go, changed ones are read anew.

        Returns:
            How many of the changed records have no place here: new ones, and such as did not match before.
        """
        if change.module != self.query.module:
            return 0
        if change.all_rows:
            self._over.clear()
            return 0
        known = self._rows([*change.changed, *change.deleted])
        for key in change.changed:
            self._over.pop(known.get(key, -1), None)
        dead = {known[key] for key in change.deleted if key in known}
        if dead:
            self._order = array("q", (row for row in self._order if row not in dead))
        here = set(self._order) if len(change.changed) > 1 else None
        rows = [known[key] for key in change.changed if key in known]
        return sum(row not in (self._order if here is None else here) for row in rows)

    def close(self) -> None:
        """Forget the places."""
        self._order = array("q")
        self._over.clear()

    def _rows(self, keys: Sequence[str]) -> dict[str, int]:
        seat = self._store.here()
        layout = seat.layouts().get(self.query.module)
        return {} if layout is None or not keys else rows_of(seat.db, layout, keys)


def _all(seat: Seat, query: Query) -> "array[int]":
    return places(seat.db, layout_for(seat, query.module), query)
