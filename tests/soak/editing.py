# SPDX-License-Identifier: MIT
"""Killed while editing: at most the edit being made is lost, and the store is readable each time."""

import asyncio
import json
import random
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.codec import loads
from crmdesk.engine.damage import check
from crmdesk.engine.staged_record import staged_from_json
from crmdesk.engine.staging import Edit, StagedChanges
from crmdesk.engine.storage import Storage
from tests.soak.victims import Teller, run

_MODULE = "Accounts"
_RECORDS, _FIELDS, _WITHIN_S = 200, 6, 0.12
State = dict[tuple[str, str], str | None]


@dataclass(slots=True)
class Result:
    """What was seen. ``lost``: edits that were told to be on disk and were not; ``unreadable``: stores."""

    points: int = 0
    edits: int = 0
    in_flight: int = 0
    lost: int = 0
    unreadable: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not self.lost and not self.unreadable


def _base(key: str) -> Record:
    values = {FieldName(f"f{n}"): f"base {n}" for n in range(_FIELDS)}
    return Record(RecordId(_MODULE, key), values)  # type: ignore[arg-type]  # a ModuleName is a str


def victim(path: Path, seed: int, tell: Teller) -> None:
    """Edit for ever: a cell, a cleared cell, a cell back as it was, or five at once."""

    async def edit() -> None:
        draw, staged = random.Random(seed), StagedChanges(Storage(path))
        await staged.load()
        while True:
            count = 5 if draw.random() < 0.1 else 1
            wanted: dict[tuple[str, str], str | None] = {}
            for _ in range(count):
                name = f"f{draw.randrange(_FIELDS)}"
                value = draw.choice((f"v{draw.randrange(10**6)}", None, f"base {name[1:]}"))
                wanted[f"3x{draw.randrange(_RECORDS)}", name] = value
            said = json.dumps([[*place, value] for place, value in wanted.items()])
            tell(f"begin {said}")
            await staged.edit(Edit(_base(key), FieldName(name), value) for (key, name), value in wanted.items())
            tell(f"done {said}")

    asyncio.run(edit())


def stored(path: Path) -> State:
    """The staged cells on disk.

    Raises:
        sqlite3.DatabaseError, ValueError, KeyError: the store cannot be read.
    """
    db = sqlite3.connect(path)
    try:
        check(db)
        found: State = {}
        if db.execute("PRAGMA user_version").fetchone() == (0,):
            return found  # killed before it was made; nothing was told to be in it
        for (text,) in db.execute("SELECT data FROM staged"):
            staged = staged_from_json(loads(str(text)))
            for name, value in staged.values.items():
                assert value is None or isinstance(value, str)
                found[staged.id.key, name] = value
        return found
    finally:
        db.close()


def applied(state: State, said: str) -> State:
    """The state after an edit; a cell back at its base is not staged."""
    after = dict(state)
    for key, name, value in json.loads(said):
        if value == f"base {name[1:]}":
            after.pop((key, name), None)
        else:
            after[key, name] = value
    return after


def soak(folder: Path, points: int, seed: int) -> Result:
    """Kill so many times, on one store that grows on."""
    path, draw, result = folder / "account.sqlite", random.Random(seed), Result()
    state: State = {}
    for point in range(points):
        said = run(lambda tell, n=point: victim(path, seed + n, tell), within_s=_WITHIN_S, after="", draw=draw)  # type: ignore[misc]
        result.points += 1
        pending = ""
        for line in said.lines:
            word, _, what = line.partition(" ")
            if word == "begin":
                pending = what
            else:
                state, pending = applied(state, what), ""
                result.edits += 1
        if not path.exists():
            continue
        try:
            found = stored(path)
        except (sqlite3.DatabaseError, ValueError, KeyError):
            result.unreadable += 1
            continue
        if found != state and pending and found == applied(state, pending):
            result.in_flight += 1
            state = found
        elif found != state:
            result.lost += 1
            state = found
    return result
