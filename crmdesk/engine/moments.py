# SPDX-License-Identifier: MIT
"""When something was asked of a server: moments that never go back, so that of two answers the later question counts."""

from dataclasses import dataclass
from time import time_ns

from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument

_AHEAD_US = 24 * 3600 * 1_000_000


def now_us() -> int:
    """Microseconds since 1970, by our own clock."""
    return time_ns() // 1000


class Clock:
    """Owned by a session; used on the loop's thread."""

    def __init__(self) -> None:
        self._last = 0

    def asked(self) -> int:
        """Now in microseconds, later than every moment before, though the system's clock may have been set back."""
        self._last = max(now_us(), self._last + 1)
        return self._last

    def at_least(self, moment: int) -> None:
        """Be behind what an earlier run noted; a moment that is days ahead was a clock gone wrong, and is not followed."""
        self._last = max(self._last, min(moment, now_us() + _AHEAD_US))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the server just told of single records.

    Attributes:
        asked: when they were asked for; of a write, when it was done.
        records: whole ones, every field that the server gives. gone: they are no more.
        documents: sales documents with their lines; their headers are among ``records``.
    """

    asked: int
    records: tuple[Record, ...] = ()
    gone: tuple[RecordId, ...] = ()
    documents: tuple[SalesDocument, ...] = ()
