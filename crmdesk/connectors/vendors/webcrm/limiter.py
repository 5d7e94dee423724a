# SPDX-License-Identifier: MIT
"""Keeps within the vendor's limit: 250 requests in any 60 seconds, counted for one application token.

Source: the vendor's page ``api.webcrm.com`` (sliding window, since October 2021). Every connector with the same token
shares one count, in all threads of this program. Other programs count too, so the server may still say 429.
"""

import hashlib
import time
from collections.abc import Callable
from threading import Lock

from crmdesk.domain.errors import RateLimited
from crmdesk.domain.sentence import sentence

BURST = 60
"""So many requests go out as fast as they come: opening an account, or a record with all its lists."""
PER_SECOND = 3.0
"""After them, so many: 240 in any minute at most. The other ten are for the difference of two clocks."""
WINDOW_S = 60.0
MAX_WAIT_S = 20.0
WRITE_GAP_S = 0.02
"""Between two writes: creates that follow too closely get the same id (the official client's README)."""


class Limiter:
    """One token's count. Any thread may ask."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._left, self._counted_at = float(BURST), clock()
        self._last_write = self._free_at = float("-inf")
        self._guard = Lock()

    def pass_one(self, *, write: bool) -> None:
        """Return when one more request may go out.

        Raises:
            RateLimited: that would be too long a wait; nothing was sent.
        """
        with self._guard:
            now = self._clock()
            wait_s = max(0.0, self._wait_s(now, write))
            if wait_s > MAX_WAIT_S:
                raise RateLimited(
                    sentence("The server takes 250 requests a minute, and they are used up. Go on in a moment."),
                    retry_after_s=wait_s,
                )
            self._left -= 1
            if write:
                self._last_write = now + wait_s
        if wait_s:
            self._sleep(wait_s)

    def refused(self, retry_after_s: float) -> None:
        """The server said 429: nothing goes out before its time."""
        with self._guard:
            self._free_at = max(self._free_at, self._clock() + retry_after_s)

    def _wait_s(self, now: float, write: bool) -> float:
        """Seconds until there is room; ``_left`` below 0 counts those who wait already."""
        self._left = min(BURST, self._left + max(0.0, now - self._counted_at) * PER_SECOND)
        self._counted_at = max(self._counted_at, now)
        begin = max(now, self._free_at)
        if write:
            begin = max(begin, self._last_write + WRITE_GAP_S)
        return max(begin - now, (1 - self._left) / PER_SECOND)


_LIMITERS: dict[str, Limiter] = {}
_GUARD = Lock()


def limiter_for(address: str, token: str) -> Limiter:
    """The one limiter of a token on a server; only a digest of the token is kept."""
    key = hashlib.sha256(f"{address}\n{token}".encode()).hexdigest()
    with _GUARD:
        return _LIMITERS.setdefault(key, Limiter())
