# SPDX-License-Identifier: MIT
"""The C library's heap on Linux, where it keeps what was freed; elsewhere it gives it back by itself, or not at all."""

import sys
from contextlib import suppress

_M_ARENA_MAX = -8
"""Of glibc's malloc.h."""
_MOST_ARENAS = 2
"""The Qt thread's own, and one for all lanes. glibc gives every thread one, up to eight for each processor: what one
lane frees no other can use (20 MB with five accounts)."""


def share_between_threads() -> None:
    """Let the threads share their memory; call it before there is another thread."""
    _call("mallopt", _M_ARENA_MAX, _MOST_ARENAS)


def give_back() -> None:
    """Give what is free back to the system; takes some 15 ms where there is much."""
    _call("malloc_trim", 0)


def _call(name: str, *numbers: int) -> None:
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):  # another C library
            getattr(ctypes.CDLL(None), name)(*numbers)
