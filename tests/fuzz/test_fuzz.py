# SPDX-License-Identifier: MIT
"""Five hundred hostile inputs for every decoder in every run of the tests; ``python -m tests.fuzz`` does thousands."""

import os

import pytest

from tests.fuzz.decoders import DECODERS, Decoder
from tests.fuzz.running import run

COUNT = int(os.environ.get("CRMDESK_FUZZ", "500"))


@pytest.mark.slow
@pytest.mark.allow_log
@pytest.mark.parametrize("decoder", DECODERS, ids=[one.name for one in DECODERS])
def test_only_values_or_the_decoders_own_errors_come_out(decoder: Decoder) -> None:
    """In bounded time and memory each; the seed is the same on every machine."""
    result = run(decoder, COUNT, 20261122)
    assert result.ok, result.trouble
    assert result.inputs >= COUNT // 2  # some seeds have few ways to be spoilt
