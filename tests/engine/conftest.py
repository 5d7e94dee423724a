# SPDX-License-Identifier: MIT
"""The bench every test of this folder may use."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.bench import Bench
from tests.engine.fake_vendor import CAPABILITIES, FakeServer


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An account on an empty fake server."""
    bench = Bench(tmp_path)
    yield bench
    bench.close()


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Bench]:
    """The same, on a server that takes one exchange at a time."""
    bench = Bench(tmp_path, FakeServer(capabilities=replace(CAPABILITIES, max_sessions=1)))
    yield bench
    bench.close()
