# SPDX-License-Identifier: MIT
"""An import of 50,000 rows: how long until every one is previewed, and how long the window does not answer meanwhile.

The time is the processor's, of all threads: a machine that others use as well must not change it. The clock is told.
"""

from collections.abc import Iterator

from tests.bench.children import Children
from tests.bench.table import Line, at_most

_PREVIEW_S, _STALL_MS = 2.0, 100.0
_TITLES = {
    "create": "CSV, new records",
    "update": "CSV, found by id, the server's own time taken off",
    "xlsx": "XLSX, new records",
}


def figures(children: Children, rows: int) -> Iterator[Line]:
    """Each kind of file in a process of its own."""
    for kind, title in _TITLES.items():
        said = children.run("importing_child", kind, str(rows))
        parts = f"by the clock {said['read_s']:.1f} s to read, {said['check_s']:.1f} s to check"
        yield at_most(f"import preview, {rows:,} rows, {title}", said["own_s"], _PREVIEW_S, "s", parts)
        clock = f"by the clock {said['stall_ms']:.0f} ms"
        yield at_most("longest work of the Qt thread in one go", said["work_ms"], _STALL_MS, "ms", clock)
