# SPDX-License-Identifier: MIT
"""``--offline``: the local copy instead of the server, for ``query`` and ``get``."""

from collections.abc import AsyncGenerator, Callable

from crmdesk.cli.trouble import Refused
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.engine.desk import Account
from crmdesk.engine.feed import Rows
from crmdesk.engine.mirror import Mirror, MirrorView
from crmdesk.translation import tr

_SOME = 500


async def copied_schema(account: Account, name: str) -> Schema:
    """The fields of a copied module; upper and lower case may be mixed up.

    Raises:
        Refused: it is not copied.
    """
    modules = await account.mirror.modules()
    alike = [
        m for m in modules if name.casefold() in (m.name.casefold(), m.label.casefold(), m.label_plural.casefold())
    ]
    exact = [m for m in modules if m.name == name] or (alike if len(alike) == 1 else [])
    schema = await account.mirror.schema(exact[0].name) if exact else None
    if schema is None:
        copied = ", ".join(module.name for module in modules) or tr("none")
        raise Refused(tr("There is no local copy of {module}. Copied are: {copied}.", module=name, copied=copied))
    return schema


class CopyFeed:
    """The rows of a query out of the copy; the same face as ``feed.PageFeed``, as far as commands use it."""

    def __init__(self, mirror: Mirror, query: Query) -> None:
        self.exhausted = False
        self._mirror, self._query = mirror, query
        self._view: MirrorView | None = None
        self._at = 0

    async def _whole(self) -> MirrorView:
        if self._view is None:
            self._view = await self._mirror.view(self._query)
            await self._view.rest()
        return self._view

    async def next_page(self, *, progress: Callable[[int], None] | None = None, ahead: bool = False) -> Rows:
        """Some rows more; there is nothing to ask for ahead."""
        view = await self._whole()
        records = view.read(self._at, _SOME)
        self._at += len(records)
        self.exhausted = self._at >= len(view)
        return Rows(tuple(records), self._at)

    async def pages(self, progress: Callable[[int], None] | None = None) -> AsyncGenerator[tuple[Record, ...], None]:
        """What is left, some rows at a time."""
        while not self.exhausted:
            yield (await self.next_page(progress=progress)).records

    async def total(self) -> int | None:
        """How many rows there are."""
        return len(await self._whole())
