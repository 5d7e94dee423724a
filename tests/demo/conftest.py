# SPDX-License-Identifier: MIT
"""Demo servers for the tests: a small world, started once per test and family."""

from collections.abc import Callable, Iterator

import pytest

from crmdesk.demo.server import DemoServer
from tests.demo.caller import Caller

Door = Callable[..., Caller]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_795_300_000.0  # 2026-11-22

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Iterator[Door]:
    """Return a function (user, rows, **options) -> logged-in Caller of a new server."""
    servers: list[DemoServer] = []
    callers: list[Caller] = []

    def open_(user: str = "admin", rows: int = 40, **options: object) -> Caller:
        server = DemoServer(rows=rows, clock=clock, options=options).start(warm=False)
        servers.append(server)
        caller = Caller(server)
        callers.append(caller)
        return caller.login(user) if user else caller

    yield open_
    for caller in callers:
        caller.__exit__()
    for server in servers:
        server.stop()


@pytest.fixture
def crm(door: Door) -> Caller:
    """An administrator at the CRM+ family."""
    return door()


@pytest.fixture
def vtiger(door: Door) -> Caller:
    """An administrator at the vtiger family."""
    return door(family="vtiger")
