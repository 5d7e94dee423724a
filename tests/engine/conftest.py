# SPDX-License-Identifier: MIT
"""The bench every test of this folder may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An account on an empty fake server."""
    bench = Bench(tmp_path)
    yield bench
    bench.close()
