# SPDX-License-Identifier: MIT
"""In-memory records of one pretended CRM: tables, relations, files, change history; knows no module's name.

A dialect owns one Store, fills it from the seeded world and speaks its own field names into it. Every value is text,
as in the databases it stands for. All methods take the lock themselves; hold `store.lock` around several calls that
belong together.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import RLock

Values = dict[str, str]
"""A record's fields as text; a missing key means the field's default."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file kept with a record."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change history; `fields` holds (name, old, new)."""

    when: int
    module: str
    number: int
    user: int
    status: int  # 1 created, 2 changed, 3 deleted
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Deletion:
    """A record that is gone: when (Unix seconds) and who owned it."""

    when: int
    number: int
    owner: str


@dataclass(slots=True)
class Table:
    """The records of one module, by number; `order` holds the numbers, ascending."""

    rows: dict[int, Values] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    counter: int = 0


class Store:
    """The data of one pretended CRM; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.lock = RLock()
        self.clock = clock
        self.tables: dict[str, Table] = {}
        self.related: dict[int, dict[int, None]] = {}
        self.files: dict[int, StoredFile] = {}
        self.lines: dict[int, list[dict[str, object]]] = {}
        self.history: list[Change] = []
        self._module_of: dict[int, str] = {}
        self._last_number = 0
        self._last_line = 0

    def now(self) -> int:
        """Return the server's clock in whole Unix seconds."""
        return int(self.clock())

    def table(self, module: str) -> Table:
        """Return the table of `module`, made on first use."""
        with self.lock:
            return self.tables.setdefault(module, Table())

    def new_number(self) -> int:
        """Return a record number that no record has had."""
        with self.lock:
            self._last_number += 1
            return self._last_number

    def new_line_number(self) -> int:
        """Return a line item number that no line has had."""
        with self.lock:
            self._last_line += 1
            return self._last_line

    def count_up(self, module: str) -> int:
        """Return the next human-readable record number of `module`."""
        with self.lock:
            table = self.table(module)
            table.counter += 1
            return table.counter

    def insert(
        self, module: str, number: int, values: Values, *, shared_number: bool = True, listed: bool = True
    ) -> None:
        """Add a record.

        Args:
            shared_number: False keeps its number out of the space that all modules share.
            listed: False makes a ghost: it can be fetched by number and is in no list.
        """
        with self.lock:
            table = self.table(module)
            table.rows[number] = values
            if listed and (not table.order or number > table.order[-1]):
                table.order.append(number)
            elif listed:
                table.order.insert(bisect_right(table.order, number), number)
            if shared_number:
                self._last_number = max(self._last_number, number)
                self._module_of[number] = module

    def module_of(self, number: int) -> str | None:
        """Return the module a shared record number belongs to, None where it is gone or never was."""
        return self._module_of.get(number)

    def get(self, module: str, number: int) -> Values | None:
        """Return the live record, None where there is none; change it only under the lock."""
        table = self.tables.get(module)
        return None if table is None else table.rows.get(number)

    def remove(self, module: str, number: int, owner: str) -> None:
        """Delete a record, its relations, lines and file."""
        with self.lock:
            table = self.table(module)
            if table.rows.pop(number, None) is None:
                return
            place = bisect_right(table.order, number) - 1
            if place >= 0 and table.order[place] == number:
                del table.order[place]
            table.deletions.append(Deletion(self.now(), number, owner))
            for other in self.related.pop(number, {}):
                self.related.get(other, {}).pop(number, None)
            self.lines.pop(number, None)
            self.files.pop(number, None)
            if self._module_of.get(number) == module:
                del self._module_of[number]

    def relate(self, one: int, other: int) -> None:
        """Link two records of the shared number space, both ways."""
        with self.lock:
            self.related.setdefault(one, {})[other] = None
            self.related.setdefault(other, {})[one] = None

    def neighbours(self, number: int, module: str) -> list[int]:
        """Return the linked records of `module`, oldest link first."""
        with self.lock:
            return [other for other in self.related.get(number, {}) if self._module_of.get(other) == module]

    def referring(self, module: str, fields: Iterable[str], value: str) -> Iterator[int]:
        """Yield the records of `module` with one of `fields` equal to `value`, by number."""
        names = tuple(fields)
        table = self.table(module)
        for number in list(table.order):
            row = table.rows.get(number, {})
            if any(row.get(name) == value for name in names):
                yield number

    def note(self, module: str, number: int, user: int, status: int, changed: Mapping[str, tuple[str, str]]) -> None:
        """Append to the change history."""
        fields = tuple((name, old, new) for name, (old, new) in changed.items())
        with self.lock:
            self.history.append(Change(self.now(), module, number, user, status, fields))
