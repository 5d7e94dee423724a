# SPDX-License-Identifier: MIT
"""What both doors work on: the switches, the tables, the links, the files; and how a refusal is said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from crmdesk.demo.dialects.crmservice.catalogue import MODULES, Field, Module, Relation
from crmdesk.demo.store import StoredFile

Row = dict[str, Any]
"""A record by JSON:API names: str, int, bool, Decimal, tuple of str, None; times "2026-11-20 17:00:00" in UTC."""

_FIRST_NUMBER = 10000  # the seed's order names account 10000 and contact 10001


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Where public sources are silent or installations differ, a switch each; the names are options of the demo server.

    Attributes:
        style: "rpc" (rpc/encoded) or "document" (document/literal, wrapped).
        operations: "rich", or "poor": only the operations that the documents name, so nothing can be listed.
        multiref: Whether an object that repeats in an encoded reply comes once and as a reference from then on.
        array_type: xsi:type of arrays in replies: "declared" (ns1:ProductArray) or "generic" (SOAP-ENC:Array).
        required_elements: Whether the WSDL declares every element required, as the helper does unless told otherwise.
        soap_action: "" or "method" (the address with the method's name behind it).
        wsdl_address: Host that the WSDL names; empty: the one that was asked.
        fault_code: Code of the faults that the managers raise.
        session_s: How long a session lives after its last call, seconds.
        bulk_reply: What bulkEntitySave answers for each record saved: "ids" or "records".
        key_as_token: Whether the API key is a bearer token too.
        total: meta.total of lists: "absent", "right" or "page" (the rows of the page: wrong).
        default_page_size: Rows of a page where no size is given; larger_pages: what a size above max_page_size
            does: "capped" or "refused".
        decimals: "text" or "number" in JSON; references: "number" or "text".
        zone_suffix: What follows a date-time in JSON.
        unknown_attributes: What writing one does: "refused" or "ignored".
        relationship_links: Whether the resources of a list have links for every relation, as single ones have.
    """

    style: str = "rpc"
    operations: str = "rich"
    multiref: bool = True
    array_type: str = "declared"
    required_elements: bool = False
    soap_action: str = ""
    wsdl_address: str = ""
    fault_code: str = "SERVER"
    session_s: float = 3600
    bulk_reply: str = "ids"
    key_as_token: bool = False
    total: str = "absent"
    default_page_size: int = 20
    max_page_size: int = 500
    larger_pages: str = "capped"
    decimals: str = "text"
    references: str = "number"
    zone_suffix: str = "+00:00"
    unknown_attributes: str = "refused"
    relationship_links: bool = False


class Refusal(Exception):
    """What is refused and why: a fault at one door, an HTTP error at the other. `field` is a JSON:API name or empty."""

    def __init__(self, status: int, message: str, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field


@dataclass(slots=True)
class Office:
    """The data of one pretended server; whoever works on it holds `lock`, as the site does for each request."""

    habits: Habits
    clock: Callable[[], float]
    lock: RLock = field(default_factory=RLock)
    tables: dict[str, dict[int, Row]] = field(default_factory=lambda: {name: {} for name in MODULES})
    links: dict[str, dict[tuple[int, int], None]] = field(default_factory=dict)
    files: dict[int, StoredFile] = field(default_factory=dict)
    passwords: dict[int, str] = field(default_factory=dict)  # by number of the portal user
    _module_of: dict[int, str] = field(default_factory=dict)
    _last: int = _FIRST_NUMBER - 1
    _counts: dict[str, int] = field(default_factory=dict)
    _children: dict[tuple[str, str], tuple[int, dict[int, list[int]]]] = field(default_factory=dict)
    _changes: int = 0

    def now(self) -> str:
        """Return the server's clock as rows keep it."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%d %H:%M:%S")

    def new_number(self) -> int:
        """Return the next record number, one sequence for all modules."""
        self._last += 1
        return self._last

    def count_up(self, module: str, start: int = 1) -> int:
        """Return the next number of a module's own sequence."""
        self._counts[module] = self._counts.get(module, start - 1) + 1
        return self._counts[module]

    def put(self, module: str, row: Row) -> Row:
        """Add or replace a record."""
        self.tables[module][row["id"]] = row
        if "owner_id" in MODULES[module].fields:
            self._module_of[row["id"]] = module
        self._changes += 1
        return row

    def changed(self) -> None:
        """Note that rows were changed in place."""
        self._changes += 1

    def module_of(self, number: int) -> str | None:
        """Return the module of a record that has an owner, None where there is none of that number."""
        return self._module_of.get(number)

    def find(self, module: str, number: int | None) -> Row:
        """Return a record.

        Raises:
            Refusal: 404.
        """
        row = self.tables[module].get(number) if number is not None else None
        if row is None:
            raise Refusal(404, f"The requested resource {module} with id {number} doesn't exist")
        return row

    def remove(self, module: str, number: int) -> None:
        """Delete a record with its rows and links; what points to it goes on pointing."""
        self.tables[module].pop(number, None)
        self._module_of.pop(number, None)
        self._changes += 1
        for pairs in self.links.values():
            for pair in [pair for pair in pairs if number in pair]:
                del pairs[pair]
        rows = MODULES[module].row_module
        for child in self.children(rows, "entity_id", number) if rows else ():
            self.tables[rows].pop(child["id"], None)

    def link(self, key: str, left: int, right: int) -> None:
        """Join two records of a many-to-many relation ("accounts-activities")."""
        self.links.setdefault(key, {})[(left, right)] = None

    def children(self, module: str, field_name: str, number: int) -> list[Row]:
        """Return the records of `module` whose reference holds `number`, by number."""
        made_at, index = self._children.get((module, field_name), (-1, {}))
        if made_at != self._changes:
            index = {}
            for row in self.tables[module].values():
                index.setdefault(row.get(field_name), []).append(row["id"])  # type: ignore[arg-type]  # None is a key like any
            self._children[(module, field_name)] = (self._changes, index)
        table = self.tables[module]
        return [table[child] for child in index.get(number, ()) if child in table]

    def related(self, relation: Relation, row: Row) -> list[Row]:
        """Return the records at the other end of a relation, by number."""
        if relation.kind == "one":
            other = self.tables[relation.module].get(row.get(relation.field) or 0)
            return [other] if other is not None else []
        if relation.kind == "many":
            return self.children(relation.module, relation.field, row["id"])
        here, there = (0, 1) if relation.is_left else (1, 0)
        pairs = self.links.get(relation.link, {})
        found = sorted(pair[there] for pair in pairs if pair[here] == row["id"])
        table = self.tables[relation.module]
        return [table[number] for number in found if number in table]


def blank(module: Module) -> Row:
    """Return a record in which nothing was said: text areas are empty, everything else is NULL."""
    return {name: "" if f.kind == "text" else () if f.kind == "multi" else None for name, f in module.fields.items()}


def writable(module: Module) -> Iterator[Field]:
    """Yield the fields that a client may set; a row's document too, when it is made."""
    return (f for f in module.fields.values() if not f.is_servers_own)
