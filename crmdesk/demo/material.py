# SPDX-License-Identifier: MIT
"""Reads the demo's tables from resources/demo/."""

import json
from functools import cache
from typing import Any

from crmdesk import assets


@cache
def table(name: str) -> Any:
    """Return the parsed JSON file `name` of resources/demo/; callers must not change it.

    Raises:
        FileNotFoundError: The installation lacks its resources.
    """
    return json.loads(assets.resource("demo", name).read_text(encoding="utf-8"))
