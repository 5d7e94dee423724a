# SPDX-License-Identifier: MIT
"""The C library's heap: what is free goes back to the system."""

import ctypes
import sys
from pathlib import Path

import pytest

from crmdesk.ui import heap


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="only there is it asked for")
def test_what_is_free_between_what_is_in_use_goes_back() -> None:
    kept = [ctypes.create_string_buffer(b"x" * 100_000) for _ in range(600)]
    for place in range(0, len(kept), 2):
        kept[place] = ctypes.create_string_buffer(1)
    before_mb = _resident_mb()
    heap.give_back()
    assert _resident_mb() < before_mb - 20
    assert len(kept) == 600


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    heap.give_back()
    heap.share_between_threads()
