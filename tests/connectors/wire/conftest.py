# SPDX-License-Identifier: MIT
"""Clients that are closed when their test is over."""

from collections.abc import Iterator

import pytest

from crmdesk.connectors.wire.http import HttpClient
from tests.connectors.wire.rawserver import MakeClient


@pytest.fixture
def client() -> Iterator[MakeClient]:
    made: list[HttpClient] = []

    def make(deadline_s: float = 5.0, limit_bytes: int = 1_000_000, min_interval_ms: int = 0) -> HttpClient:
        made.append(
            HttpClient(deadline_s=deadline_s, limit_bytes=limit_bytes, min_interval_ms=min_interval_ms, proxy="")
        )
        return made[-1]

    yield make
    for one in made:
        one.close()
