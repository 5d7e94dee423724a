# SPDX-License-Identifier: MIT
"""An account on a fake server, whole, and the loop to use it on."""

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from crmdesk.connectors.port import Endpoint
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.applying import Applier
from crmdesk.engine.journal import Journal
from crmdesk.engine.profiles import Environment, Profile
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staging import StagedChanges
from crmdesk.engine.storage import Storage
from tests.engine.fake_vendor import FakeHttp, FakeServer, plugin_of

T = TypeVar("T")


def run(work: Coroutine[object, object, T], within_s: float = 15) -> T:
    """Run a coroutine on a loop of its own."""

    async def main() -> T:
        return await asyncio.wait_for(work, within_s)

    return asyncio.run(main())


async def began(event: threading.Event) -> None:
    """Wait until another thread has set it."""
    for _ in range(5000):
        if event.is_set():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never began")


def profile_of(environment: Environment = Environment.SANDBOX) -> Profile:
    """An account of the fake vendor."""
    return Profile(
        id=AccountId("bench"),
        name="Bench",
        vendor=VendorName("fake"),
        url="http://fake.invalid",
        settings={"user": "admin"},
        environment=environment,
    )


@dataclass
class Bench:
    """Everything the desk would make for one account. Make it inside the loop or outside; close it."""

    path: Path
    server: FakeServer = field(default_factory=FakeServer)
    environment: Environment = Environment.SANDBOX

    def __post_init__(self) -> None:
        self.storage = Storage(self.path / "account.sqlite")
        self.session = AccountSession(
            profile_of(self.environment),
            plugin_of(self.server),
            lambda: Endpoint(url="http://fake.invalid"),
            FakeHttp,
            self.storage,
        )
        self.staged, self.journal = StagedChanges(self.storage), Journal(self.storage)
        self.applier = Applier(self.session, self.staged, self.journal)

    def close(self) -> None:
        """Let everything go, and wait for it."""
        self.session.close(2)
        self.storage.close(2)
