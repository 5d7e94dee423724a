# SPDX-License-Identifier: MIT
"""The whole program on its demo: memory, and how long its dialogs and its colours take. For information."""

from collections.abc import Iterator

from tests.bench.children import Children
from tests.bench.table import Line, spread, told

_TITLES = {
    "account": "account dialog",
    "go_to": "go to anything",
    "columns": "columns",
    "scheme": "light to dark and back, each",
    "whole": "the whole window painted anew",
}


def figures(children: Children) -> Iterator[Line]:
    """One visit."""
    said = children.run("whole_child")
    yield told(
        "demo: process start to its first rows", f"{said['rows_shown_ms']:.0f} ms (its server and world included)"
    )
    yield told("demo: memory of window, server and world", f"{said['rss_mb']:.0f} MB")
    for name, title in _TITLES.items():
        yield told(title, spread(said[name]))
