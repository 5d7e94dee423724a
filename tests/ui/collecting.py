# SPDX-License-Identifier: MIT
"""Python's cyclic garbage collector runs on whatever thread happens to allocate; widgets must die on Qt's."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_here() -> Iterator[None]:
    """Collect nothing meanwhile, and everything at the end, on this thread (lanes allocate too)."""
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.enable()
