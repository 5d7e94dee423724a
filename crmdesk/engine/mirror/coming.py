# SPDX-License-Identifier: MIT
"""The pages of a copy on their way: the next is asked for as soon as a page's place is known, not when it is read.

Turning a page's rows into records takes a third as long as the server takes to send them; where a vendor allows more
than one lane, the next request travels meanwhile on another one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from crmdesk.domain.names import Cursor
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page
from crmdesk.engine.session import AccountSession

Patiently = Callable[[Callable[[], Awaitable[Page]]], Awaitable[Page]]


@dataclass(slots=True, eq=False)
class _Asked:
    """One page that was asked for: where it begins, when; and where the next one does, as soon as that is told."""

    begins: Cursor | None
    when: int
    following: Cursor | None = None
    task: "asyncio.Future[Page]" = field(init=False)


class Coming:
    """Pages one after another, in order. Owned by an update; on the loop's thread.

    Args:
        size: rows of a page at most. patiently: asks again where that may help.
    """

    def __init__(self, session: AccountSession, query: Query, size: int, patiently: Patiently) -> None:
        self._session, self._query, self._size, self._patiently = session, query, size, patiently
        self._now: _Asked | None = None
        self._ahead: _Asked | None = None

    def begin(self, cursor: Cursor | None) -> None:
        """Read from here on; what was asked for before is not wanted any more."""
        self.cancel()
        self._now = self._ask(cursor)

    async def page(self) -> tuple[Page, int]:
        """The next page, and when it was asked for; the one behind it is under way when this returns.

        Raises:
            CrmError: ``begin`` again, or ``cancel``.
        """
        assert self._now is not None
        one = self._now
        page = await one.task
        ahead, self._now, self._ahead = self._ahead, None, None
        if ahead is not None and ahead.begins != page.next:
            ahead.task.cancel()
            ahead = None
        if page.next is not None:
            self._now = ahead or self._ask(page.next)
            self._look_ahead()
        return page, one.when

    def cancel(self) -> None:
        """Nothing of it is wanted any more."""
        for one in (self._now, self._ahead):
            if one is not None:
                one.task.cancel()
        self._now = self._ahead = None

    def _ask(self, cursor: Cursor | None) -> _Asked:
        one, loop = _Asked(cursor, self._session.clock.asked()), asyncio.get_running_loop()

        def on_next(following: Cursor | None) -> None:  # on the lane's thread
            with suppress(RuntimeError):  # the loop is closed: nobody goes on
                loop.call_soon_threadsafe(self._on_told, one, following)

        def work() -> Awaitable[Page]:
            return self._session.ask(lambda server: server.fetch_page(self._query, cursor, self._size, on_next))

        one.task = asyncio.ensure_future(self._patiently(work))
        one.task.add_done_callback(_heard)
        return one

    def _on_told(self, one: _Asked, following: Cursor | None) -> None:
        one.following = following
        self._look_ahead()

    def _look_ahead(self) -> None:
        if self._now is not None and self._ahead is None and self._now.following is not None:
            self._ahead = self._ask(self._now.following)


def _heard(task: "asyncio.Future[Page]") -> None:
    """A page asked for ahead may fail when nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
