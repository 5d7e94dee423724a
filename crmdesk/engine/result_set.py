# SPDX-License-Identifier: MIT
"""ResultSet: the rows of one query, on disk. A million rows of Python objects would take more than a gigabyte.

The file is SQLite's own temporary one: private to this process, gone with it. Used on the loop's thread; reading a
screenful takes about a millisecond.
"""

import pickle
import sqlite3
from array import array
from collections.abc import Sequence

from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record


class ResultSet:
    """Rows by place, 0 is the first. Owned by one table."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA cache_size=-4000")
        self._db.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, key TEXT NOT NULL, data BLOB NOT NULL)")
        self._db.execute("CREATE INDEX row_key ON row (key)")
        self._order = array("q")
        self._next = 1

    def __len__(self) -> int:
        return len(self._order)

    def append(self, records: Sequence[Record]) -> None:
        """Add rows at the end."""
        rows = []
        for record in records:
            rows.append((self._next, record.id.key, _pack(record)))
            self._order.append(self._next)
            self._next += 1
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO row VALUES (?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def read(self, first: int, count: int) -> list[Record]:
        """So many rows from a place on; fewer at the end."""
        wanted = self._order[first : first + count]
        if not wanted:
            return []
        marks = ",".join("?" * len(wanted))
        found = dict(self._db.execute(f"SELECT id, data FROM row WHERE id IN ({marks})", wanted.tolist()).fetchall())
        return [_unpack(found[number]) for number in wanted]

    def record(self, place: int) -> Record | None:
        """One row, None where there is none."""
        rows = self.read(place, 1) if 0 <= place < len(self._order) else []
        return rows[0] if rows else None

    def place_of(self, key: str) -> int:
        """Where a record is, -1 where it is not."""
        row = self._db.execute("SELECT id FROM row WHERE key = ?", (key,)).fetchone()
        if row is None:
            return -1
        try:
            return self._order.index(int(row[0]))
        except ValueError:
            return -1

    def replace(self, place: int, record: Record) -> None:
        """Put what the server holds now in a row's place."""
        self._db.execute(
            "UPDATE row SET key = ?, data = ? WHERE id = ?", (record.id.key, _pack(record), self._order[place])
        )

    def remove(self, place: int) -> None:
        """Take a row out; those behind it move up."""
        self._db.execute("DELETE FROM row WHERE id = ?", (self._order.pop(place),))

    def clear(self) -> None:
        """Forget every row."""
        self._db.execute("DELETE FROM row")
        self._order = array("q")

    def close(self) -> None:
        """Give the disk back."""
        self._db.close()


def _pack(record: Record) -> bytes:
    # As a tuple: a frozen dataclass with slots takes three times as long to come back.
    told = record.id.module, record.id.key, dict(record.values), dict(record.labels), record.version, record.raw
    return pickle.dumps(told, protocol=pickle.HIGHEST_PROTOCOL)


def _unpack(data: bytes) -> Record:
    module, key, values, labels, version, raw = pickle.loads(data)  # our own rows, from our own private file
    return Record(RecordId(module, key), values, labels, version, raw)
