# SPDX-License-Identifier: MIT
"""How quickly the record grid scrolls at 1920 x 1080, beside Qt's own table over a C++ model in the same process."""

import statistics
from collections.abc import Iterator

from tests.bench.children import Children
from tests.bench.table import Line, at_most, quantile, tail

_FRAME_MS, _SHARE, _MORE_MB = 16.7, 0.35, 100
_TITLES = {
    "wheel": "wheel, 3 rows",
    "rows": "3 rows, all painted anew",
    "page": "page",
    "far": "far jump",
}


def figures(children: Children, frames: int, rows: int, kept_rows: int) -> Iterator[Line]:
    """Generated rows and rows of a ResultSet, on each platform; then memory."""
    for platform in children.platforms:
        for what, count in (("frames", rows), ("results", kept_rows)):
            if what == "results" and platform != "offscreen":
                continue  # the same painting; what differs is where rows come from
            said = children.run("grid_child", what, str(count), str(frames), platform=platform)
            where = f"{count:,} {'rows' if what == 'frames' else 'kept rows'}, {platform}"
            for kind, took in said.items():
                yield from _lines(_TITLES[kind], where, took["ours"], took["plain"])
    few = children.run("grid_child", "memory", "10", str(frames))["rss_mb"]
    many = children.run("grid_child", "memory", str(rows), str(frames))["rss_mb"]
    note = f"{few:.0f} MB with 10 rows, {many:.0f} MB with {rows:,}"
    yield at_most("grid, memory more than with ten rows", many - few, _MORE_MB, "MB", note)


def _lines(title: str, where: str, ours: list[float], plain: list[float]) -> Iterator[Line]:
    yield at_most(f"grid, {title}, p95, {where}", quantile(ours, 0.95), _FRAME_MS, "ms", tail(ours))
    ratio = statistics.median(ours) / statistics.median(plain)
    yield at_most(f"grid, {title}, of QTableView's, {where}", ratio, _SHARE, "x", f"QTableView {tail(plain)}")
