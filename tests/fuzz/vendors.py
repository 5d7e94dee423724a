# SPDX-License-Identifier: MIT
"""A vendor's whole reading side: its connector over a pretended server in this process, one of whose answers is spoilt.

An input is two bytes and an answer: which operation, which of its answers is replaced and under which status.
"""

import base64
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from crmdesk.connectors.port import (
    CallsDocumented,
    Connector,
    EditsLines,
    Endpoint,
    FindsAnywhere,
    FindsByKeywords,
    FindsDuplicates,
    KeepsHistory,
    RelatesRecords,
    Reply,
    RunsQueries,
    StoresDocuments,
    SyncsChanges,
    in_use,
)
from crmdesk.connectors.registry import find_plugins
from crmdesk.connectors.roles import HistoryFilter
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.demo.dialect import Request
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Create, SaveDocument, Update
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, ModuleName, RecordId, VendorName
from crmdesk.domain.query import Compare, Op, Query
from tests.soak.worlds import World, _given

STATUSES = (200, 200, 200, 200, 400, 401, 404, 422, 500, 503)
_RUNS_A_CONNECTOR = 100
"""Then a new one, so that what it has learnt from spoilt answers does not hide the next."""
_LONGEST = 60_000


class _Tape:
    """What the connector talks over: the pretended server, called as a function."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.replace_at = -1
        self.instead = (200, b"")
        self.calls = 0
        self.heard: list[bytes] = []

    def answer(self, prepared: Any) -> tuple[int, bytes, Mapping[str, str]]:
        self.calls += 1
        parts = urlsplit(prepared.url)
        found = self.server.find(parts.path)
        assert found is not None, prepared.url
        body = prepared.body or b""
        raw = body.encode() if isinstance(body, str) else bytes(body)
        headers = {name.lower(): str(value) for name, value in prepared.headers.items()}
        reply = found[1].handle(Request(prepared.method, found[2], parts.query, headers, raw))
        self.heard.append(reply.body)
        headers = {"Content-Type": reply.content_type, **reply.headers}
        if self.calls - 1 == self.replace_at:
            return self.instead[0], self.instead[1], headers
        return reply.status, reply.body, headers


class _TapeHttp(HttpClient):
    """The real client but for the wire."""

    def __init__(self, tape: _Tape) -> None:
        super().__init__(proxy="")
        self._tape = tape

    def _once(self, prepared: Any, host: str, write: bool, may_repeat: bool) -> Reply:
        status, body, headers = self._tape.answer(prepared)
        return Reply(status=status, headers=headers, body=body, url=self.redacted(str(prepared.url)))


class VendorDecoder:
    """One interface of a vendor; ``check`` raises only where something else than a CrmError came out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._server: DemoServer | None = None
        self._runs = 0
        self._crm: Connector | None = None
        self._tape: _Tape | None = None
        self._operations: list[Callable[[], object]] = []

    def seeds(self) -> list[bytes]:
        """True answers of the pretended server, each with the operation that asks for it."""
        found: list[bytes] = []
        for number in range(len(self._ready())):
            operations = self._ready(renew=True)
            tape = self._tape
            assert tape is not None
            tape.heard.clear()
            with suppress(CrmError):
                operations[number]()
            for at, body in enumerate(tape.heard[:4]):
                if len(body) <= _LONGEST:
                    found.append(bytes([number, at * len(STATUSES)]) + body)
        return found

    def check(self, data: bytes) -> None:
        """Let the connector read a spoilt answer."""
        if len(data) < 2:
            return
        self._runs += 1
        operations = self._ready(renew=self._runs % _RUNS_A_CONNECTOR == 0)
        tape = self._tape
        assert tape is not None
        at, status = divmod(data[1], len(STATUSES))
        tape.calls, tape.replace_at, tape.instead = 0, at % 4, (STATUSES[status], data[2:])
        tape.heard.clear()
        try:
            with suppress(CrmError):
                operations[data[0] % len(operations)]()
        finally:
            tape.replace_at = -1

    def _ready(self, *, renew: bool = False) -> list[Callable[[], object]]:
        if self._crm is not None and not renew:
            return self._operations
        if self._server is None:
            from crmdesk.connectors.vendors.webcrm import session
            from crmdesk.connectors.vendors.webcrm.limiter import Limiter

            vars(session)["limiter_for"] = lambda *_: Limiter(
                clock=count(0, 1.0).__next__, sleep=lambda _s: None
            )  # nobody waits here
            self._server = DemoServer(rows=12, options=self.world.options)
        self._crm, self._tape = self._signed_in(self._server)
        self._operations = _operations(self._crm, self.world)
        return self._operations

    def _signed_in(self, server: DemoServer) -> tuple[Connector, _Tape]:
        server.url = lambda vendor: _address(server, vendor)  # type: ignore[method-assign]  # it listens nowhere
        given, tape = _given(self.world, server), _Tape(server)
        endpoint = Endpoint(url=given["url"], settings=given["set"], secrets=given["secrets"])
        connector = find_plugins()[VendorName(self.world.vendor)].connect(endpoint, _TapeHttp(tape))
        connector.login()
        return in_use(connector), tape


def _address(server: DemoServer, vendor: str) -> str:
    dialect = next(one for one in server.dialects if one.vendor == vendor)
    return f"http://127.0.0.1:9{dialect.path}{dialect.entry}"


def _operations(crm: Connector, world: World) -> list[Callable[[], object]]:
    """Everything that reads an answer; each begins from what the connector has learnt so far."""
    module, field, title = ModuleName(world.module), world.names[0], FieldName(world.title[0])
    first = crm.fetch_page(Query(module, (field,)), None, 5).records[0]
    record, orders = first.id, ModuleName(world.orders)
    order = crm.fetch_page(Query(orders, ()), None, 1).records[0].id if world.orders else record
    whole = crm.fetch(record)
    made: list[Callable[[], object]] = [
        crm.login,
        crm.list_modules,
        lambda: crm.describe(module),
        lambda: crm.fetch_page(Query(module, (field, title), Compare(field, Op.CONTAINS, "a")), None, 5),
        lambda: crm.fetch_page(Query(module, (field, title)), None, 5),
        lambda: crm.count(Query(module, ())),
        lambda: crm.fetch(record),
        lambda: crm.create(Create("t", module, {title: "Fuzz", field: "x"})),
        lambda: crm.update(Update(whole, {field: "y"})),
    ]
    if world.orders:
        made += [lambda: crm.fetch_document(order), lambda: _saved(crm, order)]
    return [*made, *_by_role(crm, module, record, order, first)]


def _saved(crm: Connector, order: RecordId) -> None:
    held = crm.fetch_document(order)
    crm.save_document(SaveDocument(held, held))


def _by_role(
    crm: Connector, module: ModuleName, record: RecordId, order: RecordId, first: Any
) -> list[Callable[[], object]]:
    made: list[Callable[[], object]] = []
    if isinstance(crm, RelatesRecords):
        made.append(lambda: [crm.list_related(record, one) for one in crm.list_relations(record)[:2]])
    if isinstance(crm, StoresDocuments):
        made.append(lambda: [crm.download(one) for one in crm.list_attachments(record)[:1]])
    if isinstance(crm, KeepsHistory):
        made += [crm.history_properties, lambda: crm.history(HistoryFilter())]
    if isinstance(crm, SyncsChanges):
        made.append(lambda: crm.changes_since(module, crm.sync_token(module)))
    if isinstance(crm, EditsLines):
        made.append(lambda: (crm.line_shape(order.module), crm.find_products(order.module, "a", 3)))
    if isinstance(crm, FindsAnywhere):
        made.append(lambda: crm.find_anywhere("a", 3))
    if isinstance(crm, FindsByKeywords):
        made.append(lambda: crm.find_by_keywords(module, "a", 3))
    if isinstance(crm, FindsDuplicates):
        made.append(lambda: crm.find_duplicates(Create("t", module, dict(first.values))))
    if isinstance(crm, RunsQueries):
        made.append(lambda: crm.run_query(_native(crm, module)))
    if isinstance(crm, CallsDocumented):
        made.append(lambda: [crm.call(one.name, {}) for one in crm.operations()[:3]])
    return made


def _native(crm: Connector, module: ModuleName) -> str:
    return crm.explain(Query(module, ()), 3).splitlines()[-1]


def encoded(data: bytes) -> str:
    """An input as text, to be run again."""
    return base64.b64encode(data).decode()
