# SPDX-License-Identifier: MIT
"""Material that may lie beside the checkout: recordings and descriptions of real servers."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def beside(path: str) -> Path:
    """A file or folder beside the checkout; the test is skipped where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"{path} is not beside this checkout")
    return found
