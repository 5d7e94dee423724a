# SPDX-License-Identifier: MIT
"""Pretended servers for the tests; those that only read share one."""

from collections.abc import Callable, Iterator

import pytest

from crmdesk.demo.server import DemoServer
from tests.demo.conftest import Clock
from tests.demo.dialects.sugarsoap.caller import SPLENDID, SUITE, Soap

Open = Callable[..., Soap]


@pytest.fixture
def opened(clock: Clock) -> Iterator[Open]:
    """Return a function (entry, version, user, **options) -> logged-in Soap of a new server; user "" does not log in."""
    callers: list[Soap] = []

    def open_(entry: str = SPLENDID, version: str = "1.1", user: str = "admin", **options: object) -> Soap:
        server = DemoServer(rows=24, clock=clock, options=options).start(warm=False)
        callers.append(Soap(server, entry, version))
        return callers[-1].log_in(user) if user else callers[-1]

    yield open_
    for caller in callers:
        caller.connection.close()
        caller.server.stop()


@pytest.fixture
def splendid(opened: Open) -> Soap:
    """An administrator at a SplendidCRM of his own."""
    return opened()


@pytest.fixture
def suite(opened: Open) -> Soap:
    """An administrator at a SuiteCRM of his own."""
    return opened(SUITE)


@pytest.fixture(scope="module")
def shared_server() -> Iterator[DemoServer]:
    """A server for tests that change nothing."""
    with DemoServer(rows=24) as server:
        yield server


@pytest.fixture
def reader(shared_server: DemoServer) -> Iterator[Soap]:
    """An administrator who only reads, at SplendidCRM."""
    with Soap(shared_server) as caller:
        yield caller.log_in()


@pytest.fixture
def reader12(shared_server: DemoServer) -> Iterator[Soap]:
    """The same in SOAP 1.2."""
    with Soap(shared_server, version="1.2") as caller:
        yield caller.log_in()


@pytest.fixture
def suite_reader(shared_server: DemoServer) -> Iterator[Soap]:
    """An administrator who only reads, at SuiteCRM."""
    with Soap(shared_server, SUITE) as caller:
        yield caller.log_in()
