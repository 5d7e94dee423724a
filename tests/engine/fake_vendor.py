# SPDX-License-Identifier: MIT
"""A vendor without a network: records in memory, delays and faults as the test scripts them."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn, TypeVar

from crmdesk.connectors.port import Connector, Endpoint, Http, ProfileField, Reply, VendorPlugin
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import Invalid, NotFound, SessionExpired, TimedOut, Unsupported
from crmdesk.domain.identity import Identity
from crmdesk.domain.matching import matches
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId, VendorName
from crmdesk.domain.query import Op, Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineItem, LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.values import Value
from crmdesk.engine.feed import sort_records

T = TypeVar("T")

ACCOUNTS = ModuleName("Accounts")
NAME, CITY, STAFF = FieldName("accountname"), FieldName("bill_city"), FieldName("employees")
MODULE = Module(name=ACCOUNTS, label="Account", label_plural="Accounts")
FIELDS = (
    Field(name=NAME, label="Account name", required=True),
    Field(name=FieldName("account_no"), label="Number", read_only=True),
    Field(name=CITY, label="City"),
    Field(name=STAFF, label="Employees", type=FieldType.INTEGER),
    Field(name=FieldName("revenue"), label="Revenue", type=FieldType.MONEY),
    Field(name=FieldName("founded"), label="Founded", type=FieldType.DATE),
    Field(name=FieldName("modified"), label="Modified", type=FieldType.DATETIME, read_only=True),
    Field(name=FieldName("opens"), label="Opens", type=FieldType.TIME),
    Field(name=FieldName("active"), label="Active", type=FieldType.BOOLEAN),
    Field(
        name=FieldName("industry"),
        label="Industry",
        type=FieldType.CHOICE,
        choices=(Choice("it", "Computers"), Choice("food", "Food")),
    ),
    Field(name=FieldName("tags"), label="Tags", type=FieldType.MULTI_CHOICE),
    Field(name=FieldName("parent"), label="Member of", type=FieldType.REFERENCE, refers_to=(ACCOUNTS,)),
)
SCHEMA = Schema(MODULE, FIELDS, NAME, FieldName("account_no"))
CAPABILITIES = Capabilities(
    filters=frozenset({Op.EQ, Op.CONTAINS}), max_order_fields=1, max_page_size=10, can_count=True, max_sessions=3
)


@dataclass(slots=True)
class Fault:
    """What befalls an operation; ``error`` None = nothing. ``done``: it is carried out, only the answer is lost."""

    error: Exception | None
    done: bool = False


@dataclass
class FakeServer:
    """What every connector of one test talks to; safe from any thread.

    Attributes:
        log: operations in the order they began, with the records they were about.
        faults: by operation, each strikes once.
        gates: by operation: it waits until the event is set.
        on_write: turns wanted values into stored ones, as a server's own rules do.
        most_logins: logins that were ever under way at once.
        tells_raw: one record comes with the reply as it was; off, so that records compare equal.
        documents: sales documents by key. on_save: turns the lines sent into those kept, as a server's own ways do.
        names_anew: every save gives every line a new key.
        schema: what it says of its one module.
    """

    capabilities: Capabilities = CAPABILITIES
    records: dict[str, Record] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    gates: dict[str, threading.Event] = field(default_factory=dict)
    begun: dict[str, threading.Event] = field(default_factory=dict)
    on_write: Callable[[Mapping[FieldName, Value]], Mapping[FieldName, Value]] = dict
    user: str = "admin"
    tells_raw: bool = False
    good_sessions: set[int] = field(default_factory=set)
    threads: dict[int, set[int]] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    workflow_log: list[bool] = field(default_factory=list)
    logins_now: int = 0
    most_logins: int = 0
    number: int = 0
    documents: dict[str, SalesDocument] = field(default_factory=dict)
    on_save: Callable[[tuple[LineItem, ...]], tuple[LineItem, ...]] = tuple
    names_anew: bool = False
    shape: LineShape = field(default_factory=LineShape)
    products: list[ProductHit] = field(default_factory=list)
    schema: Schema = SCHEMA
    guard: threading.Lock = field(default_factory=threading.Lock)

    def add(self, key: str, version: str | None = None, **values: Value) -> Record:
        """Put a record there, as another user would."""
        named = {FieldName(name): value for name, value in values.items()}
        record = Record(RecordId(ACCOUNTS, key), named, version=version)
        self.records[key] = record
        return record

    def poke(self, key: str, **values: Value) -> None:
        """Change a record behind everybody's back."""
        named = {FieldName(name): value for name, value in values.items()}
        old = self.records[key]
        self.records[key] = replace(old, values={**old.values, **named})

    def add_document(self, key: str, *lines: LineItem, **values: Value) -> SalesDocument:
        """Put a sales document there; lines are named L1, L2 …"""
        named = tuple(replace(line, key=f"L{at}", position=at) for at, line in enumerate(lines, 1))
        self.documents[key] = SalesDocument(header=self.add(key, None, **values), lines=named)
        return self.documents[key]

    def poke_lines(self, key: str, change: Callable[[tuple[LineItem, ...]], tuple[LineItem, ...]]) -> None:
        """Change a document's lines behind everybody's back."""
        old = self.documents[key]
        self.documents[key] = replace(old, lines=change(old.lines))

    def fail(self, operation: str, error: Exception, *, done: bool = False, times: int = 1) -> None:
        """The next ``times`` calls of the operation meet this."""
        self.faults.setdefault(operation, deque()).extend(Fault(error, done) for _ in range(times))

    def hold(self, operation: str) -> threading.Event:
        """Let the operation wait until the returned event is set; ``began(operation)`` tells that it does."""
        self.begun[operation] = threading.Event()
        self.gates[operation] = threading.Event()
        return self.gates[operation]

    def expire(self) -> None:
        """Every session is over."""
        self.good_sessions.clear()

    def did(self, operation: str) -> int:
        """How often it was begun."""
        return sum(name == operation for name, _ in self.log)


class FakeHttp:
    """Stands for the connection: ``abort`` wakes whoever waits."""

    def __init__(self) -> None:
        self.aborted = threading.Event()
        self.closed = False

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        raise AssertionError("the fake vendor sends nothing")

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        raise AssertionError("the fake vendor sends nothing")

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool,
    ) -> Reply:
        raise AssertionError("the fake vendor sends nothing")

    def add_secret(self, secret: str) -> None:
        """Nothing is ever shown."""

    def redacted(self, text: str) -> str:
        return text

    def abort(self) -> None:
        self.aborted.set()

    def close(self) -> None:
        self.closed = True


class FakeConnector:
    """One conversation with a ``FakeServer``; complains about a second thread."""

    def __init__(self, server: FakeServer, http: Http) -> None:
        self._server, self._http = server, http
        self._session = 0
        server.threads[id(self)] = set()

    @property
    def capabilities(self) -> Capabilities:
        return self._server.capabilities

    def login(self) -> Identity:
        server = self._server
        with server.guard:
            server.logins_now += 1
            server.most_logins = max(server.most_logins, server.logins_now)
        try:
            self._begin("login", "")
            self._strike("login")
        finally:
            with server.guard:
                server.logins_now -= 1
        with server.guard:
            server.number += 1
            self._session = server.number
            server.good_sessions.add(self._session)
        return Identity(user=server.user, full_name="Ada Admin", server="fake 1.0")

    def list_modules(self) -> tuple[Module, ...]:
        return self._do("list_modules", "", lambda: (self._server.schema.module,))

    def describe(self, module: ModuleName) -> Schema:
        return self._do(
            "describe", module, lambda: self._server.schema if module == ACCOUNTS else self._missing(module)
        )

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        def page() -> Page:
            start = int(after or "0")
            found = self._found(query)
            rows = tuple(self._narrowed(r, query.fields) for r in found[start : start + limit])
            more = start + limit < len(found)
            return Page(rows, Cursor(str(start + limit)) if more else None, len(found))

        return self._do("fetch_page", after or "", page)

    def count(self, query: Query) -> int:
        if not self.capabilities.can_count:
            raise Unsupported("counting")
        return self._do("count", query.module, lambda: len(self._found(query)))

    def explain(self, query: Query, limit: int) -> str:
        return self._do("explain", query.module, lambda: f"FIND {query.module} LIMIT {limit}")

    def fetch(self, record: RecordId) -> Record:
        def find() -> Record:
            found = self._server.records.get(record.key) or self._missing(record.key)
            return replace(found, raw=repr(found.values)) if self._server.tells_raw else found

        return self._do("fetch", record.key, find)

    def create(self, change: Create) -> Record:
        def add() -> Record:
            if not change.values.get(NAME):
                raise Invalid("The name is missing.", per_field={NAME: "Fill in the account name."})
            with self._server.guard:
                self._server.number += 1
                key = f"A{self._server.number}"
            record = Record(RecordId(change.module, key), {}, version="1")
            return self._store(record, change.values)

        return self._do("create", change.temp_id, add)

    def update(self, change: Update) -> Record:
        key = change.before.id.key
        return self._do(
            "update",
            key,
            lambda: self._store(self._server.records.get(key) or self._missing(key), change.values),
        )

    def delete(self, change: Delete) -> None:
        key = change.before.id.key

        def remove() -> None:
            if self._server.records.pop(key, None) is None:
                self._missing(key)

        self._do("delete", key, remove)

    def fetch_document(self, record: RecordId) -> SalesDocument:
        return self._do("fetch_document", record.key, lambda: self._document(record.key))

    def save_document(self, change: SaveDocument) -> SalesDocument:
        server, key = self._server, change.after.header.id.key

        def save() -> SalesDocument:
            if change.before is None:
                return self._make(change.after)
            old = self._document(key)
            known = {line.key for line in old.lines}
            assert all(line.key is None or line.key in known for line in change.after.lines), "a key nobody knows"
            kept = []
            for at, line in enumerate(server.on_save(change.after.lines), 1):
                server.number += 1
                name = f"S{server.number}" if line.key is None or server.names_anew else line.key
                kept.append(replace(line, key=name, position=at))
            server.documents[key] = replace(old, lines=tuple(kept))
            return self._document(key)

        return self._do("save_document", key, save)

    def _make(self, wanted: SalesDocument) -> SalesDocument:
        """A new document, its lines as the server keeps them."""
        server, module = self._server, wanted.header.id.module
        with server.guard:
            server.number += 1
            key = f"D{server.number}"
        header = self._store(Record(RecordId(module, key), {}, version="1"), wanted.header.values)
        server.documents[key] = replace(wanted, header=header, lines=())
        kept = enumerate(server.on_save(wanted.lines), 1)
        lines = tuple(replace(line, key=f"{key}-{at}", position=at) for at, line in kept)
        server.documents[key] = replace(server.documents[key], lines=lines)
        return self._document(key)

    def line_shape(self, module: ModuleName) -> LineShape:
        if not self._server.documents:
            raise Unsupported("lines in this kind of record")
        return self._do("line_shape", module, lambda: self._server.shape)

    def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        def find() -> tuple[ProductHit, ...]:
            wanted = words.casefold().split()
            found = (
                hit for hit in self._server.products if all(w in f"{hit.name} {hit.number}".casefold() for w in wanted)
            )
            return tuple(found)[:limit]

        return self._do("find_products", words, find)

    def known_products(self, products: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        def find() -> tuple[ProductHit, ...]:
            return tuple(replace(hit, is_whole=True) for hit in self._server.products if hit.line.product in products)

        return self._do("known_products", str(len(products)), find)

    def _document(self, key: str) -> SalesDocument:
        if not self._server.documents:
            raise Unsupported("sales documents")
        found = self._server.documents.get(key) or self._missing(key)
        return replace(found, header=self._server.records[key])

    def run_workflows(self, wanted: bool) -> None:
        self._server.workflow_log.append(wanted)

    def close(self) -> None:
        self._server.left.append(threading.get_ident())

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _begin(self, operation: str, about: str) -> None:
        """Note it, check the thread, wait at the gate."""
        self._server.threads[id(self)].add(threading.get_ident())
        self._server.log.append((operation, about))
        gate = self._server.gates.get(operation)
        if gate is not None:
            self._server.begun[operation].set()
            assert isinstance(self._http, FakeHttp)
            while not gate.wait(0.002):
                if self._http.aborted.is_set():
                    self._http.aborted.clear()
                    raise TimedOut("Broken off.", sent=True)

    def _do(self, operation: str, about: str, work: Callable[[], T]) -> T:
        self._begin(operation, about)
        if self._session not in self._server.good_sessions:
            raise SessionExpired("The session is over.")
        self._strike(operation, work)
        return work()

    def _strike(self, operation: str, work: Callable[[], object] = lambda: None) -> None:
        """Raise what the test has scripted, after the work where only the answer is to be lost."""
        faults = self._server.faults.get(operation)
        fault = faults.popleft() if faults else None
        if fault is not None and fault.error is not None:
            if fault.done:
                work()
            raise fault.error

    def _found(self, query: Query) -> list[Record]:
        rows = [r for r in self._server.records.values() if matches(query.where, r.values)]
        return sort_records(rows, query.order)

    def _store(self, record: Record, wanted: Mapping[FieldName, Value]) -> Record:
        version = None if record.version is None else str(int(record.version) + 1)
        stored = replace(record, values={**record.values, **self._server.on_write(wanted)}, version=version)
        self._server.records[record.id.key] = stored
        return stored

    @staticmethod
    def _narrowed(record: Record, fields: tuple[FieldName, ...]) -> Record:
        return replace(record, values={n: v for n, v in record.values.items() if not fields or n in fields})

    @staticmethod
    def _missing(name: str) -> NoReturn:
        raise NotFound(f"There is no {name}.")


def plugin_of(server: FakeServer) -> VendorPlugin:
    """The vendor that talks to ``server``."""

    def connect(endpoint: Endpoint, http: Http) -> Connector:
        return FakeConnector(server, http)

    return VendorPlugin(
        vendor=VendorName("fake"),
        title="Fake",
        summary="in memory",
        profile_fields=(
            ProfileField(name="user", label="User"),
            ProfileField(name="key", label="Key", secret=True),
            ProfileField(name="pin", label="PIN", secret=True, required=False),
        ),
        capabilities=server.capabilities,
        connect=connect,
    )
