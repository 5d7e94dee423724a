# SPDX-License-Identifier: MIT
"""JSON that this program wrote once and that may have been written by another version, by hand, or half."""

import json
from typing import Any  # Any: whatever stands there; the reader looks at each part


def read_json(text: str | None) -> Any:
    """What the text says, None where it says nothing or cannot be read (nested without end, among others)."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def read_list(text: str | None) -> list[Any]:
    """The same where only a list is expected."""
    data = read_json(text)
    return data if isinstance(data, list) else []
