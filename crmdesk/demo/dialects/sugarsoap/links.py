# SPDX-License-Identifier: MIT
"""Which records of one server are linked: pairs of ids, under the names of their tables in the alphabet's order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crmdesk.demo.dialects.sugarsoap.database import Database, Row

_TABLE = "links_"
_COLUMNS = {"kind": "TEXT", "one": "TEXT", "other": "TEXT", "date_modified": "TEXT", "deleted": "INTEGER"}
_ONE_ACCOUNT = frozenset({"accounts_contacts", "accounts_opportunities"})


@dataclass(frozen=True, slots=True)
class Link:
    """What a record is linked to. `when`: as the server keeps times. `deleted`: 0 or 1."""

    key: str
    when: str
    deleted: int


class Links:
    """The links of one server; `now` gives its time as it is kept."""

    def __init__(self, db: Database, now: Callable[[], str]) -> None:
        self._db = db
        self._now = now
        db.create(_TABLE, _COLUMNS)
        db.index(_TABLE, "kind", "one")
        db.index(_TABLE, "kind", "other")

    def fill(self, links: Iterable[tuple[str, str, str, str]]) -> None:
        """Store many: kind, one, other, time; `kind` is two tables joined by an underscore."""
        self._db.insert(_TABLE, [_row(*link) for link in links])

    def of(self, table: str, key: str, other_table: str, *, deleted: bool = False) -> list[Link]:
        """Return what a record is linked to in the other table, or what it was."""
        low, high = sorted((table, other_table))
        mine, others = ("one", "other") if table == low else ("other", "one")
        found = self._db.find(_TABLE, f"kind = ? AND {mine} = ? AND deleted = ?", f"{low}_{high}", key, int(deleted))
        return [Link(row[others], row["date_modified"], row["deleted"]) for row in found]

    def add(self, table: str, key: str, other_table: str, other: str) -> None:
        """Link two records, once; a contact and a deal have one account, a later one takes its place."""
        if table > other_table:
            table, key, other_table, other = other_table, other, table, key
        kind = f"{table}_{other_table}"
        with self._db.lock:
            if kind.lower() in _ONE_ACCOUNT:
                self._drop(kind, "other = ? AND one <> ?", other, key)
            if not self._db.find(_TABLE, "kind = ? AND one = ? AND other = ? AND deleted = 0", kind, key, other):
                self._db.insert(_TABLE, [_row(kind, key, other, self._now())])

    def remove(self, table: str, key: str, other_table: str, other: str = "") -> None:
        """Mark the link of two records as deleted; without `other` all links to that table."""
        low, high = sorted((table, other_table))
        mine, others = ("one", "other") if table == low else ("other", "one")
        more = (f" AND {others} = ?", (other,)) if other else ("", ())
        self._drop(f"{low}_{high}", f"{mine} = ?{more[0]}", key, *more[1])

    def _drop(self, kind: str, where: str, *values: str) -> None:
        self._db.run(
            f"UPDATE {_TABLE} SET deleted = 1, date_modified = ? WHERE kind = ? AND {where}", self._now(), kind, *values
        )


def _row(kind: str, one: str, other: str, when: str) -> Row:
    return {"kind": kind, "one": one, "other": other, "date_modified": when, "deleted": 0}
