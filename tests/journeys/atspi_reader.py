# SPDX-License-Identifier: MIT
"""What a screen reader sees: reads the accessible tree over AT-SPI and prints it as JSON. Runs under the system's Python.

``python3 atspi_reader.py NAME``: waits for the program of that name, finds its table's cells, presses a button.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pyatspi

T = TypeVar("T")
Node = Any  # no types are known of what the system's accessibility library gives
Told = tuple[str, str, str, Node]

PATIENCE_S = 40
MOST = 6000


def walk(node: Node, depth: int = 0) -> Iterator[Node]:
    """Every node that is shown, from the outside in."""
    yield node
    if depth < 40:
        for at in range(min(node.childCount, 400)):
            child = node.getChildAtIndex(at)
            if child is not None:
                yield from walk(child, depth + 1)


def program(name: str) -> Node | None:
    """The program's own node, None while it is not there."""
    for one in pyatspi.Registry.getDesktop(0):
        if one is not None and name in (one.name or "").lower():
            return one
    return None


def seen(root: Node) -> list[Told]:
    """(role, name, description) of what is showing."""
    found: list[Told] = []
    for node in walk(root):
        try:
            states = node.getState()
            if states.contains(pyatspi.STATE_SHOWING):
                found.append((node.getRoleName(), node.name, node.description, node))
        except (LookupError, RuntimeError):  # it went while it was looked at
            continue
        if len(found) >= MOST:
            break
    return found


def wait_for(what: str, wanted: Callable[[], T]) -> T:
    """Look again until it is there."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        got = wanted()
        if got:
            return got
        time.sleep(0.5)
    raise SystemExit(f"never seen: {what}")


def around(node: Node) -> str:
    """Where a node without a name stands."""
    names: list[str] = []
    while node.parent is not None and len(names) < 4:
        node = node.parent
        names.append(f"{node.getRoleName()} {node.name!r}")
    return ", ".join(names)


def cells(root: Node) -> list[Told]:
    """The cells of tables that say something."""
    return [one for one in seen(root) if one[0] == "table cell" and one[1] and "row " in one[2]]


def main() -> None:
    name = sys.argv[1]
    root = wait_for("the program", lambda: program(name))
    held = wait_for("cells of the grid", lambda: cells(root))
    everything = seen(root)
    columns = sorted({one[1] for one in everything if one[0] in ("table column header", "column header")})
    controls = ("push button", "toggle button", "check box", "text", "combo box", "page tab", "menu item")
    nameless = sorted(
        {f"{role} in {around(node)}" for role, told, _, node in everything if role in controls and not told}
    )
    button = next(node for role, told, _, node in everything if role == "push button" and told.startswith("+ Filter"))
    button.queryAction().doAction(0)
    opened = wait_for("what the button opens", lambda: [o for o in seen(root) if o[0] == "combo box"])
    print(json.dumps({
        "cells": [one[:3] for one in held[:60]],
        "columns": columns,
        "nameless": nameless,
        "opened": [one[1] for one in opened],
        "roles": sorted({one[0] for one in everything}),
    }))  # fmt: skip


main()
