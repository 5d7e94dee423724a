# SPDX-License-Identifier: MIT
"""The lane on which an import's file is read and its cells are judged, so that the window answers meanwhile."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from crmdesk.domain.sentence import sentence
from crmdesk.engine.lanes import Lanes, LanesClosed
from crmdesk.engine.sheets import Format, Look, detect, look

T = TypeVar("T")


class ImportLane:
    """One thread. Made and used on the loop's thread; ``close`` when the import is over."""

    def __init__(self) -> None:
        self._lanes: Lanes[None] = Lanes(lambda: None, lambda _: None, count=1, name="import")
        self._reading = 0  # the number of the reading that still matters

    async def detect(self, path: Path) -> Format:
        """What kind of file it is.

        Raises:
            Invalid.
        """
        self._reading += 1
        return await self._lanes.call(lambda _: detect(path))

    async def look(self, path: Path, form: Format, progress: Callable[[int], None]) -> Look:
        """Read the file; a reading that is still going on is broken off.

        Args:
            progress: told the rows read so far, on the loop's thread.

        Raises:
            Invalid: it cannot be opened. OSError.
        """
        self._reading += 1
        mine, loop = self._reading, asyncio.get_running_loop()

        def tick(rows: int) -> None:
            if mine != self._reading:
                raise LanesClosed(sentence("Nobody waits for this file any more."))
            loop.call_soon_threadsafe(progress, rows)

        return await self._lanes.call(lambda _: look(path, form, tick))

    async def do(self, work: Callable[[], T]) -> T:
        """Anything else that blocks."""
        return await self._lanes.call(lambda _: work())

    def close(self) -> None:
        """No more; what is being read is broken off."""
        self._reading += 1
        self._lanes.close()
