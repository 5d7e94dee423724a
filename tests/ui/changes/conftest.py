# SPDX-License-Identifier: MIT
"""These tests use threads: what they leave behind is collected on Qt's own."""

from collections.abc import Iterator

import pytest

from tests.ui.collecting import collected_here


@pytest.fixture(autouse=True)
def _collect_on_this_thread() -> Iterator[None]:
    with collected_here():
        yield
