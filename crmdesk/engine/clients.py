# SPDX-License-Identifier: MIT
"""Makes the HTTP client of each lane: the person's deadline, the account's proxy, every call noted."""

import threading
from typing import TYPE_CHECKING
from weakref import WeakSet

from crmdesk.connectors.port import Http
from crmdesk.engine.call_log import CallLog, LoggedHttp
from crmdesk.engine.network import check_encryption
from crmdesk.engine.profiles import Environment, Profile

if TYPE_CHECKING:
    from crmdesk.connectors.wire.http import HttpClient

USUAL_DEADLINE_S = 30.0


class Clients:
    """Owned by the desk; ``make`` is called on the lanes' threads.

    Attributes:
        calls: the last exchanges of every account.
    """

    def __init__(self) -> None:
        self.calls = CallLog()
        self._deadline_s = USUAL_DEADLINE_S
        self._made: WeakSet[HttpClient] = WeakSet()
        self._guard = threading.Lock()

    def make(self, profile: Profile) -> Http:
        """The real client; imported only now, since it is slow to load.

        Raises:
            ProfileError: a production account without encryption.
        """
        from crmdesk.connectors.wire.http import HttpClient

        check_encryption(profile.url, is_production=profile.environment is Environment.PRODUCTION)
        with self._guard:
            client = HttpClient(
                deadline_s=self._deadline_s,
                proxy=client_proxy(profile),
                ca_file=profile.ca_file or None,
                pinned=profile.pinned,
            )
            self._made.add(client)
        return LoggedHttp(client, self.calls, profile.name)

    def use_deadline(self, seconds: float) -> None:
        """Give an exchange so long from now on, on open accounts too."""
        with self._guard:
            self._deadline_s = seconds
            for client in self._made:
                client.deadline_s = seconds


def client_proxy(profile: Profile) -> str | None:
    """An account's proxy as ``HttpClient`` takes it: None = as the system says, "" = none."""
    return {"": None, "none": ""}.get(profile.proxy, profile.proxy)
