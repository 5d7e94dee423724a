# SPDX-License-Identifier: MIT
"""What every operation is handed: the switches, the tables, the tally; and how a refusal is said."""

import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from crmdesk.demo.store import StoredFile

Row = dict[str, Any]
MAX_SIZE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Where public sources are silent or disagree, a switch each; the names are options of the demo server.

    Attributes:
        token_s: An access token's life, seconds.
        login_failure: "200" (IsError in the body) or "401".
        calls_per_minute: Sliding limit by application token; None: no limit.
        retry_after_header: Whether a 429 carries the header beside its body.
        omitted: What PUT does with fields that are missing or null: "cleared" or "kept".
        linked_data: Whether quotation lines take their data from linked data.
        oversized: What Size above 1000 does: "capped" or "refused".
        default_size: Rows of a page where no Size is given.
        zone_suffix: What follows a date-time in replies: "" or "Z".
        enums_in_queries: "int": the database keeps numbers, a name in a query fails; "text": names compare.
        extra_properties: Deliveries have grown two fields that the description lacks.
        unknown_enums: The third person's status is one that the description does not know.
        nulls: Whatever is empty comes as null.
        creates_fail_every: Every n-th create fails, as the vendor says of quick ones; 0: never.
        notes_as_object: The notes of an activity come as one object, as described, not as an array.
    """

    token_s: int = 3600
    login_failure: str = "200"
    calls_per_minute: int | None = 250
    retry_after_header: bool = True
    omitted: str = "cleared"
    linked_data: bool = True
    oversized: str = "capped"
    default_size: int = 100
    zone_suffix: str = ""
    enums_in_queries: str = "int"
    extra_properties: bool = True
    unknown_enums: bool = False
    nulls: bool = False
    creates_fail_every: int = 0
    notes_as_object: bool = False


class Refusal(Exception):
    """An HTTP error with the body {"Message", "Type"} that the vendor shows for 429 (others: a guess)."""

    def __init__(self, status: int, message: str, kind: str = "ValidationException") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind


def not_found(what: str, number: object) -> Refusal:
    """Return the refusal for a record that is not there."""
    return Refusal(404, f"{what} with id {number} was not found", "NotFoundException")


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are no JSON


def as_number(text: str) -> int | None:
    """Return a part of a path as a number, None where it is none."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


@dataclass(slots=True)
class Tally:
    """What tests ask afterwards. `wipes` counts DELETE …/LinkedData without an id, `writing_queries` what was no SELECT."""

    wipes: int = 0
    writing_queries: int = 0
    creates: int = 0
    calls: int = 0


class Table:
    """The records of one resource by number, and their JSON, kept until the record changes."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.order: list[int] = []
        self._text: dict[int, str] = {}

    def put(self, number: int, row: Row) -> None:
        """Add or replace a record."""
        if number not in self.rows:
            self.order.insert(bisect_right(self.order, number), number)
        self.rows[number] = row
        self._text.pop(number, None)

    def remove(self, number: int) -> None:
        """Forget a record, if it is there."""
        if self.rows.pop(number, None) is not None:
            self.order.remove(number)
            self._text.pop(number, None)

    def text(self, number: int) -> str:
        """Return a record's JSON."""
        text = self._text.get(number)
        if text is None:
            text = self._text[number] = json.dumps(self.rows[number], separators=(",", ":"), ensure_ascii=False)
        return text


@dataclass(slots=True)
class Office:
    """The data of one pretended server. Tables are named by path ("Persons", "Persons/LinkedData", "Persons/Hooks")."""

    habits: Habits
    clock: Callable[[], float]
    lock: RLock = field(default_factory=RLock)
    tally: Tally = field(default_factory=Tally)
    tables: dict[str, Table] = field(default_factory=dict)
    files: dict[int, StoredFile] = field(default_factory=dict)
    notes: dict[int, list[Row]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def table(self, path: str) -> Table:
        """Return the table of that name, made on first use."""
        with self.lock:
            return self.tables.setdefault(path, Table())

    def new_number(self, sequence: str) -> int:
        """Return the next number of a sequence."""
        with self.lock:
            self._numbers[sequence] = self._numbers.get(sequence, 0) + 1
            return self._numbers[sequence]

    def stamp(self) -> str:
        """Return the server's clock as replies show it."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S") + self.habits.zone_suffix


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in: the path's parts, the URL's parameters by lower-case name, the body."""

    office: Office
    method: str
    user: str
    parts: tuple[str, ...]
    url: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body.

        Raises:
            Refusal: It is no JSON.
        """
        try:
            return json.loads(self.body, parse_constant=_no_constant)
        except ValueError:
            raise Refusal(400, "The request body is not valid JSON.", "JsonReaderException") from None

    def page(self) -> tuple[int, int]:
        """Return first and last row of the page wanted.

        Raises:
            Refusal: Page or Size is no positive number, or Size is too large where that is refused.
        """
        habits = self.office.habits
        try:
            page, size = int(self.url.get("page") or 1), int(self.url.get("size") or habits.default_size)
        except ValueError:
            raise Refusal(400, "Page and Size must be integers.") from None
        if page < 1 or size < 1:
            raise Refusal(400, "Page and Size must be greater than zero.")
        if size > MAX_SIZE and habits.oversized == "refused":
            raise Refusal(400, f"Size must not be greater than {MAX_SIZE}.")
        size = min(size, MAX_SIZE)
        return (page - 1) * size, page * size
