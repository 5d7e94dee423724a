# SPDX-License-Identifier: MIT
"""How long a document of 200 lines takes to open from the demo, the waiting for its server left out."""

import statistics
from collections.abc import Iterator

from tests.bench.children import Children
from tests.bench.table import Line, spread

WORLDS = (
    "crmplus",
    "crmplus/vtiger",
    "opencrm",
    "webcrm",
    "crmservice/rest",
    "crmservice/soap",
    "sugarsoap/suite",
)
LINES = 200
BOUND_MS = 300.0


def figures(children: Children, rounds: int) -> Iterator[Line]:
    """Each vendor whose interface tells lines one by one."""
    for world in WORLDS:
        said = children.run("lines_child", world, str(rounds))
        own = said["own_ms"]
        seen = f"{spread(own)}; first {own[0]:.0f}, with the server {statistics.median(said['whole_ms']):.0f}"
        what = f"{LINES} lines opened, {world}"
        yield Line(what, f"≤ {BOUND_MS:.0f} ms", seen, statistics.median(own) <= BOUND_MS)
