# SPDX-License-Identifier: MIT
"""The window: how long after our last look at a record somebody else's save goes unnoticed, as it was measured."""

from collections import deque

_KEPT = 500  # the newest measurements; a server's pace changes during the day


class Window:
    """One account's measurements. Used on the loop's thread.

    A look asks the server for a record just before it is written; nearly no server refuses a write because the record
    changed since. From when the server answered the look until it carries out the write is at most: the look's own
    round trip (its answer's way here and the write's way there) and what is done here in between.
    """

    def __init__(self) -> None:
        self._looks: deque[float] = deque(maxlen=_KEPT)
        self._writes: deque[float] = deque(maxlen=_KEPT)

    def looked(self, took_ms: float) -> None:
        """A record was read whole, in a review."""
        self._looks.append(took_ms)

    def left(self, since_ms: float) -> None:
        """A write leaves so long after the look before it was begun."""
        self._writes.append(since_ms)

    @property
    def usual_ms(self) -> float | None:
        """What 95 of 100 stay below: of the writes sent, else of the looks made; None = nothing was measured yet."""
        ordered = sorted(self._writes or self._looks)
        return ordered[int(len(ordered) * 0.95)] if ordered else None
