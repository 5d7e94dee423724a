# SPDX-License-Identifier: MIT
"""Everywhere: what a page needs to look into every account's copy and to open what it finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crmdesk.domain.names import AccountId, RecordId
from crmdesk.engine.mirror import MirrorSearch
from crmdesk.engine.session import AccountSession


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Handed to each workspace by the window.

    Attributes:
        search: over all copies.
        sessions: of open accounts whose servers can be asked now.
        go: opens a record in its account, which comes to the front.
    """

    search: MirrorSearch
    sessions: Callable[[], Sequence[AccountSession]]
    go: Callable[[AccountId, RecordId], None]
