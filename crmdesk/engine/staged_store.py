# SPDX-License-Identifier: MIT
"""The rows of the account's file that hold what is staged; both are run on the storage's thread."""

import sqlite3
from collections.abc import Mapping

from crmdesk.domain.names import RecordId
from crmdesk.engine.codec import dumps, loads
from crmdesk.engine.staged_record import StagedRecord, staged_from_json, staged_to_json


def read_staged(db: sqlite3.Connection) -> list[StagedRecord]:
    """Everything staged, in the order records were first touched."""
    return [staged_from_json(loads(str(row[0]))) for row in db.execute("SELECT data FROM staged ORDER BY position")]


def write_staged(db: sqlite3.Connection, touched: Mapping[RecordId, StagedRecord | None]) -> None:
    """What is staged under these slots from now on; None takes it away. There may be 50,000 of them."""
    gone = [(_key(slot),) for slot, staged in touched.items() if staged is None]
    db.executemany("DELETE FROM staged WHERE key = ?", gone)
    last = int(db.execute("SELECT coalesce(max(position), 0) FROM staged").fetchone()[0])
    db.executemany(
        "INSERT INTO staged VALUES (?, ?, ?) ON CONFLICT(key) DO UPDATE SET data = excluded.data",
        (
            (_key(slot), last + number, dumps(staged_to_json(staged)))
            for number, (slot, staged) in enumerate(touched.items(), 1)
            if staged is not None
        ),
    )


def _key(slot: RecordId) -> str:
    return f"{slot.module}/{slot.key}"
