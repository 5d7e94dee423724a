# SPDX-License-Identifier: MIT
"""How quickly the record grid scrolls at 1920 x 1080, beside Qt's own table over a C++ model in the same process.

Both wear the window's stylesheet; what Qt's table takes without any is told beside it.
"""

import statistics
from collections.abc import Iterator

from tests.bench.children import Children
from tests.bench.table import Line, at_most, quantile, tail, told

_FRAME_MS, _SHARE, _MORE_MB = 16.7, 0.35, 100
_TITLES = {
    "wheel": "wheel",
    "rows": "wheel, all painted anew",
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
                yield from _lines(kind, where, took)
    few = children.run("grid_child", "memory", "10", str(frames))["rss_mb"]
    many = children.run("grid_child", "memory", str(rows), str(frames))["rss_mb"]
    note = f"{few:.0f} MB with 10 rows, {many:.0f} MB with {rows:,}"
    yield at_most("grid, memory more than with ten rows", many - few, _MORE_MB, "MB", note)


def _lines(kind: str, where: str, took: dict[str, list[float]]) -> Iterator[Line]:
    ours, plain, undressed = took["ours"], took["plain"], took["undressed"]
    yield at_most(f"grid, {_TITLES[kind]}, p95, {where}", quantile(ours, 0.95), _FRAME_MS, "ms", tail(ours))
    ratio = statistics.median(ours) / statistics.median(plain)
    figure = f"grid, {_TITLES[kind]}, of QTableView's, {where}"
    note = f"QTableView {tail(plain)}; without stylesheet median {statistics.median(undressed):.1f}"
    if kind == "wheel":  # both copy what stays and paint three rows: the ratio says nothing about painting
        yield told(figure, f"{ratio:.2f} x   {note}")
    else:
        yield at_most(figure, ratio, _SHARE, "x", note)
