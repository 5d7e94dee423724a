# SPDX-License-Identifier: MIT
"""Flight: deadline, abort and the life of the watching thread."""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from crmdesk.connectors.wire.flight import End, Flight, GivenUp


def wait_until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 2
    while not holds() and time.monotonic() < end:
        threading.Event().wait(0.005)
    return holds()


def watchers() -> int:
    return sum(thread.name == "http-deadline" for thread in threading.enumerate())


def test_deadline_shuts_the_socket_and_is_remembered() -> None:
    flight = Flight()
    here, there = socket.socketpair()
    with here, there, here.dup() as handle:
        flight.begin(0.05)
        flight.hold(handle)
        assert here.recv(1) == b""
        with pytest.raises(GivenUp):
            flight.left_s()
        assert flight.end() is End.DEADLINE


def test_earlier_deadline_wakes_the_watcher() -> None:
    """A long request first: its watcher sleeps until then unless the next request tells it better."""
    flight = Flight()
    flight.begin(60)
    assert flight.end() is End.BY_ITSELF
    here, there = socket.socketpair()
    with here, there, here.dup() as handle:
        flight.begin(0.05)
        flight.hold(handle)
        here.settimeout(2)
        assert here.recv(1) == b""
    assert flight.end() is End.DEADLINE
    flight.close()


def test_watcher_ends_after_its_deadline_when_nothing_is_under_way() -> None:
    before = watchers()
    flight = Flight()
    for _ in range(3):
        flight.begin(0.03)
        flight.end()
    assert watchers() <= before + 1
    assert wait_until(lambda: watchers() <= before)
    flight.begin(0.03)
    assert wait_until(lambda: flight.end_so_far is End.DEADLINE)
    flight.end()


def test_close_ends_the_watcher_at_once() -> None:
    before = watchers()
    flight = Flight()
    flight.begin(60)
    flight.close()
    assert flight.end() is End.ABORTED
    assert wait_until(lambda: watchers() <= before)


def test_abort_without_a_request_does_nothing() -> None:
    flight = Flight()
    flight.abort()
    flight.begin(60)
    assert flight.left_s() > 50
    assert flight.end() is End.BY_ITSELF
    flight.close()


def test_work_aside_is_left_behind_when_time_is_over() -> None:
    flight, over = Flight(), threading.Event()
    flight.begin(0.05)
    with pytest.raises(GivenUp):
        flight.aside(lambda: over.wait(5))
    over.set()
    flight.end()


def test_work_aside_hands_its_result_or_error_over() -> None:
    flight = Flight()
    flight.begin(5)
    assert flight.aside(lambda: 7) == 7

    def fail() -> int:
        raise ConnectionRefusedError("no")

    with pytest.raises(ConnectionRefusedError):
        flight.aside(fail)
    flight.end()
    flight.close()


def test_dropped_handle_lives_as_long_as_the_request_reads_from_it() -> None:
    """http.client closes the connection of the last answer before its body is read."""
    flight = Flight()
    here, there = socket.socketpair()
    with here, there:
        handle = here.dup()
        flight.begin(60)
        flight.hold(handle)
        flight.drop(handle)
        assert handle.fileno() != -1
        flight.abort()
        assert here.recv(1) == b""
        flight.end()
        assert handle.fileno() == -1
    flight.close()


def test_handle_of_a_resting_connection_is_closed_when_dropped() -> None:
    flight = Flight()
    here, there = socket.socketpair()
    with here, there:
        handle = here.dup()
        flight.drop(handle)
        assert handle.fileno() == -1
