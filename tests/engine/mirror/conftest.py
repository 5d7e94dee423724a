# SPDX-License-Identifier: MIT
"""Desks with mirrors."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.mirror.support import ChangingServer, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """On a server that does not tell what changed."""
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def telling(tmp_path: Path) -> Iterator[Desk]:
    """On a server that does."""
    made = Desk(tmp_path, ChangingServer())
    yield made
    made.close()


@pytest.fixture
def changing(telling: Desk) -> ChangingServer:
    """That server."""
    assert isinstance(telling.server, ChangingServer)
    return telling.server
