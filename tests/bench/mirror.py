# SPDX-License-Identifier: MIT
"""The mirror: search a key at a time, sorting and scrolling a million rows, its memory, copying and following a server."""

import json
import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.children import Children
from tests.bench.table import Line, at_most, quantile, spread, tail, told
from tests.demo_process import demo_server

_PATIENCE_S = 1800
_FRAMES = 300
_DELAY_MS = 50
"""The delay of a server by which figures are meant (design/anchors.md); the demo beside us answers in 6 ms, so what is
measured there is how much this computer can write while it serves as well."""


def figures(children: Children, searched: int, large: int, width: int, copied: int, rounds: int) -> Iterator[Line]:
    """Every bound of the mirror.

    Args:
        searched: records of the mirror that is searched. large, width: rows and fields of the one that is sorted, too.
        copied: records that are copied from the demo server.
    """
    yield from _searched(children, searched, 20, 50)
    yield from _searched(children, large, width, 150)
    yield from _scrolled(children, large, width)
    for latency_ms in (_DELAY_MS, 0):
        yield from _copied(children, copied, 1 if latency_ms else rounds, latency_ms)


def _copied(children: Children, rows: int, rounds: int, latency_ms: int) -> Iterator[Line]:
    with demo_server(
        "--rows", str(rows), "--latency-ms", str(latency_ms), environ=children.environment("offscreen")
    ) as account:
        said = children.run("mirror_copy_child", json.dumps(account), str(rounds), patience_s=_PATIENCE_S)
    ours, bare = ([seconds * 1000 for seconds in said[name]] for name in ("copy", "bare"))
    ratio = statistics.median(ours) / statistics.median(bare)
    where = f"latency {latency_ms} ms"
    figure = f"first copy of {said['rows']:,} leads, {where}"
    cpu = f"processor {statistics.median(said['copy_cpu']):.1f} s, bare {statistics.median(said['bare_cpu']):.1f} s"
    seen = f"{spread(ours)}, bare {spread(bare)}; {cpu}"
    yield at_most(figure, ratio, 1.3, "x", seen)
    yield at_most(f"following 100 changes, {where}", said["follow"] * 1000, 2000, "ms", f"{said['changed']} changed")


def _searched(children: Children, rows: int, width: int, bound_ms: float) -> Iterator[Line]:
    said = children.run("mirror_child", str(rows), str(width), str(children.folder), patience_s=_PATIENCE_S)
    what = f"{rows:,} x {width}"
    yield told(f"mirror of {what}", _made(said))
    worst = f"{tail(said['keys'])}, worst “{said['slowest'][0]}”"
    yield at_most(f"hits of a key, {what}, p95", quantile(said["keys"], 0.95), bound_ms, "ms", worst)
    for name, (first, cpu, rest) in said["sorts"].items():
        bound = 100 if name.startswith("indexed") else 1500
        yield at_most(
            f"sorted by {name}, {what}, first rows",
            first,
            bound,
            "ms",
            f"processor {cpu:.0f} ms; all places after {rest:.0f} ms more",
        )
    yield at_most(f"60 rows anywhere, {what}, p95", quantile(said["pages"], 0.95), 16.7, "ms", tail(said["pages"]))
    yield told(f"filter and figure, {what}", f"{said['filter_ms']:.0f} ms, {said['figure_ms']:.0f} ms")
    yield at_most(f"memory with {what}", said["rss_mb"], 250, "MB")


def _scrolled(children: Children, rows: int, width: int) -> Iterator[Line]:
    """The window's own table over the copy."""
    said = children.run(
        "mirror_grid_child", str(rows), str(width), str(children.folder), str(_FRAMES), patience_s=_PATIENCE_S
    )
    what = f"{rows:,} x {width}"
    wheel = f"{tail(said['wheel'])}; processor {said['cpu']['wheel']:.1f} ms a frame"
    yield at_most(f"table of the copy, wheel, p95, {what}", quantile(said["wheel"], 0.95), 16.7, "ms", wheel)
    far = f"{tail(said['far'])}; first rows after {said['first_ms']:.0f} ms, all after {said['all_ms']:.0f} ms"
    yield told(f"table of the copy, far jump, {what}", far)
    yield at_most(f"memory with its table, {what}", said["rss_mb"], 250, "MB")


def _made(said: dict[str, Any]) -> str:
    return f"{said['mb']:.0f} MB, written in {said['made_s']:.0f} s" if said["made_s"] else f"{said['mb']:.0f} MB"
