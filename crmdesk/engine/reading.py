# SPDX-License-Identifier: MIT
"""Reading: what can be read of an account now: from its server, or out of the copy while the server is away.

It has the reading face of ``AccountSession``, so whatever only reads (bulk edits, exports, duplicates, imports, the
search for references) works over either. What is about to be sent is never compared with a copy: ``applying`` and all
that belongs to it asks the session.
"""

from contextlib import suppress
from typing import Protocol

from crmdesk.connectors.port import EditsLines, VendorPlugin
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.errors import ConnectionFailed, NotFound, NotReachable, ProfileError, Unsupported
from crmdesk.domain.matching import matches
from crmdesk.domain.names import Cursor, ModuleName, RecordId
from crmdesk.domain.planning import Plan
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import LineShape, ProductHit, SalesDocument
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.engine.mirror import Mirror, MirrorView, ModuleState
from crmdesk.engine.mirror.documents import CopiedDocument
from crmdesk.engine.session import AccountSession

_A_PAGE = 500


class Reads(Protocol):
    """What reading needs of an account; the session has it, and ``Reading``."""

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do."""

    async def modules(self) -> tuple[Module, ...]:
        """Every module."""

    async def schema(self, name: ModuleName) -> Schema:
        """A module's fields."""

    async def plan(self, query: Query) -> Plan:
        """Who filters and sorts what."""

    async def fetch_page(self, pushed: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a planned query."""

    async def count(self, pushed: Query) -> int:
        """Rows of a planned query."""

    async def fetch(self, record: RecordId) -> Record:
        """One record, whole."""


class ReadsDocuments(Protocol):
    """What reading sales documents needs; the session has it, and ``Reading``."""

    @property
    def plugin(self) -> VendorPlugin:
        """The vendor."""

    async def schema(self, name: ModuleName) -> Schema:
        """A module's fields."""

    async def line_shape(self, module: ModuleName) -> LineShape:
        """What the lines of a module's documents can hold."""

    async def fetch_document(self, record: RecordId) -> SalesDocument:
        """A sales document with its lines."""


class _OverCopy(Query):
    """A query that was planned over the copy, and is never asked of the server."""


class _Place(str):
    """How many rows of a copy were given; no cursor of a server's."""

    __slots__ = ()


class Reading:
    """Made for one task, and cheap. Used on the loop's thread.

    A query that was begun on the server is not ended out of the copy: half of it would be of now and half of then. It
    fails, and the next one begins over the copy.
    """

    def __init__(self, session: AccountSession, mirror: Mirror) -> None:
        self._session, self._mirror = session, mirror
        self._views: dict[Query, MirrorView] = {}

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do."""
        return self._session.capabilities

    @property
    def plugin(self) -> VendorPlugin:
        """The vendor."""
        return self._session.plugin

    @property
    def is_away(self) -> bool:
        """Whether the server cannot be asked."""
        return self._session.away

    def copy_of(self, module: ModuleName) -> ModuleState | None:
        """The copy that is read instead of the server now, None = the server is asked, or there is no copy."""
        return self._mirror.known.state(module) if self._session.away else None

    # ---- what there is ---------------------------------------------------------------------------------------------

    async def modules(self) -> tuple[Module, ...]:
        """Every module."""
        return await self._session.modules()

    async def schema(self, name: ModuleName) -> Schema:
        """A module's fields: as the server tells, else as its copy holds them, else as at the last visit.

        Raises:
            CrmError.
        """
        if self._session.known_schema(name) is None and self.copy_of(name) is not None:
            copied = await self._mirror.schema(name)
            if copied is not None:
                return copied
        return await self._session.schema(name)

    # ---- rows ------------------------------------------------------------------------------------------------------

    async def plan(self, query: Query) -> Plan:
        """Who filters and sorts what; the copy does all of it.

        Raises:
            NotReachable: the server is away, and there is no whole copy of the module. CrmError.
        """
        if not self._session.away:
            try:
                return await self._session.plan(query)
            except ConnectionFailed:
                if self.copy_of(query.module) is None:
                    raise
        self._check_whole(query.module)
        return Plan(_over_copy(query), rest=None, check=query.where)

    async def fetch_page(self, pushed: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a planned query.

        Raises:
            NotReachable: the server is away, and there is no whole copy of the module. CrmError.
        """
        if isinstance(pushed, _OverCopy) or isinstance(after, _Place):
            return await self._page(pushed, after)
        try:
            return await self._session.fetch_page(pushed, after, limit)
        except ConnectionFailed:
            if after is not None or self.copy_of(pushed.module) is None:
                raise
            self._check_whole(pushed.module)
            return await self._page(pushed, None)

    async def count(self, pushed: Query) -> int:
        """Rows of a planned query."""
        if isinstance(pushed, _OverCopy):
            return await self._mirror.count(pushed.module, pushed.where)
        return await self._session.count(pushed)

    async def some(self, query: Query, most: int) -> list[Record]:
        """The first rows of a query, for somebody to choose from; of a copy that is not whole, too.

        Raises:
            NotReachable: the server is away, and there is no copy. CrmError.
        """
        if not self._session.away:
            try:
                planned = await self._session.plan(query)
                page = await self._session.fetch_page(planned.pushed, None, most)
                return [record for record in page.records if matches(planned.check, record.values)]
            except ConnectionFailed:
                if self.copy_of(query.module) is None:
                    raise
        view = await self._opened(query)
        try:
            return [record for record in view.read(0, most) if record.id.key]
        finally:
            view.close()

    async def _page(self, query: Query, after: Cursor | None) -> Page:
        if after is None or query not in self._views:
            self._views[query] = await self._opened(query)
            await self._views[query].rest()
        view, at = self._views[query], int(after or 0)
        records = view.read(at, _A_PAGE)
        at += len(records)
        there = tuple(record for record in records if record.id.key)
        if at < len(view):
            return Page(there, Cursor(_Place(at)))
        self._views.pop(query).close()
        return Page(there)

    async def _opened(self, query: Query) -> MirrorView:
        try:
            return await self._mirror.view(query)
        except Unsupported:
            raise self._no_copy(query.module) from None

    # ---- one record ------------------------------------------------------------------------------------------------

    async def fetch(self, record: RecordId) -> Record:
        """One record, whole.

        Raises:
            NotFound: neither has it. NotReachable: the server is away, and there is no copy of the module. CrmError.
        """
        if not self._session.away:
            try:
                return await self._session.fetch(record)
            except ConnectionFailed:
                if self.copy_of(record.module) is None:
                    raise
        if self.copy_of(record.module) is None:
            raise self._no_copy(record.module)
        found = await self._mirror.record(record)
        if found is None:
            raise NotFound(sentence("The copy on this computer does not have this record."))
        return found

    # ---- lines -----------------------------------------------------------------------------------------------------

    async def document(self, record: RecordId) -> CopiedDocument:
        """A sales document with its lines, from the server or out of the copy.

        Raises:
            NotReachable: the server is away, and its lines were never read on this computer. CrmError.
        """
        if not self._session.away:
            try:
                document = await self._session.fetch_document(record)
                return CopiedDocument(document, None, is_old=False)
            except ConnectionFailed:
                if not self._session.away:
                    raise
        found = await self._mirror.lines.document(record)
        if found is None:
            raise NotReachable(
                sentence(
                    "The server cannot be reached, and the lines of this document are not on this computer. Documents that "
                    "were opened before are, and all of a module where its copy keeps their lines."
                )
            )
        return found

    async def fetch_document(self, record: RecordId) -> SalesDocument:
        """The document alone; errors as those of ``document``."""
        return (await self.document(record)).document

    async def line_shape(self, module: ModuleName) -> LineShape:
        """What the lines of a module's documents can hold, as told or remembered."""
        return await self._session.line_shape(module)

    async def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Products for lines of a module's documents; without the server, those that are kept.

        Raises:
            CrmError.
        """
        if self._session.away:
            return await self._mirror.lines.find_products(words, limit)
        hits = await self._session.ask_role(EditsLines, lambda server: server.find_products(module, words, limit))
        await self._keep(hits)
        return hits

    async def known_products(self, products: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        """Number and unit of products that lines name; what is not known is left out.

        Raises:
            CrmError.
        """
        if self._session.away:
            return await self._mirror.lines.known_products(products)
        if not self._session.offers(EditsLines):
            return ()
        hits = await self._session.ask_role(EditsLines, lambda server: server.known_products(products))
        await self._keep(hits)
        return hits

    async def _keep(self, hits: tuple[ProductHit, ...]) -> None:
        with suppress(ProfileError):  # a full disk does not keep anybody from finding products
            await self._mirror.lines.keep_products(hits)

    # ---- what cannot be read ---------------------------------------------------------------------------------------

    def _check_whole(self, module: ModuleName) -> None:
        state = self._mirror.known.state(module)
        if state is None:
            raise self._no_copy(module)
        if not state.complete:
            raise NotReachable(
                sentence(
                    "The server cannot be reached, and the copy of {module} is not finished: which records there are is "
                    "known when the server answers again.",
                    module=state.label,
                )
            )

    def _no_copy(self, module: ModuleName) -> NotReachable:
        label = next((one.label_plural for one in self._session.known_modules if one.name == module), str(module))
        return NotReachable(
            sentence(
                "The server cannot be reached, and there is no copy of {module} on this computer. Try again when the "
                "server answers.",
                module=label,
            )
        )


async def products_of(source: ReadsDocuments, products: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
    """Number and unit of products that lines name; none where the server has no such thing.

    Raises:
        CrmError.
    """
    if isinstance(source, Reading):
        return await source.known_products(products)
    if isinstance(source, AccountSession) and source.offers(EditsLines):
        return await source.ask_role(EditsLines, lambda server: server.known_products(products))
    return ()


def is_copied(source: Reads, module: ModuleName) -> bool:
    """Whether what is read of a module comes out of the copy now."""
    return isinstance(source, Reading) and source.copy_of(module) is not None


def _over_copy(query: Query) -> _OverCopy:
    return _OverCopy(query.module, query.fields, query.where, query.order)
