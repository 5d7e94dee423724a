# SPDX-License-Identifier: MIT
"""CopiedLines: the lines of sales documents and the products of an account's copy, as those who read and keep them see it."""

from collections.abc import Iterable, Sequence

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sales import ProductHit
from crmdesk.engine.mirror import documents
from crmdesk.engine.mirror.documents import CopiedDocument
from crmdesk.engine.mirror.modules import note
from crmdesk.engine.mirror.store import MirrorStore


class CopiedLines:
    """Owned by a mirror; used on the loop's thread. Where nothing is copied there is nothing, and nothing is kept."""

    def __init__(self, store: MirrorStore) -> None:
        self._store = store

    async def want(self, module: ModuleName, *, wanted: bool) -> None:
        """Whether updates copy the lines of all of a module's documents; what is there stays.

        Raises:
            ProfileError: the file cannot be used.
        """
        if self._store.exists:
            await self._store.write(lambda seat: note(seat.db, module, lines=int(wanted)))

    async def document(self, record: RecordId) -> CopiedDocument | None:
        """A document with its lines, None where they were never read, or its module is not copied."""
        if not self._store.exists:
            return None
        return await self._store.read(
            lambda seat: (
                documents.get(seat.db, layout, record) if (layout := seat.layouts().get(record.module)) else None
            )
        )

    async def keep_products(self, hits: Sequence[ProductHit]) -> None:
        """Products that the server has just told of."""
        if hits and self._store.exists:
            await self._store.write(lambda seat: documents.put_products(seat.db, hits))

    async def find_products(self, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Products that are kept, by words of their name, number or code."""
        if not self._store.exists:
            return ()
        return await self._store.read(lambda seat: documents.find_products(seat.db, words, limit))

    async def known_products(self, products: Iterable[RecordId]) -> tuple[ProductHit, ...]:
        """These, as far as they are kept."""
        if not self._store.exists:
            return ()
        return await self._store.read(lambda seat: documents.known_products(seat.db, products))
