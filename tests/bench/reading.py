# SPDX-License-Identifier: MIT
"""How quickly leads are read from the demo server in another process, and how long the window stands still meanwhile."""

import json
import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.children import Children
from tests.bench.table import Line, at_most, quantile, spread, tail, told
from tests.demo_process import demo_server

_SHARE, _STALL_MS = 1.2, 50


def figures(children: Children, rows: int, rounds: int) -> Iterator[Line]:
    """Engine alone, and the window's table, each beside a bare loop of the same requests."""
    for platform in children.platforms:
        with demo_server("--rows", str(rows), environ=children.environment("offscreen")) as account:
            times = rounds if platform == children.platforms[0] else 1  # the same again, on another screen
            said = children.run("reading_child", json.dumps(account), str(times), platform=platform)
        if platform == children.platforms[0]:
            yield _share("session and feed, all fields", said, "engine", "bare_engine", platform)
            yield told("requests for it", _kinds(said["kinds"]))
        yield _share("the table, visible", said, "table", "bare_table", platform)
        yield told(f"requests for it, {platform}", _kinds(said["kinds_table"]))
        stall = quantile(said["beats"], 0.99)
        yield at_most(f"stall of the Qt thread meanwhile, p99, {platform}", stall, _STALL_MS, "ms", tail(said["beats"]))
        child = f"{spread([s * 1000 for s in said['child']])}; stalls {tail(said['child_beats'])}"
        yield told(f"the same by a lane in a process of its own, {platform}", child)


def _share(what: str, said: dict[str, Any], ours: str, bare: str, platform: str) -> Line:
    mine, theirs = ([seconds * 1000 for seconds in said[name]] for name in (ours, bare))
    ratio = statistics.median(mine) / statistics.median(theirs)
    figure = f"reading {said['rows']:,} leads, {what}, {platform}"
    return at_most(figure, ratio, _SHARE, "x", f"{spread(mine)}, bare loop {spread(theirs)}")


def _kinds(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items(), key=lambda one: -one[1]))
