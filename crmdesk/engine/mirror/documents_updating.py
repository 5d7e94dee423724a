# SPDX-License-Identifier: MIT
"""Copying the lines of a module's documents: one question for each document whose lines are not there or are old.

What was read is written some at a time, so whatever breaks off, the next update goes on with what is left.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from crmdesk.connectors.port import EditsLines
from crmdesk.domain.errors import AccessDenied, CrmError, NotFound, NotPermitted, Unsupported
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sales import ProductHit, SalesDocument
from crmdesk.engine.crew import each
from crmdesk.engine.mirror import documents
from crmdesk.engine.mirror.reading import layout_for
from crmdesk.engine.mirror.shapes import Phase

if TYPE_CHECKING:
    from crmdesk.engine.mirror.updating import Updater

T = TypeVar("T")

_WORKERS = 2
_WRITTEN_AT_ONCE = 20
_PRODUCTS_AT_ONCE = 50
_MOST_PRODUCTS = 5_000
_CATALOGUE = 500


class DocumentsUpdater:
    """Owned by an update of the mirror; used on the loop's thread."""

    def __init__(self, updater: "Updater", module: ModuleName) -> None:
        self._updater, self._module = updater, module
        self._store, self._session = updater.store, updater.session
        self._read: list[tuple[SalesDocument, int]] = []
        self._products: dict[RecordId, None] = {}
        self._done = 0

    async def update(self) -> None:
        """Read what is lacking; nothing where nobody wants the module's lines, or the server has none.

        Raises:
            CrmError: what ended it; what was copied stays.
        """
        name = self._module
        wanted = await self._store.read(lambda seat: documents.wants_lines(seat.db, name))
        if not wanted or not self._session.offers(EditsLines):
            return
        await self._store.write(lambda seat: documents.forget_gone(seat.db, layout_for(seat, name)))
        keys = await self._store.read(lambda seat: documents.lacking(seat.db, layout_for(seat, name)))
        if not keys:
            return
        try:
            await self._patiently(lambda: self._session.line_shape(name))  # kept, to be there without the server
        except Unsupported:
            return
        total = len(keys)
        self._updater.tell(Phase.LINES, name, 0, total, force=True)

        async def one(key: str) -> None:
            await self._one(key)
            self._done += 1
            self._updater.tell(Phase.LINES, name, self._done, total)
            if len(self._read) >= _WRITTEN_AT_ONCE:
                await self._write()

        try:
            await each(keys, one, workers=_WORKERS)
        finally:
            await self._write()
        await self._copy_products()

    async def _one(self, key: str) -> None:
        record, asked = RecordId(self._module, key), self._session.clock.asked()
        try:
            document = await self._patiently(lambda: self._session.ask(lambda server: server.fetch_document(record)))
        except (NotFound, NotPermitted):
            return  # gone meanwhile, or hidden: its header follows with the next update
        self._read.append((document, asked))
        self._products |= {line.product: None for line in document.lines if line.product is not None}

    async def _write(self) -> None:
        read, self._read = self._read, []
        if read:
            name = self._module
            await self._store.write(lambda seat: documents.put(seat.db, layout_for(seat, name), read))
            await self._updater.check_room()

    async def _copy_products(self) -> None:
        """What can be put into a line without the server: the beginning of the catalogue, what lines name, what is copied."""
        try:
            await self._keep(await self._find())
            named = tuple(self._products)
            unknown = await self._store.read(lambda seat: documents.unknown_products(seat, named))
            for at in range(0, min(len(unknown), _MOST_PRODUCTS), _PRODUCTS_AT_ONCE):
                await self._keep(await self._known(unknown[at : at + _PRODUCTS_AT_ONCE]))
        except (AccessDenied, Unsupported):
            return  # lines are read and edited without a catalogue, too
        except CrmError as error:
            if error.retryable:
                raise

    async def _find(self) -> tuple[ProductHit, ...]:
        name = self._module
        return await self._patiently(
            lambda: self._session.ask_role(EditsLines, lambda server: server.find_products(name, "", _CATALOGUE))
        )

    async def _known(self, some: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        return await self._patiently(
            lambda: self._session.ask_role(EditsLines, lambda server: server.known_products(some))
        )

    async def _keep(self, hits: Sequence[ProductHit]) -> None:
        if hits:
            await self._store.write(lambda seat: documents.put_products(seat.db, hits))

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        return await self._updater.patiently(work, self._module)
