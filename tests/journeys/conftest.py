# SPDX-License-Identifier: MIT
"""A demo server for each journey, and the loop to travel on."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from crmdesk.demo.server import DemoServer

Play = Callable[..., None]
"""Takes a journey and, where a minute is too short for it, ``within_s``."""


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """A small world of the test's own, to be changed and broken at will."""
    server = DemoServer(rows=60).start(warm=False)  # only the vendor that is asked gets its data
    yield server
    server.stop()


@pytest.fixture
def play(qapp: QApplication) -> Iterator[Play]:
    """Run a journey; it has a minute unless it asks for more. Qt objects are freed on this thread, as crmdesk/ui/collector.py sees to."""
    gc.disable()
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)

    def run(journey: Coroutine[Any, Any, None], within_s: float = 60) -> None:
        loop.run_until_complete(asyncio.wait_for(journey, within_s))

    yield run
    loop.close()
    asyncio.set_event_loop(None)
    gc.collect(1)
    gc.enable()
