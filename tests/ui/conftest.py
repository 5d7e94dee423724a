# SPDX-License-Identifier: MIT
"""What holds for every test of the window: Qt objects are freed on the Qt thread, as crmdesk/ui/collector.py sees to."""

import gc
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import play, server  # noqa: F401  for the rooms that need a whole window


@pytest.fixture(autouse=True)
def _collected_on_the_qt_thread() -> Iterator[None]:
    gc.disable()  # otherwise it happens in whatever thread allocates: a lane's, for instance
    yield
    gc.collect(1)
    gc.enable()
