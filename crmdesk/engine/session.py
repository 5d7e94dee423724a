# SPDX-License-Identifier: MIT
"""AccountSession: the async face of one account.

Each lane holds one connector with a login of its own. A session that the server dropped is opened again once, for
reads and for writes alike: the server says so before it does anything.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

from crmdesk.connectors.port import Connector, Endpoint, Http, SwitchesWorkflows, VendorPlugin, in_use
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import CrmError, NotFound, NotPermitted, SessionExpired, Unsupported
from crmdesk.domain.identity import Identity
from crmdesk.domain.labels import Told
from crmdesk.domain.names import Cursor, ModuleName, RecordId
from crmdesk.domain.planning import Plan, plan
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineShape, SalesDocument
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.engine.descriptions import Descriptions, all_roles
from crmdesk.engine.events import Event
from crmdesk.engine.lanes import Lanes
from crmdesk.engine.moments import Clock, Seen
from crmdesk.engine.profiles import Profile
from crmdesk.engine.seats import Seat, interrupt, leave
from crmdesk.engine.storage import Storage

R = TypeVar("R")
T = TypeVar("T")

_MOST_LANES = 4


@dataclass(frozen=True, slots=True)
class Health:
    """How the last exchange went; ``error`` None = it went well."""

    latency_ms: float
    error: CrmError | None = None


class AccountSession:
    """One open account. Owned by the desk; used on the loop's thread.

    Attributes:
        health: emitted after every exchange.
        seen: emitted when single records were read whole, written, or found to be gone. clock: of the moments in it.
        plugin: the vendor. profile: the account.
        moved: ``away`` is otherwise now.
    """

    def __init__(
        self,
        profile: Profile,
        plugin: VendorPlugin,
        make_endpoint: Callable[[], Endpoint],
        make_http: Callable[[], Http],
        storage: Storage,
        told: Told = lambda text: text,
    ) -> None:
        self.profile, self.plugin, self.storage = profile, plugin, storage
        self.moved: Event[bool] = Event()
        self._away = False
        self.health: Event[Health] = Event()
        self.seen: Event[Seen] = Event()
        self.clock = Clock()
        self._make_endpoint, self._make_http = make_endpoint, make_http
        self._login = threading.Lock()  # two logins of one user at once disturb each other on some servers
        self._lanes = self._new_lanes()
        self._may_ask = asyncio.Event()
        self._may_ask.set()
        self._identity: Identity | None = None
        self._last_user_id = ""
        self._typed: frozenset[str] = frozenset()
        self._described = Descriptions(self, storage, told)
        self.capabilities: Capabilities = plugin.capabilities
        self.roles: frozenset[type] = frozenset()

    @property
    def away(self) -> bool:
        """Whoever watches the account found its server out of reach; what is remembered of modules, fields and lines is
        given meanwhile."""
        return self._away

    @away.setter
    def away(self, away: bool) -> None:
        if away != self._away:
            self._away = away
            self.moved.emit(away)

    @property
    def lane_count(self) -> int:
        """How many exchanges may be under way at once."""
        return _lanes_for(self.plugin.capabilities)

    # ---- calls -------------------------------------------------------------------------------------------------

    async def ask(self, work: Callable[[Connector], T]) -> T:
        """Read something. Cancelling breaks the exchange off.

        Raises:
            CrmError.
        """
        return await self._call(work, abandon=True)

    async def tell(self, work: Callable[[Connector], T]) -> T:
        """Write something; shield the call, since what is on the wire cannot be taken back.

        Raises:
            CrmError; NotPermitted is not asked here: ``applying`` guards read-only accounts.
        """
        return await self._call(work, abandon=False)

    async def ask_role(self, role: type[R], work: Callable[[R], T]) -> T:
        """Read through a role.

        Raises:
            Unsupported: this vendor does not offer it.
        """
        return await self.ask(_as_role(role, work))

    async def tell_role(self, role: type[R], work: Callable[[R], T]) -> T:
        """Write through a role."""
        return await self.tell(_as_role(role, work))

    def offers(self, role: type) -> bool:
        """Whether this server plays a role; known after the first login."""
        return role in self.roles

    # ---- who and what --------------------------------------------------------------------------------------------

    async def identity(self, *, fresh: bool = False) -> Identity:
        """Who the server says we are; ``fresh`` signs in anew, so that the answer is from now."""
        if self._identity is None or fresh:
            await self._may_ask.wait()
            self._identity = await self._lanes.call(lambda seat: self._sign_in(seat, again=True), abandon=True)
        return self._identity

    @property
    def known_identity(self) -> Identity | None:
        """Who the server said we are, None where it was not asked yet; asks nothing."""
        return self._identity

    @property
    def known_modules(self) -> tuple[Module, ...]:
        """The modules as they were listed last, in this run or at the last visit; asks nothing."""
        return self._described.known_modules

    @property
    def user_id(self) -> str:
        """The person's own id on the server, as told in this run or at the last visit; "" = not known."""
        return self._identity.user_id if self._identity is not None else self._last_user_id

    async def recall(self) -> None:
        """Know what the server could do at the last visit, and for whom, until somebody signs in; asks nothing."""
        if not self.roles:
            self.roles = await self._described.remembered_roles()
        self._last_user_id = await self._described.remembered_user_id()

    async def modules(self, *, fresh: bool = False) -> tuple[Module, ...]:
        """The user's modules; kept for this session and remembered on disk, for while the server is away."""
        return await self._described.modules(fresh=fresh)

    async def remembered_modules(self) -> tuple[Module, ...]:
        """The modules of the last visit, so that the tree stands before the server answers; may be empty."""
        return await self._described.remembered_modules()

    async def module(self, name: ModuleName) -> Module:
        """One module.

        Raises:
            Unsupported: the user sees no module of that name.
        """
        for module in await self.modules():
            if module.name == name:
                return module
        raise Unsupported(sentence("a module named {name}", name=name))

    async def schema(self, name: ModuleName, *, fresh: bool = False) -> Schema:
        """A module's fields; kept for this session and remembered on disk, for while the server is away.

        Where the server describes nothing, what earlier visits saw is joined to what is seen now.
        """
        return await self._described.schema(name, fresh=fresh)

    def known_schema(self, name: ModuleName) -> Schema | None:
        """The schema if it was read in this session."""
        return self._described.known_schema(name)

    async def remembered_schema(self, name: ModuleName) -> Schema | None:
        """The schema as it was at the last visit, for looking at staged edits while the server is away."""
        return await self._described.remembered_schema(name)

    # ---- rows and records ------------------------------------------------------------------------------------------

    async def plan(self, query: Query) -> Plan:
        """Who filters and sorts what."""
        schema = await self.schema(query.module)
        return plan(query, self.capabilities, schema)

    async def fetch_page(self, pushed: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a planned query."""
        return await self.ask(lambda c: c.fetch_page(pushed, after, limit))

    async def count(self, pushed: Query) -> int:
        """Rows of a planned query on the server."""
        return await self.ask(lambda c: c.count(pushed))

    async def explain(self, pushed: Query) -> str:
        """The vendor's own text for a planned query."""
        return await self.ask(lambda c: c.explain(pushed, c.capabilities.max_page_size))

    async def fetch(self, record: RecordId) -> Record:
        """One record, whole."""
        asked = self.clock.asked()
        try:
            return self._saw(await self.ask(lambda c: c.fetch(record)), asked)
        except NotFound:
            self.seen.emit(Seen(asked, gone=(record,)))
            raise

    def _saw(self, record: Record, asked: int | None = None) -> Record:
        """Tell of it. What a write has read back is newer than every question that was asked before it was done."""
        self.seen.emit(Seen(self.clock.asked() if asked is None else asked, (record,)))
        return record

    async def create(self, change: Create, *, workflows: bool = True) -> Record:
        """Add a record."""
        return self._saw(await self.tell(_with_workflows(workflows, lambda c: c.create(change))))

    async def update(self, change: Update, *, workflows: bool = True) -> Record:
        """Change a record."""
        return self._saw(await self.tell(_with_workflows(workflows, lambda c: c.update(change))))

    async def delete(self, change: Delete, *, workflows: bool = True) -> None:
        """Remove a record."""
        await self.tell(_with_workflows(workflows, lambda c: c.delete(change)))
        self.seen.emit(Seen(self.clock.asked(), gone=(change.before.id,)))

    async def fetch_document(self, record: RecordId) -> SalesDocument:
        """A sales document with its lines."""
        asked = self.clock.asked()
        document = await self.ask(lambda c: c.fetch_document(record))
        self.seen.emit(Seen(asked, (document.header,), documents=(document,)))
        return document

    async def line_shape(self, module: ModuleName) -> LineShape:
        """What the lines of a module's documents can hold; kept for this session and remembered on disk.

        Raises:
            Unsupported: its records have no lines.
        """
        return await self._described.line_shape(module)

    def known_line_shape(self, module: ModuleName) -> LineShape | None:
        """The same, if it was read in this session."""
        return self._described.known_line_shape(module)

    async def save_document(self, change: SaveDocument, *, workflows: bool = True) -> SalesDocument:
        """Bring a document's lines to a wanted state; the answer is read back."""
        document = await self.tell(_with_workflows(workflows, lambda c: c.save_document(change)))
        self.seen.emit(Seen(self.clock.asked(), (document.header,), documents=(document,)))
        return document

    # ---- its end -----------------------------------------------------------------------------------------------------

    def sign_out(self) -> None:
        """Leave every seat with its token as soon as the exchange on it has ended; for a lock.

        Until ``sign_in_again`` reads wait and writes are refused. The caller has waited for writes.
        """
        self._may_ask.clear()
        former, self._lanes = self._lanes, self._new_lanes()
        former.retire()
        self._identity = None

    def refuse_while_locked(self) -> None:
        """A write that is wanted now must not wait and leave hours later.

        Raises:
            NotPermitted: signed out for a lock.
        """
        if not self._may_ask.is_set():
            raise NotPermitted(sentence("The account is locked, so nothing was sent. Unlock it and try again."))

    def sign_in_again(self) -> None:
        """What waited is asked now, over seats of its own."""
        self._may_ask.set()

    def learn_anew(self) -> None:
        """Labels are wanted in another language: they are asked for again, by seats that are taken in it.

        The caller has waited for writes. A session that is signed out stays so.
        """
        self._described.forget()
        if self._may_ask.is_set():
            self.sign_out()
            self.sign_in_again()

    def mask(self, secrets: Iterable[str]) -> None:
        """Secrets that somebody typed for a call: what is noted or told from now on does not show them."""
        self._typed |= frozenset(secrets)

    def close(self, wait_s: float = 0.0) -> None:
        """Abandon what is under way and go; block at most ``wait_s`` for the server to hear of it."""
        self._lanes.close()
        self._lanes.join(wait_s)

    @property
    def busy(self) -> int:
        """Exchanges under way."""
        return self._lanes.busy

    # ---- on the lane's thread ----------------------------------------------------------------------------------------

    def _new_lanes(self) -> Lanes[Seat]:
        return Lanes(self._enter, leave, count=self.lane_count, name=f"lane-{self.profile.id}", interrupt=interrupt)

    def _enter(self) -> Seat:
        http = self._make_http()
        return Seat(self.plugin.connect(self._make_endpoint(), http), http)

    def _sign_in(self, seat: Seat, *, again: bool = False) -> Identity:
        if seat.identity is None or again:
            with self._login:
                began = datetime.now(UTC)
                seat.identity = replace(seat.connector.login(), seen_at=began)
                seat.connector = in_use(seat.connector)
            self.capabilities = seat.connector.capabilities
            self.roles = roles_of(seat.connector)
        return seat.identity

    async def _call(self, work: Callable[[Connector], T], *, abandon: bool) -> T:
        def job(seat: Seat) -> T:
            for secret in self._typed:
                seat.http.add_secret(secret)
            identity = self._sign_in(seat)
            if self._identity is None:
                self._identity = identity
            try:
                return work(seat.connector)
            except SessionExpired:
                self._sign_in(seat, again=True)
                return work(seat.connector)

        if abandon:
            await self._may_ask.wait()
        else:
            self.refuse_while_locked()
        began = monotonic()
        try:
            result = await self._lanes.call(job, abandon=abandon)
        except CrmError as error:
            self.health.emit(Health((monotonic() - began) * 1000, error))
            raise
        self.health.emit(Health((monotonic() - began) * 1000))
        return result


def _lanes_for(capabilities: Capabilities) -> int:
    return max(1, min(_MOST_LANES, capabilities.max_sessions))


def roles_of(connector: Connector) -> frozenset[type]:
    """The optional protocols a connector implements."""
    return frozenset(role for role in all_roles() if isinstance(connector, role))


def _as_role(role: type[R], work: Callable[[R], T]) -> Callable[[Connector], T]:
    def asked(connector: Connector) -> T:
        if not isinstance(connector, role):
            raise Unsupported(role.__name__)
        return work(connector)

    return asked


def _with_workflows(wanted: bool, work: Callable[[Connector], T]) -> Callable[[Connector], T]:
    """Switch the server's workflows for one write and back."""

    def switched(connector: Connector) -> T:
        if wanted or not isinstance(connector, SwitchesWorkflows):
            return work(connector)
        connector.run_workflows(False)
        try:
            return work(connector)
        finally:
            connector.run_workflows(True)

    return switched
